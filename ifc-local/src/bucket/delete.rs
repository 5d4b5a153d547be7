//! Deletions of objects.

use serde_json::{Map, Value, json};

use super::notification::Happening;
use super::object::{NULL, Version};
use super::store::Versioning;
use super::{Buckets, condition, key, list, malformed, no_bucket, text};
use crate::error::ApiError;

/// What the tag of nothing is, which events of delete markers carry.
const NOTHING: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// Who deletes, as events tell it.
#[derive(Clone, Copy)]
pub(super) enum Cause {
    Request,
    Lifecycle,
}

impl Cause {
    fn deleted(self) -> &'static str {
        match self {
            Cause::Request => "ObjectRemoved:Delete",
            Cause::Lifecycle => "LifecycleExpiration:Delete",
        }
    }

    fn marked(self) -> &'static str {
        match self {
            Cause::Request => "ObjectRemoved:DeleteMarkerCreated",
            Cause::Lifecycle => "LifecycleExpiration:DeleteMarkerCreated",
        }
    }
}

impl Buckets {
    pub(super) fn delete_object(&mut self, input: &Value, now: u64) -> Result<Value, ApiError> {
        let key = key(input)?;
        let bucket = self.of(input)?;
        if input["IfMatch"].is_string() {
            match bucket
                .newest(key)
                .and_then(|version| version.object.as_ref())
            {
                Some(_) => condition::check_write(input, bucket.newest(key))?,
                None => return Err(super::no_key(key)),
            }
        }
        let outcome = self.delete(
            text(input, "Bucket"),
            key,
            input["VersionId"].as_str(),
            Cause::Request,
            now,
        )?;
        Ok(outcome.into())
    }

    pub(super) fn delete_objects(&mut self, input: &Value, now: u64) -> Result<Value, ApiError> {
        self.of(input)?;
        let objects = list(&input["Delete"], "Objects");
        if objects.is_empty() || objects.len() > 1000 {
            return Err(malformed());
        }
        let (mut deleted, mut errors) = (Vec::new(), Vec::new());
        for object in objects {
            let mut request = object.clone();
            request["Bucket"] = input["Bucket"].clone();
            if !object["ETag"].is_null() {
                request["IfMatch"] = object["ETag"].clone();
            }
            let named = |shown: &mut Value| {
                for member in ["Key", "VersionId"] {
                    if object[member].is_string() {
                        shown[member] = object[member].clone();
                    }
                }
            };
            match self.delete_object(&request, now) {
                Ok(outcome) => {
                    let mut shown = json!({});
                    named(&mut shown);
                    if outcome["DeleteMarker"] == true {
                        shown["DeleteMarker"] = true.into();
                        shown["DeleteMarkerVersionId"] = outcome["VersionId"].clone();
                    }
                    deleted.push(shown);
                }
                Err(error) => {
                    let mut shown = json!({ "Code": error.code, "Message": error.message });
                    named(&mut shown);
                    errors.push(shown);
                }
            }
        }
        let mut output = json!({});
        if !deleted.is_empty() && input["Delete"]["Quiet"] != true {
            output["Deleted"] = deleted.into();
        }
        if !errors.is_empty() {
            output["Errors"] = errors.into();
        }
        Ok(output)
    }

    /// Deletes a version for good, or the object in the way of the bucket: for good, or by a delete
    /// marker.
    pub(super) fn delete(
        &mut self,
        name: &str,
        key: &str,
        version: Option<&str>,
        cause: Cause,
        now: u64,
    ) -> Result<Map<String, Value>, ApiError> {
        let mut output = Map::new();
        let bucket = self.buckets.get_mut(name).ok_or_else(|| no_bucket(name))?;
        let id = match (version, bucket.versioning) {
            (Some(id), _) => id,
            (None, Versioning::Off) => NULL,
            (None, _) => {
                let id = self.new_version(name)?;
                let happening = Happening {
                    event: cause.marked(),
                    key,
                    size: None,
                    etag: Some(NOTHING),
                    version: &id,
                };
                self.tell(name, &happening, now);
                let marker = Version {
                    id: id.clone(),
                    created: now,
                    object: None,
                };
                let bucket = self.buckets.get_mut(name).ok_or_else(|| no_bucket(name))?;
                bucket.add(key, marker);
                output.insert("DeleteMarker".to_owned(), true.into());
                output.insert("VersionId".to_owned(), id.into());
                return Ok(output);
            }
        };
        let shows_versions = bucket.shows_versions();
        // Deleting what is not there is no error, and nobody hears of it.
        if let Some(gone) = bucket.remove(key, id) {
            if gone.is_marker() {
                output.insert("DeleteMarker".to_owned(), true.into());
            }
            let happening = Happening {
                event: cause.deleted(),
                key,
                size: None,
                etag: None,
                version: id,
            };
            self.tell(name, &happening, now);
        }
        if shows_versions {
            output.insert("VersionId".to_owned(), id.into());
        }
        Ok(output)
    }
}
