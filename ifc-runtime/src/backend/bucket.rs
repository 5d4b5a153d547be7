//! Requests to a bucket.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::{BoxFuture, Target};
use crate::error::Result;

/// Writes an object.
#[derive(Clone, Debug)]
pub struct PutObject {
    /// Where.
    pub bucket: Target,
    /// The key.
    pub key: String,
    /// The content.
    pub body: Bytes,
    /// The rest.
    pub options: PutOptions,
}

/// What is stored beside the content of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PutOptions {
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// `Content-Disposition`.
    pub content_disposition: Option<String>,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// `x-amz-meta-*`.
    pub metadata: BTreeMap<String, String>,
    /// Fails with `ConditionFailed` if the key exists.
    pub only_new: bool,
}

impl PutOptions {
    /// No options.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the media type, such as `image/png`.
    pub fn content_type(mut self, value: impl Into<String>) -> Self {
        self.content_type = Some(value.into());
        self
    }

    /// Sets the encoding, such as `gzip`.
    pub fn content_encoding(mut self, value: impl Into<String>) -> Self {
        self.content_encoding = Some(value.into());
        self
    }

    /// Sets how a browser shows the object, such as `attachment; filename="a.pdf"`.
    pub fn content_disposition(mut self, value: impl Into<String>) -> Self {
        self.content_disposition = Some(value.into());
        self
    }

    /// Sets how long caches keep the object, such as `max-age=3600`.
    pub fn cache_control(mut self, value: impl Into<String>) -> Self {
        self.cache_control = Some(value.into());
        self
    }

    /// Adds an entry of metadata; at most 2 KiB in all.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// Fails with [`ConditionFailed`](crate::ErrorKind::ConditionFailed) if the key exists.
    pub fn only_new(mut self) -> Self {
        self.only_new = true;
        self
    }
}

/// An object without its content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectInfo {
    /// The key.
    pub key: String,
    /// The size of the whole object in bytes.
    pub size: u64,
    /// The entity tag, without quotes.
    pub etag: Option<String>,
    /// When the object was written.
    pub last_modified: Option<SystemTime>,
    /// `Content-Type`; not in listings.
    pub content_type: Option<String>,
    /// `x-amz-meta-*`; not in listings.
    pub metadata: BTreeMap<String, String>,
    /// The version, in buckets with versions; not in listings.
    pub version: Option<String>,
}

/// Reads an object.
#[derive(Clone, Debug)]
pub struct GetObject {
    /// Where.
    pub bucket: Target,
    /// The key.
    pub key: String,
    /// First and last byte, both included; `None` for the last means the end.
    pub range: Option<(u64, Option<u64>)>,
}

/// The answer to [`GetObject`].
#[derive(Clone, Debug)]
pub struct GotObject {
    /// The content, or the part that was asked for.
    pub body: Bytes,
    /// The rest.
    pub info: ObjectInfo,
}

/// Names an object.
#[derive(Clone, Debug)]
pub struct ObjectRef {
    /// Where.
    pub bucket: Target,
    /// The key.
    pub key: String,
}

/// Copies an object inside its bucket, at most 5 GB.
#[derive(Clone, Debug)]
pub struct CopyObject {
    /// Where.
    pub bucket: Target,
    /// The key to read.
    pub from: String,
    /// The key to write.
    pub to: String,
}

/// Lists keys in the order of their bytes.
#[derive(Clone, Debug)]
pub struct ListObjects {
    /// Where.
    pub bucket: Target,
    /// The beginning of the keys.
    pub prefix: String,
    /// The most keys to give, at most 1,000.
    pub limit: Option<u32>,
    /// From the page before.
    pub continuation: Option<String>,
}

/// The answer to [`ListObjects`].
#[derive(Clone, Debug, Default)]
pub struct ObjectPage {
    /// The objects.
    pub objects: Vec<ObjectInfo>,
    /// For the next page; `None` at the end.
    pub continuation: Option<String>,
}

/// Makes a URL that allows one request without credentials.
#[derive(Clone, Debug)]
pub struct Presign {
    /// Which object.
    pub object: ObjectRef,
    /// From now on.
    pub expires_in: Duration,
}

/// What a bucket can do. Each method is one request; presigning makes none.
pub trait BucketBackend: Send + Sync {
    /// `ConditionFailed` if `only_new` and the key exists.
    fn put(&self, request: PutObject) -> BoxFuture<'_, Result<()>>;
    /// `NotFound` if there is no such key.
    fn get(&self, request: GetObject) -> BoxFuture<'_, Result<GotObject>>;
    /// `NotFound` if there is no such key.
    fn head(&self, object: ObjectRef) -> BoxFuture<'_, Result<ObjectInfo>>;
    /// No error if there is no such key.
    fn delete(&self, object: ObjectRef) -> BoxFuture<'_, Result<()>>;
    /// `NotFound` if there is no such key.
    fn copy(&self, request: CopyObject) -> BoxFuture<'_, Result<()>>;
    /// One page.
    fn list(&self, request: ListObjects) -> BoxFuture<'_, Result<ObjectPage>>;
    /// A URL for GET.
    fn presign_get(&self, request: Presign) -> BoxFuture<'_, Result<String>>;
    /// A URL for PUT.
    fn presign_put(&self, request: Presign) -> BoxFuture<'_, Result<String>>;
}
