//! Where a page ended, as opaque text.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_dynamo::AttributeValue;

use crate::backend::table::Attributes;
use crate::error::{Error, Result};
use crate::item::{KeyAttribute, KeyKind, Schema};

/// Where a page ended. Opaque text that can be handed to a client and come back: it is checked against
/// the query that it is used with, so a client cannot reach another partition with it.
///
/// It holds the key of the last item, readable by whoever has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Cursor(text)
    }
}

impl From<&str> for Cursor {
    fn from(text: &str) -> Self {
        Cursor(text.to_owned())
    }
}

impl From<&Cursor> for Cursor {
    fn from(cursor: &Cursor) -> Self {
        cursor.clone()
    }
}

impl FromStr for Cursor {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        Ok(Cursor(text.to_owned()))
    }
}

#[derive(Serialize, Deserialize)]
enum Part {
    S(String),
    N(String),
    B(String),
}

/// A key as text that is the same for equal keys.
pub(super) fn key_text(key: &Attributes) -> Result<String> {
    let parts: BTreeMap<&str, Part> = key
        .iter()
        .map(|(name, value)| {
            let part = match value {
                AttributeValue::S(text) => Part::S(text.clone()),
                AttributeValue::N(number) => Part::N(number.clone()),
                AttributeValue::B(bytes) => Part::B(URL_SAFE_NO_PAD.encode(bytes)),
                _ => return Err(Error::invalid(format!("`{name}` is no key attribute"))),
            };
            Ok((name.as_str(), part))
        })
        .collect::<Result<_>>()?;
    serde_json::to_string(&parts).map_err(|e| Error::serialization("the key", e))
}

impl Cursor {
    pub(super) fn after(key: &Attributes) -> Result<Self> {
        Ok(Cursor(URL_SAFE_NO_PAD.encode(key_text(key)?)))
    }

    /// The key, if it fits the table or index and, for queries, the partition.
    pub(super) fn start(
        &self,
        schema: &Schema,
        index: Option<&str>,
        partition: Option<(&str, &AttributeValue)>,
    ) -> Result<Attributes> {
        let wrong = || Error::invalid("the cursor does not belong to this query");
        let json = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| wrong())?;
        let parts: BTreeMap<String, Part> = serde_json::from_slice(&json).map_err(|_| wrong())?;
        let index = index.and_then(|name| schema.index(name));
        let mut expected: BTreeMap<&str, KeyKind> = BTreeMap::new();
        let index_keys = index.map_or([None; 2], |index| [Some(index.partition), index.sort]);
        let keys = [Some(schema.partition), schema.sort]
            .into_iter()
            .chain(index_keys)
            .flatten();
        expected.extend(keys.map(|KeyAttribute { name, kind }| (name, kind)));
        if parts.len() != expected.len() {
            return Err(wrong());
        }
        let mut key = Attributes::new();
        for (name, part) in parts {
            let value = match (expected.get(name.as_str()), part) {
                (Some(KeyKind::S), Part::S(text)) => AttributeValue::S(text),
                (Some(KeyKind::N), Part::N(number)) => AttributeValue::N(number),
                (Some(KeyKind::B), Part::B(text)) => {
                    AttributeValue::B(URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?)
                }
                _ => return Err(wrong()),
            };
            key.insert(name, value);
        }
        match partition {
            Some((name, value)) if key.get(name) != Some(value) => Err(wrong()),
            _ => Ok(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Entry, Order};
    use super::*;
    use crate::item::Item;

    fn s(text: &str) -> AttributeValue {
        AttributeValue::S(text.to_owned())
    }

    fn entry_key() -> Attributes {
        Attributes::from([
            ("device".to_owned(), s("d")),
            ("at".to_owned(), AttributeValue::N("7".into())),
        ])
    }

    #[test]
    fn it_round_trips_through_text() {
        let cursor = Cursor::after(&entry_key()).expect("keys");
        let text = cursor.to_string();
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
        let read = Cursor::from(text).start(&Entry::SCHEMA, None, Some(("device", &s("d"))));
        assert_eq!(read.ok(), Some(entry_key()));
    }

    #[test]
    fn index_keys_belong_to_it() {
        let key = Attributes::from([("id".to_owned(), s("1")), ("customer".to_owned(), s("c"))]);
        let cursor = Cursor::after(&key).expect("keys");
        let with = |index| cursor.start(&Order::SCHEMA, index, None);
        assert_eq!(with(Some("by_customer")).ok(), Some(key.clone()));
        assert!(with(None).is_err());
    }

    #[test]
    fn foreign_cursors_are_refused() {
        let cursor = Cursor::after(&entry_key()).expect("keys");
        assert!(
            cursor
                .start(&Entry::SCHEMA, None, Some(("device", &s("other"))))
                .is_err()
        );
        assert!(cursor.start(&Order::SCHEMA, None, None).is_err());
        for text in ["", "!", "e30", "bm8"] {
            assert!(
                Cursor::from(text)
                    .start(&Entry::SCHEMA, None, None)
                    .is_err(),
                "{text}"
            );
        }
    }
}
