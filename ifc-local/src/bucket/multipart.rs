//! Uploads in parts.
//!
//! Source: Amazon S3 User Guide, "Uploading and copying objects using multipart upload".

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::checksum::{Algorithm, Checksum};
use super::list::most;
use super::object::{About, Object, quoted};
use super::store::Bucket;
use super::write::check_size;
use super::{Buckets, argument, condition, key, list, malformed, text};
use crate::digest;
use crate::error::ApiError;
use crate::moment;

/// Parts of an upload.
const PARTS: u64 = 10_000;
/// Bytes of a part that is not the last.
const SMALLEST: usize = 5 * 1024 * 1024;

/// An upload that goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Upload {
    pub(super) key: String,
    pub(super) created: u64,
    about: About,
    /// What checksums the client sends, if it said so.
    algorithm: Option<Algorithm>,
    /// Whether the object's checksum is that of all content, not that of the parts' checksums.
    is_full: bool,
    parts: BTreeMap<u64, Part>,
}

/// A part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Part {
    body: Bytes,
    etag: String,
    checksum: Checksum,
    created: u64,
}

impl Upload {
    fn kind(&self) -> &'static str {
        match self.is_full {
            true => "FULL_OBJECT",
            false => "COMPOSITE",
        }
    }
}

fn no_upload() -> ApiError {
    ApiError::new(
        "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    )
    .with_status(404)
}

fn part_number(input: &Value) -> Result<u64, ApiError> {
    let number = input["PartNumber"].as_u64();
    number
        .filter(|number| (1..=PARTS).contains(number))
        .ok_or_else(|| {
            argument(format!(
                "Part number must be an integer between 1 and {PARTS}, inclusive"
            ))
        })
}

impl Bucket {
    fn upload(&self, input: &Value) -> Result<&Upload, ApiError> {
        let upload = self.uploads.get(text(input, "UploadId"));
        upload
            .filter(|upload| upload.key == text(input, "Key"))
            .ok_or_else(no_upload)
    }

    pub(super) fn abort_upload(&mut self, input: &Value) -> Result<Value, ApiError> {
        self.upload(input)?;
        self.uploads.remove(text(input, "UploadId"));
        Ok(json!({}))
    }

    pub(super) fn list_parts(&self, input: &Value) -> Result<Value, ApiError> {
        let upload = self.upload(input)?;
        let most = most(input, "MaxParts")?;
        let marker = &input["PartNumberMarker"];
        let after = marker
            .as_u64()
            .or_else(|| marker.as_str()?.parse().ok())
            .unwrap_or(0);
        let mut rest = upload.parts.range(after + 1..);
        let page: Vec<(&u64, &Part)> = rest.by_ref().take(most).collect();
        let last = page.last().map(|(number, _)| **number);
        let is_truncated = last.is_some() && rest.next().is_some();
        let parts = page.into_iter().map(|(number, part)| {
            let mut shown = Map::new();
            shown.insert("PartNumber".to_owned(), (*number).into());
            shown.insert("ETag".to_owned(), quoted(&part.etag).into());
            shown.insert("Size".to_owned(), part.body.len().into());
            shown.insert("LastModified".to_owned(), moment::iso(part.created).into());
            part.checksum.show_value(&mut shown);
            Value::Object(shown)
        });
        let mut output = json!({
            "Bucket": self.name,
            "Key": upload.key,
            "UploadId": input["UploadId"],
            "MaxParts": most,
            "PartNumberMarker": after.to_string(),
            "IsTruncated": is_truncated,
            "StorageClass": upload.about.storage_class(),
            "Parts": parts.collect::<Vec<_>>(),
        });
        if let (true, Some(last)) = (is_truncated, last) {
            output["NextPartNumberMarker"] = last.to_string().into();
        }
        if let Some(algorithm) = upload.algorithm {
            output["ChecksumAlgorithm"] = algorithm.name().into();
            output["ChecksumType"] = upload.kind().into();
        }
        Ok(output)
    }

    /// In order of key and of beginning.
    pub(super) fn list_uploads(&self, input: &Value) -> Result<Value, ApiError> {
        if input["Delimiter"].is_string() {
            return Err(ApiError::new(
                "NotImplemented",
                "uploads are not listed by a delimiter here",
            )
            .with_status(501));
        }
        let (prefix, most) = (text(input, "Prefix"), most(input, "MaxUploads")?);
        let (after, after_id) = (text(input, "KeyMarker"), text(input, "UploadIdMarker"));
        let mut uploads: Vec<(&str, u64, &str, &Upload)> = self
            .uploads
            .iter()
            .map(|(id, upload)| (upload.key.as_str(), upload.created, id.as_str(), upload))
            .filter(|(key, ..)| key.starts_with(prefix))
            .collect();
        uploads.sort_by_key(|(key, created, id, _)| (*key, *created, *id));
        let marker = self.uploads.get(after_id).map(|upload| upload.created);
        uploads.retain(|(key, created, id, _)| match marker {
            Some(marker) => (*key, *created, *id) > (after, marker, after_id),
            None => *key > after,
        });
        let is_truncated = most > 0 && uploads.len() > most;
        uploads.truncate(most);
        let shown = uploads.iter().map(|(key, created, id, upload)| {
            json!({
                "Key": key,
                "UploadId": id,
                "Initiated": moment::iso(*created),
                "StorageClass": upload.about.storage_class(),
            })
        });
        let mut output = json!({
            "Bucket": self.name,
            "Prefix": prefix,
            "KeyMarker": after,
            "UploadIdMarker": after_id,
            "MaxUploads": most,
            "IsTruncated": is_truncated,
            "Uploads": shown.collect::<Vec<_>>(),
        });
        if let (true, Some((key, _, id, _))) = (is_truncated, uploads.last()) {
            output["NextKeyMarker"] = (*key).into();
            output["NextUploadIdMarker"] = (*id).into();
        }
        Ok(output)
    }
}

impl Buckets {
    pub(super) fn create_upload(&mut self, input: &Value, now: u64) -> Result<Value, ApiError> {
        let key = key(input)?;
        self.of(input)?;
        let algorithm = Algorithm::read(input)?;
        let is_sha = matches!(algorithm, Some(Algorithm::Sha1 | Algorithm::Sha256));
        let is_full = match text(input, "ChecksumType") {
            "FULL_OBJECT" if !is_sha => true,
            "COMPOSITE" if algorithm != Some(Algorithm::Crc64Nvme) => false,
            "" => matches!(algorithm, None | Some(Algorithm::Crc64Nvme)),
            kind => {
                return Err(ApiError::new(
                    "InvalidRequest",
                    format!("The {kind} checksum type cannot be used with the checksum algorithm."),
                ));
            }
        };
        let upload = Upload {
            key: key.to_owned(),
            created: now,
            about: About::read(input)?,
            algorithm,
            is_full,
            parts: BTreeMap::new(),
        };
        let id = self.ids.uuid().replace('-', "");
        let mut output = json!({ "Bucket": input["Bucket"], "Key": key, "UploadId": id });
        if let Some(algorithm) = algorithm {
            output["ChecksumAlgorithm"] = algorithm.name().into();
            output["ChecksumType"] = upload.kind().into();
        }
        self.of_mut(input)?.uploads.insert(id, upload);
        Ok(output)
    }

    pub(super) fn upload_part(
        &mut self,
        input: &Value,
        body: Bytes,
        now: u64,
    ) -> Result<Value, ApiError> {
        let number = part_number(input)?;
        let upload = self.of(input)?.upload(input)?;
        check_size(body.len())?;
        if let (Some(expected), Some(given)) = (upload.algorithm, Algorithm::read(input)?)
            && expected != given
        {
            return Err(ApiError::new(
                "InvalidRequest",
                format!(
                    "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
                    expected.name().to_ascii_lowercase(),
                    given.name().to_ascii_lowercase()
                ),
            ));
        }
        let algorithm = upload.algorithm.unwrap_or(Algorithm::Crc64Nvme);
        let part = Part {
            etag: digest::md5(&body),
            checksum: Checksum::check(input, &body, algorithm)?,
            body,
            created: now,
        };
        let mut output = Map::new();
        output.insert("ETag".to_owned(), quoted(&part.etag).into());
        part.checksum.show_value(&mut output);
        let uploads = &mut self.of_mut(input)?.uploads;
        if let Some(upload) = uploads.get_mut(text(input, "UploadId")) {
            upload.parts.insert(number, part);
        }
        Ok(output.into())
    }

    pub(super) fn complete_upload(&mut self, input: &Value, now: u64) -> Result<Value, ApiError> {
        let key = key(input)?;
        let bucket = self.of(input)?;
        let upload = bucket.upload(input)?;
        let parts = chosen(upload, list(&input["MultipartUpload"], "Parts"))?;
        condition::check_write(input, bucket.newest(key))?;
        let mut body = BytesMut::with_capacity(parts.iter().map(|part| part.body.len()).sum());
        let mut tags = Vec::new();
        for part in &parts {
            body.extend_from_slice(&part.body);
            tags.extend(digest::md5_bytes(&part.body));
        }
        let body = body.freeze();
        let algorithm = upload.algorithm.unwrap_or(Algorithm::Crc64Nvme);
        let checksum = match upload.is_full {
            true => Checksum::of(algorithm, &body),
            false => Checksum::of_parts(algorithm, parts.iter().map(|part| &part.body[..])),
        };
        checksum.check_value(input)?;
        let object = Object {
            etag: format!("{}-{}", digest::md5(&tags), parts.len()),
            body,
            about: upload.about.clone(),
            checksum,
            parts: parts.iter().map(|part| part.body.len() as u64).collect(),
        };
        let mut output = Map::new();
        let name = text(input, "Bucket");
        let location = format!(
            "https://{name}.s3.{}.amazonaws.com/{}",
            crate::REGION,
            crate::percent::encode(key, "")
        );
        output.insert("Location".to_owned(), location.into());
        output.insert("Bucket".to_owned(), name.into());
        output.insert("Key".to_owned(), key.into());
        output.insert("ETag".to_owned(), quoted(&object.etag).into());
        object.checksum.show(&mut output);
        self.of_mut(input)?.uploads.remove(text(input, "UploadId"));
        let event = "ObjectCreated:CompleteMultipartUpload";
        let id = self.add(name, key, object, event, now)?;
        output.extend(id.map(|id| ("VersionId".to_owned(), id.into())));
        Ok(output.into())
    }
}

/// The parts that the object is made of, as the client lists them.
fn chosen<'u>(upload: &'u Upload, listed: &[Value]) -> Result<Vec<&'u Part>, ApiError> {
    if listed.is_empty() {
        return Err(malformed());
    }
    let mut parts: Vec<&Part> = Vec::new();
    let mut before = 0;
    for entry in listed {
        let number = part_number(entry)?;
        if number <= before {
            return Err(ApiError::new(
                "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by part number.",
            ));
        }
        before = number;
        let tag = text(entry, "ETag").trim_matches('"');
        let part = upload.parts.get(&number).filter(|part| part.etag == tag);
        let part = part.filter(|part| part.checksum.is_given(entry));
        parts.push(part.ok_or_else(|| {
            ApiError::new(
                "InvalidPart",
                "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
            )
            .with("PartNumber", number)
        })?);
    }
    let not_last = parts.split_last().map_or(&[][..], |(_, rest)| rest);
    if let Some(small) = not_last.iter().find(|part| part.body.len() < SMALLEST) {
        return Err(ApiError::new(
            "EntityTooSmall",
            "Your proposed upload is smaller than the minimum allowed size",
        )
        .with("ProposedSize", small.body.len())
        .with("MinSizeAllowed", SMALLEST));
    }
    Ok(parts)
}
