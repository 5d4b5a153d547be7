//! Rules as data.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::hygiene;
use crate::symbol::Symbol;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) matcher: Vec<Matcher>,
    pub(super) pieces: Vec<Piece>,
    /// Variables that the pieces declare.
    pub(super) bound: Vec<Symbol>,
}

/// A token that is no group.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Leaf {
    Ident(Symbol),
    Punct { char: char, joint: bool },
    Literal(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Matcher {
    Leaf(Leaf),
    Group(Delimiter, Vec<Matcher>),
    Variable(Symbol, Fragment),
    Repeat(Repeat<Matcher>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Leaf(Leaf),
    Group(Delimiter, Vec<Piece>),
    Variable(Symbol),
    Repeat(Repeat<Piece>),
    Crate,
}

/// `$( .. ) sep op`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Repeat<T> {
    pub(super) inner: Vec<T>,
    pub(super) separator: Vec<Leaf>,
    pub(super) optional: bool,
    pub(super) at_least_one: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fragment {
    Block,
    Expr,
    Ident,
    Item,
    Lifetime,
    Literal,
    Meta,
    Pat,
    PatParam,
    Path,
    Stmt,
    Tt,
    Ty,
    Vis,
}

/// `(matcher) => { transcriber };` and so on.
pub(super) fn rules(tokens: TokenStream) -> Option<Vec<Rule>> {
    let mut rules = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while tokens.peek().is_some() {
        let TokenTree::Group(matcher) = tokens.next()? else {
            return None;
        };
        for expected in ['=', '>'] {
            match tokens.next()? {
                TokenTree::Punct(punct) if punct.as_char() == expected => {}
                _ => return None,
            }
        }
        let TokenTree::Group(transcriber) = tokens.next()? else {
            return None;
        };
        let pieces = pieces(transcriber.stream())?;
        rules.push(Rule {
            matcher: matchers(matcher.stream())?,
            bound: hygiene::bound(&pieces),
            pieces,
        });
        if let Some(TokenTree::Punct(punct)) = tokens.peek()
            && punct.as_char() == ';'
        {
            tokens.next();
        }
    }
    Some(rules)
}

fn matchers(tokens: TokenStream) -> Option<Vec<Matcher>> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut list = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        at += 1;
        if !is_punct(token, '$') {
            list.push(match token {
                TokenTree::Group(group) => {
                    Matcher::Group(group.delimiter(), matchers(group.stream())?)
                }
                token => Matcher::Leaf(leaf(token)?),
            });
            continue;
        }
        match tokens.get(at) {
            Some(TokenTree::Ident(name)) => {
                let name = Symbol::new(&name.to_string());
                let colon = tokens.get(at + 1).is_some_and(|token| is_punct(token, ':'));
                match (colon, tokens.get(at + 2)) {
                    (true, Some(TokenTree::Ident(kind))) => {
                        list.push(Matcher::Variable(name, fragment(&kind.to_string())?));
                        at += 3;
                    }
                    // A macro that a macro defines: its variables are tokens here.
                    _ => {
                        list.push(Matcher::Leaf(dollar()));
                    }
                }
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                let inner = matchers(group.stream())?;
                let (repeat, next) = repeat(inner, &tokens, at + 1)?;
                list.push(Matcher::Repeat(repeat));
                at = next;
            }
            _ => list.push(Matcher::Leaf(dollar())),
        }
    }
    Some(list)
}

fn pieces(tokens: TokenStream) -> Option<Vec<Piece>> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut list = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        at += 1;
        if !is_punct(token, '$') {
            list.push(match token {
                TokenTree::Group(group) => Piece::Group(group.delimiter(), pieces(group.stream())?),
                token => Piece::Leaf(leaf(token)?),
            });
            continue;
        }
        match tokens.get(at) {
            Some(TokenTree::Ident(name)) if name == "crate" => {
                list.push(Piece::Crate);
                at += 1;
            }
            Some(TokenTree::Ident(name)) => {
                list.push(Piece::Variable(Symbol::new(&name.to_string())));
                at += 1;
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                let inner = pieces(group.stream())?;
                let (repeat, next) = repeat(inner, &tokens, at + 1)?;
                list.push(Piece::Repeat(repeat));
                at = next;
            }
            Some(token) if is_punct(token, '$') => {
                list.push(Piece::Leaf(dollar()));
                at += 1;
            }
            _ => list.push(Piece::Leaf(dollar())),
        }
    }
    Some(list)
}

/// The separator and operator behind `$( .. )`. No operator is ever a separator: `$(..)* + x` goes on
/// with a plus.
fn repeat<T>(inner: Vec<T>, tokens: &[TokenTree], mut at: usize) -> Option<(Repeat<T>, usize)> {
    let mut separator = Vec::new();
    loop {
        let token = tokens.get(at)?;
        at += 1;
        if let TokenTree::Punct(punct) = token
            && let op @ ('*' | '+' | '?') = punct.as_char()
        {
            let repeat = Repeat {
                inner,
                separator,
                optional: op == '?',
                at_least_one: op == '+',
            };
            return Some((repeat, at));
        }
        separator.push(leaf(token)?);
    }
}

fn fragment(kind: &str) -> Option<Fragment> {
    Some(match kind {
        "block" => Fragment::Block,
        "expr" | "expr_2021" => Fragment::Expr,
        "ident" => Fragment::Ident,
        "item" => Fragment::Item,
        "lifetime" => Fragment::Lifetime,
        "literal" => Fragment::Literal,
        "meta" => Fragment::Meta,
        "pat" => Fragment::Pat,
        "pat_param" => Fragment::PatParam,
        "path" => Fragment::Path,
        "stmt" => Fragment::Stmt,
        "tt" => Fragment::Tt,
        "ty" => Fragment::Ty,
        "vis" => Fragment::Vis,
        _ => return None,
    })
}

fn leaf(token: &TokenTree) -> Option<Leaf> {
    match token {
        TokenTree::Ident(ident) => Some(Leaf::Ident(Symbol::new(&ident.to_string()))),
        TokenTree::Punct(punct) => Some(Leaf::Punct {
            char: punct.as_char(),
            joint: punct.spacing() == proc_macro2::Spacing::Joint,
        }),
        TokenTree::Literal(literal) => Some(Leaf::Literal(literal.to_string())),
        TokenTree::Group(_) => None,
    }
}

fn dollar() -> Leaf {
    Leaf::Punct {
        char: '$',
        joint: false,
    }
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}
