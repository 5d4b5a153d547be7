//! The last records, numbered, for whoever watches.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::engine::{Record, What};

/// Records that are kept at most.
const MOST: usize = 10_000;
/// About how many bytes they take at most.
const BYTES: usize = 16 * 1024 * 1024;

/// The last records.
#[derive(Debug, Default)]
pub struct Records {
    kept: VecDeque<Arc<Record>>,
    bytes: usize,
    /// Number of the first one that is kept.
    first: u64,
}

impl Records {
    pub(super) fn extend(&mut self, records: impl IntoIterator<Item = Record>) {
        for record in records {
            self.bytes += size(&record);
            self.kept.push_back(Arc::new(record));
            while self.kept.len() > MOST || (self.bytes > BYTES && self.kept.len() > 1) {
                if let Some(gone) = self.kept.pop_front() {
                    self.bytes -= size(&gone);
                    self.first += 1;
                }
            }
        }
    }

    /// The records from a number on, each with its number; what is older than all that are kept is
    /// left out.
    pub fn since(&self, number: u64) -> Vec<(u64, Arc<Record>)> {
        let skip = usize::try_from(number.saturating_sub(self.first)).unwrap_or(usize::MAX);
        let first = self.first;
        let numbered = self.kept.iter().enumerate().skip(skip);
        numbered
            .map(|(at, record)| (first + at as u64, Arc::clone(record)))
            .collect()
    }

    /// The number that the next record will have.
    pub fn next(&self) -> u64 {
        self.first + self.kept.len() as u64
    }
}

/// About how many bytes a record takes.
fn size(record: &Record) -> usize {
    let text = match &record.what {
        What::Called { input, .. } => rough(input),
        What::Delivered { payload, .. }
        | What::Started { payload, .. }
        | What::Lost { payload, .. } => payload.len(),
        What::Ended { .. }
        | What::DeadLetter { .. }
        | What::Decided { .. }
        | What::LeftOut { .. } => 100,
        What::Logged { line, .. } => line.len(),
    };
    text + 400
}

fn rough(value: &serde_json::Value) -> usize {
    use serde_json::Value;
    match value {
        Value::String(text) => text.len() + 24,
        Value::Array(list) => list.iter().map(rough).sum::<usize>() + 24,
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| name.len() + 48 + rough(value))
            .sum(),
        _ => 24,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(line: String) -> Record {
        Record {
            at: 0,
            trace: String::new(),
            what: What::Logged {
                invocation: None,
                function: "f".into(),
                line,
            },
        }
    }

    #[test]
    fn old_records_go_by_number_and_by_size() {
        let mut records = Records::default();
        records.extend((0..MOST + 5).map(|n| logged(n.to_string())));
        let since = records.since(0);
        assert_eq!((since.len(), since[0].0), (MOST, 5));
        assert_eq!(records.since(records.next()).len(), 0);
        records.extend([logged("x".repeat(BYTES))]);
        assert_eq!(records.since(0).len(), 1);
        assert_eq!(records.next(), MOST as u64 + 6);
    }
}
