//! Tables of the local engine.

use ifc_local::Call;
use serde_json::{Map, Value, json};

use super::{Local, to_error, without_nulls};
use crate::backend::table::{
    Attributes, BatchEntry, BatchGet, BatchGot, BatchWrite, DeleteItem, GetItem, PutItem, Query,
    RawPage, Read, TableBackend, TableTarget, TransactWrite, UpdateItem, Updated, WriteOperation,
};
use crate::backend::{BoxFuture, Target};
use crate::error::{Error, Result};
use crate::expression::{Expr, Renderer};
use crate::service::cancelled;

impl TableBackend for Local {
    fn put(&self, request: PutItem) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let target = request.table.target;
            self.table(target, "PutItem", self.put_request(request)?)
                .await?;
            Ok(())
        })
    }

    fn get(&self, request: GetItem) -> BoxFuture<'_, Result<Option<Attributes>>> {
        Box::pin(async move {
            let target = request.table.target;
            let mut input = self.key(request.table, &request.key)?;
            input["ConsistentRead"] = json!(request.consistent);
            let mut output = self.table(target, "GetItem", input).await?;
            optional_item(&mut output, "Item")
        })
    }

    fn update(&self, request: UpdateItem) -> BoxFuture<'_, Result<Updated>> {
        Box::pin(async move {
            let target = request.table.target;
            let mut input = self.update_request(request)?;
            input["ReturnValues"] = json!("ALL_NEW");
            input["ReturnValuesOnConditionCheckFailure"] = json!("ALL_OLD");
            let call = Call::new("dynamodb", "UpdateItem", input);
            match self.try_call(target, call).await? {
                Ok(mut answer) => {
                    let item = optional_item(&mut answer.output, "Attributes")?;
                    Ok(Updated::Done(item.unwrap_or_default()))
                }
                Err(error) if error.code == "ConditionalCheckFailedException" => {
                    let item = error.details.get("Item").cloned();
                    Ok(Updated::ConditionFailed(item.map(from_json).transpose()?))
                }
                Err(error) => Err(to_error(&error)),
            }
        })
    }

    fn delete(&self, request: DeleteItem) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let target = request.table.target;
            self.table(target, "DeleteItem", self.delete_request(request)?)
                .await?;
            Ok(())
        })
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<RawPage>> {
        Box::pin(async move {
            let (partition, value) = &request.partition;
            let sort = request.sort.as_ref().map(|(key, range)| (key.name, range));
            let mut renderer = Renderer::new();
            let keys = renderer.key_condition((partition.name, value), sort);
            let target = request.read.table.target;
            let mut input = self.read_request(request.read, renderer)?;
            input["KeyConditionExpression"] = json!(keys);
            input["ScanIndexForward"] = json!(!request.descending);
            page(self.table(target, "Query", input).await?)
        })
    }

    fn scan(&self, read: Read) -> BoxFuture<'_, Result<RawPage>> {
        Box::pin(async move {
            let target = read.table.target;
            let input = self.read_request(read, Renderer::new())?;
            page(self.table(target, "Scan", input).await?)
        })
    }

    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot>> {
        Box::pin(async move {
            let target = request.table.target;
            let keys: Value = request.keys.iter().map(to_json).collect::<Result<_>>()?;
            let input = json!({ "RequestItems": { self.physical(target)?: { "Keys": keys } } });
            let mut output = self.table(target, "BatchGetItem", input).await?;
            let mut unprocessed = only(&mut output, "UnprocessedKeys");
            Ok(BatchGot {
                items: items(only(&mut output, "Responses"))?,
                unprocessed: items(unprocessed["Keys"].take())?,
            })
        })
    }

    fn batch_write(&self, request: BatchWrite) -> BoxFuture<'_, Result<Vec<BatchEntry>>> {
        Box::pin(async move {
            let target = request.table.target;
            let entries = request.entries.iter().map(|entry| {
                Ok(match entry {
                    BatchEntry::Put(item) => json!({ "PutRequest": { "Item": to_json(item)? } }),
                    BatchEntry::Delete(key) => json!({ "DeleteRequest": { "Key": to_json(key)? } }),
                })
            });
            let entries: Value = entries.collect::<Result<_>>()?;
            let input = json!({ "RequestItems": { self.physical(target)?: entries } });
            let mut output = self.table(target, "BatchWriteItem", input).await?;
            let Value::Array(unprocessed) = only(&mut output, "UnprocessedItems") else {
                return Ok(Vec::new());
            };
            let entries = unprocessed.into_iter().map(|mut entry| {
                Ok(match entry["PutRequest"]["Item"].take() {
                    Value::Null => {
                        BatchEntry::Delete(from_json(entry["DeleteRequest"]["Key"].take())?)
                    }
                    item => BatchEntry::Put(from_json(item)?),
                })
            });
            entries.collect()
        })
    }

    fn transact_write(&self, request: TransactWrite) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let targets: Vec<Target> = request
                .operations
                .iter()
                .map(WriteOperation::target)
                .collect();
            let operations = request.operations.into_iter();
            let operations = operations.map(|operation| self.transact_item(operation));
            let items: Value = operations.collect::<Result<_>>()?;
            let input = json!({
                "TransactItems": items,
                "ClientRequestToken": request.token,
            });
            self.transact(&targets, "TransactWriteItems", input).await?;
            Ok(())
        })
    }

    fn transact_get(&self, gets: Vec<GetItem>) -> BoxFuture<'_, Result<Vec<Option<Attributes>>>> {
        Box::pin(async move {
            let targets: Vec<Target> = gets.iter().map(|get| get.table.target).collect();
            let items = gets.iter().map(|get| {
                let get = self.key(get.table, &get.key)?;
                Ok(json!({ "Get": get }))
            });
            let input = json!({ "TransactItems": items.collect::<Result<Vec<Value>>>()? });
            let mut output = self.transact(&targets, "TransactGetItems", input).await?;
            let Value::Array(responses) = output["Responses"].take() else {
                return Ok(Vec::new());
            };
            let items = responses.into_iter();
            items
                .map(|mut response| optional_item(&mut response, "Item"))
                .collect()
        })
    }
}

impl Local {
    async fn table(&self, target: Target, operation: &str, input: Value) -> Result<Value> {
        self.ask(target, "dynamodb", operation, input).await
    }

    /// A transaction over these tables; its error says which of them prevented it.
    async fn transact(&self, targets: &[Target], operation: &str, input: Value) -> Result<Value> {
        let first = targets.first().copied().unwrap_or(Target {
            resource: "",
            physical: "",
        });
        let call = Call::new("dynamodb", operation, input);
        match self.try_call(first, call).await? {
            Ok(answer) => Ok(answer.output),
            Err(error) if error.code == "TransactionCanceledException" => {
                let reasons = error.details.get("CancellationReasons");
                let reasons = reasons.and_then(Value::as_array).into_iter().flatten();
                let reasons =
                    reasons.map(|reason| (reason["Code"].as_str(), reason["Message"].as_str()));
                let names: Vec<&str> = targets.iter().map(|target| target.resource).collect();
                Err(cancelled(reasons, &names))
            }
            Err(error) => Err(to_error(&error)),
        }
    }

    fn key(&self, table: TableTarget, key: &Attributes) -> Result<Value> {
        Ok(json!({ "TableName": self.physical(table.target)?, "Key": to_json(key)? }))
    }

    fn put_request(&self, request: PutItem) -> Result<Value> {
        let input = json!({
            "TableName": self.physical(request.table.target)?,
            "Item": to_json(&request.item)?,
        });
        with_condition(input, request.condition.as_ref(), Renderer::new())
    }

    fn delete_request(&self, request: DeleteItem) -> Result<Value> {
        let input = self.key(request.table, &request.key)?;
        with_condition(input, request.condition.as_ref(), Renderer::new())
    }

    fn update_request(&self, request: UpdateItem) -> Result<Value> {
        let mut renderer = Renderer::new();
        let changes = renderer.update(&request.actions);
        let mut input = self.key(request.table, &request.key)?;
        input["UpdateExpression"] = json!(changes);
        with_condition(input, request.condition.as_ref(), renderer)
    }

    fn read_request(&self, read: Read, renderer: Renderer) -> Result<Value> {
        let start = read.start.as_ref().map(to_json).transpose()?;
        let input = without_nulls(json!({
            "TableName": self.physical(read.table.target)?,
            "IndexName": read.index,
            "Limit": read.limit,
            "ExclusiveStartKey": start,
            "ConsistentRead": read.consistent.then_some(true),
        }));
        with_expression(input, "FilterExpression", read.filter.as_ref(), renderer)
    }

    fn transact_item(&self, operation: WriteOperation) -> Result<Value> {
        Ok(match operation {
            WriteOperation::Put(put) => json!({ "Put": self.put_request(put)? }),
            WriteOperation::Update(update) => json!({ "Update": self.update_request(update)? }),
            WriteOperation::Delete(delete) => json!({ "Delete": self.delete_request(delete)? }),
            WriteOperation::Check {
                table,
                key,
                condition,
            } => {
                let check = self.key(table, &key)?;
                json!({ "ConditionCheck": with_condition(check, Some(&condition), Renderer::new())? })
            }
        })
    }
}

fn with_condition(input: Value, condition: Option<&Expr>, renderer: Renderer) -> Result<Value> {
    with_expression(input, "ConditionExpression", condition, renderer)
}

/// Adds an expression and all placeholders; the service refuses empty maps of them.
fn with_expression(
    mut input: Value,
    member: &str,
    expression: Option<&Expr>,
    mut renderer: Renderer,
) -> Result<Value> {
    if let Some(expression) = expression {
        input[member] = json!(renderer.condition(expression));
    }
    let rendered = renderer.finish();
    if !rendered.names.is_empty() {
        input["ExpressionAttributeNames"] = json!(rendered.names);
    }
    if !rendered.values.is_empty() {
        input["ExpressionAttributeValues"] = to_json(&rendered.values)?;
    }
    Ok(input)
}

/// Attributes as the API writes them.
fn to_json(attributes: &Attributes) -> Result<Value> {
    let attributes = attributes.iter().map(|(name, value)| {
        let value = serde_json::to_value(value).map_err(|e| Error::serialization("the item", e))?;
        Ok((name.clone(), value))
    });
    Ok(Value::Object(attributes.collect::<Result<Map<_, _>>>()?))
}

fn from_json(attributes: Value) -> Result<Attributes> {
    serde_json::from_value(attributes).map_err(|e| Error::serialization("the item", e))
}

fn optional_item(output: &mut Value, member: &str) -> Result<Option<Attributes>> {
    match output[member].take() {
        Value::Null => Ok(None),
        item => from_json(item).map(Some),
    }
}

fn items(list: Value) -> Result<Vec<Attributes>> {
    let Value::Array(list) = list else {
        return Ok(Vec::new());
    };
    list.into_iter().map(from_json).collect()
}

fn page(mut output: Value) -> Result<RawPage> {
    let next = optional_item(&mut output, "LastEvaluatedKey")?;
    Ok(RawPage {
        items: items(output["Items"].take())?,
        next: next.filter(|key| !key.is_empty()),
    })
}

/// The value for the only table of an answer, whether the service gives its name or its ARN.
fn only(output: &mut Value, member: &str) -> Value {
    let tables = output[member].as_object_mut();
    let first = tables.and_then(|tables| tables.values_mut().next());
    first.map_or(Value::Null, Value::take)
}
