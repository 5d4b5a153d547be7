//! `#[on(source, options..)]`.

use ifc_catalog::events::{self, ArgKind, EventSource, Form, Given};
use ifc_catalog::options::OptionSpec;
use ifc_catalog::route::{self, RoutePath};
use ifc_catalog::schedule::{self, Expression};
use proc_macro2::{Ident, Span, TokenTree};
use syn::Expr;

use crate::args::{self, Opt, Piece, span_of, string};
use crate::errors::{self, Errors, Text};

/// One `#[on(..)]`.
#[derive(Clone)]
pub struct On {
    /// What triggers the function.
    pub source: Source,
    /// Options in source order.
    pub options: Vec<Opt>,
    /// Place of the attribute's contents.
    pub span: Span,
}

/// The first argument of `#[on(..)]`.
#[derive(Clone)]
pub enum Source {
    /// `SHIPMENTS`, `ORDERS.changes()`.
    Resource {
        /// The static.
        path: syn::Path,
        /// `changes`.
        method: Option<Ident>,
        /// Place of the whole.
        span: Span,
    },
    /// `http(POST, "/orders")`.
    Constructor {
        /// The event source of that name.
        source: &'static EventSource,
        /// Place of the name.
        span: Span,
        /// As many as the event source takes.
        args: Vec<Arg>,
    },
}

/// A positional argument of a constructor.
#[derive(Clone, Debug)]
pub struct Arg {
    /// What it says.
    pub value: ArgValue,
    /// Place.
    pub span: Span,
}

/// What a positional argument says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgValue {
    /// `POST`.
    HttpMethod(&'static str),
    /// `"/orders/{id}"`.
    Route(RoutePath),
    /// `"rate(1 day)"`, with its text.
    Schedule(String, Expression),
}

impl ArgValue {
    /// The text, without quotes.
    pub fn text(&self) -> &str {
        match self {
            ArgValue::HttpMethod(method) => method,
            ArgValue::Route(path) => &path.text,
            ArgValue::Schedule(text, _) => text,
        }
    }
}

impl On {
    /// The options as the catalog takes them.
    pub fn given(&self) -> Vec<(&str, &ifc_catalog::model::Value)> {
        args::given(&self.options)
    }

    /// The attribute for messages: "`#[on(SHIPMENTS)]`".
    pub fn describe(&self) -> String {
        match &self.source {
            Source::Resource { path, method, .. } => {
                let path = args::path_text(path);
                match method {
                    Some(method) => format!("`#[on({path}.{method}())]`"),
                    None => format!("`#[on({path})]`"),
                }
            }
            Source::Constructor { source, .. } => format!("`#[on({}(..))]`", source.name),
        }
    }
}

/// Reads one `#[on(..)]`. None if what triggers cannot be made out; its options are checked all the
/// same.
pub fn parse(attr: &syn::Attribute, errors: &mut Errors) -> Option<On> {
    let mut pieces = args::split(args::inner(attr)).into_iter();
    let Some(first) = pieces.next() else {
        errors.push(errors::missing_source().at(span_of(attr.path())));
        return None;
    };
    let rest: Vec<Piece> = pieces.collect();
    let source = read_source(&first, errors);
    let described = match &source {
        Some(source) => On {
            source: source.clone(),
            options: Vec::new(),
            span: first.span(),
        }
        .describe(),
        None => "`#[on]`".into(),
    };
    let sources: Vec<&'static EventSource> = match &source {
        Some(Source::Constructor { source, .. }) => vec![source],
        Some(Source::Resource { method, .. }) => {
            let method = method.as_ref().map(Ident::to_string);
            events::resource_sources(method.as_deref())
        }
        None => Vec::new(),
    };
    let specs: Vec<&OptionSpec> = sources.iter().flat_map(|source| source.options).collect();
    let options: Vec<Opt> = rest
        .iter()
        .filter_map(|piece| {
            let raw = args::option(piece, &described, errors)?;
            args::typed(&raw, &specs, &described, errors)
        })
        .collect();
    let source = source?;
    let given = args::given(&options);
    let mistakes = match sources.as_slice() {
        [only] => only.check(&Given {
            fifo: false,
            options: &given,
        }),
        _ => ifc_catalog::options::check(&specs, &given),
    };
    args::report(&mistakes, &options, &described, errors);
    let tokens: Vec<TokenTree> = args::inner(attr).into_iter().collect();
    Some(On {
        source,
        options,
        span: args::joined(&tokens),
    })
}

fn constructors() -> Vec<&'static str> {
    events::SOURCES
        .iter()
        .filter(|source| matches!(source.form, Form::Constructor(_)))
        .map(|source| source.name)
        .collect()
}

fn example(source: &EventSource) -> String {
    let Form::Constructor(kinds) = source.form else {
        return source.name.into();
    };
    let args: Vec<&str> = kinds
        .iter()
        .map(|kind| match kind {
            ArgKind::HttpMethod => "GET",
            ArgKind::Route => "\"/path\"",
            ArgKind::Schedule => "\"rate(1 day)\"",
        })
        .collect();
    format!("{}({})", source.name, args.join(", "))
}

fn read_source(piece: &Piece, errors: &mut Errors) -> Option<Source> {
    let span = piece.span();
    let expected =
        "a resource such as `ORDERS`, `http(GET, \"/path\")` or `schedule(\"rate(1 day)\")`";
    match piece.expr() {
        Some(Expr::Path(path)) if path.qself.is_none() => {
            let name = args::path_text(&path.path);
            if let Some(source) = events::by_constructor(&name) {
                errors.push(errors::constructor_without_call(&name, &example(source)).at(span));
                return None;
            }
            Some(Source::Resource {
                path: path.path,
                method: None,
                span,
            })
        }
        Some(Expr::MethodCall(call)) if call.args.is_empty() => {
            let Expr::Path(path) = *call.receiver else {
                errors.push(errors::unreadable("`#[on]`", expected).at(span));
                return None;
            };
            let method = call.method.to_string();
            if events::resource_sources(Some(&method)).is_empty() {
                let valid: Vec<&str> = events::SOURCES
                    .iter()
                    .flat_map(|source| match source.form {
                        Form::Resource { methods, .. } => methods.iter().copied(),
                        Form::Constructor(_) => [].iter().copied(),
                    })
                    .collect();
                errors.push(errors::unknown_method(&method, &valid).at(call.method.span()));
                return None;
            }
            Some(Source::Resource {
                path: path.path,
                method: Some(call.method),
                span,
            })
        }
        Some(Expr::Call(call)) => {
            let Expr::Path(name) = call.func.as_ref() else {
                errors.push(errors::unreadable("`#[on]`", expected).at(span));
                return None;
            };
            let name_span = span_of(&name.path);
            let name = args::path_text(&name.path);
            let Some(source) = events::by_constructor(&name) else {
                errors.push(errors::unknown_constructor(&name, &constructors()).at(name_span));
                return None;
            };
            let args: Vec<&Expr> = call.args.iter().collect();
            constructor(source, name_span, &args, span, errors)
        }
        _ => {
            errors.push(errors::unreadable("`#[on]`", expected).at(span));
            None
        }
    }
}

fn constructor(
    source: &'static EventSource,
    name_span: Span,
    exprs: &[&Expr],
    span: Span,
    errors: &mut Errors,
) -> Option<Source> {
    let Form::Constructor(kinds) = source.form else {
        return None;
    };
    if kinds.len() != exprs.len() {
        errors.push(errors::wrong_argument_count(source.name, &example(source)).at(span));
        return None;
    }
    let args: Vec<Option<Arg>> = kinds
        .iter()
        .zip(exprs)
        .map(|(kind, expr)| {
            let span = span_of(expr);
            match argument(*kind, expr) {
                Ok(value) => Some(Arg { value, span }),
                Err(text) => {
                    errors.push(text.at(span));
                    None
                }
            }
        })
        .collect();
    Some(Source::Constructor {
        source,
        span: name_span,
        args: args.into_iter().collect::<Option<Vec<Arg>>>()?,
    })
}

fn argument(kind: ArgKind, expr: &Expr) -> Result<ArgValue, Text> {
    let text = || {
        string(expr).ok_or_else(|| {
            errors::unreadable(
                "`#[on]`",
                match kind {
                    ArgKind::Schedule => "a schedule in a string: \"rate(1 day)\"",
                    _ => "a path in a string: \"/orders\"",
                },
            )
        })
    };
    match kind {
        ArgKind::HttpMethod => {
            let given = match expr {
                Expr::Path(path) => args::path_text(&path.path),
                other => string(other)
                    .ok_or_else(|| errors::unreadable("`#[on]`", "an HTTP method such as `GET`"))?,
            };
            let known = route::METHODS.iter().find(|method| **method == given);
            match (known, expr) {
                (Some(method), Expr::Path(_)) => Ok(ArgValue::HttpMethod(method)),
                _ => Err(errors::invalid_http_method(&given, route::METHODS)),
            }
        }
        ArgKind::Route => {
            let text = text()?;
            route::parse(&text)
                .map(ArgValue::Route)
                .map_err(|invalid| errors::invalid_route(&text, invalid))
        }
        ArgKind::Schedule => {
            let text = text()?;
            match schedule::parse(&text) {
                Ok(expression) => Ok(ArgValue::Schedule(text, expression)),
                Err(invalid) => Err(errors::invalid_schedule(&text, invalid)),
            }
        }
    }
}
