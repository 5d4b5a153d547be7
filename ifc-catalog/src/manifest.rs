//! `manifest.json`: the whole result of a compilation, versioned, and the only input of every
//! target. What is serialisable here is a promise to other tools; `schema/manifest.schema.json`
//! is generated from these types and their comments.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::infra;
use crate::json::{sorted_map, to_long_json};
use crate::vec_map::VecMap;

/// The version that this crate writes, in [`Manifest::ifc`].
pub const VERSION: u32 = 1;

/// The result of compiling an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Manifest {
    /// Version of this format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    pub ifc: u32,
    /// Name of the Cargo package.
    pub package: String,
    /// Deployable functions by name.
    pub functions: BTreeMap<String, Function>,
    /// Resources by the name of their static.
    pub resources: BTreeMap<String, Resource>,
    /// What triggers and uses what, in order of `from`, `to` and `kind`.
    pub edges: Vec<Edge>,
    /// Places where permissions could not be inferred. Empty when the compiler reports no error.
    pub unresolved: Vec<Unresolved>,
    /// Parameters of the stack by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, StackParameter>,
    /// Outputs of the stack by name.
    #[serde(default)]
    pub outputs: BTreeMap<String, StackOutput>,
    /// Settings of what functions and resources share, each with the reason for its value.
    #[serde(default, skip_serializing_if = "VecMap::is_empty")]
    pub settings: VecMap<Cow<'static, str>, Setting>,
    /// Nodes of the infrastructure by logical id.
    #[serde(default)]
    pub infrastructure: BTreeMap<String, infra::Node>,
}

/// A deployable function.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Function {
    /// Path of the handler: `orders::routes::place`.
    pub handler: String,
    /// Place of the handler's name: `src/main.rs:20:1`.
    pub span: String,
    /// What makes it run, in source order.
    pub triggers: Vec<Trigger>,
    /// What its role allows, wiring included.
    pub permissions: Vec<Permission>,
    /// What its clients with other credentials need: those of an assumed role, keys. Its role does
    /// not allow it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_credentials: Vec<Permission>,
    /// Environment variables by name.
    #[serde(default)]
    pub environment: VecMap<String, Variable>,
    /// Memory, timeout and the like, each with the reason for its value.
    #[serde(default)]
    pub settings: VecMap<Cow<'static, str>, Setting>,
    /// Checks that the source silences for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allows: Vec<Allow>,
}

/// What makes a function run. Further members depend on the source: an `http` trigger has `method`
/// and `path`, a `schedule` has `expression`, a `table` or `bucket` has `event`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Trigger {
    /// Name of the event source: `http`, `queue`, `topic`, `bus`, `schedule`, `table`, `bucket` or
    /// `function`.
    pub source: Cow<'static, str>,
    /// Name of the resource that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// What the event source adds.
    #[serde(flatten, serialize_with = "sorted_map")]
    pub details: BTreeMap<String, Value>,
    /// Batch size, window, retries and the like, each with the reason for its value.
    #[serde(default, skip_serializing_if = "VecMap::is_empty")]
    pub settings: VecMap<Cow<'static, str>, Setting>,
    /// Place of the attribute.
    #[serde(default)]
    pub span: String,
}

/// What a role allows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Permission {
    /// IAM actions in order of name: `dynamodb:PutItem`.
    pub actions: Vec<Cow<'static, str>>,
    /// What they apply to: `table:ORDERS`, `table:ORDERS/index/by_customer`,
    /// `bucket:UPLOADS/thumbs/*`, an ARN as the source writes it, or `*`.
    pub resources: Vec<String>,
    /// When: IAM conditions by operator, then by key, each with the list of its values. They are
    /// there where every place in `why` is known to fulfil them: `StringLike`, `s3:prefix`,
    /// `["thumbs/*"]`. Without any the permission holds always.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        serialize_with = "sorted_map"
    )]
    pub conditions: BTreeMap<String, Value>,
    /// Every place in the source that needs it.
    pub why: Vec<Why>,
    /// Reason in words, for grants that the source writes by hand and for what a trigger needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Cow<'static, str>>,
    /// What to know of it: a value that is known only when the program runs, a guess.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A place that needs a permission, and the calls that lead there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Why {
    /// Function in whose body the operation stands: `store::save`.
    pub function: String,
    /// Place of the operation: `src/store.rs:22:5`.
    pub span: String,
    /// From the handler to the operation, both included; left out when the operation stands in the
    /// handler itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Step>,
}

/// A call on the way from a handler to an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Step {
    /// Function in whose body the call stands.
    pub function: String,
    /// Place of the call.
    pub span: String,
}

/// An environment variable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Variable {
    /// A text, or a reference into the infrastructure.
    pub value: infra::Value,
    /// Why it is set.
    pub reason: Cow<'static, str>,
}

/// A value that someone or something chose, and why it is that one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Setting {
    /// The value.
    pub value: infra::Value,
    /// Who chose it.
    pub origin: Origin,
    /// Why it is that one.
    pub reason: Cow<'static, str>,
    /// Place of the attribute's value, if that is where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<String>,
}

/// Who chose a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Nobody: what the compiler takes when nothing is said.
    Default,
    /// The compiler, from other facts: a visibility timeout from the consumer's timeout.
    Inferred,
    /// An attribute in the source.
    Attribute,
    /// `[package.metadata.ifc]` in `Cargo.toml`.
    Metadata,
}

/// A resource. Further members depend on its kind: a `table` has `key` and `indexes`, a `bus` has
/// `event_source` and `detail_types`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Resource {
    /// `table`, `queue`, `topic`, `bus`, `bucket`, `secret`, `parameter` or `function`.
    pub kind: String,
    /// Place of the static's name.
    pub span: String,
    /// Name of the payload type in Rust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// Whether it keeps the order of messages.
    #[serde(default, skip_serializing_if = "is_false")]
    pub fifo: bool,
    /// Where it comes from when the stack does not own it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<Existing>,
    /// What the kind adds.
    #[serde(flatten, serialize_with = "sorted_map")]
    pub details: BTreeMap<String, Value>,
    /// Retention, encryption and the like, each with the reason for its value.
    #[serde(default, skip_serializing_if = "VecMap::is_empty")]
    pub settings: VecMap<Cow<'static, str>, Setting>,
    /// Checks that the source silences for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allows: Vec<Allow>,
}

/// Where a resource comes from that the stack does not own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Existing {
    /// Its ARN.
    Arn(String),
    /// Name of the stack parameter whose value is its ARN.
    StackParameter(String),
    /// Path of the SSM parameter whose value is its ARN.
    SsmParameter(String),
}

/// A check that the source silences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Allow {
    /// Name of the check.
    pub check: String,
    /// Reason, as the source gives it.
    pub because: String,
    /// Place of the attribute.
    pub span: String,
}

/// A connection between functions and resources.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Edge {
    /// Function, resource, or a trigger without one: `http POST /orders`.
    pub from: String,
    /// Function or resource.
    pub to: String,
    /// What it is.
    pub kind: EdgeKind,
}

/// What an edge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum EdgeKind {
    /// `from` makes `to` run.
    Trigger,
    /// `from` knows the physical name of `to`.
    Name,
    /// `from` reads the state of `to`.
    Read,
    /// `from` changes the state of `to`.
    Write,
    /// `from` sends a message, event or notification to `to`.
    Send,
    /// `from` invokes `to`.
    Invoke,
}

/// A place where permissions could not be inferred.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unresolved {
    /// Deployable function that reaches the place, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// The place.
    pub span: String,
    /// Code of the diagnostic: `IFC0401`.
    pub code: String,
    /// What could not be inferred.
    pub message: String,
}

/// A parameter of the stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StackParameter {
    /// CloudFormation's type: `String`, `AWS::SSM::Parameter::Value<String>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is for.
    pub description: String,
    /// Value when none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Regular expression that values match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Values that are allowed; empty when all are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_values: Vec<String>,
}

/// An output of the stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StackOutput {
    /// What it is.
    pub description: Cow<'static, str>,
    /// A text, or a reference into the infrastructure.
    pub value: infra::Value,
}

impl Manifest {
    /// An empty manifest of the current version.
    pub fn new(package: impl Into<String>) -> Self {
        Manifest {
            ifc: VERSION,
            package: package.into(),
            functions: BTreeMap::new(),
            resources: BTreeMap::new(),
            edges: Vec::new(),
            unresolved: Vec::new(),
            parameters: BTreeMap::new(),
            outputs: BTreeMap::new(),
            settings: VecMap::new(),
            infrastructure: BTreeMap::new(),
        }
    }

    /// The text of `manifest.json`.
    pub fn to_json(&self) -> String {
        // With a node comes what the manifest says of it elsewhere.
        const EACH_NODE: usize = 1200;
        to_long_json(self, self.infrastructure.len() * EACH_NODE)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference to the field"
)]
fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders() -> Manifest {
        let mut manifest = Manifest::new("orders");
        manifest.functions.insert(
            "place".into(),
            Function {
                handler: "orders::place".into(),
                span: "src/main.rs:20:1".into(),
                triggers: vec![Trigger {
                    source: "http".into(),
                    details: BTreeMap::from([
                        ("method".into(), "POST".into()),
                        ("path".into(), "/orders".into()),
                    ]),
                    ..Trigger::default()
                }],
                permissions: vec![Permission {
                    actions: vec!["dynamodb:PutItem".into()],
                    resources: vec!["table:ORDERS".into()],
                    why: vec![Why {
                        function: "place".into(),
                        span: "src/main.rs:22:5".into(),
                        path: Vec::new(),
                    }],
                    ..Permission::default()
                }],
                ..Function::default()
            },
        );
        manifest.resources.insert(
            "ORDERS".into(),
            Resource {
                kind: "table".into(),
                span: "src/main.rs:12:1".into(),
                ..Resource::default()
            },
        );
        manifest.edges.push(Edge {
            from: "place".into(),
            to: "ORDERS".into(),
            kind: EdgeKind::Write,
        });
        manifest
    }

    /// The parts of the format that other tools rely on.
    #[test]
    fn contract() {
        let value = serde_json::to_value(orders()).unwrap();
        assert_eq!(value["ifc"], 1);
        let place = &value["functions"]["place"];
        assert_eq!(place["handler"], "orders::place");
        assert_eq!(place["triggers"][0]["source"], "http");
        assert_eq!(place["triggers"][0]["method"], "POST");
        assert_eq!(
            place["permissions"],
            serde_json::json!([{
                "actions": ["dynamodb:PutItem"],
                "resources": ["table:ORDERS"],
                "why": [{ "function": "place", "span": "src/main.rs:22:5" }],
            }])
        );
        assert_eq!(
            value["resources"]["ORDERS"],
            serde_json::json!({ "kind": "table", "span": "src/main.rs:12:1" })
        );
        assert_eq!(
            value["edges"],
            serde_json::json!([{ "from": "place", "to": "ORDERS", "kind": "write" }])
        );
        assert_eq!(value["unresolved"], serde_json::json!([]));
    }

    #[test]
    fn reads_what_it_writes() {
        let text = orders().to_json();
        assert!(text.ends_with("}\n"));
        assert_eq!(serde_json::from_str::<Manifest>(&text).unwrap(), orders());
    }

    /// `UPDATE_SCHEMA=1 cargo test -p ifc-catalog` writes the file.
    #[test]
    fn schema_is_up_to_date() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../schema/manifest.schema.json"
        );
        let mut schema = schemars::schema_for!(Manifest);
        schema.insert("title".into(), "manifest.json of ifc".into());
        let schema = crate::json::Sorted(schema.as_value());
        let expected = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &expected).unwrap();
        }
        let actual = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            actual, expected,
            "schema/manifest.schema.json does not fit the types"
        );
    }
}
