//! Copies of objects.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::checksum::{Algorithm, Checksum};
use super::object::{About, Object, Version, quoted};
use super::{Buckets, argument, condition, key, text};
use crate::error::ApiError;
use crate::{moment, percent};

/// What is copied.
pub(super) struct Source {
    bucket: String,
    key: String,
    pub(super) version: Option<String>,
    pub(super) object: Object,
}

impl Buckets {
    /// The source that a request names, if its conditions hold.
    pub(super) fn source(&self, input: &Value) -> Result<Source, ApiError> {
        let given = text(input, "CopySource");
        let (path, id) = match given.split_once("?versionId=") {
            Some((path, id)) => (path, id),
            None => (given, ""),
        };
        let path = percent::decode(path);
        let path = path.strip_prefix('/').unwrap_or(&path);
        let (name, key) = path
            .split_once('/')
            .filter(|(name, key)| !name.is_empty() && !key.is_empty())
            .ok_or_else(|| {
                argument(
                    "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
                )
            })?;
        let bucket = self.named(name)?;
        let version: &Version = bucket.version(key, id).map_err(|error| {
            match error.code.as_str() {
                "MethodNotAllowed" => ApiError::new(
                    "InvalidRequest",
                    "The source of a copy request may not specifically refer to a delete marker by version id.",
                ),
                _ => error,
            }
        })?;
        let object = version.object.as_ref().ok_or_else(|| super::no_key(key))?;
        condition::check_read(input, "CopySource", &object.etag, version)?;
        Ok(Source {
            bucket: name.to_owned(),
            key: key.to_owned(),
            version: bucket.shows_versions().then(|| version.id.clone()),
            object: object.clone(),
        })
    }

    pub(super) fn copy_object(&mut self, input: &Value, now: u64) -> Result<Value, ApiError> {
        let key = key(input)?;
        let bucket = self.of(input)?;
        let source = self.source(input)?;
        let replaces = match text(input, "MetadataDirective") {
            "" | "COPY" => false,
            "REPLACE" => true,
            _ => return Err(argument("Unknown metadata directive.")),
        };
        let is_same = source.bucket == bucket.name && source.key == key;
        let is_older = !text(input, "CopySource").contains("?versionId=");
        if is_same && is_older && !replaces && !input["StorageClass"].is_string() {
            return Err(ApiError::new(
                "InvalidRequest",
                "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
            ));
        }
        condition::check_write(input, bucket.newest(key))?;
        let about = match replaces {
            true => About::read(input)?,
            false => source.object.about.clone(),
        };
        let algorithm = match Algorithm::read(input)? {
            Some(algorithm) => algorithm,
            None => source.object.checksum.algorithm,
        };
        let body = source.object.body.clone();
        let checksum = Checksum::of(algorithm, &body);
        let object = Object::new(body, about, checksum);
        let mut result = shown(&object.etag, now);
        object.checksum.show(&mut result);
        let id = self.add(
            text(input, "Bucket"),
            key,
            object,
            "ObjectCreated:Copy",
            now,
        )?;
        let mut output = json!({ "CopyObjectResult": result });
        if let Some(id) = id {
            output["VersionId"] = id.into();
        }
        if let Some(id) = source.version {
            output["CopySourceVersionId"] = id.into();
        }
        Ok(output)
    }

    pub(super) fn upload_part_copy(&mut self, input: &Value, now: u64) -> Result<Value, ApiError> {
        let source = self.source(input)?;
        let body = &source.object.body;
        let header = text(input, "CopySourceRange");
        let part: Bytes = match (header, condition::range(header, source.object.size())?) {
            ("", _) => body.clone(),
            (_, Some(part)) => body.slice(part.start as usize..part.end as usize),
            (_, None) => {
                return Err(argument(
                    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
                ));
            }
        };
        let uploaded = self.upload_part(input, part, now)?;
        let mut result = shown(text(&uploaded, "ETag").trim_matches('"'), now);
        for (member, value) in uploaded.as_object().into_iter().flatten() {
            if member.starts_with("Checksum") {
                result.insert(member.clone(), value.clone());
            }
        }
        let mut output = json!({ "CopyPartResult": result });
        if let Some(id) = source.version {
            output["CopySourceVersionId"] = id.into();
        }
        Ok(output)
    }
}

fn shown(etag: &str, now: u64) -> Map<String, Value> {
    let mut result = Map::new();
    result.insert("ETag".to_owned(), quoted(etag).into());
    result.insert("LastModified".to_owned(), moment::iso(now).into());
    result
}
