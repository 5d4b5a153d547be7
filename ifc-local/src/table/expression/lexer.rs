//! Words and signs of expressions.

use crate::error::ApiError;

/// A word or sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or keyword.
    Word(String),
    /// `#name`
    Name(String),
    /// `:value`
    Value(String),
    /// An index.
    Index(usize),
    /// `=`, `<>`, `<=`, `(`, `.` and so on.
    Sign(&'static str),
}

const SIGNS: &[&str] = &[
    "<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", ".", "+", "-",
];

pub(super) fn tokens(kind: &str, text: &str) -> Result<Vec<Token>, ApiError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = rest.trim_start();
            continue;
        }
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
            continue;
        }
        let marked = matches!(first, '#' | ':');
        let start = usize::from(marked);
        let word = |c: char| c.is_alphanumeric() || c == '_' || (marked && c == '-');
        let length = rest[start..]
            .find(|c| !word(c))
            .unwrap_or(rest.len() - start);
        if length == 0 {
            return Err(ApiError::validation(format!(
                "Invalid {kind}: Syntax error; token: \"{first}\""
            )));
        }
        let (word, after) = rest.split_at(start + length);
        tokens.push(match first {
            '#' => Token::Name(word.to_owned()),
            ':' => Token::Value(word.to_owned()),
            '0'..='9' => match word.parse() {
                Ok(index) => Token::Index(index),
                Err(_) => {
                    return Err(ApiError::validation(format!(
                        "Invalid {kind}: Syntax error; token: \"{word}\""
                    )));
                }
            },
            _ => Token::Word(word.to_owned()),
        });
        rest = after;
    }
    Ok(tokens)
}
