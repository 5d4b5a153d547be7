//! JSON for people and for CloudFormation, which counts white space: what fits on a line stands on
//! one. Only a value that may still fit is kept compact, with a note of each bracket and separator;
//! everything else is laid out as it is written.

mod escape;
mod serialize;
mod sorted;

pub use serialize::{Open, Refused};
pub use sorted::{Sorted, sorted, sorted_map};

use serde::Serialize;
use serde_json::Value;

use escape::{plain, string};

const WIDTH: usize = 100;

/// How a file is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Spaces for each level.
    pub indent: usize,
    /// Values inside so many others are not broken into lines, however long they are.
    pub deepest: usize,
}

impl Default for Layout {
    fn default() -> Self {
        Layout {
            indent: 2,
            deepest: usize::MAX,
        }
    }
}

/// The beginning of most lines.
const LINE: &[u8; 33] = b"\n                                ";

/// Most files are no longer than this many bytes.
const SMALL: usize = 1 << 10;

/// The text of a JSON file, with a final newline.
pub fn to_json(value: &(impl Serialize + ?Sized)) -> String {
    to_long_json(value, SMALL)
}

/// [`to_json`] for a text of about this many bytes.
pub fn to_long_json(value: &(impl Serialize + ?Sized), expected: usize) -> String {
    let mut out = Writer::default();
    out.reserve(expected);
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
    layout: Layout,
    /// What is laid out.
    done: Vec<u8>,
    /// The value that comes next, compactly, as long as it may fit on its line. Empty while no
    /// bracket is undecided.
    text: Vec<u8>,
    /// The brackets, commas and colons of `text`.
    marks: Vec<Mark>,
    /// The marks of brackets in `text` that are still open.
    open: Vec<usize>,
    /// Where the current line of `done` begins, and what stands on it before `done` begins.
    line_start: usize,
    before: usize,
    /// How many brackets around that line are broken.
    level: usize,
    /// Whether a value stands before what comes next.
    needs_comma: bool,
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
    /// Writes a file.
    pub fn new(layout: Layout) -> Writer {
        Writer {
            layout,
            ..Writer::default()
        }
    }

    /// Writes the value of the member `name` of an object at the top, to be put there later.
    pub fn part(name: &str, layout: Layout) -> Writer {
        let mut name_text = Vec::new();
        string(name, &mut name_text);
        Writer {
            level: 1,
            before: layout.indent + name_text.len() + ": ".len(),
            ..Writer::new(layout)
        }
    }

    /// Makes room for about this many bytes: a long text that outgrows its place is copied.
    pub fn reserve(&mut self, expected: usize) {
        self.done.reserve(expected);
    }

    /// The end of a part.
    pub fn finish_part(self) -> Part {
        Part(self.done)
    }

    /// Puts a part in its place.
    pub fn put(&mut self, name: &str, part: &Part) {
        self.name(name);
        // What is around it is broken into lines in any case.
        while !self.open.is_empty() {
            self.break_outermost();
        }
        self.done.extend_from_slice(&part.0);
        self.needs_comma = true;
    }

    /// [`Writer::put`] for the last member of the object at the top: the whole text, with a final
    /// newline. A long part is not copied to another place.
    pub fn finish_with(mut self, name: &str, part: Part) -> String {
        self.put(name, &Part(Vec::new()));
        let Part(mut whole) = part;
        whole.splice(..0, self.done.drain(..));
        self.done = whole;
        self.end_object();
        self.finish()
    }

    /// Begins an object. Its members must come in order of name.
    pub fn begin_object(&mut self) {
        self.begin(b'{');
    }

    /// Ends the object that was begun last.
    pub fn end_object(&mut self) {
        self.end(b'}');
    }

    /// Begins an array.
    pub fn begin_array(&mut self) {
        self.begin(b'[');
    }

    /// Ends the array that was begun last.
    pub fn end_array(&mut self) {
        self.end(b']');
    }

    /// The name of the member whose value comes next.
    pub fn name(&mut self, name: &str) -> &mut Self {
        self.separate();
        string(name, self.to());
        self.colon();
        self
    }

    /// [`Writer::name`] for the name of a field, in which nothing is escaped.
    fn field(&mut self, name: &'static str) -> &mut Self {
        self.separate();
        plain(name, self.to());
        self.colon();
        self
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.before_value();
        string(text, self.to());
        self.needs_comma = true;
    }

    /// Any other value; maps in the order that they have.
    pub fn value(&mut self, value: &(impl Serialize + ?Sized)) {
        // Only maps whose keys are no texts and types that refuse cannot be written; what the
        // compiler writes has neither.
        let _ = value.serialize(self);
    }

    /// The laid out text, with a final newline.
    pub fn finish(mut self) -> String {
        self.done.push(b'\n');
        // Only whole texts were copied, so that this is always one.
        String::from_utf8(self.done).unwrap_or_default()
    }

    /// Where the next piece goes.
    fn to(&mut self) -> &mut Vec<u8> {
        match self.open.is_empty() {
            true => &mut self.done,
            false => &mut self.text,
        }
    }

    /// Breaks the brackets that cannot fit on their line any more, since more comes.
    fn break_long(&mut self) {
        while !self.open.is_empty() && self.is_long(self.text.len() + 1) {
            self.break_outermost();
        }
    }

    /// Lays out everything up to the next open bracket, which is then the outermost.
    fn break_outermost(&mut self) {
        self.open.remove(0);
        let until = self.open.first().copied();
        self.settle(until.unwrap_or(self.marks.len()));
    }

    /// Whether a value of this length is broken into lines.
    fn is_long(&self, length: usize) -> bool {
        self.level < self.layout.deepest && self.column() + length >= WIDTH
    }

    /// How much stands on the line that is written next.
    fn column(&self) -> usize {
        self.before + self.done.len() - self.line_start
    }

    /// Lays out the outermost bracket, which is closed.
    fn settle_closed(&mut self) {
        let length = self.text.len();
        if length > "[]".len() && self.is_long(length) {
            self.settle(self.marks.len());
        } else {
            self.done.extend_from_slice(&self.text);
            self.text.clear();
            self.marks.clear();
        }
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
                    let end = self.marks.get(close as usize).map(|mark| mark.at as usize);
                    let fits = |end: &usize| *end == at + 1 || !self.is_long(end + 1 - at);
                    if let Some(end) = end.filter(fits) {
                        self.done.extend_from_slice(&self.text[at..=end]);
                        copied = end + 1;
                        next = close as usize + 1;
                    } else {
                        self.done.push(bracket);
                        self.level += 1;
                        self.break_line();
                    }
                }
                b',' => {
                    self.done.push(b',');
                    self.break_line();
                }
                b':' => self.done.extend_from_slice(b": "),
                bracket => self.close_broken(bracket),
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

    fn close_broken(&mut self, bracket: u8) {
        self.level = self.level.saturating_sub(1);
        self.break_line();
        self.done.push(bracket);
    }

    fn break_line(&mut self) {
        self.before = 0;
        self.line_start = self.done.len() + 1;
        let indent = self.level * self.layout.indent;
        match LINE.get(..=indent) {
            Some(line) => self.done.extend_from_slice(line),
            None => {
                self.done.push(b'\n');
                self.done.resize(self.line_start + indent, b' ');
            }
        }
    }

    fn before_value(&mut self) {
        if !self.in_name {
            self.separate();
        }
    }

    /// The comma that a value or name needs where it is not the first.
    fn separate(&mut self) {
        if !self.needs_comma {
            return;
        }
        self.break_long();
        if self.open.is_empty() {
            self.done.push(b',');
            self.break_line();
        } else {
            self.mark(b',');
        }
    }

    fn colon(&mut self) {
        if self.open.is_empty() {
            self.done.extend_from_slice(b": ");
        } else {
            self.mark(b':');
        }
        self.needs_comma = false;
    }

    fn mark(&mut self, byte: u8) {
        self.marks.push(Mark {
            at: self.text.len() as u32,
            close: BROKEN,
        });
        self.text.push(byte);
    }

    fn begin(&mut self, bracket: u8) {
        self.before_value();
        self.break_long();
        self.open.push(self.marks.len());
        self.mark(bracket);
        self.needs_comma = false;
    }

    fn end(&mut self, bracket: u8) {
        match self.open.pop() {
            Some(open) => {
                self.marks[open].close = self.marks.len() as u32;
                self.mark(bracket);
                if self.open.is_empty() {
                    self.settle_closed();
                }
            }
            None => self.close_broken(bracket),
        }
        self.needs_comma = true;
    }
}

#[cfg(test)]
mod tests;
