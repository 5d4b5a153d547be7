//! Texts of policies: literal parts, and symbols that stand for what only the deployment knows. As
//! patterns, `*` and `?` in literal parts are wildcards.

use std::fmt;

/// A concatenation.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Text(Vec<Part>);

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// As it stands.
    Literal(String),
    /// The name of something in the template: two of different names are different.
    Name(String),
    /// A parameter, an import, a variable: nothing is known but its own name.
    Open(String),
}

impl Text {
    pub(crate) fn of(text: impl Into<String>) -> Text {
        Text(vec![Part::Literal(text.into())])
    }

    pub(crate) fn name(name: impl Into<String>) -> Text {
        Text(vec![Part::Name(name.into())])
    }

    pub(crate) fn open(name: impl Into<String>) -> Text {
        Text(vec![Part::Open(name.into())])
    }

    /// Reads `${..}` in what the compiler writes: `arn:${AWS::Partition}:s3:::${env:BUCKET}/*`.
    pub(crate) fn parse(text: &str) -> Text {
        let mut parsed = Text::default();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let Some(length) = rest[start..].find('}') else {
                break;
            };
            parsed.push(Part::Literal(rest[..start].to_owned()));
            parsed.push(Part::Open(rest[start + 2..start + length].to_owned()));
            rest = &rest[start + length + 1..];
        }
        parsed.push(Part::Literal(rest.to_owned()));
        parsed
    }

    pub(crate) fn push(&mut self, part: Part) {
        match (self.0.last_mut(), part) {
            (_, Part::Literal(text)) if text.is_empty() => {}
            (Some(Part::Literal(before)), Part::Literal(text)) => before.push_str(&text),
            (_, part) => self.0.push(part),
        }
    }

    pub(crate) fn append(&mut self, other: &Text) {
        for part in &other.0 {
            self.push(part.clone());
        }
    }

    pub(crate) fn then(mut self, other: &Text) -> Text {
        self.append(other);
        self
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.0
    }

    pub(crate) fn literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether every text that `need` stands for is one that this pattern allows.
    pub(crate) fn covers(&self, need: &Text) -> bool {
        compare(self, need, covers)
    }

    /// Whether some text may be one that both stand for.
    pub(crate) fn meets(&self, other: &Text) -> bool {
        compare(self, other, meets)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Literal(text) => f.write_str(text)?,
                Part::Name(name) | Part::Open(name) => write!(f, "${{{name}}}")?,
            }
        }
        Ok(())
    }
}

/// A character or something in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token<'a> {
    Char(char),
    /// `?`
    One,
    /// `*`
    Any,
    Name(&'a str),
    Open(&'a str),
}

fn tokens(text: &Text) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for part in &text.0 {
        match part {
            Part::Literal(text) => tokens.extend(text.chars().map(|c| match c {
                '*' => Token::Any,
                '?' => Token::One,
                c => Token::Char(c),
            })),
            Part::Name(name) => tokens.push(Token::Name(name)),
            Part::Open(name) => tokens.push(Token::Open(name)),
        }
    }
    tokens
}

/// Compares part by part of ARNs. What the deployment gives (partition, region, account) is the
/// same on both sides, however it is written: a policy that names the wrong account is not found
/// out by reading the code.
fn compare(a: &Text, b: &Text, with: fn(&[Token<'_>], &[Token<'_>]) -> bool) -> bool {
    let (a, b) = (tokens(a), tokens(b));
    if a == [Token::Any] {
        return true;
    }
    match (components(&a), components(&b)) {
        (Some(a), Some(b)) => {
            let given = |at: usize| matches!(at, 1 | 3 | 4);
            a.iter().zip(&b).enumerate().all(|(at, (x, y))| {
                let placed = |part: &[Token<'_>]| matches!(part, [Token::Open(_)] | [Token::Any]);
                (given(at) && !x.is_empty() && (placed(x) || placed(y))) || with(x, y)
            })
        }
        _ => with(&a, &b),
    }
}

/// The six parts of an ARN.
fn components<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<Vec<&'t [Token<'a>]>> {
    let parts: Vec<&[Token<'_>]> = tokens
        .splitn(6, |token| *token == Token::Char(':'))
        .collect();
    let arn = [Token::Char('a'), Token::Char('r'), Token::Char('n')];
    (parts.len() == 6 && parts[0] == arn).then_some(parts)
}

/// Wildcards of `need` are only covered by wildcards.
fn covers(pattern: &[Token<'_>], need: &[Token<'_>]) -> bool {
    table(
        pattern,
        need,
        |p, n| match p {
            Token::One => matches!(n, Token::One | Token::Char(_)),
            Token::Any => false,
            p => p == n,
        },
        |_| false,
    )
}

fn meets(a: &[Token<'_>], b: &[Token<'_>]) -> bool {
    let open = |token: &Token<'_>| matches!(token, Token::Any | Token::Open(_));
    table(
        a,
        b,
        |x, y| match (x, y) {
            (Token::One, Token::Char(_)) | (Token::Char(_), Token::One) => true,
            (Token::Open(x), Token::Open(y)) => x == y,
            (x, y) => x == y,
        },
        open,
    )
}

/// Whether two sequences match, where a wildcard of the first stands for any run of the second;
/// `open` says which tokens of the second (and symbols of the first) stand for any run, too.
fn table(
    a: &[Token<'_>],
    b: &[Token<'_>],
    same: impl Fn(&Token<'_>, &Token<'_>) -> bool,
    open: impl Fn(&Token<'_>) -> bool,
) -> bool {
    let runs = |token: &Token<'_>| *token == Token::Any || open(token);
    // row[j]: whether a[..i] and b[..j] match.
    let mut row = vec![false; b.len() + 1];
    for i in 0..=a.len() {
        let mut next = vec![false; b.len() + 1];
        for j in 0..=b.len() {
            next[j] = (i == 0 && j == 0)
                || (i > 0 && runs(&a[i - 1]) && (row[j] || (j > 0 && next[j - 1])))
                || (j > 0 && open(&b[j - 1]) && (next[j - 1] || (i > 0 && row[j])))
                || (i > 0 && j > 0 && row[j - 1] && same(&a[i - 1], &b[j - 1]));
        }
        row = next;
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        // `#T#` is the name of something.
        let mut parsed = Text::default();
        for (at, piece) in text.split('#').enumerate() {
            match at % 2 {
                0 => parsed.append(&Text::parse(piece)),
                _ => parsed.push(Part::Name(piece.to_owned())),
            }
        }
        parsed
    }

    #[test]
    fn patterns_cover_what_they_allow() {
        for (pattern, need) in [
            ("*", "anything"),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y"),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/*"),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/p*"),
            ("table/or?ers", "table/orders"),
            (
                "arn:aws:sqs:eu-west-1:1:q",
                "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:q",
            ),
            (
                "arn:aws:sqs:*:*:#Q#",
                "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:#Q#",
            ),
            ("${env:X}*", "${env:X}/a"),
        ] {
            assert!(text(pattern).covers(&text(need)), "{pattern} {need}");
            assert!(text(pattern).meets(&text(need)), "{pattern} {need}");
        }
    }

    #[test]
    fn wider_and_other_needs_are_not_covered() {
        for (pattern, need, meets) in [
            ("arn:aws:s3:::b/x", "arn:aws:s3:::b/*", true),
            ("arn:aws:s3:::b", "arn:aws:s3:::b/x", false),
            ("arn:aws:s3:::b/?", "arn:aws:s3:::b/*", true),
            ("#A#", "#B#", false),
            ("#A#", "a", false),
            ("#A#/index/*", "#A#", false),
            ("${P}", "a", true),
            ("orders", "${env:TABLE}", true),
            ("arn:aws:sqs:::q", "arn:aws:sns:::q", false),
        ] {
            assert!(!text(pattern).covers(&text(need)), "{pattern} {need}");
            assert_eq!(text(pattern).meets(&text(need)), meets, "{pattern} {need}");
        }
    }
}
