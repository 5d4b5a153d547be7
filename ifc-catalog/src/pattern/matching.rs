//! Whether an event fits a pattern, as EventBridge decides.
//!
//! Both are flattened first: keys are joined by dots, so that `{"a.b": 1}` and `{"a": {"b": 1}}` are
//! the same, and each value remembers in which element of which list it stands. The values that
//! satisfy the fields of a pattern have to stand in the same elements of the same lists.
//!
//! Source: Amazon EventBridge User Guide, "Comparison operators for use in event patterns" and
//! "Matching arrays".

use std::net::IpAddr;

use serde_json::{Map, Number, Value};

/// A value of an event, and the elements of lists that it stands in: `(path of the list, index)`.
struct Leaf<'e> {
    path: String,
    value: &'e Value,
    within: Vec<(String, usize)>,
}

/// What a pattern asks for.
enum Need<'p> {
    /// One of these values at a path.
    Field(String, &'p [Value]),
    /// One of these groups.
    Either(Vec<Vec<Need<'p>>>),
}

/// Whether an event fits a pattern that [`super::validate`] has accepted.
///
/// ```
/// # use serde_json::json;
/// let pattern = json!({ "source": ["shop"], "detail": { "total": [{ "numeric": [">", 100] }] } });
/// let pattern = pattern.as_object().unwrap();
/// let event = json!({ "source": "shop", "detail": { "total": 150 } });
/// assert!(ifc_catalog::pattern::matches(pattern, &event));
/// ```
pub fn matches(pattern: &Map<String, Value>, event: &Value) -> bool {
    let mut leaves = Vec::new();
    flatten(event, "", &mut Vec::new(), &mut leaves);
    let needs = needs(pattern, "");
    let open: Vec<&Need<'_>> = needs.iter().collect();
    satisfy(&open, &leaves, &mut Vec::new())
}

fn joined(path: &str, key: &str) -> String {
    match path.is_empty() {
        true => key.to_owned(),
        false => format!("{path}.{key}"),
    }
}

fn flatten<'e>(
    value: &'e Value,
    path: &str,
    within: &mut Vec<(String, usize)>,
    leaves: &mut Vec<Leaf<'e>>,
) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                flatten(value, &joined(path, key), within, leaves);
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                within.push((path.to_owned(), at));
                flatten(value, path, within, leaves);
                within.pop();
            }
        }
        value => leaves.push(Leaf {
            path: path.to_owned(),
            value,
            within: within.clone(),
        }),
    }
}

fn needs<'p>(pattern: &'p Map<String, Value>, path: &str) -> Vec<Need<'p>> {
    let mut all = Vec::new();
    for (key, value) in pattern {
        match value {
            Value::Array(groups) if key == "$or" => {
                let groups = groups.iter().filter_map(Value::as_object);
                all.push(Need::Either(
                    groups.map(|group| needs(group, path)).collect(),
                ));
            }
            Value::Array(values) => all.push(Need::Field(joined(path, key), values)),
            Value::Object(nested) => all.extend(needs(nested, &joined(path, key))),
            _ => {}
        }
    }
    all
}

/// Whether all needs can be met by values in the same elements as those `chosen` so far.
fn satisfy(open: &[&Need<'_>], leaves: &[Leaf<'_>], chosen: &mut Vec<(String, usize)>) -> bool {
    let Some((first, rest)) = open.split_first() else {
        return true;
    };
    match first {
        Need::Either(groups) => groups.iter().any(|group| {
            let open: Vec<&Need<'_>> = group.iter().chain(rest.iter().copied()).collect();
            satisfy(&open, leaves, chosen)
        }),
        Need::Field(path, values) => {
            let mut present = false;
            // Values in the same elements are all the same to what follows.
            let mut tried: Vec<&[(String, usize)]> = Vec::new();
            for leaf in leaves.iter().filter(|leaf| leaf.path == *path) {
                present = true;
                if tried.contains(&leaf.within.as_slice())
                    || !values.iter().any(|value| fits(value, leaf.value))
                    || !agrees(chosen, &leaf.within)
                {
                    continue;
                }
                tried.push(&leaf.within);
                let before = chosen.len();
                chosen.extend(leaf.within.iter().cloned());
                if satisfy(rest, leaves, chosen) {
                    return true;
                }
                chosen.truncate(before);
            }
            !present
                && values
                    .iter()
                    .any(|value| value.get("exists") == Some(&Value::Bool(false)))
                && satisfy(rest, leaves, chosen)
        }
    }
}

/// Whether no list is entered at two elements.
fn agrees(chosen: &[(String, usize)], within: &[(String, usize)]) -> bool {
    within.iter().all(|(path, at)| {
        chosen
            .iter()
            .all(|(other, index)| other != path || index == at)
    })
}

/// Whether a value fits one entry of a pattern's list.
fn fits(wanted: &Value, value: &Value) -> bool {
    let Value::Object(operator) = wanted else {
        return equal(wanted, value);
    };
    let Some((name, operand)) = operator.iter().next() else {
        return false;
    };
    match name.as_str() {
        "exists" => operand == &Value::Bool(true),
        "anything-but" => !excluded(operand, value),
        name => compares(name, operand, value),
    }
}

/// Numbers are equal by value, however they are written.
fn equal(wanted: &Value, value: &Value) -> bool {
    match (wanted, value) {
        (Value::Number(a), Value::Number(b)) => number(a) == number(b),
        (a, b) => a == b,
    }
}

fn number(number: &Number) -> Option<f64> {
    number.as_f64()
}

fn excluded(operand: &Value, value: &Value) -> bool {
    match operand {
        Value::Array(list) => list.iter().any(|one| equal(one, value)),
        Value::Object(operator) => operator.iter().any(|(name, operand)| {
            let operands = operand
                .as_array()
                .map_or(std::slice::from_ref(operand), Vec::as_slice);
            operands
                .iter()
                .any(|operand| compares(name, operand, value))
        }),
        one => equal(one, value),
    }
}

fn compares(name: &str, operand: &Value, value: &Value) -> bool {
    match (name, operand, value) {
        ("prefix", Value::String(prefix), Value::String(text)) => text.starts_with(prefix.as_str()),
        ("suffix", Value::String(suffix), Value::String(text)) => text.ends_with(suffix.as_str()),
        ("prefix" | "suffix", Value::Object(inner), Value::String(text)) => {
            let affix = inner.get("equals-ignore-case").and_then(Value::as_str);
            affix.is_some_and(|affix| {
                let (affix, text) = (affix.to_lowercase(), text.to_lowercase());
                match name {
                    "prefix" => text.starts_with(&affix),
                    _ => text.ends_with(&affix),
                }
            })
        }
        ("equals-ignore-case", Value::String(wanted), Value::String(text)) => {
            wanted.to_lowercase() == text.to_lowercase()
        }
        ("wildcard", Value::String(pattern), Value::String(text)) => wildcard(pattern, text),
        ("numeric", Value::Array(terms), Value::Number(value)) => {
            number(value).is_some_and(|value| terms.chunks(2).all(|term| in_range(term, value)))
        }
        ("cidr", Value::String(block), Value::String(text)) => {
            in_block(block, text).unwrap_or(false)
        }
        _ => false,
    }
}

/// `["<", 5]`.
fn in_range(term: &[Value], value: f64) -> bool {
    let [Value::String(comparison), Value::Number(limit)] = term else {
        return false;
    };
    number(limit).is_some_and(|limit| match comparison.as_str() {
        "=" => value == limit,
        "<" => value < limit,
        "<=" => value <= limit,
        ">" => value > limit,
        ">=" => value >= limit,
        _ => false,
    })
}

/// `*` stands for any text, `\*` for a star.
fn wildcard(pattern: &str, text: &str) -> bool {
    let mut tokens: Vec<Option<char>> = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => tokens.push(None),
            '\\' => tokens.extend(chars.next().map(Some)),
            c => tokens.push(Some(c)),
        }
    }
    // states[i]: whether the text so far fits the first i tokens.
    let mut states = vec![false; tokens.len() + 1];
    states[0] = true;
    let through = |states: &mut Vec<bool>| {
        for (at, token) in tokens.iter().enumerate() {
            if token.is_none() && states[at] {
                states[at + 1] = true;
            }
        }
    };
    through(&mut states);
    for c in text.chars() {
        let mut next = vec![false; states.len()];
        for (at, token) in tokens.iter().enumerate() {
            match token {
                None if states[at + 1] => next[at + 1] = true,
                Some(wanted) if states[at] && *wanted == c => next[at + 1] = true,
                _ => {}
            }
        }
        through(&mut next);
        states = next;
    }
    states[tokens.len()]
}

fn in_block(block: &str, text: &str) -> Option<bool> {
    let (base, mask) = block.split_once('/')?;
    let (base, mask): (IpAddr, u32) = (base.parse().ok()?, mask.parse().ok()?);
    let (base, address, width) = match (base, text.parse().ok()?) {
        (IpAddr::V4(base), IpAddr::V4(address)) => (
            u128::from(base.to_bits()),
            u128::from(address.to_bits()),
            32,
        ),
        (IpAddr::V6(base), IpAddr::V6(address)) => (base.to_bits(), address.to_bits(), 128),
        _ => return Some(false),
    };
    let rest: u32 = u32::checked_sub(width, mask)?;
    // A shift by the whole width would overflow.
    Some(mask == 0 || base >> rest == address >> rest)
}
