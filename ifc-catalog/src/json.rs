//! JSON for people and for CloudFormation, which counts white space: what fits on a line stands on
//! one. Everything is written once, compactly, with a note of each bracket and separator, and laid
//! out in one walk over these notes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;

use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::ser::Formatter;

const WIDTH: usize = 100;

/// The text of a JSON file, with a final newline.
pub fn to_json(value: &(impl Serialize + ?Sized)) -> String {
    let mut out = Writer::default();
    out.value(value);
    out.finish()
}

/// JSON on one line, with members in order of name.
pub fn compact(value: &Value) -> String {
    serde_json::to_string(&Sorted(value)).unwrap_or_default()
}

/// Writes JSON piece by piece. Commas and colons come by themselves.
#[derive(Debug, Default)]
pub struct Writer {
    text: Vec<u8>,
    marks: Vec<Mark>,
    /// The marks of the brackets that are still open.
    open: Vec<usize>,
}

/// A bracket, comma or colon in the compact text.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: usize,
    /// For an opening bracket: the mark of the closing one. For others: itself.
    close: usize,
}

impl Writer {
    /// Begins an object. Its members must come in order of name.
    pub fn begin_object(&mut self) {
        self.before_value();
        self.begin(b'{');
    }

    /// Ends the object that was begun last.
    pub fn end_object(&mut self) {
        self.end(b'}');
    }

    /// Begins an array.
    pub fn begin_array(&mut self) {
        self.before_value();
        self.begin(b'[');
    }

    /// Ends the array that was begun last.
    pub fn end_array(&mut self) {
        self.end(b']');
    }

    /// The name of the member whose value comes next.
    pub fn name(&mut self, name: &str) -> &mut Self {
        if self.text.last() != Some(&b'{') {
            self.separator(b',');
        }
        self.string(name);
        self.separator(b':');
        self
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.before_value();
        self.string(text);
    }

    /// Any other value; maps in the order that they have.
    pub fn value(&mut self, value: &(impl Serialize + ?Sized)) {
        self.before_value();
        let shared = RefCell::new(self);
        let notes = Notes(&shared);
        // Writing to memory fails only for maps whose keys are no texts and for types that refuse;
        // what the compiler writes has neither.
        let _ = value.serialize(&mut serde_json::Serializer::with_formatter(
            Sink(&shared),
            notes,
        ));
    }

    /// Everything that another writer wrote, in its place.
    pub fn append(&mut self, other: &Writer) {
        self.before_value();
        let (at, close) = (self.text.len(), self.marks.len());
        self.text.extend_from_slice(&other.text);
        let moved = other.marks.iter().map(|mark| Mark {
            at: mark.at + at,
            close: mark.close + close,
        });
        self.marks.extend(moved);
    }

    /// The laid out text, with a final newline.
    pub fn finish(self) -> String {
        let mut out = Vec::with_capacity(self.text.len() + self.text.len() / 2);
        let (mut line_start, mut indent) = (0, 0);
        let mut copied = 0;
        let mut at = 0;
        while let Some(mark) = self.marks.get(at) {
            out.extend_from_slice(&self.text[copied..mark.at]);
            copied = mark.at + 1;
            at += 1;
            let break_line = |out: &mut Vec<u8>, line_start: &mut usize, indent: usize| {
                out.push(b'\n');
                *line_start = out.len();
                out.resize(out.len() + indent, b' ');
            };
            match self.text[mark.at] {
                bracket @ (b'{' | b'[') => {
                    let end = self.marks[mark.close].at;
                    let column = out.len() - line_start;
                    let is_empty = end == mark.at + 1;
                    if is_empty || column + end + 1 - mark.at < WIDTH {
                        out.extend_from_slice(&self.text[mark.at..=end]);
                        copied = end + 1;
                        at = mark.close + 1;
                    } else {
                        out.push(bracket);
                        indent += 2;
                        break_line(&mut out, &mut line_start, indent);
                    }
                }
                b',' => {
                    out.push(b',');
                    break_line(&mut out, &mut line_start, indent);
                }
                b':' => out.extend_from_slice(b": "),
                bracket => {
                    indent = indent.saturating_sub(2);
                    break_line(&mut out, &mut line_start, indent);
                    out.push(bracket);
                }
            }
        }
        out.extend_from_slice(&self.text[copied..]);
        out.push(b'\n');
        // Only whole texts were copied, so that this is always one.
        String::from_utf8(out).unwrap_or_default()
    }

    fn string(&mut self, text: &str) {
        let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
        if text.bytes().all(is_plain) {
            self.text.reserve(text.len() + 2);
            self.text.push(b'"');
            self.text.extend_from_slice(text.as_bytes());
            self.text.push(b'"');
        } else {
            // As above, memory does not fail.
            let _ = serde_json::to_writer(&mut self.text, text);
        }
    }

    /// The comma that a value needs where it is not the first of its array.
    fn before_value(&mut self) {
        if !matches!(self.text.last(), None | Some(b'[' | b':')) {
            self.separator(b',');
        }
    }

    fn separator(&mut self, byte: u8) {
        self.marks.push(Mark {
            at: self.text.len(),
            close: self.marks.len(),
        });
        self.text.push(byte);
    }

    fn begin(&mut self, bracket: u8) {
        self.open.push(self.marks.len());
        self.separator(bracket);
    }

    fn end(&mut self, bracket: u8) {
        if let Some(open) = self.open.pop() {
            self.marks[open].close = self.marks.len();
        }
        self.separator(bracket);
    }
}

/// Where `serde_json` writes to, and where it tells its brackets and separators.
struct Sink<'a, 'w>(&'a RefCell<&'w mut Writer>);
struct Notes<'a, 'w>(&'a RefCell<&'w mut Writer>);

impl io::Write for Sink<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Formatter for Notes<'_, '_> {
    fn begin_array<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.borrow_mut().begin(b'[');
        Ok(())
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.borrow_mut().end(b']');
        Ok(())
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        _: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if !first {
            self.0.borrow_mut().separator(b',');
        }
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.borrow_mut().begin(b'{');
        Ok(())
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.borrow_mut().end(b'}');
        Ok(())
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        _: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if !first {
            self.0.borrow_mut().separator(b',');
        }
        Ok(())
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.borrow_mut().separator(b':');
        Ok(())
    }
}

/// Serialises a JSON value with its members in order of name. `serde_json` keeps that order by
/// itself only as long as no other crate of the build turns on its `preserve_order`.
pub fn sorted<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    Sorted(value).serialize(serializer)
}

/// [`sorted`] for the values of a map.
pub fn sorted_map<S: Serializer>(
    map: &BTreeMap<String, Value>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(map.iter().map(|(name, value)| (name, Sorted(value))))
}

/// A JSON value that serialises with its members in order of name.
pub struct Sorted<'a>(pub &'a Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(map) if map.keys().is_sorted() => {
                serializer.collect_map(map.iter().map(|(name, value)| (name, Sorted(value))))
            }
            Value::Object(map) => {
                let members: BTreeMap<_, _> = map.iter().map(|(k, v)| (k, Sorted(v))).collect();
                serializer.collect_map(members)
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Sorted)),
            other => other.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_stand_on_one_line() {
        let long = "x".repeat(90);
        let value = serde_json::json!({ "a": ["y", long], "b": { "Ref": "Stage" }, "c": [] });
        let text = to_json(&value);
        let expected = format!(
            "{{\n  \"a\": [\n    \"y\",\n    \"{long}\"\n  ],\n  \"b\": {{\"Ref\":\"Stage\"}},\n  \"c\": []\n}}\n"
        );
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
    }

    #[test]
    fn written_by_hand_is_the_same() {
        let long = "a \"quoted\" \\ text\n".repeat(6);
        let value =
            serde_json::json!({ "a": [1, { "b": long, "c": {} }, []], "d": "x", "e": true });
        let mut inner = Writer::default();
        inner.begin_object();
        inner.name("b").text(&long);
        inner.name("c").begin_object();
        inner.end_object();
        inner.end_object();
        let mut out = Writer::default();
        out.begin_object();
        out.name("a").begin_array();
        out.value(&1);
        out.append(&inner);
        out.begin_array();
        out.end_array();
        out.end_array();
        out.name("d").text("x");
        out.name("e").value(&true);
        out.end_object();
        assert_eq!(out.finish(), to_json(&value));
    }

    #[test]
    fn brackets_in_texts_are_text() {
        let value = serde_json::json!(["{[,:]}", "x".repeat(99), { "{": "}" }]);
        let text = to_json(&value);
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
    }

    #[test]
    fn members_are_in_order_of_name() {
        let mut object = serde_json::Map::new();
        object.insert("b".into(), 1.into());
        object.insert("a".into(), serde_json::json!([{ "d": 1, "c": 2 }]));
        let text = compact(&Value::Object(object));
        assert_eq!(text, r#"{"a":[{"c":2,"d":1}],"b":1}"#);
    }
}
