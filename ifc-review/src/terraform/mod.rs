//! Terraform configurations: functions, and the policies of their roles.

mod expression;
mod json;

use std::collections::BTreeMap;
use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};
use ifc_compiler::span::{FileId, Span};

use crate::cloudformation::polled;
use crate::document::{Kind, Node, span};
use crate::managed;
use crate::model::{Function, Wire};
use crate::policy::{self, Statement};
use crate::text::Text;
use crate::yaml::Unreadable;
use json::Rewritten;

/// All files of a configuration.
#[derive(Default)]
pub(crate) struct Configuration {
    blocks: Vec<Item>,
    /// Files in JSON, as they were rewritten.
    rewritten: BTreeMap<FileId, Rewritten>,
}

/// A block of the top level.
struct Item {
    file: FileId,
    /// `resource`, `data`, `module`, `locals`.
    kind: String,
    /// Type and name.
    labels: Vec<String>,
    span: Span,
    body: Body,
}

impl Item {
    fn is(&self, kind: &str, label: &str) -> bool {
        self.kind == kind && self.labels.first().is_some_and(|first| first == label)
    }

    /// `aws_iam_role.worker`, `data.aws_iam_policy.read`.
    fn address(&self) -> String {
        match self.kind.as_str() {
            "resource" => self.labels.join("."),
            kind => format!("{kind}.{}", self.labels.join(".")),
        }
    }
}

impl Configuration {
    /// Adds a file in JSON.
    pub(crate) fn add_json(&mut self, file: FileId, text: &str) -> Result<(), Unreadable> {
        let rewritten = json::rewrite(file, text)?;
        let text = rewritten.text.clone();
        self.rewritten.insert(file, rewritten);
        self.add(file, &text)
    }

    /// The place of a part of a file.
    fn place(&self, file: FileId, range: Range<usize>) -> Span {
        match self.rewritten.get(&file) {
            Some(rewritten) => rewritten.place(&range).unwrap_or(span(file, 0..1)),
            None => span(file, range),
        }
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, file: FileId, text: &str) -> Result<(), Unreadable> {
        let body: Body = text.parse().map_err(|error: hcl_edit::parser::Error| {
            let at = error.location().offset();
            Unreadable {
                span: self.place(file, at..at + 1),
                message: error.message().to_owned(),
            }
        })?;
        for block in body.into_blocks() {
            let place = block.ident.span().unwrap_or_default();
            self.blocks.push(Item {
                file,
                kind: block.ident.as_str().to_owned(),
                labels: block
                    .labels
                    .iter()
                    .map(|label| label.as_str().to_owned())
                    .collect(),
                span: self.place(file, place),
                body: block.body,
            });
        }
        Ok(())
    }

    fn resources<'c>(&'c self, kind: &'c str) -> impl Iterator<Item = &'c Item> {
        self.blocks
            .iter()
            .filter(move |item| item.is("resource", kind))
    }

    fn find(&self, address: &str) -> Option<&Item> {
        self.blocks.iter().find(|item| item.address() == address)
    }

    /// The value of an attribute.
    fn attribute(&self, item: &Item, key: &str) -> Option<Node> {
        let attribute = item.body.get_attribute(key)?;
        Some(self.value(item.file, &attribute.value))
    }

    /// All functions.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let declared = self.resources("aws_lambda_function");
        let modules = self.blocks.iter().filter(|item| {
            item.kind == "module" && item.body.get_attribute("function_name").is_some()
        });
        declared
            .map(|item| self.function(item))
            .chain(modules.map(|item| self.module(item)))
            .collect()
    }

    fn function(&self, item: &Item) -> Function {
        let mut function = self.named(item, item.labels.get(1));
        for block in item.body.blocks() {
            match block.ident.as_str() {
                "environment" => self.environment(item.file, block, &mut function),
                "vpc_config" => function.wiring.extend(Wire::Vpc.actions()),
                "dead_letter_config" => function.wiring.extend(Wire::DeadLetters.actions()),
                "file_system_config" => function.wiring.extend(Wire::Files.actions()),
                "tracing_config" => function.wiring.extend(Wire::Tracing.actions()),
                _ => {}
            }
        }
        if item.body.get_attribute("kms_key_arn").is_some() {
            function.wiring.extend(Wire::Key.actions());
        }
        self.sources(item, &mut function);
        if let Some(role) = item.body.get_attribute("role") {
            let place = role.value.span().unwrap_or_default();
            let place = self.place(item.file, place);
            self.role(&role.value, place, &mut function);
        }
        function
    }

    fn named(&self, item: &Item, label: Option<&String>) -> Function {
        let name = label.map_or("", String::as_str);
        let mut function = Function::new(name, item.span);
        for key in ["filename", "source_path", "image_uri", "function_name"] {
            if let Some(node) = self.attribute(item, key) {
                let texts = node.items().iter().flat_map(texts);
                function.hints.extend(texts.map(|text| text.to_string()));
            }
            // An archive is named after what is in it.
            let archive = item.body.get_attribute(key).and_then(|attribute| {
                self.blocks.iter().find(|item| {
                    item.is("data", "archive_file") && mentions(&attribute.value, &item.address())
                })
            });
            for key in ["source_file", "source_dir"] {
                if let Some(node) = archive.and_then(|item| self.attribute(item, key)) {
                    function
                        .hints
                        .extend(texts(&node).iter().map(Text::to_string));
                }
            }
        }
        function.hints.push(name.to_owned());
        function
    }

    fn environment(&self, file: FileId, block: &Block, function: &mut Function) {
        if let Some(variables) = block.body.get_attribute("variables") {
            for entry in self.value(file, &variables.value).entries() {
                let values = texts(&entry.value);
                function.environment.insert(entry.key.clone(), values);
            }
        }
    }

    /// The community's module for functions, with its own way to write statements.
    fn module(&self, item: &Item) -> Function {
        let mut function = self.named(item, item.labels.first());
        if let Some(variables) = self.attribute(item, "environment_variables") {
            for entry in variables.entries() {
                let values = texts(&entry.value);
                function.environment.insert(entry.key.clone(), values);
            }
        }
        for key in ["policy_statements", "policy_statement"] {
            if let Some(node) = self.attribute(item, key) {
                let inner = node.entries().iter().map(|entry| &entry.value);
                let all = inner.chain(match node.kind {
                    Kind::List(_) => node.items(),
                    _ => &[],
                });
                function.statements.extend(all.map(lower_case_statement));
            }
        }
        for key in ["policy_json", "policy_jsons"] {
            if let Some(node) = self.attribute(item, key) {
                for document in node.items() {
                    self.document(document, &mut function);
                }
            }
        }
        for key in ["policy", "policies"] {
            if let Some(node) = self.attribute(item, key) {
                for name in node.items() {
                    self.named_policy(name, &mut function);
                }
            }
        }
        function
    }

    /// Event sources that Lambda polls with the function's role.
    fn sources(&self, item: &Item, function: &mut Function) {
        let address = item.address();
        let of = |other: &&Item| {
            let name = other.body.get_attribute("function_name");
            name.is_some_and(|name| mentions(&name.value, &address))
        };
        for mapping in self.resources("aws_lambda_event_source_mapping").filter(of) {
            let arn = self.attribute(mapping, "event_source_arn");
            let arn = arn.map(|node| texts(&node)).unwrap_or_default();
            let arn = arn.first().map(Text::to_string).unwrap_or_default();
            function.wiring.extend(polled(&arn).actions());
        }
        let configs = self.resources("aws_lambda_function_event_invoke_config");
        for _ in configs.filter(of) {
            function.wiring.extend(Wire::DeadLetters.actions());
        }
    }

    /// The role of a function.
    fn role(&self, expression: &Expression, place: Span, function: &mut Function) {
        let role = self
            .resources("aws_iam_role")
            .find(|role| mentions(expression, &role.address()));
        let Some(role) = role else {
            let unread = (format!("role {}", expression.to_string().trim()), place);
            function.unread.push(unread);
            return;
        };
        let address = role.address();
        for inline in role.body.get_blocks("inline_policy") {
            if let Some(policy) = inline.body.get_attribute("policy") {
                self.document(&self.value(role.file, &policy.value), function);
            }
        }
        for managed in self
            .attribute(role, "managed_policy_arns")
            .iter()
            .flat_map(Node::items)
        {
            self.named_policy(managed, function);
        }
        for (kind, policy) in [
            ("aws_iam_role_policy", "policy"),
            ("aws_iam_role_policy_attachment", "policy_arn"),
            ("aws_iam_policy_attachment", "policy_arn"),
        ] {
            for attached in self.resources(kind) {
                let to = ["role", "roles"].iter().any(|key| {
                    let role = attached.body.get_attribute(key);
                    role.is_some_and(|role| mentions(&role.value, &address))
                });
                let Some(node) = to.then(|| self.attribute(attached, policy)).flatten() else {
                    continue;
                };
                match policy {
                    "policy" => self.document(&node, function),
                    _ => self.attached(attached, &node, function),
                }
            }
        }
    }

    /// A policy by its ARN: of the configuration, or of AWS.
    fn attached(&self, attachment: &Item, node: &Node, function: &mut Function) {
        let written = attachment.body.get_attribute("policy_arn");
        let own = self.resources("aws_iam_policy").find(|policy| {
            written.is_some_and(|written| mentions(&written.value, &policy.address()))
        });
        match own.and_then(|policy| self.attribute(policy, "policy")) {
            Some(document) => self.document(&document, function),
            None => self.named_policy(node, function),
        }
    }

    fn named_policy(&self, node: &Node, function: &mut Function) {
        for text in texts(node) {
            let name = text.to_string();
            match managed::statement(&name, node.span) {
                Some(statement) => function.statements.push(statement),
                None => function.unread.push((name, node.span)),
            }
        }
    }

    fn document(&self, node: &Node, function: &mut Function) {
        match &node.kind {
            Kind::Map(_) => function.statements.extend(policy::read(node, &texts)),
            Kind::List(items) => {
                for item in items {
                    self.document(item, function);
                }
            }
            Kind::Scalar(text) => match expression::json(node.span, text) {
                Some(document) => function.statements.extend(policy::read(&document, &texts)),
                None => function.unread.push((text.to_string(), node.span)),
            },
            Kind::Null => {}
        }
    }
}

/// A statement of the module, whose keys are those of the data source.
fn lower_case_statement(node: &Node) -> Statement {
    let list = |key: &str| {
        let items = node.get(key).map_or(&[][..], Node::items);
        let all = items.iter().flat_map(|item| {
            let place = item.span;
            texts(item).into_iter().map(move |text| (text, place))
        });
        all.collect::<Vec<_>>()
    };
    let not_actions = node.get("not_actions").is_some();
    let actions = list(if not_actions {
        "not_actions"
    } else {
        "actions"
    });
    let resources = match node.get("not_resources") {
        Some(not) => vec![(Text::of("*"), not.span)],
        None => list("resources"),
    };
    Statement {
        span: node.span,
        allow: node.get("effect").and_then(Node::literal) != Some("Deny"),
        actions: actions
            .into_iter()
            .map(|(text, place)| (text.to_string(), place))
            .collect(),
        not_actions,
        resources,
        from: None,
    }
}

/// The texts of a value; a list's are those of its items.
fn texts(node: &Node) -> Vec<Text> {
    match &node.kind {
        Kind::Scalar(text) => vec![text.clone()],
        Kind::List(items) => items.iter().flat_map(texts).collect(),
        Kind::Map(_) | Kind::Null => Vec::new(),
    }
}

/// Whether an expression names something.
fn mentions(expression: &Expression, address: &str) -> bool {
    let text = expression.to_string();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.match_indices(address).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + address.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(|c| is_word(c) && c != '.')
    })
}
