//! Attribute values, in the JSON that DynamoDB speaks: `{"S": "text"}`.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bigdecimal::BigDecimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::ApiError;

/// An item: attributes by name.
pub type Item = BTreeMap<String, Attribute>;

/// An attribute's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Attribute {
    /// Text.
    S(String),
    /// A number of up to 38 digits.
    N(Number),
    /// Bytes.
    B(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Yes or no.
    Bool(bool),
    /// Nothing.
    Null,
    /// Values by name.
    M(Item),
    /// Values in order.
    L(Vec<Attribute>),
    /// A set of texts, in order.
    Ss(Vec<String>),
    /// A set of numbers, in order.
    Ns(Vec<Number>),
    /// A set of bytes, in order.
    Bs(Vec<Vec<u8>>),
}

/// A number, compared by value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Number(#[serde(with = "crate::serial::text")] BigDecimal);

impl Number {
    /// Reads a number.
    ///
    /// # Errors
    /// If it is not a number, or one that DynamoDB cannot keep.
    pub fn parse(text: &str) -> Result<Number, ApiError> {
        let wrong = || {
            ApiError::validation(format!(
                "The parameter cannot be converted to a numeric value: {text}"
            ))
        };
        let number = BigDecimal::from_str(text.trim())
            .map_err(|_| wrong())?
            .normalized();
        if number.digits() > 38 {
            return Err(ApiError::validation(
                "Attempting to store more than 38 significant digits in a Number",
            ));
        }
        let (_, scale) = number.as_bigint_and_exponent();
        let magnitude = number.digits() as i64 - scale;
        if magnitude > 126 {
            return Err(ApiError::validation(
                "Number overflow. Attempting to store a number with magnitude larger than supported range",
            ));
        }
        if number != BigDecimal::default() && magnitude < -129 {
            return Err(ApiError::validation(
                "Number underflow. Attempting to store a number with magnitude smaller than supported range",
            ));
        }
        Ok(Number(number))
    }

    pub(super) fn plus(&self, other: &Number) -> Result<Number, ApiError> {
        Number::parse(&(&self.0 + &other.0).to_plain_string())
    }

    pub(super) fn minus(&self, other: &Number) -> Result<Number, ApiError> {
        Number::parse(&(&self.0 - &other.0).to_plain_string())
    }

    pub(super) fn of(count: usize) -> Number {
        Number(BigDecimal::from(count as u64))
    }

    /// The whole seconds, if it is a time.
    pub(super) fn as_seconds(&self) -> Option<i64> {
        self.0.with_scale(0).to_plain_string().parse().ok()
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.to_plain_string())
    }
}

impl Attribute {
    /// Reads a value.
    ///
    /// # Errors
    /// If it is not one that DynamoDB takes.
    pub fn read(value: &Value) -> Result<Attribute, ApiError> {
        let wrong = |message: &str| ApiError::validation(message);
        let entries = value.as_object().filter(|object| object.len() == 1);
        let Some((kind, value)) = entries.and_then(|object| object.iter().next()) else {
            return Err(wrong(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
            ));
        };
        let text = |value: &Value| {
            let text = value.as_str().map(str::to_owned);
            text.ok_or_else(|| ApiError::new("SerializationException", "Expected a string"))
        };
        let bytes = |value: &Value| {
            let text = text(value)?;
            let bytes = STANDARD.decode(text);
            bytes.map_err(|_| ApiError::new("SerializationException", "Base64 cannot be read"))
        };
        Ok(match kind.as_str() {
            "S" => Attribute::S(text(value)?),
            "N" => Attribute::N(Number::parse(&text(value)?)?),
            "B" => Attribute::B(bytes(value)?),
            "BOOL" => Attribute::Bool(value.as_bool().unwrap_or_default()),
            "NULL" => Attribute::Null,
            "M" => Attribute::M(read_item(value)?),
            "L" => Attribute::L(
                list(value)
                    .iter()
                    .map(Attribute::read)
                    .collect::<Result<_, _>>()?,
            ),
            "SS" => Attribute::Ss(set(list(value).iter().map(text))?),
            "NS" => Attribute::Ns(set(list(value)
                .iter()
                .map(|value| Number::parse(&text(value)?)))?),
            "BS" => Attribute::Bs(set(list(value).iter().map(bytes))?),
            _ => {
                return Err(wrong(
                    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
                ));
            }
        })
    }

    /// The JSON.
    pub fn write(&self) -> Value {
        let encoded = |bytes: &Vec<u8>| STANDARD.encode(bytes);
        match self {
            Attribute::S(text) => json!({ "S": text }),
            Attribute::N(number) => json!({ "N": number.to_string() }),
            Attribute::B(bytes) => json!({ "B": encoded(bytes) }),
            Attribute::Bool(value) => json!({ "BOOL": value }),
            Attribute::Null => json!({ "NULL": true }),
            Attribute::M(item) => json!({ "M": write_item(item) }),
            Attribute::L(list) => {
                json!({ "L": list.iter().map(Attribute::write).collect::<Vec<_>>() })
            }
            Attribute::Ss(set) => json!({ "SS": set }),
            Attribute::Ns(set) => {
                json!({ "NS": set.iter().map(Number::to_string).collect::<Vec<_>>() })
            }
            Attribute::Bs(set) => json!({ "BS": set.iter().map(encoded).collect::<Vec<_>>() }),
        }
    }

    /// `S`, `N` and so on.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Attribute::S(_) => "S",
            Attribute::N(_) => "N",
            Attribute::B(_) => "B",
            Attribute::Bool(_) => "BOOL",
            Attribute::Null => "NULL",
            Attribute::M(_) => "M",
            Attribute::L(_) => "L",
            Attribute::Ss(_) => "SS",
            Attribute::Ns(_) => "NS",
            Attribute::Bs(_) => "BS",
        }
    }

    /// The order of two texts, numbers or bytes; others have none.
    pub(super) fn order(&self, other: &Attribute) -> Option<Ordering> {
        match (self, other) {
            (Attribute::S(a), Attribute::S(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            (Attribute::N(a), Attribute::N(b)) => Some(a.cmp(b)),
            (Attribute::B(a), Attribute::B(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// Bytes that DynamoDB counts for it. Source: Developer Guide, "Item sizes and formats".
    pub(super) fn size(&self) -> usize {
        let number = |number: &Number| number.to_string().len() / 2 + 1;
        match self {
            Attribute::S(text) => text.len(),
            Attribute::N(value) => number(value),
            Attribute::B(bytes) => bytes.len(),
            Attribute::Bool(_) | Attribute::Null => 1,
            Attribute::M(item) => 3 + item.len() + item_size(item),
            Attribute::L(list) => 3 + list.len() + list.iter().map(Attribute::size).sum::<usize>(),
            Attribute::Ss(set) => set.iter().map(String::len).sum(),
            Attribute::Ns(set) => set.iter().map(number).sum(),
            Attribute::Bs(set) => set.iter().map(Vec::len).sum(),
        }
    }
}

/// Bytes that DynamoDB counts for an item.
pub(super) fn item_size(item: &Item) -> usize {
    item.iter()
        .map(|(name, value)| name.len() + value.size())
        .sum()
}

/// A set has at least one element, and each once.
fn set<T: Ord>(elements: impl Iterator<Item = Result<T, ApiError>>) -> Result<Vec<T>, ApiError> {
    let mut elements = elements.collect::<Result<Vec<T>, ApiError>>()?;
    if elements.is_empty() {
        return Err(ApiError::validation(
            "One or more parameter values were invalid: An set may not be empty",
        ));
    }
    elements.sort();
    if elements.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(ApiError::validation(
            "One or more parameter values were invalid: Input collection contains duplicates",
        ));
    }
    Ok(elements)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Reads an item.
pub(super) fn read_item(value: &Value) -> Result<Item, ApiError> {
    let object = value
        .as_object()
        .ok_or_else(|| ApiError::new("SerializationException", "Expected a map of attributes"))?;
    object
        .iter()
        .map(|(name, value)| Ok((name.clone(), Attribute::read(value)?)))
        .collect()
}

/// The JSON of an item.
pub(super) fn write_item(item: &Item) -> Value {
    let entries = item
        .iter()
        .map(|(name, value)| (name.clone(), value.write()));
    Value::Object(entries.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_went() {
        for value in [
            json!({ "S": "" }),
            json!({ "N": "-1.5" }),
            json!({ "B": "AAE=" }),
            json!({ "M": { "a": { "L": [{ "BOOL": true }, { "NULL": true }] } } }),
            json!({ "SS": ["a", "b"] }),
            json!({ "NS": ["1", "2.5"] }),
            json!({ "BS": ["AA==", "AQ=="] }),
        ] {
            assert_eq!(Attribute::read(&value).map(|read| read.write()), Ok(value));
        }
    }

    #[test]
    fn numbers_are_written_plainly_and_compared_by_value() {
        let number = |text| Number::parse(text).expect("it is one");
        assert_eq!(number("1e2").to_string(), "100");
        assert_eq!(number("1.50").to_string(), "1.5");
        assert!(number("10") > number("9.99"));
        assert_eq!(number("0.1").plus(&number("0.2")), Number::parse("0.3"));
        for wrong in ["x", "", "1e200", "1e-200", &"9".repeat(39)] {
            assert!(Number::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for wrong in [
            json!({}),
            json!("a"),
            json!({ "S": "a", "N": "1" }),
            json!({ "X": 1 }),
            json!({ "SS": [] }),
            json!({ "NS": ["1", "1.0"] }),
            json!({ "S": 5 }),
        ] {
            assert!(Attribute::read(&wrong).is_err(), "{wrong}");
        }
    }
}
