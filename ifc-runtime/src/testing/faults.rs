//! What goes wrong because the test wants it to.

use std::collections::BTreeMap;

use ifc_local::ApiError;
use serde_json::Value;

use super::seed::Numbers;

/// Everything that is planned.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// By resource: how many calls of functions fail, and with what.
    calls: BTreeMap<String, Vec<Planned>>,
    /// By function: how many invocations fail before the handler runs.
    functions: BTreeMap<String, usize>,
    /// Functions whose next invocation dies.
    crashes: Vec<Crash>,
    /// Whether each delivery happens twice.
    pub(super) duplicate: bool,
    /// Whether deliveries without an order come in another one.
    pub(super) reorder: Option<Numbers>,
}

#[derive(Debug)]
struct Planned {
    left: usize,
    error: ApiError,
}

#[derive(Debug)]
struct Crash {
    function: String,
    after: After,
}

/// After which of its calls an invocation dies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// The next on this resource.
    Resource(String),
    /// So many more.
    Calls(usize),
}

impl Faults {
    pub(super) fn fail_calls(&mut self, resource: &str, count: usize, code: Option<&str>) {
        let error = match code {
            // What every service says when it has a problem of its own.
            None => ApiError::new("InternalServerError", "the test makes this call fail")
                .with_status(500),
            Some(code) => ApiError::new(code, "the test makes this call fail"),
        };
        let planned = Planned { left: count, error };
        self.calls
            .entry(resource.to_owned())
            .or_default()
            .push(planned);
    }

    /// The error of a call of a function, if one is planned.
    pub(super) fn next_call(&mut self, resource: &str) -> Option<ApiError> {
        let planned = self.calls.get_mut(resource)?;
        let next = planned.iter_mut().find(|planned| planned.left > 0)?;
        next.left -= 1;
        Some(next.error.clone())
    }

    pub(super) fn fail_function(&mut self, function: &str, count: usize) {
        *self.functions.entry(function.to_owned()).or_default() += count;
    }

    /// Whether this invocation of a function fails.
    pub(super) fn next_invocation(&mut self, function: &str) -> bool {
        match self.functions.get_mut(function) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    pub(super) fn crash(&mut self, function: &str, after: After) {
        self.crashes.push(Crash {
            function: function.to_owned(),
            after,
        });
    }

    /// Whether the caller dies after this call, which was accepted.
    pub(super) fn dies(&mut self, function: &str, resource: &str) -> bool {
        let position = self.crashes.iter_mut().position(|crash| {
            crash.function == function
                && match &mut crash.after {
                    After::Resource(name) => name == resource,
                    After::Calls(left) => {
                        *left = left.saturating_sub(1);
                        *left == 0
                    }
                }
        });
        position.map(|at| self.crashes.remove(at)).is_some()
    }

    /// What was planned and never happened; it says of a test that it does not test what it means to.
    pub(super) fn left(&self) -> Vec<String> {
        let calls = self.calls.iter().flat_map(|(resource, planned)| {
            let planned = planned.iter().filter(|planned| planned.left > 0);
            planned.map(move |planned| format!("{} failing calls of `{resource}`", planned.left))
        });
        let functions = self.functions.iter().filter(|(_, left)| **left > 0);
        let functions =
            functions.map(|(function, left)| format!("{left} failing invocations of `{function}`"));
        let crashes = self.crashes.iter();
        let crashes = crashes.map(|crash| format!("a crash of `{}`", crash.function));
        calls.chain(functions).chain(crashes).collect()
    }
}

/// Puts the messages of a batch from a queue without order into another one.
pub(super) fn reorder(payload: &str, numbers: &mut Numbers) -> Option<String> {
    let mut event: Value = serde_json::from_str(payload).ok()?;
    let records = event.get_mut("Records")?.as_array_mut()?;
    let has_no_order = |record: &Value| {
        record["eventSource"] == "aws:sqs" && record["attributes"]["MessageGroupId"].is_null()
    };
    if !records.iter().all(has_no_order) {
        return None;
    }
    numbers.shuffle(records);
    Some(event.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planned_failures_are_used_up_in_order() {
        let mut faults = Faults::default();
        faults.fail_calls("ORDERS", 1, None);
        faults.fail_calls("ORDERS", 1, Some("ThrottlingException"));
        assert_eq!(faults.left().len(), 2);
        assert_eq!(faults.next_call("AUDIT"), None);
        let codes = [0; 3].map(|_| faults.next_call("ORDERS").map(|error| error.code));
        assert_eq!(codes[0].as_deref(), Some("InternalServerError"));
        assert_eq!(codes[1].as_deref(), Some("ThrottlingException"));
        assert_eq!(codes[2], None);
        assert_eq!(faults.left(), [""; 0]);
    }

    #[test]
    fn a_crash_happens_once() {
        let mut faults = Faults::default();
        faults.crash("place", After::Calls(2));
        faults.crash("ship", After::Resource("ORDERS".into()));
        assert!(!faults.dies("place", "ORDERS"));
        assert!(faults.dies("place", "ORDERS"));
        assert!(!faults.dies("place", "ORDERS"));
        assert!(!faults.dies("ship", "ALERTS"));
        assert!(faults.dies("ship", "ORDERS"));
        assert_eq!(faults.left(), [""; 0]);
    }

    #[test]
    fn only_batches_without_an_order_are_reordered() {
        let event = |group: Option<&str>| {
            let records: Vec<Value> = (0..20)
                .map(|id| {
                    serde_json::json!({
                        "messageId": id.to_string(),
                        "eventSource": "aws:sqs",
                        "attributes": { "MessageGroupId": group },
                    })
                })
                .collect();
            serde_json::json!({ "Records": records }).to_string()
        };
        let mut numbers = Numbers::new(1);
        let standard = event(None);
        let reordered = reorder(&standard, &mut numbers);
        assert!(reordered.is_some_and(|text| text != standard && text.len() == standard.len()));
        assert_eq!(reorder(&event(Some("a")), &mut numbers), None);
        assert_eq!(reorder(r#"{"detail-type":"Placed"}"#, &mut numbers), None);
    }
}
