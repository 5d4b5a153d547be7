//! What a type needs to be stored in a table: its keys and indexes. `#[derive(Item)]` writes it.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type whose values are items of a [`Table`](crate::Table).
///
/// Derive it; attribute names are those that serde writes.
///
/// ```
/// use ifc_runtime::prelude::*;
///
/// #[derive(Serialize, Deserialize, Item)]
/// pub struct Order {
///     #[item(partition_key)] pub id: String,
///     #[item(index = "by_customer")] pub customer: String,
///     pub total_cents: u64,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a table",
    label = "not an item",
    note = "add `#[derive(Serialize, Deserialize, Item)]` to `{Self}` and mark its key field with `#[item(partition_key)]`"
)]
pub trait Item: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The type of the key: [`PartitionKey<P>`] or [`CompositeKey<P, S>`].
    type Key: KeyShape;

    /// Attribute names and types of the keys and indexes.
    const SCHEMA: Schema;
}

/// Keys and indexes of a table, as attribute names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The partition key.
    pub partition: KeyAttribute,
    /// The sort key, if the table has one.
    pub sort: Option<KeyAttribute>,
    /// The secondary indexes.
    pub indexes: &'static [IndexSchema],
    /// The attribute with the time of expiry, in seconds since 1970.
    pub ttl: Option<&'static str>,
}

/// One secondary index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexSchema {
    /// The name, as `query_index` takes it.
    pub name: &'static str,
    /// The partition key of the index.
    pub partition: KeyAttribute,
    /// The sort key of the index, if it has one.
    pub sort: Option<KeyAttribute>,
}

/// A key attribute: its name as stored, and its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyAttribute {
    /// The attribute's name in the table (serde's `rename` is applied).
    pub name: &'static str,
    /// The attribute's type.
    pub kind: KeyKind,
}

/// The type of a key attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A string.
    S,
    /// A number.
    N,
    /// Bytes.
    B,
}

impl Schema {
    /// The index of this name.
    pub fn index(&self, name: &str) -> Option<&'static IndexSchema> {
        self.indexes.iter().find(|index| index.name == name)
    }
}

/// The two shapes that the key of a table can have.
pub trait KeyShape: sealed::Sealed + Send + Sync + 'static {
    /// The type of the partition key.
    type Partition: Serialize;
    /// The type of the sort key; [`NoSortKey`] if there is none.
    type Sort: Serialize;
}

/// The key of a table that has a partition key only.
pub struct PartitionKey<P>(std::marker::PhantomData<fn() -> P>);

/// The key of a table that has a partition key and a sort key.
pub struct CompositeKey<P, S>(std::marker::PhantomData<fn() -> (P, S)>);

/// Stands for the sort key of a table that has none; has no values.
#[derive(Serialize)]
pub enum NoSortKey {}

impl<P: Serialize + 'static> KeyShape for PartitionKey<P> {
    type Partition = P;
    type Sort = NoSortKey;
}

impl<P: Serialize + 'static, S: Serialize + 'static> KeyShape for CompositeKey<P, S> {
    type Partition = P;
    type Sort = S;
}

/// A value that can be given where a key field of type `K` is meant: `K`, `&K`, and `&str` for
/// `String`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of this key, which is `{K}`",
    note = "give a `{K}`, a `&{K}`, or `&str` where the key is a `String`"
)]
pub trait AsKey<K> {
    /// The value as it is serialized.
    type Value: Serialize;
    /// Gives the value.
    fn as_key(&self) -> &Self::Value;
}

impl<K: Serialize> AsKey<K> for K {
    type Value = K;
    fn as_key(&self) -> &K {
        self
    }
}

impl<K: Serialize> AsKey<K> for &K {
    type Value = K;
    fn as_key(&self) -> &K {
        self
    }
}

impl<'a> AsKey<String> for &'a str {
    type Value = &'a str;
    fn as_key(&self) -> &&'a str {
        self
    }
}

impl<'a> AsKey<String> for std::borrow::Cow<'a, str> {
    type Value = std::borrow::Cow<'a, str>;
    fn as_key(&self) -> &Self::Value {
        self
    }
}

/// A whole key: the partition key's value, or a pair of partition key and sort key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the key of this table",
    note = "a table with only a partition key takes its value; one with a sort key takes the pair `(partition, sort)`"
)]
pub trait IntoKey<K: KeyShape> {
    /// Calls `visit` with the serialized parts; used by the handles.
    #[doc(hidden)]
    fn parts(&self) -> Result<KeyParts, serde_dynamo::Error>;
}

/// The values of a key, not yet named.
#[doc(hidden)]
pub struct KeyParts {
    pub(crate) partition: serde_dynamo::AttributeValue,
    pub(crate) sort: Option<serde_dynamo::AttributeValue>,
}

impl<A, P> IntoKey<PartitionKey<P>> for A
where
    P: Serialize + 'static,
    A: AsKey<P>,
{
    fn parts(&self) -> Result<KeyParts, serde_dynamo::Error> {
        Ok(KeyParts {
            partition: serde_dynamo::to_attribute_value(self.as_key())?,
            sort: None,
        })
    }
}

impl<A, B, P, S> IntoKey<CompositeKey<P, S>> for (A, B)
where
    P: Serialize + 'static,
    S: Serialize + 'static,
    A: AsKey<P>,
    B: AsKey<S>,
{
    fn parts(&self) -> Result<KeyParts, serde_dynamo::Error> {
        Ok(KeyParts {
            partition: serde_dynamo::to_attribute_value(self.0.as_key())?,
            sort: Some(serde_dynamo::to_attribute_value(self.1.as_key())?),
        })
    }
}

mod sealed {
    pub trait Sealed {}
    impl<P> Sealed for super::PartitionKey<P> {}
    impl<P, S> Sealed for super::CompositeKey<P, S> {}
}
