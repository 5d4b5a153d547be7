//! Buckets at the level of S3's API.

mod changes;
mod lists;
mod objects;
mod uploads;

use ifc_local::bucket::Buckets;
use ifc_local::{Answer, ApiError};
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60 * 1000;
/// 2013-05-24 00:00 UTC.
const START: u64 = 1_369_353_600_000;

struct Account {
    buckets: Buckets,
    now: u64,
}

impl Account {
    /// With the bucket `data`.
    fn new() -> Account {
        let mut account = Account {
            buckets: Buckets::new(1),
            now: START,
        };
        account.call("CreateBucket", json!({ "Bucket": "data" }));
        account
    }

    fn versioned() -> Account {
        let mut account = Account::new();
        account.versioning("Enabled");
        account
    }

    fn versioning(&mut self, status: &str) {
        self.call(
            "PutBucketVersioning",
            json!({ "Bucket": "data", "VersioningConfiguration": { "Status": status } }),
        );
    }

    fn answer(&mut self, operation: &str, input: Value, body: &[u8]) -> Result<Answer, ApiError> {
        self.buckets
            .call(operation, &input, body.to_vec(), self.now)
    }

    fn call(&mut self, operation: &str, input: Value) -> Value {
        self.answer(operation, input, b"")
            .unwrap_or_else(|error| panic!("{operation}: {error}"))
            .output
    }

    /// Code and status of the error.
    fn fails(&mut self, operation: &str, input: Value) -> (String, u16) {
        let error = self.answer(operation, input, b"").expect_err(operation);
        (error.code, error.status)
    }

    fn put(&mut self, key: &str, body: &str) -> Value {
        self.put_with(json!({ "Key": key }), body)
            .expect("it can be put")
    }

    fn put_with(&mut self, mut input: Value, body: &str) -> Result<Value, ApiError> {
        input["Bucket"] = "data".into();
        let answer = self.answer("PutObject", input, body.as_bytes())?;
        Ok(answer.output)
    }

    fn get_with(&mut self, mut input: Value) -> Result<(String, Value), ApiError> {
        input["Bucket"] = "data".into();
        let answer = self.answer("GetObject", input, b"")?;
        let body = String::from_utf8(answer.body).expect("it is text");
        Ok((body, answer.output))
    }

    fn get(&mut self, key: &str) -> Result<String, String> {
        let got = self.get_with(json!({ "Key": key }));
        got.map(|(body, _)| body).map_err(|error| error.code)
    }

    fn delete(&mut self, key: &str) -> Value {
        self.call("DeleteObject", json!({ "Bucket": "data", "Key": key }))
    }

    /// Keys, common prefixes, and the answer.
    fn list(&mut self, mut input: Value) -> (Vec<String>, Vec<String>, Value) {
        input["Bucket"] = "data".into();
        let answer = self.call("ListObjectsV2", input);
        let keys = names(&answer["Contents"], "Key");
        (keys, names(&answer["CommonPrefixes"], "Prefix"), answer)
    }

    fn versions(&mut self) -> (Vec<String>, Vec<String>) {
        let answer = self.call("ListObjectVersions", json!({ "Bucket": "data" }));
        let ids = |member: &str| names(&answer[member], "VersionId");
        (ids("Versions"), ids("DeleteMarkers"))
    }
}

fn names(list: &Value, member: &str) -> Vec<String> {
    let elements = list.as_array().into_iter().flatten();
    elements
        .filter_map(|element| element[member].as_str().map(str::to_owned))
        .collect()
}

fn is(code: &str, status: u16) -> (String, u16) {
    (code.to_owned(), status)
}
