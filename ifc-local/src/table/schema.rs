//! Tables as `CreateTable` declares them, their keys and their indexes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::key::{Key, KeyValue};
use super::stream::Stream;
use super::value::{Attribute, Item};
use crate::error::ApiError;

/// Names and types of keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeySchema {
    pub(crate) partition: KeyName,
    pub(crate) sort: Option<KeyName>,
}

/// A key attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyName {
    pub(crate) name: String,
    /// `S`, `N` or `B`.
    pub(crate) kind: String,
}

/// Longest keys in bytes. Source: DynamoDB Developer Guide, "Quotas".
const PARTITION_BYTES: usize = 2048;
const SORT_BYTES: usize = 1024;

impl KeySchema {
    fn read(value: &Value, kinds: &BTreeMap<String, String>) -> Result<KeySchema, ApiError> {
        let element = |role: &str| -> Result<Option<KeyName>, ApiError> {
            let elements = value.as_array().map_or(&[][..], Vec::as_slice);
            let name = elements
                .iter()
                .find(|element| element["KeyType"] == role)
                .and_then(|element| element["AttributeName"].as_str());
            name.map(|name| {
                let kind = kinds.get(name).cloned().ok_or_else(|| {
                    ApiError::validation(
                        "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions",
                    )
                })?;
                Ok(KeyName {
                    name: name.to_owned(),
                    kind,
                })
            })
            .transpose()
        };
        Ok(KeySchema {
            partition: element("HASH")?
                .ok_or_else(|| ApiError::validation("Invalid KeySchema: no HASH element"))?,
            sort: element("RANGE")?,
        })
    }

    fn names(&self) -> impl Iterator<Item = &KeyName> {
        [Some(&self.partition), self.sort.as_ref()]
            .into_iter()
            .flatten()
    }

    /// Whether a name is one of the keys'.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names().any(|key| key.name == name)
    }

    /// The key of an item to be written.
    pub(crate) fn key_of(&self, item: &Item) -> Result<Key, ApiError> {
        let part = |key: &KeyName, limit: usize| {
            let value = item.get(&key.name).ok_or_else(|| {
                ApiError::validation(format!(
                    "One or more parameter values were invalid: Missing the key {} in the item",
                    key.name
                ))
            })?;
            check(key, value, limit)
        };
        Ok(Key {
            partition: part(&self.partition, PARTITION_BYTES)?,
            sort: self
                .sort
                .as_ref()
                .map(|key| part(key, SORT_BYTES))
                .transpose()?,
        })
    }

    /// The key that a request names: exactly the key's attributes.
    pub(crate) fn exact(&self, key: &Item) -> Result<Key, ApiError> {
        if key.len() != self.names().count()
            || !self.names().all(|name| key.contains_key(&name.name))
        {
            return Err(ApiError::validation(
                "The provided key element does not match the schema",
            ));
        }
        self.key_of(key)
    }

    /// The key in an index; None if the item is not in it.
    pub(crate) fn index_key(&self, item: &Item) -> Option<Key> {
        let part = |key: &KeyName| {
            let value = item.get(&key.name)?;
            (value.kind() == key.kind).then(|| KeyValue::of(value))?
        };
        Some(Key {
            partition: part(&self.partition)?,
            sort: match &self.sort {
                Some(key) => Some(part(key)?),
                None => None,
            },
        })
    }

    /// Attributes of index keys have the declared type, or are not there.
    fn check_index(&self, item: &Item) -> Result<(), ApiError> {
        for key in self.names() {
            if let Some(value) = item.get(&key.name) {
                check(key, value, PARTITION_BYTES)?;
            }
        }
        Ok(())
    }

    /// The key's attributes of an item.
    pub(crate) fn pick(&self, item: &Item) -> Item {
        self.names()
            .filter_map(|key| Some((key.name.clone(), item.get(&key.name)?.clone())))
            .collect()
    }

    pub(crate) fn describe(&self) -> Value {
        let element =
            |key: &KeyName, role: &str| json!({ "AttributeName": key.name, "KeyType": role });
        let mut elements = vec![element(&self.partition, "HASH")];
        elements.extend(self.sort.as_ref().map(|key| element(key, "RANGE")));
        Value::Array(elements)
    }
}

fn check(key: &KeyName, value: &Attribute, limit: usize) -> Result<KeyValue, ApiError> {
    let name = &key.name;
    if value.kind() != key.kind {
        return Err(ApiError::validation(format!(
            "One or more parameter values were invalid: Type mismatch for key {name} expected: {} actual: {}",
            key.kind,
            value.kind()
        )));
    }
    let part = KeyValue::of(value).filter(|part| part.size() > 0).ok_or_else(|| {
        ApiError::validation(format!(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: {name}"
        ))
    })?;
    if part.size() > limit {
        return Err(ApiError::validation(format!(
            "One or more parameter values were invalid: Size of key {name} has exceeded the maximum size limit of {limit} bytes"
        )));
    }
    Ok(part)
}

/// An index with the items in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) keys: KeySchema,
    pub(crate) is_global: bool,
    #[serde(with = "crate::serial::json")]
    projection: Value,
    /// Key in the index, key in the table.
    pub(crate) entries: BTreeSet<(Key, Key)>,
}

/// A table with its items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) keys: KeySchema,
    kinds: BTreeMap<String, String>,
    pub(crate) indexes: Vec<Index>,
    #[serde(with = "crate::serial::pairs")]
    pub(crate) items: BTreeMap<Key, Item>,
    /// The attribute with the time at which items end.
    pub(crate) ttl: Option<String>,
    /// When items end, in seconds since 1970.
    pub(crate) ends: BTreeSet<(u64, Key)>,
    pub(crate) stream: Option<Stream>,
    pub(crate) created: u64,
    /// Whether it refuses to be deleted.
    pub(crate) is_protected: bool,
    /// Whether backups go on all the time.
    pub(crate) is_recoverable: bool,
}

impl Table {
    /// A table from a `CreateTable` request.
    pub(crate) fn create(request: &Value, arn: String, now: u64) -> Result<Table, ApiError> {
        let mut kinds = BTreeMap::new();
        define(&mut kinds, &request["AttributeDefinitions"]);
        let stream = &request["StreamSpecification"];
        let mut table = Table {
            name: request["TableName"].as_str().unwrap_or_default().to_owned(),
            arn,
            keys: KeySchema::read(&request["KeySchema"], &kinds)?,
            kinds,
            indexes: Vec::new(),
            items: BTreeMap::new(),
            ttl: None,
            ends: BTreeSet::new(),
            stream: match stream["StreamEnabled"] == true {
                true => Some(Stream::new(
                    stream["StreamViewType"].as_str().unwrap_or_default(),
                    now,
                )?),
                false => None,
            },
            created: now,
            is_protected: request["DeletionProtectionEnabled"] == true,
            is_recoverable: false,
        };
        for (member, is_global) in [
            ("GlobalSecondaryIndexes", true),
            ("LocalSecondaryIndexes", false),
        ] {
            for index in request[member].as_array().map_or(&[][..], Vec::as_slice) {
                table.add_index(index, is_global)?;
            }
        }
        Ok(table)
    }

    /// Takes on types of key attributes.
    pub(crate) fn define(&mut self, definitions: &Value) {
        define(&mut self.kinds, definitions);
    }

    /// Adds an index, with the items that are there.
    pub(crate) fn add_index(&mut self, index: &Value, is_global: bool) -> Result<(), ApiError> {
        let name = index["IndexName"].as_str().unwrap_or_default();
        if self.index(name).is_some() {
            return Err(ApiError::validation(format!(
                "One or more parameter values were invalid: Duplicate index name: {name}"
            )));
        }
        self.indexes.push(Index {
            name: name.to_owned(),
            keys: KeySchema::read(&index["KeySchema"], &self.kinds)?,
            is_global,
            projection: index["Projection"].clone(),
            entries: BTreeSet::new(),
        });
        Ok(())
    }

    pub(crate) fn remove_index(&mut self, name: &str) -> Result<(), ApiError> {
        let at = self.indexes.iter().position(|index| index.name == name);
        let at = at.ok_or_else(|| {
            ApiError::new("ResourceNotFoundException", "Requested resource not found")
        })?;
        self.indexes.remove(at);
        Ok(())
    }

    /// The table as it is set, for changes that may fail half way.
    pub(crate) fn clone_without_items(&self) -> Table {
        let index = |index: &Index| Index {
            name: index.name.clone(),
            keys: index.keys.clone(),
            is_global: index.is_global,
            projection: index.projection.clone(),
            entries: BTreeSet::new(),
        };
        Table {
            name: self.name.clone(),
            arn: self.arn.clone(),
            keys: self.keys.clone(),
            kinds: self.kinds.clone(),
            indexes: self.indexes.iter().map(index).collect(),
            items: BTreeMap::new(),
            ttl: self.ttl.clone(),
            ends: BTreeSet::new(),
            stream: None,
            created: self.created,
            is_protected: self.is_protected,
            is_recoverable: self.is_recoverable,
        }
    }

    /// Takes over what such a copy was set to; indexes that are new get the items.
    pub(crate) fn take_settings(&mut self, changed: Table) {
        let mut before = std::mem::take(&mut self.indexes);
        self.kinds = changed.kinds;
        self.is_protected = changed.is_protected;
        for mut index in changed.indexes {
            match before
                .iter()
                .position(|old| old.name == index.name && old.keys == index.keys)
            {
                Some(at) => self.indexes.push(before.swap_remove(at)),
                None => {
                    for (key, item) in &self.items {
                        if let Some(at) = index.keys.index_key(item) {
                            index.entries.insert((at, key.clone()));
                        }
                    }
                    self.indexes.push(index);
                }
            }
        }
    }

    /// As `DescribeTable` shows it.
    pub(crate) fn describe(&self) -> Value {
        let kinds = self
            .kinds
            .iter()
            .map(|(name, kind)| json!({ "AttributeName": name, "AttributeType": kind }));
        let indexes = |is_global: bool| -> Vec<Value> {
            let indexes = self
                .indexes
                .iter()
                .filter(|index| index.is_global == is_global);
            indexes
                .map(|index| {
                    json!({
                        "IndexName": index.name,
                        "KeySchema": index.keys.describe(),
                        "Projection": index.projection,
                        "IndexStatus": "ACTIVE",
                        "IndexArn": format!("{}/index/{}", self.arn, index.name),
                        "ItemCount": index.entries.len(),
                    })
                })
                .collect()
        };
        let mut table = json!({
            "TableName": self.name,
            "TableArn": self.arn,
            "TableStatus": "ACTIVE",
            "KeySchema": self.keys.describe(),
            "AttributeDefinitions": kinds.collect::<Vec<_>>(),
            "ItemCount": self.items.len(),
            "BillingModeSummary": { "BillingMode": "PAY_PER_REQUEST" },
            "CreationDateTime": self.created_at(),
            "DeletionProtectionEnabled": self.is_protected,
        });
        for (member, is_global) in [
            ("GlobalSecondaryIndexes", true),
            ("LocalSecondaryIndexes", false),
        ] {
            let all = indexes(is_global);
            if !all.is_empty() {
                table[member] = Value::Array(all);
            }
        }
        if let Some(stream) = &self.stream {
            table["StreamSpecification"] =
                json!({ "StreamEnabled": true, "StreamViewType": stream.view });
            table["LatestStreamArn"] = stream.arn(self).into();
            table["LatestStreamLabel"] = stream.label().into();
        }
        table
    }

    pub(crate) fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name == name)
    }

    /// Refuses an item that an index could not hold.
    pub(crate) fn check(&self, item: &Item) -> Result<Key, ApiError> {
        if super::value::item_size(item) > 400 * 1024 {
            return Err(ApiError::validation(
                "Item size has exceeded the maximum allowed size",
            ));
        }
        for index in &self.indexes {
            index.keys.check_index(item)?;
        }
        self.keys.key_of(item)
    }

    /// Puts an item in place of what is at its key, or takes that away.
    pub(crate) fn replace(&mut self, key: &Key, item: Option<Item>, now: u64) -> Option<Item> {
        let end = item.as_ref().and_then(|item| self.end_of(item, now));
        let before = match &item {
            Some(item) => self.items.insert(key.clone(), item.clone()),
            None => self.items.remove(key),
        };
        // It may have been noted at any earlier time.
        if let Some(end) = before.as_ref().and_then(|item| self.end_of(item, 0)) {
            self.ends.remove(&(end, key.clone()));
        }
        if let Some(end) = end {
            self.ends.insert((end, key.clone()));
        }
        for index in &mut self.indexes {
            if let Some(at) = before.as_ref().and_then(|item| index.keys.index_key(item)) {
                index.entries.remove(&(at, key.clone()));
            }
            if let Some(at) = item.as_ref().and_then(|item| index.keys.index_key(item)) {
                index.entries.insert((at, key.clone()));
            }
        }
        before
    }
}

fn define(kinds: &mut BTreeMap<String, String>, definitions: &Value) {
    for definition in definitions.as_array().map_or(&[][..], Vec::as_slice) {
        if let (Some(name), Some(kind)) = (
            definition["AttributeName"].as_str(),
            definition["AttributeType"].as_str(),
        ) {
            kinds.insert(name.to_owned(), kind.to_owned());
        }
    }
}
