//! A template as a tree of values with their places, whatever language it is written in.

use ifc_compiler::span::{FileId, Span};

use crate::text::Text;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Nothing, or nothing that is understood.
    Null,
    /// A text, number or flag, as text.
    Scalar(Text),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// An entry of a map.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

impl Node {
    pub(crate) fn null(span: Span) -> Node {
        Node {
            span,
            kind: Kind::Null,
        }
    }

    pub(crate) fn text(span: Span, text: Text) -> Node {
        Node {
            span,
            kind: Kind::Scalar(text),
        }
    }

    /// The value under a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// The value under a path of keys.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; any other value is a list of itself, as IAM and Terraform allow.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The text, if nothing in it is left to the deployment.
    pub(crate) fn literal(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(text) => text.literal(),
            _ => None,
        }
    }
}

/// A range of bytes as a span; sources above 4 GiB are refused before.
pub(crate) fn span(file: FileId, range: std::ops::Range<usize>) -> Span {
    Span {
        file,
        start: u32::try_from(range.start).unwrap_or(u32::MAX),
        end: u32::try_from(range.end).unwrap_or(u32::MAX),
    }
}
