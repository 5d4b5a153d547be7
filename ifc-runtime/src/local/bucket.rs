//! Buckets of the local engine.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use ifc_local::{Call, moment, percent};
use serde_json::{Value, json};

use super::{Local, without_nulls};
use crate::backend::BoxFuture;
use crate::backend::bucket::{
    BucketBackend, CopyObject, GetObject, GotObject, ListObjects, ObjectInfo, ObjectPage,
    ObjectRef, Presign, PutObject,
};
use crate::error::Result;

impl BucketBackend for Local {
    fn put(&self, request: PutObject) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let options = request.options;
            let metadata = Some(options.metadata).filter(|metadata| !metadata.is_empty());
            let input = without_nulls(json!({
                "Bucket": self.physical(request.bucket)?,
                "Key": request.key,
                "ContentType": options.content_type,
                "ContentEncoding": options.content_encoding,
                "ContentDisposition": options.content_disposition,
                "CacheControl": options.cache_control,
                "Metadata": metadata,
                "IfNoneMatch": options.only_new.then_some("*"),
            }));
            let call = Call::new("s3", "PutObject", input).with_body(request.body);
            self.call(request.bucket, call).await?;
            Ok(())
        })
    }

    fn get(&self, request: GetObject) -> BoxFuture<'_, Result<GotObject>> {
        Box::pin(async move {
            let range = request.range.map(|(first, last)| match last {
                Some(last) => format!("bytes={first}-{last}"),
                None => format!("bytes={first}-"),
            });
            let input = without_nulls(json!({
                "Bucket": self.physical(request.bucket)?,
                "Key": request.key,
                "Range": range,
            }));
            let call = Call::new("s3", "GetObject", input);
            let answer = self.call(request.bucket, call).await?;
            let mut info = info(request.key, &answer.output);
            let whole = answer.output["ContentRange"].as_str();
            let whole = whole.and_then(|range| range.rsplit('/').next()?.parse().ok());
            info.size = whole.unwrap_or(info.size);
            Ok(GotObject {
                body: Bytes::from(answer.body),
                info,
            })
        })
    }

    fn head(&self, object: ObjectRef) -> BoxFuture<'_, Result<ObjectInfo>> {
        Box::pin(async move {
            let input = self.object(&object)?;
            let output = self.ask(object.bucket, "s3", "HeadObject", input).await?;
            Ok(info(object.key, &output))
        })
    }

    fn delete(&self, object: ObjectRef) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let input = self.object(&object)?;
            self.ask(object.bucket, "s3", "DeleteObject", input).await?;
            Ok(())
        })
    }

    fn copy(&self, request: CopyObject) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let bucket = self.physical(request.bucket)?;
            let input = json!({
                "Bucket": bucket,
                "CopySource": format!("{bucket}/{}", percent::encode(&request.from, "/")),
                "Key": request.to,
                "TaggingDirective": "REPLACE",
            });
            self.ask(request.bucket, "s3", "CopyObject", input).await?;
            Ok(())
        })
    }

    fn list(&self, request: ListObjects) -> BoxFuture<'_, Result<ObjectPage>> {
        Box::pin(async move {
            let input = without_nulls(json!({
                "Bucket": self.physical(request.bucket)?,
                "Prefix": Some(request.prefix).filter(|prefix| !prefix.is_empty()),
                "MaxKeys": request.limit,
                "ContinuationToken": request.continuation,
            }));
            let output = self
                .ask(request.bucket, "s3", "ListObjectsV2", input)
                .await?;
            let objects = output["Contents"].as_array().into_iter().flatten();
            let objects = objects.map(|object| ObjectInfo {
                size: object["Size"].as_u64().unwrap_or_default(),
                ..info(
                    object["Key"].as_str().unwrap_or_default().to_owned(),
                    object,
                )
            });
            let truncated = output["IsTruncated"] == true;
            let next = output["NextContinuationToken"].as_str();
            Ok(ObjectPage {
                objects: objects.collect(),
                continuation: next.filter(|_| truncated).map(str::to_owned),
            })
        })
    }

    fn presign_get(&self, request: Presign) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move { self.presign("GET", &request) })
    }

    fn presign_put(&self, request: Presign) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move { self.presign("PUT", &request) })
    }
}

impl Local {
    fn object(&self, object: &ObjectRef) -> Result<Value> {
        Ok(json!({ "Bucket": self.physical(object.bucket)?, "Key": object.key }))
    }
}

/// Objects and their entries in listings have most members in common.
fn info(key: String, output: &Value) -> ObjectInfo {
    let text = |member: &str| output[member].as_str().map(str::to_owned);
    let metadata = output["Metadata"].as_object().into_iter().flatten();
    ObjectInfo {
        key,
        size: output["ContentLength"].as_u64().unwrap_or_default(),
        etag: text("ETag").map(|tag| tag.trim_matches('"').to_owned()),
        last_modified: moment::read(&output["LastModified"])
            .map(|milliseconds| UNIX_EPOCH + Duration::from_millis(milliseconds)),
        content_type: text("ContentType"),
        metadata: metadata
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect::<BTreeMap<_, _>>(),
        version: text("VersionId"),
    }
}
