//! YAML and JSON, with CloudFormation's short tags, into a [`Node`].

use std::collections::HashMap;

use ifc_compiler::span::{FileId, Span};
use saphyr_parser::{Event, Marker, Parser, Tag};

use crate::document::{Entry, Kind, Node, span};
use crate::text::Text;

/// Nesting beyond which a file is refused; CloudFormation's own templates stay far below.
const DEPTH: usize = 128;

/// What is wrong with a file.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) span: Span,
    pub(crate) message: String,
}

/// Reads all documents of a file.
pub(crate) fn read(file: FileId, text: &str) -> Result<Vec<Node>, Unreadable> {
    let mut reader = Reader {
        file,
        offsets: offsets(text),
        open: Vec::new(),
        documents: Vec::new(),
        anchors: HashMap::new(),
    };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, place)) => reader.event(event, place)?,
            Err(error) => {
                let at = reader.offset(*error.marker());
                return Err(Unreadable {
                    span: span(file, at..at + 1),
                    message: error.info().to_owned(),
                });
            }
        }
    }
    Ok(reader.documents)
}

/// Byte of each character; empty if they are the same.
fn offsets(text: &str) -> Vec<usize> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    offsets.push(text.len());
    offsets
}

struct Reader {
    file: FileId,
    offsets: Vec<usize>,
    open: Vec<Open>,
    documents: Vec<Node>,
    anchors: HashMap<usize, Node>,
}

/// A list or map that is being read.
struct Open {
    node: Node,
    key: Option<(String, Span)>,
    tag: Option<String>,
    anchor: usize,
}

impl Reader {
    fn offset(&self, marker: Marker) -> usize {
        match self.offsets.is_empty() {
            true => marker.index(),
            false => self
                .offsets
                .get(marker.index())
                .or(self.offsets.last())
                .copied()
                .unwrap_or_default(),
        }
    }

    fn event(&mut self, event: Event<'_>, place: saphyr_parser::Span) -> Result<(), Unreadable> {
        let here = span(self.file, self.offset(place.start)..self.offset(place.end));
        match event {
            Event::Scalar(value, _, anchor, tag) => {
                let node = Node::text(here, Text::of(value.into_owned()));
                self.finish(node, tag.as_deref().and_then(short), anchor);
            }
            Event::SequenceStart(anchor, tag) => {
                self.start(Kind::List(Vec::new()), here, tag.as_deref(), anchor)?;
            }
            Event::MappingStart(anchor, tag) => {
                self.start(Kind::Map(Vec::new()), here, tag.as_deref(), anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(mut open) = self.open.pop() {
                    open.node.span.end = here.end.max(open.node.span.start);
                    self.finish(open.node, open.tag, open.anchor);
                }
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                self.finish(node.unwrap_or(Node::null(here)), None, 0);
            }
            _ => {}
        }
        Ok(())
    }

    fn start(
        &mut self,
        kind: Kind,
        here: Span,
        tag: Option<&Tag>,
        anchor: usize,
    ) -> Result<(), Unreadable> {
        if self.open.len() >= DEPTH {
            return Err(Unreadable {
                span: here,
                message: format!("nested more than {DEPTH} deep"),
            });
        }
        self.open.push(Open {
            node: Node { span: here, kind },
            key: None,
            tag: tag.and_then(short),
            anchor,
        });
        Ok(())
    }

    /// Puts a value where it belongs.
    fn finish(&mut self, node: Node, tag: Option<String>, anchor: usize) {
        let node = match tag {
            Some(tag) => intrinsic(tag, node),
            None => node,
        };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.documents.push(node);
            return;
        };
        match (&mut open.node.kind, open.key.take()) {
            (Kind::List(items), _) => items.push(node),
            (Kind::Map(entries), Some((key, _))) if key == "<<" => {
                entries.extend(node.entries().iter().cloned());
            }
            (Kind::Map(entries), Some((key, key_span))) => entries.push(Entry {
                key,
                key_span,
                value: node,
            }),
            (Kind::Map(_), None) => {
                open.key = Some((node.literal().unwrap_or_default().to_owned(), node.span));
            }
            _ => {}
        }
    }
}

/// `!Ref` and `!Condition` keep their names, all others are `Fn::`.
fn short(tag: &Tag) -> Option<String> {
    (tag.handle == "!" && !tag.suffix.is_empty()).then(|| match tag.suffix.as_str() {
        "Ref" | "Condition" => tag.suffix.clone(),
        name => format!("Fn::{name}"),
    })
}

/// A short tag in its long form.
fn intrinsic(name: String, value: Node) -> Node {
    let here = value.span;
    let value = match (name.as_str(), value.literal()) {
        ("Fn::GetAtt", Some(path)) => {
            let (resource, attribute) = path.split_once('.').unwrap_or((path, ""));
            let parts = [resource, attribute];
            let parts = parts.map(|part| Node::text(here, Text::of(part)));
            Node {
                span: here,
                kind: Kind::List(parts.into()),
            }
        }
        _ => value,
    };
    Node {
        span: here,
        kind: Kind::Map(vec![Entry {
            key: name,
            key_span: here,
            value,
        }]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Node {
        read(FileId(0), text).expect("it is valid").remove(0)
    }

    #[test]
    fn short_tags_are_long_forms() {
        let node = one("a: !Ref T\nb: !GetAtt T.Arn\nc: !Sub '${T}-x'\nd: !Join ['', [a, b]]\n");
        assert_eq!(node.at(&["a", "Ref"]).and_then(Node::literal), Some("T"));
        let parts = node.at(&["b", "Fn::GetAtt"]).expect("it is there").items();
        assert_eq!(parts[1].literal(), Some("Arn"));
        assert_eq!(
            node.at(&["c", "Fn::Sub"]).and_then(Node::literal),
            Some("${T}-x")
        );
        assert_eq!(
            node.at(&["d", "Fn::Join"]).map(|node| node.items().len()),
            Some(2)
        );
    }

    #[test]
    fn json_anchors_and_merges() {
        let node = one("{\"a\": [1, true, \"x\"], \"b\": {}}");
        assert_eq!(node.get("a").map(|node| node.items().len()), Some(3));
        let node = one("x: &x {k: v}\ny:\n  <<: *x\n  z: 1\n");
        assert_eq!(node.at(&["y", "k"]).and_then(Node::literal), Some("v"));
    }

    #[test]
    fn places_are_bytes() {
        let text = "\u{e4}: \u{e4}\nkey: value\n";
        let node = one(text);
        let place = node.get("key").expect("it is there").span;
        assert_eq!(&text[place.start as usize..place.end as usize], "value");
    }

    #[test]
    fn what_is_no_yaml_is_refused_at_its_place() {
        let error = read(FileId(0), "a: [1, 2\nb: }").expect_err("it is broken");
        assert!(error.span.start > 0, "{error:?}");
        let deep = "[".repeat(DEPTH + 1);
        assert!(read(FileId(0), &deep).is_err());
    }
}
