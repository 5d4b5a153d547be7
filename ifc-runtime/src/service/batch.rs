//! Answers to batches of messages.

use super::classify;
use crate::backend::Outcomes;
use crate::error::{ErrorKind, Failure};

/// Puts the answers to a batch, which come in any order, into the order of the request.
pub(crate) fn outcomes(
    count: usize,
    sent: impl Iterator<Item = (String, String)>,
    failed: impl Iterator<Item = (String, String, String, bool)>,
) -> Outcomes {
    let position = |id: &str| id.parse().ok().filter(|index: &usize| *index < count);
    let missing = |index| Failure {
        index,
        kind: ErrorKind::Other,
        code: "NoOutcome".to_owned(),
        message: "the service gave no outcome for this entry".to_owned(),
    };
    let mut outcomes: Outcomes = (0..count).map(|index| Err(missing(index))).collect();
    for (id, message_id) in sent {
        if let Some(index) = position(&id) {
            outcomes[index] = Ok(message_id);
        }
    }
    for (id, code, message, sender_fault) in failed {
        if let Some(index) = position(&id) {
            let status = if sender_fault { 400 } else { 500 };
            let kind = classify(&code, &message, status);
            outcomes[index] = Err(Failure {
                index,
                kind,
                code,
                message,
            });
        }
    }
    outcomes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_put_in_order() {
        let sent = [
            ("2".to_owned(), "m2".to_owned()),
            ("0".to_owned(), "m0".to_owned()),
        ];
        let failed = [(
            "1".to_owned(),
            "InternalError".to_owned(),
            String::new(),
            false,
        )];
        let all = outcomes(4, sent.into_iter(), failed.into_iter());
        assert_eq!((all[0].as_deref(), all[2].as_deref()), (Ok("m0"), Ok("m2")));
        assert!(
            all[1]
                .as_ref()
                .is_err_and(|f| f.kind == ErrorKind::Unavailable && f.index == 1)
        );
        assert!(all[3].as_ref().is_err_and(|f| f.code == "NoOutcome"));
    }
}
