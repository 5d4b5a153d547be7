//! Format strings, and the argument lists around them.

use ifc_syntax::short;
use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Lit, Macro, Token};

use super::file::Lower;
use crate::hir::expand::plain;
use crate::hir::{ExprId, ExprKind, FormatPiece};
use crate::span::Span;
use crate::symbol::Symbol;

struct Arg {
    name: Option<syn::Ident>,
    value: Expr,
}

/// `format!`.
pub(super) fn format(lower: &mut Lower<'_>, tokens: &TokenStream, span: Span) -> Option<ExprId> {
    let args = read_arguments(tokens.clone())?;
    Some(formatted(lower, &args, span))
}

/// A macro with some expressions and then a message: `assert!(a, "text {b}")`.
pub(super) fn message(lower: &mut Lower<'_>, invocation: &Macro, leading: usize) -> Option<ExprId> {
    let span = lower.macro_span(invocation);
    let parsed = read_arguments(invocation.tokens.clone())?;
    let (first, rest) = parsed.split_at(leading.min(parsed.len()));
    let mut args: Vec<ExprId> = first.iter().map(|arg| lower.expr(&arg.value)).collect();
    match rest {
        [] => {}
        [only] if !is_text(&only.value) => args.push(lower.expr(&only.value)),
        rest => args.push(formatted(lower, rest, span)),
    }
    let path = lower.macro_path(invocation);
    Some(lower.push(ExprKind::MacroCall { path, args }, span))
}

/// Macros of `tracing` and `log`: fields, then a message.
pub(super) fn record(lower: &mut Lower<'_>, invocation: &Macro) -> Option<ExprId> {
    let span = lower.macro_span(invocation);
    let tokens: Vec<TokenTree> = invocation.tokens.clone().into_iter().collect();
    let mut fields = Vec::new();
    let mut message = Vec::new();
    read_fields(&tokens, &mut fields, &mut message)?;
    let mut args = lower.exprs(&fields);
    if !message.is_empty() {
        args.push(formatted(lower, &message, span));
    }
    let path = lower.macro_path(invocation);
    Some(lower.push(ExprKind::MacroCall { path, args }, span))
}

/// Parts between commas.
pub(super) fn split(tokens: &[TokenTree]) -> impl Iterator<Item = &[TokenTree]> {
    tokens
        .split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','))
        .filter(|part| !part.is_empty())
}

fn read_fields(tokens: &[TokenTree], fields: &mut Vec<Expr>, message: &mut Vec<Arg>) -> Option<()> {
    let mut parts = split(tokens).peekable();
    while let Some(part) = parts.peek() {
        if let [TokenTree::Group(group)] = part
            && group.delimiter() == proc_macro2::Delimiter::Brace
        {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            read_fields(&inner, fields, message)?;
        } else if let [TokenTree::Literal(literal), ..] = part
            && literal.to_string().starts_with(['"', 'r'])
            && assigned(part).is_none()
        {
            let rest: Vec<&[TokenTree]> = parts.collect();
            let comma = TokenTree::from(proc_macro2::Punct::new(',', proc_macro2::Spacing::Alone));
            let rest: TokenStream = rest.join(&comma).into_iter().collect();
            message.extend(read_arguments(rest)?);
            return Some(());
        } else {
            let mut value = *part;
            if let [TokenTree::Ident(_), TokenTree::Punct(colon), rest @ ..] = value
                && colon.as_char() == ':'
                && colon.spacing() == proc_macro2::Spacing::Alone
            {
                value = rest;
            }
            value = assigned(value).unwrap_or(value);
            if let [TokenTree::Punct(sigil), rest @ ..] = value
                && matches!(sigil.as_char(), '%' | '?')
            {
                value = rest;
            }
            fields.push(match short::expr(value) {
                Some(field) => field,
                None => syn::parse2(value.iter().cloned().collect()).ok()?,
            });
        }
        parts.next();
    }
    Some(())
}

/// The value of `a.b = value`.
fn assigned(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    let at = tokens.iter().position(|token| match token {
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        TokenTree::Punct(punct) => punct.as_char() != '.',
        TokenTree::Group(_) => true,
    })?;
    match (&tokens[at], tokens.get(at + 1)) {
        (TokenTree::Punct(equals), Some(next)) if equals.as_char() == '=' && at > 0 => {
            let is_comparison =
                matches!(next, TokenTree::Punct(punct) if matches!(punct.as_char(), '=' | '>'));
            (!is_comparison).then_some(&tokens[at + 1..])
        }
        _ => None,
    }
}

fn read_arguments(tokens: TokenStream) -> Option<Vec<Arg>> {
    let list: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let short = |part: &[TokenTree]| {
        let name = None;
        short::expr(part).map(|value| Arg { name, value })
    };
    let read = short::parts(&list).and_then(|parts| parts.into_iter().map(short).collect());
    read.or_else(|| arguments.parse2(tokens).ok())
}

fn arguments(input: ParseStream<'_>) -> syn::Result<Vec<Arg>> {
    let mut args = Vec::new();
    while !input.is_empty() {
        let is_named = input.peek(syn::Ident)
            && input.peek2(Token![=])
            && !input.peek2(Token![==])
            && !input.peek2(Token![=>]);
        let name = if is_named {
            let name = input.parse()?;
            input.parse::<Token![=]>()?;
            Some(name)
        } else {
            None
        };
        let value = input.parse()?;
        args.push(Arg { name, value });
        if input.is_empty() {
            break;
        }
        input.parse::<Token![,]>()?;
    }
    Ok(args)
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(literal) if matches!(literal.lit, Lit::Str(_)))
}

/// A format string with its arguments; without a literal, the arguments alone.
fn formatted(lower: &mut Lower<'_>, args: &[Arg], span: Span) -> ExprId {
    let mut pieces = Vec::new();
    let mut rest = args;
    let mut template = None;
    if let [first, others @ ..] = args
        && let Expr::Lit(literal) = &first.value
        && let Lit::Str(text) = &literal.lit
    {
        template = Some((text.value(), lower.span(text.span())));
        rest = others;
    }
    let values: Vec<ExprId> = rest.iter().map(|arg| lower.expr(&arg.value)).collect();
    let names: Vec<Option<Symbol>> = rest
        .iter()
        .map(|arg| arg.name.as_ref().map(|name| lower.symbol(name)))
        .collect();
    let mut used = vec![false; values.len()];
    if let Some((text, at)) = template {
        let mut holes = Holes {
            next: 0,
            names: &names,
            used: &mut used,
        };
        for part in parts(&text) {
            match part {
                Part::Text(text) => pieces.push(FormatPiece::Text(text)),
                Part::Hole(hole) => {
                    let value = match holes.position(&hole) {
                        Some(position) => values.get(position).copied(),
                        None => Some(capture(lower, &hole, at)),
                    };
                    let spec = hole.split_once(':').map_or("", |(_, spec)| spec);
                    pieces.extend(value.map(match spec.trim().is_empty() {
                        true => FormatPiece::Hole,
                        false => FormatPiece::Shaped,
                    }));
                }
            }
        }
    }
    let left = values.iter().zip(&used).filter(|(_, used)| !**used);
    let left = left.map(|(&value, _)| value);
    if pieces.is_empty() {
        // Where the template is no literal, any of them may be shown anywhere.
        pieces.extend(left.map(FormatPiece::Shaped));
    } else {
        pieces.extend(left.map(FormatPiece::Argument));
    }
    lower.push(ExprKind::Format { pieces }, span)
}

/// `{name}` without such an argument is the variable `name`.
fn capture(lower: &mut Lower<'_>, hole: &str, span: Span) -> ExprId {
    let name = hole.split(':').next().unwrap_or_default().trim();
    let variable = name.strip_prefix("r#").unwrap_or(name);
    let mut path = lower.name_path(Symbol::new(plain(variable)), span);
    path.variable = Some(Symbol::new(variable));
    lower.push(ExprKind::Path(path), span)
}

struct Holes<'a> {
    next: usize,
    names: &'a [Option<Symbol>],
    used: &'a mut [bool],
}

impl Holes<'_> {
    /// Which argument a hole shows. None for a captured variable.
    fn position(&mut self, hole: &str) -> Option<usize> {
        let (argument, spec) = hole.split_once(':').unwrap_or((hole, ""));
        // `{:.*}` takes the precision first.
        if spec.contains(".*") {
            self.next += 1;
        }
        let argument = argument.trim();
        let position = if argument.is_empty() {
            self.next += 1;
            self.next - 1
        } else if let Ok(position) = argument.parse::<usize>() {
            position
        } else {
            self.names
                .iter()
                .position(|name| name.is_some_and(|name| name.as_str() == plain(argument)))?
        };
        if let Some(used) = self.used.get_mut(position) {
            *used = true;
        }
        Some(position)
    }
}

enum Part {
    Text(String),
    Hole(String),
}

/// Text and holes of a format string.
fn parts(template: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut chars = template.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '{' | '}' if chars.peek() == Some(&char) => {
                chars.next();
                text.push(char);
            }
            '{' => {
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                parts.push(Part::Hole(
                    chars.by_ref().take_while(|&c| c != '}').collect(),
                ));
            }
            char => text.push(char),
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}
