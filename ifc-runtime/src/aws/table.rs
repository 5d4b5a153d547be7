//! Tables on DynamoDB.

use std::collections::HashMap;

use aws_sdk_dynamodb as dynamodb;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, DeleteRequest, Get,
    KeysAndAttributes, Put, PutRequest, ReturnValue, ReturnValuesOnConditionCheckFailure,
    TransactGetItem, TransactWriteItem, Update, WriteRequest,
};

use super::error::{classify, from_build, from_sdk};
use super::{Aws, client};
use crate::backend::table::{
    Attributes, BatchEntry, BatchGet, BatchGot, BatchWrite, DeleteItem, GetItem, PutItem, Query,
    RawPage, Scan, TableBackend, TransactWrite, UpdateItem, Updated, WriteOperation,
};
use crate::backend::{BoxFuture, Target};
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::expression::{Expr, Renderer};

client!(dynamodb);

type Item = HashMap<String, AttributeValue>;
type Names = Option<HashMap<String, String>>;

fn to_sdk(attributes: Attributes) -> Item {
    attributes
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect()
}

fn from_item(item: Item) -> Attributes {
    item.into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect()
}

/// Names and values as the SDK takes them; the service refuses empty maps.
fn placeholders(renderer: Renderer) -> (Names, Option<Item>) {
    let rendered = renderer.finish();
    (
        Some(rendered.names).filter(|names| !names.is_empty()),
        Some(to_sdk(rendered.values)).filter(|values| !values.is_empty()),
    )
}

fn condition(condition: Option<&Expr>) -> (Option<String>, Names, Option<Item>) {
    let mut renderer = Renderer::new();
    let text = condition.map(|condition| renderer.condition(condition));
    let (names, values) = placeholders(renderer);
    (text, names, values)
}

impl TableBackend for Aws {
    fn put(&self, request: PutItem) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let (condition, names, values) = condition(request.condition.as_ref());
            client()
                .await
                .put_item()
                .table_name(request.table.target.physical)
                .set_item(Some(to_sdk(request.item)))
                .set_condition_expression(condition)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values)
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(())
        })
    }

    fn get(&self, request: GetItem) -> BoxFuture<'_, Result<Option<Attributes>>> {
        Box::pin(async move {
            let output = client()
                .await
                .get_item()
                .table_name(request.table.target.physical)
                .set_key(Some(to_sdk(request.key)))
                .consistent_read(request.consistent)
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(output.item.map(from_item))
        })
    }

    fn update(&self, request: UpdateItem) -> BoxFuture<'_, Result<Updated>> {
        Box::pin(async move {
            let mut renderer = Renderer::new();
            let update = renderer.update(&request.actions);
            let condition = request
                .condition
                .map(|condition| renderer.condition(&condition));
            let (names, values) = placeholders(renderer);
            let answer = client()
                .await
                .update_item()
                .table_name(request.table.target.physical)
                .set_key(Some(to_sdk(request.key)))
                .update_expression(update)
                .set_condition_expression(condition)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values)
                .return_values(ReturnValue::AllNew)
                .return_values_on_condition_check_failure(
                    ReturnValuesOnConditionCheckFailure::AllOld,
                )
                .send()
                .await;
            match answer {
                Ok(output) => Ok(Updated::Done(
                    output.attributes.map(from_item).unwrap_or_default(),
                )),
                Err(error) => match error.as_service_error() {
                    Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                        Ok(Updated::ConditionFailed(failed.item.clone().map(from_item)))
                    }
                    _ => Err(from_sdk(error)),
                },
            }
        })
    }

    fn delete(&self, request: DeleteItem) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let (condition, names, values) = condition(request.condition.as_ref());
            client()
                .await
                .delete_item()
                .table_name(request.table.target.physical)
                .set_key(Some(to_sdk(request.key)))
                .set_condition_expression(condition)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values)
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(())
        })
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<RawPage>> {
        Box::pin(async move {
            let mut renderer = Renderer::new();
            let (partition, value) = &request.partition;
            let sort = request.sort.as_ref().map(|(key, range)| (key.name, range));
            let key_condition = renderer.key_condition((partition.name, value), sort);
            let filter = request.filter.map(|filter| renderer.condition(&filter));
            let (names, values) = placeholders(renderer);
            let output = client()
                .await
                .query()
                .table_name(request.table.target.physical)
                .set_index_name(request.index)
                .key_condition_expression(key_condition)
                .set_filter_expression(filter)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values)
                .scan_index_forward(!request.descending)
                .set_limit(request.limit.map(as_limit))
                .set_exclusive_start_key(request.start.map(to_sdk))
                .set_consistent_read(request.consistent.then_some(true))
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(raw_page(output.items, output.last_evaluated_key))
        })
    }

    fn scan(&self, request: Scan) -> BoxFuture<'_, Result<RawPage>> {
        Box::pin(async move {
            let (filter, names, values) = condition(request.filter.as_ref());
            let output = client()
                .await
                .scan()
                .table_name(request.table.target.physical)
                .set_index_name(request.index)
                .set_filter_expression(filter)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values)
                .set_limit(request.limit.map(as_limit))
                .set_exclusive_start_key(request.start.map(to_sdk))
                .set_consistent_read(request.consistent.then_some(true))
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(raw_page(output.items, output.last_evaluated_key))
        })
    }

    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot>> {
        Box::pin(async move {
            let table = request.table.target.physical;
            let keys = request.keys.into_iter().map(to_sdk).collect();
            let keys = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .build()
                .map_err(from_build)?;
            let mut output = client()
                .await
                .batch_get_item()
                .request_items(table, keys)
                .send()
                .await
                .map_err(from_sdk)?;
            let items = output.responses.as_mut().and_then(only);
            let unprocessed = output.unprocessed_keys.as_mut().and_then(only);
            Ok(BatchGot {
                items: items
                    .unwrap_or_default()
                    .into_iter()
                    .map(from_item)
                    .collect(),
                unprocessed: unprocessed
                    .map(|keys| keys.keys.into_iter().map(from_item).collect())
                    .unwrap_or_default(),
            })
        })
    }

    fn batch_write(&self, request: BatchWrite) -> BoxFuture<'_, Result<Vec<BatchEntry>>> {
        Box::pin(async move {
            let table = request.table.target.physical;
            let entries = request
                .entries
                .into_iter()
                .map(write_request)
                .collect::<Result<_>>()?;
            let mut output = client()
                .await
                .batch_write_item()
                .request_items(table, entries)
                .send()
                .await
                .map_err(from_sdk)?;
            let unprocessed = output.unprocessed_items.as_mut().and_then(only);
            Ok(unprocessed
                .unwrap_or_default()
                .into_iter()
                .filter_map(batch_entry)
                .collect())
        })
    }

    fn transact_write(&self, request: TransactWrite) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let names: Vec<&str> = request
                .operations
                .iter()
                .map(|operation| target(operation).resource)
                .collect();
            let items = request
                .operations
                .into_iter()
                .map(transact_item)
                .collect::<Result<Vec<TransactWriteItem>>>()?;
            let answer = client()
                .await
                .transact_write_items()
                .set_transact_items(Some(items))
                .client_request_token(request.token)
                .send()
                .await;
            match answer {
                Ok(_) => Ok(()),
                Err(error) => match error.as_service_error() {
                    Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                        Err(cancelled_error(cancelled.cancellation_reasons(), &names))
                    }
                    _ => Err(from_sdk(error)),
                },
            }
        })
    }

    fn transact_get(&self, gets: Vec<GetItem>) -> BoxFuture<'_, Result<Vec<Option<Attributes>>>> {
        Box::pin(async move {
            let names: Vec<&str> = gets.iter().map(|get| get.table.target.resource).collect();
            let items = gets
                .into_iter()
                .map(|get| {
                    let get = Get::builder()
                        .table_name(get.table.target.physical)
                        .set_key(Some(to_sdk(get.key)))
                        .build()
                        .map_err(from_build)?;
                    Ok(TransactGetItem::builder().get(get).build())
                })
                .collect::<Result<Vec<_>>>()?;
            let answer = client()
                .await
                .transact_get_items()
                .set_transact_items(Some(items))
                .send()
                .await;
            match answer {
                Ok(output) => Ok(output
                    .responses
                    .unwrap_or_default()
                    .into_iter()
                    .map(|response| response.item.map(from_item))
                    .collect()),
                Err(error) => match error.as_service_error() {
                    Some(TransactGetItemsError::TransactionCanceledException(cancelled)) => {
                        Err(cancelled_error(cancelled.cancellation_reasons(), &names))
                    }
                    _ => Err(from_sdk(error)),
                },
            }
        })
    }
}

fn as_limit(limit: u32) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}

fn raw_page(items: Option<Vec<Item>>, next: Option<Item>) -> RawPage {
    RawPage {
        items: items
            .unwrap_or_default()
            .into_iter()
            .map(from_item)
            .collect(),
        next: next.filter(|key| !key.is_empty()).map(from_item),
    }
}

/// The value for the only table of a request, whether the service gives its name or its ARN.
fn only<V>(by_table: &mut HashMap<String, V>) -> Option<V> {
    by_table.drain().next().map(|(_, value)| value)
}

fn write_request(entry: BatchEntry) -> Result<WriteRequest> {
    Ok(match entry {
        BatchEntry::Put(item) => {
            let put = PutRequest::builder().set_item(Some(to_sdk(item))).build();
            WriteRequest::builder()
                .put_request(put.map_err(from_build)?)
                .build()
        }
        BatchEntry::Delete(key) => {
            let delete = DeleteRequest::builder().set_key(Some(to_sdk(key))).build();
            WriteRequest::builder()
                .delete_request(delete.map_err(from_build)?)
                .build()
        }
    })
}

fn batch_entry(request: WriteRequest) -> Option<BatchEntry> {
    match (request.put_request, request.delete_request) {
        (Some(put), _) => Some(BatchEntry::Put(from_item(put.item))),
        (None, Some(delete)) => Some(BatchEntry::Delete(from_item(delete.key))),
        (None, None) => None,
    }
}

fn target(operation: &WriteOperation) -> Target {
    match operation {
        WriteOperation::Put(put) => put.table.target,
        WriteOperation::Update(update) => update.table.target,
        WriteOperation::Delete(delete) => delete.table.target,
        WriteOperation::Check { table, .. } => table.target,
    }
}

fn transact_item(operation: WriteOperation) -> Result<TransactWriteItem> {
    let item = TransactWriteItem::builder();
    let table = target(&operation).physical;
    Ok(match operation {
        WriteOperation::Put(request) => {
            let (condition, names, values) = condition(request.condition.as_ref());
            let put = Put::builder()
                .table_name(table)
                .set_item(Some(to_sdk(request.item)))
                .set_condition_expression(condition)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values);
            item.put(put.build().map_err(from_build)?)
        }
        WriteOperation::Update(request) => {
            let mut renderer = Renderer::new();
            let text = renderer.update(&request.actions);
            let condition = request
                .condition
                .map(|condition| renderer.condition(&condition));
            let (names, values) = placeholders(renderer);
            let update = Update::builder()
                .table_name(table)
                .set_key(Some(to_sdk(request.key)))
                .update_expression(text)
                .set_condition_expression(condition)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values);
            item.update(update.build().map_err(from_build)?)
        }
        WriteOperation::Delete(request) => {
            let (condition, names, values) = condition(request.condition.as_ref());
            let delete = Delete::builder()
                .table_name(table)
                .set_key(Some(to_sdk(request.key)))
                .set_condition_expression(condition)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values);
            item.delete(delete.build().map_err(from_build)?)
        }
        WriteOperation::Check {
            key,
            condition: expr,
            ..
        } => {
            let (text, names, values) = condition(Some(&expr));
            let check = ConditionCheck::builder()
                .table_name(table)
                .set_key(Some(to_sdk(key)))
                .set_condition_expression(text)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values);
            item.condition_check(check.build().map_err(from_build)?)
        }
    }
    .build())
}

fn cancelled_error(reasons: &[CancellationReason], names: &[&str]) -> Error {
    let failures: Vec<Failure> = reasons
        .iter()
        .enumerate()
        .filter_map(|(index, reason)| {
            let code = reason.code().filter(|code| *code != "None")?;
            let message = reason.message().unwrap_or_default();
            let table = names.get(index).copied().unwrap_or_default();
            Some(Failure {
                index,
                kind: classify(code, message, 0),
                code: code.to_owned(),
                message: format!("`{table}`: {message}"),
            })
        })
        .collect();
    let text = format!(
        "{} of {} operations prevented it",
        failures.len(),
        names.len()
    );
    Error::new(ErrorKind::TransactionCancelled, text).with_failures(failures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_a_cancelled_transaction() {
        let reason = |code: &str| {
            CancellationReason::builder()
                .code(code)
                .message("m")
                .build()
        };
        let error = cancelled_error(
            &[
                reason("None"),
                reason("ConditionalCheckFailed"),
                reason("TransactionConflict"),
            ],
            &["A", "B", "C"],
        );
        let kinds: Vec<_> = error.failures().iter().map(|f| (f.index, f.kind)).collect();
        assert_eq!(
            kinds,
            [(1, ErrorKind::ConditionFailed), (2, ErrorKind::Conflict)]
        );
        assert_eq!(error.failures()[0].message, "`B`: m");
        assert!(!error.is_retryable());
    }

    #[test]
    fn placeholders_are_absent_rather_than_empty() {
        assert_eq!(condition(None), (None, None, None));
    }
}
