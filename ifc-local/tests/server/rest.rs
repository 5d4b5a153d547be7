//! Lambda and Scheduler.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ifc_local::{Answer, ApiError, Call};
use serde_json::{Value, json};

use crate::client::{send_signed, signer};
use crate::scripted::{Scripted, done};

const INVOKE: &str = "POST /2015-03-31/functions/arn%3Aaws%3Alambda%3Aprice/invocations";

#[tokio::test]
async fn an_invocation() {
    let answer = Answer {
        output: json!({ "StatusCode": 200, "ExecutedVersion": "$LATEST", "FunctionError": "Unhandled" }),
        body: br#"{"errorType":"E"}"#.to_vec(),
    };
    let (backend, _server, to) = Scripted::serve(Ok(answer)).await;
    let context = STANDARD.encode(r#"{"custom":{"a":"1"}}"#);
    let signer = signer("test", "lambda");
    let headers = [
        ("x-amz-invocation-type", "RequestResponse"),
        ("x-amz-client-context", &context),
    ];
    let got = send_signed(to, signer, INVOKE, &headers, "{\"n\":1}").await;
    let expected = json!({
        "FunctionName": "arn:aws:lambda:price",
        "InvocationType": "RequestResponse",
        "ClientContext": r#"{"custom":{"a":"1"}}"#,
    });
    let expected = Call::new("lambda", "Invoke", expected).with_body("{\"n\":1}");
    assert_eq!(backend.calls(), [expected]);
    assert_eq!(
        (got.status, got.text().as_str()),
        (200, r#"{"errorType":"E"}"#)
    );
    assert_eq!(got.header("x-amz-function-error"), Some("Unhandled"));
    assert_eq!(got.header("x-amz-executed-version"), Some("$LATEST"));
    backend.answer(done(json!({ "StatusCode": 202 })));
    let got = send_signed(to, signer, INVOKE, &[], "").await;
    assert_eq!((got.status, got.body.len()), (202, 0));
    backend.calls();
    let broken = [("x-amz-client-context", "{}")];
    let got = send_signed(to, signer, INVOKE, &broken, "").await;
    assert_eq!(
        got.header("x-amzn-errortype"),
        Some("InvalidRequestContentException")
    );
    assert_eq!(backend.calls(), []);
}

#[tokio::test]
async fn paths_of_lambda() {
    let (backend, _server, to) = Scripted::serve(done(json!({ "a": 1 }))).await;
    let signer = signer("test", "lambda");
    for (line, operation) in [
        ("GET /2015-03-31/functions/price", "GetFunction"),
        (
            "GET /2015-03-31/functions/price/configuration",
            "GetFunctionConfiguration",
        ),
        ("GET /2015-03-31/functions/price/policy", "GetPolicy"),
    ] {
        assert_eq!(
            send_signed(to, signer, line, &[], "").await.text(),
            r#"{"a":1}"#
        );
        let expected = Call::new("lambda", operation, json!({ "FunctionName": "price" }));
        assert_eq!(backend.calls(), [expected]);
    }
    let got = send_signed(to, signer, "DELETE /2015-03-31/functions/price", &[], "").await;
    assert_eq!(got.status, 404);
    assert_eq!(
        got.header("x-amzn-errortype"),
        Some("UnknownOperationException")
    );
    let error = ApiError::new("ResourceNotFoundException", "Function not found").with_status(404);
    backend.answer(Err(error));
    let got = send_signed(to, signer, INVOKE, &[], "").await;
    assert_eq!(got.status, 404);
    assert_eq!(
        got.header("x-amzn-errortype"),
        Some("ResourceNotFoundException")
    );
    assert_eq!(
        got.json(),
        json!({ "Type": "User", "message": "Function not found" })
    );
}

#[tokio::test]
async fn schedules() {
    let (backend, _server, to) = Scripted::serve(done(json!({}))).await;
    let signer = signer("test", "scheduler");
    let cases: [(&str, &str, &str, Value); 4] = [
        (
            "POST /schedules/nightly",
            r#"{"ScheduleExpression":"rate(1 day)"}"#,
            "CreateSchedule",
            json!({ "Name": "nightly", "ScheduleExpression": "rate(1 day)" }),
        ),
        (
            "GET /schedules/nightly?groupName=app",
            "",
            "GetSchedule",
            json!({ "Name": "nightly", "GroupName": "app" }),
        ),
        (
            "GET /schedules?ScheduleGroup=app&NamePrefix=n",
            "",
            "ListSchedules",
            json!({ "GroupName": "app", "NamePrefix": "n" }),
        ),
        (
            "DELETE /schedule-groups/app",
            "",
            "DeleteScheduleGroup",
            json!({ "Name": "app" }),
        ),
    ];
    for (line, body, operation, input) in cases {
        assert_eq!(send_signed(to, signer, line, &[], body).await.status, 200);
        assert_eq!(backend.calls(), [Call::new("scheduler", operation, input)]);
    }
    let got = send_signed(to, signer, "POST /schedules/x", &[], "[]").await;
    assert_eq!(
        got.header("x-amzn-errortype"),
        Some("SerializationException")
    );
}
