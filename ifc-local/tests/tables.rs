//! Tables at the level of DynamoDB's API.

use ifc_local::ApiError;
use ifc_local::table::{SHARDS, Tables};
use serde_json::{Value, json};

/// Milliseconds since 1970.
const NOW: u64 = 100_000;

struct Account(Tables);

impl Account {
    /// With the table `orders` (key `id`) and the table `readings` (keys `sensor`, `at`), which has an
    /// index by `place` and `at`.
    fn new() -> Account {
        let mut account = Account(Tables::default());
        account.call(
            "CreateTable",
            json!({
                "TableName": "orders",
                "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
                "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
                "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
            }),
        );
        account.call(
            "CreateTable",
            json!({
                "TableName": "readings",
                "KeySchema": [
                    { "AttributeName": "sensor", "KeyType": "HASH" },
                    { "AttributeName": "at", "KeyType": "RANGE" },
                ],
                "AttributeDefinitions": [
                    { "AttributeName": "sensor", "AttributeType": "S" },
                    { "AttributeName": "at", "AttributeType": "N" },
                    { "AttributeName": "place", "AttributeType": "S" },
                ],
                "GlobalSecondaryIndexes": [{
                    "IndexName": "by_place",
                    "KeySchema": [
                        { "AttributeName": "place", "KeyType": "HASH" },
                        { "AttributeName": "at", "KeyType": "RANGE" },
                    ],
                    "Projection": { "ProjectionType": "ALL" },
                }],
            }),
        );
        account
    }

    fn call(&mut self, operation: &str, request: Value) -> Value {
        self.0
            .call(operation, &request, NOW)
            .unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    fn fails(&mut self, operation: &str, request: Value) -> ApiError {
        match self.0.call(operation, &request, NOW) {
            Ok(answer) => panic!("{operation} gave {answer}"),
            Err(error) => error,
        }
    }

    fn put(&mut self, id: &str, rest: Value) {
        let mut item = rest;
        item["id"] = json!({ "S": id });
        self.call("PutItem", json!({ "TableName": "orders", "Item": item }));
    }

    fn get(&mut self, id: &str) -> Value {
        self.call(
            "GetItem",
            json!({ "TableName": "orders", "Key": { "id": { "S": id } } }),
        )["Item"]
            .clone()
    }

    fn update(&mut self, expression: &str, values: Value) -> Value {
        self.call("UpdateItem", update(expression, values))
    }

    fn readings(&mut self) {
        for (sensor, at, place) in [("a", 1, "x"), ("a", 10, "y"), ("a", 9, "x"), ("b", 2, "x")] {
            let item = json!({
                "sensor": { "S": sensor }, "at": { "N": at.to_string() }, "place": { "S": place },
            });
            self.call("PutItem", json!({ "TableName": "readings", "Item": item }));
        }
    }

    /// Times of what a query or scan finds, and the answer.
    fn times(&mut self, operation: &str, request: Value) -> (Vec<i64>, Value) {
        let answer = self.call(operation, request);
        let items = answer["Items"].as_array().cloned().unwrap_or_default();
        let time = |item: &Value| item["at"]["N"].as_str().and_then(|n| n.parse().ok());
        (items.iter().filter_map(time).collect(), answer)
    }
}

fn update(expression: &str, values: Value) -> Value {
    let mut request = json!({
        "TableName": "orders",
        "Key": { "id": { "S": "1" } },
        "UpdateExpression": expression,
        "ReturnValues": "ALL_NEW",
    });
    if !values.is_null() {
        request["ExpressionAttributeValues"] = values;
    }
    request
}

#[test]
fn items_by_key() {
    let mut account = Account::new();
    assert_eq!(account.get("1"), Value::Null);
    account.put("1", json!({ "n": { "N": "1.0" } }));
    assert_eq!(
        account.get("1"),
        json!({ "id": { "S": "1" }, "n": { "N": "1" } })
    );
    let key =
        json!({ "TableName": "orders", "Key": { "id": { "S": "1" } }, "ReturnValues": "ALL_OLD" });
    assert_eq!(
        account.call("DeleteItem", key.clone())["Attributes"]["n"],
        json!({ "N": "1" })
    );
    assert_eq!(account.call("DeleteItem", key), json!({}));
    for (item, reason) in [
        (json!({}), "Missing the key id"),
        (json!({ "id": { "N": "1" } }), "Type mismatch for key id"),
        (json!({ "id": { "S": "" } }), "empty string"),
        (
            json!({ "id": { "S": "x".repeat(2049) } }),
            "maximum size limit of 2048",
        ),
        (
            json!({ "id": { "S": "1" }, "b": { "S": "x".repeat(400 * 1024) } }),
            "Item size",
        ),
    ] {
        let error = account.fails("PutItem", json!({ "TableName": "orders", "Item": item }));
        assert_eq!(error.code, "ValidationException");
        assert!(error.message.contains(reason), "{error}");
    }
    let error = account.fails("GetItem", json!({ "TableName": "none", "Key": {} }));
    assert_eq!(error.code, "ResourceNotFoundException");
}

#[test]
fn conditions_hold_or_refuse() {
    let mut account = Account::new();
    account.put(
        "1",
        json!({
            "total": { "N": "5" }, "tags": { "SS": ["a", "b"] }, "text": { "S": "abc" },
            "parts": { "L": [{ "M": { "sku": { "S": "x" } } }] },
        }),
    );
    let names = json!({ "#t": "total" });
    for (condition, holds) in [
        ("#t = :five", true),
        ("#t <> :five", false),
        ("#t > :five", false),
        ("#t >= :five AND #t <= :five", true),
        ("NOT #t < :five", true),
        ("#t BETWEEN :one AND :five", true),
        ("#t IN (:one, :five)", true),
        ("#t = :one OR (#t = :five AND attribute_exists(tags))", true),
        ("attribute_not_exists(#t)", false),
        ("attribute_type(tags, :ss) AND #t = :five", true),
        ("begins_with(heading, :ab) OR #t = :one", false),
        ("contains(tags, :a) AND #t = :five", true),
        ("size(tags) > :one AND #t = :five", true),
        ("parts[0].sku = :x AND #t = :five", true),
        ("parts[1].sku = :x AND #t = :five", false),
        ("nowhere <> :five AND #t = :five", true),
        ("nowhere = :five AND #t = :five", false),
    ] {
        let all = json!({
            ":five": { "N": "5.0" }, ":one": { "N": "1" }, ":ss": { "S": "SS" }, ":ab": { "S": "ab" },
            ":a": { "S": "a" }, ":x": { "S": "x" },
        });
        let used = all.as_object().expect("it is one").iter();
        let is_word = |c: char| c.is_alphanumeric();
        let used = used.filter(|(alias, _)| {
            condition
                .match_indices(alias.as_str())
                .any(|(at, alias)| !condition[at + alias.len()..].starts_with(is_word))
        });
        let values: serde_json::Map<String, Value> = used
            .map(|(alias, value)| (alias.clone(), value.clone()))
            .collect();
        let mut request = json!({
            "TableName": "orders",
            "Key": { "id": { "S": "1" } },
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
        });
        if !values.is_empty() {
            request["ExpressionAttributeValues"] = values.into();
        }
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD".into();
        let check = json!({ "TransactItems": [{ "ConditionCheck": request }] });
        match account.0.call("TransactWriteItems", &check, NOW) {
            Ok(_) => assert!(holds, "{condition} holds"),
            Err(error) => {
                assert_eq!(
                    error.code, "TransactionCanceledException",
                    "{condition}: {error}"
                );
                let reason = &error.details["CancellationReasons"][0];
                assert_eq!(
                    reason["Code"], "ConditionalCheckFailed",
                    "{condition}: {error}"
                );
                assert_eq!(reason["Item"]["id"]["S"], "1");
                assert!(!holds, "{condition} does not hold");
            }
        }
    }
}

#[test]
fn updates_change_what_they_name() {
    let mut account = Account::new();
    let after = account.update(
        "SET n = :n, l = :l",
        json!({ ":n": { "N": "1" }, ":l": { "L": [] } }),
    );
    assert_eq!(after["Attributes"]["n"], json!({ "N": "1" }));
    let values =
        json!({ ":one": { "N": "0.1" }, ":l": { "L": [{ "S": "x" }] }, ":z": { "N": "0" } });
    let after = account.update(
        "SET n = n + :one, l = list_append(l, :l), c = if_not_exists(c, :z) - :one ADD s :one",
        values,
    );
    assert_eq!(after["Attributes"]["n"], json!({ "N": "1.1" }));
    assert_eq!(after["Attributes"]["c"], json!({ "N": "-0.1" }));
    assert_eq!(after["Attributes"]["l"], json!({ "L": [{ "S": "x" }] }));
    assert_eq!(after["Attributes"]["s"], json!({ "N": "0.1" }));
    let after = account.update(
        "REMOVE l[0], n ADD t :t",
        json!({ ":t": { "SS": ["b", "a"] } }),
    );
    assert_eq!(after["Attributes"]["l"], json!({ "L": [] }));
    assert_eq!(after["Attributes"]["n"], Value::Null);
    let after = account.update("DELETE t :t", json!({ ":t": { "SS": ["a"] } }));
    assert_eq!(after["Attributes"]["t"], json!({ "SS": ["b"] }));
    for (expression, values, reason) in [
        (
            "SET id = :v",
            json!({ ":v": { "S": "2" } }),
            "part of the key",
        ),
        (
            "SET status = :v",
            json!({ ":v": { "S": "2" } }),
            "reserved keyword: status",
        ),
        (
            "SET a = :v, a = :v",
            json!({ ":v": { "S": "2" } }),
            "overlap",
        ),
        (
            "SET a = :v SET b = :v",
            json!({ ":v": { "S": "2" } }),
            "only be used once",
        ),
        ("SET a = nowhere", Value::Null, "does not exist in the item"),
        (
            "SET a.b = :v",
            json!({ ":v": { "S": "2" } }),
            "invalid for update",
        ),
        ("SET a = :none", Value::Null, ":none"),
        (
            "REMOVE a",
            json!({ ":v": { "S": "2" } }),
            "unused in expressions",
        ),
        ("SET", Value::Null, "Syntax error"),
        ("FROB a", Value::Null, "Syntax error"),
    ] {
        let error = account.fails("UpdateItem", update(expression, values));
        assert!(error.message.contains(reason), "{expression}: {error}");
    }
}

#[test]
fn queries_are_in_the_order_of_the_sort_key() {
    let mut account = Account::new();
    account.readings();
    let query = |condition: &str, values: Value| {
        json!({
            "TableName": "readings",
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
        })
    };
    let a = json!({ ":a": { "S": "a" } });
    assert_eq!(
        account.times("Query", query("sensor = :a", a.clone())).0,
        [1, 9, 10]
    );
    let mut back = query("sensor = :a", a);
    back["ScanIndexForward"] = false.into();
    back["Limit"] = 2.into();
    let (times, answer) = account.times("Query", back.clone());
    assert_eq!(times, [10, 9]);
    back["ExclusiveStartKey"] = answer["LastEvaluatedKey"].clone();
    let (times, answer) = account.times("Query", back);
    assert_eq!(
        (times, &answer["LastEvaluatedKey"]),
        (vec![1], &Value::Null)
    );

    let range = json!({ ":a": { "S": "a" }, ":low": { "N": "2" }, ":high": { "N": "9" } });
    let between = query("sensor = :a AND #t BETWEEN :low AND :high", range);
    let mut between = between;
    between["ExpressionAttributeNames"] = json!({ "#t": "at" });
    assert_eq!(account.times("Query", between).0, [9]);

    let mut index = query("place = :x", json!({ ":x": { "S": "x" } }));
    index["IndexName"] = "by_place".into();
    assert_eq!(account.times("Query", index.clone()).0, [1, 2, 9]);
    index["ConsistentRead"] = true.into();
    assert!(
        account
            .fails("Query", index)
            .message
            .contains("Consistent reads")
    );

    let error = account.fails("Query", query("place = :x", json!({ ":x": { "S": "x" } })));
    assert!(
        error.message.contains("missed key schema element"),
        "{error}"
    );
}

#[test]
fn scans_come_in_pages_and_filter_after_reading() {
    let mut account = Account::new();
    account.readings();
    let mut scan = json!({ "TableName": "readings", "Limit": 3 });
    let (mut times, mut pages) = (Vec::new(), 0);
    loop {
        let (page, answer) = account.times("Scan", scan.clone());
        times.extend(page);
        pages += 1;
        if answer["LastEvaluatedKey"].is_null() {
            break;
        }
        scan["ExclusiveStartKey"] = answer["LastEvaluatedKey"].clone();
    }
    times.sort_unstable();
    assert_eq!((times, pages), (vec![1, 2, 9, 10], 2));
    let filtered = json!({
        "TableName": "readings", "FilterExpression": "place = :y", "ProjectionExpression": "sensor",
        "ExpressionAttributeValues": { ":y": { "S": "y" } },
    });
    let answer = account.call("Scan", filtered);
    assert_eq!(answer["Items"], json!([{ "sensor": { "S": "a" } }]));
    assert_eq!(
        (&answer["Count"], &answer["ScannedCount"]),
        (&json!(1), &json!(4))
    );
}

#[test]
fn transactions_are_all_or_nothing() {
    let mut account = Account::new();
    account.put("1", json!({}));
    let put = |id: &str, condition: Value| {
        let mut put = json!({ "TableName": "orders", "Item": { "id": { "S": id } } });
        if !condition.is_null() {
            put["ConditionExpression"] = condition;
        }
        json!({ "Put": put })
    };
    let new = json!("attribute_not_exists(id)");
    let request = json!({ "TransactItems": [put("2", Value::Null), put("1", new)] });
    let error = account.fails("TransactWriteItems", request);
    assert_eq!(error.code, "TransactionCanceledException");
    assert!(
        error.message.ends_with("[None, ConditionalCheckFailed]"),
        "{error}"
    );
    assert_eq!(account.get("2"), Value::Null);
    let request = json!({
        "TransactItems": [put("2", Value::Null), put("3", Value::Null)], "ClientRequestToken": "t",
    });
    account.call("TransactWriteItems", request.clone());
    account.call(
        "DeleteItem",
        json!({ "TableName": "orders", "Key": { "id": { "S": "2" } } }),
    );
    // The same token is the same transaction, which is not done again.
    account.call("TransactWriteItems", request);
    assert_eq!(account.get("2"), Value::Null);
    let twice = json!({ "TransactItems": [put("5", Value::Null), put("5", Value::Null)] });
    assert!(
        account
            .fails("TransactWriteItems", twice)
            .message
            .contains("one item")
    );
}

#[test]
fn batches_read_and_write() {
    let mut account = Account::new();
    let put = |id: &str| json!({ "PutRequest": { "Item": { "id": { "S": id } } } });
    let request = json!({ "RequestItems": { "orders": [put("1"), put("2")] } });
    account.call("BatchWriteItem", request);
    let keys = json!([{ "id": { "S": "1" } }, { "id": { "S": "9" } }]);
    let got = account.call(
        "BatchGetItem",
        json!({ "RequestItems": { "orders": { "Keys": keys } } }),
    );
    assert_eq!(got["Responses"]["orders"], json!([{ "id": { "S": "1" } }]));
    let many: Vec<Value> = (0..26).map(|id| put(&id.to_string())).collect();
    let error = account.fails(
        "BatchWriteItem",
        json!({ "RequestItems": { "orders": many } }),
    );
    assert!(
        error.message.contains("less than or equal to 25"),
        "{error}"
    );
    let twice = json!({ "RequestItems": { "orders": [put("1"), put("1")] } });
    assert!(
        account
            .fails("BatchWriteItem", twice)
            .message
            .contains("duplicates")
    );
}

#[test]
fn changes_and_the_end_of_items() {
    let mut account = Account::new();
    account.put("1", json!({ "end": { "N": "100" } }));
    account.put("1", json!({ "end": { "N": "100" } }));
    account.put("2", json!({ "end": { "N": "200" } }));
    account.call(
        "UpdateTimeToLive",
        json!({
            "TableName": "orders",
            "TimeToLiveSpecification": { "AttributeName": "end", "Enabled": true },
        }),
    );
    assert_eq!(account.0.next(), Some(100_000));
    account.0.expire(150_000);
    assert_eq!(account.0.next(), Some(200_000));
    assert_eq!(account.get("1"), Value::Null);
    assert_ne!(account.get("2"), Value::Null);
    // A write that changes nothing is no change.
    let stream = account.0.stream_arn("orders").expect("it has one");
    let mut records: Vec<_> = (0..SHARDS)
        .flat_map(|shard| account.0.read_stream(&stream, shard, 0, 100, 150_000))
        .collect();
    records.sort_by_key(|record| record.sequence);
    let kinds: Vec<&str> = records
        .iter()
        .filter_map(|record| record.record["eventName"].as_str())
        .collect();
    assert_eq!(kinds, ["INSERT", "INSERT", "REMOVE"]);
}
