//! Items for unit tests, with their traits written by hand.

use serde::{Deserialize, Serialize};

use crate::item::{CompositeKey, IndexSchema, Item, KeyAttribute, KeyKind, PartitionKey, Schema};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) customer: Option<String>,
    pub(super) total: u64,
    pub(super) note: Option<String>,
}

impl Item for Order {
    type Key = PartitionKey<String>;
    const SCHEMA: Schema = Schema {
        partition: KeyAttribute {
            name: "id",
            kind: KeyKind::S,
        },
        sort: None,
        indexes: &[IndexSchema {
            name: "by_customer",
            partition: KeyAttribute {
                name: "customer",
                kind: KeyKind::S,
            },
            sort: None,
        }],
        ttl: None,
    };
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) device: String,
    pub(super) at: u64,
    pub(super) bytes: Vec<u8>,
}

impl Item for Entry {
    type Key = CompositeKey<String, u64>;
    const SCHEMA: Schema = Schema {
        partition: KeyAttribute {
            name: "device",
            kind: KeyKind::S,
        },
        sort: Some(KeyAttribute {
            name: "at",
            kind: KeyKind::N,
        }),
        indexes: &[IndexSchema {
            name: "by_bytes",
            partition: KeyAttribute {
                name: "bytes",
                kind: KeyKind::B,
            },
            sort: None,
        }],
        ttl: None,
    };
}
