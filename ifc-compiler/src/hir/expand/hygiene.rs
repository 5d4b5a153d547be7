//! Which names in a macro's body are the macro's own. A variable that the body declares is not the
//! invoker's variable of that name, and a function that the body calls is not the invoker's
//! closure of that name. Such names carry a mark from expansion until names are looked up;
//! everything but local variables has its plain name again when it is lowered.

use proc_macro2::Delimiter;

use super::pattern::{Leaf, Piece};
use crate::symbol::Symbol;

/// Allowed inside of identifiers, and not written by anybody.
const MARK: char = '\u{b7}';

/// A variable of one expansion.
pub(super) fn own(name: Symbol, expansion: u32) -> String {
    format!("{name}{MARK}{expansion}")
}

/// A name that is no variable of the place where the macro is invoked.
pub(super) fn item(name: Symbol) -> String {
    format!("{name}{MARK}")
}

/// A name in a macro that is defined in a body: a variable of the place of the definition.
pub(super) fn captured(name: Symbol, definition: u32) -> String {
    format!("{name}{MARK}d{definition}")
}

/// The name of the pseudo-variable that marks where a body defines a macro.
pub(crate) fn definition(place: u32) -> Symbol {
    Symbol::new(&format!("{MARK}d{place}"))
}

/// The plain name and the definition in [`captured`]: variables that are declared after the
/// definition are not meant.
pub(crate) fn before_definition(name: Symbol) -> Option<(Symbol, Symbol)> {
    let (plain, place) = name.as_str().rsplit_once(MARK)?;
    let place = place.strip_prefix('d')?.parse().ok()?;
    Some((Symbol::new(plain), definition(place)))
}

/// A name without marks.
pub(crate) fn plain(text: &str) -> &str {
    match text.is_ascii() {
        true => text,
        false => text.split(MARK).next().unwrap_or(text),
    }
}

/// What to look up after a name has not been found among the variables: the name as the place knew
/// it that the body was written at. None if it is no variable.
pub(crate) fn outer(name: Symbol) -> Option<Symbol> {
    let (outer, expansion) = name.as_str().rsplit_once(MARK)?;
    (!expansion.is_empty()).then(|| Symbol::new(outer))
}

/// `{name}` in a format string of the body means the body's variable.
pub(super) fn literal(text: &str, bound: &[Symbol], expansion: u32) -> String {
    let mut text = text.to_owned();
    for name in bound {
        for end in ['}', ':'] {
            let hole = format!("{{{name}{end}");
            if text.contains(&hole) {
                text = text.replace(&hole, &format!("{{{}{end}", own(*name, expansion)));
            }
        }
    }
    text
}

/// Names that a body declares, found by the tokens around them. One name too many does no harm: a
/// variable that is not found under its mark is looked up without.
pub(super) fn bound(pieces: &[Piece]) -> Vec<Symbol> {
    let mut names = Vec::new();
    collect(pieces, &mut names);
    names.sort_unstable();
    names.dedup();
    names
}

fn collect(pieces: &[Piece], names: &mut Vec<Symbol>) {
    // Where the pattern of a match arm begins.
    let mut arm = 0;
    for (at, piece) in pieces.iter().enumerate() {
        let rest = &pieces[at + 1..];
        match piece {
            Piece::Group(delimiter, inner) => {
                if !is_definition(&pieces[..at]) {
                    collect(inner, names);
                }
                // The end of an arm, unless the pattern goes on.
                let goes_on = |next: &Piece| is_punct(next, '=') || is_word(next, "if");
                if *delimiter == Delimiter::Brace && !rest.first().is_some_and(goes_on) {
                    arm = at + 1;
                }
            }
            Piece::Repeat(repeat) => collect(&repeat.inner, names),
            Piece::Leaf(Leaf::Ident(word)) if word.as_str() == "let" => {
                let end = rest.iter().enumerate().position(|(at, piece)| {
                    is_punct(piece, ';')
                        || is_punct(piece, '=') && !rest[..at].last().is_some_and(is_dot)
                });
                variables(&rest[..end.unwrap_or(0)], names);
            }
            Piece::Leaf(Leaf::Ident(word)) if word.as_str() == "for" => {
                let end = rest.iter().position(|piece| is_word(piece, "in"));
                variables(&rest[..end.unwrap_or(0)], names);
            }
            piece if is_punct(piece, '|') && begins_closure(&pieces[..at]) => {
                let end = rest.iter().position(|piece| is_punct(piece, '|'));
                variables(&rest[..end.unwrap_or(0)], names);
            }
            piece if is_punct(piece, ',') || is_punct(piece, ';') => arm = at + 1,
            piece
                if is_punct(piece, '=') && rest.first().is_some_and(|next| is_punct(next, '>')) =>
            {
                variables(&pieces[arm.min(at)..at], names);
            }
            _ => {}
        }
    }
}

/// Whether these pieces begin a macro that the body defines: its rules are no match.
fn is_definition(before: &[Piece]) -> bool {
    matches!(before, [.., word, bang, _] if is_word(word, "macro_rules") && is_punct(bang, '!'))
}

fn begins_closure(before: &[Piece]) -> bool {
    match before.last() {
        None => true,
        Some(Piece::Leaf(Leaf::Ident(word))) => {
            matches!(word.as_str(), "move" | "return" | "else" | "in" | "async")
        }
        Some(Piece::Leaf(Leaf::Punct { char, .. })) => "=,;(>&:".contains(*char),
        Some(_) => false,
    }
}

/// Names in a pattern that can be variables.
fn variables(pattern: &[Piece], names: &mut Vec<Symbol>) {
    parts(pattern, false, names);
}

fn parts(pattern: &[Piece], is_braced: bool, names: &mut Vec<Symbol>) {
    let mut is_type = false;
    for (at, piece) in pattern.iter().enumerate() {
        let (before, after) = (pattern[..at].last(), &pattern[at + 1..]);
        match piece {
            Piece::Group(delimiter, inner) if !is_type => {
                parts(inner, *delimiter == Delimiter::Brace, names);
            }
            Piece::Repeat(repeat) if !is_type => parts(&repeat.inner, is_braced, names),
            // `a: T`, but `S { f: a }` and `a::B`.
            piece if is_punct(piece, ':') => {
                is_type |= !is_braced
                    && !before.is_some_and(is_colon)
                    && !after.first().is_some_and(is_colon);
            }
            piece if is_punct(piece, ',') => is_type = false,
            Piece::Leaf(Leaf::Ident(name)) if !is_type => {
                let is_part = before.is_some_and(|one| is_punct(one, '\'') || is_dot(one))
                    || at > 1
                        && before.is_some_and(is_colon)
                        && pattern[..at - 1].last().is_some_and(is_colon);
                let is_head = match after {
                    [Piece::Group(..), ..] => true,
                    [one, two, ..] if is_colon(one) && is_colon(two) => true,
                    [one, ..] => is_punct(one, '!'),
                    [] => false,
                };
                if is_variable(*name) && !is_part && !is_head {
                    names.push(*name);
                }
            }
            _ => {}
        }
    }
}

/// Whether a name can be that of a variable or function in an expression, as far as the tokens
/// around it tell.
pub(super) fn is_value(name: Symbol, before: Option<&Piece>, after: Option<&Piece>) -> bool {
    let is_other = match before {
        Some(Piece::Leaf(Leaf::Punct { char, .. })) => ".:'$".contains(*char),
        Some(Piece::Leaf(Leaf::Ident(word))) => {
            matches!(word.as_str(), "fn" | "mod" | "macro_rules" | "use")
        }
        _ => false,
    };
    let is_head = after.is_some_and(|next| is_colon(next) || is_punct(next, '!'));
    !is_other && !is_head && is_variable(name)
}

/// Whether arguments follow.
pub(super) fn is_called(after: Option<&Piece>) -> bool {
    matches!(after, Some(Piece::Group(Delimiter::Parenthesis, _)))
}

fn is_variable(name: Symbol) -> bool {
    let text = name.as_str();
    text.starts_with(|c: char| c.is_lowercase() || c == '_')
        && !text.contains(MARK)
        && !KEYWORDS.contains(&text)
}

const KEYWORDS: [&str; 40] = [
    "_", "as", "async", "await", "box", "break", "const", "continue", "crate", "dyn", "else",
    "enum", "extern", "false", "fn", "for", "if", "impl", "in", "let", "loop", "macro", "match",
    "mod", "move", "mut", "pub", "ref", "return", "self", "static", "struct", "super", "trait",
    "true", "type", "unsafe", "use", "where", "while",
];

fn is_punct(piece: &Piece, char: char) -> bool {
    matches!(piece, Piece::Leaf(Leaf::Punct { char: other, .. }) if *other == char)
}

fn is_colon(piece: &Piece) -> bool {
    is_punct(piece, ':')
}

fn is_dot(piece: &Piece) -> bool {
    is_punct(piece, '.')
}

fn is_word(piece: &Piece, word: &str) -> bool {
    matches!(piece, Piece::Leaf(Leaf::Ident(other)) if other.as_str() == word)
}

#[cfg(test)]
mod tests {
    use super::super::pattern;
    use super::*;

    fn of(body: &str) -> Vec<String> {
        let rules = format!("() => {{ {body} }}").parse().expect("tokens");
        let rules = pattern::rules(rules).expect("a rule");
        let names = bound(&rules[0].pieces).into_iter();
        names.map(|name| name.to_string()).collect()
    }

    #[test]
    fn variables_of_a_body() {
        for (body, expected) in [
            ("let x = y; z(x)", vec!["x"]),
            ("let (mut a, Some(b)): (u8, X) = c;", vec!["a", "b"]),
            ("if let Ok(found) = get() { found }", vec!["found"]),
            ("for (at, one) in list { }", vec!["at", "one"]),
            ("list.map(|x| x + 1).filter(move |y| a | b)", vec!["x", "y"]),
            (
                "match v { Some(x) if x > y => x, other => { other } E::A { f } => f }",
                vec!["f", "other", "x", "y"],
            ),
            ("impl $t for X { fn f(a: u8) {} }", vec![]),
            ("let path::CONST = $e; m!(x); a.b()", vec![]),
            ("$(let $v = 1;)* { let inner = 2; }", vec!["inner"]),
        ] {
            assert_eq!(of(body), expected, "{body}");
        }
    }

    #[test]
    fn marks_come_and_go() {
        let x = Symbol::new("x");
        let marked = Symbol::new(&own(Symbol::new(&own(x, 1)), 22));
        assert_eq!(plain(marked.as_str()), "x");
        assert_eq!(outer(marked), Some(Symbol::new(&own(x, 1))));
        assert_eq!(outer(x), None);
        assert_eq!(outer(Symbol::new(&item(x))), None);
        assert_eq!(plain(&item(x)), "x");
        assert_eq!(
            literal("{x} {x:?} {y} x", &[x], 3),
            "{x\u{b7}3} {x\u{b7}3:?} {y} x"
        );
    }
}
