//! Who is told of changes, and what ends by itself.

use serde_json::{Value, json};

use crate::{Account, DAY, START, is};

fn notifications(entries: Value) -> Value {
    json!({ "Bucket": "data", "NotificationConfiguration": entries })
}

fn function(id: &str, event: &str, prefix: &str, suffix: &str) -> Value {
    json!({
        "Id": id, "LambdaFunctionArn": format!("arn:aws:lambda:us-east-1:000000000000:function:{id}"),
        "Events": [event],
        "Filter": { "Key": { "FilterRules": [
            { "Name": "prefix", "Value": prefix }, { "Name": "suffix", "Value": suffix },
        ] } },
    })
}

#[test]
fn those_who_want_to_are_told() {
    let mut account = Account::versioned();
    let configuration = json!({
        "LambdaFunctionConfigurations": [
            function("made", "s3:ObjectCreated:*", "in/", ".jpg"),
            function("gone", "s3:ObjectRemoved:*", "", ""),
        ],
        "QueueConfigurations": [{
            "Id": "queue", "QueueArn": "arn:aws:sqs:us-east-1:000000000000:q",
            "Events": ["s3:ObjectCreated:Copy"],
            "Filter": { "Key": { "FilterRules": [{ "Name": "Prefix", "Value": "copy/" }] } },
        }],
    });
    account.call(
        "PutBucketNotificationConfiguration",
        notifications(configuration.clone()),
    );
    let kept = account.call(
        "GetBucketNotificationConfiguration",
        json!({ "Bucket": "data" }),
    );
    assert_eq!(kept, configuration);
    // Queues and topics are tested, functions are not.
    let tests = account.buckets.take_events();
    assert_eq!(tests.len(), 1);
    assert_eq!(tests[0].message["Event"], "s3:TestEvent");
    let put = account.put("in/a b+ü.jpg", "hello");
    account.put("in/x.png", "");
    account.put("out/x.jpg", "");
    account.call(
        "CopyObject",
        json!({
            "Bucket": "data", "Key": "copy/1", "CopySource": "data/in/x.png",
        }),
    );
    let marker = account.delete("out/x.jpg");
    let events = account.buckets.take_events();
    assert!(account.buckets.take_events().is_empty());
    let told: Vec<(&str, &str)> = events
        .iter()
        .map(|event| {
            let name = &event.message["Records"][0]["eventName"];
            let to = event.destination.rsplit(':').next().expect("it has one");
            (to, name.as_str().expect("it has one"))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("made", "ObjectCreated:Put"),
            ("q", "ObjectCreated:Copy"),
            ("gone", "ObjectRemoved:DeleteMarkerCreated"),
        ]
    );
    let mut record = events[0].message["Records"][0].clone();
    let sequencer = |event: usize| {
        let object = &events[event].message["Records"][0]["s3"]["object"];
        object["sequencer"].as_str().expect("it has one").to_owned()
    };
    assert!(sequencer(0) < sequencer(1) && sequencer(1) < sequencer(2));
    record["responseElements"] = Value::Null;
    record["s3"]["object"]["sequencer"] = Value::Null;
    assert_eq!(
        record,
        json!({
            "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
            "eventTime": "2013-05-24T00:00:00.000Z", "eventName": "ObjectCreated:Put",
            "userIdentity": { "principalId": "AWS:000000000000" },
            "requestParameters": { "sourceIPAddress": "127.0.0.1" },
            "responseElements": null,
            "s3": {
                "s3SchemaVersion": "1.0", "configurationId": "made",
                "bucket": {
                    "name": "data", "ownerIdentity": { "principalId": "000000000000" },
                    "arn": "arn:aws:s3:::data",
                },
                "object": {
                    "key": "in/a+b%2B%C3%BC.jpg", "size": 5,
                    "eTag": "5d41402abc4b2a76b9719d911017c592",
                    "versionId": put["VersionId"], "sequencer": null,
                },
            },
        })
    );
    let object = &events[2].message["Records"][0]["s3"]["object"];
    assert_eq!(
        (&object["versionId"], &object["size"]),
        (&marker["VersionId"], &Value::Null)
    );
}

#[test]
fn configurations_of_notifications_that_are_refused() {
    let mut account = Account::new();
    for (first, second) in [
        (
            function("a", "s3:ObjectCreated:*", "x", ""),
            function("b", "s3:ObjectCreated:Put", "", ".y"),
        ),
        (function("a", "s3:Objects", "", ""), Value::Null),
        (
            json!({ "LambdaFunctionArn": "arn:aws:sqs:us-east-1:000000000000:q", "Events": ["s3:ObjectCreated:*"] }),
            Value::Null,
        ),
    ] {
        let entries: Vec<Value> = [first, second]
            .into_iter()
            .filter(|entry| !entry.is_null())
            .collect();
        let input = notifications(json!({ "LambdaFunctionConfigurations": entries }));
        assert_eq!(
            account.fails("PutBucketNotificationConfiguration", input.clone()),
            is("InvalidArgument", 400),
            "{input}"
        );
    }
    // What cannot meet is no overlap.
    let apart = json!({ "LambdaFunctionConfigurations": [
        function("a", "s3:ObjectCreated:*", "x/", ""), function("b", "s3:ObjectCreated:*", "y/", ""),
    ] });
    account.call("PutBucketNotificationConfiguration", notifications(apart));
}

fn lifecycle(rule: Value) -> Value {
    let mut rule = rule;
    rule["Status"] = "Enabled".into();
    json!({ "Bucket": "data", "LifecycleConfiguration": { "Rules": [rule] } })
}

#[test]
fn rules_end_objects() {
    let mut account = Account::new();
    let listener = function("gone", "s3:LifecycleExpiration:*", "", "");
    account.call(
        "PutBucketNotificationConfiguration",
        notifications(json!({ "LambdaFunctionConfigurations": [listener] })),
    );
    account.put("tmp/old", "");
    account.put("keep", "");
    account.now += 1000;
    let rule = json!({ "Filter": { "Prefix": "tmp/" }, "Expiration": { "Days": 2 } });
    account.call("PutBucketLifecycleConfiguration", lifecycle(rule));
    account.put("tmp/new", "");
    // The days end at midnight; what was made a second after it lives a day longer.
    assert_eq!(account.buckets.next(), Some(START + 2 * DAY));
    account.buckets.expire(START + 2 * DAY - 1);
    assert_eq!(account.list(json!({})).0, ["keep", "tmp/new", "tmp/old"]);
    account.buckets.expire(START + 2 * DAY);
    assert_eq!(account.list(json!({})).0, ["keep", "tmp/new"]);
    assert_eq!(account.buckets.next(), Some(START + 3 * DAY));
    let events = account.buckets.take_events();
    let record = &events[0].message["Records"][0];
    assert_eq!(
        (
            &record["eventName"],
            &record["eventVersion"],
            &record["userIdentity"]["principalId"]
        ),
        (
            &json!("LifecycleExpiration:Delete"),
            &json!("2.3"),
            &json!("s3.amazonaws.com")
        )
    );
    account.call("DeleteBucketLifecycle", json!({ "Bucket": "data" }));
    assert_eq!(account.buckets.next(), None);
    let wrong = lifecycle(json!({ "Expiration": { "Days": 0 } }));
    assert_eq!(
        account.fails("PutBucketLifecycleConfiguration", wrong),
        is("InvalidArgument", 400)
    );
}

#[test]
fn rules_end_versions_and_uploads() {
    let mut account = Account::versioned();
    let rule = json!({
        "Filter": {}, "Expiration": { "Days": 1 },
        "NoncurrentVersionExpiration": { "NoncurrentDays": 1 },
        "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 5 },
    });
    account.call("PutBucketLifecycleConfiguration", lifecycle(rule));
    account.put("x", "");
    account.call(
        "CreateMultipartUpload",
        json!({ "Bucket": "data", "Key": "y" }),
    );
    account.buckets.expire(START + DAY);
    let (versions, markers) = account.versions();
    assert_eq!((versions.len(), markers.len()), (1, 1));
    // A marker that hides nothing any more goes when it is old enough itself.
    account.buckets.expire(START + 2 * DAY);
    assert_eq!(account.versions(), (vec![], vec![]));
    assert_eq!(account.buckets.next(), Some(START + 5 * DAY));
    account.buckets.expire(START + 5 * DAY);
    let uploads = account.call("ListMultipartUploads", json!({ "Bucket": "data" }));
    assert_eq!(uploads["Uploads"], json!([]));
    assert_eq!(account.buckets.next(), None);
}
