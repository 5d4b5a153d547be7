//! Descriptions of documents.

use std::collections::HashMap;

use anyhow::{Context, Result};
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct Description {
    pub id: String,
    pub name: String,
    pub key: String,
    pub checksum: String,
    pub size: usize,
}

#[async_trait]
pub trait Catalog: Send + Sync {
    async fn add(&self, description: &Description) -> Result<()>;
    async fn find(&self, id: &str) -> Result<Option<Description>>;
    async fn all(&self) -> Result<Vec<Description>>;
}

pub struct DynamoCatalog {
    client: Client,
    table_name: &'static str,
}

impl DynamoCatalog {
    pub const TABLE: &'static str = "document-metadata-run003-849526af";

    pub fn new(client: Client) -> Self {
        Self {
            client,
            table_name: Self::TABLE,
        }
    }
}

#[async_trait]
impl Catalog for DynamoCatalog {
    async fn add(&self, description: &Description) -> Result<()> {
        self.client
            .put_item()
            .table_name(self.table_name)
            .item("document_id", AttributeValue::S(description.id.clone()))
            .item("document_name", AttributeValue::S(description.name.clone()))
            .item("s3_key", AttributeValue::S(description.key.clone()))
            .item("checksum", AttributeValue::S(description.checksum.clone()))
            .item("size", AttributeValue::N(description.size.to_string()))
            .send()
            .await?;
        Ok(())
    }

    async fn find(&self, id: &str) -> Result<Option<Description>> {
        let found = self
            .client
            .get_item()
            .table_name(self.table_name)
            .key("document_id", AttributeValue::S(id.to_owned()))
            .send()
            .await?;
        found.item().map(from_item).transpose()
    }

    async fn all(&self) -> Result<Vec<Description>> {
        let items: Result<Vec<_>, _> = self
            .client
            .scan()
            .table_name(self.table_name)
            .into_paginator()
            .items()
            .send()
            .collect()
            .await;
        items?.iter().map(from_item).collect()
    }
}

fn from_item(item: &HashMap<String, AttributeValue>) -> Result<Description> {
    let text = |name: &str| -> Result<String> {
        let value = item
            .get(name)
            .with_context(|| format!("{name} is missing"))?;
        Ok(value
            .as_s()
            .ok()
            .with_context(|| format!("{name} is no text"))?
            .clone())
    };
    let size = item
        .get("size")
        .and_then(|size| size.as_n().ok())
        .context("size is missing")?;
    Ok(Description {
        id: text("document_id")?,
        name: text("document_name")?,
        key: text("s3_key")?,
        checksum: text("checksum")?,
        size: size.parse()?,
    })
}
