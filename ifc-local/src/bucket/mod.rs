//! Buckets: S3's API over objects in memory.
//!
//! Members of requests and answers are named as in the S3 API Reference and the SDKs. Moments in answers
//! are in ISO 8601 with milliseconds; in requests dates of HTTP will do too. What travels as the body of
//! a request or response (the content of an object or part) stands beside the members. An answer with
//! `ContentRange` is one of HTTP's status 206. A request whose condition says that nothing changed fails
//! with `NotModified`, status 304.
//!
//! Source: Amazon S3 User Guide and API Reference.

mod checksum;
mod condition;
mod copy;
mod delete;
mod lifecycle;
mod list;
mod multipart;
mod notification;
mod object;
mod read;
mod settings;
mod store;
mod write;

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Answer;
use crate::error::ApiError;
use crate::ids::Ids;
use store::Bucket;

pub use notification::ObjectEvent;

/// All buckets of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Buckets {
    buckets: BTreeMap<String, Bucket>,
    ids: Ids,
    events: Vec<ObjectEvent>,
    /// Number of the last change of any object: its place in the order of events.
    changes: u64,
}

impl Buckets {
    /// No buckets yet; ids of versions and uploads come from the seed.
    pub fn new(seed: u64) -> Buckets {
        Buckets {
            buckets: BTreeMap::new(),
            ids: Ids::new(seed),
            events: Vec::new(),
            changes: 0,
        }
    }

    /// Answers a call: `PutObject`, the members of the request, and its body. `now` is in milliseconds
    /// since 1970.
    ///
    /// # Errors
    /// As S3 gives them.
    pub fn call(
        &mut self,
        operation: &str,
        input: &Value,
        body: impl Into<Bytes>,
        now: u64,
    ) -> Result<Answer, ApiError> {
        let body = body.into();
        let output = match operation {
            "GetObject" | "HeadObject" | "ListObjectsV2" | "ListObjects" | "ListObjectVersions" => {
                return self.read(operation, input);
            }
            "PutObject" => self.put_object(input, body, now),
            "CopyObject" => self.copy_object(input, now),
            "DeleteObject" => self.delete_object(input, now),
            "DeleteObjects" => self.delete_objects(input, now),
            "CreateMultipartUpload" => self.create_upload(input, now),
            "UploadPart" => self.upload_part(input, body, now),
            "UploadPartCopy" => self.upload_part_copy(input, now),
            "CompleteMultipartUpload" => self.complete_upload(input, now),
            "AbortMultipartUpload" => self.of_mut(input)?.abort_upload(input),
            "ListParts" => self.of(input)?.list_parts(input),
            "ListMultipartUploads" => self.of(input)?.list_uploads(input),
            "CreateBucket" => self.create_bucket(input, now),
            "DeleteBucket" => self.delete_bucket(input),
            "HeadBucket" => match self.of(input) {
                Ok(_) => Ok(json!({ "BucketRegion": crate::REGION })),
                Err(error) => Err(ApiError {
                    code: "NotFound".to_owned(),
                    ..error
                }),
            },
            "ListBuckets" => Ok(self.list_buckets()),
            "GetBucketLocation" => self.of(input).map(|_| json!({})),
            "PutBucketNotificationConfiguration" => self.set_notifications(input, now),
            other => match self.of_mut(input)?.setting(other, input) {
                Some(outcome) => outcome,
                None => Err(ApiError::new(
                    "NotImplemented",
                    format!("buckets do not have the operation {other} here"),
                )
                .with_status(501)),
            },
        };
        output.map(Answer::from)
    }

    /// Answers a call that reads objects or lists them.
    ///
    /// # Errors
    /// As S3 gives them.
    pub fn read(&self, operation: &str, input: &Value) -> Result<Answer, ApiError> {
        let output = match operation {
            "GetObject" => return self.get_object(input),
            "HeadObject" => self.head_object(input),
            "ListObjectsV2" => self.of(input)?.list_v2(input),
            "ListObjects" => self.of(input)?.list_v1(input),
            "ListObjectVersions" => self.of(input)?.list_versions(input),
            other => Err(
                ApiError::new("NotImplemented", format!("{other} does not read objects"))
                    .with_status(501),
            ),
        };
        output.map(Answer::from)
    }

    /// How many objects a bucket has, and their bytes.
    pub fn size(&self, bucket: &str) -> Option<(usize, u64)> {
        let versions = self.buckets.get(bucket)?.objects.values();
        let objects = versions.filter_map(|versions| versions.last()?.object.as_ref());
        Some(objects.fold((0, 0), |(count, bytes), object| {
            (count + 1, bytes + object.body.len() as u64)
        }))
    }

    /// What happened to objects since this was last asked: an entry for each destination that is to
    /// hear of it, in order.
    pub fn take_events(&mut self) -> Vec<ObjectEvent> {
        std::mem::take(&mut self.events)
    }

    /// The policy of a bucket, as JSON.
    pub fn policy(&self, bucket: &str) -> Option<&str> {
        self.buckets.get(bucket)?.policy.as_deref()
    }

    /// Whether there is a bucket with this name.
    pub fn exists(&self, bucket: &str) -> bool {
        self.buckets.contains_key(bucket)
    }

    fn of(&self, input: &Value) -> Result<&Bucket, ApiError> {
        self.named(text(input, "Bucket"))
    }

    fn of_mut(&mut self, input: &Value) -> Result<&mut Bucket, ApiError> {
        let name = text(input, "Bucket");
        self.buckets.get_mut(name).ok_or_else(|| no_bucket(name))
    }

    fn named(&self, name: &str) -> Result<&Bucket, ApiError> {
        self.buckets.get(name).ok_or_else(|| no_bucket(name))
    }
}

fn no_bucket(name: &str) -> ApiError {
    ApiError::new("NoSuchBucket", "The specified bucket does not exist")
        .with_status(404)
        .with("BucketName", name)
}

fn no_key(key: &str) -> ApiError {
    ApiError::new("NoSuchKey", "The specified key does not exist.")
        .with_status(404)
        .with("Key", key)
}

fn argument(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidArgument", message)
}

fn malformed() -> ApiError {
    ApiError::new(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}

/// A member that is text; empty if it is not there.
fn text<'i>(input: &'i Value, member: &str) -> &'i str {
    input[member].as_str().unwrap_or_default()
}

/// The elements of a member that is a list.
fn list<'i>(input: &'i Value, member: &str) -> &'i [Value] {
    input[member].as_array().map_or(&[], Vec::as_slice)
}

/// The key of a request.
fn key(input: &Value) -> Result<&str, ApiError> {
    let key = text(input, "Key");
    if key.is_empty() {
        return Err(argument("The key of an object must not be empty"));
    }
    if key.len() > 1024 {
        return Err(ApiError::new("KeyTooLongError", "Your key is too long")
            .with("Size", key.len())
            .with("MaxSizeAllowed", 1024));
    }
    Ok(key)
}
