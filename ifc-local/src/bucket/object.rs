//! Objects and their versions.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::checksum::Checksum;
use super::text;
use crate::error::ApiError;
use crate::moment;

/// Members that are kept with an object and come back with it.
const HEADERS: &[&str] = &[
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Expires",
    "StorageClass",
    "WebsiteRedirectLocation",
];

/// The id of versions that were made without versioning.
pub(super) const NULL: &str = "null";

/// A version of an object, or a delete marker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) id: String,
    pub(super) created: u64,
    /// Nothing in a delete marker.
    pub(super) object: Option<Object>,
}

/// An object. A copy shares the content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Object {
    pub(super) body: Bytes,
    /// Without quotes.
    pub(super) etag: String,
    pub(super) about: About,
    pub(super) checksum: Checksum,
    /// Sizes of the parts that it was uploaded in.
    pub(super) parts: Vec<u64>,
}

/// What is said about an object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct About {
    headers: BTreeMap<String, String>,
    metadata: BTreeMap<String, String>,
}

impl About {
    /// What a request says.
    pub(super) fn read(input: &Value) -> Result<About, ApiError> {
        let headers = HEADERS
            .iter()
            .filter(|name| input[**name].is_string())
            .map(|name| ((*name).to_owned(), text(input, name).to_owned()));
        let metadata = input["Metadata"].as_object().into_iter().flatten();
        let metadata: BTreeMap<String, String> = metadata
            .map(|(name, value)| {
                let value = value.as_str().unwrap_or_default();
                (name.to_ascii_lowercase(), value.to_owned())
            })
            .collect();
        let size: usize = metadata
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        if size > 2048 {
            return Err(ApiError::new(
                "MetadataTooLarge",
                "Your metadata headers exceed the maximum allowed metadata size",
            )
            .with("Size", size)
            .with("MaxSizeAllowed", 2048));
        }
        Ok(About {
            headers: headers.collect(),
            metadata,
        })
    }

    pub(super) fn storage_class(&self) -> &str {
        self.headers
            .get("StorageClass")
            .map_or("STANDARD", String::as_str)
    }

    pub(super) fn show(&self, output: &mut Map<String, Value>) {
        for (name, value) in &self.headers {
            output.insert(name.clone(), value.as_str().into());
        }
        output
            .entry("ContentType")
            .or_insert_with(|| "binary/octet-stream".into());
        let metadata = self.metadata.iter();
        let metadata: Map<String, Value> = metadata
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        output.insert("Metadata".to_owned(), metadata.into());
    }
}

impl Object {
    pub(super) fn new(body: Bytes, about: About, checksum: Checksum) -> Object {
        Object {
            etag: crate::digest::md5(&body),
            body,
            about,
            checksum,
            parts: Vec::new(),
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.body.len() as u64
    }
}

impl Version {
    pub(super) fn is_marker(&self) -> bool {
        self.object.is_none()
    }

    pub(super) fn modified(&self) -> Value {
        moment::iso(self.created).into()
    }
}

/// An entity tag as S3 writes it.
pub(super) fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}
