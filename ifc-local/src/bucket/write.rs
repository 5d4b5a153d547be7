//! Writes of whole objects.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::checksum::{Algorithm, Checksum};
use super::notification::Happening;
use super::object::{About, NULL, Object, Version, quoted};
use super::store::Versioning;
use super::{Buckets, condition, key, no_bucket, text};
use crate::error::ApiError;

/// Bytes of an object that is put at once, and of a part. Source: S3 User Guide, "Uploading objects".
const LARGEST: usize = 5 * 1024 * 1024 * 1024;

pub(super) fn check_size(size: usize) -> Result<(), ApiError> {
    match size <= LARGEST {
        true => Ok(()),
        false => Err(ApiError::new(
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
        )
        .with("ProposedSize", size)
        .with("MaxSizeAllowed", LARGEST)),
    }
}

impl Buckets {
    pub(super) fn put_object(
        &mut self,
        input: &Value,
        body: Bytes,
        now: u64,
    ) -> Result<Value, ApiError> {
        let key = key(input)?;
        let bucket = self.of(input)?;
        check_size(body.len())?;
        let about = About::read(input)?;
        let checksum = Checksum::check(input, &body, Algorithm::Crc64Nvme)?;
        condition::check_write(input, bucket.newest(key))?;
        let object = Object::new(body, about, checksum);
        let mut output = Map::new();
        output.insert("ETag".to_owned(), quoted(&object.etag).into());
        object.checksum.show(&mut output);
        let id = self.add(text(input, "Bucket"), key, object, "ObjectCreated:Put", now)?;
        output.extend(id.map(|id| ("VersionId".to_owned(), id.into())));
        Ok(output.into())
    }

    /// Adds an object and tells of it; gives the version's id, where ids are shown.
    pub(super) fn add(
        &mut self,
        bucket: &str,
        key: &str,
        object: Object,
        event: &'static str,
        now: u64,
    ) -> Result<Option<String>, ApiError> {
        let id = self.new_version(bucket)?;
        let happening = Happening {
            event,
            key,
            size: Some(object.size()),
            etag: Some(&object.etag),
            version: &id,
        };
        self.tell(bucket, &happening, now);
        let there = self
            .buckets
            .get_mut(bucket)
            .ok_or_else(|| no_bucket(bucket))?;
        let version = Version {
            id: id.clone(),
            created: now,
            object: Some(object),
        };
        there.add(key, version);
        Ok(there.shows_versions().then_some(id))
    }

    /// The id of the next version in a bucket.
    pub(super) fn new_version(&mut self, bucket: &str) -> Result<String, ApiError> {
        match self.named(bucket)?.versioning {
            Versioning::Enabled => Ok(self.ids.uuid().replace('-', "")),
            Versioning::Off | Versioning::Suspended => Ok(NULL.to_owned()),
        }
    }
}
