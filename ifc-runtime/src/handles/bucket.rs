//! Buckets, on S3.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use serde::de::DeserializeOwned;

use super::declared::Declared;
use super::items::Items;
use super::table::Page;
use crate::backend::bucket::{
    CopyObject, GetObject, ListObjects, ObjectInfo, ObjectPage, ObjectRef, Presign, PutObject,
    PutOptions,
};
use crate::backend::{self, Target, call};
use crate::error::{Error, Result};

const LONGEST_PRESIGN: Duration = Duration::from_secs(7 * 24 * 3600);

/// A bucket of objects, on S3.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
/// # async fn example(id: u32, png: Vec<u8>) -> Result<()> {
/// #[resource]
/// pub static UPLOADS: Bucket = Bucket::new();
///
/// UPLOADS.put(format!("thumbs/{id}.png"), png).await?;
/// let object = UPLOADS.get(format!("thumbs/{id}.png")).await?;
/// # Ok(())
/// # }
/// # fn main() {}
/// ```
///
/// Keys have 1 to 1,024 bytes. A literal key, or a literal beginning as in `format!("thumbs/{id}")`,
/// narrows the permission to such keys.
pub struct Bucket {
    pub(super) declared: Declared,
}

/// An object with its content.
#[derive(Clone, Debug)]
pub struct Object {
    /// The content, or the part that was asked for.
    pub body: Bytes,
    /// Size, type, time and the rest.
    pub info: ObjectInfo,
}

impl Object {
    /// The content as text, if it is UTF-8.
    pub fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.body).map_err(|e| Error::serialization("the object as text", e))
    }

    /// The content read as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body)
            .map_err(|e| Error::serialization("the object as JSON", e))
    }
}

impl Bucket {
    /// The initialiser of a static with `#[resource]`.
    #[allow(clippy::new_without_default, reason = "resources are statics")]
    pub const fn new() -> Self {
        Bucket {
            declared: Declared::unnamed(),
        }
    }

    #[doc(hidden)]
    pub const fn __declared(self, name: &'static str) -> Self {
        std::mem::forget(self);
        Bucket {
            declared: Declared::named(name),
        }
    }

    /// The name of the bucket, for use with an SDK client. Needs no permission.
    ///
    /// # Panics
    /// If the environment variable `IFC_<NAME>` is not set, which the template does for each function
    /// that uses the bucket.
    pub fn name(&self) -> &'static str {
        self.declared.physical_or_panic()
    }

    /// Writes an object in place of the one with the same key; at most 5 GB.
    ///
    /// Permission: `s3:PutObject`.
    pub async fn put(&self, key: impl Into<String>, body: impl Into<Bytes>) -> Result<()> {
        self.write("put", key.into(), body.into(), PutOptions::new())
            .await
    }

    /// Writes an object with a media type, metadata and the like.
    ///
    /// Permission: `s3:PutObject`. Errors: `ConditionFailed` if the options say
    /// [`only_new`](PutOptions::only_new) and the key exists.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
    /// # async fn example(png: Vec<u8>) -> Result<()> {
    /// UPLOADS.put_with("a.png", png, PutOptions::new().content_type("image/png")).await?;
    /// # Ok(())
    /// # }
    /// # fn main() {}
    /// ```
    pub async fn put_with(
        &self,
        key: impl Into<String>,
        body: impl Into<Bytes>,
        options: PutOptions,
    ) -> Result<()> {
        self.write("put_with", key.into(), body.into(), options)
            .await
    }

    /// Reads an object into memory.
    ///
    /// Permission: `s3:GetObject`. Errors: for a key that does not exist, `NotFound` if the function may
    /// also [`list`](Bucket::list) the bucket, and else `AccessDenied`: without that permission S3 does
    /// not tell whether a key exists.
    pub async fn get(&self, key: impl Into<String>) -> Result<Object> {
        self.read("get", key.into(), None).await
    }

    /// Reads a part of an object: `0..100` are the first hundred bytes, `100..` is all that follows.
    ///
    /// Permission: `s3:GetObject`. Errors: as [`get`](Bucket::get); `Invalid` for an empty range or one
    /// beyond the end.
    pub async fn get_range(
        &self,
        key: impl Into<String>,
        range: impl std::ops::RangeBounds<u64>,
    ) -> Result<Object> {
        match byte_range(&range) {
            Ok(range) => self.read("get_range", key.into(), Some(range)).await,
            Err(error) => Err(error.at("get_range", self.declared.resource())),
        }
    }

    /// Size, type, time and metadata of an object.
    ///
    /// Permission: `s3:GetObject`. Errors: as [`get`](Bucket::get).
    pub async fn head(&self, key: impl Into<String>) -> Result<ObjectInfo> {
        self.declared
            .at("head", async {
                call!(
                    bucket,
                    "bucket",
                    BucketBackend::head,
                    self.object(key.into())?
                )
            })
            .await
    }

    /// Removes an object; no error if there is none. In a bucket with versions the old versions stay.
    ///
    /// Permission: `s3:DeleteObject`.
    pub async fn delete(&self, key: impl Into<String>) -> Result<()> {
        self.declared
            .at("delete", async {
                call!(
                    bucket,
                    "bucket",
                    BucketBackend::delete,
                    self.object(key.into())?
                )
            })
            .await
    }

    /// Copies an object inside the bucket, with its media type and metadata but without tags; at most 5
    /// GB.
    ///
    /// Permissions: `s3:GetObject` on the first key, `s3:PutObject` on the second.
    pub async fn copy(&self, from: impl Into<String>, to: impl Into<String>) -> Result<()> {
        self.declared
            .at("copy", async {
                let from = self.object(from.into())?;
                let to = self.object(to.into())?;
                let request = CopyObject {
                    bucket: from.bucket,
                    from: from.key,
                    to: to.key,
                };
                call!(bucket, "bucket", BucketBackend::copy, request)
            })
            .await
    }

    /// The objects whose keys begin with this, in the order of the keys' bytes; `""` for all.
    ///
    /// Permission: `s3:ListBucket`.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
    /// # async fn example() -> Result<()> {
    /// let photos = UPLOADS.list("photos/").all().await?;
    /// # Ok(())
    /// # }
    /// # fn main() {}
    /// ```
    pub fn list(&self, prefix: impl Into<String>) -> List {
        let request = self.declared.target().map(|bucket| ListObjects {
            bucket,
            prefix: prefix.into(),
            limit: None,
            continuation: None,
        });
        List {
            request,
            resource: self.declared.resource(),
        }
    }

    /// A URL with which anyone can GET the object until it expires, at most 7 days from now. On Lambda it
    /// also ends with the credentials of the function, after some hours.
    ///
    /// Makes no request. Permission, when the URL is used: `s3:GetObject`.
    pub async fn presign_get(
        &self,
        key: impl Into<String>,
        expires_in: Duration,
    ) -> Result<String> {
        self.declared
            .at("presign_get", async {
                let request = self.presign(key.into(), expires_in)?;
                call!(bucket, "bucket", BucketBackend::presign_get, request)
            })
            .await
    }

    /// A URL with which anyone can PUT the object until it expires; see
    /// [`presign_get`](Bucket::presign_get).
    ///
    /// Makes no request. Permission, when the URL is used: `s3:PutObject`.
    pub async fn presign_put(
        &self,
        key: impl Into<String>,
        expires_in: Duration,
    ) -> Result<String> {
        self.declared
            .at("presign_put", async {
                let request = self.presign(key.into(), expires_in)?;
                call!(bucket, "bucket", BucketBackend::presign_put, request)
            })
            .await
    }

    async fn write(
        &self,
        operation: &'static str,
        key: String,
        body: Bytes,
        options: PutOptions,
    ) -> Result<()> {
        self.declared
            .at(operation, async {
                let ObjectRef { bucket, key } = self.object(key)?;
                call!(
                    bucket,
                    "bucket",
                    BucketBackend::put,
                    PutObject {
                        bucket,
                        key,
                        body,
                        options
                    }
                )
            })
            .await
    }

    async fn read(
        &self,
        operation: &'static str,
        key: String,
        range: Option<(u64, Option<u64>)>,
    ) -> Result<Object> {
        self.declared
            .at(operation, async {
                let ObjectRef { bucket, key } = self.object(key)?;
                let request = GetObject { bucket, key, range };
                let got = call!(bucket, "bucket", BucketBackend::get, request)?;
                Ok(Object {
                    body: got.body,
                    info: got.info,
                })
            })
            .await
    }

    fn object(&self, key: String) -> Result<ObjectRef> {
        let bucket: Target = self.declared.target()?;
        if key.is_empty() || key.len() > 1024 {
            let len = key.len();
            return Err(Error::invalid(format!(
                "a key has 1 to 1024 bytes, this has {len}"
            )));
        }
        Ok(ObjectRef { bucket, key })
    }

    fn presign(&self, key: String, expires_in: Duration) -> Result<Presign> {
        if expires_in.as_secs() == 0 || expires_in > LONGEST_PRESIGN {
            return Err(Error::invalid(format!(
                "a presigned URL is valid from 1 second to 7 days, not {expires_in:?}"
            )));
        }
        Ok(Presign {
            object: self.object(key)?,
            expires_in,
        })
    }
}

/// First and last byte, as the header counts them.
fn byte_range(range: &impl std::ops::RangeBounds<u64>) -> Result<(u64, Option<u64>)> {
    use std::ops::Bound;
    let empty = || Error::invalid("the range is empty");
    let first = match range.start_bound() {
        Bound::Included(&first) => first,
        Bound::Excluded(&before) => before.checked_add(1).ok_or_else(empty)?,
        Bound::Unbounded => 0,
    };
    let last = match range.end_bound() {
        Bound::Included(&last) => Some(last),
        Bound::Excluded(&after) => Some(after.checked_sub(1).ok_or_else(empty)?),
        Bound::Unbounded => None,
    };
    if last.is_some_and(|last| last < first) {
        return Err(empty());
    }
    Ok((first, last))
}

/// A listing, made by [`Bucket::list`].
#[must_use = "nothing is listed until `page`, `all` or `stream` is called"]
#[derive(Debug)]
pub struct List {
    request: Result<ListObjects>,
    resource: &'static str,
}

impl List {
    /// At most this many objects, at least 1: per page for [`page`](List::page) (at most 1,000), in all
    /// for the others.
    pub fn limit(mut self, objects: u32) -> Self {
        self.request = self.request.and_then(|mut request| {
            if objects == 0 {
                return Err(Error::invalid("the limit is 0, it has to be at least 1"));
            }
            request.limit = Some(objects);
            Ok(request)
        });
        self
    }

    /// Continues where a page ended; `None` starts at the beginning.
    pub fn starting_after(mut self, cursor: impl Into<Option<String>>) -> Self {
        if let Ok(request) = &mut self.request {
            request.continuation = cursor.into();
        }
        self
    }

    /// One page of at most 1,000 objects.
    pub async fn page(self) -> Result<Page<ObjectInfo, String>> {
        let resource = self.resource;
        let page = async { list_page(self.request?).await };
        page.await
            .map(|page| Page {
                items: page.objects,
                next: page.continuation,
            })
            .map_err(|error: Error| error.at("list", resource))
    }

    /// All pages, collected.
    pub async fn all(self) -> Result<Vec<ObjectInfo>> {
        let mut objects = self.stream();
        let mut all = Vec::new();
        while let Some(object) = objects.next().await {
            all.push(object?);
        }
        Ok(all)
    }

    /// All pages, one after the other as the objects are asked for.
    pub fn stream(self) -> Items<ObjectInfo> {
        let resource = self.resource;
        let left = self.request.as_ref().ok().and_then(|request| request.limit);
        let state = Listing {
            request: self.request.map(Some),
            left,
            buffer: Vec::new().into_iter(),
        };
        let backends = backend::current();
        Items::new(stream::try_unfold(state, move |state| {
            let backends = backends.clone();
            async move {
                let step = next_object(state);
                let next = match backends {
                    Some(backends) => backend::scope(backends, step).await,
                    None => step.await,
                };
                next.map_err(|error| error.at("list", resource))
            }
        }))
    }
}

struct Listing {
    /// `None` after the last page.
    request: Result<Option<ListObjects>>,
    left: Option<u32>,
    buffer: std::vec::IntoIter<ObjectInfo>,
}

async fn next_object(mut state: Listing) -> Result<Option<(ObjectInfo, Listing)>> {
    while state.left != Some(0) {
        if let Some(object) = state.buffer.next() {
            state.left = state.left.map(|left| left - 1);
            return Ok(Some((object, state)));
        }
        let Some(mut request) = state.request? else {
            break;
        };
        request.limit = state.left;
        let page = list_page(request.clone()).await?;
        state.buffer = page.objects.into_iter();
        state.request = Ok(page.continuation.map(|continuation| ListObjects {
            continuation: Some(continuation),
            ..request
        }));
    }
    Ok(None)
}

async fn list_page(mut request: ListObjects) -> Result<ObjectPage> {
    request.limit = request.limit.map(|limit| limit.min(1000));
    call!(bucket, "bucket", BucketBackend::list, request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_become_first_and_last_byte() {
        assert_eq!(byte_range(&(0..100)).ok(), Some((0, Some(99))));
        assert_eq!(byte_range(&(5..=9)).ok(), Some((5, Some(9))));
        assert_eq!(byte_range(&(7..)).ok(), Some((7, None)));
        assert!(byte_range(&(0..0)).is_err());
        assert!(byte_range(&(9..9)).is_err());
    }
}
