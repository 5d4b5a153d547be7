//! How long many messages and items take. It prints figures and checks none, since those of a busy
//! machine say nothing: `cargo test -p ifc-local --test scale --release -- --ignored --nocapture`.

#![allow(clippy::print_stdout, reason = "figures are what it is for")]

use std::time::Instant;

use ifc_local::queue::Queues;
use ifc_local::table::Tables;
use serde_json::{Value, json};

fn timed(what: &str, count: u64, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    let time = start.elapsed();
    let each = time.as_nanos() / u128::from(count.max(1));
    println!("{what}: {count} in {time:.1?}, {each} ns each");
}

/// Sends, then receives and deletes.
fn drain(count: u64, fifo: bool) {
    let mut queues = Queues::new("http://localhost", 1);
    let name = if fifo { "q.fifo" } else { "q" };
    let mut call = |operation: &str, request: Value, now: u64| {
        queues.call(operation, &request, now).expect(operation)
    };
    call(
        "CreateQueue",
        json!({ "QueueName": name, "Attributes": { "FifoQueue": fifo.to_string() } }),
        0,
    );
    timed(&format!("{name}: sends"), count, || {
        for n in 0..count {
            let mut request = json!({ "QueueUrl": name, "MessageBody": "hello" });
            if fifo {
                request["MessageGroupId"] = format!("g{}", n % 1000).into();
                request["MessageDeduplicationId"] = n.to_string().into();
            }
            call("SendMessage", request, n / 100);
        }
    });
    timed(&format!("{name}: receives and deletes"), count, || {
        let mut left = count;
        while left > 0 {
            let request = json!({ "QueueUrl": name, "MaxNumberOfMessages": 10 });
            let answer = call("ReceiveMessage", request, count);
            for message in answer["Messages"].as_array().expect("there are some") {
                let request =
                    json!({ "QueueUrl": name, "ReceiptHandle": message["ReceiptHandle"] });
                call("DeleteMessage", request, count);
                left -= 1;
            }
        }
    });
}

#[test]
#[ignore = "it takes a while and prints figures"]
fn messages() {
    for fifo in [false, true] {
        for count in [10_000, 100_000, 1_000_000] {
            drain(count, fifo);
        }
    }
}

#[test]
#[ignore = "it takes a while and prints figures"]
fn items() {
    for size in [1000, 100_000] {
        let mut tables = Tables::default();
        let mut call = |operation: &str, mut request: Value| {
            request["TableName"] = "t".into();
            tables
                .call(operation, &request, 1_000_000)
                .expect(operation)
        };
        call(
            "CreateTable",
            json!({
                "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
                "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
                "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
            }),
        );
        let ttl = json!({ "AttributeName": "end", "Enabled": true });
        call(
            "UpdateTimeToLive",
            json!({ "TimeToLiveSpecification": ttl }),
        );
        let item = |n: u64| json!({ "id": { "S": n.to_string() }, "end": { "N": (n + 5000).to_string() } });
        timed(&format!("{size} items: first puts"), size, || {
            for n in 0..size {
                call("PutItem", json!({ "Item": item(n) }));
            }
        });
        timed(&format!("{size} items: puts"), 1000, || {
            for n in 0..1000 {
                call("PutItem", json!({ "Item": item(n) }));
            }
        });
        timed(&format!("{size} items: gets"), 1000, || {
            for n in 0..1000 {
                call(
                    "GetItem",
                    json!({ "Key": { "id": { "S": n.to_string() } } }),
                );
            }
        });
        timed(
            &format!("{size} items: a scan in pages of 100"),
            size,
            || {
                let mut request = json!({ "Limit": 100 });
                loop {
                    let page = call("Scan", request.clone());
                    match page.get("LastEvaluatedKey") {
                        Some(last) => request["ExclusiveStartKey"] = last.clone(),
                        None => break,
                    }
                }
            },
        );
        timed(&format!("{size} items: the end of ten"), 10, || {
            tables.expire(5_010_000)
        });
    }
}
