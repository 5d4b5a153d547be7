//! `#[function(memory = 256, timeout = "60s")]`.

use ifc_catalog::function::OPTIONS;
use ifc_catalog::model::Value;
use ifc_catalog::options::{self, OptionSpec};
use proc_macro2::Span;

use crate::args::{self, Opt, span_of};
use crate::errors::Errors;

/// One `#[function(..)]`.
#[derive(Clone)]
pub struct Function {
    /// Options in source order, the name included.
    pub options: Vec<Opt>,
    /// `name = ".."` with its place.
    pub name: Option<(String, Span)>,
    /// Place of the attribute's path.
    pub span: Span,
}

const ATTRIBUTE: &str = "`#[function]`";

/// Reads one `#[function(..)]`.
pub fn parse(attr: &syn::Attribute, errors: &mut Errors) -> Function {
    let specs: Vec<&OptionSpec> = OPTIONS.iter().collect();
    let options: Vec<Opt> = args::split(args::inner(attr))
        .iter()
        .filter_map(|piece| {
            let raw = args::option(piece, ATTRIBUTE, errors)?;
            args::typed(&raw, &specs, ATTRIBUTE, errors)
        })
        .collect();
    let mistakes = options::check(&specs, &args::given(&options));
    args::report(&mistakes, &options, ATTRIBUTE, errors);
    let name = options.iter().find_map(|option| match &option.value {
        Value::Str(name) if option.name == "name" => Some((name.clone(), option.span)),
        _ => None,
    });
    Function {
        options,
        name,
        span: span_of(attr.path()),
    }
}
