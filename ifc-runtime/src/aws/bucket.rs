//! Buckets on S3.

use std::collections::BTreeMap;
use std::time::SystemTime;

use aws_sdk_s3 as s3;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::TaggingDirective;
use tokio::sync::OnceCell;

use super::Aws;
use super::error::{from_build, from_sdk};
use crate::backend::BoxFuture;
use crate::backend::bucket::{
    BucketBackend, CopyObject, GetObject, GotObject, ListObjects, ObjectInfo, ObjectPage,
    ObjectRef, Presign, PutObject,
};
use crate::error::{Error, ErrorKind, Result};
use crate::percent;

async fn client() -> &'static s3::Client {
    static CLIENT: OnceCell<s3::Client> = OnceCell::const_new();
    CLIENT
        .get_or_init(|| async {
            let shared = super::config().await;
            let endpoint = std::env::var("AWS_ENDPOINT_URL_S3")
                .ok()
                .or_else(|| shared.endpoint_url().map(str::to_owned));
            // Emulators have no name service for `bucket.127.0.0.1`.
            let path_style = endpoint.is_some_and(|url| is_loopback(&url));
            let config = s3::config::Builder::from(shared)
                .force_path_style(path_style)
                .build();
            s3::Client::from_conf(config)
        })
        .await
}

fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

impl BucketBackend for Aws {
    fn put(&self, request: PutObject) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let options = request.options;
            let metadata = Some(options.metadata).filter(|metadata| !metadata.is_empty());
            client()
                .await
                .put_object()
                .bucket(request.bucket.physical)
                .key(request.key)
                .set_content_type(options.content_type)
                .set_content_encoding(options.content_encoding)
                .set_content_disposition(options.content_disposition)
                .set_cache_control(options.cache_control)
                .set_metadata(metadata.map(|metadata| metadata.into_iter().collect()))
                .set_if_none_match(options.only_new.then(|| "*".to_owned()))
                .body(ByteStream::from(request.body))
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(())
        })
    }

    fn get(&self, request: GetObject) -> BoxFuture<'_, Result<GotObject>> {
        Box::pin(async move {
            let range = request.range.map(|(first, last)| match last {
                Some(last) => format!("bytes={first}-{last}"),
                None => format!("bytes={first}-"),
            });
            let output = client()
                .await
                .get_object()
                .bucket(request.bucket.physical)
                .key(&request.key)
                .set_range(range)
                .send()
                .await
                .map_err(from_sdk)?;
            let whole = output
                .content_range()
                .and_then(|range| range.rsplit('/').next()?.parse().ok());
            let info = ObjectInfo {
                key: request.key,
                size: whole.unwrap_or_else(|| size(output.content_length)),
                etag: output.e_tag.map(unquoted),
                last_modified: output.last_modified.and_then(system_time),
                content_type: output.content_type,
                metadata: sorted(output.metadata),
                version: output.version_id,
            };
            let body = output.body.collect().await.map_err(|error| {
                Error::new(ErrorKind::Unavailable, "the object's content broke off")
                    .with_source(error)
            })?;
            Ok(GotObject {
                body: body.into_bytes(),
                info,
            })
        })
    }

    fn head(&self, object: ObjectRef) -> BoxFuture<'_, Result<ObjectInfo>> {
        Box::pin(async move {
            let output = client()
                .await
                .head_object()
                .bucket(object.bucket.physical)
                .key(&object.key)
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(ObjectInfo {
                key: object.key,
                size: size(output.content_length),
                etag: output.e_tag.map(unquoted),
                last_modified: output.last_modified.and_then(system_time),
                content_type: output.content_type,
                metadata: sorted(output.metadata),
                version: output.version_id,
            })
        })
    }

    fn delete(&self, object: ObjectRef) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            client()
                .await
                .delete_object()
                .bucket(object.bucket.physical)
                .key(object.key)
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(())
        })
    }

    fn copy(&self, request: CopyObject) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let bucket = request.bucket.physical;
            client()
                .await
                .copy_object()
                .bucket(bucket)
                .copy_source(format!(
                    "{bucket}/{}",
                    percent::encode(&request.from, b"-._~/")
                ))
                .key(request.to)
                // Copying tags would need two more permissions.
                .tagging_directive(TaggingDirective::Replace)
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(())
        })
    }

    fn list(&self, request: ListObjects) -> BoxFuture<'_, Result<ObjectPage>> {
        Box::pin(async move {
            let output = client()
                .await
                .list_objects_v2()
                .bucket(request.bucket.physical)
                .set_prefix(Some(request.prefix).filter(|prefix| !prefix.is_empty()))
                .set_max_keys(
                    request
                        .limit
                        .map(|limit| i32::try_from(limit).unwrap_or(i32::MAX)),
                )
                .set_continuation_token(request.continuation)
                .send()
                .await
                .map_err(from_sdk)?;
            let objects = output
                .contents
                .unwrap_or_default()
                .into_iter()
                .map(|object| ObjectInfo {
                    key: object.key.unwrap_or_default(),
                    size: size(object.size),
                    etag: object.e_tag.map(unquoted),
                    last_modified: object.last_modified.and_then(system_time),
                    ..ObjectInfo::default()
                });
            let truncated = output.is_truncated.unwrap_or_default();
            Ok(ObjectPage {
                objects: objects.collect(),
                continuation: output.next_continuation_token.filter(|_| truncated),
            })
        })
    }

    fn presign_get(&self, request: Presign) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move {
            let expiry = PresigningConfig::expires_in(request.expires_in).map_err(from_build)?;
            let presigned = client()
                .await
                .get_object()
                .bucket(request.object.bucket.physical)
                .key(request.object.key)
                .presigned(expiry)
                .await
                .map_err(from_sdk)?;
            Ok(presigned.uri().to_owned())
        })
    }

    fn presign_put(&self, request: Presign) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move {
            let expiry = PresigningConfig::expires_in(request.expires_in).map_err(from_build)?;
            let presigned = client()
                .await
                .put_object()
                .bucket(request.object.bucket.physical)
                .key(request.object.key)
                .presigned(expiry)
                .await
                .map_err(from_sdk)?;
            Ok(presigned.uri().to_owned())
        })
    }
}

fn size(length: Option<i64>) -> u64 {
    length
        .and_then(|length| u64::try_from(length).ok())
        .unwrap_or_default()
}

fn unquoted(etag: String) -> String {
    etag.trim_matches('"').to_owned()
}

fn system_time(time: DateTime) -> Option<SystemTime> {
    SystemTime::try_from(time).ok()
}

fn sorted(metadata: Option<std::collections::HashMap<String, String>>) -> BTreeMap<String, String> {
    metadata.unwrap_or_default().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_endpoints() {
        for url in [
            "http://127.0.0.1:4566",
            "http://localhost",
            "http://[::1]:1/x",
            "http://s3.localhost:1",
        ] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "https://s3.eu-west-1.amazonaws.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
