//! Functions that are run by themselves, and tests that fail.

use ifc_runtime::TestApp;
use ifc_runtime::prelude::*;
use serde_json::json;

use crate::resources::{RATE, TAX};

#[ifc_runtime::test]
async fn a_function_is_invoked(app: TestApp) -> Result<()> {
    assert_eq!(app.invoke(&TAX, &200).await?, 38);
    RATE.set(&101).await?;
    let error = app.invoke(&TAX, &200).await.err();
    let shown = error.map(|error| (error.kind(), error.message().to_owned()));
    let expected = (ErrorKind::FunctionFailed, "nobody pays that".to_owned());
    assert_eq!(shown, Some(expected));
    Ok(())
}

#[ifc_runtime::test]
async fn a_function_runs_on_an_event(app: TestApp) -> Result<()> {
    assert_eq!(app.run("tax", &json!(200)).await?, json!(38));
    let error = app.run("tax", &json!("much")).await.err();
    let code = error.as_ref().and_then(|error| error.code());
    assert_eq!(code, Some("ifc::UnreadablePayload"));
    Ok(())
}

#[ifc_runtime::test]
async fn what_is_sent_without_waiting_is_retried_and_lost(app: TestApp) -> Result<()> {
    RATE.set(&101).await?;
    TAX.send(&200).await?;
    let settled = app.settle().await;
    assert_eq!(settled.runs("tax"), 3, "Lambda retries twice");
    // No function sends to it, so nothing keeps what it cannot handle.
    let letters = settled.dead_letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].of, "tax");
    Ok(())
}

#[ifc_runtime::test]
#[should_panic(expected = "the test returned an error: \"wrong\"")]
async fn an_error_fails_the_test(app: TestApp) -> Result<(), String> {
    app.settle().await;
    Err("wrong".into())
}
