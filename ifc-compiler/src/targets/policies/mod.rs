//! The policy of each function's role as plain IAM JSON. Input: the manifest. Output:
//! `policies/<function>.json`. What only the deployment knows stands there as in templates:
//! `${AWS::Region}`, `${OrdersTable}` for a physical name, `${KeySecret.Id}` for an attribute.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use ifc_catalog::infra::{Attribute, Computed, Function, Kind, Node, StackValue, Statement, Value};
use ifc_catalog::json::Writer;
use ifc_catalog::manifest::Manifest;

use super::{Artifact, Target};
use crate::parallel;

/// This format.
pub(super) static TARGET: Target = Target {
    name: "policies",
    emit,
};

/// One file for each function.
pub fn emit(manifest: &Manifest) -> Vec<Artifact> {
    let nodes = &manifest.infrastructure;
    let names = Names::of(nodes);
    let functions = nodes.values().filter_map(|node| match &node.kind {
        Kind::Function(function) => Some(&**function),
        _ => None,
    });
    let functions: Vec<&Function> = functions.collect();
    // This format comes last; a core that is done with the others helps.
    let some: Vec<&[&Function]> = functions.chunks(TOGETHER).collect();
    let files = parallel::map(some.len(), |at| {
        let mut out = Writer::default();
        let files = some[at].iter();
        let files = files.filter_map(|function| policy(&names, function, &mut out));
        files.collect::<Vec<Artifact>>()
    });
    files.into_iter().flatten().collect()
}

/// How many files a thread makes at a time.
const TOGETHER: usize = 64;

/// Most files are no longer than this many bytes.
const EACH: usize = 1 << 10;

fn policy(names: &Names<'_>, function: &Function, out: &mut Writer) -> Option<Artifact> {
    let Value::Computed(Computed::Attribute { node, .. }) = &function.role else {
        return None;
    };
    let Kind::Role(role) = &names.nodes.get(node)?.kind else {
        return None;
    };
    out.reserve(EACH);
    out.begin_object();
    out.field("Statement").begin_array();
    for statement in &role.statements {
        self::statement(names, statement, out);
    }
    out.end_array();
    out.field("Version").text("2012-10-17");
    out.end_object();
    Some(Artifact {
        path: format!("policies/{}.json", function.name),
        text: out.take(),
    })
}

/// What values refer to.
struct Names<'m> {
    nodes: &'m BTreeMap<String, Node>,
    /// Nodes by the names that the compiler makes for them.
    made: HashMap<String, &'m str>,
}

impl<'m> Names<'m> {
    fn of(nodes: &'m BTreeMap<String, Node>) -> Self {
        let made = nodes.iter().filter_map(|(id, node)| {
            let name = match &node.kind {
                Kind::Bucket(bucket) => bucket.physical_name.as_ref()?,
                Kind::Function(function) => function.physical_name.as_ref()?,
                _ => return None,
            };
            Some((text(nodes, name), id.as_str()))
        });
        Names {
            nodes,
            made: made.collect(),
        }
    }

    /// A text in which the names that the compiler makes are written as names: no variable stands
    /// for the part of the stack's id that is at their end.
    fn by_name<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(UNIQUE) {
            let end = at + UNIQUE.len();
            let of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
            let before = &rest.as_bytes()[..at];
            let start = before.iter().rposition(|byte| !of_name(byte));
            let start = start.map_or(0, |at| at + 1);
            match self.made.get(&rest[start..end]) {
                Some(id) => out.extend([&rest[..start], "${", id, "}"]),
                None => out.push_str(&rest[..end]),
            }
            rest = &rest[end..];
        }
        match out.is_empty() {
            true => text.into(),
            false => (out + rest).into(),
        }
    }
}

/// Writes a statement. Roles of functions have no principals and no denials.
fn statement(names: &Names<'_>, statement: &Statement, out: &mut Writer) {
    out.begin_object();
    out.field("Action").value(&statement.actions);
    if !statement.conditions.is_empty() {
        let mut operators: BTreeMap<&str, BTreeMap<&str, Vec<String>>> = BTreeMap::new();
        for one in &statement.conditions {
            let values = one.values.iter().map(|value| text(names.nodes, value));
            let keys = operators.entry(&one.operator).or_default();
            keys.insert(&one.key, values.collect());
        }
        out.field("Condition").value(&operators);
    }
    out.field("Effect").text("Allow");
    out.field("Resource").begin_array();
    let mut text = String::new();
    for value in &statement.resources {
        text.clear();
        write(names.nodes, value, &mut text);
        out.text(&names.by_name(&text));
    }
    out.end_array();
    out.end_object();
}

fn text(nodes: &BTreeMap<String, Node>, value: &Value) -> String {
    let mut out = String::new();
    write(nodes, value, &mut out);
    out
}

fn write(nodes: &BTreeMap<String, Node>, value: &Value, out: &mut String) {
    match value {
        Value::Text(text) => out.push_str(text),
        Value::Bool(value) => out.push_str(&value.to_string()),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::List(values) | Value::Computed(Computed::Join(values)) => {
            values.iter().for_each(|value| write(nodes, value, out));
        }
        Value::Computed(Computed::Attribute { node, name }) => attribute(nodes, node, *name, out),
        Value::Computed(Computed::Parameter(name)) => out.extend(["${", name, "}"]),
        Value::Computed(Computed::Stack(value)) => out.push_str(stack(*value)),
        Value::Computed(Computed::Part { of, index, .. }) => {
            let of = text(nodes, of);
            let of = of.trim_matches(['$', '{', '}']);
            out.push_str(&format!("${{{of}[{index}]}}"));
        }
        Value::Computed(Computed::Staged { stages, otherwise }) => {
            if let Some(value) = otherwise.as_deref().or(stages.values().next()) {
                write(nodes, value, out);
            }
        }
    }
}

fn attribute(nodes: &BTreeMap<String, Node>, id: &str, name: Attribute, out: &mut String) {
    let kind = nodes.get(id).map(|node| &node.kind);
    // The service of an ARN with region and account, and what stands around the name.
    let (service, before, after) = match (kind, name) {
        (Some(Kind::Table(_)), Attribute::Arn) => ("dynamodb", "table/", ""),
        (Some(Kind::Queue(_)), Attribute::Arn) => ("sqs", "", ""),
        (Some(Kind::Topic(_)), Attribute::Arn) => ("sns", "", ""),
        (Some(Kind::Bus(_)), Attribute::Arn) => ("events", "event-bus/", ""),
        (Some(Kind::Function(_)), Attribute::Arn) => ("lambda", "function:", ""),
        (Some(Kind::LogGroup(_)), Attribute::Arn) => ("logs", "log-group:", ":*"),
        (Some(Kind::Bucket(_)), Attribute::Arn) => {
            return out.extend(["arn:${AWS::Partition}:s3:::${", id, "}"]);
        }
        // Its ARN ends in letters that Secrets Manager draws.
        (Some(Kind::Secret(_)), Attribute::Arn) => return out.extend(["${", id, ".Id}"]),
        (_, Attribute::Name | Attribute::Id | Attribute::Url) => {
            return out.extend(["${", id, "}"]);
        }
        (_, Attribute::Arn | Attribute::StreamArn | Attribute::Endpoint) => {
            return out.push_str(&format!("${{{id}.{name:?}}}"));
        }
    };
    let here = ":${AWS::Region}:${AWS::AccountId}:";
    out.extend(["arn:${AWS::Partition}:", service, here, before]);
    out.extend(["${", id, "}", after]);
}

/// [`StackValue::Unique`], for want of a variable.
const UNIQUE: &str = "${AWS::StackId}";

fn stack(value: StackValue) -> &'static str {
    match value {
        StackValue::Partition => "${AWS::Partition}",
        StackValue::Region => "${AWS::Region}",
        StackValue::Account => "${AWS::AccountId}",
        StackValue::UrlSuffix => "${AWS::URLSuffix}",
        StackValue::Name => "${AWS::StackName}",
        StackValue::Unique => UNIQUE,
    }
}
