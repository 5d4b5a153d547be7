//! Matches an invocation against a rule. Repetitions are greedy, as rustc's are in all macros that
//! it accepts without ambiguity.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::{Parse, ParseStream, Parser};

use super::hygiene::plain;
use super::pattern::{Fragment, Leaf, Matcher, Repeat};
use crate::symbol::{FastMap, Symbol};

/// What a variable stands for.
#[derive(Clone, Debug)]
pub(super) enum Binding {
    Tokens {
        tokens: Vec<TokenTree>,
        grouped: Grouped,
    },
    Repeated(Vec<Binding>),
}

/// Whether tokens stay together whatever is written around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grouped {
    Never,
    Always,
    /// Only where a `<` follows, which would otherwise begin arguments: `x as $ty << 1`.
    BeforeAngle,
}

pub(super) type Bindings = FastMap<Symbol, Binding>;

/// Beyond this many separators an expression is not looked for any further.
const MAX_WINDOWS: usize = 64;

pub(super) fn matches(matcher: &[Matcher], input: &[TokenTree]) -> Option<Bindings> {
    let mut bindings = Bindings::default();
    let used = sequence(matcher, input, &mut bindings)?;
    (used == input.len()).then_some(bindings)
}

fn sequence(matcher: &[Matcher], input: &[TokenTree], bindings: &mut Bindings) -> Option<usize> {
    let mut at = 0;
    for (index, part) in matcher.iter().enumerate() {
        let rest = &input[at..];
        at += match part {
            Matcher::Leaf(leaf) => leaf_matches(leaf, rest.first()?).then_some(1)?,
            Matcher::Group(delimiter, inner) => match rest.first()? {
                TokenTree::Group(group) if group.delimiter() == *delimiter => {
                    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                    let used = sequence(inner, &tokens, bindings)?;
                    (used == tokens.len()).then_some(1)?
                }
                _ => return None,
            },
            Matcher::Variable(name, kind) => {
                let (used, grouped) = fragment(*kind, rest)?;
                let tokens = rest[..used].to_vec();
                bindings.insert(*name, Binding::Tokens { tokens, grouped });
                used
            }
            Matcher::Repeat(repeat) => repetition(repeat, matcher.get(index + 1), rest, bindings)?,
        };
    }
    Some(at)
}

fn repetition(
    repeat: &Repeat<Matcher>,
    next: Option<&Matcher>,
    input: &[TokenTree],
    bindings: &mut Bindings,
) -> Option<usize> {
    let mut at = 0;
    let mut rounds: Vec<Bindings> = Vec::new();
    loop {
        let mut start = at;
        if !rounds.is_empty() && !repeat.separator.is_empty() {
            let separated = repeat
                .separator
                .iter()
                .zip(&input[at..])
                .all(|(leaf, token)| leaf_matches(leaf, token));
            if !separated || input.len() - at < repeat.separator.len() {
                break;
            }
            start += repeat.separator.len();
        }
        let rest = &input[start.min(input.len())..];
        if rest.is_empty() {
            break;
        }
        // What follows the repetition wins where both could go on: `$($x:tt)* ; ..`.
        if let (Some(Matcher::Leaf(leaf)), true) = (next, repeat.separator.is_empty())
            && leaf_matches(leaf, &rest[0])
            && !starts_with(&repeat.inner, &rest[0])
        {
            break;
        }
        let mut round = Bindings::default();
        match sequence(&repeat.inner, rest, &mut round) {
            Some(0) | None => break,
            Some(used) => at = start + used,
        }
        rounds.push(round);
        if repeat.optional {
            break;
        }
    }
    if repeat.at_least_one && rounds.is_empty() {
        return None;
    }
    let mut names = Vec::new();
    variables(&repeat.inner, &mut names);
    for name in names {
        let values = rounds.iter_mut().filter_map(|round| round.remove(&name));
        bindings.insert(name, Binding::Repeated(values.collect()));
    }
    Some(at)
}

fn variables(matcher: &[Matcher], names: &mut Vec<Symbol>) {
    for part in matcher {
        match part {
            Matcher::Variable(name, _) => names.push(*name),
            Matcher::Group(_, inner) => variables(inner, names),
            Matcher::Repeat(repeat) => variables(&repeat.inner, names),
            Matcher::Leaf(_) => {}
        }
    }
}

/// Whether a repetition's first part is exactly this token.
fn starts_with(inner: &[Matcher], token: &TokenTree) -> bool {
    matches!(inner.first(), Some(Matcher::Leaf(leaf)) if leaf_matches(leaf, token))
}

fn leaf_matches(leaf: &Leaf, token: &TokenTree) -> bool {
    match (leaf, token) {
        (Leaf::Ident(name), TokenTree::Ident(ident)) => {
            plain(&ident.to_string()) == plain(name.as_str())
        }
        (Leaf::Punct { char, .. }, TokenTree::Punct(punct)) => punct.as_char() == *char,
        (Leaf::Literal(text), TokenTree::Literal(literal)) => literal.to_string() == *text,
        _ => false,
    }
}

/// How many tokens a fragment takes, and whether they must stay together.
fn fragment(kind: Fragment, input: &[TokenTree]) -> Option<(usize, Grouped)> {
    const ALONE: Grouped = Grouped::Never;
    let first = input.first();
    let single = |matches: bool| matches.then_some((1, ALONE));
    match kind {
        Fragment::Tt => match first? {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => Some((2.min(input.len()), ALONE)),
            // A multi-character operator is one token tree.
            TokenTree::Punct(_) => Some((operator_length(input), ALONE)),
            _ => Some((1, ALONE)),
        },
        Fragment::Ident => single(matches!(first?, TokenTree::Ident(ident) if ident != "_")),
        Fragment::Lifetime => match (first?, input.get(1)) {
            (TokenTree::Punct(punct), Some(TokenTree::Ident(_))) if punct.as_char() == '\'' => {
                Some((2, ALONE))
            }
            _ => None,
        },
        Fragment::Literal => match (first?, input.get(1)) {
            (TokenTree::Literal(_), _) => Some((1, ALONE)),
            (TokenTree::Ident(ident), _) => single(ident == "true" || ident == "false"),
            (TokenTree::Punct(minus), Some(TokenTree::Literal(_))) if minus.as_char() == '-' => {
                Some((2, ALONE))
            }
            (TokenTree::Group(group), _) if group.delimiter() == Delimiter::None => single(
                group
                    .stream()
                    .into_iter()
                    .all(|t| matches!(t, TokenTree::Literal(_))),
            ),
            _ => None,
        },
        Fragment::Block => single(matches!(
            first?,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace
        )),
        Fragment::Vis => Some((visibility_length(input), ALONE)),
        Fragment::Expr => {
            // An expression cannot begin so, and rustc tries the next rule.
            if matches!(first?, TokenTree::Ident(ident) if ident == "let" || ident == "_") {
                return None;
            }
            let used = windows::<syn::Expr>(input, true).or_else(|| prefix::<syn::Expr>(input))?;
            let grouped = if used > 1 { Grouped::Always } else { ALONE };
            Some((used, grouped))
        }
        Fragment::Ty => {
            let used = windows::<syn::Type>(input, false)?;
            let grouped = match used {
                1 => Grouped::BeforeAngle,
                _ => Grouped::Always,
            };
            Some((used, grouped))
        }
        Fragment::Path => Some((windows::<syn::Path>(input, false)?, ALONE)),
        // Before the edition of 2021 a pattern takes no alternatives, and `|` may follow it.
        Fragment::Pat => {
            let any = windows::<AnyPat>(input, false);
            let used = any.or_else(|| windows::<OnePat>(input, false))?;
            Some((used, ALONE))
        }
        Fragment::PatParam => Some((windows::<OnePat>(input, false)?, ALONE)),
        Fragment::Meta => Some((windows::<syn::Meta>(input, false)?, ALONE)),
        // A `let` comes without its semicolon, which the parser would ask for.
        Fragment::Stmt if matches!(first?, TokenTree::Ident(ident) if ident == "let") => {
            let end = input.iter().position(
                |token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';'),
            );
            Some((end.unwrap_or(input.len()), ALONE))
        }
        Fragment::Stmt => {
            let used = windows::<OneStmt>(input, true).or_else(|| first_statement(input))?;
            Some((used, ALONE))
        }
        Fragment::Item => Some((prefix::<syn::Item>(input)?, ALONE)),
    }
}

fn operator_length(input: &[TokenTree]) -> usize {
    let text: String = input
        .iter()
        .take(3)
        .map_while(|token| match token {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        })
        .collect();
    let joint = input
        .iter()
        .take_while(|token| {
            matches!(token, TokenTree::Punct(p) if p.spacing() == proc_macro2::Spacing::Joint)
        })
        .count();
    const LONG: [&str; 25] = [
        "<<=", ">>=", "...", "..=", "&&", "||", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=",
        "%=", "^=", "&=", "|=", "<<", ">>", "..", "::", "->", "=>", "<-",
    ];
    LONG.iter()
        .find(|long| text.starts_with(**long) && joint + 1 >= long.len())
        .map_or(1, |long| long.len())
}

fn visibility_length(input: &[TokenTree]) -> usize {
    match (input.first(), input.get(1)) {
        (Some(TokenTree::Ident(word)), next) if word == "pub" => match next {
            Some(TokenTree::Group(group))
                if group.delimiter() == Delimiter::Parenthesis && is_restriction(group) =>
            {
                2
            }
            _ => 1,
        },
        _ => 0,
    }
}

fn is_restriction(group: &proc_macro2::Group) -> bool {
    matches!(
        group.stream().into_iter().next(),
        Some(TokenTree::Ident(word)) if word == "crate" || word == "super" || word == "self" || word == "in"
    )
}

/// Parses a fragment out of ever longer beginnings of the input, each up to a `,`, `;` or `=>`:
/// those can follow a fragment, and parsing all the rest each time would be quadratic.
fn windows<T: Parse>(input: &[TokenTree], whole: bool) -> Option<usize> {
    let ends = (1..input.len())
        .filter(|&at| ends_fragment(&input[at..]))
        .take(MAX_WINDOWS)
        .chain([input.len()]);
    for end in ends {
        if let Some(used) = prefix::<T>(&input[..end])
            && (used == end || !whole)
        {
            return Some(used);
        }
    }
    None
}

fn ends_fragment(rest: &[TokenTree]) -> bool {
    match (&rest[0], rest.get(1)) {
        (TokenTree::Punct(punct), _) if matches!(punct.as_char(), ',' | ';') => true,
        (TokenTree::Punct(equals), Some(TokenTree::Punct(greater))) => {
            equals.as_char() == '=' && greater.as_char() == '>'
        }
        _ => false,
    }
}

/// How many tokens at the beginning parse as `T`.
fn prefix<T: Parse>(input: &[TokenTree]) -> Option<usize> {
    let stream: TokenStream = input.iter().cloned().collect();
    let parser = |input: ParseStream<'_>| {
        input.parse::<T>()?;
        let rest: TokenStream = input.parse()?;
        Ok(rest.into_iter().count())
    };
    let rest = parser.parse2(stream).ok()?;
    let used = input.len().checked_sub(rest)?;
    (used > 0).then_some(used)
}

/// How many tokens the first of several statements takes, without a semicolon that only ends it.
fn first_statement(input: &[TokenTree]) -> Option<usize> {
    if matches!(input, [TokenTree::Punct(punct), ..] if punct.as_char() == ';') {
        return Some(1);
    }
    let statements = syn::Block::parse_within.parse2(input.iter().cloned().collect());
    let first = statements.ok()?.into_iter().next()?;
    let ends = match &first {
        syn::Stmt::Expr(_, semicolon) => semicolon.is_some(),
        syn::Stmt::Macro(written) => written.semi_token.is_some(),
        syn::Stmt::Local(_) => true,
        syn::Stmt::Item(_) => false,
    };
    let used = first.into_token_stream().into_iter().count();
    used.checked_sub(usize::from(ends))
}

struct AnyPat;

impl Parse for AnyPat {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        syn::Pat::parse_multi_with_leading_vert(input).map(|_| AnyPat)
    }
}

struct OnePat;

impl Parse for OnePat {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        syn::Pat::parse_single(input).map(|_| OnePat)
    }
}

struct OneStmt;

impl Parse for OneStmt {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let stmts = syn::Block::parse_within(input)?;
        if stmts.len() == 1 {
            Ok(OneStmt)
        } else {
            Err(input.error("one statement"))
        }
    }
}
