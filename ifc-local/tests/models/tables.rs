//! Tables against a map; and their streams against what became of it.

use std::collections::BTreeMap;

use ifc_local::table::{SHARDS, Tables};
use serde_json::{Value, json};

use crate::{Dice, again};

const NOW: u64 = 1_000_000;

/// Partition and sort key to a number.
type Model = BTreeMap<(String, i64), i64>;

/// Whether a sort key lies where the two numbers want it.
type Holds = fn(i64, i64, i64) -> bool;

fn call(tables: &mut Tables, operation: &str, mut request: Value) -> Result<Value, String> {
    request["TableName"] = "t".into();
    tables
        .call(operation, &request, NOW)
        .map_err(|error| error.code)
}

fn key(partition: &str, sort: i64) -> Value {
    json!({ "p": { "S": partition }, "s": { "N": sort.to_string() } })
}

fn number(value: &Value) -> i64 {
    value["N"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .expect("it is a number")
}

fn entry(item: &Value) -> ((String, i64), i64) {
    let partition = item["p"]["S"].as_str().expect("it is text").to_owned();
    ((partition, number(&item["s"])), number(&item["n"]))
}

fn made() -> Tables {
    let mut tables = Tables::default();
    let request = json!({
        "KeySchema": [
            { "AttributeName": "p", "KeyType": "HASH" }, { "AttributeName": "s", "KeyType": "RANGE" },
        ],
        "AttributeDefinitions": [
            { "AttributeName": "p", "AttributeType": "S" },
            { "AttributeName": "s", "AttributeType": "N" },
            { "AttributeName": "n", "AttributeType": "N" },
        ],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by_n",
            "KeySchema": [
                { "AttributeName": "p", "KeyType": "HASH" }, { "AttributeName": "n", "KeyType": "RANGE" },
            ],
            "Projection": { "ProjectionType": "ALL" },
        }],
        "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
    });
    call(&mut tables, "CreateTable", request).expect("it is new");
    tables
}

fn write(tables: &mut Tables, model: &mut Model, dice: &mut Dice) {
    let place = (format!("p{}", dice.below(4)), dice.below(30) as i64 - 15);
    let value = dice.below(20) as i64;
    let mut item = key(&place.0, place.1);
    match dice.below(5) {
        0 => {
            item["n"] = json!({ "N": value.to_string() });
            let put = call(tables, "PutItem", json!({ "Item": item }));
            assert_eq!(put, Ok(json!({})));
            model.insert(place, value);
        }
        1 => {
            item["n"] = json!({ "N": value.to_string() });
            let request = json!({ "Item": item, "ConditionExpression": "attribute_not_exists(p)" });
            let is_new = !model.contains_key(&place);
            assert_eq!(call(tables, "PutItem", request).is_ok(), is_new);
            model.entry(place).or_insert(value);
        }
        2 => {
            let request = json!({
                "Key": item, "UpdateExpression": "ADD n :v", "ReturnValues": "ALL_NEW",
                "ExpressionAttributeValues": { ":v": { "N": value.to_string() } },
            });
            let answer = call(tables, "UpdateItem", request).expect("it is one");
            let sum = model.entry(place).or_insert(0);
            *sum += value;
            assert_eq!(number(&answer["Attributes"]["n"]), *sum);
        }
        3 => {
            let request = json!({ "Key": item, "ReturnValues": "ALL_OLD" });
            let answer = call(tables, "DeleteItem", request).expect("it is one");
            let before = model.remove(&place);
            assert_eq!(
                answer.get("Attributes").map(|item| number(&item["n"])),
                before
            );
        }
        _ => {
            // All or nothing: the check is on the item that is there.
            let condition = json!({
                "TableName": "t", "Key": key("p0", 0), "ConditionExpression": "attribute_exists(p)",
            });
            item["n"] = json!({ "N": value.to_string() });
            let put = json!({ "TableName": "t", "Item": item });
            let request =
                json!({ "TransactItems": [{ "Put": put }, { "ConditionCheck": condition }] });
            let holds = model.contains_key(&("p0".to_owned(), 0));
            let is_same = place == ("p0".to_owned(), 0);
            let outcome = call(tables, "TransactWriteItems", request);
            assert_eq!(outcome.is_ok(), holds && !is_same);
            if outcome.is_ok() {
                model.insert(place, value);
            }
        }
    }
}

/// A query with a condition on the sort key, in pages, in either direction.
fn query(tables: &mut Tables, model: &Model, dice: &mut Dice) {
    let partition = format!("p{}", dice.below(5));
    let (low, high) = (dice.below(34) as i64 - 17, dice.below(34) as i64 - 17);
    let index = dice.once_in(2);
    let sort = if index { "n" } else { "s" };
    let (condition, holds): (&str, Holds) = match dice.below(6) {
        0 => ("", |_, _, _| true),
        1 => (" AND #s = :a", |s, a, _| s == a),
        2 => (" AND #s < :a", |s, a, _| s < a),
        3 => (" AND #s >= :a", |s, a, _| s >= a),
        4 => (" AND #s > :a", |s, a, _| s > a),
        _ => (" AND #s BETWEEN :a AND :b", |s, a, b| a <= s && s <= b),
    };
    let forward = dice.once_in(2);
    let mut request = json!({
        "KeyConditionExpression": format!("p = :p{condition}"),
        "ExpressionAttributeValues": { ":p": { "S": partition } },
        "ScanIndexForward": forward,
        "Limit": 1 + dice.below(4),
    });
    if index {
        request["IndexName"] = "by_n".into();
    }
    if condition.contains(":a") {
        request["ExpressionAttributeNames"] = json!({ "#s": sort });
        request["ExpressionAttributeValues"][":a"] = json!({ "N": low.to_string() });
    }
    if condition.contains(":b") {
        request["ExpressionAttributeValues"][":b"] = json!({ "N": high.to_string() });
    }
    let mut expected: Vec<((String, i64), i64)> = model
        .iter()
        .filter(|((p, s), n)| *p == partition && holds(if index { **n } else { *s }, low, high))
        .map(|(key, n)| (key.clone(), *n))
        .collect();
    if index {
        expected.sort_by_key(|((_, s), n)| (*n, *s));
    }
    if !forward {
        expected.reverse();
    }
    let found = pages(tables, "Query", request);
    assert_eq!(found, expected);
}

/// All items of all pages.
fn pages(tables: &mut Tables, operation: &str, mut request: Value) -> Vec<((String, i64), i64)> {
    let mut found = Vec::new();
    loop {
        let page = call(tables, operation, request.clone()).expect("it can be read");
        found.extend(page["Items"].as_array().into_iter().flatten().map(entry));
        match page.get("LastEvaluatedKey") {
            Some(last) => request["ExclusiveStartKey"] = last.clone(),
            None => return found,
        }
    }
}

/// The table as its stream tells it, shard by shard.
fn replayed(tables: &Tables) -> Model {
    let stream = tables.stream_arn("t").expect("it has one");
    let mut model = Model::new();
    for shard in 0..SHARDS {
        let mut after = 0;
        loop {
            let records = tables.read_stream(&stream, shard, after, 7, NOW);
            let Some(last) = records.last() else { break };
            after = last.sequence;
            for record in records {
                let change = &record.record["dynamodb"];
                let image = |member: &str| change.get(member).map(entry);
                if let Some((key, n)) = image("OldImage") {
                    assert_eq!(model.remove(&key), Some(n));
                }
                model.extend(image("NewImage"));
            }
        }
    }
    model
}

#[test]
fn tables() {
    for seed in 0..10 {
        let mut dice = Dice::new(seed);
        let (mut tables, mut model) = (made(), Model::new());
        for step in 0..400 {
            match dice.below(3) {
                0 | 1 => write(&mut tables, &mut model, &mut dice),
                _ => query(&mut tables, &model, &mut dice),
            }
            if step % 100 == 0 {
                tables = again(&tables);
            }
        }
        let limit = 1 + dice.below(20);
        let found = pages(&mut tables, "Scan", json!({ "Limit": limit }));
        let all: Vec<((String, i64), i64)> = model.clone().into_iter().collect();
        assert_eq!(found, all);
        assert_eq!(replayed(&tables), model);
    }
}
