//! Patterns with `*` and `?`, and the variables in them.

use super::context::Context;

/// A pattern whose variables have their values, so that wildcards in values are literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Char(char),
    /// `?`
    One,
    /// `*`
    Any,
}

impl Pattern {
    /// A pattern without variables.
    pub(super) fn plain(text: &str) -> Pattern {
        let mut tokens = Vec::new();
        wildcards(text, &mut tokens);
        Pattern(tokens)
    }

    /// Fills in the variables. `None` if one has no value, and then nothing matches.
    pub(super) fn fill(text: &str, variables: Option<&Context>) -> Option<Pattern> {
        let Some(context) = variables else {
            return Some(Pattern::plain(text));
        };
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let Some(length) = rest[start..].find('}') else {
                break;
            };
            wildcards(&rest[..start], &mut tokens);
            let value = variable(&rest[start + 2..start + length], context)?;
            tokens.extend(value.chars().map(Token::Char));
            rest = &rest[start + length + 1..];
        }
        wildcards(rest, &mut tokens);
        Some(Pattern(tokens))
    }

    /// Whether a text is one of those that the pattern stands for.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut at, mut token) = (0, 0);
        // Where to go on if what follows the last `*` does not fit.
        let mut again: Option<(usize, usize)> = None;
        while at < text.len() {
            match self.0.get(token) {
                Some(Token::Any) => {
                    again = Some((token, at));
                    token += 1;
                }
                Some(Token::One) => {
                    at += 1;
                    token += 1;
                }
                Some(Token::Char(c)) if *c == text[at] => {
                    at += 1;
                    token += 1;
                }
                _ => match &mut again {
                    Some((star, from)) => {
                        *from += 1;
                        at = *from;
                        token = *star + 1;
                    }
                    None => return false,
                },
            }
        }
        self.0[token..].iter().all(|token| *token == Token::Any)
    }

    /// The same with all letters in lower case.
    pub(super) fn lower(self) -> Pattern {
        let lower = |token| match token {
            Token::Char(c) => Token::Char(c.to_ascii_lowercase()),
            token => token,
        };
        Pattern(self.0.into_iter().map(lower).collect())
    }

    /// The text as it stands, wildcards being characters.
    pub(super) fn literal(&self) -> String {
        let chars = self.0.iter().map(|token| match token {
            Token::Char(c) => *c,
            Token::One => '?',
            Token::Any => '*',
        });
        chars.collect()
    }

    /// The six parts of an ARN; wildcards do not go over the colons between them.
    pub(super) fn arn_parts(&self) -> Option<Vec<Pattern>> {
        let parts: Vec<Pattern> = self
            .0
            .splitn(6, |token| *token == Token::Char(':'))
            .map(|part| Pattern(part.to_vec()))
            .collect();
        (parts.len() == 6).then_some(parts)
    }
}

fn wildcards(text: &str, tokens: &mut Vec<Token>) {
    tokens.extend(text.chars().map(|c| match c {
        '*' => Token::Any,
        '?' => Token::One,
        c => Token::Char(c),
    }));
}

/// The value of `aws:username`, of `aws:username, 'default'`, or of the escapes `*`, `?` and `$`.
fn variable(name: &str, context: &Context) -> Option<String> {
    if let "*" | "?" | "$" = name {
        return Some(name.to_owned());
    }
    let (key, default) = match name.split_once(',') {
        Some((key, default)) => {
            let default = default.trim().strip_prefix('\'')?.strip_suffix('\'')?;
            (key.trim(), Some(default.to_owned()))
        }
        None => (name.trim(), None),
    };
    match context.get(key) {
        // A key of several values is no text.
        Some([value]) => Some(value.clone()),
        _ => default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_runs_and_single_characters() {
        for (pattern, text, matches) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abcb", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*b*b", "bab", true),
            ("*ab*ab", "abab", true),
            ("", "a", false),
            ("a**", "a", true),
        ] {
            assert_eq!(
                Pattern::plain(pattern).matches(text),
                matches,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn variables_have_literal_values() {
        let mut context = Context::default();
        context.set("aws:username", "a*");
        let fill = |text| Pattern::fill(text, Some(&context));
        assert!(fill("x/${aws:username}").is_some_and(|p| p.matches("x/a*") && !p.matches("x/ab")));
        assert!(fill("${aws:UserName}").is_some_and(|p| p.matches("a*")));
        assert!(fill("${none, 'd'}").is_some_and(|p| p.matches("d")));
        assert!(fill("${*}").is_some_and(|p| p.matches("*") && !p.matches("x")));
        assert_eq!(fill("${none}"), None);
        assert!(Pattern::fill("${none}", None).is_some_and(|p| p.matches("${none}")));
    }
}
