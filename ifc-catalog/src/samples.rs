//! `samples.json`: a value of each payload and of each request, as the application's own types read
//! them. For tools that send something to an application: a button that fires a trigger, a first
//! request in a test.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::json::{Sorted, sorted_map, to_json};
use crate::manifest::VERSION;

/// Samples of everything that an application receives or stores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Samples {
    /// Version of this format; that of the manifest.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    pub ifc: u32,
    /// Name of the Cargo package.
    pub package: String,
    /// By the name of the resource's static. Resources without a payload are left out.
    pub resources: BTreeMap<String, ResourceSample>,
    /// By method and path, as the source writes them: `POST /orders/{id}`.
    pub routes: BTreeMap<String, RouteSample>,
    /// What the samples do not show, and why.
    pub notes: Vec<Note>,
}

/// What is in a resource or goes through it. Which members are there depends on the kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ResourceSample {
    /// Message of a queue or topic, item of a table, value of a secret or parameter.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "sorted",
        deserialize_with = "present"
    )]
    pub payload: Option<Value>,
    /// Details of a bus's events by detail type.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        serialize_with = "sorted_map"
    )]
    pub events: BTreeMap<String, Value>,
    /// What a function takes.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "sorted",
        deserialize_with = "present"
    )]
    pub request: Option<Value>,
    /// What a function answers.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "sorted",
        deserialize_with = "present"
    )]
    pub response: Option<Value>,
}

/// A request of an HTTP route. Values of paths, queries and forms are texts, numbers or booleans,
/// not yet percent-encoded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RouteSample {
    /// Every parameter of the path by name.
    #[serde(default, serialize_with = "sorted_map")]
    pub path: BTreeMap<String, Value>,
    /// Members of the query.
    #[serde(default, serialize_with = "sorted_map")]
    pub query: BTreeMap<String, Value>,
    /// Body in JSON.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "sorted",
        deserialize_with = "present"
    )]
    pub body: Option<Value>,
    /// Members of a body that is a form, `application/x-www-form-urlencoded`.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        serialize_with = "sorted_map"
    )]
    pub form: BTreeMap<String, Value>,
}

/// Something that a sample does not show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Note {
    /// Where in this file, as a JSON Pointer.
    pub at: String,
    /// What it is.
    pub message: String,
}

impl Samples {
    /// No samples yet.
    pub fn new(package: impl Into<String>) -> Self {
        Samples {
            ifc: VERSION,
            package: package.into(),
            ..Samples::default()
        }
    }

    /// The text of `samples.json`.
    pub fn to_json(&self) -> String {
        to_json(self)
    }
}

#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
fn sorted<S: Serializer>(value: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => Sorted(value).serialize(serializer),
        None => serializer.serialize_none(),
    }
}

/// A member that is there has a value, which may be `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_a_payload() {
        let mut samples = Samples::new("orders");
        let sample = ResourceSample {
            payload: Some(Value::Null),
            ..ResourceSample::default()
        };
        samples.resources.insert("TICKS".into(), sample);
        let text = samples.to_json();
        assert!(text.contains(r#""payload":null"#), "{text}");
        assert_eq!(serde_json::from_str::<Samples>(&text).unwrap(), samples);
    }

    /// `UPDATE_SCHEMA=1 cargo test -p ifc-catalog` writes the file.
    #[test]
    fn schema_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/samples.schema.json");
        let mut schema = schemars::schema_for!(Samples);
        schema.insert("title".into(), "samples.json of ifc".into());
        let expected = serde_json::to_string_pretty(&Sorted(schema.as_value())).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &expected).unwrap();
        }
        let actual = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            actual, expected,
            "schema/samples.schema.json does not fit the types"
        );
    }
}
