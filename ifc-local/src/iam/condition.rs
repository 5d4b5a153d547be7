//! Conditions of statements: operators with their `IfExists`, `ForAllValues` and `ForAnyValue`.

use std::net::IpAddr;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::context::Context;
use super::pattern::Pattern;
use super::policy::{Malformed, list};

/// A condition on one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    operator: Operator,
    negated: bool,
    quantifier: Quantifier,
    if_exists: bool,
    key: String,
    values: Vec<String>,
}

/// What is compared. Negated operators are the same with the result turned around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Text { ignore_case: bool },
    Like,
    Number(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    Arn,
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Order {
    fn holds<T: PartialOrd>(self, a: &T, b: &T) -> bool {
        match self {
            Order::Equal => a == b,
            Order::Less => a < b,
            Order::AtMost => a <= b,
            Order::Greater => a > b,
            Order::AtLeast => a >= b,
        }
    }
}

/// How a key of several values is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantifier {
    None,
    All,
    Any,
}

/// Operators by name, and whether they are negated.
const OPERATORS: &[(&str, Operator, bool)] = &[
    ("StringEquals", Operator::Text { ignore_case: false }, false),
    (
        "StringNotEquals",
        Operator::Text { ignore_case: false },
        true,
    ),
    (
        "StringEqualsIgnoreCase",
        Operator::Text { ignore_case: true },
        false,
    ),
    (
        "StringNotEqualsIgnoreCase",
        Operator::Text { ignore_case: true },
        true,
    ),
    ("StringLike", Operator::Like, false),
    ("StringNotLike", Operator::Like, true),
    ("NumericEquals", Operator::Number(Order::Equal), false),
    ("NumericNotEquals", Operator::Number(Order::Equal), true),
    ("NumericLessThan", Operator::Number(Order::Less), false),
    (
        "NumericLessThanEquals",
        Operator::Number(Order::AtMost),
        false,
    ),
    (
        "NumericGreaterThan",
        Operator::Number(Order::Greater),
        false,
    ),
    (
        "NumericGreaterThanEquals",
        Operator::Number(Order::AtLeast),
        false,
    ),
    ("DateEquals", Operator::Date(Order::Equal), false),
    ("DateNotEquals", Operator::Date(Order::Equal), true),
    ("DateLessThan", Operator::Date(Order::Less), false),
    ("DateLessThanEquals", Operator::Date(Order::AtMost), false),
    ("DateGreaterThan", Operator::Date(Order::Greater), false),
    (
        "DateGreaterThanEquals",
        Operator::Date(Order::AtLeast),
        false,
    ),
    ("Bool", Operator::Bool, false),
    ("BinaryEquals", Operator::Binary, false),
    ("IpAddress", Operator::Ip, false),
    ("NotIpAddress", Operator::Ip, true),
    ("ArnEquals", Operator::Arn, false),
    ("ArnLike", Operator::Arn, false),
    ("ArnNotEquals", Operator::Arn, true),
    ("ArnNotLike", Operator::Arn, true),
    ("Null", Operator::Null, false),
];

impl Condition {
    /// The key as the document writes it.
    pub fn key(&self) -> &str {
        &self.key
    }

    pub(super) fn read(
        at: &str,
        operator: &str,
        key: &str,
        values: &Value,
    ) -> Result<Condition, Malformed> {
        let at = format!("{at}.{operator}.{key}");
        let mut name = operator;
        let mut quantifier = Quantifier::None;
        for (prefix, kind) in [
            ("ForAllValues:", Quantifier::All),
            ("ForAnyValue:", Quantifier::Any),
        ] {
            if let Some(rest) = strip_prefix(name, prefix) {
                name = rest;
                quantifier = kind;
            }
        }
        let (name, if_exists) = match name.len().checked_sub("IfExists".len()) {
            Some(cut)
                if name.is_char_boundary(cut) && name[cut..].eq_ignore_ascii_case("IfExists") =>
            {
                (&name[..cut], true)
            }
            _ => (name, false),
        };
        let known = OPERATORS
            .iter()
            .find(|(known, ..)| known.eq_ignore_ascii_case(name));
        let Some((_, kind, negated)) = known else {
            return Err(Malformed::new(at, format!("has no operator `{operator}`")));
        };
        let values: Option<Vec<String>> = list(values)
            .iter()
            .map(|value| match value {
                Value::String(text) => Some(text.clone()),
                Value::Bool(value) => Some(value.to_string()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .collect();
        Ok(Condition {
            operator: *kind,
            negated: *negated,
            quantifier,
            if_exists,
            key: key.to_owned(),
            values: values.ok_or_else(|| Malformed::new(at, "has values that are no texts"))?,
        })
    }

    /// Whether it holds; `variables` says whether `${..}` are variables.
    pub(super) fn holds(&self, context: &Context, variables: bool) -> bool {
        let given = context.get(&self.key);
        if self.operator == Operator::Null {
            let missing = given.is_none();
            return self
                .values
                .iter()
                .any(|value| value.eq_ignore_ascii_case(if missing { "true" } else { "false" }));
        }
        let Some(given) = given.filter(|given| !given.is_empty()) else {
            // A missing key fails the comparison, so that a negated one holds.
            return self.if_exists
                || match self.quantifier {
                    Quantifier::None => self.negated,
                    Quantifier::All => true,
                    Quantifier::Any => false,
                };
        };
        let variables = variables.then_some(context);
        let fits = |value: &String| {
            let mut patterns = self
                .values
                .iter()
                .filter_map(|pattern| Pattern::fill(pattern, variables));
            patterns.any(|pattern| self.operator.compare(value, &pattern))
        };
        let holds = |value: &String| fits(value) != self.negated;
        match self.quantifier {
            Quantifier::All => given.iter().all(holds),
            Quantifier::Any => given.iter().any(holds),
            // Without a quantifier one of the values has to fit, or none for negated operators.
            Quantifier::None => given.iter().any(fits) != self.negated,
        }
    }
}

fn strip_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

impl Operator {
    /// Whether a value of the request fits a value of the policy.
    fn compare(self, value: &str, pattern: &Pattern) -> bool {
        match self {
            Operator::Text { ignore_case: false } => value == pattern.literal(),
            Operator::Text { ignore_case: true } => value.eq_ignore_ascii_case(&pattern.literal()),
            Operator::Like => pattern.matches(value),
            Operator::Number(order) => both(f64::from_str, value, pattern)
                .is_some_and(|(value, limit)| order.holds(&value, &limit)),
            Operator::Date(order) => {
                both(date, value, pattern).is_some_and(|(value, limit)| order.holds(&value, &limit))
            }
            Operator::Bool => value.eq_ignore_ascii_case(&pattern.literal()),
            Operator::Binary => both(|text| STANDARD.decode(text), value, pattern)
                .is_some_and(|(value, wanted)| value == wanted),
            Operator::Ip => is_in(value, &pattern.literal()).unwrap_or(false),
            Operator::Arn => match (pattern.arn_parts(), value.splitn(6, ':').count()) {
                (Some(parts), 6) => parts
                    .iter()
                    .zip(value.splitn(6, ':'))
                    .all(|(part, value)| part.matches(value)),
                _ => false,
            },
            Operator::Null => false,
        }
    }
}

fn both<T, E>(
    read: impl Fn(&str) -> Result<T, E>,
    value: &str,
    pattern: &Pattern,
) -> Option<(T, T)> {
    Some((read(value).ok()?, read(&pattern.literal()).ok()?))
}

/// A moment as ISO 8601 or as seconds since 1970.
fn date(text: &str) -> Result<f64, jiff::Error> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Ok(seconds);
    }
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(moment.as_duration().as_secs_f64());
    }
    let day: jiff::civil::Date = text.parse()?;
    let midnight = day.to_zoned_datetime(jiff::tz::TimeZone::UTC)?;
    Ok(midnight.timestamp().as_duration().as_secs_f64())
}

/// Whether an address is in a range such as `10.0.0.0/8`.
fn is_in(address: &str, range: &str) -> Option<bool> {
    let address: IpAddr = address.parse().ok()?;
    let (base, bits) = match range.split_once('/') {
        Some((base, bits)) => (base.parse().ok()?, Some(bits.parse::<u32>().ok()?)),
        None => (range.parse::<IpAddr>().ok()?, None),
    };
    let (address, base, width) = match (address, base) {
        (IpAddr::V4(address), IpAddr::V4(base)) => (
            u128::from(address.to_bits()),
            u128::from(base.to_bits()),
            32,
        ),
        (IpAddr::V6(address), IpAddr::V6(base)) => (address.to_bits(), base.to_bits(), 128),
        _ => return Some(false),
    };
    let bits = bits.unwrap_or(width);
    let rest = width.checked_sub(bits)?;
    // A shift by the whole width would overflow.
    Some(bits == 0 || address >> rest == base >> rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(operator: &str, policy: Value, request: Option<&[&str]>) -> bool {
        let condition = Condition::read("", operator, "k", &policy).expect("it is valid");
        let mut context = Context::default();
        if let Some(values) = request {
            context.set_all("K", values.iter().map(|value| (*value).to_owned()));
        }
        condition.holds(&context, true)
    }

    #[test]
    fn operators_compare() {
        for (operator, policy, request, expected) in [
            ("StringEquals", json!("a"), "a", true),
            ("StringEquals", json!(["a", "b"]), "b", true),
            ("StringEquals", json!("a*"), "ab", false),
            ("StringNotEquals", json!(["a", "b"]), "b", false),
            ("StringEqualsIgnoreCase", json!("A"), "a", true),
            ("StringLike", json!("a*"), "ab", true),
            ("NumericLessThan", json!(10), "9", true),
            ("NumericLessThan", json!("10"), "x", false),
            (
                "DateGreaterThan",
                json!("2026-01-01T00:00:00Z"),
                "2026-01-02T00:00:00Z",
                true,
            ),
            ("DateLessThan", json!("2026-01-01"), "1700000000", true),
            ("Bool", json!(true), "true", true),
            ("BinaryEquals", json!("QQ=="), "QQ==", true),
            ("IpAddress", json!("10.0.0.0/8"), "10.1.2.3", true),
            ("IpAddress", json!("::/0"), "fe80::1", true),
            ("NotIpAddress", json!("10.0.0.0/8"), "11.1.2.3", true),
            (
                "ArnLike",
                json!("arn:aws:s3:::b*"),
                "arn:aws:s3:::bucket",
                true,
            ),
            (
                "ArnLike",
                json!("arn:*:bucket"),
                "arn:aws:s3:::bucket",
                false,
            ),
            (
                "ArnEquals",
                json!("arn:aws:sns:*:*:t"),
                "arn:aws:sns:r:a:t",
                true,
            ),
        ] {
            assert_eq!(
                holds(operator, policy.clone(), Some(&[request])),
                expected,
                "{operator} {policy} {request}"
            );
        }
    }

    #[test]
    fn missing_keys() {
        for (operator, expected) in [
            ("StringEquals", false),
            ("StringNotEquals", true),
            ("StringEqualsIfExists", true),
            ("ForAllValues:StringEquals", true),
            ("ForAnyValue:StringEquals", false),
        ] {
            assert_eq!(holds(operator, json!("a"), None), expected, "{operator}");
        }
        assert!(holds("Null", json!("true"), None));
        assert!(!holds("Null", json!("true"), Some(&["x"])));
        assert!(holds("Null", json!(false), Some(&["x"])));
    }

    #[test]
    fn several_values() {
        let both: Option<&[&str]> = Some(&["a", "b"]);
        assert!(holds(
            "ForAllValues:StringEquals",
            json!(["a", "b", "c"]),
            both
        ));
        assert!(!holds("ForAllValues:StringEquals", json!(["a"]), both));
        assert!(holds("ForAnyValue:StringEquals", json!(["a"]), both));
        assert!(holds("ForAnyValue:StringNotEquals", json!(["a"]), both));
    }

    #[test]
    fn operators_that_do_not_exist_are_refused() {
        let error =
            Condition::read("C", "StringSame", "k", &json!("a")).expect_err("it is not one");
        assert_eq!(
            error.to_string(),
            "C.StringSame.k: has no operator `StringSame`"
        );
        assert!(Condition::read("C", "StringEquals", "k", &json!([{}])).is_err());
    }
}
