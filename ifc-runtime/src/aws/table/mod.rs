//! Tables on DynamoDB.

mod transactions;

use std::collections::HashMap;

use aws_sdk_dynamodb as dynamodb;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, DeleteRequest, KeysAndAttributes, PutRequest, ReturnValue,
    ReturnValuesOnConditionCheckFailure, WriteRequest,
};

use super::error::{from_build, from_sdk};
use super::{Aws, client};
use crate::backend::BoxFuture;
use crate::backend::table::{
    Attributes, BatchEntry, BatchGet, BatchGot, BatchWrite, DeleteItem, GetItem, PutItem, Query,
    RawPage, Read, TableBackend, TransactWrite, UpdateItem, Updated,
};
use crate::error::Result;
use crate::expression::{Expr, Renderer};

client!(dynamodb);

type Item = HashMap<String, AttributeValue>;

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

/// An expression with its placeholders, as the SDK takes them.
#[derive(Debug, PartialEq)]
struct Rendered {
    text: Option<String>,
    names: Option<HashMap<String, String>>,
    values: Option<Item>,
}

impl Rendered {
    /// The service refuses empty maps.
    fn new(text: Option<String>, renderer: Renderer) -> Rendered {
        let rendered = renderer.finish();
        Rendered {
            text,
            names: Some(rendered.names).filter(|names| !names.is_empty()),
            values: Some(to_sdk(rendered.values)).filter(|values| !values.is_empty()),
        }
    }

    /// A condition or filter alone.
    fn condition(condition: Option<&Expr>) -> Rendered {
        Self::beside(condition, |_| ()).1
    }

    /// A condition or filter beside another expression, with which it shares the placeholders.
    fn beside<T>(
        condition: Option<&Expr>,
        other: impl FnOnce(&mut Renderer) -> T,
    ) -> (T, Rendered) {
        let mut renderer = Renderer::new();
        let other = other(&mut renderer);
        let text = condition.map(|condition| renderer.condition(condition));
        (other, Rendered::new(text, renderer))
    }
}

/// Sets an expression on a request; the SDK's builders have no trait in common.
macro_rules! with {
    ($builder:expr, $set:ident: $rendered:expr) => {{
        let rendered = $rendered;
        $builder
            .$set(rendered.text)
            .set_expression_attribute_names(rendered.names)
            .set_expression_attribute_values(rendered.values)
    }};
}
use with;

/// Sets from where a query or scan reads, and how much.
macro_rules! limited {
    ($builder:expr, $read:expr) => {
        $builder
            .table_name($read.table.target.physical)
            .set_index_name($read.index)
            .set_limit($read.limit.map(as_limit))
            .set_exclusive_start_key($read.start.map(to_sdk))
            .set_consistent_read($read.consistent.then_some(true))
    };
}

impl TableBackend for Aws {
    fn put(&self, request: PutItem) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let condition = Rendered::condition(request.condition.as_ref());
            let put = client()
                .await
                .put_item()
                .table_name(request.table.target.physical)
                .set_item(Some(to_sdk(request.item)));
            let put = with!(put, set_condition_expression: condition);
            put.send().await.map_err(from_sdk)?;
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
            let (changes, condition) = Rendered::beside(request.condition.as_ref(), |renderer| {
                renderer.update(&request.actions)
            });
            let update = client()
                .await
                .update_item()
                .table_name(request.table.target.physical)
                .set_key(Some(to_sdk(request.key)))
                .update_expression(changes)
                .return_values(ReturnValue::AllNew)
                .return_values_on_condition_check_failure(
                    ReturnValuesOnConditionCheckFailure::AllOld,
                );
            let answer = with!(update, set_condition_expression: condition)
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
            let condition = Rendered::condition(request.condition.as_ref());
            let delete = client()
                .await
                .delete_item()
                .table_name(request.table.target.physical)
                .set_key(Some(to_sdk(request.key)));
            let delete = with!(delete, set_condition_expression: condition);
            delete.send().await.map_err(from_sdk)?;
            Ok(())
        })
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<RawPage>> {
        Box::pin(async move {
            let read = request.read;
            let (partition, value) = &request.partition;
            let sort = request.sort.as_ref().map(|(key, range)| (key.name, range));
            let (keys, filter) = Rendered::beside(read.filter.as_ref(), |renderer| {
                renderer.key_condition((partition.name, value), sort)
            });
            let query = client()
                .await
                .query()
                .key_condition_expression(keys)
                .scan_index_forward(!request.descending);
            let query = with!(query, set_filter_expression: filter);
            let output = limited!(query, read).send().await.map_err(from_sdk)?;
            Ok(raw_page(output.items, output.last_evaluated_key))
        })
    }

    fn scan(&self, read: Read) -> BoxFuture<'_, Result<RawPage>> {
        Box::pin(async move {
            let filter = Rendered::condition(read.filter.as_ref());
            let scan = with!(client().await.scan(), set_filter_expression: filter);
            let output = limited!(scan, read).send().await.map_err(from_sdk)?;
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
        Box::pin(transactions::write(request))
    }

    fn transact_get(&self, gets: Vec<GetItem>) -> BoxFuture<'_, Result<Vec<Option<Attributes>>>> {
        Box::pin(transactions::get(gets))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_absent_rather_than_empty() {
        let nothing = Rendered {
            text: None,
            names: None,
            values: None,
        };
        assert_eq!(Rendered::condition(None), nothing);
    }
}
