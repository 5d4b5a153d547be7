//! Results that come page by page.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::{BoxStream, Stream, StreamExt};

use crate::error::Result;

/// Items that are read page by page as they are asked for.
///
/// Use [`next`](Items::next), or any `StreamExt`: this is a `Stream<Item = Result<T>>`. It ends after
/// the first error.
///
/// ```no_run
/// # use ifc_runtime::{Result, Bucket};
/// # static PHOTOS: Bucket = Bucket::new();
/// # async fn run() -> Result<()> {
/// let mut objects = PHOTOS.list("2026/").stream();
/// while let Some(object) = objects.next().await {
///     println!("{}", object?.key);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read until the items are asked for"]
pub struct Items<T> {
    inner: BoxStream<'static, Result<T>>,
}

impl<T> Items<T> {
    pub(crate) fn new(stream: impl Stream<Item = Result<T>> + Send + 'static) -> Self {
        Items {
            inner: stream.boxed(),
        }
    }

    /// The next item, `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T>> {
        self.inner.next().await
    }
}

impl<T> Stream for Items<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.inner.as_mut().poll_next(cx)
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items")
    }
}
