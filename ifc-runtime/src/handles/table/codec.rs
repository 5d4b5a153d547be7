//! Items and keys to attributes and back.

use serde::Serialize;
use serde_dynamo::AttributeValue;

use crate::backend::table::Attributes;
use crate::error::{Error, Result};
use crate::item::{IntoKey, Item, KeyAttribute, KeyKind};

/// The attributes of an item, with its keys checked.
///
/// Index keys that are null are left out: such an item is not in that index, while a null would be
/// refused.
pub(super) fn encode<T: Item>(item: &T) -> Result<Attributes> {
    let item: serde_dynamo::Item =
        serde_dynamo::to_item(item).map_err(|e| Error::serialization("the item", e))?;
    let mut attributes = item.into_inner();
    let schema = T::SCHEMA;
    for key in [Some(schema.partition), schema.sort].into_iter().flatten() {
        match attributes.get(key.name) {
            Some(value) => check(key, value)?,
            None => {
                return Err(Error::invalid(format!(
                    "the item has no attribute `{}`, which is its key",
                    key.name
                )));
            }
        }
    }
    for index in schema.indexes {
        for key in [Some(index.partition), index.sort].into_iter().flatten() {
            match attributes.get(key.name) {
                Some(AttributeValue::Null(_)) => {
                    attributes.remove(key.name);
                }
                Some(value) => check(key, value)?,
                None => {}
            }
        }
    }
    Ok(attributes)
}

pub(super) fn decode<T: Item>(attributes: Attributes) -> Result<T> {
    serde_dynamo::from_item(serde_dynamo::Item::from(attributes))
        .map_err(|e| Error::serialization("the stored item", e))
}

/// The attributes of a key.
pub(super) fn key<T: Item>(key: &impl IntoKey<T::Key>) -> Result<Attributes> {
    let parts = key
        .parts()
        .map_err(|e| Error::serialization("the key", e))?;
    let schema = T::SCHEMA;
    check(schema.partition, &parts.partition)?;
    let mut attributes = Attributes::from([(schema.partition.name.to_owned(), parts.partition)]);
    if let (Some(sort), Some(value)) = (schema.sort, parts.sort) {
        check(sort, &value)?;
        attributes.insert(sort.name.to_owned(), value);
    }
    Ok(attributes)
}

/// Only the key of an item.
pub(super) fn key_of<T: Item>(item: &Attributes) -> Attributes {
    let schema = T::SCHEMA;
    [Some(schema.partition), schema.sort]
        .into_iter()
        .flatten()
        .filter_map(|key| Some((key.name.to_owned(), item.get(key.name)?.clone())))
        .collect()
}

/// A value for a key attribute.
pub(super) fn key_value(key: KeyAttribute, value: impl Serialize) -> Result<AttributeValue> {
    let value =
        serde_dynamo::to_attribute_value(value).map_err(|e| Error::serialization("the key", e))?;
    check(key, &value)?;
    Ok(value)
}

fn check(key: KeyAttribute, value: &AttributeValue) -> Result<()> {
    let name = key.name;
    match (key.kind, value) {
        (KeyKind::S, AttributeValue::S(text)) if text.is_empty() => Err(Error::invalid(format!(
            "the key `{name}` is an empty string"
        ))),
        (KeyKind::S, AttributeValue::S(_))
        | (KeyKind::N, AttributeValue::N(_))
        | (KeyKind::B, AttributeValue::B(_)) => Ok(()),
        (KeyKind::B, AttributeValue::L(_)) => Err(Error::invalid(format!(
            "the key `{name}` is bytes but is written as a list: add `#[serde(with = \"serde_bytes\")]` to the field"
        ))),
        (kind, other) => Err(Error::invalid(format!(
            "the key `{name}` is of type {kind:?}, but the value is of type {}",
            type_name(other)
        ))),
    }
}

fn type_name(value: &AttributeValue) -> &'static str {
    match value {
        AttributeValue::N(_) => "N",
        AttributeValue::S(_) => "S",
        AttributeValue::Bool(_) => "BOOL",
        AttributeValue::B(_) => "B",
        AttributeValue::Null(_) => "NULL",
        AttributeValue::M(_) => "M",
        AttributeValue::L(_) => "L",
        AttributeValue::Ss(_) => "SS",
        AttributeValue::Ns(_) => "NS",
        AttributeValue::Bs(_) => "BS",
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Entry, Order};
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn items_round_trip_without_null_index_keys() {
        let order = Order {
            id: "o1".into(),
            customer: None,
            total: 5,
            note: None,
        };
        let attributes = encode(&order).expect("valid");
        assert!(!attributes.contains_key("customer"));
        assert_eq!(attributes["note"], AttributeValue::Null(true));
        assert_eq!(decode::<Order>(attributes).expect("readable"), order);
    }

    #[test]
    fn keys_are_checked() {
        let order = Order {
            id: String::new(),
            customer: None,
            total: 5,
            note: None,
        };
        assert_eq!(
            encode(&order).expect_err("empty").kind(),
            ErrorKind::Invalid
        );
        let entry = Entry {
            device: "d".into(),
            at: 7,
            bytes: vec![1],
        };
        let error = encode(&entry).expect_err("bytes as a list");
        assert!(error.message().contains("serde_bytes"), "{error}");
    }

    #[test]
    fn keys_take_owned_borrowed_and_literals() {
        let id = "o1".to_owned();
        let expected = Attributes::from([("id".to_owned(), AttributeValue::S("o1".into()))]);
        assert_eq!(key::<Order>(&"o1").ok(), Some(expected.clone()));
        assert_eq!(key::<Order>(&&id).ok(), Some(expected.clone()));
        assert_eq!(key::<Order>(&id).ok(), Some(expected));
        let composite = key::<Entry>(&("d", 7)).expect("valid");
        assert_eq!(composite["at"], AttributeValue::N("7".into()));
        assert_eq!(composite.len(), 2);
    }

    #[test]
    fn a_stored_item_of_another_shape_is_an_error() {
        let attributes = Attributes::from([("id".to_owned(), AttributeValue::S("o1".into()))]);
        let error = decode::<Order>(attributes).expect_err("no total");
        assert_eq!(error.kind(), ErrorKind::Serialization);
    }
}
