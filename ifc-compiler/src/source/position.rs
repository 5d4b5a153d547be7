//! From the parser's spans to bytes of a file.

use proc_macro2::LineColumn;

use crate::span::{FileId, Span, line_starts};

/// Converts spans of one file, on the thread that parsed it.
#[derive(Clone, Debug)]
pub struct Positions<'a> {
    file: FileId,
    text: &'a str,
    skip: u32,
    is_ascii: bool,
    line_starts: Vec<u32>,
}

/// What the parser gets of a text, and at which byte that begins: a byte order mark and a `#!` line
/// are no Rust.
pub(super) fn content(text: &str) -> (u32, &str) {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_attribute = |after: &str| after.trim_start().starts_with('[');
    let rest = match rest.strip_prefix("#!") {
        Some(after) if !is_attribute(after) => {
            rest.find('\n').map_or("", |newline| &rest[newline..])
        }
        _ => rest,
    };
    ((text.len() - rest.len()) as u32, rest)
}

impl<'a> Positions<'a> {
    pub(super) fn new(file: FileId, text: &'a str, skip: u32) -> Self {
        Positions {
            file,
            text,
            skip,
            is_ascii: text.is_ascii(),
            line_starts: line_starts(text),
        }
    }

    /// The file.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The place of a token.
    pub fn span(&self, span: proc_macro2::Span) -> Span {
        let start = self.start(span);
        Span {
            file: self.file,
            start,
            end: self.end(span).max(start),
        }
    }

    /// From the first token to the last.
    pub fn between(&self, first: proc_macro2::Span, last: proc_macro2::Span) -> Span {
        let start = self.start(first);
        Span {
            file: self.file,
            start,
            end: self.end(last).max(start),
        }
    }

    /// Where a token begins.
    pub fn start(&self, span: proc_macro2::Span) -> u32 {
        self.byte(span.start())
    }

    /// Where a token ends.
    pub fn end(&self, span: proc_macro2::Span) -> u32 {
        self.byte(span.end())
    }

    fn byte(&self, at: LineColumn) -> u32 {
        let line = at.line.saturating_sub(1);
        let Some(&start) = self.line_starts.get(line) else {
            return self.skip + self.text.len() as u32;
        };
        if self.is_ascii {
            return (start + at.column as u32).min(self.text.len() as u32) + self.skip;
        }
        let rest = &self.text[start as usize..];
        let column = rest
            .char_indices()
            .nth(at.column)
            .map_or(rest.len(), |(byte, _)| byte);
        start + column as u32 + self.skip
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_count_bytes_of_the_whole_file() {
        for text in [
            "fn a() {}\nfn here() {}",
            "\u{feff}fn a() {}\nfn here() {}",
            "#!/usr/bin/env run\nfn here() {}",
            "fn ä() { \"ß€\" }  fn here() {}",
            "#![allow(x)]\nfn here() {}",
        ] {
            let (skip, content) = content(text);
            let tree: syn::File = syn::parse_str(content).expect("valid");
            let positions = Positions::new(FileId(0), content, skip);
            let Some(syn::Item::Fn(last)) = tree.items.last() else {
                panic!("the last item is a function");
            };
            let span = positions.span(last.sig.ident.span());
            assert_eq!(
                &text[span.start as usize..span.end as usize],
                "here",
                "{text:?}"
            );
        }
    }
}
