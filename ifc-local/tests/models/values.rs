//! Secrets and parameters against lists of the values that were put.

use std::collections::BTreeMap;

use ifc_local::parameter::Parameters;
use ifc_local::secret::Secrets;
use serde_json::json;

use crate::{Dice, again};

#[test]
fn secrets() {
    for seed in 0..10 {
        let mut dice = Dice::new(seed);
        let mut secrets = Secrets::new(seed);
        // Values in the order in which they were put; none of a secret that is deleted.
        let mut model: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for step in 0..200 {
            let name = format!("s{}", dice.below(4));
            let value = step.to_string();
            let known = model.contains_key(&name);
            let now = 1_000_000 + step;
            let done = match dice.below(5) {
                0 => {
                    let request = json!({ "Name": name, "SecretString": value });
                    let done = secrets.call("CreateSecret", &request, now).is_ok();
                    model.entry(name.clone()).or_insert_with(|| vec![value]);
                    done != known
                }
                1 | 2 => {
                    let operation = *dice
                        .pick(&["PutSecretValue", "UpdateSecret"])
                        .expect("there are two");
                    let request = json!({ "SecretId": name, "SecretString": value });
                    let done = secrets.call(operation, &request, now).is_ok();
                    model
                        .entry(name.clone())
                        .and_modify(|values| values.push(value));
                    done == known
                }
                3 => {
                    let request = json!({ "SecretId": name, "ForceDeleteWithoutRecovery": true });
                    model.remove(&name);
                    secrets.call("DeleteSecret", &request, now).is_ok()
                }
                _ => {
                    secrets = again(&secrets);
                    true
                }
            };
            assert!(done, "step {step} of seed {seed}");
            let values = model.get(&name).cloned().unwrap_or_default();
            for (stage, expected) in [
                ("AWSCURRENT", values.last()),
                ("AWSPREVIOUS", values.iter().nth_back(1)),
            ] {
                let request = json!({ "SecretId": name, "VersionStage": stage });
                let answer = secrets.call("GetSecretValue", &request, now).ok();
                let found = answer.map(|answer| answer["SecretString"].clone());
                assert_eq!(found, expected.map(|text| json!(text)));
            }
        }
    }
}

#[test]
fn parameters() {
    for seed in 0..10 {
        let mut dice = Dice::new(seed);
        let mut parameters = Parameters::default();
        let mut model: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for step in 0..200 {
            let name = format!("/p{}/q{}", dice.below(3), dice.below(3));
            let value = step.to_string();
            let known = model.contains_key(&name);
            match dice.below(4) {
                0 | 1 => {
                    let overwrite = dice.once_in(2);
                    let request = json!({
                        "Name": name, "Value": value, "Type": "String", "Overwrite": overwrite,
                    });
                    let done = parameters.call("PutParameter", &request, step).is_ok();
                    assert_eq!(done, overwrite || !known);
                    if done {
                        model.entry(name.clone()).or_default().push(value);
                    }
                }
                2 => {
                    let done = parameters.call("DeleteParameter", &json!({ "Name": name }), step);
                    assert_eq!(done.is_ok(), known);
                    model.remove(&name);
                }
                _ => parameters = again(&parameters),
            }
            let values = model.get(&name).cloned().unwrap_or_default();
            for (at, value) in values.iter().enumerate() {
                let request = json!({ "Name": format!("{name}:{}", at + 1) });
                let answer = parameters
                    .call("GetParameter", &request, step)
                    .expect("it is there");
                assert_eq!(answer["Parameter"]["Value"], *value);
            }
            let latest = parameters
                .call("GetParameter", &json!({ "Name": name }), step)
                .ok();
            let latest = latest.map(|answer| answer["Parameter"]["Value"].clone());
            assert_eq!(latest, values.last().map(|value| json!(value)));
            let path = format!("/p{}", dice.below(3));
            let request = json!({ "Path": path });
            let below = parameters
                .call("GetParametersByPath", &request, step)
                .expect("it can be read");
            let expected = model.keys().filter(|name| name.starts_with(&path)).count();
            assert_eq!(below["Parameters"].as_array().map(Vec::len), Some(expected));
        }
    }
}
