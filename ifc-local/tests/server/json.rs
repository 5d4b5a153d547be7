//! The JSON protocols.

use ifc_local::sign::Signer;
use ifc_local::{ApiError, Call};
use serde_json::{Value, json};

use crate::client::{Got, send, send_signed, signer};
use crate::scripted::{Scripted, done};

async fn call(to: std::net::SocketAddr, service: &str, target: &str, body: &str) -> Got {
    let headers = [
        ("x-amz-target", target),
        ("content-type", "application/x-amz-json-1.0"),
    ];
    send_signed(to, signer("test", service), "POST /", &headers, body).await
}

#[tokio::test]
async fn calls_and_answers() {
    let (backend, _server, to) = Scripted::serve(done(json!({ "A": 1 }))).await;
    for (service, target, kind) in [
        ("dynamodb", "DynamoDB_20120810.PutItem", "1.0"),
        ("dynamodb", "DynamoDBStreams_20120810.GetRecords", "1.0"),
        ("sqs", "AmazonSQS.SendMessage", "1.0"),
        ("events", "AWSEvents.PutEvents", "1.1"),
        ("secretsmanager", "secretsmanager.GetSecretValue", "1.1"),
        ("ssm", "AmazonSSM.GetParameter", "1.1"),
    ] {
        let got = call(to, service, target, r#"{"Name":"ü"}"#).await;
        assert_eq!((got.status, got.text().as_str()), (200, r#"{"A":1}"#));
        let content_type = format!("application/x-amz-json-{kind}");
        assert_eq!(got.header("content-type"), Some(content_type.as_str()));
        assert_eq!(got.header("x-amzn-requestid").map(str::len), Some(36));
        let operation = target.split_once('.').unwrap().1;
        let expected = Call::new(service, operation, json!({ "Name": "ü" }));
        assert_eq!(backend.calls(), [expected]);
    }
}

async fn failed(service: &str, target: &str, error: ApiError) -> (Got, Value) {
    let (_backend, _server, to) = Scripted::serve(Err(error)).await;
    let got = call(to, service, target, "{}").await;
    let body = got.json();
    (got, body)
}

#[tokio::test]
async fn errors_of_tables() {
    let error = ApiError::new(
        "ConditionalCheckFailedException",
        "The conditional request failed",
    );
    let error = error.with("Item", json!({ "id": { "S": "a" } }));
    let (got, body) = failed("dynamodb", "DynamoDB_20120810.PutItem", error).await;
    assert_eq!(got.status, 400);
    let expected = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed",
        "Item": { "id": { "S": "a" } },
    });
    assert_eq!(body, expected);
    let reasons = json!([{ "Code": "None" }, { "Code": "ConditionalCheckFailed" }]);
    let error = ApiError::new("TransactionCanceledException", "Transaction cancelled");
    let error = error.with("CancellationReasons", reasons.clone());
    let (_, body) = failed("dynamodb", "DynamoDB_20120810.TransactWriteItems", error).await;
    assert_eq!(body["CancellationReasons"], reasons);
    assert_eq!(body["Message"], "Transaction cancelled");
    let error = ApiError::validation("no");
    let (_, body) = failed("dynamodb", "DynamoDB_20120810.Query", error).await;
    assert_eq!(
        body["__type"],
        "com.amazon.coral.validate#ValidationException"
    );
}

#[tokio::test]
async fn errors_of_queues_have_two_names() {
    for (code, query, shape) in [
        (
            "AWS.SimpleQueueService.NonExistentQueue",
            "AWS.SimpleQueueService.NonExistentQueue",
            "com.amazonaws.sqs#QueueDoesNotExist",
        ),
        (
            "QueueNameExists",
            "QueueAlreadyExists",
            "com.amazonaws.sqs#QueueNameExists",
        ),
        (
            "AWS.SimpleQueueService.EmptyBatchRequest",
            "AWS.SimpleQueueService.EmptyBatchRequest",
            "com.amazonaws.sqs#EmptyBatchRequest",
        ),
        (
            "ReceiptHandleIsInvalid",
            "ReceiptHandleIsInvalid",
            "com.amazonaws.sqs#ReceiptHandleIsInvalid",
        ),
    ] {
        let (got, body) = failed("sqs", "AmazonSQS.SendMessage", ApiError::new(code, "no")).await;
        assert_eq!(body["__type"], shape);
        let query = format!("{query};Sender");
        assert_eq!(got.header("x-amzn-query-error"), Some(query.as_str()));
    }
}

#[tokio::test]
async fn what_is_no_call() {
    let (backend, _server, to) = Scripted::serve(done(json!({}))).await;
    let kind = |got: &Got| got.json()["__type"].as_str().unwrap().to_owned();
    let got = call(to, "dynamodb", "DynamoDB_20120810.PutItem", "{").await;
    assert_eq!(
        kind(&got),
        "com.amazon.coral.service#SerializationException"
    );
    let got = call(to, "dynamodb", "DynamoDB_20120810.PutItem", "[]").await;
    assert_eq!(
        kind(&got),
        "com.amazon.coral.service#SerializationException"
    );
    for target in ["", "DynamoDB_20120810", "AmazonSQS.SendMessage"] {
        let got = call(to, "dynamodb", target, "{}").await;
        assert_eq!(
            kind(&got),
            "com.amazon.coral.service#UnknownOperationException",
            "{target}"
        );
        assert_eq!(got.status, 400);
    }
    assert_eq!(backend.calls(), []);
}

#[tokio::test]
async fn who_is_not_known() {
    let (backend, _server, to) = Scripted::serve(done(json!({}))).await;
    let target = ("x-amz-target", "DynamoDB_20120810.ListTables");
    let got = send(to, "POST /", &[target], "{}").await;
    let missing = "com.amazon.coral.service#MissingAuthenticationTokenException";
    assert_eq!(
        (got.status, got.json()["__type"].as_str()),
        (400, Some(missing))
    );
    let got = send_signed(to, signer("other", "dynamodb"), "POST /", &[target], "{}").await;
    let unknown = "com.amazon.coral.service#UnrecognizedClientException";
    assert_eq!(
        (got.status, got.json()["__type"].as_str()),
        (400, Some(unknown))
    );
    for authorization in [
        "Bearer x",
        "AWS4-HMAC-SHA256 Credential=test",
        "AWS4-HMAC-SHA256 ",
    ] {
        let got = send(
            to,
            "POST /",
            &[target, ("authorization", authorization)],
            "{}",
        )
        .await;
        let incomplete = "com.amazon.coral.service#IncompleteSignatureException";
        assert_eq!(got.json()["__type"], incomplete, "{authorization}");
    }
    let wrong = Signer {
        secret: "wrong",
        ..signer("test", "dynamodb")
    };
    let got = send_signed(to, wrong, "POST /", &[target], "{}").await;
    let wrong = "com.amazon.coral.service#InvalidSignatureException";
    assert_eq!(
        (got.status, got.json()["__type"].as_str()),
        (400, Some(wrong))
    );
    assert_eq!(backend.calls(), []);
}

#[tokio::test]
async fn a_receive_waits_for_a_change() {
    let (backend, _server, to) = Scripted::serve(done(json!({}))).await;
    let waiting = tokio::spawn(async move {
        call(
            to,
            "sqs",
            "AmazonSQS.ReceiveMessage",
            r#"{"QueueUrl":"q","WaitTimeSeconds":20}"#,
        )
        .await
    });
    while backend.calls().is_empty() {
        tokio::task::yield_now().await;
    }
    let messages = json!({ "Messages": [{ "Body": "b" }] });
    backend.answer(done(messages.clone()));
    backend.changes.send_modify(|number| *number += 1);
    assert_eq!(waiting.await.unwrap().json(), messages);
    backend.answer(done(json!({})));
    let got = call(
        to,
        "sqs",
        "AmazonSQS.ReceiveMessage",
        r#"{"QueueUrl":"q","WaitTimeSeconds":0}"#,
    )
    .await;
    assert_eq!(got.json(), json!({}));
}
