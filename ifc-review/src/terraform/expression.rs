//! Expressions: which value they have as far as it does not depend on the deployment.

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, FuncCall, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::template::{Element, Template};
use ifc_compiler::span::{FileId, Span};

use super::{Configuration, Item, texts};
use crate::arn::arn;
use crate::document::{Entry, Kind, Node};
use crate::text::{Part, Text};
use crate::yaml;

/// Types by the form of their ARN, the argument that sets the name, and whether `id` is the ARN.
/// Source: documentation of the `hashicorp/aws` provider.
const TYPES: &[(&str, &str, &str, bool)] = &[
    ("aws_dynamodb_table", "dynamodb:table/", "name", false),
    ("aws_sqs_queue", "sqs:", "name", false),
    ("aws_sns_topic", "sns:", "name", true),
    ("aws_s3_bucket", "s3:::", "bucket", false),
    (
        "aws_lambda_function",
        "lambda:function:",
        "function_name",
        false,
    ),
    (
        "aws_sfn_state_machine",
        "states:stateMachine:",
        "name",
        true,
    ),
    (
        "aws_cloudwatch_event_bus",
        "events:event-bus/",
        "name",
        false,
    ),
    ("aws_kinesis_stream", "kinesis:stream/", "name", true),
    (
        "aws_kinesis_firehose_delivery_stream",
        "firehose:deliverystream/",
        "name",
        true,
    ),
    (
        "aws_secretsmanager_secret",
        "secretsmanager:secret:",
        "name",
        true,
    ),
    ("aws_ssm_parameter", "ssm:parameter/", "name", false),
    ("aws_cloudwatch_log_group", "logs:log-group:", "name", false),
    ("aws_kms_key", "kms:key/", "", false),
    ("aws_iam_role", "iam:role/", "name", false),
];

impl Configuration {
    /// The value of an expression.
    pub(super) fn value(&self, file: FileId, expression: &Expression) -> Node {
        self.evaluate(file, expression, 0)
    }

    fn evaluate(&self, file: FileId, expression: &Expression, depth: u32) -> Node {
        let here = self.place(file, expression.span().unwrap_or_default());
        // Locals may be defined by each other.
        if depth > 32 {
            return open(here, expression);
        }
        let next = |expression| self.evaluate(file, expression, depth + 1);
        match expression {
            Expression::Null(_) => Node::null(here),
            Expression::Bool(value) => Node::text(here, Text::of(value.to_string())),
            Expression::Number(value) => Node::text(here, Text::of(value.to_string())),
            Expression::String(value) => Node::text(here, Text::of(value.as_str())),
            Expression::Array(array) => list(here, array.iter().map(next)),
            Expression::Object(object) => {
                let entries = object.iter().map(|(key, value)| {
                    let (name, place) = match key {
                        ObjectKey::Ident(name) => (name.as_str().to_owned(), name.span()),
                        ObjectKey::Expression(Expression::Variable(name)) => {
                            (name.as_str().to_owned(), name.span())
                        }
                        ObjectKey::Expression(key) => {
                            let name = texts(&next(key)).first().map(Text::to_string);
                            (name.unwrap_or_default(), key.span())
                        }
                    };
                    Entry {
                        key: name,
                        key_span: self.place(file, place.unwrap_or_default()),
                        value: next(value.expr()),
                    }
                });
                Node {
                    span: here,
                    kind: Kind::Map(entries.collect()),
                }
            }
            Expression::StringTemplate(template) => {
                let elements: Vec<&Element> = template.iter().collect();
                self.concatenate(file, here, &elements, depth)
            }
            Expression::HeredocTemplate(heredoc) => {
                let template: &Template = &heredoc.template;
                let elements: Vec<&Element> = template.iter().collect();
                self.concatenate(file, here, &elements, depth)
            }
            Expression::Parenthesis(inner) => next(inner.inner()),
            Expression::Conditional(conditional) => list(
                here,
                [&conditional.true_expr, &conditional.false_expr]
                    .into_iter()
                    .map(next),
            ),
            Expression::Traversal(traversal) => self.traversal(here, traversal, depth),
            Expression::FuncCall(call) => self.call(file, here, call, depth),
            _ => open(here, expression),
        }
    }

    fn concatenate(&self, file: FileId, here: Span, elements: &[&Element], depth: u32) -> Node {
        let mut whole = Text::default();
        for element in elements {
            match element {
                Element::Literal(text) => whole.append(&Text::of(text.as_str())),
                Element::Interpolation(interpolation) => {
                    let node = self.evaluate(file, &interpolation.expr, depth + 1);
                    match (elements.len(), texts(&node).as_slice()) {
                        // `"${x}"` is x, whatever its type.
                        (1, _) => return node,
                        (_, [text]) => whole.append(text),
                        _ => whole.push(Part::Open(interpolation.expr.to_string())),
                    }
                }
                Element::Directive(_) => whole.push(Part::Open("a directive".to_owned())),
            }
        }
        Node::text(here, whole)
    }

    /// `aws_sqs_queue.jobs.arn`, `local.name`, `data.aws_region.current.name`.
    fn traversal(&self, here: Span, traversal: &Traversal, depth: u32) -> Node {
        let Some(path) = path(traversal) else {
            let whole = Expression::Traversal(Box::new(traversal.clone()));
            return open(here, &whole);
        };
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["local", name, rest @ ..] => {
                let found = self.blocks.iter().filter(|item| item.kind == "locals");
                let found = found
                    .filter_map(|item| Some((item.file, item.body.get_attribute(name)?)))
                    .next();
                match found {
                    Some((file, attribute)) => {
                        let node = self.evaluate(file, &attribute.value, depth + 1);
                        let mut node = node.at(rest).cloned().unwrap_or(node);
                        node.span = here;
                        node
                    }
                    None => Node::text(here, Text::open(path.join("."))),
                }
            }
            ["data", "aws_region", ..] => Node::text(here, Text::open("AWS::Region")),
            ["data", "aws_partition", ..] => Node::text(here, Text::open("AWS::Partition")),
            ["data", "aws_caller_identity", _, "account_id" | "id"] => {
                Node::text(here, Text::open("AWS::AccountId"))
            }
            [
                "data",
                "aws_iam_policy_document",
                name,
                "json" | "minified_json",
            ] => {
                let address = format!("data.aws_iam_policy_document.{name}");
                match self.find(&address) {
                    Some(item) => self.policy_document(item, depth),
                    None => Node::text(here, Text::open(address)),
                }
            }
            ["data", kind, name, attribute] => {
                self.resource(here, &format!("data.{kind}.{name}"), kind, attribute, depth)
            }
            [kind, name, attribute] if kind.starts_with("aws_") => {
                self.resource(here, &format!("{kind}.{name}"), kind, attribute, depth)
            }
            [kind, ..] if kind.starts_with("aws_") => Node::text(here, Text::name(path.join("."))),
            _ => Node::text(here, Text::open(path.join("."))),
        }
    }

    /// An attribute of a resource.
    fn resource(&self, here: Span, address: &str, kind: &str, attribute: &str, depth: u32) -> Node {
        let Some((_, form, argument, id_is_arn)) = TYPES.iter().find(|(known, ..)| *known == kind)
        else {
            return Node::text(here, Text::name(format!("{address}.{attribute}")));
        };
        let set = self.find(address).and_then(|item| {
            let attribute = item.body.get_attribute(argument)?;
            let name = self.evaluate(item.file, &attribute.value, depth + 1);
            texts(&name).pop()
        });
        let name = set.unwrap_or_else(|| Text::name(address));
        let text = match attribute {
            "arn" => arn(form, &name),
            "id" if *id_is_arn => arn(form, &name),
            "stream_arn" => arn(form, &name).then(&Text::of("/stream/*")),
            "id" | "name" | "url" | "bucket" | "function_name" | "key_id" => name,
            _ => Text::name(format!("{address}.{attribute}")),
        };
        Node::text(here, text)
    }

    /// `data "aws_iam_policy_document"` as the document that it makes.
    fn policy_document(&self, item: &Item, depth: u32) -> Node {
        let mut statements = Vec::new();
        for key in ["source_policy_documents", "override_policy_documents"] {
            if let Some(attribute) = item.body.get_attribute(key) {
                let documents = self.evaluate(item.file, &attribute.value, depth + 1);
                for document in documents.items() {
                    statements.extend(
                        document
                            .get("Statement")
                            .iter()
                            .flat_map(|n| n.items())
                            .cloned(),
                    );
                }
            }
        }
        for block in item.body.get_blocks("statement") {
            let place = self.place(item.file, block.ident.span().unwrap_or_default());
            let keys = [
                ("effect", "Effect"),
                ("actions", "Action"),
                ("not_actions", "NotAction"),
                ("resources", "Resource"),
                ("not_resources", "NotResource"),
            ];
            let entries = keys.iter().filter_map(|(key, name)| {
                let attribute = block.body.get_attribute(key)?;
                Some(Entry {
                    key: (*name).to_owned(),
                    key_span: place,
                    value: self.evaluate(item.file, &attribute.value, depth + 1),
                })
            });
            statements.push(Node {
                span: place,
                kind: Kind::Map(entries.collect()),
            });
        }
        Node {
            span: item.span,
            kind: Kind::Map(vec![Entry {
                key: "Statement".to_owned(),
                key_span: item.span,
                value: list(item.span, statements),
            }]),
        }
    }

    fn call(&self, file: FileId, here: Span, call: &FuncCall, depth: u32) -> Node {
        let arguments: Vec<Node> = call
            .args
            .iter()
            .map(|argument| self.evaluate(file, argument, depth + 1))
            .collect();
        match (call.name.name.as_str(), arguments.as_slice()) {
            (
                "jsonencode" | "jsondecode" | "toset" | "tolist" | "tomap" | "tostring" | "compact"
                | "distinct" | "nonsensitive" | "sort" | "trimspace",
                [only],
            ) => only.clone(),
            ("concat" | "flatten" | "setunion", all) => {
                list(here, all.iter().flat_map(|node| node.items().to_vec()))
            }
            ("merge", all) => Node {
                span: here,
                kind: Kind::Map(
                    all.iter()
                        .flat_map(|node| node.entries().to_vec())
                        .collect(),
                ),
            },
            ("join", [separator, all]) => {
                let separator = texts(separator).pop().unwrap_or_default();
                let mut whole = Text::default();
                for (at, text) in texts(all).iter().enumerate() {
                    if at > 0 {
                        whole.append(&separator);
                    }
                    whole.append(text);
                }
                Node::text(here, whole)
            }
            ("format", [pattern, values @ ..]) => {
                let pattern = pattern.literal().unwrap_or_default();
                let mut whole = Text::default();
                let mut values = values.iter();
                for (at, piece) in pattern.split("%s").enumerate() {
                    if at > 0 {
                        let value = values.next().map(texts).unwrap_or_default();
                        whole.append(&value.into_iter().next().unwrap_or(Text::open("%s")));
                    }
                    whole.append(&Text::of(piece));
                }
                Node::text(here, whole)
            }
            _ => open(here, &Expression::FuncCall(Box::new(call.clone()))),
        }
    }
}

/// The words of a traversal; indexes and splats are left out, since all instances are alike.
fn path(traversal: &Traversal) -> Option<Vec<String>> {
    let Expression::Variable(first) = &traversal.expr else {
        return None;
    };
    let mut words = vec![first.as_str().to_owned()];
    for operator in &traversal.operators {
        match operator.value() {
            TraversalOperator::GetAttr(name) => words.push(name.as_str().to_owned()),
            TraversalOperator::Index(Expression::String(key)) => {
                words.push(key.as_str().to_owned())
            }
            _ => {}
        }
    }
    Some(words)
}

fn list(span: Span, items: impl IntoIterator<Item = Node>) -> Node {
    Node {
        span,
        kind: Kind::List(items.into_iter().collect()),
    }
}

fn open(span: Span, expression: &Expression) -> Node {
    Node::text(span, Text::open(expression.to_string().trim()))
}

/// A document in a heredoc: the text is JSON once its symbols are taken for characters.
pub(super) fn json(place: Span, text: &Text) -> Option<Node> {
    const FIRST: u32 = 0xe000;
    let mut symbols = Vec::new();
    let mut plain = String::new();
    for part in text.parts() {
        match part {
            Part::Literal(text) => plain.push_str(text),
            symbol => {
                plain.push(char::from_u32(FIRST + u32::try_from(symbols.len()).ok()?)?);
                symbols.push(symbol.clone());
            }
        }
    }
    let document = yaml::read(place.file, &plain).ok()?.pop()?;
    document.get("Statement")?;
    Some(restore(&document, place, &symbols))
}

fn restore(node: &Node, place: Span, symbols: &[Part]) -> Node {
    let kind = match &node.kind {
        Kind::Null => Kind::Null,
        Kind::Scalar(text) => {
            let mut restored = Text::default();
            for c in text.literal().unwrap_or_default().chars() {
                let index = (c as u32).checked_sub(0xe000).map(|index| index as usize);
                match index.and_then(|index| symbols.get(index)) {
                    Some(symbol) => restored.push(symbol.clone()),
                    None => restored.push(Part::Literal(c.to_string())),
                }
            }
            Kind::Scalar(restored)
        }
        Kind::List(items) => Kind::List(
            items
                .iter()
                .map(|item| restore(item, place, symbols))
                .collect(),
        ),
        Kind::Map(entries) => Kind::Map(
            entries
                .iter()
                .map(|entry| Entry {
                    key: entry.key.clone(),
                    key_span: place,
                    value: restore(&entry.value, place, symbols),
                })
                .collect(),
        ),
    };
    Node { span: place, kind }
}
