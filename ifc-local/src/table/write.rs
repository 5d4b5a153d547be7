//! Writes, alone, in batches and in transactions.

use serde_json::{Map, Value, json};

use super::Tables;
use super::expression::{self, Condition, Names, Update};
use super::key::Key;
use super::value::{Attribute, Item, read_item, write_item};
use crate::error::ApiError;

/// A write with its condition, ready to be done.
pub(super) struct Write {
    table: String,
    key: Key,
    condition: Option<Condition>,
    action: Action,
    return_old: bool,
}

enum Action {
    Put(Item),
    Update(Box<Update>, Item),
    Delete,
    Check,
}

/// What a write did.
pub(super) struct Written {
    pub(super) before: Option<Item>,
    pub(super) after: Option<Item>,
}

const CONDITION_FAILED: &str = "The conditional request failed";

impl Tables {
    pub(super) fn put_item(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let write = self.read_write("Put", request)?;
        let written = self.write_one(&write, now)?;
        Ok(returned(request, &written, None))
    }

    pub(super) fn delete_item(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let write = self.read_write("Delete", request)?;
        let written = self.write_one(&write, now)?;
        Ok(returned(request, &written, None))
    }

    pub(super) fn update_item(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let write = self.read_write("Update", request)?;
        let written = self.write_one(&write, now)?;
        let update = match &write.action {
            Action::Update(update, _) => Some(&**update),
            _ => None,
        };
        Ok(returned(request, &written, update))
    }

    /// Reads a write of a kind: `Put`, `Update`, `Delete` or `ConditionCheck`.
    fn read_write(&self, kind: &str, request: &Value) -> Result<Write, ApiError> {
        let table = self.of(request)?;
        let mut names = Names::of(request)?;
        let condition = expression::condition(request, "ConditionExpression", &mut names)?;
        let (key, action) = match kind {
            "Put" => {
                let item = read_item(&request["Item"])?;
                (table.check(&item)?, Action::Put(item))
            }
            _ => {
                let attributes = read_item(&request["Key"])?;
                let key = table.keys.exact(&attributes)?;
                let action = match kind {
                    "Delete" => Action::Delete,
                    "Update" => {
                        let update = expression::update(request, &mut names)?.unwrap_or_default();
                        if let Some(path) = update.paths().find(|path| table.keys.has(&path.root)) {
                            return Err(ApiError::validation(format!(
                                "One or more parameter values were invalid: Cannot update attribute {}. This attribute is part of the key",
                                path.root
                            )));
                        }
                        Action::Update(Box::new(update), attributes)
                    }
                    _ => Action::Check,
                };
                (key, action)
            }
        };
        names.all_used()?;
        Ok(Write {
            table: table.name.clone(),
            key,
            condition,
            action,
            return_old: request["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD",
        })
    }

    fn write_one(&mut self, write: &Write, now: u64) -> Result<Written, ApiError> {
        let after = self.prepare(write)?;
        Ok(self.apply(write, after, now))
    }

    /// The item after a write; an error if its condition does not hold.
    fn prepare(&self, write: &Write) -> Result<Option<Item>, ApiError> {
        let table = self.named(&write.table)?;
        let before = table.items.get(&write.key);
        let nothing = Item::new();
        if let Some(condition) = &write.condition
            && !condition.holds(before.unwrap_or(&nothing))
        {
            let mut error = ApiError::new("ConditionalCheckFailedException", CONDITION_FAILED);
            if let (true, Some(item)) = (write.return_old, before) {
                error = error.with("Item", write_item(item));
            }
            return Err(error);
        }
        match &write.action {
            Action::Put(item) => Ok(Some(item.clone())),
            Action::Update(update, key) => {
                let after = update.apply(before.unwrap_or(key))?;
                table.check(&after)?;
                Ok(Some(after))
            }
            Action::Delete => Ok(None),
            Action::Check => Ok(before.cloned()),
        }
    }

    fn apply(&mut self, write: &Write, after: Option<Item>, now: u64) -> Written {
        if let (Action::Check, _) | (_, None) = (&write.action, self.tables.get(&write.table)) {
            return Written {
                before: None,
                after,
            };
        }
        let before = self.replace(&write.table, &write.key, after.clone(), false, now);
        Written { before, after }
    }

    /// Replaces an item and notes the change in the table's stream.
    pub(super) fn replace(
        &mut self,
        table: &str,
        key: &Key,
        after: Option<Item>,
        expired: bool,
        now: u64,
    ) -> Option<Item> {
        let table = self.tables.get_mut(table)?;
        let before = table.replace(key, after.clone(), now);
        if let Some(stream) = &mut table.stream
            && before != after
        {
            let keys = table.keys.pick(before.as_ref().or(after.as_ref())?);
            stream.note(&key.partition, keys, (before.clone(), after), expired, now);
        }
        before
    }

    pub(super) fn batch_write_item(
        &mut self,
        request: &Value,
        now: u64,
    ) -> Result<Value, ApiError> {
        let mut writes = Vec::new();
        let tables = request["RequestItems"].as_object();
        for (table, entries) in tables.into_iter().flatten() {
            for entry in entries.as_array().into_iter().flatten() {
                let (kind, inner) = match (entry.get("PutRequest"), entry.get("DeleteRequest")) {
                    (Some(put), None) => ("Put", put),
                    (None, Some(delete)) => ("Delete", delete),
                    _ => return Err(ApiError::validation("Supplied WriteRequest is empty")),
                };
                let mut inner = inner.clone();
                inner["TableName"] = table.clone().into();
                writes.push(self.read_write(kind, &inner)?);
            }
        }
        if writes.is_empty() || writes.len() > 25 {
            return Err(ApiError::validation(
                "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]",
            ));
        }
        different(&writes, "Provided list of item keys contains duplicates")?;
        for write in &writes {
            self.write_one(write, now)?;
        }
        Ok(json!({ "UnprocessedItems": {} }))
    }

    pub(super) fn transact_write_items(
        &mut self,
        request: &Value,
        now: u64,
    ) -> Result<Value, ApiError> {
        let entries = request["TransactItems"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let mut writes = Vec::new();
        for entry in entries {
            let kinds = ["Put", "Update", "Delete", "ConditionCheck"];
            let Some((kind, inner)) = kinds
                .iter()
                .find_map(|kind| Some((*kind, entry.get(*kind).filter(|inner| !inner.is_null())?)))
            else {
                return Err(ApiError::validation(
                    "TransactItems can only contain one of Check, Put, Update or Delete",
                ));
            };
            writes.push(self.read_write(kind, inner)?);
        }
        if writes.is_empty() || writes.len() > 100 {
            return Err(ApiError::validation(
                "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100",
            ));
        }
        different(
            &writes,
            "Transaction request cannot include multiple operations on one item",
        )?;
        let token = request["ClientRequestToken"].as_str();
        if token.is_some_and(|token| !(1..=36).contains(&token.len())) {
            return Err(ApiError::validation(
                "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36",
            ));
        }
        // The same request again is the same transaction.
        if let Some(token) = token
            && self.tokens.is_done(token, request, now)?
        {
            return Ok(json!({}));
        }
        let outcomes: Vec<Result<Option<Item>, ApiError>> =
            writes.iter().map(|write| self.prepare(write)).collect();
        cancelled(&outcomes)?;
        for (write, outcome) in writes.iter().zip(outcomes) {
            let _ = self.apply(write, outcome?, now);
        }
        if let Some(token) = token {
            self.tokens.done(token, request, now);
        }
        Ok(json!({}))
    }
}

/// The error of a transaction in which something failed, with a reason for each operation.
fn cancelled(outcomes: &[Result<Option<Item>, ApiError>]) -> Result<(), ApiError> {
    if outcomes.iter().all(Result::is_ok) {
        return Ok(());
    }
    let code = |error: &ApiError| match error.code.as_str() {
        "ConditionalCheckFailedException" => "ConditionalCheckFailed".to_owned(),
        "ValidationException" => "ValidationError".to_owned(),
        other => other.to_owned(),
    };
    let codes: Vec<String> = outcomes
        .iter()
        .map(|outcome| outcome.as_ref().err().map_or("None".to_owned(), code))
        .collect();
    let reasons: Vec<Value> = outcomes
        .iter()
        .zip(&codes)
        .map(|(outcome, code)| match outcome {
            Ok(_) => json!({ "Code": code }),
            Err(error) => {
                let mut reason = error.details.clone();
                reason.insert("Code".into(), code.clone().into());
                reason.insert("Message".into(), error.message.clone().into());
                reason.into()
            }
        })
        .collect();
    let message = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    );
    Err(ApiError::new("TransactionCanceledException", message).with("CancellationReasons", reasons))
}

fn different(writes: &[Write], message: &str) -> Result<(), ApiError> {
    for (at, write) in writes.iter().enumerate() {
        let same = |other: &Write| other.table == write.table && other.key == write.key;
        if writes[..at].iter().any(same) {
            return Err(ApiError::validation(message));
        }
    }
    Ok(())
}

/// The answer with what `ReturnValues` asks for.
fn returned(request: &Value, written: &Written, update: Option<&Update>) -> Value {
    let changed = |item: &Option<Item>| {
        let item = item.as_ref()?;
        let mut names: Vec<&str> = update?.paths().map(|path| path.root.as_str()).collect();
        names.dedup();
        let part: Item = names
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())))
            .collect::<std::collections::BTreeMap<String, Attribute>>();
        Some(part)
    };
    let attributes = match request["ReturnValues"].as_str() {
        Some("ALL_OLD") => written.before.clone(),
        Some("ALL_NEW") => written.after.clone(),
        Some("UPDATED_OLD") => changed(&written.before),
        Some("UPDATED_NEW") => changed(&written.after),
        _ => None,
    };
    let mut answer = Map::new();
    if let Some(attributes) = attributes {
        answer.insert("Attributes".into(), write_item(&attributes));
    }
    answer.into()
}
