//! Transactions over tables.

use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    CancellationReason, ConditionCheck, Delete, Get, Put, TransactGetItem, TransactWriteItem,
    Update,
};

use super::super::error::{from_build, from_sdk};
use super::{Rendered, client, from_item, to_sdk, with};
use crate::backend::table::{Attributes, GetItem, TransactWrite, WriteOperation};
use crate::error::{Error, Result};
use crate::service;

pub(super) async fn write(request: TransactWrite) -> Result<()> {
    let names: Vec<&str> = request
        .operations
        .iter()
        .map(|operation| operation.target().resource)
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
}

pub(super) async fn get(gets: Vec<GetItem>) -> Result<Vec<Option<Attributes>>> {
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
}

fn transact_item(operation: WriteOperation) -> Result<TransactWriteItem> {
    let item = TransactWriteItem::builder();
    let table = operation.target().physical;
    Ok(match operation {
        WriteOperation::Put(request) => {
            let condition = Rendered::condition(request.condition.as_ref());
            let put = Put::builder()
                .table_name(table)
                .set_item(Some(to_sdk(request.item)));
            let put = with!(put, set_condition_expression: condition);
            item.put(put.build().map_err(from_build)?)
        }
        WriteOperation::Update(request) => {
            let (changes, condition) = Rendered::beside(request.condition.as_ref(), |renderer| {
                renderer.update(&request.actions)
            });
            let update = Update::builder()
                .table_name(table)
                .set_key(Some(to_sdk(request.key)))
                .update_expression(changes);
            let update = with!(update, set_condition_expression: condition);
            item.update(update.build().map_err(from_build)?)
        }
        WriteOperation::Delete(request) => {
            let condition = Rendered::condition(request.condition.as_ref());
            let delete = Delete::builder()
                .table_name(table)
                .set_key(Some(to_sdk(request.key)));
            let delete = with!(delete, set_condition_expression: condition);
            item.delete(delete.build().map_err(from_build)?)
        }
        WriteOperation::Check { key, condition, .. } => {
            let condition = Rendered::condition(Some(&condition));
            let check = ConditionCheck::builder()
                .table_name(table)
                .set_key(Some(to_sdk(key)));
            let check = with!(check, set_condition_expression: condition);
            item.condition_check(check.build().map_err(from_build)?)
        }
    }
    .build())
}

fn cancelled_error(reasons: &[CancellationReason], names: &[&str]) -> Error {
    let reasons = reasons.iter().map(|one| (one.code(), one.message()));
    service::cancelled(reasons, names)
}
