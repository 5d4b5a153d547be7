//! Buckets against lists of versions, and lists of objects against ones that look at every key.

use std::collections::{BTreeMap, BTreeSet};

use ifc_local::bucket::Buckets;
use serde_json::{Value, json};

use crate::{Dice, again};

/// Versions by key, the oldest first: id, and content unless it is a delete marker.
type Model = BTreeMap<String, Vec<(String, Option<String>)>>;

struct World {
    buckets: Buckets,
    model: Model,
    /// `Off`, `Enabled` or `Suspended`.
    versioning: &'static str,
    next: u64,
}

impl World {
    fn call(
        &mut self,
        operation: &str,
        mut input: Value,
        body: &str,
    ) -> Result<(Value, String), String> {
        input["Bucket"] = "data".into();
        let answer = self
            .buckets
            .call(operation, &input, body.as_bytes().to_vec(), 1_000_000);
        let answer = answer.map_err(|error| error.code)?;
        Ok((
            answer.output,
            String::from_utf8(answer.body).expect("it is text"),
        ))
    }

    /// Adds a version as the versioning of the bucket has it.
    fn add(&mut self, key: &str, id: &Value, content: Option<String>) {
        let id = id.as_str().unwrap_or("null").to_owned();
        let versions = self.model.entry(key.to_owned()).or_default();
        if self.versioning != "Enabled" {
            assert_eq!(id, "null");
            versions.retain(|(other, _)| other != "null");
        }
        versions.push((id, content));
    }

    fn put(&mut self, key: &str) {
        self.next += 1;
        let body = self.next.to_string();
        let (output, _) = self
            .call("PutObject", json!({ "Key": key }), &body)
            .expect("it can be put");
        self.add(key, &output["VersionId"], Some(body));
    }

    fn copy(&mut self, from: &str, key: &str) {
        let content = self
            .model
            .get(from)
            .and_then(|versions| versions.last()?.1.clone());
        let input = json!({
            "Key": key, "CopySource": format!("data/{from}"), "MetadataDirective": "REPLACE",
        });
        match (self.call("CopyObject", input, ""), content) {
            (Ok((output, _)), Some(content)) => self.add(key, &output["VersionId"], Some(content)),
            (outcome, content) => {
                assert_eq!(
                    (outcome.map(drop), content),
                    (Err("NoSuchKey".into()), None)
                );
            }
        }
    }

    fn delete(&mut self, key: &str) {
        let (output, _) = self
            .call("DeleteObject", json!({ "Key": key }), "")
            .expect("it is no error");
        match self.versioning {
            "Off" => {
                self.model.remove(key);
            }
            _ => {
                assert_eq!(output["DeleteMarker"], true);
                self.add(key, &output["VersionId"], None);
            }
        }
    }

    fn delete_version(&mut self, key: &str, dice: &mut Dice) {
        let versions = self.model.get(key).cloned().unwrap_or_default();
        let Some((id, _)) = dice.pick(&versions) else {
            return;
        };
        self.call("DeleteObject", json!({ "Key": key, "VersionId": id }), "")
            .expect("it is no error");
        let rest: Vec<_> = versions
            .iter()
            .filter(|(other, _)| other != id)
            .cloned()
            .collect();
        match rest.is_empty() {
            true => self.model.remove(key),
            false => self.model.insert(key.to_owned(), rest),
        };
    }

    fn get(&mut self, key: &str) {
        let newest = self
            .model
            .get(key)
            .and_then(|versions| versions.last()?.1.clone());
        let got = self
            .call("GetObject", json!({ "Key": key }), "")
            .map(|(_, body)| body);
        assert_eq!(got, newest.ok_or("NoSuchKey".to_owned()));
        for (id, content) in self.model.get(key).cloned().unwrap_or_default() {
            let got = self.call("GetObject", json!({ "Key": key, "VersionId": id }), "");
            let expected = content.ok_or("MethodNotAllowed".to_owned());
            assert_eq!(got.map(|(_, body)| body), expected);
        }
    }

    /// A list in pages, by prefix and delimiter.
    fn list(&mut self, dice: &mut Dice) {
        let prefix = *dice
            .pick(&["", "a", "a/", "b/a", "c"])
            .expect("there are some");
        let delimiter = *dice.pick(&["", "/", "a"]).expect("there are some");
        let mut expected = BTreeSet::new();
        for (key, versions) in &self.model {
            let is_there = versions
                .last()
                .is_some_and(|(_, content)| content.is_some());
            let Some(rest) = key.strip_prefix(prefix).filter(|_| is_there) else {
                continue;
            };
            let end = rest.find(delimiter).filter(|_| !delimiter.is_empty());
            expected.insert(match end {
                Some(at) => format!("{prefix}{}{delimiter}*", &rest[..at]),
                None => key.clone(),
            });
        }
        let mut input =
            json!({ "Prefix": prefix, "Delimiter": delimiter, "MaxKeys": 1 + dice.below(4) });
        let mut found = Vec::new();
        loop {
            let (page, _) = self
                .call("ListObjectsV2", input.clone(), "")
                .expect("it can be listed");
            let text = |value: &Value| value.as_str().expect("it is text").to_owned();
            let list = |member: &str| page[member].as_array().cloned().unwrap_or_default();
            let mut names: Vec<String> = list("Contents")
                .iter()
                .map(|one| text(&one["Key"]))
                .collect();
            names.extend(
                list("CommonPrefixes")
                    .iter()
                    .map(|one| text(&one["Prefix"]) + "*"),
            );
            assert!(names.len() as u64 <= input["MaxKeys"].as_u64().expect("it is a number"));
            found.extend(names);
            match page.get("NextContinuationToken") {
                Some(token) => input["ContinuationToken"] = token.clone(),
                None => break,
            }
        }
        found.sort();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{input}");
    }
}

#[test]
fn buckets() {
    for seed in 0..10 {
        let mut dice = Dice::new(seed);
        let mut world = World {
            buckets: Buckets::new(seed),
            model: Model::new(),
            versioning: "Off",
            next: 0,
        };
        world
            .call("CreateBucket", json!({}), "")
            .expect("it is new");
        for step in 0..400 {
            let parts = ["a", "b", "c"];
            let mut key = String::new();
            for _ in 0..=dice.below(3) {
                key.push_str(dice.pick(&parts).expect("there are some"));
                key.push_str(dice.pick(&["/", ""]).expect("there are some"));
            }
            match dice.below(8) {
                0 | 1 => world.put(&key),
                2 => world.delete(&key),
                3 => world.delete_version(&key, &mut dice),
                4 => world.get(&key),
                5 => {
                    let keys: Vec<String> = world.model.keys().cloned().collect();
                    let from = dice.pick(&keys).cloned().unwrap_or("none".into());
                    world.copy(&from, &key);
                }
                _ => world.list(&mut dice),
            }
            if dice.once_in(100) {
                world.versioning = dice
                    .pick(&["Enabled", "Suspended"])
                    .expect("there are some");
                let input = json!({ "VersioningConfiguration": { "Status": world.versioning } });
                world
                    .call("PutBucketVersioning", input, "")
                    .expect("it can be set");
            }
            if step % 100 == 0 {
                world.buckets = again(&world.buckets);
            }
        }
    }
}
