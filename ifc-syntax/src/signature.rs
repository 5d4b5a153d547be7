//! What a handler's signature must be: everything that can be said without types.

use ifc_catalog::events::{self, EventSource};
use syn::{FnArg, GenericParam, Safety, Signature, Type};

use crate::args::span_of;
use crate::errors::{self, Errors};
use crate::on::{On, Source};

/// Reports what keeps a function from being called by its triggers.
pub fn check(sig: &Signature, triggers: &[On], errors: &mut Errors) {
    let name = crate::handler::plain(&sig.ident);
    if sig.asyncness.is_none() {
        errors.push(
            errors::wrong_signature(
                format!("the handler `{name}` is not async"),
                "write `async fn`",
            )
            .at(sig.fn_token.span),
        );
    }
    if let Safety::Unsafe(unsafety) = &sig.safety {
        errors.push(
            errors::wrong_signature(
                format!("the handler `{name}` is unsafe"),
                "remove `unsafe`: a trigger promises nothing; put the block that needs it into the body",
            )
            .at(unsafety.span),
        );
    }
    if let Some(FnArg::Receiver(receiver)) = sig.inputs.first() {
        errors.push(
            errors::wrong_signature(
                format!("the handler `{name}` takes `self`"),
                "make it a free function; a handler is called by the runtime, which has no value for `self`",
            )
            .at(span_of(receiver)),
        );
    }
    for param in &sig.generics.params {
        let what = match param {
            GenericParam::Lifetime(_) => continue,
            GenericParam::Type(_) => "a type parameter",
            GenericParam::Const(_) => "a const parameter",
        };
        errors.push(
            errors::wrong_signature(
                format!("the handler `{name}` has {what}"),
                "name the type: nobody could choose it when a trigger calls the handler",
            )
            .at(span_of(param)),
        );
    }
    for input in &sig.inputs {
        if let FnArg::Typed(typed) = input {
            match typed.ty.as_ref() {
                Type::ImplTrait(_) => errors.push(
                    errors::wrong_signature(
                        format!("the handler `{name}` has an argument of type `impl Trait`"),
                        "name the type: nobody could choose it when a trigger calls the handler",
                    )
                    .at(span_of(&typed.ty)),
                ),
                Type::Reference(_) => errors.push(
                    errors::wrong_signature(
                        format!("the handler `{name}` borrows its argument"),
                        "take the value itself, without `&`",
                    )
                    .at(span_of(&typed.ty)),
                ),
                _ => {}
            }
        }
    }
    if let Some(variadic) = &sig.variadic {
        errors.push(
            errors::wrong_signature(
                format!("the handler `{name}` is variadic"),
                "name its arguments",
            )
            .at(span_of(variadic)),
        );
    }
    if sig.receiver().is_none() {
        count(sig, triggers, &name, errors);
    }
}

/// How many arguments the triggers have something for.
fn count(sig: &Signature, triggers: &[On], name: &str, errors: &mut Errors) {
    let given = sig.inputs.len();
    for on in triggers {
        let (min, max) = bounds(&on.source);
        if given > max {
            let extra = sig.inputs.iter().nth(max);
            let span = extra.map_or(sig.ident.span(), span_of);
            let help = match max {
                0 => "remove it",
                1 => {
                    "a handler takes the trigger's payload and nothing else; resources are used by their names"
                }
                _ => "axum takes at most 16",
            };
            errors.push(
                errors::wrong_signature(
                    format!("the handler `{name}` has too many arguments"),
                    help,
                )
                .at(span),
            );
            return;
        }
        if given < min {
            errors.push(
                errors::wrong_signature(
                    format!("the handler `{name}` takes no argument"),
                    format!("take the payload that {} delivers", on.source.describe()),
                )
                .at(sig.ident.span()),
            );
            return;
        }
    }
}

fn bounds(source: &Source) -> (usize, usize) {
    let sources: Vec<&EventSource> = match source {
        Source::Constructor { source, .. } => vec![source],
        Source::Resource { method, .. } => {
            let method = method.as_ref().map(|method| method.to_string());
            events::resource_sources(method.as_deref())
        }
    };
    let min = sources.iter().map(|source| source.handler_args.0).min();
    let max = sources.iter().map(|source| source.handler_args.1).max();
    (min.unwrap_or(0), max.unwrap_or(usize::MAX))
}
