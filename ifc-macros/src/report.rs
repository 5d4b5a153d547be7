//! Mistakes as `compile_error!` at their places.

use ifc_syntax::SyntaxError;
use proc_macro2::TokenStream;
use quote::quote_spanned;

/// All mistakes; nothing if there are none.
pub(crate) fn all(errors: &[SyntaxError]) -> TokenStream {
    errors.iter().map(one).collect()
}

fn one(error: &SyntaxError) -> TokenStream {
    let mut text = error.message.clone();
    if !error.label.is_empty() {
        text.push_str(": ");
        text.push_str(&error.label);
    }
    if let Some(help) = &error.help {
        text.push_str("\n  = help: ");
        text.push_str(help);
    }
    text.push_str(&format!("\n  = note: {} ({})", error.code, error.name));
    quote_spanned!(error.span=> ::core::compile_error! { #text })
}

/// What rustc says of an item that is none.
pub(crate) fn not_parsed(error: &syn::Error) -> TokenStream {
    error.to_compile_error()
}
