//! Keys of items, in their order.

use serde::{Deserialize, Serialize};

use super::value::{Attribute, Number};

/// A value that items are found and ordered by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum KeyValue {
    S(#[serde(with = "serde_bytes")] Vec<u8>),
    N(Number),
    B(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Behind all values: an end of ranges, never in an item.
    Last,
}

impl KeyValue {
    /// The value as a key; None for types that keys do not have.
    pub(crate) fn of(value: &Attribute) -> Option<KeyValue> {
        match value {
            // Texts are ordered by their bytes.
            Attribute::S(text) => Some(KeyValue::S(text.clone().into_bytes())),
            Attribute::N(number) => Some(KeyValue::N(number.clone())),
            Attribute::B(bytes) => Some(KeyValue::B(bytes.clone())),
            _ => None,
        }
    }

    pub(super) fn size(&self) -> usize {
        match self {
            KeyValue::S(bytes) | KeyValue::B(bytes) => bytes.len(),
            KeyValue::N(_) | KeyValue::Last => 1,
        }
    }

    /// The same on every machine and in every version (FNV-1a): it decides the shard of a stream.
    pub(crate) fn hash(&self) -> u64 {
        let number;
        let bytes: &[u8] = match self {
            KeyValue::S(bytes) | KeyValue::B(bytes) => bytes,
            KeyValue::N(value) => {
                number = value.to_string();
                number.as_bytes()
            }
            KeyValue::Last => &[],
        };
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }
}

/// A partition key and, if the schema has one, a sort key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) partition: KeyValue,
    pub(crate) sort: Option<KeyValue>,
}

impl Key {
    /// Before all keys of a partition.
    pub(crate) fn first_of(partition: KeyValue) -> Key {
        Key {
            partition,
            sort: None,
        }
    }

    /// Behind all keys of a partition.
    pub(crate) fn last_of(partition: KeyValue) -> Key {
        Key {
            partition,
            sort: Some(KeyValue::Last),
        }
    }

    /// Before all keys.
    pub(crate) fn first() -> Key {
        Key::first_of(KeyValue::S(Vec::new()))
    }

    /// Behind all keys.
    pub(crate) fn last() -> Key {
        Key::last_of(KeyValue::Last)
    }
}
