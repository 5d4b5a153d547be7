//! CloudFormation and SAM templates: functions, and the policies of their roles.

mod connectors;
mod intrinsics;
mod sam;

use ifc_compiler::span::Span;

use crate::document::{Kind, Node};
use crate::managed;
use crate::model::{Function, Wire};
use crate::policy::{self, Statement};
use crate::text::Text;

/// A template.
pub(crate) struct Template {
    resources: Vec<Resource>,
    globals: Option<Node>,
}

/// An entry of `Resources`.
struct Resource {
    name: String,
    span: Span,
    kind: String,
    properties: Node,
    metadata: Option<Node>,
    connectors: Option<Node>,
}

impl Template {
    /// Whether a document is such a template.
    pub(crate) fn is(document: &Node) -> bool {
        let resources = document.get("Resources").map(Node::entries);
        resources.is_some_and(|entries| {
            entries
                .iter()
                .any(|entry| entry.value.get("Type").is_some())
        })
    }

    pub(crate) fn new(document: &Node) -> Template {
        let entries = document.get("Resources").map_or(&[][..], Node::entries);
        let resources = entries.iter().map(|entry| Resource {
            name: entry.key.clone(),
            span: entry.key_span,
            kind: text(&entry.value, "Type"),
            properties: entry
                .value
                .get("Properties")
                .cloned()
                .unwrap_or(Node::null(entry.key_span)),
            metadata: entry.value.get("Metadata").cloned(),
            connectors: entry.value.get("Connectors").cloned(),
        });
        Template {
            resources: resources.collect(),
            globals: document.at(&["Globals", "Function"]).cloned(),
        }
    }

    fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.name == name)
    }

    /// All functions.
    pub(crate) fn functions(&self) -> Vec<Function> {
        self.resources
            .iter()
            .filter(|resource| {
                matches!(
                    resource.kind.as_str(),
                    "AWS::Serverless::Function" | "AWS::Lambda::Function"
                )
            })
            .map(|resource| self.function(resource))
            .collect()
    }

    fn function(&self, resource: &Resource) -> Function {
        let mut function = Function::new(&resource.name, resource.span);
        self.hints(resource, &mut function);
        for properties in self.globals.iter().chain([&resource.properties]) {
            let variables = properties.at(&["Environment", "Variables"]);
            for entry in variables.map_or(&[][..], Node::entries) {
                let values = self.texts(&entry.value);
                function.environment.insert(entry.key.clone(), values);
            }
            wire(properties, &mut function);
        }
        self.sources(resource, &mut function);
        if let Some(policies) = resource.properties.get("Policies") {
            for policy in policies.items() {
                self.function_policy(policy, &mut function);
            }
        }
        if let Some(role) = resource.properties.get("Role") {
            self.role(role, &mut function);
        }
        self.connectors(resource, &mut function);
        function
    }

    /// Names that its program may have.
    fn hints(&self, resource: &Resource, function: &mut Function) {
        let metadata = resource.metadata.as_ref();
        let built = metadata.and_then(|node| node.at(&["BuildProperties", "Binary"]));
        let properties = &resource.properties;
        let code = ["CodeUri", "Code"]
            .iter()
            .find_map(|key| properties.get(key));
        let handler = properties.get("Handler");
        let named = properties.get("FunctionName");
        for node in [built, code, handler, named].into_iter().flatten() {
            if let Kind::Scalar(_) = node.kind {
                function
                    .hints
                    .extend(self.texts(node).iter().map(Text::to_string));
            }
        }
        function.hints.push(resource.name.clone());
    }

    /// Event sources that Lambda polls with the function's role.
    fn sources(&self, resource: &Resource, function: &mut Function) {
        let events = resource.properties.get("Events");
        for entry in events.map_or(&[][..], Node::entries) {
            let wire = match text(&entry.value, "Type").as_str() {
                "SQS" => Wire::Queue,
                "Kinesis" => Wire::Stream,
                "DynamoDB" => Wire::TableStream,
                "MSK" | "SelfManagedKafka" => Wire::Kafka,
                "MQ" => Wire::Broker,
                _ => continue,
            };
            function.wiring.extend(wire.actions());
        }
        for mapping in &self.resources {
            let own = |key| {
                let name = mapping.properties.get(key);
                name.is_some_and(|node| self.mentions(node, &resource.name))
            };
            match mapping.kind.as_str() {
                "AWS::Lambda::EventSourceMapping" if own("FunctionName") => {
                    let source = mapping.properties.get("EventSourceArn");
                    let arn = source.map(|node| self.texts(node)).unwrap_or_default();
                    let arn = arn.first().map(Text::to_string).unwrap_or_default();
                    function.wiring.extend(polled(&arn).actions());
                }
                "AWS::Lambda::EventInvokeConfig" if own("FunctionName") => {
                    function.wiring.extend(Wire::DeadLetters.actions());
                }
                _ => {}
            }
        }
    }

    /// Whether a value is made of a resource.
    fn mentions(&self, node: &Node, name: &str) -> bool {
        match &node.kind {
            Kind::Scalar(text) => {
                let text = text.to_string();
                text == name || text.contains(&format!("${{{name}"))
            }
            Kind::List(items) => items.iter().any(|item| self.mentions(item, name)),
            Kind::Map(entries) => entries
                .iter()
                .any(|entry| self.mentions(&entry.value, name)),
            Kind::Null => false,
        }
    }

    /// A role, by reference or by ARN.
    fn role(&self, node: &Node, function: &mut Function) {
        let roles = self
            .resources
            .iter()
            .filter(|resource| resource.kind == "AWS::IAM::Role");
        let Some(role) = roles
            .into_iter()
            .find(|resource| self.mentions(node, &resource.name))
        else {
            let name = self.texts(node).first().map(Text::to_string);
            let unread = (format!("role {}", name.unwrap_or_default()), node.span);
            function.unread.push(unread);
            return;
        };
        for inline in items(&role.properties, "Policies") {
            if let Some(document) = inline.get("PolicyDocument") {
                function.statements.extend(self.statements(document));
            }
        }
        for managed in items(&role.properties, "ManagedPolicyArns") {
            self.named_policy(managed, function);
        }
        for policy in &self.resources {
            let attached = match policy.kind.as_str() {
                "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => {
                    items(&policy.properties, "Roles")
                        .iter()
                        .any(|node| self.mentions(node, &role.name))
                }
                "AWS::IAM::RolePolicy" => policy
                    .properties
                    .get("RoleName")
                    .is_some_and(|node| self.mentions(node, &role.name)),
                _ => false,
            };
            if let (true, Some(document)) = (attached, policy.properties.get("PolicyDocument")) {
                function.statements.extend(self.statements(document));
            }
        }
    }

    fn statements(&self, document: &Node) -> Vec<Statement> {
        policy::read(document, &|node| self.texts(node))
    }

    /// A policy by name or ARN: of the template, or of AWS.
    fn named_policy(&self, node: &Node, function: &mut Function) {
        let own = self.resources.iter().find(|resource| {
            resource.kind == "AWS::IAM::ManagedPolicy" && self.mentions(node, &resource.name)
        });
        if let Some(document) = own.and_then(|policy| policy.properties.get("PolicyDocument")) {
            function.statements.extend(self.statements(document));
            return;
        }
        for text in self.texts(node) {
            let name = text.to_string();
            match managed::statement(&name, node.span) {
                Some(statement) => function.statements.push(statement),
                None => function.unread.push((name, node.span)),
            }
        }
    }
}

/// What the properties of a function make Lambda do with its role.
fn wire(properties: &Node, function: &mut Function) {
    let set = |key: &str| properties.get(key).is_some();
    let wires = [
        (set("VpcConfig"), Wire::Vpc),
        (text(properties, "Tracing") == "Active", Wire::Tracing),
        (
            properties
                .at(&["TracingConfig", "Mode"])
                .and_then(Node::literal)
                == Some("Active"),
            Wire::Tracing,
        ),
        (
            set("DeadLetterConfig") || set("DeadLetterQueue") || set("EventInvokeConfig"),
            Wire::DeadLetters,
        ),
        (set("FileSystemConfigs"), Wire::Files),
        (set("KmsKeyArn"), Wire::Key),
    ];
    for (is_set, wire) in wires {
        if is_set {
            function.wiring.extend(wire.actions());
        }
    }
}

/// What polls an event source, by its ARN.
pub(crate) fn polled(arn: &str) -> Wire {
    match arn {
        arn if arn.contains(":dynamodb:") => Wire::TableStream,
        arn if arn.contains(":kinesis:") => Wire::Stream,
        arn if arn.contains(":kafka:") => Wire::Kafka,
        arn if arn.contains(":mq:") => Wire::Broker,
        _ => Wire::Queue,
    }
}

fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).map_or(&[][..], Node::items)
}

fn text(node: &Node, key: &str) -> String {
    let value = node.get(key).and_then(Node::literal);
    value.unwrap_or_default().to_owned()
}
