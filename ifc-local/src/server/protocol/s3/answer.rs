//! Answers and errors of S3 as responses.

use serde_json::{Map, Value};

use super::super::xml::Writer;
use super::headers;
use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::server::body::{response, set};
use crate::server::listen::Responded;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
const XML: &str = "application/xml";

/// The element around an answer; none if all of it is headers and content.
fn root(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "CompleteMultipartUpload" => "CompleteMultipartUploadResult",
        "CopyObject" => "CopyObjectResult",
        "CreateMultipartUpload" => "InitiateMultipartUploadResult",
        "DeleteObjects" => "DeleteResult",
        "GetBucketLocation" => "LocationConstraint",
        "GetBucketNotificationConfiguration" => "NotificationConfiguration",
        "GetBucketTagging" | "GetObjectTagging" => "Tagging",
        "GetBucketVersioning" => "VersioningConfiguration",
        "GetObjectAttributes" => "GetObjectAttributesResponse",
        "ListBuckets" => "ListAllMyBucketsResult",
        "ListMultipartUploads" => "ListMultipartUploadsResult",
        "ListObjectVersions" => "ListVersionsResult",
        "ListObjects" | "ListObjectsV2" => "ListBucketResult",
        "ListParts" => "ListPartsResult",
        "UploadPartCopy" => "CopyPartResult",
        _ => return None,
    })
}

fn status(operation: &str, output: &Value) -> u16 {
    match operation {
        "AbortMultipartUpload"
        | "DeleteBucket"
        | "DeleteBucketPolicy"
        | "DeleteBucketTagging"
        | "DeleteObject"
        | "DeleteObjectTagging"
        | "PutBucketPolicy" => 204,
        "GetObject" | "HeadObject" if output["ContentRange"].is_string() => 206,
        _ => 200,
    }
}

pub(in super::super) fn answer(call: &Call, answer: Answer, id: &str) -> Responded {
    let operation = call.operation.as_str();
    let status = status(operation, &answer.output);
    let Value::Object(mut output) = answer.output else {
        return finish(response(status, "", answer.body), id);
    };
    let Some(root) = root(operation) else {
        let body = match output.remove("Policy") {
            Some(Value::String(policy)) => policy.into_bytes(),
            _ => answer.body,
        };
        let mut response = response(status, "", body);
        if operation == "GetBucketPolicy" {
            set(&mut response, "content-type", "application/json");
        }
        headers::write(&mut response, &mut output);
        return finish(response, id);
    };
    let mut xml = Writer::document();
    xml.open_with(root, NAMESPACE);
    // A copy has its XML in a member of its own, the members beside it are headers.
    let (mut inner, mut beside) = match output.remove(root) {
        Some(Value::Object(inner)) => (inner, output),
        _ => (output, Map::new()),
    };
    if operation == "CompleteMultipartUpload" {
        for member in ["VersionId", "ServerSideEncryption", "Expiration"] {
            if let Some(value) = inner.remove(member) {
                beside.insert(member.to_owned(), value);
            }
        }
    }
    match inner.get("LocationConstraint") {
        Some(location) if operation == "GetBucketLocation" => {
            xml.raw(location.as_str().unwrap_or_default());
        }
        _ => members(&mut xml, &inner),
    }
    let mut response = response(status, XML, xml.finish());
    headers::write(&mut response, &mut beside);
    finish(response, id)
}

/// Elements that are called otherwise than the lists of the API reference.
fn element(member: &str) -> &str {
    match member {
        "DeleteMarkers" => "DeleteMarker",
        "Errors" => "Error",
        "Events" => "Event",
        "FilterRules" => "FilterRule",
        "LambdaFunctionConfigurations" => "CloudFunctionConfiguration",
        "QueueConfigurations" => "QueueConfiguration",
        "TopicConfigurations" => "TopicConfiguration",
        "Parts" => "Part",
        "Uploads" => "Upload",
        "Versions" => "Version",
        other => other,
    }
}

fn members(xml: &mut Writer, values: &Map<String, Value>) {
    for (name, value) in values {
        match (name.as_str(), value) {
            ("Buckets" | "TagSet", Value::Array(values)) => {
                xml.open(name);
                let inner = if name == "Buckets" { "Bucket" } else { "Tag" };
                values.iter().for_each(|value| member(xml, inner, value));
                xml.close();
            }
            (_, Value::Array(values)) => {
                let name = element(name);
                values.iter().for_each(|value| member(xml, name, value));
            }
            _ => member(xml, name, value),
        }
    }
}

fn member(xml: &mut Writer, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Object(values) => {
            xml.open(name);
            members(xml, values);
            xml.close();
        }
        Value::Array(values) => values.iter().for_each(|value| member(xml, name, value)),
        Value::String(etag) if name == "ETag" => xml.text(name, &headers::quoted(etag)),
        Value::String(text) => xml.text(name, text),
        Value::Number(_) if matches!(name, "CreationDate" | "Initiated" | "LastModified") => {
            let moment = headers::seconds(value).unwrap_or_default();
            xml.text(name, &moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string());
        }
        other => xml.text(name, &other.to_string()),
    }
}

pub(in super::super) fn error(error: &ApiError, id: &str) -> Responded {
    if error.status == 304 {
        return finish(response(304, "", Vec::new()), id);
    }
    let mut xml = Writer::document();
    xml.open("Error");
    xml.text("Code", &error.code);
    xml.text("Message", &error.message);
    members(&mut xml, &error.details);
    xml.text("RequestId", id);
    finish(response(error.status, XML, xml.finish()), id)
}

fn finish(mut response: Responded, id: &str) -> Responded {
    set(&mut response, "x-amz-request-id", id);
    response
}
