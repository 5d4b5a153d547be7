//! Errors that the compiler leaves for the macros. Macros expand after the build script has run, so
//! they can put each error on the very tokens it is about, where rustc and editors show it.

use std::fmt::Write;

use syn::parse::{Parse, ParseStream, Parser};
use syn::{LitInt, LitStr, Token};

/// Name of the file in `OUT_DIR`. It is there, and empty, when there are no errors.
pub const FILE: &str = "ifc_errors.rs";

/// A line and a column in characters, both counted from 1.
pub type Position = (usize, usize);

/// An error and the tokens that carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Path of the file, canonical.
    pub file: String,
    /// Where the first token begins.
    pub start: Position,
    /// Where the last token ends.
    pub end: Position,
    /// What rustc shows.
    pub text: String,
}

/// The file's text.
pub fn write(errors: &[Left]) -> String {
    let mut out = String::new();
    for error in errors {
        let (start, end) = (error.start, error.end);
        // Writing into a `String` cannot fail.
        let _ = writeln!(
            out,
            "{:?} {} {} {} {} {:?};",
            error.file, start.0, start.1, end.0, end.1, error.text
        );
    }
    out
}

/// What [`write`] wrote. None if the text is something else.
pub fn read(text: &str) -> Option<Vec<Left>> {
    let errors = |input: ParseStream<'_>| {
        let mut errors = Vec::new();
        while !input.is_empty() {
            errors.push(input.parse()?);
        }
        Ok(errors)
    };
    errors.parse_str(text).ok()
}

impl Parse for Left {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let number = || input.parse::<LitInt>()?.base10_parse();
        let left = Left {
            file: input.parse::<LitStr>()?.value(),
            start: (number()?, number()?),
            end: (number()?, number()?),
            text: input.parse::<LitStr>()?.value(),
        };
        input.parse::<Token![;]>()?;
        Ok(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let error = |text: &str| Left {
            file: "/a \"b\"/src/main.rs".into(),
            start: (3, 5),
            end: (3, 9),
            text: text.into(),
        };
        let errors = [error("one\n  = help: \\ \u{fc}\t{}"), error("")];
        assert_eq!(read(&write(&errors)).as_deref(), Some(&errors[..]));
        assert_eq!(read("").as_deref(), Some(&[][..]));
        assert_eq!(read("fn main() {}"), None);
    }
}
