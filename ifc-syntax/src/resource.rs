//! `#[resource(options..)]` on a static.

use ifc_catalog::events::Given;
use ifc_catalog::function;
use ifc_catalog::lower::names::is_id;
use ifc_catalog::model::Existing;
use ifc_catalog::options::{self, OptionSpec};
use ifc_catalog::resources::{self, KINDS, ResourceKind};
use proc_macro2::Span;
use syn::{Expr, GenericArgument, ItemStatic, PathArguments, StaticMutability, Type};

use crate::allow::{self, Allow};
use crate::args::{self, Opt, RawOption, RawValue, span_of, string};
use crate::errors::{self, Errors};
use crate::is;

/// A `#[resource]` static.
#[derive(Clone)]
pub struct Resource {
    /// Kind by the name of the handle type; None if the type goes by another name here.
    pub kind: Option<&'static ResourceKind>,
    /// Whether the type's last argument is `Fifo`.
    pub fifo: bool,
    /// Options in source order, without `existing`, `retain` and `destroy`.
    pub options: Vec<Opt>,
    /// `existing = ..` with its place.
    pub existing: Option<(Existing, Span)>,
    /// `retain` or `destroy` with its place.
    pub removal: Option<(Removal, Span)>,
    /// `#[allow_infra]`s on it.
    pub allows: Vec<Allow>,
    /// Place of the attribute's path.
    pub span: Span,
}

/// What happens to a resource when it leaves the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It stays.
    Retain,
    /// It goes, with its contents.
    Destroy,
}

const ATTRIBUTE: &str = "`#[resource]`";

/// What every resource accepts, and what those do that hold data.
const EXISTING: &str = "existing";
const REMOVALS: [&str; 2] = ["retain", "destroy"];

/// Reads `#[resource(..)]` on a static, and the static itself.
pub fn parse(attr: &syn::Attribute, item: &ItemStatic, errors: &mut Errors) -> Resource {
    let (kind, fifo) = kind_of(&item.ty);
    check_static(item, errors);
    let kinds: Vec<&'static ResourceKind> = match kind {
        Some(kind) => vec![kind],
        None => KINDS.to_vec(),
    };
    let specs: Vec<&OptionSpec> = kinds.iter().flat_map(|kind| kind.options).collect();
    let mut resource = Resource {
        kind,
        fifo,
        options: Vec::new(),
        existing: None,
        removal: None,
        allows: Vec::new(),
        span: span_of(attr.path()),
    };
    let keeps_data = kinds.iter().any(|kind| kind.keeps_data());
    let described = match kind {
        Some(kind) => format!("`#[resource]` on a `{}`", kind.handle),
        None => ATTRIBUTE.into(),
    };
    for piece in args::split(args::inner(attr)) {
        let Some(raw) = args::option(&piece, &described, errors) else {
            continue;
        };
        match raw.name.to_string().as_str() {
            EXISTING => existing(&raw, &mut resource, errors),
            "retain" if keeps_data => removal(&raw, Removal::Retain, &mut resource, errors),
            "destroy" if keeps_data => removal(&raw, Removal::Destroy, &mut resource, errors),
            _ => resource
                .options
                .extend(args::typed(&raw, &specs, &described, errors)),
        }
    }
    let given = args::given(&resource.options);
    let mut mistakes = options::check(&specs, &given);
    if let Some(kind) = kind {
        mistakes.extend((kind.rules)(&Given {
            fifo,
            options: &given,
        }));
    }
    for mistake in &mut mistakes {
        if let options::Problem::Unknown { valid, .. } = &mut mistake.problem {
            valid.push(EXISTING);
            valid.extend(REMOVALS.iter().filter(|_| keeps_data));
            valid.sort_unstable();
        }
    }
    args::report(&mistakes, &resource.options, &described, errors);
    if resource.existing.is_some() {
        for option in &resource.options {
            errors.push(errors::option_of_existing(&option.name).at(option.name_span));
        }
        if let Some((removal, span)) = resource.removal {
            let name = match removal {
                Removal::Retain => "retain",
                Removal::Destroy => "destroy",
            };
            errors.push(errors::option_of_existing(name).at(span));
        }
    }
    let allows = item.attrs.iter().filter(|attr| is(attr, "allow_infra"));
    resource.allows = allows
        .filter_map(|attr| allow::parse(attr, errors))
        .collect();
    resource
}

/// Kind and order of a handle type, by its names.
fn kind_of(ty: &Type) -> (Option<&'static ResourceKind>, bool) {
    let Type::Path(path) = ty else {
        return (None, false);
    };
    let Some(last) = path.path.segments.last() else {
        return (None, false);
    };
    let fifo = match &last.arguments {
        PathArguments::AngleBracketed(args) => args.args.iter().any(|arg| {
            matches!(arg, GenericArgument::Type(Type::Path(path))
                if path.path.segments.last().is_some_and(|last| last.ident == "Fifo"))
        }),
        _ => false,
    };
    (resources::by_handle(&last.ident.to_string()), fifo)
}

fn check_static(item: &ItemStatic, errors: &mut Errors) {
    let name = &item.ident;
    if !name.to_string().is_ascii() {
        errors.push(
            errors::invalid_resource(
                format!("AWS takes no names like that of the resource `{name}`"),
                "use letters from A to Z, digits and `_`",
            )
            .at(name.span()),
        );
    }
    let variable = format!("{}{name}", function::PREFIX);
    if function::OWN_VARIABLES.contains(&variable.as_str()) {
        errors.push(
            errors::invalid_resource(
                format!("the resource `{name}` would be named by `{variable}`, which means something else"),
                "rename the static",
            )
            .at(name.span()),
        );
    }
    if !matches!(item.mutability, StaticMutability::None) {
        errors.push(
            errors::invalid_resource(
                format!("the resource `{name}` is mutable"),
                "remove `mut`: a handle is only a name",
            )
            .at(span_of(&item.mutability)),
        );
    }
    let is_new = match item.expr.as_ref() {
        Expr::Call(call) if call.args.is_empty() => match call.func.as_ref() {
            Expr::Path(path) => {
                path.path.segments.len() >= 2
                    && path
                        .path
                        .segments
                        .last()
                        .is_some_and(|last| last.ident == "new")
            }
            _ => false,
        },
        _ => false,
    };
    if !is_new {
        let handle = match item.ty.as_ref() {
            Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        let handle = handle.unwrap_or_else(|| "Table".into());
        errors.push(
            errors::invalid_resource(
                format!("the resource `{name}` is not made by `new()`"),
                format!("write `= {handle}::new();` and put options in the attribute"),
            )
            .at(span_of(&item.expr)),
        );
    }
}

fn removal(raw: &RawOption, removal: Removal, resource: &mut Resource, errors: &mut Errors) {
    if !matches!(raw.value, RawValue::None) {
        errors.push(
            errors::unreadable(ATTRIBUTE, &format!("`{}` without a value", raw.name)).at(raw.span),
        );
    } else if resource.removal.is_some() {
        errors.push(
            errors::invalid_resource(
                "`retain` and `destroy` are each given once, and not together",
                "keep one of them",
            )
            .at(raw.span),
        );
    } else {
        resource.removal = Some((removal, raw.span));
    }
}

fn existing(raw: &RawOption, resource: &mut Resource, errors: &mut Errors) {
    let RawValue::Expr(expr) = &raw.value else {
        errors.push(errors::invalid_existing("`existing` does not say where").at(raw.span));
        return;
    };
    let span = span_of(expr);
    if resource.existing.is_some() {
        errors.push(errors::invalid_existing("`existing` is given twice").at(span));
        return;
    }
    let found = match expr.as_ref() {
        Expr::Call(call) => {
            let name = match call.func.as_ref() {
                Expr::Path(path) => args::path_text(&path.path),
                _ => String::new(),
            };
            let mut args = call.args.iter();
            let text = match (args.next().map(string), args.next()) {
                (Some(Some(text)), None) => text,
                _ => String::new(),
            };
            match name.as_str() {
                "param" if is_id(&text) => Ok(Existing::StackParameter(text)),
                "param" => Err(
                    "`param(..)` takes the name of a stack parameter, letters and digits".into(),
                ),
                "ssm" if text.len() > 1 && text.starts_with('/') => {
                    Ok(Existing::SsmParameter(text))
                }
                "ssm" => {
                    Err("`ssm(..)` takes the path of an SSM parameter, beginning with `/`".into())
                }
                _ => Err(format!("`existing` cannot be `{name}(..)`")),
            }
        }
        other => match string(other) {
            Some(arn) if is_arn(&arn) => match resource.kind {
                Some(kind) if !is_arn_of(&arn, kind, resource.fifo) => {
                    let fifo = if resource.fifo { "FIFO " } else { "" };
                    Err(format!("\"{arn}\" is no ARN of a {fifo}{}", kind.name))
                }
                Some(kind) if kind.name == "secret" && !has_suffix(&arn) => Err(format!(
                    "\"{arn}\" lacks the six characters with which AWS ends the ARN of a secret"
                )),
                _ => Ok(Existing::Arn(arn)),
            },
            Some(text) => Err(format!("\"{text}\" is not an ARN")),
            None => Err("`existing` does not say where".into()),
        },
    };
    match found {
        Ok(found) => resource.existing = Some((found, span)),
        Err(message) => errors.push(errors::invalid_existing(message).at(span)),
    }
}

/// Whether an ARN may be that of a resource of a kind: permissions on another one allow nothing.
fn is_arn_of(arn: &str, kind: &ResourceKind, fifo: bool) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let &[_, _, service, region, account, name] = parts.as_slice() else {
        return false;
    };
    let mut actions = kind.ops.iter().flat_map(|op| op.actions);
    let of_service = actions.any(|action| action.name.split(':').next() == Some(service));
    let begins = kind.arn.split_once("${AWS::AccountId}:");
    let begins = begins.map_or("", |(_, begins)| begins);
    let Some(own) = name.strip_prefix(begins) else {
        return false;
    };
    let fits = match kind.name {
        // An access point or an object has another name.
        "bucket" => region.is_empty() && account.is_empty() && !own.contains(['/', ':']),
        "queue" | "topic" => own.ends_with(".fifo") == fifo && !own.contains(['/', ':']),
        "secret" => own.starts_with("secret:"),
        // A stream or an index of it has another one behind.
        "table" => !own.contains('/'),
        _ => true,
    };
    let is_placed = kind.name == "bucket" || !region.is_empty() && !account.is_empty();
    of_service && is_placed && fits
}

/// Whether an ARN may be the whole one of a secret, `..:secret:name-AbCdEf`. IAM compares it with
/// nothing less.
fn has_suffix(arn: &str) -> bool {
    let suffix = arn.rsplit_once('-').map(|(_, suffix)| suffix);
    suffix.is_some_and(|suffix| {
        suffix.len() == 6 && suffix.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

/// `arn:partition:service:region:account:resource`, exactly: with a wildcard or a variable of IAM it
/// would be no one resource.
fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", partition, service, _, _, name]
        if !partition.is_empty() && !service.is_empty() && !name.is_empty())
        && !text.contains(['*', '?', '$'])
}
