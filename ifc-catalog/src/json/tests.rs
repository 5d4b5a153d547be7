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
        out.put(&inner);
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
        out.put(&inner);
        out.end_object();
        assert_eq!(begun().finish_with(inner), out.finish());
    }
}

/// What is decided while it is written is what follows from whole values.
#[test]
fn values_are_broken_where_they_do_not_fit() {
    let items: Vec<Value> = (0..1_000_usize)
        .map(|at| {
            let text = "t".repeat(at % 131);
            serde_json::json!({
                "a": [at, { "b": text, "": "\n".repeat(at % 7) }],
                "c": [[], [at], { "d": text }, at % 2 == 0, null, 0.5],
                text.clone(): { "e": { "f": [at % 131] }, "g": {} },
            })
        })
        .collect();
    let value = serde_json::json!({ "items": items, "last": { "e": items } });
    for (indent, deepest) in [
        (0, 9),
        (1, 0),
        (1, 3),
        (1, 4),
        (2, usize::MAX),
        (9, usize::MAX),
    ] {
        let layout = Layout { indent, deepest };
        let mut expected = String::new();
        lay_out(&value, layout, 0, &mut expected);
        expected.push('\n');
        let mut out = Writer::new(layout);
        for guessed in ["nothing", "what is right at the end"] {
            out.value(&Sorted(&value));
            assert!(out.take() == expected, "{layout:?}, {guessed}");
        }
    }
}

/// Lays out a value whose beginning stands behind `out`.
fn lay_out(value: &Value, layout: Layout, level: usize, out: &mut String) {
    let whole = compact(value);
    let column = out.len() - out.rfind('\n').map_or(0, |at| at + 1);
    let (count, ends) = match value {
        Value::Object(members) => (members.len(), ["{", "}"]),
        Value::Array(items) => (items.len(), ["[", "]"]),
        _ => (0, ["", ""]),
    };
    if count == 0 || level >= layout.deepest || column + whole.len() < WIDTH {
        return out.push_str(&whole);
    }
    let lines = [level + 1, level].map(|level| format!("\n{}", " ".repeat(level * layout.indent)));
    let [inside, outside] = lines;
    let names: Vec<String> = match value {
        Value::Object(members) => members.keys().map(|name| format!("{name:?}: ")).collect(),
        _ => vec![String::new(); count],
    };
    let values: Vec<&Value> = match value {
        Value::Object(members) => members.values().collect(),
        _ => value.as_array().unwrap().iter().collect(),
    };
    out.push_str(ends[0]);
    for (at, (name, value)) in names.iter().zip(values).enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        out.extend([inside.as_str(), name]);
        lay_out(value, layout, level + 1, out);
    }
    out.extend([outside.as_str(), ends[1]]);
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
