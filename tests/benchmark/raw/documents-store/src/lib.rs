//! Documents in a bucket, their descriptions in a table, and an audit log of what was done.

pub mod audit;
pub mod catalog;

use anyhow::{Context, Result, ensure};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;

pub use crate::audit::AuditLog;
pub use crate::catalog::{Catalog, Description, DynamoCatalog};

/// Where documents are kept. `C` keeps their descriptions.
pub struct DocumentStore<C> {
    s3: aws_sdk_s3::Client,
    bucket: String,
    kms_key: String,
    catalog: C,
}

impl<C: Catalog> DocumentStore<C> {
    pub fn new(
        s3: aws_sdk_s3::Client,
        bucket: impl Into<String>,
        kms_key: impl Into<String>,
        catalog: C,
    ) -> Self {
        Self {
            s3,
            bucket: bucket.into(),
            kms_key: kms_key.into(),
            catalog,
        }
    }

    pub async fn upload(&self, id: &str, name: &str, content: Vec<u8>) -> Result<Description> {
        let description = Description {
            id: id.to_owned(),
            name: name.to_owned(),
            key: format!("documents/{id}/{name}"),
            checksum: checksum(&content),
            size: content.len(),
        };
        self.s3
            .put_object()
            .bucket(&self.bucket)
            .key(&description.key)
            .server_side_encryption(ServerSideEncryption::AwsKms)
            .ssekms_key_id(&self.kms_key)
            .metadata("document-id", id)
            .metadata("original-name", name)
            .body(ByteStream::from(content))
            .send()
            .await
            .context("the document cannot be stored")?;
        self.catalog.add(&description).await?;
        Ok(description)
    }

    pub async fn list(&self) -> Result<Vec<Description>> {
        self.catalog.all().await
    }

    pub async fn download(&self, id: &str) -> Result<Vec<u8>> {
        let description = self
            .catalog
            .find(id)
            .await?
            .context("there is no such document")?;
        let object = self
            .s3
            .get_object()
            .bucket(&self.bucket)
            .key(&description.key)
            .send()
            .await?;
        let content = object.body.collect().await?.to_vec();
        ensure!(
            checksum(&content) == description.checksum,
            "{id} is damaged"
        );
        Ok(content)
    }
}

/// FNV-1a, which tells damage but no malice.
fn checksum(content: &[u8]) -> String {
    let hash = content
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}
