//! Members of requests and answers that are headers.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Request;
use crate::server::body::set;
use crate::server::listen::Responded;

/// Headers of requests, beside those of both.
const OF_REQUESTS: &[(&str, &str)] = &[
    ("content-md5", "ContentMD5"),
    ("if-match", "IfMatch"),
    ("if-modified-since", "IfModifiedSince"),
    ("if-none-match", "IfNoneMatch"),
    ("if-unmodified-since", "IfUnmodifiedSince"),
    ("range", "Range"),
    ("x-amz-acl", "ACL"),
    (
        "x-amz-bypass-governance-retention",
        "BypassGovernanceRetention",
    ),
    ("x-amz-checksum-algorithm", "ChecksumAlgorithm"),
    ("x-amz-checksum-mode", "ChecksumMode"),
    ("x-amz-copy-source", "CopySource"),
    ("x-amz-copy-source-if-match", "CopySourceIfMatch"),
    (
        "x-amz-copy-source-if-modified-since",
        "CopySourceIfModifiedSince",
    ),
    ("x-amz-copy-source-if-none-match", "CopySourceIfNoneMatch"),
    (
        "x-amz-copy-source-if-unmodified-since",
        "CopySourceIfUnmodifiedSince",
    ),
    ("x-amz-copy-source-range", "CopySourceRange"),
    ("x-amz-expected-bucket-owner", "ExpectedBucketOwner"),
    ("x-amz-metadata-directive", "MetadataDirective"),
    ("x-amz-object-attributes", "ObjectAttributes"),
    ("x-amz-sdk-checksum-algorithm", "ChecksumAlgorithm"),
    ("x-amz-server-side-encryption-aws-kms-key-id", "SSEKMSKeyId"),
    ("x-amz-tagging", "Tagging"),
    ("x-amz-tagging-directive", "TaggingDirective"),
];

/// Headers of requests and answers.
const OF_BOTH: &[(&str, &str)] = &[
    ("cache-control", "CacheControl"),
    ("content-disposition", "ContentDisposition"),
    ("content-encoding", "ContentEncoding"),
    ("content-language", "ContentLanguage"),
    ("content-type", "ContentType"),
    ("expires", "Expires"),
    ("x-amz-checksum-crc32", "ChecksumCRC32"),
    ("x-amz-checksum-crc32c", "ChecksumCRC32C"),
    ("x-amz-checksum-crc64nvme", "ChecksumCRC64NVME"),
    ("x-amz-checksum-sha1", "ChecksumSHA1"),
    ("x-amz-checksum-sha256", "ChecksumSHA256"),
    ("x-amz-checksum-type", "ChecksumType"),
    ("x-amz-server-side-encryption", "ServerSideEncryption"),
    ("x-amz-storage-class", "StorageClass"),
    ("x-amz-website-redirect-location", "WebsiteRedirectLocation"),
];

/// Headers of answers, beside those of both.
const OF_ANSWERS: &[(&str, &str)] = &[
    ("accept-ranges", "AcceptRanges"),
    ("content-length", "ContentLength"),
    ("content-range", "ContentRange"),
    ("etag", "ETag"),
    ("last-modified", "LastModified"),
    ("x-amz-abort-date", "AbortDate"),
    ("x-amz-bucket-region", "BucketRegion"),
    ("x-amz-copy-source-version-id", "CopySourceVersionId"),
    ("x-amz-delete-marker", "DeleteMarker"),
    ("x-amz-expiration", "Expiration"),
    ("x-amz-missing-meta", "MissingMeta"),
    ("x-amz-mp-parts-count", "PartsCount"),
    ("x-amz-tagging-count", "TagCount"),
    ("x-amz-version-id", "VersionId"),
];

/// Before the name of an entry of an object's metadata.
const METADATA: &str = "x-amz-meta-";

/// The member that a header of a request is.
pub(super) fn member(header: &str) -> Option<&'static str> {
    let all = OF_REQUESTS.iter().chain(OF_BOTH);
    all.into_iter()
        .find(|(name, _)| *name == header)
        .map(|(_, member)| *member)
}

pub(super) fn read(request: &Request, input: &mut Map<String, Value>) {
    let mut metadata = Map::new();
    for (name, value) in &request.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        if let Some(name) = name.as_str().strip_prefix(METADATA) {
            // Headers of the same name are one, as S3 stores them.
            let entry = metadata.entry(name).or_insert_with(|| "".into());
            let value = match entry.as_str() {
                Some("") | None => value.into_owned(),
                Some(before) => format!("{before},{value}"),
            };
            *entry = value.into();
        } else if let Some(member) = member(name.as_str()) {
            input.insert(member.to_owned(), value.into());
        }
    }
    if !metadata.is_empty() {
        input.insert("Metadata".to_owned(), Value::Object(metadata));
    }
}

/// Moves what is a header out of an answer.
pub(super) fn write(response: &mut Responded, output: &mut Map<String, Value>) {
    for (name, member) in OF_ANSWERS.iter().chain(OF_BOTH) {
        let Some(value) = output.remove(*member) else {
            continue;
        };
        let text = match (*name, value) {
            ("last-modified" | "expires" | "x-amz-abort-date", value) => date(&value),
            ("etag", Value::String(etag)) => Some(quoted(&etag)),
            (_, Value::String(text)) => Some(text),
            (_, Value::Number(number)) => Some(number.to_string()),
            (_, Value::Bool(flag)) => Some(flag.to_string()),
            _ => None,
        };
        if let Some(text) = text {
            set(response, name, &text);
        }
    }
    let Some(Value::Object(metadata)) = output.remove("Metadata") else {
        return;
    };
    for (name, value) in &metadata {
        let name = format!("{METADATA}{name}").parse::<hyper::header::HeaderName>();
        let value = value.as_str().unwrap_or_default();
        let value = hyper::header::HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            response.headers_mut().insert(name, value);
        }
    }
}

/// Tags of entities have quotes.
pub(super) fn quoted(etag: &str) -> String {
    match etag.starts_with('"') {
        true => etag.to_owned(),
        false => format!("\"{etag}\""),
    }
}

/// A date of HTTP from a moment; what is no moment stays.
fn date(value: &Value) -> Option<String> {
    let moment = match value {
        Value::String(text) => match text.parse::<Timestamp>() {
            Ok(moment) => moment,
            Err(_) => return Some(text.clone()),
        },
        _ => seconds(value)?,
    };
    Some(moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
}

/// A moment in seconds since 1970.
pub(super) fn seconds(value: &Value) -> Option<Timestamp> {
    Timestamp::from_millisecond((value.as_f64()? * 1000.0) as i64).ok()
}
