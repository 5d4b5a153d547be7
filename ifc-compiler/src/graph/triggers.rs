//! From `#[on(..)]` as written to triggers whose source is known.

use ifc_catalog::events::{self, EventSource, Form, Given};
use ifc_catalog::model::Trigger;

use super::{Lookup, Named, display, payload};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::hir::{Def, Handler, Path, TriggerDecl, TriggerSource};
use crate::resolve::Resolution;

/// The triggers of a handler, in source order; those whose source is unknown are left out.
pub(super) fn resolve(
    lookup: &Lookup<'_>,
    handler: &Handler,
    diagnostics: &mut Diagnostics,
) -> Vec<Trigger> {
    let mut triggers = Vec::with_capacity(handler.triggers.len());
    for declared in &handler.triggers {
        if let Some(trigger) = trigger(lookup, handler, declared, diagnostics) {
            triggers.push(trigger);
        }
    }
    triggers
}

fn trigger(
    lookup: &Lookup<'_>,
    handler: &Handler,
    declared: &TriggerDecl,
    diagnostics: &mut Diagnostics,
) -> Option<Trigger> {
    let function = &lookup.program.functions[handler.function.index()];
    let (source, resource, method, args) = match &declared.source {
        TriggerSource::Constructor { name, args } => {
            // An unknown constructor is an error of the attribute's grammar.
            let source = events::by_constructor(name.as_str())?;
            (source, None, None, args.clone())
        }
        TriggerSource::Resource { path, method } => {
            let at = match lookup.resource(function.module, path) {
                Named::Resource(at) => at,
                Named::Broken => return None,
                Named::Other(found) => {
                    diagnostics.push(unknown_source(lookup, path, found));
                    return None;
                }
            };
            let method = method.map(|method| method.as_str());
            let kind = lookup.resources[at].kind.name;
            let Some(source) = events::by_resource(kind, method) else {
                diagnostics.push(wrong_source(kind, path, method));
                return None;
            };
            (source, Some(at), method.map(str::to_owned), Vec::new())
        }
    };
    check_options(lookup, source, resource, declared, diagnostics);
    if let Some(at) = resource {
        payload::check(lookup, handler, at, declared.span, diagnostics);
    }
    Some(Trigger {
        source: source.name,
        resource,
        method,
        args,
        options: declared.options.clone(),
        detail_types: detail_types(lookup, handler, declared, resource, diagnostics),
        // Whatever the handler returns, the runtime reports messages that it cannot read; without
        // this Lambda would delete them.
        partial_failures: matches!(source.name, "queue" | "table"),
        span: declared.span,
    })
}

/// The macro cannot know of which kind a path is, so that what depends on it is checked here.
fn check_options(
    lookup: &Lookup<'_>,
    source: &EventSource,
    resource: Option<usize>,
    declared: &TriggerDecl,
    diagnostics: &mut Diagnostics,
) {
    let options: Vec<(&str, &ifc_catalog::model::Value)> = declared
        .options
        .iter()
        .map(|option| (option.name.as_str(), &option.value))
        .collect();
    let given = Given {
        fifo: resource.is_some_and(|at| lookup.resources[at].fifo),
        options: &options,
    };
    for mistake in source.check(&given) {
        if let Some(option) = declared.options.get(mistake.at)
            && !in_error(declared, mistake.at, diagnostics)
        {
            diagnostics.push(crate::diagnostics::from_mistake(
                &mistake, "`#[on]`", option,
            ));
        }
    }
}

/// Whether an option was refused before, its name included: what else is wrong with it only
/// follows.
fn in_error(declared: &TriggerDecl, at: usize, diagnostics: &Diagnostics) -> bool {
    let before = at
        .checked_sub(1)
        .map(|before| declared.options[before].span);
    let start = before.map_or(declared.span.start, |before| before.end);
    let option = declared.options[at].span;
    let mut errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.any(|error| {
        error.primary.as_ref().is_some_and(|label| {
            let span = label.span;
            span.file == option.file && start < span.start && span.end <= option.end
        })
    })
}

fn unknown_source(lookup: &Lookup<'_>, path: &Path, found: Resolution) -> Diagnostic {
    let name = display::path(path);
    let diagnostic = Diagnostic::new(
        &UNKNOWN_SOURCE,
        path.span,
        format!("`{name}` is not a source of events"),
    );
    let diagnostic = match found {
        Resolution::Unresolved => diagnostic.label("nothing of this name is in scope"),
        Resolution::Def { .. } | Resolution::Foreign(_) | Resolution::Primitive(_) => {
            diagnostic.label("not a `#[resource]` static")
        }
    };
    match lookup.nearest(path) {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None => diagnostic.help(
            "name a `#[resource]` static, or use a constructor such as `http(GET, \"/\")` or \
             `schedule(\"rate(1 day)\")`",
        ),
    }
}

fn wrong_source(kind: &str, path: &Path, method: Option<&str>) -> Diagnostic {
    let mut all = Vec::new();
    let mut alone = false;
    for source in events::SOURCES {
        if let Form::Resource { kind: of, methods } = source.form
            && of == kind
        {
            alone |= methods.is_empty();
            all.extend(methods);
        }
    }
    let text = ifc_syntax::errors::not_an_event_source(kind, method, &all, alone);
    crate::diagnostics::from_syntax(&text, path.span)
}

fn detail_types(
    lookup: &Lookup<'_>,
    handler: &Handler,
    declared: &TriggerDecl,
    resource: Option<usize>,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let Some(at) = resource else {
        return Vec::new();
    };
    let bus = &lookup.resources[at];
    // A payload without `#[derive(Event)]` is an error of rustc.
    let Some(event) = &bus.event else {
        return Vec::new();
    };
    let module = lookup.program.functions[handler.function.index()].module;
    let mut types = Vec::new();
    for (option, path) in &declared.paths {
        if option.as_str() != "event" {
            continue;
        }
        let owner = match lookup.names.value(lookup.program, module, path) {
            Resolution::Def {
                def: Def::Variant(id, _) | Def::Type(id),
                used,
            } if used == path.segments.len() => Some(id),
            _ => None,
        };
        let fits = owner.is_some() && owner == lookup.payloads[at];
        let name = path.segments.last().map(|last| last.name.as_str());
        let variant = event
            .variants
            .iter()
            .find(|variant| fits && Some(variant.name.as_str()) == name);
        match variant {
            Some(variant) => types.push(variant.detail_type.clone()),
            None => {
                let names: Vec<&str> = event.variants.iter().map(|v| v.name.as_str()).collect();
                let nearest =
                    crate::diagnostics::nearest(name.unwrap_or_default(), names.iter().copied());
                let help = match nearest {
                    Some(nearest) => format!("did you mean `{}::{nearest}`?", bus.payload),
                    None => format!("its events are {}", names.join(", ")),
                };
                diagnostics.push(
                    Diagnostic::new(
                        &UNKNOWN_VARIANT,
                        path.span,
                        format!(
                            "`{}` is not an event of the bus `{}`",
                            display::path(path),
                            bus.name
                        ),
                    )
                    .label(format!("not a variant of `{}`", bus.payload))
                    .help(help),
                );
            }
        }
    }
    types
}

pub(super) static UNKNOWN_SOURCE: Code = Code {
    number: "IFC0602",
    name: "unknown_source",
    severity: Severity::Error,
    page: r#"## What
The first argument of `#[on(..)]` is a path that names no resource of the application.

## Why
Nothing would ever call the function.

## Example
```rust
#[resource]
static SHIPMENTS: Queue<String> = Queue::new();

#[on(http(POST, "/shipments"))]
async fn request() -> Result<()> {
    SHIPMENTS.send(&String::from("a parcel")).await
}

#[on(SHIPMENTS)]
#[on(SHIPMENT)]
async fn ship(parcel: String) -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[resource]
static SHIPMENTS: Queue<String> = Queue::new();

#[on(http(POST, "/shipments"))]
async fn request() -> Result<()> {
    SHIPMENTS.send(&String::from("a parcel")).await
}

#[on(SHIPMENTS)]
async fn ship(parcel: String) -> Result<()> {
    Ok(())
}
```
"#,
};

pub(super) static UNKNOWN_VARIANT: Code = Code {
    number: "IFC0604",
    name: "unknown_variant",
    severity: Severity::Error,
    page: r#"## What
`event = ..` names something that is no variant of the bus's event type.

## Why
The rule would wait for an event that nobody can publish.

## Example
```rust
#[derive(Serialize, Deserialize, Event)]
enum OrderEvent {
    Placed { id: String },
}

#[resource]
static EVENTS: Bus<OrderEvent> = Bus::new();

#[on(http(POST, "/orders"))]
async fn place() -> Result<()> {
    EVENTS.publish(&OrderEvent::Placed { id: String::from("1") }).await
}

#[on(EVENTS, event = OrderEvent::Plced)]
async fn route(event: OrderEvent) -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[derive(Serialize, Deserialize, Event)]
enum OrderEvent {
    Placed { id: String },
}

#[resource]
static EVENTS: Bus<OrderEvent> = Bus::new();

#[on(http(POST, "/orders"))]
async fn place() -> Result<()> {
    EVENTS.publish(&OrderEvent::Placed { id: String::from("1") }).await
}

#[on(EVENTS, event = OrderEvent::Placed)]
async fn route(event: OrderEvent) -> Result<()> {
    Ok(())
}
```
"#,
};
