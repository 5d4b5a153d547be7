//! What tables are set to: time to live, streams, indexes, protection.

use serde_json::{Value, json};

use super::key::Key;
use super::schema::Table;
use super::value::{Attribute, Item};
use super::{Tables, missing};
use crate::error::ApiError;
use crate::moment;

/// Seconds of five years: an item whose time ended longer ago is left alone. Source: DynamoDB
/// Developer Guide, "Using time to live (TTL)".
const LONG_AGO: u64 = 5 * 365 * 24 * 60 * 60;

impl Tables {
    /// When an item's time ends next.
    pub fn next(&self) -> Option<u64> {
        let ends = self.tables.values().filter_map(Table::next_end);
        ends.min()
    }

    /// Removes the items whose time has come, and the records of streams that are older than a day. AWS
    /// does this within a few days, here it is done when it is asked for.
    pub fn expire(&mut self, now: u64) {
        let names: Vec<String> = self.tables.keys().cloned().collect();
        for name in names {
            while let Some(key) = self
                .tables
                .get_mut(&name)
                .and_then(|table| table.take_ended(now))
            {
                self.replace(&name, &key, None, true, now);
            }
            let stream = self
                .tables
                .get_mut(&name)
                .and_then(|table| table.stream.as_mut());
            if let Some(stream) = stream {
                stream.trim(now);
            }
        }
    }

    pub(super) fn update_time_to_live(
        &mut self,
        request: &Value,
        now: u64,
    ) -> Result<Value, ApiError> {
        let specification = &request["TimeToLiveSpecification"];
        let name = self.of(request)?.name.clone();
        let table = self.tables.get_mut(&name).ok_or_else(missing)?;
        let attribute = specification["AttributeName"].as_str().unwrap_or_default();
        if attribute.is_empty() {
            return Err(ApiError::validation(
                "1 validation error detected: Value null at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must not be null",
            ));
        }
        let is_on = specification["Enabled"] == true;
        if is_on == table.ttl.is_some() {
            let state = if is_on { "enabled" } else { "disabled" };
            return Err(ApiError::validation(format!(
                "TimeToLive is already {state}"
            )));
        }
        table.set_ttl(is_on.then(|| attribute.to_owned()), now);
        Ok(json!({ "TimeToLiveSpecification": specification }))
    }

    pub(super) fn describe_time_to_live(&self, request: &Value) -> Result<Value, ApiError> {
        let description = match &self.of(request)?.ttl {
            Some(name) => json!({ "TimeToLiveStatus": "ENABLED", "AttributeName": name }),
            None => json!({ "TimeToLiveStatus": "DISABLED" }),
        };
        Ok(json!({ "TimeToLiveDescription": description }))
    }

    pub(super) fn update_backups(&mut self, request: &Value) -> Result<Value, ApiError> {
        let name = self.of(request)?.name.clone();
        let table = self.tables.get_mut(&name).ok_or_else(missing)?;
        let specification = &request["PointInTimeRecoverySpecification"];
        table.is_recoverable = specification["PointInTimeRecoveryEnabled"] == true;
        self.describe_backups(request)
    }

    pub(super) fn describe_backups(&self, request: &Value) -> Result<Value, ApiError> {
        let status = match self.of(request)?.is_recoverable {
            true => "ENABLED",
            false => "DISABLED",
        };
        Ok(json!({ "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": { "PointInTimeRecoveryStatus": status },
        }}))
    }

    pub(super) fn update_table(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let mut changed = self.of(request)?.clone_without_items();
        changed.define(&request["AttributeDefinitions"]);
        for update in request["GlobalSecondaryIndexUpdates"]
            .as_array()
            .into_iter()
            .flatten()
        {
            if !update["Create"].is_null() {
                changed.add_index(&update["Create"], true)?;
            } else if !update["Delete"].is_null() {
                changed.remove_index(update["Delete"]["IndexName"].as_str().unwrap_or_default())?;
            }
        }
        if let Some(is_protected) = request["DeletionProtectionEnabled"].as_bool() {
            changed.is_protected = is_protected;
        }
        self.set_stream(request, now)?;
        let table = self.tables.get_mut(&changed.name).ok_or_else(missing)?;
        table.take_settings(changed);
        Ok(json!({ "TableDescription": table.describe() }))
    }

    pub(super) fn delete_table(&mut self, request: &Value) -> Result<Value, ApiError> {
        let table = self.of(request)?;
        if table.is_protected {
            return Err(ApiError::validation(
                "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
            ));
        }
        let (name, mut description) = (table.name.clone(), table.describe());
        description["TableStatus"] = "DELETING".into();
        self.tables.remove(&name);
        Ok(json!({ "TableDescription": description }))
    }
}

impl Table {
    /// When an item's time ends, in seconds since 1970, if that counts.
    pub(super) fn end_of(&self, item: &Item, now: u64) -> Option<u64> {
        let Attribute::N(end) = item.get(self.ttl.as_ref()?)? else {
            return None;
        };
        let end = u64::try_from(end.as_seconds()?).ok()?;
        (end + LONG_AGO >= now / 1000).then_some(end)
    }

    fn set_ttl(&mut self, attribute: Option<String>, now: u64) {
        self.ttl = attribute;
        let items = self.items.iter();
        self.ends = items
            .filter_map(|(key, item)| Some((self.end_of(item, now)?, key.clone())))
            .collect();
    }

    fn next_end(&self) -> Option<u64> {
        let (end, _) = self.ends.first()?;
        Some(end.saturating_mul(1000))
    }

    /// The next key whose time has come; it is given once.
    fn take_ended(&mut self, now: u64) -> Option<Key> {
        let (end, _) = self.ends.first()?;
        match *end <= now / 1000 {
            true => self.ends.pop_first().map(|(_, key)| key),
            false => None,
        }
    }

    pub(super) fn created_at(&self) -> Value {
        moment::seconds(self.created)
    }
}
