//! JSON for people and for CloudFormation, which counts white space: what fits on a line stands on
//! one. Everything is written compactly, with a note of each bracket and separator, and laid out in
//! one walk over these notes.

mod serialize;

use std::collections::BTreeMap;

pub use serialize::{Open, Refused};

use serde::{Serialize, Serializer};
use serde_json::Value;

const WIDTH: usize = 100;
const INDENT: usize = 2;

/// Most files are no longer than this many bytes.
const SMALL: usize = 1 << 10;

/// Bytes that wait for being laid out.
const WAITING: usize = 16 << 10;

/// The text of a JSON file, with a final newline.
pub fn to_json(value: &(impl Serialize + ?Sized)) -> String {
    let mut out = Writer::default();
    out.text.reserve(SMALL);
    out.marks.reserve(SMALL / 16);
    out.done.reserve(SMALL);
    out.value(value);
    out.finish()
}

/// JSON on one line, with members in order of name.
pub fn compact(value: &Value) -> String {
    serde_json::to_string(&Sorted(value)).unwrap_or_default()
}

/// Writes JSON piece by piece. Commas and colons come by themselves.
///
/// What is written stays compact until it is known whether it fits on its line, which is soon: only
/// a few kilobytes are ever waiting, however long the text gets.
#[derive(Debug, Default)]
pub struct Writer {
    /// What is not laid out yet.
    text: Vec<u8>,
    /// The brackets, commas and colons of `text`.
    marks: Vec<Mark>,
    /// The marks of brackets in `text` that are still open.
    open: Vec<usize>,
    /// What is laid out.
    done: Vec<u8>,
    /// Where the current line of `done` begins, and what stands on it before `done` begins.
    line_start: usize,
    before: usize,
    indent: usize,
    /// Whether the text that comes next is the name of a member.
    in_name: bool,
}

/// A bracket, comma or colon in the compact text.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: u32,
    /// For an opening bracket: the mark of the closing one, if it is there.
    close: u32,
}

/// The value does not fit on a line, or its end is not known.
const BROKEN: u32 = u32::MAX;

/// A text that is laid out for its place in another one.
#[derive(Debug)]
pub struct Part(Vec<u8>);

impl Writer {
    /// Writes the value of the member `name` of an object at the top, to be put there later.
    pub fn part(name: &str) -> Writer {
        let mut name_text = Writer::default();
        name_text.string(name);
        Writer {
            indent: INDENT,
            before: INDENT + name_text.text.len() + ": ".len(),
            ..Writer::default()
        }
    }

    /// The end of a part.
    pub fn finish_part(mut self) -> Part {
        self.settle(self.marks.len());
        Part(self.done)
    }

    /// Puts a part in its place.
    pub fn put(&mut self, name: &str, part: &Part) {
        self.name(name);
        // What is around it is broken into lines in any case.
        for open in self.open.drain(..) {
            self.marks[open].close = BROKEN;
        }
        self.settle(self.marks.len());
        self.text.extend_from_slice(&part.0);
    }

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
        self.before_name();
        self.string(name);
        self.mark(b':');
        self
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.before_value();
        self.string(text);
    }

    /// Any other value; maps in the order that they have.
    pub fn value(&mut self, value: &(impl Serialize + ?Sized)) {
        // Only maps whose keys are no texts and types that refuse cannot be written; what the
        // compiler writes has neither.
        let _ = value.serialize(self);
    }

    /// The laid out text, with a final newline.
    pub fn finish(mut self) -> String {
        self.settle(self.marks.len());
        self.done.push(b'\n');
        // Only whole texts were copied, so that this is always one.
        String::from_utf8(self.done).unwrap_or_default()
    }

    /// Lays out what can be.
    fn settle_early(&mut self) {
        // An open bracket with more than a line behind it is broken, however it goes on.
        let is_long = |open: usize| self.text.len() - self.marks[open].at as usize >= WIDTH;
        let long = self.open.partition_point(|&open| is_long(open));
        for open in self.open.drain(..long) {
            self.marks[open].close = BROKEN;
        }
        let until = self.open.first().copied().unwrap_or(self.marks.len());
        self.settle(until);
    }

    /// Lays out everything before a mark; without such a mark, all.
    fn settle(&mut self, until: usize) {
        let end = self
            .marks
            .get(until)
            .map_or(self.text.len(), |mark| mark.at as usize);
        let mut copied = 0;
        let mut next = 0;
        while next < until {
            let Mark { at, close } = self.marks[next];
            let at = at as usize;
            self.done.extend_from_slice(&self.text[copied..at]);
            copied = at + 1;
            next += 1;
            match self.text[at] {
                bracket @ (b'{' | b'[') => {
                    let column = self.before + self.done.len() - self.line_start;
                    let end = self.marks.get(close as usize).map(|mark| mark.at as usize);
                    let fits = |end: &usize| *end == at + 1 || column + end + 1 - at < WIDTH;
                    if let Some(end) = end.filter(fits) {
                        self.done.extend_from_slice(&self.text[at..=end]);
                        copied = end + 1;
                        next = close as usize + 1;
                    } else {
                        self.done.push(bracket);
                        self.indent += INDENT;
                        self.break_line();
                    }
                }
                b',' => {
                    self.done.push(b',');
                    self.break_line();
                }
                b':' => self.done.extend_from_slice(b": "),
                bracket => {
                    self.indent = self.indent.saturating_sub(INDENT);
                    self.break_line();
                    self.done.push(bracket);
                }
            }
        }
        self.done.extend_from_slice(&self.text[copied..end]);
        self.text.drain(..end);
        self.marks.drain(..until);
        for mark in &mut self.marks {
            mark.at -= end as u32;
            mark.close = match mark.close {
                BROKEN => BROKEN,
                close => close - until as u32,
            };
        }
        for open in &mut self.open {
            *open -= until;
        }
    }

    fn break_line(&mut self) {
        self.done.push(b'\n');
        self.before = 0;
        self.line_start = self.done.len();
        self.done.resize(self.line_start + self.indent, b' ');
    }

    fn string(&mut self, text: &str) {
        let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
        // Looks at all bytes, because the processor takes many at a time.
        if text
            .bytes()
            .fold(true, |plain, byte| plain & is_plain(byte))
        {
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
        if !self.in_name && !matches!(self.text.last(), None | Some(b'[' | b':')) {
            self.comma();
        }
    }

    fn before_name(&mut self) {
        if self.text.last() != Some(&b'{') {
            self.comma();
        }
    }

    fn comma(&mut self) {
        // Not more often, so that it is cheap; not less, so that the text stays in the cache.
        if self.text.len() > WAITING {
            self.settle_early();
        }
        self.mark(b',');
    }

    fn mark(&mut self, byte: u8) {
        self.marks.push(Mark {
            at: self.text.len() as u32,
            close: BROKEN,
        });
        self.text.push(byte);
    }

    fn begin(&mut self, bracket: u8) {
        self.open.push(self.marks.len());
        self.mark(bracket);
    }

    fn end(&mut self, bracket: u8) {
        if let Some(open) = self.open.pop() {
            self.marks[open].close = self.marks.len() as u32;
        }
        self.mark(bracket);
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
        let mut out = Writer::default();
        out.begin_object();
        out.name("a").begin_array();
        out.value(&1);
        out.begin_object();
        out.name("b").text(&long);
        out.name("c").begin_object();
        out.end_object();
        out.end_object();
        out.begin_array();
        out.end_array();
        out.end_array();
        out.name("d").text("x");
        out.name("e").value(&true);
        out.end_object();
        assert_eq!(out.finish(), to_json(&value));
    }

    #[test]
    fn parts_are_laid_out_for_their_place() {
        for length in 1..99 {
            let part = serde_json::json!({ "x": "y".repeat(length), "z": [1, 2] });
            let whole = serde_json::json!({ "a": "b".repeat(99), "part": part, "q": 1 });
            let mut inner = Writer::part("part");
            inner.value(&part);
            let inner = inner.finish_part();
            let mut out = Writer::default();
            out.begin_object();
            out.name("a").text(&"b".repeat(99));
            out.put("part", &inner);
            out.name("q").value(&1);
            out.end_object();
            assert_eq!(out.finish(), to_json(&whole));
        }
    }

    /// Laying out piece by piece gives what laying out everything at once does.
    #[test]
    fn long_texts_are_laid_out_alike() {
        let items: Vec<Value> = (0..4_000_usize)
            .map(|at| {
                let text = "t".repeat(at % 131);
                serde_json::json!({ "a": [at, { "b": text }], "c": [[], [at], { "d": text }] })
            })
            .collect();
        let value = serde_json::json!({ "items": items, "last": { "e": items } });
        let mut whole = Writer::default();
        // Compact text has the same brackets and separators, and nothing settles on the way.
        whole.mark_all(&compact(&value));
        let text = to_json(&value);
        assert_eq!(text, whole.finish());
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
    }

    impl Writer {
        fn mark_all(&mut self, compact: &str) {
            let mut in_text = false;
            for byte in compact.bytes() {
                in_text ^= byte == b'"';
                match byte {
                    b'{' | b'[' if !in_text => self.begin(byte),
                    b'}' | b']' if !in_text => self.end(byte),
                    b',' | b':' if !in_text => self.mark(byte),
                    _ => self.text.push(byte),
                }
            }
        }
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
