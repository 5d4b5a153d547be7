//! Mistakes as `compile_error!` at their places: those that the macro finds, and those that the
//! compiler left for it (`ifc_syntax::handover`).

use std::path::Path;

use ifc_syntax::SyntaxError;
use ifc_syntax::handover::{self, Left, Position};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// All mistakes; nothing if there are none. `tokens` is what the macro was given: what the compiler
/// has to say about them is said here.
pub(crate) fn all(errors: &[SyntaxError], tokens: &[&TokenStream]) -> TokenStream {
    let own = errors
        .iter()
        .map(|error| one(error.span, error.span, &error.text()));
    let texts: Vec<String> = errors.iter().map(SyntaxError::text).collect();
    let left = left_here();
    let others = left.iter().filter(|error| !texts.contains(&error.text));
    let others = others.filter_map(|error| {
        let (start, end) = place(error, tokens)?;
        Some(one(start, end, &error.text))
    });
    own.chain(others).collect()
}

/// What rustc says of an item that is none.
pub(crate) fn not_parsed(error: &syn::Error) -> TokenStream {
    error.to_compile_error()
}

fn one(start: Span, end: Span, text: &str) -> TokenStream {
    let mut group = Group::new(Delimiter::Brace, quote_spanned!(end=> #text));
    group.set_span(end);
    let name = quote_spanned!(start=> ::core::compile_error!);
    quote!(#name #group)
}

/// What the compiler left about the file in which the macro is called.
fn left_here() -> Vec<Left> {
    let Some(folder) = std::env::var_os("OUT_DIR") else {
        return Vec::new();
    };
    let text = std::fs::read_to_string(Path::new(&folder).join(handover::FILE));
    // A build script without the compiler leaves nothing.
    let mut left = match text {
        Ok(text) if !text.is_empty() => handover::read(&text).unwrap_or_default(),
        _ => return Vec::new(),
    };
    let file = Span::call_site().unwrap().local_file();
    let file = file.and_then(|file| file.canonicalize().ok());
    left.retain(|error| file.as_deref() == Some(Path::new(&error.file)));
    left
}

/// The first and the last token that an error is about, or the macro's own name and arguments.
fn place(error: &Left, tokens: &[&TokenStream]) -> Option<(Span, Span)> {
    let (mut first, mut last) = (None, None);
    for tokens in tokens {
        walk((*tokens).clone(), &mut |span| {
            first = first.or_else(|| (start(span) == error.start).then_some(span));
            last = last.or_else(|| (end(span) == error.end).then_some(span));
        });
    }
    let called = Span::call_site();
    match first {
        Some(first) => Some((first, last.unwrap_or(first))),
        None if (start(called)..end(called)).contains(&error.start) => Some((called, called)),
        None => None,
    }
}

fn walk(tokens: TokenStream, visit: &mut impl FnMut(Span)) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                visit(group.span_open());
                walk(group.stream(), visit);
                visit(group.span_close());
            }
            token => visit(token.span()),
        }
    }
}

fn start(span: Span) -> Position {
    let start = span.unwrap().start();
    (start.line(), start.column())
}

fn end(span: Span) -> Position {
    let end = span.unwrap().end();
    (end.line(), end.column())
}
