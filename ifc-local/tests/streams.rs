//! Streams of tables: what a function is told of changes, and DynamoDB Streams' API.

use ifc_local::ApiError;
use ifc_local::table::{SHARDS, StreamRecord, Tables};
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60 * 1000;
/// 2013-05-24 00:00 UTC.
const START: u64 = 1_369_353_600_000;
const STREAM: &str =
    "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2013-05-24T00:00:00.000";

struct Account {
    tables: Tables,
    now: u64,
}

impl Account {
    /// With the table `orders`, whose stream has this view.
    fn new(view: &str) -> Account {
        let mut account = Account {
            tables: Tables::default(),
            now: START,
        };
        account.call(
            "CreateTable",
            json!({
                "TableName": "orders",
                "KeySchema": [
                    { "AttributeName": "id", "KeyType": "HASH" },
                    { "AttributeName": "line", "KeyType": "RANGE" },
                ],
                "AttributeDefinitions": [
                    { "AttributeName": "id", "AttributeType": "S" },
                    { "AttributeName": "line", "AttributeType": "N" },
                ],
                "StreamSpecification": { "StreamEnabled": true, "StreamViewType": view },
            }),
        );
        account
    }

    fn try_call(&mut self, operation: &str, request: Value) -> Result<Value, ApiError> {
        self.tables.call(operation, &request, self.now)
    }

    fn call(&mut self, operation: &str, request: Value) -> Value {
        self.try_call(operation, request)
            .unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    fn put(&mut self, id: &str, line: u64, text: &str) {
        let item =
            json!({ "id": { "S": id }, "line": { "N": line.to_string() }, "t": { "S": text } });
        self.call("PutItem", json!({ "TableName": "orders", "Item": item }));
    }

    fn delete(&mut self, id: &str, line: u64) {
        let key = json!({ "id": { "S": id }, "line": { "N": line.to_string() } });
        self.call("DeleteItem", json!({ "TableName": "orders", "Key": key }));
    }

    fn shard(&self, shard: usize, after: u64) -> Vec<StreamRecord> {
        self.tables
            .read_stream(STREAM, shard, after, 1000, self.now)
    }

    /// All records, in order.
    fn records(&self) -> Vec<StreamRecord> {
        let mut records: Vec<StreamRecord> =
            (0..SHARDS).flat_map(|shard| self.shard(shard, 0)).collect();
        records.sort_by_key(|record| record.sequence);
        records
    }
}

#[test]
fn a_change_as_functions_are_told_it() {
    let mut account = Account::new("NEW_AND_OLD_IMAGES");
    assert_eq!(account.tables.stream_arn("orders").as_deref(), Some(STREAM));
    account.put("a", 1, "x");
    account.now += 1500;
    account.put("a", 1, "y");
    account.delete("a", 1);
    let records = account.records();
    let first = &records[0].record;
    let id = first["eventID"].as_str().expect("it has one");
    assert_eq!(id.len(), 32);
    let item = |text: &str| json!({ "id": { "S": "a" }, "line": { "N": "1" }, "t": { "S": text } });
    let keys = json!({ "id": { "S": "a" }, "line": { "N": "1" } });
    assert_eq!(
        *first,
        json!({
            "eventID": id, "eventName": "INSERT", "eventVersion": "1.1",
            "eventSource": "aws:dynamodb", "awsRegion": "us-east-1", "eventSourceARN": STREAM,
            "dynamodb": {
                "ApproximateCreationDateTime": 1_369_353_600, "Keys": keys, "NewImage": item("x"),
                "SequenceNumber": "100000000000000000001", "SizeBytes": 18,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
        })
    );
    let second = &records[1].record;
    assert_eq!(second["eventName"], "MODIFY");
    assert_eq!(
        second["dynamodb"]["ApproximateCreationDateTime"],
        1_369_353_601
    );
    assert_eq!(second["dynamodb"]["OldImage"], item("x"));
    assert_eq!(second["dynamodb"]["NewImage"], item("y"));
    let third = &records[2].record;
    assert_eq!(third["eventName"], "REMOVE");
    assert_eq!(third["dynamodb"]["NewImage"], Value::Null);
    assert_ne!(second["eventID"], third["eventID"]);
}

#[test]
fn views() {
    for (view, new, old) in [
        ("KEYS_ONLY", false, false),
        ("NEW_IMAGE", true, false),
        ("OLD_IMAGE", false, true),
        ("NEW_AND_OLD_IMAGES", true, true),
    ] {
        let mut account = Account::new(view);
        account.put("a", 1, "x");
        account.put("a", 1, "y");
        let record = &account.records()[1].record["dynamodb"];
        assert_eq!(
            (!record["NewImage"].is_null(), !record["OldImage"].is_null()),
            (new, old),
            "{view}"
        );
        assert_eq!(record["Keys"]["id"]["S"], "a");
    }
}

#[test]
fn the_changes_of_a_key_are_in_one_shard_and_in_order() {
    let mut account = Account::new("NEW_IMAGE");
    for n in 0..200 {
        account.put(&format!("k{}", n % 20), 1, &n.to_string());
    }
    let shards: Vec<Vec<StreamRecord>> = (0..SHARDS).map(|shard| account.shard(shard, 0)).collect();
    assert!(
        shards.iter().all(|shard| !shard.is_empty()),
        "all shards have some"
    );
    for n in 0..20 {
        let key = format!("k{n}");
        let of_key: Vec<Vec<u64>> = shards
            .iter()
            .map(|shard| {
                let records = shard
                    .iter()
                    .map(|record| &record.record["dynamodb"]["NewImage"]);
                let records = records.filter(|image| image["id"]["S"] == *key);
                let text =
                    |image: &Value| image["t"]["S"].as_str().and_then(|text| text.parse().ok());
                records.filter_map(text).collect()
            })
            .filter(|texts: &Vec<u64>| !texts.is_empty())
            .collect();
        let expected: Vec<u64> = (0..10).map(|round| n + 20 * round).collect();
        assert_eq!(of_key, [expected], "{key}");
    }
    // From any place on.
    let shard = &shards[1];
    let rest = account.shard(1, shard[2].sequence);
    assert_eq!(rest, shard[3..]);
    assert_eq!(
        account.tables.read_stream(STREAM, 1, 0, 2, account.now),
        shard[..2]
    );
    assert_eq!(account.tables.stream_end(STREAM), Some(200));
}

#[test]
fn records_are_kept_for_a_day() {
    let mut account = Account::new("KEYS_ONLY");
    account.put("a", 1, "x");
    account.now += DAY - 1;
    account.put("a", 2, "x");
    assert_eq!(account.records().len(), 2);
    account.now += 1;
    assert_eq!(account.records().len(), 1);
    account.tables.expire(account.now);
    assert_eq!(account.records().len(), 1);
}

#[test]
fn items_that_end_say_so() {
    let mut account = Account::new("KEYS_ONLY");
    let ttl = |enabled: bool| {
        json!({
            "TableName": "orders",
            "TimeToLiveSpecification": { "AttributeName": "end", "Enabled": enabled },
        })
    };
    let end = START / 1000 + 60;
    let put = |account: &mut Account, id: &str, end: Value| {
        let item = json!({ "id": { "S": id }, "line": { "N": "1" }, "end": end });
        account.call("PutItem", json!({ "TableName": "orders", "Item": item }));
    };
    put(&mut account, "before", json!({ "N": end.to_string() }));
    account.call("UpdateTimeToLive", ttl(true));
    put(&mut account, "after", json!({ "N": format!("{end}.5") }));
    put(&mut account, "moved", json!({ "N": end.to_string() }));
    put(
        &mut account,
        "moved",
        json!({ "N": (end + 60).to_string() }),
    );
    put(&mut account, "text", json!({ "S": "1" }));
    // Longer ago than five years does not count.
    put(&mut account, "ancient", json!({ "N": "1" }));
    assert_eq!(account.tables.next(), Some(end * 1000));
    account.now = end * 1000;
    account.tables.expire(account.now);
    let removed: Vec<Value> = account
        .records()
        .into_iter()
        .map(|record| record.record)
        .filter(|record| record["eventName"] == "REMOVE")
        .collect();
    let mut ids: Vec<&str> = removed
        .iter()
        .filter_map(|record| record["dynamodb"]["Keys"]["id"]["S"].as_str())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, ["after", "before"]);
    assert_eq!(
        removed[0]["userIdentity"],
        json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" })
    );
    assert_eq!(account.tables.next(), Some((end + 60) * 1000));
    let described = account.call("DescribeTimeToLive", json!({ "TableName": "orders" }));
    assert_eq!(
        described["TimeToLiveDescription"],
        json!({ "TimeToLiveStatus": "ENABLED", "AttributeName": "end" })
    );
    account.call("UpdateTimeToLive", ttl(false));
    assert_eq!(account.tables.next(), None);
}

#[test]
fn the_api_of_streams() {
    let mut account = Account::new("KEYS_ONLY");
    let listed = account.call("ListStreams", json!({ "TableName": "orders" }));
    assert_eq!(
        listed["Streams"],
        json!([{ "StreamArn": STREAM, "StreamLabel": "2013-05-24T00:00:00.000", "TableName": "orders" }])
    );
    for n in 0..40 {
        account.put(&n.to_string(), 1, "x");
    }
    let description = account.call("DescribeStream", json!({ "StreamArn": STREAM }));
    let description = &description["StreamDescription"];
    assert_eq!(description["StreamStatus"], "ENABLED");
    let shards = description["Shards"].as_array().expect("it is a list");
    assert_eq!(shards.len(), SHARDS);
    let iterator = |account: &mut Account, shard: &Value, kind: &str| {
        let request =
            json!({ "StreamArn": STREAM, "ShardId": shard["ShardId"], "ShardIteratorType": kind });
        account.call("GetShardIterator", request)["ShardIterator"].clone()
    };
    let mut count = 0;
    for shard in shards {
        let mut next = iterator(&mut account, shard, "TRIM_HORIZON");
        loop {
            let page = account.call("GetRecords", json!({ "ShardIterator": next, "Limit": 3 }));
            let records = page["Records"].as_array().expect("it is a list").len();
            next = page["NextShardIterator"].clone();
            count += records;
            if records == 0 {
                break;
            }
        }
        let latest = iterator(&mut account, shard, "LATEST");
        let none = account.call("GetRecords", json!({ "ShardIterator": latest }));
        assert_eq!(none["Records"], json!([]));
    }
    assert_eq!(count, 40);
    let old = iterator(&mut account, &shards[0], "LATEST");
    account.now += 15 * 60 * 1000 + 1;
    let code = |outcome: Result<Value, ApiError>| outcome.map_err(|error| error.code);
    let expired = account.try_call("GetRecords", json!({ "ShardIterator": old }));
    assert_eq!(code(expired), Err("ExpiredIteratorException".into()));
    let none = account.try_call(
        "DescribeStream",
        json!({ "StreamArn": format!("{STREAM}1") }),
    );
    assert_eq!(code(none), Err("ResourceNotFoundException".into()));
}

#[test]
fn tables_are_updated() {
    let mut account = Account::new("KEYS_ONLY");
    account.put("a", 1, "x");
    let stream = |enabled: bool| {
        json!({
            "TableName": "orders",
            "StreamSpecification": { "StreamEnabled": enabled, "StreamViewType": "NEW_IMAGE" },
        })
    };
    let code = |outcome: Result<Value, ApiError>| outcome.map(drop).map_err(|error| error.code);
    let refused = Err("ValidationException".to_owned());
    assert_eq!(code(account.try_call("UpdateTable", stream(true))), refused);
    account.call("UpdateTable", stream(false));
    assert_eq!(account.tables.stream_arn("orders"), None);
    account.now += 1000;
    let table = account.call("UpdateTable", stream(true));
    assert_ne!(table["TableDescription"]["LatestStreamArn"], STREAM);
    // A new index has the items that are there.
    account.call(
        "UpdateTable",
        json!({
            "TableName": "orders",
            "AttributeDefinitions": [{ "AttributeName": "t", "AttributeType": "S" }],
            "GlobalSecondaryIndexUpdates": [{ "Create": {
                "IndexName": "by_t", "KeySchema": [{ "AttributeName": "t", "KeyType": "HASH" }],
                "Projection": { "ProjectionType": "ALL" },
            } }],
            "DeletionProtectionEnabled": true,
        }),
    );
    let query = json!({
        "TableName": "orders", "IndexName": "by_t", "KeyConditionExpression": "t = :t",
        "ExpressionAttributeValues": { ":t": { "S": "x" } },
    });
    assert_eq!(account.call("Query", query.clone())["Count"], 1);
    account.put("b", 1, "x");
    assert_eq!(account.call("Query", query.clone())["Count"], 2);
    assert_eq!(
        code(account.try_call("DeleteTable", json!({ "TableName": "orders" }))),
        refused
    );
    account.call(
        "UpdateTable",
        json!({
            "TableName": "orders", "DeletionProtectionEnabled": false,
            "GlobalSecondaryIndexUpdates": [{ "Delete": { "IndexName": "by_t" } }],
        }),
    );
    assert_eq!(code(account.try_call("Query", query)), refused);
    let recovery = json!({
        "TableName": "orders",
        "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": true },
    });
    let backups = account.call("UpdateContinuousBackups", recovery);
    let backups = &backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
    assert_eq!(backups["PointInTimeRecoveryStatus"], "ENABLED");
    account.call("DeleteTable", json!({ "TableName": "orders" }));
}

#[test]
fn a_transaction_that_is_sent_again_is_one_for_ten_minutes() {
    let mut account = Account::new("KEYS_ONLY");
    let write = |text: &str| {
        json!({
            "ClientRequestToken": "t1",
            "TransactItems": [{ "Update": {
                "TableName": "orders", "Key": { "id": { "S": "a" }, "line": { "N": "1" } },
                "UpdateExpression": "ADD n :one SET t = :t",
                "ExpressionAttributeValues": { ":one": { "N": "1" }, ":t": { "S": text } },
            } }],
        })
    };
    let count = |account: &mut Account| {
        let key = json!({ "id": { "S": "a" }, "line": { "N": "1" } });
        account.call("GetItem", json!({ "TableName": "orders", "Key": key }))["Item"]["n"]["N"]
            .clone()
    };
    account.call("TransactWriteItems", write("x"));
    account.call("TransactWriteItems", write("x"));
    assert_eq!(count(&mut account), "1");
    let other = account.try_call("TransactWriteItems", write("y"));
    assert_eq!(
        other.map_err(|error| error.code),
        Err("IdempotentParameterMismatchException".into())
    );
    account.now += 10 * 60 * 1000;
    account.call("TransactWriteItems", write("x"));
    assert_eq!(count(&mut account), "2");
}
