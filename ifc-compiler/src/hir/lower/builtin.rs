//! Macros of std and of well-known crates, as far as their arguments are no plain list of
//! expressions or their value matters.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Token};

use super::file::Lower;
use super::format;
use crate::hir::{Arm, Def, ExprId, ExprKind, FormatPiece, PatKind, Path, TypeRef, Visibility};
use crate::span::Span;

/// None if the macro is not one of these, or its arguments are not what they should be.
pub(super) fn expression(lower: &mut Lower<'_>, invocation: &Macro) -> Option<ExprId> {
    let name = invocation.path.segments.last()?.ident.to_string();
    let span = lower.macro_span(invocation);
    let tokens = &invocation.tokens;
    match name.as_str() {
        "format" | "format_args" => format::format(lower, tokens, span),
        "println" | "print" | "eprintln" | "eprint" | "panic" | "todo" | "unimplemented"
        | "unreachable" | "anyhow" | "bail" | "format_err" => format::message(lower, invocation, 0),
        "write" | "writeln" | "assert" | "debug_assert" | "ensure" => {
            format::message(lower, invocation, 1)
        }
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => {
            format::message(lower, invocation, 2)
        }
        "trace" | "debug" | "info" | "warn" | "error" | "event" | "log" | "span" | "trace_span"
        | "debug_span" | "info_span" | "warn_span" | "error_span" => {
            format::record(lower, invocation)
        }
        "vec" | "smallvec" | "arrayvec" | "nonempty" | "hashset" | "btreeset" | "indexset" => {
            vec(lower, tokens, span)
        }
        "hashmap" | "btreemap" | "indexmap" => map(lower, invocation, span),
        "matches" | "assert_matches" => matches(lower, tokens, span),
        "join" | "try_join" => {
            let exprs = comma_separated(&without_biased(tokens))?;
            let futures = lower.exprs(&exprs);
            let fallible = name == "try_join";
            Some(lower.push(ExprKind::Join { futures, fallible }, span))
        }
        "select" | "select_biased" => select(lower, tokens, span),
        "dbg" => {
            let exprs = comma_separated(tokens)?;
            let mut ids = lower.exprs(&exprs);
            match (ids.pop(), ids.is_empty()) {
                (Some(only), true) => Some(only),
                (Some(last), false) => {
                    ids.push(last);
                    Some(lower.push(ExprKind::Tuple(ids), span))
                }
                (None, _) => Some(lower.unit(span)),
            }
        }
        "pin" | "pin_mut" => {
            let exprs = comma_separated(tokens)?;
            let [only] = exprs.as_slice() else {
                return None;
            };
            Some(lower.expr(only))
        }
        "json" => json(lower, invocation, span),
        "stream" | "try_stream" | "async_stream" => {
            let stmts = syn::Block::parse_within.parse2(tokens.clone()).ok()?;
            let block = lower.statements(&stmts, span);
            Some(lower.push(ExprKind::Async(block), span))
        }
        "concat" => text(lower, tokens, span),
        "stringify" => Some(lower.push(ExprKind::Str(tokens.to_string()), span)),
        "env" | "option_env" => {
            let exprs = comma_separated(tokens)?;
            let args = lower.exprs(&exprs);
            let path = lower.macro_path(invocation);
            Some(lower.push(ExprKind::MacroCall { path, args }, span))
        }
        "include" => {
            lower.include_not_read(span, "a file in the place of an expression is not read");
            None
        }
        "line" | "column" | "file" | "module_path" | "include_str" | "include_bytes" | "cfg"
        | "compile_error" => Some(lower.push(ExprKind::Literal, span)),
        _ => None,
    }
}

/// A macro in place of an item.
pub(super) fn item(lower: &mut Lower<'_>, invocation: &Macro) {
    let Some(last) = invocation.path.segments.last() else {
        return;
    };
    let span = lower.macro_span(invocation);
    match last.ident.to_string().as_str() {
        "main" | "handlers" if is_runtime(lower, &invocation.path) => {
            lower.out.dispatches |= lower.module.0 == 0 && lower.inline.is_empty();
        }
        "thread_local" => lazy_statics(lower, invocation, Some("LocalKey")),
        "lazy_static" => lazy_statics(lower, invocation, None),
        "cfg_if" => cfg_if(lower, invocation),
        "include" => match syn::parse2::<syn::LitStr>(invocation.tokens.clone()) {
            Ok(path) => lower.include(path.value(), span),
            Err(_) => lower.include_not_read(span, "the path of the file is not a literal"),
        },
        // Macros that wrap items and leave them as they are, perhaps with more beside.
        _ => match syn::parse2::<syn::File>(invocation.tokens.clone()) {
            Ok(file) => lower.expanded_items(&file.items),
            Err(_) => lower.register_macro(invocation),
        },
    }
}

/// Arguments as a list of expressions.
pub(super) fn comma_separated(tokens: &TokenStream) -> Option<Vec<Expr>> {
    let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
    let list = parser.parse2(tokens.clone()).ok()?;
    Some(list.into_iter().collect())
}

/// Every path among tokens. Groups are walked without recursion, since tokens nest as deep as their
/// author likes.
pub(super) fn mentions(lower: &mut Lower<'_>, tokens: &TokenStream) -> Vec<Path> {
    let mut found = Vec::new();
    let mut open = vec![tokens.clone()];
    while let Some(tokens) = open.pop() {
        let mut path: Option<Path> = None;
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    let span = lower.span(ident.span());
                    let name = lower.symbol(&ident);
                    let mut next = lower.name_path(name, span);
                    next.variable = Some(lower.variable(&ident));
                    match &mut path {
                        Some(path) if colons == 2 => {
                            let so_far = path.segments.iter().chain(&*next.segments);
                            path.segments = so_far.cloned().collect::<Vec<_>>().into();
                            path.variable = None;
                            path.span.end = span.end.max(path.span.start);
                        }
                        _ => {
                            found.extend(path.take());
                            path = Some(next);
                        }
                    }
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    open.push(group.stream());
                    found.extend(path.take());
                    colons = 0;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    found.extend(path.take());
                    colons = 0;
                }
            }
        }
        found.extend(path);
    }
    found
}

fn is_runtime(lower: &mut Lower<'_>, path: &syn::Path) -> bool {
    let Some(first) = path.segments.first() else {
        return false;
    };
    let name = lower.symbol(&first.ident);
    let first = match lower.imports.get(&name) {
        Some(import) => import.first().copied().unwrap_or(name),
        None => name,
    };
    lower.context.known.is_runtime(lower.context.krate, first)
        || path.segments.len() == 1 && !lower.imports.contains_key(&name)
}

fn vec(lower: &mut Lower<'_>, tokens: &TokenStream, span: Span) -> Option<ExprId> {
    let exprs = comma_separated(tokens).or_else(|| {
        let parser = |input: ParseStream<'_>| {
            let value = input.parse()?;
            input.parse::<Token![;]>()?;
            Ok(vec![value, input.parse()?])
        };
        parser.parse2(tokens.clone()).ok()
    })?;
    let elems = lower.exprs(&exprs);
    Some(lower.push(ExprKind::Array(elems), span))
}

/// `hashmap! { key => value, .. }` and the like, as a call with pairs.
fn map(lower: &mut Lower<'_>, invocation: &Macro, span: Span) -> Option<ExprId> {
    let pair = |input: ParseStream<'_>| {
        let key: Expr = input.parse()?;
        input.parse::<Token![=>]>()?;
        Ok((key, input.parse::<Expr>()?))
    };
    let parser = |input: ParseStream<'_>| {
        Punctuated::<(Expr, Expr), Token![,]>::parse_terminated_with(input, pair)
    };
    let pairs = parser.parse2(invocation.tokens.clone()).ok()?;
    let args = pairs
        .iter()
        .map(|(key, value)| {
            let parts = vec![lower.expr(key), lower.expr(value)];
            lower.push(ExprKind::Tuple(parts), span)
        })
        .collect();
    let path = lower.macro_path(invocation);
    Some(lower.push(ExprKind::MacroCall { path, args }, span))
}

fn matches(lower: &mut Lower<'_>, tokens: &TokenStream, span: Span) -> Option<ExprId> {
    let parser = |input: ParseStream<'_>| {
        let value: Expr = input.parse()?;
        input.parse::<Token![,]>()?;
        let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
        let guard = match input.parse::<Option<Token![if]>>()? {
            Some(_) => Some(input.parse::<Expr>()?),
            None => None,
        };
        input.parse::<Option<Token![,]>>()?;
        Ok((value, pat, guard))
    };
    let (value, pat, guard) = parser.parse2(tokens.clone()).ok()?;
    let value = lower.expr(&value);
    let pat = lower.pat(&pat);
    let Some(guard) = guard else {
        return Some(lower.push(ExprKind::Let { pat, value }, span));
    };
    let guard = Some(lower.expr(&guard));
    let body = lower.push(ExprKind::Literal, span);
    let arms = vec![Arm { pat, guard, body }];
    let scrutinee = value;
    Some(lower.push(ExprKind::Match { scrutinee, arms }, span))
}

fn without_biased(tokens: &TokenStream) -> TokenStream {
    let list: Vec<TokenTree> = tokens.clone().into_iter().collect();
    match list.as_slice() {
        [TokenTree::Ident(word), TokenTree::Punct(punct), rest @ ..]
            if word == "biased" && punct.as_char() == ';' =>
        {
            rest.iter().cloned().collect()
        }
        _ => tokens.clone(),
    }
}

struct Branch {
    /// None for `else`, `complete` and `default`.
    waits: Option<(syn::Pat, Expr, Option<Expr>)>,
    body: Expr,
}

/// Each branch awaits its future and matches the value; which one runs is not known, so all are
/// arms of one `match`.
fn select(lower: &mut Lower<'_>, tokens: &TokenStream, span: Span) -> Option<ExprId> {
    let branches = parse_select.parse2(without_biased(tokens)).ok()?;
    let mut arms = Vec::with_capacity(branches.len());
    for branch in branches {
        let mut guard = None;
        let body = match &branch.waits {
            Some((pat, future, condition)) => {
                guard = condition.as_ref().map(|condition| lower.expr(condition));
                let future = lower.expr(future);
                let at = lower.span_of(future);
                let scrutinee = lower.push(ExprKind::Await(future), at);
                let pat = lower.pat(pat);
                let body = lower.expr(&branch.body);
                let arms = vec![Arm {
                    pat,
                    guard: None,
                    body,
                }];
                lower.push(ExprKind::Match { scrutinee, arms }, at)
            }
            None => lower.expr(&branch.body),
        };
        let pat = lower.push_pat(PatKind::Wild, span);
        arms.push(Arm { pat, guard, body });
    }
    let scrutinee = lower.push(ExprKind::Literal, span);
    Some(lower.push(ExprKind::Match { scrutinee, arms }, span))
}

fn parse_select(input: ParseStream<'_>) -> syn::Result<Vec<Branch>> {
    let mut branches = Vec::new();
    while !input.is_empty() {
        let is_fallback = input.peek2(Token![=>])
            && (input.peek(Token![else]) || input.peek(syn::Ident))
            && input.fork().parse::<TokenTree>().is_ok_and(|token| {
                matches!(token.to_string().as_str(), "else" | "complete" | "default")
            });
        let waits = if is_fallback {
            input.parse::<TokenTree>()?;
            None
        } else {
            let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
            input.parse::<Token![=]>()?;
            let future: Expr = input.parse()?;
            let condition = if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
                input.parse::<Token![if]>()?;
                Some(input.parse::<Expr>()?)
            } else {
                None
            };
            Some((pat, future, condition))
        };
        input.parse::<Token![=>]>()?;
        let body = if input.peek(syn::token::Brace) {
            let block: syn::ExprBlock = input.parse()?;
            Expr::Block(block)
        } else {
            input.parse()?
        };
        input.parse::<Option<Token![,]>>()?;
        branches.push(Branch { waits, body });
    }
    Ok(branches)
}

fn json(lower: &mut Lower<'_>, invocation: &Macro, span: Span) -> Option<ExprId> {
    let mut exprs = Vec::new();
    json_value(
        &invocation.tokens.clone().into_iter().collect::<Vec<_>>(),
        &mut exprs,
    )?;
    let args = lower.exprs(&exprs);
    let path = lower.macro_path(invocation);
    Some(lower.push(ExprKind::MacroCall { path, args }, span))
}

fn json_value(tokens: &[TokenTree], exprs: &mut Vec<Expr>) -> Option<()> {
    match tokens {
        [] => Some(()),
        [TokenTree::Ident(word)] if word == "null" => Some(()),
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            if let Some(list) = comma_separated(&group.stream()) {
                exprs.extend(list);
                return Some(());
            }
            format::split(&inner).try_for_each(|part| json_value(part, exprs))
        }
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            format::split(&inner).try_for_each(|part| {
                let colon = part.iter().enumerate().position(|(at, token)| {
                    let is_colon = |token: Option<&TokenTree>| {
                        matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == ':')
                    };
                    is_colon(Some(token))
                        && !is_colon(part.get(at + 1))
                        && !is_colon(at.checked_sub(1).and_then(|before| part.get(before)))
                })?;
                exprs.push(syn::parse2(part[..colon].iter().cloned().collect()).ok()?);
                json_value(&part[colon + 1..], exprs)
            })
        }
        tokens => {
            exprs.push(syn::parse2(tokens.iter().cloned().collect()).ok()?);
            Some(())
        }
    }
}

/// `concat!`: literals, and other macros that give one.
fn text(lower: &mut Lower<'_>, tokens: &TokenStream, span: Span) -> Option<ExprId> {
    let mut pieces: Vec<FormatPiece> = Vec::new();
    for expr in comma_separated(tokens)? {
        let text = match &expr {
            Expr::Lit(literal) => literal_text(&literal.lit),
            _ => None,
        };
        pieces.push(match text {
            Some(text) => FormatPiece::Text(text),
            None => FormatPiece::Hole(lower.expr(&expr)),
        });
    }
    let whole: Option<String> = pieces
        .iter()
        .map(|piece| match piece {
            FormatPiece::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let kind = match whole {
        Some(text) => ExprKind::Str(text),
        None => ExprKind::Format { pieces },
    };
    Some(lower.push(kind, span))
}

fn literal_text(literal: &syn::Lit) -> Option<String> {
    Some(match literal {
        syn::Lit::Str(part) => part.value(),
        syn::Lit::Int(part) => part.base10_digits().to_owned(),
        syn::Lit::Char(part) => part.value().to_string(),
        syn::Lit::Bool(part) => part.value.to_string(),
        _ => return None,
    })
}

/// `thread_local!` and `lazy_static!`: statics whose initialiser is the value. The type of a thread
/// local is `std::thread::LocalKey<T>`, that of a lazy static the one it derefs to.
fn lazy_statics(lower: &mut Lower<'_>, invocation: &Macro, wrapper: Option<&str>) {
    let parser = |input: ParseStream<'_>| {
        let mut statics = Vec::new();
        while !input.is_empty() {
            let attributes = syn::Attribute::parse_outer(input)?;
            let visibility: syn::Visibility = input.parse()?;
            input.parse::<Token![static]>()?;
            input.parse::<Option<Token![ref]>>()?;
            let ident: syn::Ident = input.parse()?;
            input.parse::<Token![:]>()?;
            let ty: syn::Type = input.parse()?;
            input.parse::<Token![=]>()?;
            let value: Expr = input.parse()?;
            input.parse::<Option<Token![;]>>()?;
            statics.push((attributes, visibility, ident, ty, value));
        }
        Ok(statics)
    };
    let Ok(statics) = parser.parse2(invocation.tokens.clone()) else {
        lower.register_macro(invocation);
        return;
    };
    for (attributes, visibility, ident, ty, value) in statics {
        if !lower.is_active(&attributes) {
            continue;
        }
        let id = lower.global(&ident, &ty, Some(&value));
        if let Some(wrapper) = wrapper {
            let span = lower.ident_span(&ident);
            let global = &mut lower.out.program.globals[id.index()];
            let inner = std::mem::replace(&mut global.ty, TypeRef::Unknown);
            let path = lower.foreign_path(&["std", "thread", wrapper], vec![inner], span);
            lower.out.program.globals[id.index()].ty = TypeRef::Path(path);
        }
        let visibility: Visibility = lower.visibility(&visibility);
        let name = lower.symbol(&ident);
        lower.declare(name, Def::Global(id), visibility);
    }
}

/// `if #[cfg(a)] { items } else if #[cfg(b)] { items } else { items }`.
fn cfg_if(lower: &mut Lower<'_>, invocation: &Macro) {
    let mut condition = true;
    for token in invocation.tokens.clone() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        match group.delimiter() {
            Delimiter::Bracket => {
                condition = match syn::parse2::<syn::Meta>(group.stream()) {
                    Ok(syn::Meta::List(list)) => lower.holds(&list.tokens),
                    _ => false,
                };
            }
            Delimiter::Brace if condition => {
                match syn::parse2::<syn::File>(group.stream()) {
                    Ok(file) => lower.expanded_items(&file.items),
                    Err(_) => lower.register_macro(invocation),
                }
                return;
            }
            // What follows is an `else`, with or without a condition.
            _ => condition = true,
        }
    }
}
