//! Functions on Lambda.

use aws_sdk_lambda as lambda;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use super::error::from_sdk;
use super::{Aws, client};
use crate::backend::BoxFuture;
use crate::backend::function::{FunctionBackend, Invoke, Invoked};
use crate::context::CORRELATION_ATTRIBUTE;
use crate::correlation;
use crate::error::Result;

client!(lambda);

impl FunctionBackend for Aws {
    fn invoke(&self, request: Invoke) -> BoxFuture<'_, Result<Invoked>> {
        Box::pin(async move {
            let output = client()
                .await
                .invoke()
                .function_name(request.target.physical)
                .invocation_type(InvocationType::RequestResponse)
                .set_client_context(request.correlation_id.as_deref().map(client_context))
                .payload(Blob::new(request.payload))
                .send()
                .await
                .map_err(from_sdk)?;
            let payload = output.payload.map(Blob::into_inner).unwrap_or_default();
            Ok(match output.function_error {
                Some(kind) => failed(&kind, &payload),
                None => Invoked::Done(Bytes::from(payload)),
            })
        })
    }

    fn send(&self, request: Invoke) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            // The service drops the client context of asynchronous invocations.
            let payload = match &request.correlation_id {
                Some(id) => correlation::add(request.payload, id),
                None => request.payload,
            };
            client()
                .await
                .invoke()
                .function_name(request.target.physical)
                .invocation_type(InvocationType::Event)
                .payload(Blob::new(payload))
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(())
        })
    }
}

fn client_context(correlation_id: &str) -> String {
    STANDARD.encode(json!({ "custom": { CORRELATION_ATTRIBUTE: correlation_id } }).to_string())
}

/// The error that a runtime reports: `{"errorType": .., "errorMessage": ..}`.
fn failed(kind: &str, payload: &[u8]) -> Invoked {
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
