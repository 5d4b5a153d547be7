//! Event patterns against answers of AWS: `event_patterns.json` holds cases that LocalStack's project
//! validated on AWS, `ruler_patterns.json` answers of AWS's own library for rules.

use ifc_catalog::pattern::{Surface, matches, validate};
use serde_json::{Value, json};

fn check(cases: &str, count: usize) {
    let cases: Vec<Value> = serde_json::from_str(cases).expect("it is JSON");
    assert_eq!(cases.len(), count);
    let mut wrong = Vec::new();
    for case in &cases {
        let answer = match validate(&case["pattern"].to_string(), Surface::Rule) {
            Ok(pattern) => json!(matches(&pattern, &case["event"])),
            Err(_) => json!("invalid"),
        };
        if answer != case["expected"] {
            wrong.push(format!(
                "{}: {answer}, AWS says {}",
                case["name"], case["expected"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn patterns_validated_on_aws() {
    check(include_str!("event_patterns.json"), 155);
}

#[test]
fn patterns_of_the_rule_library() {
    check(include_str!("ruler_patterns.json"), 41);
}

#[test]
fn fields_of_a_list_have_to_stand_in_one_element() {
    let pattern = json!({ "items": { "sku": ["a"], "count": [2] } });
    let pattern = pattern.as_object().expect("it is one");
    let together = json!({ "items": [{ "sku": "b", "count": 1 }, { "sku": "a", "count": 2 }] });
    assert!(matches(pattern, &together));
    let apart = json!({ "items": [{ "sku": "a", "count": 1 }, { "sku": "b", "count": 2 }] });
    assert!(!matches(pattern, &apart));
}
