//! Which operation a request is: method, path and what the query names.

use hyper::Method;

use super::Request;
use crate::error::ApiError;

/// Parts of buckets and objects that there are none of here.
const OTHERS: &[&str] = &[
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "encryption",
    "intelligent-tiering",
    "inventory",
    "legal-hold",
    "lifecycle",
    "logging",
    "metrics",
    "object-lock",
    "ownershipControls",
    "policyStatus",
    "publicAccessBlock",
    "replication",
    "requestPayment",
    "restore",
    "retention",
    "select",
    "torrent",
    "website",
];

pub(super) fn find(
    request: &Request,
    bucket: &Option<String>,
    key: &Option<String>,
    query: &[(String, String)],
) -> Result<&'static str, ApiError> {
    let has = |name: &str| query.iter().any(|(known, _)| known == name);
    if let Some(other) = OTHERS.iter().find(|other| has(other)) {
        return Err(ApiError::new(
            "NotImplemented",
            format!("There is no `{other}` of buckets and objects here."),
        )
        .with_status(501));
    }
    let method = &request.method;
    let found = match (bucket, key) {
        (None, _) => of_service(method),
        (Some(_), None) => of_bucket(method, has, query),
        (Some(_), Some(_)) => of_object(request, has),
    };
    found.ok_or_else(|| {
        ApiError::new(
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
        )
        .with_status(405)
        .with("Method", method.as_str())
    })
}

fn of_service(method: &Method) -> Option<&'static str> {
    (*method == Method::GET).then_some("ListBuckets")
}

fn of_bucket(
    method: &Method,
    has: impl Fn(&str) -> bool,
    query: &[(String, String)],
) -> Option<&'static str> {
    // The part, then GET, PUT and DELETE of it.
    const PARTS: &[(&str, [Option<&str>; 3])] = &[
        ("location", [Some("GetBucketLocation"), None, None]),
        (
            "notification",
            [
                Some("GetBucketNotificationConfiguration"),
                Some("PutBucketNotificationConfiguration"),
                None,
            ],
        ),
        (
            "policy",
            [
                Some("GetBucketPolicy"),
                Some("PutBucketPolicy"),
                Some("DeleteBucketPolicy"),
            ],
        ),
        (
            "tagging",
            [
                Some("GetBucketTagging"),
                Some("PutBucketTagging"),
                Some("DeleteBucketTagging"),
            ],
        ),
        ("uploads", [Some("ListMultipartUploads"), None, None]),
        (
            "versioning",
            [
                Some("GetBucketVersioning"),
                Some("PutBucketVersioning"),
                None,
            ],
        ),
        ("versions", [Some("ListObjectVersions"), None, None]),
    ];
    let of_part = PARTS.iter().find(|(part, _)| has(part));
    let [get, put, delete] = match of_part {
        Some((_, operations)) => *operations,
        None => {
            let second = query
                .iter()
                .any(|pair| *pair == ("list-type".into(), "2".into()));
            let list = if second {
                "ListObjectsV2"
            } else {
                "ListObjects"
            };
            [Some(list), Some("CreateBucket"), Some("DeleteBucket")]
        }
    };
    match *method {
        Method::GET => get,
        Method::PUT => put,
        Method::DELETE => delete,
        Method::HEAD => Some("HeadBucket"),
        Method::POST if has("delete") => Some("DeleteObjects"),
        _ => None,
    }
}

fn of_object(request: &Request, has: impl Fn(&str) -> bool) -> Option<&'static str> {
    let copies = request.headers.contains_key("x-amz-copy-source");
    Some(match request.method {
        Method::GET if has("uploadId") => "ListParts",
        Method::GET if has("tagging") => "GetObjectTagging",
        Method::GET if has("attributes") => "GetObjectAttributes",
        Method::GET => "GetObject",
        Method::HEAD => "HeadObject",
        Method::PUT if has("tagging") => "PutObjectTagging",
        Method::PUT if has("uploadId") && copies => "UploadPartCopy",
        Method::PUT if has("uploadId") => "UploadPart",
        Method::PUT if copies => "CopyObject",
        Method::PUT => "PutObject",
        Method::DELETE if has("uploadId") => "AbortMultipartUpload",
        Method::DELETE if has("tagging") => "DeleteObjectTagging",
        Method::DELETE => "DeleteObject",
        Method::POST if has("uploads") => "CreateMultipartUpload",
        Method::POST if has("uploadId") => "CompleteMultipartUpload",
        _ => return None,
    })
}
