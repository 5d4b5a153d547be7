//! The properties of a resource, in order of name, with what the user set by hand in its place.

use std::collections::{BTreeMap, btree_map};
use std::iter::Peekable;

use ifc_catalog::infra::{Kind, Node, Value};
use serde_json::Value as Json;

use super::out::Out;

/// Where properties are written to. What is not set is left out.
pub(super) struct Properties<'o, 'a> {
    out: &'o mut Out<'a>,
    given: Peekable<btree_map::IntoIter<&'o str, Given<'o>>>,
}

/// A property that does not come from the node's kind.
enum Given<'o> {
    Raw(&'o Json),
    /// Tags in the form that the resource takes.
    TagMap(&'o Node),
    TagList(&'o Node),
}

/// Writes an object with the properties that `write` sets, the node's tags, and those that the user
/// set by hand, which win.
pub(super) fn properties<'o, 'a>(
    out: &'o mut Out<'a>,
    cfn_type: &str,
    node: &'o Node,
    write: impl FnOnce(&mut Properties<'o, 'a>),
) {
    let native = match &node.kind {
        Kind::Native(native) => native.properties.as_object(),
        _ => None,
    };
    let mut given: BTreeMap<&str, Given<'_>> = BTreeMap::new();
    for (name, value) in native.into_iter().flatten() {
        given.insert(name, Given::Raw(value));
    }
    given.extend(tags(cfn_type, node).map(|tags| ("Tags", tags)));
    for (name, value) in &node.properties {
        given.insert(name, Given::Raw(value));
    }
    out.begin_object();
    let mut properties = Properties {
        out,
        given: given.into_iter().peekable(),
    };
    write(&mut properties);
    let Properties { out, given } = properties;
    for (name, value) in given {
        value.write(out, name);
    }
    out.end_object();
}

/// Tags in the form that the type takes; none if it takes none.
fn tags<'n>(cfn_type: &str, node: &'n Node) -> Option<Given<'n>> {
    if node.tags.is_empty() {
        return None;
    }
    match cfn_type {
        "AWS::ApiGatewayV2::Api" | "AWS::ApiGatewayV2::Stage" | "AWS::SSM::Parameter" => {
            Some(Given::TagMap(node))
        }
        "AWS::CloudWatch::Alarm"
        | "AWS::DynamoDB::Table"
        | "AWS::Events::EventBus"
        | "AWS::IAM::Role"
        | "AWS::Lambda::EventSourceMapping"
        | "AWS::Lambda::Function"
        | "AWS::Logs::LogGroup"
        | "AWS::S3::Bucket"
        | "AWS::SNS::Topic"
        | "AWS::SQS::Queue"
        | "AWS::Scheduler::ScheduleGroup"
        | "AWS::SecretsManager::Secret" => Some(Given::TagList(node)),
        _ => None,
    }
}

impl Given<'_> {
    fn write(&self, out: &mut Out<'_>, name: &str) {
        out.any_name(name);
        match self {
            Given::Raw(value) => out.raw(value),
            Given::TagMap(node) => out.object(|out| {
                for (key, value) in &node.tags {
                    out.any_name(key).text(value);
                }
            }),
            Given::TagList(node) => out.array(|out| {
                for (key, value) in &node.tags {
                    out.object(|out| {
                        out.name("Key").text(key);
                        out.name("Value").text(value);
                    });
                }
            }),
        }
    }
}

impl<'a> Properties<'_, 'a> {
    /// Sets a property. Calls must come in order of name.
    pub(super) fn set(&mut self, name: &'static str, write: impl FnOnce(&mut Out<'a>)) {
        while let Some((earlier, value)) = self.given.next_if(|(given, _)| *given < name) {
            value.write(self.out, earlier);
        }
        if let Some((name, value)) = self.given.next_if(|(given, _)| *given == name) {
            value.write(self.out, name);
            return;
        }
        write(self.out.name(name));
    }

    pub(super) fn text(&mut self, name: &'static str, text: &str) {
        self.set(name, |out| out.text(text));
    }

    pub(super) fn bool(&mut self, name: &'static str, value: bool) {
        self.set(name, |out| out.bool(value));
    }

    pub(super) fn number(&mut self, name: &'static str, value: i64) {
        self.set(name, |out| out.number(value));
    }

    pub(super) fn value(&mut self, name: &'static str, value: &Value) {
        self.set(name, |out| out.value(value));
    }

    pub(super) fn some(&mut self, name: &'static str, value: Option<&Value>) {
        if let Some(value) = value {
            self.value(name, value);
        }
    }

    /// A property that `write` makes of a value, in every stage that has one.
    pub(super) fn each(
        &mut self,
        name: &'static str,
        value: &Value,
        write: &dyn Fn(&mut Out<'a>, &Value),
    ) {
        self.set(name, |out| out.value_with(value, write));
    }

    /// An object that holds one member, `TracingConfig: {Mode: Active}`.
    pub(super) fn only(
        &mut self,
        name: &'static str,
        member: &'static str,
        write: impl FnOnce(&mut Out<'a>),
    ) {
        self.set(name, |out| out.only(member, write));
    }
}
