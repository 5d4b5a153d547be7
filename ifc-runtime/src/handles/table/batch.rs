//! Many items at once: chunks, and another attempt at what the service left over.

use std::collections::{HashMap, VecDeque};

use super::codec;
use super::cursor::key_text;
use crate::backend::call;
use crate::backend::table::{Attributes, BatchEntry, BatchGet, BatchWrite, TableTarget};
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::handles::retry;
use crate::item::Item;

const GET_CHUNK: usize = 100;
const WRITE_CHUNK: usize = 25;

pub(super) async fn get<T: Item>(
    table: TableTarget,
    keys: Vec<Attributes>,
) -> Result<Vec<Option<T>>> {
    let texts: Vec<String> = keys.iter().map(key_text).collect::<Result<_>>()?;
    // The service refuses keys that repeat.
    let mut found: HashMap<&str, Option<Attributes>> = HashMap::new();
    let mut pending: VecDeque<Attributes> = VecDeque::new();
    for (key, text) in keys.into_iter().zip(&texts) {
        if found.insert(text, None).is_none() {
            pending.push_back(key);
        }
    }
    let mut attempt = 0;
    while !pending.is_empty() {
        let chunk: Vec<_> = pending.drain(..pending.len().min(GET_CHUNK)).collect();
        let size = chunk.len();
        let answer = call!(
            table,
            "table",
            TableBackend::batch_get,
            BatchGet { table, keys: chunk }
        )?;
        for item in answer.items {
            if let Some(slot) = found.get_mut(key_text(&codec::key_of::<T>(&item))?.as_str()) {
                *slot = Some(item);
            }
        }
        // Any progress starts the count anew: only a service that answers nothing is given up.
        attempt = if answer.unprocessed.len() < size {
            0
        } else {
            attempt + 1
        };
        if attempt >= retry::ATTEMPTS {
            return Err(Error::new(
                ErrorKind::Throttled,
                format!(
                    "{} keys were not read",
                    pending.len() + answer.unprocessed.len()
                ),
            ));
        }
        if !answer.unprocessed.is_empty() {
            tokio::time::sleep(retry::delay(attempt.max(1))).await;
        }
        pending.extend(answer.unprocessed);
    }
    texts
        .iter()
        .map(|text| {
            found
                .get(text.as_str())
                .cloned()
                .flatten()
                .map(codec::decode)
                .transpose()
        })
        .collect()
}

pub(super) async fn put<T: Item>(table: TableTarget, items: Vec<Attributes>) -> Result<()> {
    let entries = items
        .into_iter()
        .map(|item| Ok((key_text(&codec::key_of::<T>(&item))?, BatchEntry::Put(item))))
        .collect::<Result<Vec<_>>>()?;
    write(table, entries, key_of_entry::<T>).await
}

pub(super) async fn delete(table: TableTarget, keys: Vec<Attributes>) -> Result<()> {
    let entries = keys
        .into_iter()
        .map(|key| Ok((key_text(&key)?, BatchEntry::Delete(key))))
        .collect::<Result<Vec<_>>>()?;
    write(table, entries, |entry| match entry {
        BatchEntry::Put(attributes) | BatchEntry::Delete(attributes) => key_text(attributes),
    })
    .await
}

fn key_of_entry<T: Item>(entry: &BatchEntry) -> Result<String> {
    match entry {
        BatchEntry::Put(item) => key_text(&codec::key_of::<T>(item)),
        BatchEntry::Delete(key) => key_text(key),
    }
}

async fn write(
    table: TableTarget,
    entries: Vec<(String, BatchEntry)>,
    text_of: impl Fn(&BatchEntry) -> Result<String>,
) -> Result<()> {
    let total = entries.len();
    // Positions by key: the service refuses keys that repeat, and the last write wins.
    let mut positions: HashMap<String, usize> = HashMap::new();
    for (position, (text, _)) in entries.iter().enumerate() {
        positions.insert(text.clone(), position);
    }
    let mut pending: VecDeque<BatchEntry> = entries
        .into_iter()
        .enumerate()
        .filter(|(position, (text, _))| positions.get(text) == Some(position))
        .map(|(_, (_, entry))| entry)
        .collect();
    let mut attempt = 0;
    while !pending.is_empty() {
        let chunk: Vec<_> = pending.drain(..pending.len().min(WRITE_CHUNK)).collect();
        let size = chunk.len();
        let request = BatchWrite {
            table,
            entries: chunk,
        };
        let left = call!(table, "table", TableBackend::batch_write, request)?;
        attempt = if left.len() < size { 0 } else { attempt + 1 };
        let again = !left.is_empty();
        pending.extend(left);
        if attempt >= retry::ATTEMPTS {
            return Err(not_written(total, &pending, &positions, &text_of)?);
        }
        if again {
            tokio::time::sleep(retry::delay(attempt.max(1))).await;
        }
    }
    Ok(())
}

fn not_written(
    total: usize,
    pending: &VecDeque<BatchEntry>,
    positions: &HashMap<String, usize>,
    text_of: impl Fn(&BatchEntry) -> Result<String>,
) -> Result<Error> {
    let mut failures: Vec<Failure> = pending
        .iter()
        .map(|entry| {
            Ok(Failure {
                index: positions.get(&text_of(entry)?).copied().unwrap_or(total),
                kind: ErrorKind::Throttled,
                code: "UnprocessedItems".to_owned(),
                message: String::new(),
            })
        })
        .collect::<Result<_>>()?;
    failures.sort_by_key(|failure| failure.index);
    let message = format!("{} of {total} entries were not written", failures.len());
    Ok(Error::new(ErrorKind::PartialFailure, message).with_failures(failures))
}
