//! What attributes mean, and what is said about mistakes: code, place and text.

mod data;
mod functions;
mod pages;
mod resources;
mod triggers;

use ifc_syntax::{Errors, SyntaxError, event, handler, item, resource};

/// `IFC0103 [batchs] message | label | help`, with the text that the error points at.
fn shown(source: &str, errors: &[SyntaxError]) -> Vec<String> {
    let show = |error: &SyntaxError| {
        let range = error.span.byte_range();
        let mut line = format!("{} [{}] {}", error.code, &source[range], error.message);
        if !error.label.is_empty() {
            line.push_str(&format!(" | {}", error.label));
        }
        if let Some(help) = &error.help {
            line.push_str(&format!(" | help: {help}"));
        }
        line
    };
    errors.iter().map(show).collect()
}

fn read_handler(source: &str) -> (handler::Handler, Vec<String>) {
    let function: syn::ItemFn = syn::parse_str(source).expect("the test's own source");
    let mut errors = Errors::new();
    let handler = handler::parse(&function.attrs, &function.sig, &mut errors);
    (handler, shown(source, &errors))
}

#[track_caller]
fn handler_errors(source: &str, expected: &[&str]) {
    assert_eq!(read_handler(source).1, expected, "{source}");
}

/// Errors of `#[on(..)]` on a function that is otherwise right.
#[track_caller]
fn on_errors(args: &str, expected: &[&str]) {
    handler_errors(
        &format!("#[on({args})] async fn f(payload: T) {{}}"),
        expected,
    );
}

fn read_resource(source: &str) -> (resource::Resource, Vec<String>) {
    let item: syn::ItemStatic = syn::parse_str(source).expect("the test's own source");
    let mut errors = Errors::new();
    let attr = item
        .attrs
        .iter()
        .find(|attr| ifc_syntax::is(attr, "resource"));
    let resource = resource::parse(attr.expect("`#[resource]`"), &item, &mut errors);
    (resource, shown(source, &errors))
}

#[track_caller]
fn resource_errors(source: &str, expected: &[&str]) {
    assert_eq!(read_resource(source).1, expected, "{source}");
}

#[track_caller]
fn item_errors(source: &str, expected: &[&str]) {
    let input: syn::DeriveInput = syn::parse_str(source).expect("the test's own source");
    let mut errors = Errors::new();
    item::parse(&input, &mut errors);
    assert_eq!(shown(source, &errors), expected, "{source}");
}

#[track_caller]
fn event_errors(source: &str, expected: &[&str]) {
    let input: syn::DeriveInput = syn::parse_str(source).expect("the test's own source");
    let mut errors = Errors::new();
    event::parse(&input, &mut errors);
    assert_eq!(shown(source, &errors), expected, "{source}");
}
