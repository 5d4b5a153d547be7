//! Tables: DynamoDB's API over items in memory.

mod expression;
mod read;
mod schema;
mod value;
mod write;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::error::ApiError;
use schema::Table;

pub use value::{Attribute, Item, Number};

/// All tables of an account in a region.
#[derive(Debug, Default)]
pub struct Tables {
    tables: BTreeMap<String, Table>,
    changes: Vec<Change>,
    /// Transactions by their token.
    tokens: BTreeMap<String, Value>,
}

/// A change of an item, for the table's stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Name of the table.
    pub table: String,
    /// The key.
    pub keys: Item,
    /// The item before, if there was one.
    pub before: Option<Item>,
    /// The item after, if there is one.
    pub after: Option<Item>,
}

impl Tables {
    /// Answers a call: `PutItem` and the request as DynamoDB's JSON.
    ///
    /// # Errors
    /// As DynamoDB gives them.
    pub fn call(&mut self, operation: &str, request: &Value) -> Result<Value, ApiError> {
        match operation {
            "PutItem" => self.put_item(request),
            "GetItem" => self.get_item(request),
            "UpdateItem" => self.update_item(request),
            "DeleteItem" => self.delete_item(request),
            "Query" => self.query(request),
            "Scan" => self.scan(request),
            "BatchGetItem" => self.batch_get_item(request),
            "BatchWriteItem" => self.batch_write_item(request),
            "TransactGetItems" => self.transact_get_items(request),
            "TransactWriteItems" => self.transact_write_items(request),
            "CreateTable" => self.create_table(request),
            "DescribeTable" => Ok(json!({ "Table": self.of(request)?.describe() })),
            "DeleteTable" => {
                let description = self.of(request)?.describe();
                let name = request["TableName"].as_str().unwrap_or_default();
                self.tables.remove(name);
                Ok(json!({ "TableDescription": description }))
            }
            "ListTables" => Ok(json!({ "TableNames": self.tables.keys().collect::<Vec<_>>() })),
            "UpdateTimeToLive" => self.update_time_to_live(request),
            other => Err(ApiError::new(
                "UnknownOperationException",
                format!("tables do not have the operation {other} here"),
            )),
        }
    }

    /// The changes since this was last asked, in order.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Removes items whose time has come; `now` in seconds since 1970.
    pub fn expire(&mut self, now: i64) {
        let due: Vec<(String, schema::Key)> = self
            .tables
            .values()
            .flat_map(|table| {
                let attribute = table.ttl.as_deref();
                table.items.iter().filter_map(move |(key, item)| {
                    let Attribute::N(end) = item.get(attribute?)? else {
                        return None;
                    };
                    (end.as_seconds()? <= now).then(|| (table.name.clone(), key.clone()))
                })
            })
            .collect();
        for (table, key) in due {
            self.replace(&table, &key, None);
        }
    }

    fn create_table(&mut self, request: &Value) -> Result<Value, ApiError> {
        let name = request["TableName"].as_str().unwrap_or_default();
        if self.tables.contains_key(name) {
            return Err(ApiError::new(
                "ResourceInUseException",
                format!("Table already exists: {name}"),
            ));
        }
        let arn = crate::arn("dynamodb", &format!("table/{name}"));
        let table = Table::create(request, arn)?;
        let description = table.describe();
        self.tables.insert(name.to_owned(), table);
        Ok(json!({ "TableDescription": description }))
    }

    fn update_time_to_live(&mut self, request: &Value) -> Result<Value, ApiError> {
        let specification = &request["TimeToLiveSpecification"];
        let name = self.of(request)?.name.clone();
        if let Some(table) = self.tables.get_mut(&name) {
            let attribute = specification["AttributeName"].as_str();
            table.ttl = attribute
                .filter(|_| specification["Enabled"] == true)
                .map(str::to_owned);
        }
        Ok(json!({ "TimeToLiveSpecification": specification }))
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
        self.tables.get(name).ok_or_else(|| {
            ApiError::new("ResourceNotFoundException", "Requested resource not found")
        })
    }
}
