//! Reads of objects.

use serde_json::{Map, Value};

use super::object::{Version, quoted};
use super::store::Bucket;
use super::{Buckets, condition, text};
use crate::call::Answer;
use crate::error::ApiError;

/// Members of a request that take the place of what the object says.
const OVERRIDES: &[(&str, &str)] = &[
    ("ResponseCacheControl", "CacheControl"),
    ("ResponseContentDisposition", "ContentDisposition"),
    ("ResponseContentEncoding", "ContentEncoding"),
    ("ResponseContentLanguage", "ContentLanguage"),
    ("ResponseContentType", "ContentType"),
    ("ResponseExpires", "Expires"),
];

impl Buckets {
    pub(super) fn get_object(&self, input: &Value) -> Result<Answer, ApiError> {
        self.of(input)?.read(input, true)
    }

    /// The same without the content. What is missing is `NotFound`, since an answer to HEAD has no body
    /// that says more.
    pub(super) fn head_object(&self, input: &Value) -> Result<Value, ApiError> {
        let answer = self.of(input).and_then(|bucket| bucket.read(input, false));
        match answer {
            Ok(answer) => Ok(answer.output),
            Err(error) if error.status == 404 => Err(ApiError {
                code: "NotFound".to_owned(),
                ..error
            }),
            Err(error) => Err(error),
        }
    }
}

impl Bucket {
    fn read(&self, input: &Value, with_body: bool) -> Result<Answer, ApiError> {
        let version = self.version_of(input)?;
        let Some(object) = &version.object else {
            return Err(super::no_key(text(input, "Key")));
        };
        condition::check_read(input, "", &object.etag, version)?;
        let mut output = self.about(version);
        for (member, overridden) in OVERRIDES {
            if let Some(value) = input[*member].as_str() {
                output.insert((*overridden).to_owned(), value.into());
            }
        }
        let size = object.size();
        let part = match input["PartNumber"].as_u64() {
            Some(number) => {
                if !object.parts.is_empty() {
                    output.insert("PartsCount".to_owned(), object.parts.len().into());
                }
                Some(part(&object.parts, number, size)?)
            }
            None => condition::range(text(input, "Range"), size)?,
        };
        let body = match &part {
            Some(part) => {
                let shown = format!("bytes {}-{}/{size}", part.start, part.end.max(1) - 1);
                output.insert("ContentRange".to_owned(), shown.into());
                object.body.slice(part.start as usize..part.end as usize)
            }
            None => {
                // The checksum is that of all content.
                if input["ChecksumMode"] == "ENABLED" {
                    object.checksum.show(&mut output);
                }
                object.body.clone()
            }
        };
        output.insert("ContentLength".to_owned(), body.len().into());
        output.insert("AcceptRanges".to_owned(), "bytes".into());
        Ok(Answer {
            output: output.into(),
            body: match with_body {
                true => body.into(),
                false => Vec::new(),
            },
        })
    }

    /// What is said about a version.
    fn about(&self, version: &Version) -> Map<String, Value> {
        let mut output = Map::new();
        if let Some(object) = &version.object {
            object.about.show(&mut output);
            output.insert("ETag".to_owned(), quoted(&object.etag).into());
        }
        output.insert("LastModified".to_owned(), version.modified());
        if self.shows_versions() {
            output.insert("VersionId".to_owned(), version.id.as_str().into());
        }
        output
    }
}

/// The bytes of a part, by its number from 1. An object that was put at once is one part.
fn part(parts: &[u64], number: u64, size: u64) -> Result<std::ops::Range<u64>, ApiError> {
    let wrong = || {
        ApiError::new(
            "InvalidPartNumber",
            "The requested partnumber is not satisfiable",
        )
        .with_status(416)
        .with("PartNumberRequested", number)
        .with("ActualPartCount", parts.len().max(1))
    };
    if parts.is_empty() && number == 1 {
        return Ok(0..size);
    }
    let at = usize::try_from(number)
        .ok()
        .and_then(|number| number.checked_sub(1));
    let at = at.filter(|at| *at < parts.len()).ok_or_else(wrong)?;
    let start: u64 = parts[..at].iter().sum();
    Ok(start..start + parts[at])
}
