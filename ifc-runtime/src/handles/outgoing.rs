//! Messages on their way out: payload, correlation, and how many go into one request.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use crate::backend::queue::OutgoingMessage;
use crate::backend::{Outcomes, collect_outcomes};
use crate::context::{self, CORRELATION_ATTRIBUTE};
use crate::error::{Error, ErrorKind, Failure, Result};

/// A message with the payload as JSON and the ids of the current context.
pub(super) fn message<T: Serialize + ?Sized>(payload: &T) -> Result<OutgoingMessage> {
    let body = serde_json::to_string(payload)
        .map_err(|error| Error::serialization("the message", error))?;
    let mut message = OutgoingMessage {
        body,
        ..OutgoingMessage::default()
    };
    context::with_current(|context| {
        if !context.correlation_id.is_empty() {
            message.attributes = BTreeMap::from([(
                CORRELATION_ATTRIBUTE.to_owned(),
                context.correlation_id.clone(),
            )]);
        }
        message.trace_header.clone_from(&context.trace_header);
    });
    Ok(message)
}

/// The size that counts for the limit of a request.
pub(super) fn size(message: &OutgoingMessage) -> usize {
    let attributes: usize = message
        .attributes
        .iter()
        .map(|(name, value)| name.len() + value.len() + "String".len())
        .sum();
    message.body.len() + attributes
}

/// Splits entries into requests of at most this many entries and bytes. An entry that is too large by
/// itself is alone in a request, which the service then refuses.
pub(super) fn chunks(
    sizes: impl IntoIterator<Item = usize>,
    most_entries: usize,
    most_bytes: usize,
) -> Vec<Range<usize>> {
    let mut chunks: Vec<Range<usize>> = Vec::new();
    let mut bytes = 0;
    for (position, size) in sizes.into_iter().enumerate() {
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < most_entries && bytes + size <= most_bytes => {
                chunk.end = position + 1;
                bytes += size;
            }
            _ => {
                chunks.push(position..position + 1);
                bytes = size;
            }
        }
    }
    chunks
}

/// Sends chunk after chunk. Entries that fail, and those of a chunk that fails as a whole, are reported
/// together at the end; an error that all chunks would meet ends it at once.
pub(super) async fn send_chunks<M: Clone, F: Future<Output = Result<Outcomes>>>(
    entries: &[M],
    chunks: Vec<Range<usize>>,
    what: &str,
    send: impl Fn(Vec<M>) -> F,
) -> Result<Vec<String>> {
    let mut ids = Vec::with_capacity(entries.len());
    let mut failures: Vec<Failure> = Vec::new();
    for chunk in chunks {
        let offset = chunk.start;
        match send(entries[chunk.clone()].to_vec()).await {
            Ok(outcomes) => collect_outcomes(outcomes, offset, &mut ids, &mut failures),
            Err(error)
                if entries.len() == chunk.len() || (ids.is_empty() && is_general(&error)) =>
            {
                return Err(error);
            }
            Err(error) => failures.extend(chunk.map(|index| Failure {
                index,
                kind: error.kind(),
                code: error.code().unwrap_or_default().to_owned(),
                message: error.message().to_owned(),
            })),
        }
    }
    if failures.is_empty() {
        return Ok(ids);
    }
    failures.sort_by_key(|failure| failure.index);
    let message = format!(
        "{} of {} {what} were not sent",
        failures.len(),
        entries.len()
    );
    Err(Error::new(ErrorKind::PartialFailure, message).with_failures(failures))
}

fn is_general(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::AccessDenied | ErrorKind::NotFound | ErrorKind::NotConfigured
    )
}

/// A deduplication id that makes a message unlike any other.
pub(super) fn unique_id() -> String {
    context::new_id()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    #[test]
    fn chunks_keep_to_count_and_bytes() {
        assert_eq!(chunks([1; 23], 10, 100), [0..10, 10..20, 20..23]);
        assert_eq!(
            chunks([40, 40, 40, 200, 1], 10, 100),
            [0..2, 2..3, 3..4, 4..5]
        );
        assert_eq!(chunks([], 10, 100), Vec::<Range<usize>>::new());
    }

    #[tokio::test]
    async fn messages_carry_the_ids_of_the_context() {
        assert!(message(&1).is_ok_and(|m| m.attributes.is_empty() && m.body == "1"));
        let context = Context {
            correlation_id: "c-1".into(),
            trace_header: Some("Root=1".into()),
            ..Context::default()
        };
        let sent = context::scope(context, async { message(&[1]) })
            .await
            .expect("valid");
        assert_eq!(sent.attributes["ifc-correlation-id"], "c-1");
        assert_eq!(sent.trace_header.as_deref(), Some("Root=1"));
        assert_eq!(size(&sent), 3 + 18 + 3 + 6);
    }

    fn failure(index: usize) -> Failure {
        Failure {
            index,
            kind: ErrorKind::Unavailable,
            code: "InternalError".into(),
            message: String::new(),
        }
    }

    #[tokio::test]
    async fn failures_name_positions_in_the_whole() {
        let entries: Vec<usize> = (0..25).collect();
        let error = send_chunks(
            &entries,
            chunks([1; 25], 10, 100),
            "messages",
            |chunk| async move {
                if chunk.contains(&20) {
                    return Err(
                        Error::new(ErrorKind::TooLarge, "too long").with_code("BatchTooLong")
                    );
                }
                Ok((0..10)
                    .map(|i| {
                        if i == 3 {
                            Err(failure(3))
                        } else {
                            Ok(i.to_string())
                        }
                    })
                    .collect())
            },
        )
        .await
        .expect_err("some failed");
        assert_eq!(error.kind(), ErrorKind::PartialFailure);
        let positions: Vec<usize> = error.failures().iter().map(|f| f.index).collect();
        assert_eq!(positions, [3, 13, 20, 21, 22, 23, 24]);
        assert!(error.message().starts_with("7 of 25 messages"));
    }

    #[tokio::test]
    async fn an_error_for_all_is_that_error() {
        let entries = vec![(); 25];
        let error = send_chunks(&entries, chunks([1; 25], 10, 100), "messages", |_| async {
            Err(Error::new(ErrorKind::AccessDenied, "no"))
        })
        .await
        .expect_err("denied");
        assert_eq!(error.kind(), ErrorKind::AccessDenied);
    }
}
