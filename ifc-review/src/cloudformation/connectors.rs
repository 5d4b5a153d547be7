//! SAM's connectors: what a function may do to the resources that it is connected with.

use std::sync::LazyLock;

use ifc_compiler::span::{FileId, Span};

use super::intrinsics::Bindings;
use super::{Resource, Template, items};
use crate::document::Node;
use crate::model::Function;
use crate::yaml;

/// Statements of connectors from functions in aws-sam-translator 1.115.0, by the type of the
/// destination and the permission; made by `data/generate.py`.
static CONNECTORS: LazyLock<Option<Node>> = LazyLock::new(|| {
    let text = include_str!("../../data/sam_connectors.json");
    yaml::read(FileId(0), text).ok()?.pop()
});

impl Template {
    /// The connectors of which a function is the source: those written with it, and resources of
    /// their own. As a destination it is given nothing that its code could use.
    pub(super) fn connectors(&self, resource: &Resource, function: &mut Function) {
        let embedded = resource.connectors.as_ref().map_or(&[][..], Node::entries);
        for entry in embedded {
            let properties = entry.value.get("Properties");
            self.connect(&entry.key, entry.key_span, properties, function);
        }
        let own = self
            .resources
            .iter()
            .filter(|other| other.kind == "AWS::Serverless::Connector");
        for connector in own {
            let source = connector.properties.at(&["Source", "Id"]);
            if source.and_then(Node::literal) == Some(resource.name.as_str()) {
                let properties = Some(&connector.properties);
                self.connect(&connector.name, connector.span, properties, function);
            }
        }
    }

    fn connect(&self, name: &str, span: Span, properties: Option<&Node>, function: &mut Function) {
        let list = |key| properties.map_or(&[][..], |properties| items(properties, key));
        for destination in list("Destination") {
            for permission in list("Permissions") {
                let granted = destination
                    .get("Id")
                    .and_then(Node::literal)
                    .zip(permission.literal())
                    .and_then(|(id, permission)| self.connection(id, permission));
                let place = permission.span;
                match granted {
                    Some((document, bindings)) => {
                        let statements = self.generated(&document, &bindings, name, place);
                        function.statements.extend(statements);
                    }
                    None => {
                        let unread = (format!("connector {name}"), span);
                        function.unread.push(unread);
                    }
                }
            }
        }
    }

    /// The statements for a permission on a resource, and what their names stand for.
    fn connection(&self, id: &str, permission: &str) -> Option<(Node, Bindings)> {
        let kind = match self.resource(id)?.kind.as_str() {
            "AWS::Serverless::Function" => "AWS::Lambda::Function",
            "AWS::Serverless::SimpleTable" => "AWS::DynamoDB::Table",
            "AWS::Serverless::StateMachine" => "AWS::StepFunctions::StateMachine",
            other => other,
        };
        let statements = CONNECTORS.as_ref()?.at(&[kind, permission])?.clone();
        let bindings = [("DestinationArn", "Arn"), ("DestinationName", "Name")]
            .map(|(name, part)| (name.to_owned(), self.attribute(&format!("{id}.{part}"))));
        Some((statements, bindings.into()))
    }
}
