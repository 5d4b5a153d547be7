//! Parts of a table or index in the order of its keys, found without looking at the rest.

use std::ops::Bound;

use serde_json::Value;

use super::expression::{Comparison, Condition, Operand};
use super::key::{Key, KeyValue};
use super::schema::{KeyName, KeySchema, Table};
use super::value::{Item, read_item};
use crate::error::ApiError;

/// A part between two keys.
pub(super) struct Span {
    low: Bound<Key>,
    high: Bound<Key>,
}

impl Span {
    /// All there is.
    pub(super) fn all() -> Span {
        Span {
            low: Bound::Included(Key::first()),
            high: Bound::Included(Key::last()),
        }
    }

    /// What a key condition leaves of a partition; that it is at least what satisfies the condition is
    /// enough.
    pub(super) fn of(partition: KeyValue, parts: &[&Condition], keys: &KeySchema) -> Span {
        let key = |sort: KeyValue| Key {
            partition: partition.clone(),
            sort: Some(sort),
        };
        let mut span = Span {
            low: Bound::Included(Key::first_of(partition.clone())),
            high: Bound::Included(Key::last_of(partition.clone())),
        };
        let Some(sort) = &keys.sort else {
            return span;
        };
        let of_sort =
            |operand: &Operand| matches!(operand, Operand::Path(path) if path.root == sort.name);
        for part in parts {
            match part {
                Condition::Compare(path, comparison, value) if of_sort(path) => {
                    let Some(value) = sort_value(sort, value) else {
                        continue;
                    };
                    let place = key(value);
                    match comparison {
                        Comparison::Equal => {
                            span.low = Bound::Included(place.clone());
                            span.high = Bound::Included(place);
                        }
                        Comparison::Less => span.high = Bound::Excluded(place),
                        Comparison::AtMost => span.high = Bound::Included(place),
                        Comparison::Greater => span.low = Bound::Excluded(place),
                        Comparison::AtLeast => span.low = Bound::Included(place),
                        Comparison::NotEqual => {}
                    }
                }
                Condition::Between(path, low, high) if of_sort(path) => {
                    if let Some(low) = sort_value(sort, low) {
                        span.low = Bound::Included(key(low));
                    }
                    if let Some(high) = sort_value(sort, high) {
                        span.high = Bound::Included(key(high));
                    }
                }
                Condition::BeginsWith(path, prefix) if of_sort(path) => {
                    let Some(prefix) = sort_value(sort, prefix) else {
                        continue;
                    };
                    if let Some(end) = behind(&prefix) {
                        span.high = Bound::Excluded(key(end));
                    }
                    span.low = Bound::Included(key(prefix));
                }
                _ => {}
            }
        }
        span
    }

    /// The items of the part, in the order that a request wants, from behind its start key.
    pub(super) fn items<'t>(
        self,
        table: &'t Table,
        index: Option<&str>,
        request: &Value,
    ) -> Result<Box<dyn Iterator<Item = &'t Item> + 't>, ApiError> {
        let forward = request["ScanIndexForward"] != false;
        let start = match &request["ExclusiveStartKey"] {
            Value::Null => None,
            key => Some(read_item(key)?),
        };
        let wrong = || ApiError::validation("The provided starting key is invalid");
        let at = |keys: &KeySchema, start: &Item| keys.index_key(start).ok_or_else(wrong);
        let start_key = start
            .as_ref()
            .map(|start| at(&table.keys, start))
            .transpose()?;
        let Some(index) = index else {
            let bounds = bounds(self.low, self.high, start_key, forward);
            let items = bounds
                .into_iter()
                .flat_map(|bounds| table.items.range(bounds));
            return Ok(directed(items.map(|(_, item)| item), forward));
        };
        let index = table.index(index).ok_or_else(wrong)?;
        let start_entry = match (start.as_ref(), start_key) {
            (Some(start), Some(key)) => Some((at(&index.keys, start)?, key)),
            _ => None,
        };
        let low = match self.low {
            Bound::Included(key) => Bound::Included((key, Key::first())),
            Bound::Excluded(key) => Bound::Excluded((key, Key::last())),
            Bound::Unbounded => Bound::Unbounded,
        };
        let high = match self.high {
            Bound::Included(key) => Bound::Included((key, Key::last())),
            Bound::Excluded(key) => Bound::Excluded((key, Key::first())),
            Bound::Unbounded => Bound::Unbounded,
        };
        let bounds = bounds(low, high, start_entry, forward);
        let entries = bounds
            .into_iter()
            .flat_map(|bounds| index.entries.range(bounds));
        let items = entries.filter_map(|(_, key)| table.items.get(key));
        Ok(directed(items, forward))
    }
}

fn directed<'t>(
    items: impl DoubleEndedIterator<Item = &'t Item> + 't,
    forward: bool,
) -> Box<dyn Iterator<Item = &'t Item> + 't> {
    match forward {
        true => Box::new(items),
        false => Box::new(items.rev()),
    }
}

/// The value that a sort key is compared with, if it has the key's type.
fn sort_value(sort: &KeyName, operand: &Operand) -> Option<KeyValue> {
    match operand {
        Operand::Value(value) if value.kind() == sort.kind => KeyValue::of(value),
        _ => None,
    }
}

/// The first value behind all that begin so.
fn behind(prefix: &KeyValue) -> Option<KeyValue> {
    let next = |bytes: &[u8]| {
        let last = bytes.iter().rposition(|byte| *byte < u8::MAX)?;
        let mut bytes = bytes[..=last].to_vec();
        bytes[last] += 1;
        Some(bytes)
    };
    match prefix {
        KeyValue::S(bytes) => next(bytes).map(KeyValue::S),
        KeyValue::B(bytes) => next(bytes).map(KeyValue::B),
        KeyValue::N(_) | KeyValue::Last => None,
    }
}

/// The two ends, with the start key as one of them; None if nothing lies between.
fn bounds<P: Ord>(
    mut low: Bound<P>,
    mut high: Bound<P>,
    start: Option<P>,
    forward: bool,
) -> Option<(Bound<P>, Bound<P>)> {
    let end = |bound: &Bound<P>, start: &P, is_low: bool| match bound {
        Bound::Included(place) | Bound::Excluded(place) if is_low => place > start,
        Bound::Included(place) | Bound::Excluded(place) => place < start,
        Bound::Unbounded => false,
    };
    if let Some(start) = start {
        match forward {
            true if !end(&low, &start, true) => low = Bound::Excluded(start),
            false if !end(&high, &start, false) => high = Bound::Excluded(start),
            _ => {}
        }
    }
    // A range whose ends are the wrong way round would be a panic.
    let is_empty = match (&low, &high) {
        (Bound::Included(low), Bound::Included(high)) => low > high,
        (
            Bound::Included(low) | Bound::Excluded(low),
            Bound::Included(high) | Bound::Excluded(high),
        ) => low >= high,
        _ => false,
    };
    (!is_empty).then_some((low, high))
}
