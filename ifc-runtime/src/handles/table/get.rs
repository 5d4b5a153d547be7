//! Reading one item.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::codec;
use crate::backend::table::{Attributes, GetItem, TableTarget};
use crate::backend::{BoxFuture, call};
use crate::error::Result;
use crate::item::Item;

/// A read of one item, made by [`Table::get`](crate::Table::get): await it.
#[must_use = "nothing is read until this is awaited"]
pub struct Get<T> {
    state: State,
    resource: &'static str,
    item: PhantomData<fn() -> T>,
}

enum State {
    New(Option<Result<GetItem>>),
    Running(BoxFuture<'static, Result<Option<Attributes>>>),
}

impl<T> Get<T> {
    pub(super) fn new(
        table: Result<TableTarget>,
        key: Result<Attributes>,
        resource: &'static str,
    ) -> Self {
        let request = table.and_then(|table| {
            Ok(GetItem {
                table,
                key: key?,
                consistent: false,
            })
        });
        Get {
            state: State::New(Some(request)),
            resource,
            item: PhantomData,
        }
    }

    /// Sees all writes that were answered before, at twice the price.
    pub fn consistent(mut self) -> Self {
        if let State::New(Some(Ok(request))) = &mut self.state {
            request.consistent = true;
        }
        self
    }
}

impl<T: Item> Future for Get<T> {
    type Output = Result<Option<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let State::New(request) = &mut self.state {
            let request = request.take();
            self.state = State::Running(Box::pin(async move {
                match request {
                    Some(request) => call!(table, "table", TableBackend::get, request?),
                    None => Ok(None),
                }
            }));
        }
        let State::Running(future) = &mut self.state else {
            return Poll::Pending;
        };
        future.as_mut().poll(cx).map(|found| {
            found
                .and_then(|found| found.map(codec::decode).transpose())
                .map_err(|error| error.at("get", self.resource))
        })
    }
}
