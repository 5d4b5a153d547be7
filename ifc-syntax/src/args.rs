//! The inside of an attribute: pieces between commas, and options of the form `name`,
//! `name = value` or `name(..)`. One unreadable piece does not hide the others.

use ifc_catalog::duration;
use ifc_catalog::model::Value;
use ifc_catalog::options::{Mistake, OptionSpec, Place};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Lit, UnOp};

use crate::errors::{self, Errors};
use crate::short;

/// An option as written, with typed value.
#[derive(Clone)]
pub struct Opt {
    /// `batch`.
    pub name: String,
    /// Place of the name.
    pub name_span: Span,
    /// Value; durations are already in milliseconds.
    pub value: Value,
    /// The paths in the value: `OrderEvent::Placed`.
    pub paths: Vec<syn::Path>,
    /// Place of the value; of the name if there is no value.
    pub span: Span,
}

/// A part of an attribute between two commas.
pub(crate) struct Piece {
    pub(crate) tokens: Vec<TokenTree>,
}

impl Piece {
    pub(crate) fn span(&self) -> Span {
        joined(&self.tokens)
    }

    pub(crate) fn expr(&self) -> Option<Expr> {
        expr(&self.tokens)
    }

    /// Which of these options was meant, readable or not, so that it is not called missing too.
    pub(crate) fn means(&self, words: &[&'static str]) -> Option<&'static str> {
        match self.tokens.first()? {
            TokenTree::Ident(word) => {
                errors::did_you_mean(&word.to_string(), words.iter().copied())
            }
            _ => None,
        }
    }
}

/// An option whose value is not yet typed.
pub(crate) struct RawOption {
    pub(crate) name: Ident,
    pub(crate) value: RawValue,
    pub(crate) span: Span,
}

pub(crate) enum RawValue {
    None,
    Expr(Box<Expr>),
    Group(Group),
}

/// An expression, if the tokens are one.
pub(crate) fn expr(tokens: &[TokenTree]) -> Option<Expr> {
    short::expr(tokens).or_else(|| syn::parse2(tokens.iter().cloned().collect()).ok())
}

/// The place from the first to the last of some tokens; that of the first where the compiler of
/// Rust does not let places be joined.
pub(crate) fn joined(tokens: &[TokenTree]) -> Span {
    match tokens {
        [] => Span::call_site(),
        [one] => one.span(),
        [first, .., last] => first
            .span()
            .join(last.span())
            .unwrap_or_else(|| first.span()),
    }
}

/// The place of anything.
pub(crate) fn span_of(node: &impl ToTokens) -> Span {
    let tokens: Vec<TokenTree> = node.to_token_stream().into_iter().collect();
    joined(&tokens)
}

/// Splits at commas; an empty piece is left out.
pub(crate) fn split(tokens: TokenStream) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut current = Vec::new();
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                pieces.push(Piece {
                    tokens: std::mem::take(&mut current),
                });
            }
            _ => current.push(token),
        }
    }
    pieces.push(Piece { tokens: current });
    pieces.retain(|piece| !piece.tokens.is_empty());
    pieces
}

/// The tokens between the parentheses of an attribute; none for `#[on]`.
pub(crate) fn inner(attr: &syn::Attribute) -> TokenStream {
    match &attr.meta {
        syn::Meta::List(list) => flat(list.tokens.clone()),
        _ => TokenStream::new(),
    }
}

/// Without the invisible brackets that rustc puts around what `macro_rules!` inserts: `$path`.
fn flat(tokens: TokenStream) -> TokenStream {
    fn is_flat(tokens: TokenStream) -> bool {
        tokens.into_iter().all(|token| match token {
            TokenTree::Group(group) => {
                group.delimiter() != Delimiter::None && is_flat(group.stream())
            }
            _ => true,
        })
    }
    if is_flat(tokens.clone()) {
        return tokens;
    }
    let flat_token = |token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => flat(group.stream()),
        TokenTree::Group(group) => {
            let mut flattened = Group::new(group.delimiter(), flat(group.stream()));
            flattened.set_span(group.span());
            TokenTree::Group(flattened).into()
        }
        token => token.into(),
    };
    tokens.into_iter().flat_map(flat_token).collect()
}

/// Reads a piece as an option.
pub(crate) fn option(piece: &Piece, attribute: &str, errors: &mut Errors) -> Option<RawOption> {
    let span = piece.span();
    let mut unreadable = |span: Span, expected: &str| {
        errors.push(errors::unreadable(attribute, expected).at(span));
        None
    };
    let [TokenTree::Ident(name), rest @ ..] = piece.tokens.as_slice() else {
        return unreadable(span, "an option such as `name = value`");
    };
    let name = name.clone();
    let value = match rest {
        [] => RawValue::None,
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            RawValue::Group(group.clone())
        }
        [TokenTree::Punct(eq), value @ ..] if eq.as_char() == '=' => {
            if value.is_empty() {
                return unreadable(span, &format!("a value behind `{name} =`"));
            }
            match expr(value) {
                Some(expr) => RawValue::Expr(Box::new(expr)),
                None => return unreadable(joined(value), &format!("one value for `{name}`")),
            }
        }
        [other, ..] => {
            return unreadable(
                other.span(),
                &format!("`=`, `,` or the end behind `{name}`"),
            );
        }
    };
    Some(RawOption { name, value, span })
}

/// Gives an option its value. `specs` are what the option may be.
pub(crate) fn typed(
    raw: &RawOption,
    specs: &[&OptionSpec],
    attribute: &str,
    errors: &mut Errors,
) -> Option<Opt> {
    let name = raw.name.to_string();
    let is_duration = specs
        .iter()
        .any(|spec| spec.name == name && spec.value.is_duration());
    let mut paths = Vec::new();
    let (value, span) = match &raw.value {
        RawValue::None => (Some(Value::Flag), raw.name.span()),
        RawValue::Expr(expr) => (value(expr, is_duration, &mut paths), span_of(expr)),
        RawValue::Group(group) => (pairs(group, attribute, errors), group.span()),
    };
    let Some(value) = value else {
        errors.push(
            errors::unreadable(
                attribute,
                "a number, a string, `true`, `false`, a path, or a list of these",
            )
            .at(span),
        );
        return None;
    };
    Some(Opt {
        name,
        name_span: raw.name.span(),
        value,
        paths,
        span,
    })
}

fn value(expr: &Expr, is_duration: bool, paths: &mut Vec<syn::Path>) -> Option<Value> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Str(text) => {
                let text = text.value();
                Some(match duration::parse(&text) {
                    Ok(milliseconds) if is_duration => Value::Duration(milliseconds),
                    _ => Value::Str(text),
                })
            }
            // A number that no option can hold is out of every range.
            Lit::Int(number) => Some(Value::Int(number.base10_parse().unwrap_or(i64::MAX))),
            Lit::Bool(given) => Some(Value::Bool(given.value)),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            match value(&unary.expr, false, paths) {
                Some(Value::Int(number)) => Some(Value::Int(-number)),
                _ => None,
            }
        }
        Expr::Path(path) if path.qself.is_none() => {
            paths.push(path.path.clone());
            Some(Value::Path(path_text(&path.path)))
        }
        Expr::Array(array) => array
            .elems
            .iter()
            .map(|element| value(element, is_duration, paths))
            .collect::<Option<Vec<Value>>>()
            .map(Value::List),
        _ => None,
    }
}

fn pairs(group: &Group, attribute: &str, errors: &mut Errors) -> Option<Value> {
    let mut out: Vec<(String, Value)> = Vec::new();
    for piece in split(group.stream()) {
        let Some(raw) = option(&piece, attribute, errors) else {
            continue;
        };
        let name = raw.name.to_string();
        match &raw.value {
            RawValue::Expr(_) if out.iter().any(|(other, _)| *other == name) => {
                errors.push(errors::repeated_option(attribute, &name, 1).at(raw.name.span()));
            }
            RawValue::Expr(expr) => match value(expr, false, &mut Vec::new()) {
                Some(Value::Str(text)) => out.push((name, Value::Str(text))),
                _ => errors.push(errors::unreadable(attribute, "a string").at(span_of(expr))),
            },
            _ => errors.push(errors::unreadable(attribute, "`KEY = \"value\"`").at(raw.span)),
        }
    }
    Some(Value::Map(out))
}

/// A path as people write it: `a::b::C`.
pub fn path_text(path: &syn::Path) -> String {
    let mut out = String::new();
    if path.leading_colon.is_some() {
        out.push_str("::");
    }
    for (at, segment) in path.segments.iter().enumerate() {
        if at > 0 {
            out.push_str("::");
        }
        out.push_str(&segment.ident.to_string());
    }
    out
}

/// Turns the catalog's findings into errors at the options' places.
pub(crate) fn report(mistakes: &[Mistake], options: &[Opt], attribute: &str, errors: &mut Errors) {
    for mistake in mistakes {
        let option = &options[mistake.at];
        let span = match mistake.place {
            Place::Name => option.name_span,
            Place::Value => option.span,
        };
        errors.push(errors::mistake(mistake, attribute).at(span));
    }
}

/// Name and value of each option, as the catalog takes them.
pub(crate) fn given(options: &[Opt]) -> Vec<(&str, &Value)> {
    options
        .iter()
        .map(|option| (option.name.as_str(), &option.value))
        .collect()
}

/// The text of a string literal.
pub(crate) fn string(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
