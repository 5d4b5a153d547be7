//! Reads: items by key, queries and scans.

use serde_json::{Map, Value, json};

use super::Tables;
use super::expression::{self, Comparison, Condition, Names, Operand, Path, project};
use super::key::{Key, KeyValue};
use super::schema::{KeySchema, Table};
use super::span::Span;
use super::value::{Attribute, Item, item_size, read_item, write_item};
use crate::error::ApiError;

/// Bytes of items that one page reads at most.
const PAGE: usize = 1024 * 1024;

impl Tables {
    pub(super) fn get_item(&self, request: &Value) -> Result<Value, ApiError> {
        let table = self.of(request)?;
        let item = read_one(table, request)?;
        Ok(match item {
            Some(item) => json!({ "Item": write_item(&item) }),
            None => json!({}),
        })
    }

    pub(super) fn batch_get_item(&self, request: &Value) -> Result<Value, ApiError> {
        let mut responses = Map::new();
        let mut count = 0;
        for (name, entry) in request["RequestItems"].as_object().into_iter().flatten() {
            let table = self.named(name)?;
            let mut names = Names::of(entry)?;
            let projection = expression::projection(entry, &mut names)?;
            names.all_used()?;
            let mut seen: Vec<Key> = Vec::new();
            let mut found = Vec::new();
            for key in entry["Keys"].as_array().into_iter().flatten() {
                let key = table.keys.exact(&read_item(key)?)?;
                if seen.contains(&key) {
                    return Err(ApiError::validation(
                        "Provided list of item keys contains duplicates",
                    ));
                }
                if let Some(item) = table.items.get(&key) {
                    found.push(write_item(&projected(item, projection.as_deref())));
                }
                seen.push(key);
            }
            count += seen.len();
            responses.insert(name.clone(), found.into());
        }
        if count == 0 || count > 100 {
            return Err(ApiError::validation(
                "Too many items requested for the BatchGetItem call",
            ));
        }
        Ok(json!({ "Responses": responses, "UnprocessedKeys": {} }))
    }

    pub(super) fn transact_get_items(&self, request: &Value) -> Result<Value, ApiError> {
        let entries = request["TransactItems"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        if entries.is_empty() || entries.len() > 100 {
            return Err(ApiError::validation(
                "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100",
            ));
        }
        let responses = entries.iter().map(|entry| {
            let get = &entry["Get"];
            let item = read_one(self.of(get)?, get)?;
            Ok(match item {
                Some(item) => json!({ "Item": write_item(&item) }),
                None => json!({}),
            })
        });
        Ok(json!({ "Responses": responses.collect::<Result<Vec<_>, ApiError>>()? }))
    }

    pub(super) fn query(&self, request: &Value) -> Result<Value, ApiError> {
        let table = self.of(request)?;
        let keys = schema_of(table, request)?;
        let mut names = Names::of(request)?;
        let condition = expression::condition(request, "KeyConditionExpression", &mut names)?
            .ok_or_else(|| {
                ApiError::validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
            })?;
        let reading = Reading::of(request, &mut names)?;
        names.all_used()?;
        let partition = partition_of(&condition, keys)?;
        if let Some(path) = reading
            .filter
            .as_ref()
            .and_then(|filter| key_in(filter, keys))
        {
            return Err(ApiError::validation(format!(
                "Filter Expression can only contain non-primary key attributes: Primary key attribute: {path}"
            )));
        }
        let Some(partition) = KeyValue::of(&partition) else {
            return page(table, keys, std::iter::empty(), request, &reading);
        };
        let mut parts = Vec::new();
        conjuncts(&condition, &mut parts);
        let items = Span::of(partition, &parts, keys).items(table, index_name(request), request)?;
        let items = items.filter(|item| condition.holds(item));
        page(table, keys, items, request, &reading)
    }

    pub(super) fn scan(&self, request: &Value) -> Result<Value, ApiError> {
        let table = self.of(request)?;
        let keys = schema_of(table, request)?;
        let mut names = Names::of(request)?;
        let reading = Reading::of(request, &mut names)?;
        names.all_used()?;
        let items = Span::all().items(table, index_name(request), request)?;
        page(table, keys, items, request, &reading)
    }
}

fn index_name(request: &Value) -> Option<&str> {
    request["IndexName"].as_str()
}

fn schema_of<'t>(table: &'t Table, request: &Value) -> Result<&'t KeySchema, ApiError> {
    match index_name(request) {
        None => Ok(&table.keys),
        Some(name) => {
            let index = table.index(name).ok_or_else(|| {
                ApiError::validation(format!(
                    "The table does not have the specified index: {name}"
                ))
            })?;
            if index.is_global && request["ConsistentRead"] == true {
                return Err(ApiError::validation(
                    "Consistent reads are not supported on global secondary indexes",
                ));
            }
            Ok(&index.keys)
        }
    }
}

fn read_one(table: &Table, request: &Value) -> Result<Option<Item>, ApiError> {
    let mut names = Names::of(request)?;
    let projection = expression::projection(request, &mut names)?;
    names.all_used()?;
    let key = table.keys.exact(&read_item(&request["Key"])?)?;
    let item = table.items.get(&key);
    Ok(item.map(|item| projected(item, projection.as_deref())))
}

fn projected(item: &Item, projection: Option<&[Path]>) -> Item {
    match projection {
        Some(paths) => project(item, paths),
        None => item.clone(),
    }
}

/// What queries and scans have in common.
struct Reading {
    filter: Option<Condition>,
    projection: Option<Vec<Path>>,
    count_only: bool,
}

impl Reading {
    fn of(request: &Value, names: &mut Names<'_>) -> Result<Reading, ApiError> {
        Ok(Reading {
            filter: expression::condition(request, "FilterExpression", names)?,
            projection: expression::projection(request, names)?,
            count_only: request["Select"] == "COUNT",
        })
    }
}

/// One page: up to the limits.
fn page<'t>(
    table: &'t Table,
    keys: &KeySchema,
    items: impl Iterator<Item = &'t Item>,
    request: &Value,
    reading: &Reading,
) -> Result<Value, ApiError> {
    let limit = match &request["Limit"] {
        Value::Null => None,
        limit => match limit.as_u64() {
            Some(limit) if limit > 0 => Some(limit),
            _ => {
                return Err(ApiError::validation(
                    "1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
                ));
            }
        },
    };
    let position = |item: &Item| {
        let mut position = table.keys.pick(item);
        position.extend(keys.pick(item));
        position
    };
    let (mut scanned, mut bytes) = (0u64, 0);
    let mut found = Vec::new();
    let mut last = None;
    let mut items = items.peekable();
    while let Some(item) = items.next() {
        scanned += 1;
        bytes += item_size(item);
        if reading
            .filter
            .as_ref()
            .is_none_or(|filter| filter.holds(item))
        {
            found.push(item);
        }
        if (limit == Some(scanned) || bytes >= PAGE) && items.peek().is_some() {
            last = Some(position(item));
            break;
        }
        // AWS gives a key at the limit even if nothing follows.
        if limit == Some(scanned) {
            last = Some(position(item));
            break;
        }
    }
    let mut answer = json!({ "Count": found.len(), "ScannedCount": scanned });
    if !reading.count_only {
        let items = found
            .into_iter()
            .map(|item| write_item(&projected(item, reading.projection.as_deref())));
        answer["Items"] = items.collect();
    }
    if let Some(last) = last {
        answer["LastEvaluatedKey"] = write_item(&last);
    }
    Ok(answer)
}

/// The partition key's value in a key condition: `k = :v`, alone or with a condition on the sort key.
fn partition_of(condition: &Condition, keys: &KeySchema) -> Result<Attribute, ApiError> {
    let mut parts = Vec::new();
    conjuncts(condition, &mut parts);
    let mut partition = None;
    for part in parts {
        let name = match part {
            Condition::Compare(Operand::Path(path), _, Operand::Value(_))
            | Condition::Between(Operand::Path(path), Operand::Value(_), Operand::Value(_))
            | Condition::BeginsWith(Operand::Path(path), Operand::Value(_))
                if path.steps.is_empty() =>
            {
                &path.root
            }
            _ => return Err(ApiError::validation("Query key condition not supported")),
        };
        match part {
            Condition::Compare(_, Comparison::Equal, Operand::Value(value))
                if *name == keys.partition.name =>
            {
                partition = Some(value.clone());
            }
            _ if keys.sort.as_ref().is_some_and(|sort| sort.name == *name) => {}
            _ => {
                return Err(ApiError::validation(format!(
                    "Query condition missed key schema element: {}",
                    keys.partition.name
                )));
            }
        }
    }
    partition.ok_or_else(|| {
        ApiError::validation(format!(
            "Query condition missed key schema element: {}",
            keys.partition.name
        ))
    })
}

fn conjuncts<'c>(condition: &'c Condition, parts: &mut Vec<&'c Condition>) {
    match condition {
        Condition::And(a, b) => {
            conjuncts(a, parts);
            conjuncts(b, parts);
        }
        other => parts.push(other),
    }
}

/// A key attribute that a filter names.
fn key_in(condition: &Condition, keys: &KeySchema) -> Option<String> {
    let of = |operand: &Operand| match operand {
        Operand::Path(path) | Operand::Size(path) => Some(path.root.clone()),
        Operand::Value(_) => None,
    };
    let names = match condition {
        Condition::And(a, b) | Condition::Or(a, b) => {
            return key_in(a, keys).or_else(|| key_in(b, keys));
        }
        Condition::Not(inner) => return key_in(inner, keys),
        Condition::Compare(a, _, b) | Condition::BeginsWith(a, b) | Condition::Contains(a, b) => {
            vec![of(a), of(b)]
        }
        Condition::Between(a, b, c) => vec![of(a), of(b), of(c)],
        Condition::In(a, list) => list.iter().map(of).chain([of(a)]).collect(),
        Condition::Exists(path) | Condition::NotExists(path) | Condition::HasType(path, _) => {
            vec![Some(path.root.clone())]
        }
    };
    names.into_iter().flatten().find(|name| keys.has(name))
}
