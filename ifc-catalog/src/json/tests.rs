//! Documents as they come out, and what is refused.

use super::*;

#[test]
fn short_values_stand_on_one_line() {
    let long = "x".repeat(90);
    let value = serde_json::json!({ "a": ["y", long], "b": { "Ref": "Stage" }, "c": [] });
    let text = to_json(&value);
    let expected = format!(
        "{{\n  \"a\": [\n    \"y\",\n    \"{long}\"\n  ],\n  \"b\": {{\"Ref\":\"Stage\"}},\n  \"c\": []\n}}\n"
    );
    assert_eq!(text, expected);
    assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
}

#[test]
fn deep_values_stand_on_one_line() {
    let long = "x".repeat(90);
    let value = serde_json::json!({ "a": [{ "y": [long, 1] }, [2]], "b": { "c": [long] } });
    let mut out = Writer::new(Layout {
        indent: 1,
        deepest: 2,
    });
    out.value(&value);
    let expected = format!(
        "{{\n \"a\": [\n  {{\"y\":[\"{long}\",1]}},\n  [2]\n ],\n \"b\": {{\n  \"c\": [\"{long}\"]\n }}\n}}\n"
    );
    assert_eq!(out.finish(), expected);
}

#[test]
fn written_by_hand_is_the_same() {
    let long = "a \"quoted\" \\ text\n".repeat(6);
    let value = serde_json::json!({ "a": [1, { "b": long, "c": {} }, []], "d": "x", "e": true });
    let mut out = Writer::default();
    out.begin_object();
    out.name("a").begin_array();
    out.value(&1);
    out.begin_object();
    out.name("b").text(&long);
    out.name("c").begin_object();
    out.end_object();
    out.end_object();
    out.begin_array();
    out.end_array();
    out.end_array();
    out.name("d").text("x");
    out.name("e").value(&true);
    out.end_object();
    assert_eq!(out.finish(), to_json(&value));
}

#[test]
fn parts_are_laid_out_for_their_place() {
    for length in 1..99 {
        let part = serde_json::json!({ "x": "y".repeat(length), "z": [1, 2] });
        let whole = serde_json::json!({ "a": "b".repeat(99), "part": part, "q": 1 });
        let mut inner = Writer::part("part", Layout::default());
        inner.value(&part);
        let inner = inner.finish_part();
        let mut out = Writer::default();
        out.begin_object();
        out.name("a").text(&"b".repeat(99));
        out.put("part", &inner);
        out.name("q").value(&1);
        out.end_object();
        assert_eq!(out.finish(), to_json(&whole));
        let begun = || {
            let mut out = Writer::default();
            out.begin_object();
            out.name("a").value(&1);
            out
        };
        let mut out = begun();
        out.put("part", &inner);
        out.end_object();
        assert_eq!(begun().finish_with("part", inner), out.finish());
    }
}

/// Laying out piece by piece gives what laying out everything at once does.
#[test]
fn long_texts_are_laid_out_alike() {
    let items: Vec<Value> = (0..4_000_usize)
        .map(|at| {
            let text = "t".repeat(at % 131);
            serde_json::json!({ "a": [at, { "b": text }], "c": [[], [at], { "d": text }] })
        })
        .collect();
    let value = serde_json::json!({ "items": items, "last": { "e": items } });
    let mut whole = Writer::default();
    // Nothing is settled on the way.
    whole.mark_all(&compact(&value));
    let text = to_json(&value);
    assert_eq!(text, whole.finish());
    assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
}

impl Writer {
    fn mark_all(&mut self, compact: &str) {
        let mut in_text = false;
        for byte in compact.bytes() {
            in_text ^= byte == b'"';
            match byte {
                b'{' | b'[' if !in_text => {
                    self.open.push(self.marks.len());
                    self.mark(byte);
                }
                b'}' | b']' if !in_text => self.end(byte),
                b',' | b':' if !in_text => self.mark(byte),
                _ => self.text.push(byte),
            }
        }
    }
}

#[test]
fn brackets_in_texts_are_text() {
    let value = serde_json::json!(["{[,:]}", "x".repeat(99), { "{": "}" }]);
    let text = to_json(&value);
    assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
}

#[test]
fn members_are_in_order_of_name() {
    let mut object = serde_json::Map::new();
    object.insert("b".into(), 1.into());
    object.insert("a".into(), serde_json::json!([{ "d": 1, "c": 2 }]));
    let text = compact(&Value::Object(object));
    assert_eq!(text, r#"{"a":[{"c":2,"d":1}],"b":1}"#);
}
