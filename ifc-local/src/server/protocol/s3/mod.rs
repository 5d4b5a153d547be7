//! S3: paths and headers in, XML, headers and contents out.
//!
//! Source: Amazon S3 API Reference, "Actions", "Error responses" and "Virtual hosting of buckets".

mod answer;
mod chunked;
mod headers;
mod operation;
mod xml_body;

use serde_json::{Map, Value};

use super::Request;
use crate::call::Call;
use crate::error::ApiError;
use crate::percent;

pub(super) use answer::{answer, error};

pub(super) fn read(request: &Request) -> Result<Call, ApiError> {
    let (bucket, key) = address(request);
    let query = request.parameters();
    let operation = operation::find(request, &bucket, &key, &query)?;
    let mut input = Map::new();
    for (member, value) in [("Bucket", bucket), ("Key", key)] {
        if let Some(value) = value {
            input.insert(member.to_owned(), value.into());
        }
    }
    headers::read(request, &mut input);
    for (name, value) in &query {
        if let Some((member, kind)) = query_member(operation, name) {
            input.insert(member.to_owned(), kind.read(member, value)?);
        }
    }
    let body = chunked::read(request, &mut input)?;
    let mut call = Call::new("s3", operation, Value::Null);
    match operation {
        "PutObject" | "UploadPart" => call.body = body,
        _ => xml_body::read(operation, &body, &mut input)?,
    }
    call.input = Value::Object(input);
    Ok(call)
}

/// Bucket and key: the bucket stands in the host or at the beginning of the path.
fn address(request: &Request) -> (Option<String>, Option<String>) {
    let given = |text: &str| (!text.is_empty()).then(|| percent::decode(text));
    let path = request.path.strip_prefix('/').unwrap_or(&request.path);
    let host = request.header("host").unwrap_or_default();
    if let Some(bucket) = bucket_of_host(host) {
        return (Some(bucket.to_owned()), given(path));
    }
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    (given(bucket), given(key))
}

/// `files.localhost:4566`, `files.s3.localhost` and `files.s3.us-east-1.amazonaws.com`.
fn bucket_of_host(host: &str) -> Option<&str> {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name
        .strip_suffix(".localhost")
        .or_else(|| name.strip_suffix(".amazonaws.com"))?;
    let region = format!(".{}", crate::REGION);
    let name = name.strip_suffix(&region).unwrap_or(name);
    match name.strip_suffix(".s3") {
        Some(bucket) => Some(bucket),
        None => (name != "s3").then_some(name),
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Flag,
}

impl Kind {
    fn read(self, member: &str, value: &str) -> Result<Value, ApiError> {
        match self {
            Kind::Text => Ok(value.into()),
            Kind::Flag => Ok((value == "true").into()),
            Kind::Number => match value.parse::<u64>() {
                Ok(number) if number < 1 << 31 => Ok(number.into()),
                _ => Err(ApiError::new(
                    "InvalidArgument",
                    format!("Provided {member} not an integer or within integer range"),
                )
                .with("ArgumentName", member)
                .with("ArgumentValue", value)),
            },
        }
    }
}

/// The member that a parameter of the query is.
fn query_member(operation: &str, name: &str) -> Option<(&'static str, Kind)> {
    let member = match name {
        "continuation-token" => "ContinuationToken",
        "delimiter" => "Delimiter",
        "encoding-type" => "EncodingType",
        "fetch-owner" => return Some(("FetchOwner", Kind::Flag)),
        "key-marker" => "KeyMarker",
        "marker" => "Marker",
        "max-buckets" => return Some(("MaxBuckets", Kind::Number)),
        "max-keys" => return Some(("MaxKeys", Kind::Number)),
        "max-parts" => return Some(("MaxParts", Kind::Number)),
        "max-uploads" => return Some(("MaxUploads", Kind::Number)),
        "part-number-marker" => return Some(("PartNumberMarker", Kind::Number)),
        "partNumber" => return Some(("PartNumber", Kind::Number)),
        "prefix" => "Prefix",
        "response-cache-control" => "ResponseCacheControl",
        "response-content-disposition" => "ResponseContentDisposition",
        "response-content-encoding" => "ResponseContentEncoding",
        "response-content-language" => "ResponseContentLanguage",
        "response-content-type" => "ResponseContentType",
        "response-expires" => "ResponseExpires",
        "start-after" => "StartAfter",
        "upload-id-marker" => "UploadIdMarker",
        "uploadId" => "UploadId",
        "version-id-marker" => "VersionIdMarker",
        "versionId" if operation != "ListObjectVersions" => "VersionId",
        _ => return None,
    };
    Some((member, Kind::Text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_of_hosts() {
        for (host, bucket) in [
            ("127.0.0.1:4566", None),
            ("localhost:4566", None),
            ("s3.localhost:4566", None),
            ("s3.us-east-1.amazonaws.com", None),
            ("files.localhost:4566", Some("files")),
            ("my.files.s3.localhost", Some("my.files")),
            ("files.s3.us-east-1.amazonaws.com", Some("files")),
            ("", None),
        ] {
            assert_eq!(bucket_of_host(host), bucket, "{host}");
        }
    }
}
