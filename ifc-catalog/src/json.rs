//! JSON for people and for CloudFormation, which counts white space: what fits on a line stands on
//! one. Whether an object or array does is guessed when it begins, from the last ones in such a
//! place; only what was guessed wrong is laid out once more.

mod escape;
mod scan;
mod serialize;
mod sorted;

pub use serialize::{Open, Refused};
pub use sorted::{Sorted, sorted, sorted_map};

use std::fmt::{Display, Write as _};
use std::iter::repeat_n;

use serde::Serialize;
use serde_json::Value;

use escape::content;
use scan::{bracket_end, squeeze, text_end};

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

/// Places that guesses are kept for.
const PLACES: usize = 256;

/// Writes JSON piece by piece. Commas and colons come by themselves.
#[derive(Debug)]
pub struct Writer {
    layout: Layout,
    text: String,
    /// Where the current line begins.
    line_start: usize,
    /// What begins the line of the deepest level up to now: a line break, and spaces.
    line: String,
    /// How much white space was written between the pieces.
    white: usize,
    /// The open brackets that are broken into lines, from the outermost on.
    broken: Vec<Broken>,
    /// How many are open on the current line inside them, where the first of those stands, and the
    /// length of the name that was written last before it.
    on_line: usize,
    start: usize,
    name_before: usize,
    /// Whether a value stands before what comes next.
    needs_comma: bool,
    /// Whether the text that comes next is the name of a member.
    in_name: bool,
    /// The length of the name that was written last.
    name_length: usize,
    /// For each place, up to 3: from 2 on, what stands there is expected to be broken. One that is
    /// not like the others changes nothing.
    guesses: [u8; PLACES],
    /// What is laid out once more.
    again: String,
}

/// A bracket that is broken into lines.
#[derive(Debug)]
struct Broken {
    start: usize,
    column: usize,
    /// How much white space stood before it.
    white: usize,
    place: usize,
}

/// A member of the object at the top, laid out for its place in it.
#[derive(Debug)]
pub struct Part(String);

impl Default for Writer {
    fn default() -> Self {
        Writer::new(Layout::default())
    }
}

impl Writer {
    /// Writes a file.
    pub fn new(layout: Layout) -> Writer {
        Writer {
            layout,
            text: String::new(),
            line_start: 0,
            line: String::from("\n"),
            white: 0,
            broken: Vec::new(),
            on_line: 0,
            start: 0,
            name_before: 0,
            needs_comma: false,
            in_name: false,
            name_length: 0,
            guesses: [0; PLACES],
            again: String::new(),
        }
    }

    /// Writes the value of the member `name` of an object at the top, to be put there later.
    pub fn part(name: &str, layout: Layout) -> Writer {
        let mut part = Writer::new(layout);
        part.break_bracket();
        part.text.push_str(&part.line[1..]);
        part.name(name);
        part
    }

    /// Makes room for about this many bytes: a long text that outgrows its place is copied.
    pub fn reserve(&mut self, expected: usize) {
        self.text.reserve(expected);
    }

    /// The end of a part.
    pub fn finish_part(self) -> Part {
        Part(self.text)
    }

    /// Puts a part in its place.
    pub fn put(&mut self, part: &Part) {
        self.begin_part();
        self.text.push_str(&part.0[self.layout.indent..]);
        self.needs_comma = true;
    }

    /// [`Writer::put`] for the last member of the object at the top: the whole text, with a final
    /// newline. A long part is not copied to another place.
    pub fn finish_with(mut self, part: Part) -> String {
        self.begin_part();
        let Part(mut whole) = part;
        whole.replace_range(..self.layout.indent, &self.text);
        self.text = whole;
        self.end_object();
        self.finish()
    }

    fn begin_part(&mut self) {
        self.before(WIDTH);
        // What is around it is broken into lines in any case.
        for around in &mut self.broken {
            around.column = WIDTH;
        }
    }

    /// Begins an object. Its members must come in order of name.
    pub fn begin_object(&mut self) {
        self.begin('{');
    }

    /// Ends the object that was begun last.
    pub fn end_object(&mut self) {
        self.end('}');
    }

    /// Begins an array.
    pub fn begin_array(&mut self) {
        self.begin('[');
    }

    /// Ends the array that was begun last.
    pub fn end_array(&mut self) {
        self.end(']');
    }

    /// The name of the member whose value comes next.
    pub fn name(&mut self, name: &str) -> &mut Self {
        self.begin_name(name);
        content(name, &mut self.text);
        self.end_name(name.len());
        self
    }

    /// [`Writer::name`] for a name of the format, in which nothing is escaped.
    pub fn field(&mut self, name: &'static str) -> &mut Self {
        self.begin_name(name);
        self.text.push_str(name);
        self.end_name(name.len());
        self
    }

    fn begin_name(&mut self, name: &str) {
        self.before(name.len() + "\"\":0".len());
        self.text.push('"');
    }

    fn end_name(&mut self, length: usize) {
        if self.on_line == 0 {
            self.text.push_str("\": ");
            self.white += 1;
        } else {
            self.text.push_str("\":");
        }
        self.name_length = length;
        self.needs_comma = false;
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.before(text.len() + "\"\"".len());
        self.text.push('"');
        content(text, &mut self.text);
        self.text.push('"');
        self.needs_comma = true;
    }

    /// [`Writer::text`] for a word of the format, in which nothing is escaped.
    pub fn word(&mut self, word: &'static str) {
        self.before(word.len() + "\"\"".len());
        self.text.push('"');
        self.text.push_str(word);
        self.text.push('"');
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
        self.take()
    }

    /// [`Writer::finish`] for one of several texts: what is written next is another.
    pub fn take(&mut self) -> String {
        self.text.push('\n');
        self.needs_comma = false;
        self.line_start = 0;
        self.white = 0;
        std::mem::take(&mut self.text)
    }

    /// A number or literal.
    fn literal(&mut self, value: impl Display) {
        self.before(1);
        // Memory does not fail.
        let _ = write!(self.text, "{value}");
        self.needs_comma = true;
    }

    /// The comma that a value or name of at least this length needs where it is not the first.
    fn before(&mut self, length: usize) {
        let comma = usize::from(self.needs_comma);
        if self.on_line > 0 && !self.fits(comma + length + self.on_line) {
            self.lay_out(comma + length);
        }
        if self.needs_comma {
            self.text.push(',');
            if self.on_line == 0 {
                self.break_line();
            }
        }
    }

    fn begin(&mut self, bracket: char) {
        self.before("[]".len());
        self.needs_comma = false;
        if self.on_line > 0 {
            self.on_line += 1;
            self.text.push(bracket);
        } else if self.guesses[self.place()] > 1 && self.may_break() {
            self.break_bracket();
            self.text.push(bracket);
            self.break_line();
        } else {
            self.on_line = 1;
            self.start = self.text.len();
            self.name_before = self.name_length;
            self.text.push(bracket);
        }
    }

    fn end(&mut self, bracket: char) {
        // What is empty is not broken.
        if self.needs_comma && self.on_line > 0 && !self.fits(self.on_line) {
            self.lay_out(0);
        }
        self.needs_comma = true;
        if self.on_line > 0 {
            self.on_line -= 1;
        } else if let Some(broken) = self.broken.pop() {
            let white = self.white - broken.white;
            let length = self.text.len() + 1 - broken.start - white;
            let is_empty = length == "[]".len();
            let fits = is_empty || broken.column + length < WIDTH;
            if !is_empty {
                self.learn(broken.place, !fits);
            }
            match fits {
                true => self.join(&broken),
                false => self.break_line(),
            }
        }
        self.text.push(bracket);
    }

    /// Whether this many bytes more are on the line if it is not broken, or must be.
    fn fits(&self, length: usize) -> bool {
        self.text.len() + length < self.line_start + WIDTH || !self.may_break()
    }

    fn may_break(&self) -> bool {
        self.broken.len() < self.layout.deepest
    }

    /// The place of what begins now.
    fn place(&self) -> usize {
        (self.broken.len() * 32 + self.name_length) % PLACES
    }

    fn learn(&mut self, place: usize, is_broken: bool) {
        let guess = &mut self.guesses[place];
        *guess = match is_broken {
            true => (*guess + 1).min(3),
            false => guess.saturating_sub(1),
        };
    }

    /// The bracket that comes next is broken.
    fn break_bracket(&mut self) {
        self.broken.push(Broken {
            start: self.text.len(),
            column: self.text.len() - self.line_start,
            white: self.white,
            place: self.place(),
        });
        if self.line.len() <= self.broken.len() * self.layout.indent {
            self.line.extend(repeat_n(' ', self.layout.indent));
        }
    }

    fn break_line(&mut self) {
        let line = &self.line[..=self.broken.len() * self.layout.indent];
        self.line_start = self.text.len() + 1;
        self.white += line.len();
        self.text.push_str(line);
    }

    /// Breaks the first bracket on the line, and those in it that do not fit on the lines that they
    /// then stand on. This many bytes come before what ends the open ones.
    fn lay_out(&mut self, length: usize) {
        let compact = self.cut(self.start);
        let bytes = compact.as_bytes();
        let (mut copied, mut at) = (0, 0);
        let last_name = std::mem::replace(&mut self.name_length, self.name_before);
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'"' => {
                    let end = text_end(bytes, at);
                    if bytes.get(end) == Some(&b':') {
                        self.name_length = end - at - "\"\"".len();
                    }
                    at = end;
                    continue;
                }
                b':' => {
                    self.text.push_str(&compact[copied..=at]);
                    self.text.push(' ');
                    self.white += 1;
                }
                b',' => {
                    self.text.push_str(&compact[copied..=at]);
                    self.break_line();
                }
                b'{' | b'[' => {
                    self.text.push_str(&compact[copied..at]);
                    copied = at;
                    let end = bracket_end(bytes, at);
                    let whole = end.unwrap_or(compact.len() + length + self.on_line) - at;
                    if whole == "[]".len() || self.fits(whole) {
                        // What is in an open one comes later.
                        let Some(end) = end else { break };
                        at = end;
                        continue;
                    }
                    self.on_line -= usize::from(end.is_none());
                    self.learn(self.place(), true);
                    self.break_bracket();
                    self.text.push(char::from(byte));
                    self.break_line();
                }
                b'}' | b']' => {
                    self.text.push_str(&compact[copied..at]);
                    self.broken.pop();
                    self.break_line();
                    self.text.push(char::from(byte));
                }
                _ => {
                    at += 1;
                    continue;
                }
            }
            at += 1;
            copied = at;
        }
        self.start = self.text.len();
        self.name_before = std::mem::replace(&mut self.name_length, last_name);
        self.text.push_str(&compact[copied..]);
        self.again = compact;
    }

    /// Puts what was broken on one line.
    fn join(&mut self, broken: &Broken) {
        let spread = self.cut(broken.start);
        squeeze(&spread, &mut self.text);
        self.again = spread;
        self.white = broken.white;
        self.line_start = broken.start - broken.column;
    }

    /// Takes away what stands behind a place.
    fn cut(&mut self, start: usize) -> String {
        let mut again = std::mem::take(&mut self.again);
        again.clear();
        again.push_str(&self.text[start..]);
        self.text.truncate(start);
        again
    }
}

#[cfg(test)]
mod tests;
