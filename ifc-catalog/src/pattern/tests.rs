use super::*;

fn accepted(text: &str, surface: Surface) {
    assert!(
        validate(text, surface).is_ok(),
        "{text}: {:?}",
        validate(text, surface)
    );
}

fn refused(text: &str, surface: Surface) {
    assert!(validate(text, surface).is_err(), "{text}");
}

#[test]
fn rules_understand_every_operator() {
    for text in [
        r#"{"source": ["a"]}"#,
        r#"{"detail": {"x": [null, "", 5, true]}}"#,
        r#"{"x": [{"prefix": "a"}, {"suffix": ".png"}]}"#,
        r#"{"x": [{"prefix": {"equals-ignore-case": "a"}}]}"#,
        r#"{"x": [{"equals-ignore-case": ""}]}"#,
        r#"{"x": [{"anything-but": "a"}]}"#,
        r#"{"x": [{"anything-but": 0}]}"#,
        r#"{"x": [{"anything-but": ["a", "b"]}]}"#,
        r#"{"x": [{"anything-but": {"prefix": ["a", "b"]}}]}"#,
        r#"{"x": [{"anything-but": {"wildcard": "*.png"}}]}"#,
        r#"{"x": [{"numeric": ["=", 301.8]}]}"#,
        r#"{"x": [{"numeric": [">", 0, "<=", 5]}]}"#,
        r#"{"x": [{"exists": false}]}"#,
        r#"{"x": [{"cidr": "10.0.0.0/24"}, {"cidr": "2001:db8::/32"}]}"#,
        r#"{"x": [{"wildcard": "a*b\\*c\\\\"}]}"#,
        r#"{"$or": [{"a": [1]}, {"b": [{"exists": true}], "c": ["x"]}]}"#,
    ] {
        accepted(text, Surface::Rule);
    }
}

#[test]
fn rules_refuse_what_aws_refuses() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"x": "a"}"#,
        r#"{"x": 5}"#,
        r#"{"x": []}"#,
        r#"{"x": {}}"#,
        r#"{"x": [["a"]]}"#,
        r#"{"x": [{}]}"#,
        r#"{"x": [{"prefix": "a", "suffix": "b"}]}"#,
        r#"{"x": [{"Prefix": "a"}]}"#,
        r#"{"x": [{"starts-with": "a"}]}"#,
        r#"{"x": [{"prefix": 5}]}"#,
        r#"{"x": [{"prefix": ["a"]}]}"#,
        r#"{"x": [{"prefix": null}]}"#,
        r#"{"x": [{"equals-ignore-case": ["a"]}]}"#,
        r#"{"x": [{"anything-but": null}]}"#,
        r#"{"x": [{"anything-but": []}]}"#,
        r#"{"x": [{"anything-but": ["a", 5]}]}"#,
        r#"{"x": [{"anything-but": ["a", null]}]}"#,
        r#"{"x": [{"anything-but": {"prefix": ""}}]}"#,
        r#"{"x": [{"anything-but": {"prefix": 5}}]}"#,
        r#"{"x": [{"anything-but": {"prefix": {"equals-ignore-case": "a"}}}]}"#,
        r#"{"x": [{"anything-but": {"numeric": ["=", 5]}}]}"#,
        r#"{"x": [{"numeric": 5}]}"#,
        r#"{"x": [{"numeric": []}]}"#,
        r#"{"x": [{"numeric": ["=", "5"]}]}"#,
        r#"{"x": [{"numeric": ["==", 5]}]}"#,
        r#"{"x": [{"numeric": [">", 5, ">", 6]}]}"#,
        r#"{"x": [{"numeric": [">", 5, "<", 5]}]}"#,
        r#"{"x": [{"numeric": ["<", 5, ">", 0]}]}"#,
        r#"{"x": [{"numeric": [">"]}]}"#,
        r#"{"x": [{"numeric": [">", 6e9]}]}"#,
        r#"{"x": [{"exists": "true"}]}"#,
        r#"{"x": {"exists": true}}"#,
        r#"{"x": [{"cidr": "10.0.0.0"}]}"#,
        r#"{"x": [{"cidr": "10.0.0.0/33"}]}"#,
        r#"{"x": [{"cidr": "10.0.0.256/24"}]}"#,
        r#"{"x": [{"cidr": ["10.0.0.0/24"]}]}"#,
        r#"{"x": [{"wildcard": "a**b"}]}"#,
        r#"{"x": [{"wildcard": "a\\b"}]}"#,
        r#"{"x": [{"wildcard": 5}]}"#,
        r#"{"$or": [{"a": [1]}]}"#,
        r#"{"$or": [{"a": [1]}, "b"]}"#,
    ] {
        refused(text, Surface::Rule);
    }
    let long = format!(r#"{{"x": ["{}"]}}"#, "a".repeat(5_000));
    refused(&long, Surface::Rule);
}

#[test]
fn every_service_has_its_own_part_of_the_language() {
    let wildcard = r#"{"body": {"x": [{"wildcard": "a*"}]}}"#;
    accepted(wildcard, Surface::Rule);
    refused(wildcard, Surface::Mapping);
    let numeric = r#"{"dynamodb": {"NewImage": {"n": {"N": [{"numeric": [">", 5]}]}}}}"#;
    accepted(numeric, Surface::Mapping);
    refused(numeric, Surface::StreamMapping);
    let nested = r#"{"order": {"total": [5]}}"#;
    accepted(nested, Surface::TopicBody);
    refused(nested, Surface::TopicAttributes);
    refused(r#"{"x": [null]}"#, Surface::TopicAttributes);
    accepted(r#"{"x": [null]}"#, Surface::TopicBody);
    refused(
        r#"{"x": [{"numeric": ["=", 2000000000]}]}"#,
        Surface::TopicBody,
    );
    accepted(r#"{"x": [{"numeric": ["=", 2000000000]}]}"#, Surface::Rule);
}

#[test]
fn filter_policies_are_bounded() {
    let six = r#"{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}"#;
    refused(six, Surface::TopicAttributes);
    accepted(six, Surface::Rule);
    let thirteen = "1,2,3,4,5,6,7,8,9,10,11,12,13";
    let many = format!(r#"{{"a":[{thirteen}],"b":[{thirteen}]}}"#);
    refused(&many, Surface::TopicBody);
}

#[test]
fn the_place_is_named() {
    let invalid = validate(r#"{"detail": {"x": [{"prefix": 5}]}}"#, Surface::Rule);
    assert_eq!(invalid.expect_err("invalid").path, "detail.x");
}
