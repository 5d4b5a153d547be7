//! What a type needs to be published on a bus. `#[derive(Event)]` writes it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::context::CORRELATION_DETAIL_KEY;

/// A type whose values are events on a [`Bus`](crate::Bus).
///
/// Derive it on an enum, which gives one detail-type per variant, or on a struct.
///
/// ```
/// use ifc_runtime::prelude::*;
/// # #[derive(Serialize, Deserialize)]
/// # pub struct Order;
///
/// #[derive(Serialize, Deserialize, Event)]
/// pub enum OrderEvent { Placed(Order), Cancelled { id: String } }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be published on a bus",
    label = "not an event",
    note = "add `#[derive(Serialize, Deserialize, Event)]` to `{Self}`"
)]
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The source of the events, as rules match it; the package name unless it is given.
    const SOURCE: &'static str;

    /// All detail-types that this type can have.
    const DETAIL_TYPES: &'static [&'static str];

    /// The detail-type of this value.
    fn detail_type(&self) -> &'static str;

    /// The detail of this value: the content of the variant, without the variant's name. Anything
    /// but an object is wrapped by [`wrap`].
    fn to_detail(&self) -> Result<Value, serde_json::Error>;

    /// The value of an event that was received.
    fn from_detail(detail_type: &str, detail: Value) -> Result<Self, serde_json::Error>;
}

const WRAPPER: &str = "value";

/// Makes an object of any value, because a detail has to be one: `7` becomes `{"value": 7}`.
pub fn wrap(value: Value) -> Value {
    match value {
        Value::Object(_) => value,
        Value::Null => Value::Object(Map::new()),
        other => Value::Object(Map::from_iter([(WRAPPER.to_owned(), other)])),
    }
}

/// The detail of a value of an enum that serde writes externally tagged, its default form:
/// `{"Placed": {..}}` becomes `{..}`.
pub fn variant_to_detail<E: Serialize>(event: &E) -> Result<Value, serde_json::Error> {
    match serde_json::to_value(event)? {
        // A unit variant.
        Value::String(_) => Ok(Value::Object(Map::new())),
        Value::Object(map) if map.len() == 1 => Ok(wrap(
            map.into_iter()
                .next()
                .map_or(Value::Null, |(_, content)| content),
        )),
        _ => Err(serde::ser::Error::custom(
            "an event is an enum without `#[serde(tag)]` or `#[serde(untagged)]`",
        )),
    }
}

/// The value of such an enum from the name that serde gives to the variant, and the detail.
pub fn variant_from_detail<E: DeserializeOwned>(
    variant: &str,
    detail: Value,
) -> Result<E, serde_json::Error> {
    let tagged = |content: Value| Value::Object(Map::from_iter([(variant.to_owned(), content)]));
    let first = match serde_json::from_value(tagged(detail.clone())) {
        Ok(event) => return Ok(event),
        Err(error) => error,
    };
    // The content was not an object, or there was none.
    let other = match detail {
        Value::Object(mut map) if map.contains_key(WRAPPER) => {
            tagged(map.remove(WRAPPER).unwrap_or(Value::Null))
        }
        _ => Value::String(variant.to_owned()),
    };
    serde_json::from_value(other).map_err(|_| first)
}

/// The error for an event that is of another type.
#[doc(hidden)]
pub fn unknown_detail_type(given: &str, known: &[&str]) -> serde_json::Error {
    serde::de::Error::custom(format!(
        "there is no event with the detail type `{given}`, only {}",
        known.join(", ")
    ))
}

/// Takes the correlation id, and the reserved key that holds it, out of a received detail.
pub fn take_correlation_id(detail: &mut Value) -> Option<String> {
    let ids = detail.as_object_mut()?.remove(CORRELATION_DETAIL_KEY)?;
    ids.get("correlation_id")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Happening {
        Placed { id: String },
        Counted(u32),
        Pair(u8, u8),
        Closed,
    }

    #[test]
    fn every_form_of_variant_round_trips() {
        for (name, event, detail) in [
            (
                "Placed",
                Happening::Placed { id: "1".into() },
                json!({"id": "1"}),
            ),
            ("Counted", Happening::Counted(7), json!({"value": 7})),
            ("Pair", Happening::Pair(1, 2), json!({"value": [1, 2]})),
            ("Closed", Happening::Closed, json!({})),
        ] {
            assert_eq!(variant_to_detail(&event).ok(), Some(detail.clone()));
            assert_eq!(
                variant_from_detail::<Happening>(name, detail).ok(),
                Some(event)
            );
        }
    }

    #[test]
    fn the_error_is_about_the_content() {
        let error = variant_from_detail::<Happening>("Placed", json!({"ident": 1}));
        assert!(error.is_err_and(|e| e.to_string().contains("missing field `id`")));
    }
}
