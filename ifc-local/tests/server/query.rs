//! The query protocol.

use ifc_local::{ApiError, Call};
use serde_json::json;

use crate::client::{Got, send, send_signed, signer};
use crate::scripted::{Scripted, done};

async fn call(to: std::net::SocketAddr, service: &str, form: &str) -> Got {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    send_signed(to, signer("test", service), "POST /", &headers, form).await
}

#[tokio::test]
async fn a_message_with_attributes() {
    let (backend, _server, to) = Scripted::serve(done(json!({ "MessageId": "m-1" }))).await;
    let form = "Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns&Message=a+%26+b\
        &MessageAttributes.entry.1.Name=kind\
        &MessageAttributes.entry.1.Value.DataType=String\
        &MessageAttributes.entry.1.Value.StringValue=x\
        &MessageAttributes.entry.2.Name=n\
        &MessageAttributes.entry.2.Value.DataType=Number\
        &MessageAttributes.entry.2.Value.StringValue=2";
    let got = call(to, "sns", form).await;
    let expected = json!({
        "TopicArn": "arn:aws:sns",
        "Message": "a & b",
        "MessageAttributes": {
            "kind": { "DataType": "String", "StringValue": "x" },
            "n": { "DataType": "Number", "StringValue": "2" },
        },
    });
    assert_eq!(backend.calls(), [Call::new("sns", "Publish", expected)]);
    let id = got.header("x-amzn-requestid").unwrap();
    let expected = format!(
        "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">\
         <PublishResult><MessageId>m-1</MessageId></PublishResult>\
         <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></PublishResponse>"
    );
    assert_eq!((got.status, got.text()), (200, expected));
}

#[tokio::test]
async fn lists_stay_in_order_and_maps_are_entries() {
    let output = json!({
        "Successful": [{ "Id": "1" }, { "Id": "2" }],
        "Failed": [],
        "Attributes": { "Policy": "<\"&\">" },
    });
    let (backend, _server, to) = Scripted::serve(done(output)).await;
    let mut form = "Action=PublishBatch&ReturnSubscriptionArn=true".to_owned();
    for number in 1..=11 {
        form.push_str(&format!(
            "&PublishBatchRequestEntries.member.{number}.Id=i{number}"
        ));
    }
    let got = call(to, "sns", &form).await;
    let calls = backend.calls();
    let entries = calls[0].input["PublishBatchRequestEntries"]
        .as_array()
        .unwrap();
    let ids: Vec<_> = entries
        .iter()
        .map(|entry| entry["Id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        (1..=11)
            .map(|number| format!("i{number}"))
            .collect::<Vec<_>>()
    );
    assert_eq!(calls[0].input["ReturnSubscriptionArn"], true);
    let text = got.text();
    for part in [
        "<Successful><member><Id>1</Id></member><member><Id>2</Id></member></Successful>",
        "<Failed></Failed>",
        "<Attributes><entry><key>Policy</key><value>&lt;&quot;&amp;&quot;&gt;</value></entry></Attributes>",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[tokio::test]
async fn errors() {
    let error = ApiError::new("NotFound", "Topic does not exist").with_status(404);
    let (backend, _server, to) = Scripted::serve(Err(error)).await;
    let got = call(to, "sns", "Action=Publish").await;
    assert_eq!(got.status, 404);
    let part = "<Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error>";
    assert!(got.text().contains(part), "{}", got.text());
    backend.calls();
    let got = call(to, "sns", "Message=x").await;
    assert!(got.text().contains("<Code>MissingAction</Code>"));
    let got = send_signed(to, signer("other", "sns"), "POST /", &[], "Action=Publish").await;
    assert_eq!(got.status, 403);
    assert!(got.text().contains("<Code>InvalidClientTokenId</Code>"));
    let got = send(
        to,
        "POST /",
        &[("host", "sns.us-east-1.amazonaws.com")],
        "Action=Publish",
    )
    .await;
    assert_eq!(got.status, 403);
    assert!(
        got.text()
            .contains("<Code>MissingAuthenticationToken</Code>")
    );
    assert_eq!(backend.calls(), []);
}

#[tokio::test]
async fn who_am_i() {
    let output = json!({ "Account": "000000000000" });
    let (backend, _server, to) = Scripted::serve(done(output)).await;
    let got = call(to, "sts", "Action=GetCallerIdentity&Version=2011-06-15").await;
    assert_eq!(
        backend.calls(),
        [Call::new("sts", "GetCallerIdentity", json!({}))]
    );
    let part = "<GetCallerIdentityResult><Account>000000000000</Account></GetCallerIdentityResult>";
    assert!(got.text().contains(part), "{}", got.text());
}
