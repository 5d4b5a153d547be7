//! What goes to a function beside its payload, and what comes back when it fails.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::backend::function::Invoked;
use crate::context::CORRELATION_ATTRIBUTE;

/// Lambda's client context with a correlation id.
pub(crate) fn client_context(correlation_id: &str) -> String {
    STANDARD.encode(json!({ "custom": { CORRELATION_ATTRIBUTE: correlation_id } }).to_string())
}

/// The error that a runtime reports: `{"errorType": .., "errorMessage": ..}`.
pub(crate) fn failed(kind: &str, payload: &[u8]) -> Invoked {
    let report: Value = serde_json::from_slice(payload).unwrap_or_default();
    let text = |key: &str| report.get(key).and_then(Value::as_str).map(str::to_owned);
    Invoked::Failed {
        error_type: text("errorType").unwrap_or_else(|| kind.to_owned()),
        message: text("errorMessage")
            .unwrap_or_else(|| String::from_utf8_lossy(payload).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_the_function_is_read() {
        let report = br#"{"errorType":"NoStock","errorMessage":"sold out"}"#;
        let expected = Invoked::Failed {
            error_type: "NoStock".into(),
            message: "sold out".into(),
        };
        assert_eq!(failed("Unhandled", report), expected);
        let expected = Invoked::Failed {
            error_type: "Unhandled".into(),
            message: "oops".into(),
        };
        assert_eq!(failed("Unhandled", b"oops"), expected);
    }

    #[test]
    fn the_client_context_is_base64_json() {
        let bytes = STANDARD.decode(client_context("c-1")).expect("base64");
        let value: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(value["custom"]["ifc-correlation-id"], "c-1");
    }
}
