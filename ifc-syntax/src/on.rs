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
}

impl Source {
    /// The attribute for messages: "`#[on(SHIPMENTS)]`".
    pub fn describe(&self) -> String {
        match self {
            Source::Resource { path, method, .. } => {
                let path = args::path_text(path);
                match method {
                    Some(method) => format!("`#[on({path}.{method}())]`"),
                    None => format!("`#[on({path})]`"),
                }
            }
            Source::Constructor { source, .. } => describe_constructor(source),
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
    let Read { source, candidates } = read_source(&first, errors);
    let described = match (&source, candidates.as_slice()) {
        (Some(source), _) => source.describe(),
        (None, [only]) if matches!(only.form, Form::Constructor(_)) => describe_constructor(only),
        (None, _) => "`#[on]`".into(),
    };
    // Of a source that nobody knows, every option is right that any source has.
    let sources: &[&'static EventSource] = match candidates.as_slice() {
        [] => events::SOURCES,
        candidates => candidates,
    };
    let specs: Vec<&OptionSpec> = sources.iter().flat_map(|source| source.options).collect();
    let options: Vec<Opt> = rest
        .iter()
        .filter_map(|piece| {
            let raw = args::option(piece, &described, errors)?;
            args::typed(&raw, &specs, &described, errors)
        })
        .collect();
    let given = args::given(&options);
    let mistakes = match sources {
        [only] => only.check(&Given {
            fifo: false,
            options: &given,
        }),
        _ => ifc_catalog::options::check(&specs, &given),
    };
    args::report(&mistakes, &options, &described, errors);
    let tokens: Vec<TokenTree> = args::inner(attr).into_iter().collect();
    Some(On {
        source: source?,
        options,
        span: args::joined(&tokens),
    })
}

/// The first argument, as far as it can be made out.
struct Read {
    source: Option<Source>,
    /// What it can be, or was probably meant to be.
    candidates: Vec<&'static EventSource>,
}

impl Read {
    /// It cannot be used, but its options can be checked.
    fn failed(candidates: Vec<&'static EventSource>) -> Read {
        Read {
            source: None,
            candidates,
        }
    }
}

fn describe_constructor(source: &EventSource) -> String {
    format!("`#[on({}(..))]`", source.name)
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

fn read_source(piece: &Piece, errors: &mut Errors) -> Read {
    let span = piece.span();
    match piece.expr() {
        Some(Expr::Path(path)) if path.qself.is_none() => {
            let name = args::path_text(&path.path);
            if let Some(source) = events::by_constructor(&name) {
                errors.push(errors::constructor_without_call(&name, &example(source)).at(span));
                return Read::failed(vec![source]);
            }
            Read {
                source: Some(Source::Resource {
                    path: path.path,
                    method: None,
                    span,
                }),
                candidates: events::resource_sources(None),
            }
        }
        Some(Expr::MethodCall(call)) if call.args.is_empty() => {
            let Expr::Path(path) = *call.receiver else {
                return unreadable(span, errors);
            };
            let method = call.method.to_string();
            let candidates = events::resource_sources(Some(&method));
            if candidates.is_empty() {
                let valid = methods();
                errors.push(errors::unknown_method(&method, &valid).at(call.method.span()));
                let meant = errors::did_you_mean(&method, valid);
                return Read::failed(
                    meant.map_or_else(Vec::new, |meant| events::resource_sources(Some(meant))),
                );
            }
            Read {
                source: Some(Source::Resource {
                    path: path.path,
                    method: Some(call.method),
                    span,
                }),
                candidates,
            }
        }
        Some(Expr::Call(call)) => {
            let Expr::Path(name) = call.func.as_ref() else {
                return unreadable(span, errors);
            };
            let name_span = span_of(&name.path);
            let name = args::path_text(&name.path);
            let Some(source) = events::by_constructor(&name) else {
                let valid = constructors();
                errors.push(errors::unknown_constructor(&name, &valid).at(name_span));
                let meant = errors::did_you_mean(&name, valid).and_then(events::by_constructor);
                return Read::failed(meant.into_iter().collect());
            };
            let args: Vec<&Expr> = call.args.iter().collect();
            Read {
                source: constructor(source, name_span, &args, span, errors),
                candidates: vec![source],
            }
        }
        _ => unreadable(span, errors),
    }
}

fn unreadable(span: Span, errors: &mut Errors) -> Read {
    let expected =
        "a resource such as `ORDERS`, `http(GET, \"/path\")` or `schedule(\"rate(1 day)\")`";
    errors.push(errors::unreadable("`#[on]`", expected).at(span));
    Read::failed(Vec::new())
}

/// Methods behind resources that name their events.
fn methods() -> Vec<&'static str> {
    let methods = events::SOURCES.iter().map(|source| match source.form {
        Form::Resource { methods, .. } => methods,
        Form::Constructor(_) => &[],
    });
    methods.flatten().copied().collect()
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
