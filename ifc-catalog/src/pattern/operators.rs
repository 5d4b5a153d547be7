//! The operators inside of a pattern's lists.

use std::net::IpAddr;

use serde_json::{Map, Number, Value};

use super::{Checker, Invalid, Surface};

/// All operators; case matters to AWS.
pub(super) const NAMES: &[&str] = &[
    "anything-but",
    "cidr",
    "equals-ignore-case",
    "exists",
    "numeric",
    "prefix",
    "suffix",
    "wildcard",
];

/// Stars of a wildcard. AWS refuses six before repeated text and publishes no measure; fewer were
/// seen to be taken.
const STARS: usize = 5;

impl Checker {
    pub(super) fn operator(&self, operator: &Map<String, Value>) -> Result<(), Invalid> {
        let mut entries = operator.iter();
        let (Some((name, value)), None) = (entries.next(), entries.next()) else {
            return Err(self.invalid(
                "an object in a list that has not exactly one operator",
                Some("write one object for each: [{\"prefix\": \"a\"}, {\"suffix\": \"b\"}]"),
            ));
        };
        if !NAMES.contains(&name.as_str()) {
            let lower = name.to_lowercase();
            let help = match NAMES.iter().find(|known| **known == lower) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("operators are {}", NAMES.join(", ")),
            };
            return Err(self.invalid(format!("unknown operator `{name}`"), Some(&help)));
        }
        if !self.surface.has(name) {
            let help = (name == "numeric")
                .then_some("numbers are strings in stream records: {\"N\": [\"5\"]}");
            return Err(self.invalid(
                format!(
                    "the operator `{name}`, which {} does not have",
                    self.surface.describe()
                ),
                help,
            ));
        }
        match name.as_str() {
            "exists" => match value {
                Value::Bool(_) => Ok(()),
                _ => Err(self.invalid("`exists` takes `true` or `false`", None)),
            },
            "prefix" | "suffix" => self.affix(name, value),
            "equals-ignore-case" => match value {
                Value::String(_) => Ok(()),
                _ => Err(self.invalid(format!("`{name}` takes a string"), None)),
            },
            "wildcard" => match value {
                Value::String(text) => self.wildcard(text),
                _ => Err(self.invalid("`wildcard` takes a string", None)),
            },
            "cidr" => match value {
                Value::String(text) => self.cidr(text),
                _ => Err(self.invalid("`cidr` takes a string such as \"10.0.0.0/24\"", None)),
            },
            "numeric" => match value {
                Value::Array(terms) => self.numeric(terms),
                _ => Err(self.numeric_form()),
            },
            _ => self.anything_but(value),
        }
    }

    fn affix(&self, name: &str, value: &Value) -> Result<(), Invalid> {
        match value {
            Value::String(_) => Ok(()),
            Value::Object(inner) if self.surface == Surface::Rule => {
                match (inner.len(), inner.get("equals-ignore-case")) {
                    (1, Some(Value::String(_))) => Ok(()),
                    _ => Err(self.invalid(
                        format!("`{name}` takes a string or {{\"equals-ignore-case\": \"..\"}}"),
                        None,
                    )),
                }
            }
            _ => Err(self.invalid(format!("`{name}` takes a string"), None)),
        }
    }

    fn wildcard(&self, text: &str) -> Result<(), Invalid> {
        let mut chars = text.chars();
        let mut after_star = false;
        let mut stars = 0;
        while let Some(c) = chars.next() {
            match c {
                '*' if after_star => {
                    return Err(self.invalid(
                        format!("two `*` in a row in the wildcard \"{text}\""),
                        Some("one `*` already stands for any text"),
                    ));
                }
                '*' => {
                    after_star = true;
                    stars += 1;
                }
                '\\' => {
                    after_star = false;
                    if !matches!(chars.next(), Some('*' | '\\')) {
                        return Err(self.invalid(
                            format!("a `\\` in the wildcard \"{text}\" that escapes nothing"),
                            Some("`\\*` is a star, `\\\\` a backslash"),
                        ));
                    }
                }
                _ => after_star = false,
            }
        }
        if stars > STARS {
            return Err(self.invalid(
                format!("{stars} `*` in the wildcard \"{text}\""),
                Some("EventBridge refuses patterns with many `*` as too complex; use at most 5"),
            ));
        }
        Ok(())
    }

    fn cidr(&self, text: &str) -> Result<(), Invalid> {
        let valid = text.split_once('/').is_some_and(|(address, mask)| {
            let bits = match address.parse() {
                Ok(IpAddr::V4(_)) => 32,
                Ok(IpAddr::V6(_)) => 128,
                Err(_) => return false,
            };
            mask.parse::<u8>().is_ok_and(|mask| mask <= bits)
        });
        if valid {
            Ok(())
        } else {
            Err(self.invalid(
                format!("\"{text}\" is not a block of addresses"),
                Some("write an address and a mask: \"10.0.0.0/24\""),
            ))
        }
    }

    fn numeric_form(&self) -> Invalid {
        self.invalid(
            "`numeric` takes a comparison or a range",
            Some("write [\"=\", 5], [\"<\", 5] or [\">\", 0, \"<=\", 5]"),
        )
    }

    fn numeric(&self, terms: &[Value]) -> Result<(), Invalid> {
        let mut parsed = Vec::new();
        for pair in terms.chunks(2) {
            let [Value::String(comparison), Value::Number(number)] = pair else {
                return Err(self.numeric_form());
            };
            self.number(number)?;
            let magnitude = number.as_f64().unwrap_or(f64::INFINITY);
            let limit = if self.surface.is_topic() { 1e9 } else { 5e9 };
            if magnitude.abs() > limit {
                return Err(self.invalid(
                    format!("{number} in `numeric` is outside of -{limit:e} to {limit:e}"),
                    None,
                ));
            }
            parsed.push((comparison.as_str(), magnitude));
        }
        match parsed.as_slice() {
            [("=" | "<" | "<=" | ">" | ">=", _)] => Ok(()),
            [(">" | ">=", low), ("<" | "<=", high)] => {
                if low < high {
                    Ok(())
                } else {
                    Err(self.invalid(
                        format!("a range from {low} to {high} in `numeric`"),
                        Some("the lower end must be less than the upper one"),
                    ))
                }
            }
            _ => Err(self.numeric_form()),
        }
    }

    pub(super) fn number(&self, number: &Number) -> Result<(), Invalid> {
        if !self.surface.is_topic() {
            return Ok(());
        }
        let text = number.to_string();
        let decimals = text.split_once('.').map_or(0, |(_, after)| after.len());
        let magnitude = number.as_f64().unwrap_or(f64::INFINITY);
        if magnitude.abs() > 1e9 || decimals > 5 {
            return Err(self.invalid(
                format!("the number {number}, which a filter policy cannot hold"),
                Some("numbers lie between -1e9 and 1e9, with five decimals"),
            ));
        }
        Ok(())
    }

    fn anything_but(&self, value: &Value) -> Result<(), Invalid> {
        let form = || {
            self.invalid(
                "`anything-but` takes a string, a number, a list of either, or an operator",
                Some("write {\"anything-but\": [\"a\", \"b\"]}"),
            )
        };
        match value {
            Value::String(_) => Ok(()),
            Value::Number(number) => self.number(number),
            Value::Array(list) => {
                let strings = list.iter().filter(|one| one.is_string()).count();
                let numbers = list.iter().filter(|one| one.is_number()).count();
                if list.is_empty() || strings + numbers != list.len() {
                    return Err(form());
                }
                if strings > 0 && numbers > 0 {
                    return Err(self.invalid(
                        "`anything-but` with strings and numbers in one list",
                        Some("use values of one type"),
                    ));
                }
                Ok(())
            }
            Value::Object(inner) => self
                .anything_but_operator(inner)
                .unwrap_or_else(|| Err(form())),
            Value::Null | Value::Bool(_) => Err(form()),
        }
    }

    /// None if it is not of the form `{"prefix": ..}`.
    fn anything_but_operator(&self, inner: &Map<String, Value>) -> Option<Result<(), Invalid>> {
        let mut entries = inner.iter();
        let (Some((name, value)), None) = (entries.next(), entries.next()) else {
            return None;
        };
        let here = match name.as_str() {
            "prefix" | "suffix" => true,
            "wildcard" | "equals-ignore-case" => self.surface == Surface::Rule,
            _ => return None,
        };
        if !here {
            return Some(Err(self.invalid(
                format!(
                    "`{name}` inside of `anything-but`, which {} does not have",
                    self.surface.describe()
                ),
                None,
            )));
        }
        let texts: Vec<&Value> = match value {
            Value::Array(list) if !list.is_empty() => list.iter().collect(),
            one => vec![one],
        };
        for text in texts {
            let Value::String(text) = text else {
                return Some(Err(self.invalid(
                    format!(
                        "`{name}` inside of `anything-but` takes a string or a list of strings"
                    ),
                    None,
                )));
            };
            if text.is_empty() && matches!(name.as_str(), "prefix" | "suffix") {
                return Some(Err(self.invalid(
                    format!("an empty `{name}` inside of `anything-but`"),
                    None,
                )));
            }
            if name == "wildcard"
                && let Err(invalid) = self.wildcard(text)
            {
                return Some(Err(invalid));
            }
        }
        Some(Ok(()))
    }
}
