//! Places in source text: a file and a byte range, resolved to line and column only for people.

use std::sync::{Arc, OnceLock};

pub use ifc_catalog::span::{FileId, Span};

/// A file that was read, whether or not it could be parsed.
#[derive(Clone, Debug)]
pub struct File {
    /// Path relative to the application's package folder, with `/` on every platform, so that
    /// output does not depend on where the package lies.
    pub path: String,
    /// The text, or the part before the first byte that is not UTF-8.
    pub text: Arc<str>,
    /// Worked out when somebody asks for a place.
    line_starts: OnceLock<Vec<u32>>,
}

impl PartialEq for File {
    fn eq(&self, other: &File) -> bool {
        (&self.path, &self.text) == (&other.path, &other.text)
    }
}

impl Eq for File {}

impl File {
    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| line_starts(&self.text))
    }
}

/// All files of the application in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    files: Vec<File>,
}

/// The byte at which each line of a text begins.
pub(crate) fn line_starts(text: &str) -> Vec<u32> {
    // The search is part of the standard library, which is optimised in build scripts too.
    let mut starts = vec![0];
    starts.extend(text.match_indices('\n').map(|(at, _)| at as u32 + 1));
    starts
}

/// A place for people: 1-based line and column, the column in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// As in [`File::path`].
    pub path: String,
    /// First line is 1.
    pub line: u32,
    /// First column is 1.
    pub column: u32,
}

impl Files {
    /// Adds a file and gives it an id.
    pub fn add(&mut self, path: String, text: Arc<str>) -> FileId {
        self.files.push(File {
            path,
            text,
            line_starts: OnceLock::new(),
        });
        FileId(self.files.len() as u32 - 1)
    }

    /// The file behind an id.
    pub fn get(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// Every file with its id.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &File)> {
        self.files
            .iter()
            .enumerate()
            .map(|(at, file)| (FileId(at as u32), file))
    }

    /// A line of a file without its line end; the first is 1. Empty if there is no such line.
    pub fn line(&self, id: FileId, number: u32) -> &str {
        let file = self.get(id);
        let at = number.saturating_sub(1) as usize;
        let line_starts = file.line_starts();
        let Some(&start) = line_starts.get(at) else {
            return "";
        };
        let end = line_starts
            .get(at + 1)
            .map_or(file.text.len(), |&next| next as usize);
        let line = file.text.get(start as usize..end).unwrap_or_default();
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// Where a span begins.
    pub fn location(&self, span: Span) -> Location {
        let (line, column) = self.line_and_column(span);
        Location {
            path: self.get(span.file).path.clone(),
            line,
            column,
        }
    }

    /// Where a span begins, as text: `src/main.rs:20:1`.
    pub fn place(&self, span: Span) -> String {
        let (line, column) = self.line_and_column(span);
        let path = &self.get(span.file).path;
        let mut place = String::with_capacity(path.len() + ":12345:123".len());
        place.push_str(path);
        for number in [line, column] {
            place.push(':');
            push_number(&mut place, number);
        }
        place
    }

    fn line_and_column(&self, span: Span) -> (u32, u32) {
        let file = self.get(span.file);
        let line_starts = file.line_starts();
        let line = line_starts
            .partition_point(|&start| start <= span.start)
            .max(1)
            - 1;
        let line_start = line_starts[line] as usize;
        let column = file
            .text
            .get(line_start..span.start as usize)
            .map_or(0, |s| s.chars().count());
        (line as u32 + 1, column as u32 + 1)
    }
}

/// As `write!` would, which takes several times as long; a manifest is full of places.
fn push_number(text: &mut String, number: u32) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}
