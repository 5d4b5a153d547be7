//! Properties of the template that the user set by hand, and what they need of roles: nothing in the
//! code says it. What can be worked out is granted, what cannot is a problem.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::iam;
use crate::infra::{Kind, Value};
use crate::model::{Function, Resource};
use crate::resources::Access;

use super::{Lowering, On, Permission, ProblemKind};

/// What Lambda does in the name of a function's role when the function lies in a VPC (AWS Lambda,
/// giving functions access to resources in an Amazon VPC, required IAM permissions).
const IN_A_VPC: &[&str] = &[
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
];

/// Who reads with a customer's key, and who encrypts with it (AWS KMS, how services use keys).
const DECRYPT: &str = "kms:Decrypt";
const ENCRYPT: &str = "kms:GenerateDataKey";

impl Lowering<'_> {
    /// What a function's own properties need of its role.
    pub(super) fn permit_by_hand(&mut self, function: usize) {
        if self.metadata.properties.is_empty() {
            return;
        }
        let metadata = Arc::clone(&self.metadata);
        let (id, role) = (self.function_id(function), self.id(function, "Role"));
        for (name, value) in metadata.properties.get(&id).into_iter().flatten() {
            let property = format!("properties.{id}.{name}");
            match name.as_str() {
                "VpcConfig" if value["SubnetIds"] != Json::Array(Vec::new()) => self.permit(
                    function,
                    Permission::wiring(
                        IN_A_VPC,
                        On::Everything,
                        format!(
                            "`{property}` puts the function into a VPC, where Lambda makes its network interfaces"
                        ),
                    ),
                ),
                "FileSystemConfigs" => self.must_be_granted(
                    &property,
                    function,
                    &[
                        "elasticfilesystem:ClientMount",
                        "elasticfilesystem:ClientWrite",
                    ],
                ),
                "DeadLetterConfig" => {
                    let target = value["TargetArn"].as_str().unwrap_or_default();
                    let action = match target.contains(":sns:") {
                        true => "sns:Publish",
                        false => "sqs:SendMessage",
                    };
                    self.must_be_granted(&property, function, &[action]);
                }
                "TracingConfig" if value["Mode"] == "Active" => self.instead(
                    &property,
                    "would trace without the permission to",
                    "write `tracing = true`, which grants it",
                ),
                "Environment" => self.instead(
                    &property,
                    "takes away the variables that select the handler and name its resources",
                    "write `env = { NAME = \"value\" }`, which adds to them",
                ),
                "LoggingConfig" => self.logs_by_hand(&property, function, &value["LogGroup"]),
                "Architectures" => self.instead(
                    &property,
                    "is not what the code is built for",
                    "write `architecture = \"..\"`",
                ),
                "Timeout" => self.instead(
                    &property,
                    "is not what queues and checks reckon with",
                    "write `timeout = \"..\"`",
                ),
                "Role" => self.replaced(&property),
                _ => {}
            }
        }
        let letters = metadata.properties.get(&self.dead_letters_id(function));
        let sends = |permission: &Permission| permission.on == On::DeadLetters;
        if self.lowered(function).wiring.iter().any(sends) {
            for (name, _) in letters
                .into_iter()
                .flatten()
                .filter(|(name, value)| names_a_key(name, value))
            {
                let property = format!("properties.{}.{name}", self.dead_letters_id(function));
                self.must_be_granted(&property, function, &[DECRYPT, ENCRYPT]);
            }
        }
        for (name, _) in metadata.properties.get(&role).into_iter().flatten() {
            if matches!(name.as_str(), "AssumeRolePolicyDocument" | "Policies") {
                self.replaced(&format!("properties.{role}.{name}"));
            }
        }
    }

    /// The role may write to the function's own log group, which a property by hand may take away.
    fn logs_by_hand(&mut self, property: &str, function: usize, group: &Json) {
        let own = self.id(function, "Logs");
        if group.is_null() {
            let help = format!("add `LogGroup = {{ Ref = \"{own}\" }}` to it");
            let what = "takes away the log group that the role may write to";
            self.instead(property, what, &help);
        } else if group["Ref"] != own.as_str() {
            let actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
            self.must_be_granted(property, function, &actions);
        }
    }

    /// What everyone needs who uses a resource that a customer's key encrypts; and what the rest of
    /// the template follows from.
    pub(super) fn resources_by_hand(&mut self) {
        let metadata = Arc::clone(&self.metadata);
        for (index, resource) in self.app.resources.iter().enumerate() {
            let id = self.resource_id(index);
            for (name, value) in metadata.properties.get(&id).into_iter().flatten() {
                if let Some((what, help)) = reckoned_with(resource.kind.name, name) {
                    self.instead(&format!("properties.{id}.{name}"), what, help);
                }
                if !names_a_key(name, value) {
                    continue;
                }
                for (function, of) in self.app.functions.iter().enumerate() {
                    let actions = of_users(index, resource, of);
                    self.must_be_granted(&format!("properties.{id}.{name}"), function, &actions);
                }
            }
        }
    }

    /// The name that the user set by hand for something that is called by its name.
    pub fn name_by_hand(&self, id: &str, property: &str) -> Option<Value> {
        let name = self.metadata.properties.get(id)?.get(property)?.as_str()?;
        Some(Value::text(name.to_owned()))
    }

    /// What is called by a name that must be known beforehand, and by hand has one that is not.
    pub(super) fn names_by_hand(&mut self) {
        let metadata = Arc::clone(&self.metadata);
        for (id, properties) in &metadata.properties {
            let kind = self.out.nodes.get(id).map(|node| &node.kind);
            let text = |name: &str| properties.get(name).map(|value| value.as_str());
            let (name, help) = match kind {
                Some(Kind::Bucket(bucket)) if bucket.physical_name.is_some() => {
                    ("BucketName", "write plain text")
                }
                Some(Kind::Function(function)) if function.physical_name.is_some() => {
                    ("FunctionName", "write plain text")
                }
                // The ARN of a name with a slash in front differs from that of one without.
                Some(Kind::Parameter(_)) => ("Name", "write text that begins with `/`"),
                _ => continue,
            };
            let is_known = match (kind, text(name)) {
                (_, None) => true,
                (Some(Kind::Parameter(_)), Some(given)) => {
                    let template = || properties[name]["Fn::Sub"].as_str();
                    let name = given.or_else(template);
                    name.is_some_and(|name| name.starts_with('/'))
                }
                (_, Some(given)) => given.is_some(),
            };
            if !is_known {
                let property = format!("properties.{id}.{name}");
                let what = "leaves permissions with another name";
                self.instead(&property, what, help);
            }
        }
    }

    /// A problem unless the function's grants hold all of these actions.
    fn must_be_granted(&mut self, property: &str, function: usize, actions: &[&str]) {
        let of = &self.app.functions[function];
        let granted = |action: &str| {
            let mut patterns = of.grants.iter().flat_map(|grant| &grant.actions);
            patterns.any(|pattern| iam::matches(pattern, action))
        };
        let missing: Vec<String> = actions
            .iter()
            .filter(|action| !granted(action))
            .map(|action| format!("\"{action}\""))
            .collect();
        if missing.is_empty() {
            return;
        }
        let listed = missing.join(", ").replace('"', "`");
        self.problem(
            ProblemKind::NeedsGrant,
            Some(of.span),
            format!(
                "`{property}` in `[package.metadata.ifc]` needs {listed} in the role of `{}`, on something that only the property names",
                of.name
            ),
            format!(
                "add `#[grant({}, on = \"<its ARN>\", because = \"..\")]` to the function",
                missing.join(", ")
            ),
        );
    }

    fn instead(&mut self, property: &str, what: &str, help: &str) {
        self.problem(
            ProblemKind::InvalidSetting,
            None,
            format!("`{property}` in `[package.metadata.ifc]` {what}"),
            help,
        );
    }

    fn replaced(&mut self, property: &str) {
        self.problem(
            ProblemKind::RoleByHand,
            None,
            format!(
                "`{property}` in `[package.metadata.ifc]` takes the place of what is inferred from the code"
            ),
            "see that it allows what `policies/<function>.json` lists, or take it out",
        );
    }
}

/// Properties of a resource that something else follows from: what is wrong with one by hand, and
/// what to write.
fn reckoned_with(kind: &str, property: &str) -> Option<(&'static str, &'static str)> {
    Some(match (kind, property) {
        ("bucket", "NotificationConfiguration") => (
            "takes away the notifications that triggers wait for",
            "write `#[on(BUCKET.created())]`, which adds to them",
        ),
        ("queue", "VisibilityTimeout") => (
            "is not what checks reckon with",
            "write `visibility = \"..\"` for the resource",
        ),
        ("queue", "FifoQueue") | ("topic", "FifoTopic") => (
            "is not what the code reckons with",
            "write `Fifo` behind the payload in the type of the static",
        ),
        ("table", "StreamSpecification") => (
            "is not what triggers reckon with",
            "write `stream = \"..\"` for the resource",
        ),
        _ => return None,
    })
}

/// Whether a property names a key of the customer's. Keys of AWS's own let everyone of the account
/// in who may use the service.
fn names_a_key(name: &str, value: &Json) -> bool {
    const KEYS: [&str; 3] = ["KmsKeyId", "KmsKeyIdentifier", "KmsMasterKeyId"];
    let is_key = |name: &str| KEYS.iter().any(|key| name.eq_ignore_ascii_case(key));
    match value {
        Json::Object(members) if !is_key(name) => {
            members.iter().any(|(name, value)| names_a_key(name, value))
        }
        Json::Array(list) => list.iter().any(|value| names_a_key(name, value)),
        Json::String(key) => is_key(name) && !key.contains("alias/aws/"),
        Json::Object(_) => true,
        _ => false,
    }
}

/// What a function does with the key of a resource that it uses.
fn of_users(index: usize, resource: &Resource, function: &Function) -> Vec<&'static str> {
    let consumes = function
        .triggers
        .iter()
        .any(|on| on.resource == Some(index) && matches!(resource.kind.name, "queue" | "table"));
    let mut actions: BTreeSet<&str> = BTreeSet::new();
    actions.extend(consumes.then_some(DECRYPT));
    for used in function.uses.iter().filter(|used| used.resource == index) {
        match (resource.kind.name, used.op.access) {
            (_, Access::Name) => {}
            // DynamoDB unwraps the table's key for reading and writing alike.
            ("table", _) | (_, Access::Read) => {
                actions.insert(DECRYPT);
            }
            // Senders check the data key that they get; uploads in parts are read again.
            _ => actions.extend([DECRYPT, ENCRYPT]),
        }
    }
    actions.into_iter().collect()
}
