//! Tables: DynamoDB's API over items in memory.

mod expression;
mod key;
mod read;
mod schema;
mod settings;
mod span;
mod stream;
mod tokens;
mod value;
mod write;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::ApiError;
use schema::Table;
use tokens::Tokens;

pub(crate) use stream::shard_id;
pub use stream::{SHARDS, StreamRecord};
pub use value::{Attribute, Item, Number};

/// All tables of an account in a region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tables {
    tables: BTreeMap<String, Table>,
    tokens: Tokens,
}

impl Tables {
    /// Answers a call: `PutItem` and the request as DynamoDB's JSON. The operations of DynamoDB Streams
    /// are here too. `now` is in milliseconds since 1970.
    ///
    /// # Errors
    /// As DynamoDB gives them.
    pub fn call(&mut self, operation: &str, request: &Value, now: u64) -> Result<Value, ApiError> {
        match operation {
            "PutItem" => self.put_item(request, now),
            "UpdateItem" => self.update_item(request, now),
            "DeleteItem" => self.delete_item(request, now),
            "BatchWriteItem" => self.batch_write_item(request, now),
            "TransactWriteItems" => self.transact_write_items(request, now),
            "CreateTable" => self.create_table(request, now),
            "UpdateTable" => self.update_table(request, now),
            "DeleteTable" => self.delete_table(request),
            "UpdateTimeToLive" => self.update_time_to_live(request, now),
            "UpdateContinuousBackups" => self.update_backups(request),
            "GetShardIterator" => self.shard_iterator(request, now),
            "GetRecords" => self.get_records(request, now),
            _ => self.read(operation, request),
        }
    }

    /// Answers a call that changes nothing and asks nothing of the time.
    ///
    /// # Errors
    /// As DynamoDB gives them.
    pub fn read(&self, operation: &str, request: &Value) -> Result<Value, ApiError> {
        match operation {
            "GetItem" => self.get_item(request),
            "Query" => self.query(request),
            "Scan" => self.scan(request),
            "BatchGetItem" => self.batch_get_item(request),
            "TransactGetItems" => self.transact_get_items(request),
            "DescribeTable" => Ok(json!({ "Table": self.of(request)?.describe() })),
            "ListTables" => Ok(json!({ "TableNames": self.tables.keys().collect::<Vec<_>>() })),
            "DescribeTimeToLive" => self.describe_time_to_live(request),
            "DescribeContinuousBackups" => self.describe_backups(request),
            "ListStreams" => self.list_streams(request),
            "DescribeStream" => self.describe_stream(request),
            other => Err(ApiError::new(
                "UnknownOperationException",
                format!("tables do not have the operation {other} here"),
            )),
        }
    }

    fn create_table(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let name = request["TableName"].as_str().unwrap_or_default();
        if self.tables.contains_key(name) {
            return Err(ApiError::new(
                "ResourceInUseException",
                format!("Table already exists: {name}"),
            ));
        }
        let arn = crate::arn("dynamodb", &format!("table/{name}"));
        let table = Table::create(request, arn, now)?;
        let description = table.describe();
        self.tables.insert(name.to_owned(), table);
        Ok(json!({ "TableDescription": description }))
    }

    /// Name of the partition key of a table or of one of its indexes.
    pub fn partition_key(&self, table: &str, index: Option<&str>) -> Option<String> {
        let description = self.named(table).ok()?.describe();
        let keys = match index {
            None => &description["KeySchema"],
            Some(index) => {
                let indexes = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
                let mut indexes = indexes
                    .iter()
                    .filter_map(|list| description[*list].as_array());
                let mut all = indexes.by_ref().flatten();
                &all.find(|of| of["IndexName"] == index)?["KeySchema"]
            }
        };
        Some(keys[0]["AttributeName"].as_str()?.to_owned())
    }

    /// The table of a request, by name or ARN.
    fn of(&self, request: &Value) -> Result<&Table, ApiError> {
        self.named(request["TableName"].as_str().unwrap_or_default())
    }

    fn named(&self, name: &str) -> Result<&Table, ApiError> {
        let name = match name.strip_prefix("arn:") {
            Some(arn) => arn.rsplit('/').next().unwrap_or_default(),
            None => name,
        };
        self.tables.get(name).ok_or_else(missing)
    }
}

fn missing() -> ApiError {
    ApiError::new("ResourceNotFoundException", "Requested resource not found")
}
