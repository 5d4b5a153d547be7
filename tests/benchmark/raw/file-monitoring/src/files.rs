//! Files in the bucket.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use lambda_runtime::Error;

use crate::Upload;

/// Stores one file and returns its key.
pub async fn store(client: &Client, bucket: &str, upload: &Upload) -> Result<String, Error> {
    let key = format!("incoming/{}", upload.name);
    client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .content_type(&upload.kind)
        .body(ByteStream::from(upload.content.clone().into_bytes()))
        .send()
        .await?;
    Ok(key)
}
