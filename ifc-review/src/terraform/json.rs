//! Configurations in JSON, `.tf.json`: rewritten in Terraform's own language, which says the same.
//! Source: Terraform documentation, JSON Configuration Syntax.

use std::ops::Range;

use ifc_compiler::span::{FileId, Span};

use crate::document::{Entry, Kind, Node};
use crate::yaml::{self, Unreadable};

/// Blocks inside of resources and data sources that are read; everything else is an attribute.
const BLOCKS: &[&str] = &[
    "dead_letter_config",
    "environment",
    "file_system_config",
    "inline_policy",
    "statement",
    "tracing_config",
    "vpc_config",
];

/// A rewritten file.
#[derive(Default)]
pub(super) struct Rewritten {
    pub(super) text: String,
    /// Where keys and values of `text` stand in the file.
    pub(super) places: Vec<(Range<usize>, Span)>,
}

pub(super) fn rewrite(file: FileId, text: &str) -> Result<Rewritten, Unreadable> {
    let mut rewritten = Rewritten::default();
    for document in yaml::read(file, text)? {
        for entry in document.entries().iter().filter(|entry| entry.key != "//") {
            let labels = match entry.key.as_str() {
                "resource" | "data" => 2,
                "module" | "output" | "provider" | "variable" => 1,
                _ => 0,
            };
            rewritten.blocks(entry, &entry.value, labels, &mut Vec::new());
        }
    }
    Ok(rewritten)
}

impl Rewritten {
    /// The blocks of one kind, below as many names as they have labels.
    fn blocks<'n>(
        &mut self,
        kind: &Entry,
        node: &'n Node,
        labels: usize,
        names: &mut Vec<&'n Entry>,
    ) {
        for item in node.items() {
            if names.len() < labels {
                for entry in item.entries().iter().filter(|entry| entry.key != "//") {
                    names.push(entry);
                    self.blocks(kind, &entry.value, labels, names);
                    names.pop();
                }
                continue;
            }
            // A block is at the place of its name.
            let place = names.last().map_or(kind.key_span, |name| name.key_span);
            self.put(&kind.key, place);
            for name in names.iter() {
                self.text.push(' ');
                self.quoted(&name.key, name.key_span);
            }
            self.body(item);
        }
    }

    fn body(&mut self, node: &Node) {
        self.text.push_str(" {\n");
        for entry in node.entries().iter().filter(|entry| entry.key != "//") {
            let is_block = BLOCKS.contains(&entry.key.as_str())
                && entry
                    .value
                    .items()
                    .iter()
                    .all(|item| matches!(item.kind, Kind::Map(_)));
            if is_block {
                for item in entry.value.items() {
                    self.put(&entry.key, entry.key_span);
                    self.body(item);
                }
            } else {
                self.put(&entry.key, entry.key_span);
                self.text.push_str(" = ");
                self.value(&entry.value);
                self.text.push('\n');
            }
        }
        self.text.push_str("}\n");
    }

    fn value(&mut self, node: &Node) {
        let start = self.text.len();
        match &node.kind {
            Kind::Null => self.text.push_str("null"),
            Kind::Scalar(text) => self.quoted(&text.to_string(), node.span),
            Kind::List(items) => {
                self.text.push('[');
                for item in items {
                    self.value(item);
                    self.text.push_str(", ");
                }
                self.text.push(']');
            }
            Kind::Map(entries) => {
                self.text.push_str("{\n");
                for entry in entries {
                    self.quoted(&entry.key, entry.key_span);
                    self.text.push_str(" = ");
                    self.value(&entry.value);
                    self.text.push('\n');
                }
                self.text.push('}');
            }
        }
        self.places.push((start..self.text.len(), node.span));
    }

    fn put(&mut self, text: &str, place: Span) {
        let start = self.text.len();
        self.text.push_str(text);
        self.places.push((start..self.text.len(), place));
    }

    /// A text as a template; what stands in `${..}` is not a text and stays as it is.
    fn quoted(&mut self, text: &str, place: Span) {
        let mut out = String::from("\"");
        let mut depth = 0;
        let mut before = ' ';
        for letter in text.chars() {
            match letter {
                '{' if depth > 0 || matches!(before, '$' | '%') => depth += 1,
                '}' if depth > 0 => depth -= 1,
                '"' | '\\' if depth == 0 => out.push('\\'),
                _ => {}
            }
            match letter {
                '\n' if depth == 0 => out.push_str("\\n"),
                '\r' if depth == 0 => out.push_str("\\r"),
                '\t' if depth == 0 => out.push_str("\\t"),
                letter => out.push(letter),
            }
            before = letter;
        }
        out.push('"');
        self.put(&out, place);
    }

    /// The place in the file of a part of `text`: that of the smallest value around it.
    pub(super) fn place(&self, range: &Range<usize>) -> Option<Span> {
        let around = self
            .places
            .iter()
            .filter(|(part, _)| part.start <= range.start && range.end <= part.end);
        around
            .min_by_key(|(part, _)| part.len())
            .map(|(_, place)| *place)
    }
}
