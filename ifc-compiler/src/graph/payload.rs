//! Whether a handler takes what its source delivers. rustc says so too, in terms of traits; here it
//! is said in those of the application.

use super::{Lookup, display, types};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::hir::{Def, Handler, TypeRef};
use crate::resolve::Resolution;
use crate::span::Span;

/// Checks the argument of a handler of `resource`, as far as both types are seen for certain: the
/// payload is a type of the program.
pub(super) fn check(
    lookup: &Lookup<'_>,
    handler: &Handler,
    resource: usize,
    on: Span,
    diagnostics: &mut Diagnostics,
) {
    let Some(payload) = lookup.payloads[resource] else {
        return;
    };
    let function = &lookup.program.functions[handler.function.index()];
    let [argument] = function.params.as_slice() else {
        return;
    };
    let Some(taken) = types::unwrapped(lookup.program, lookup.names, function.module, argument)
    else {
        return;
    };
    let is_other = match taken {
        Resolution::Def {
            def: Def::Type(id), ..
        } => id != payload,
        Resolution::Primitive(_) => true,
        // Other crates may have types of which nothing is known here.
        Resolution::Foreign(path) => path.as_str().starts_with("std::"),
        Resolution::Def { .. } | Resolution::Unresolved => false,
    };
    if !is_other {
        return;
    }
    let resource = &lookup.resources[resource];
    let (name, payload) = (&resource.name, &resource.payload);
    let message = format!(
        "`{}` takes `{}`, but `{name}` delivers `{payload}`",
        function.name,
        display::ty(argument)
    );
    let place = match argument {
        TypeRef::Path(path) => path.span,
        _ => function.name_span,
    };
    let wrapped = match resource.kind.name {
        "queue" => format!("`{payload}`, `Message<{payload}>` or `Batch<{payload}>`"),
        "topic" => format!("`{payload}` or `Notification<{payload}>`"),
        "bus" => format!("`{payload}` or `Envelope<{payload}>`"),
        "table" => format!("`Change<{payload}>` or `Batch<Change<{payload}>>`"),
        _ => format!("`{payload}`"),
    };
    diagnostics.push(
        Diagnostic::new(&WRONG_PAYLOAD, place, message)
            .label(format!("not what `{name}` delivers"))
            .also(on, "here it is asked for")
            .help(format!("take {wrapped}")),
    );
}

pub(super) static WRONG_PAYLOAD: Code = Code {
    number: "IFC0606",
    name: "wrong_payload",
    severity: Severity::Error,
    page: r#"## What
The argument of a handler is of another type than its source delivers.

## Why
The handler could read none of its messages. rustc refuses the function too.

## Example
```rust
#[derive(Serialize, Deserialize)]
struct Parcel {
    id: String,
}

#[derive(Serialize, Deserialize)]
struct Order {
    id: String,
}

#[resource]
static PARCELS: Queue<Parcel> = Queue::new();

#[on(http(POST, "/parcels"))]
async fn send() -> Result<()> {
    PARCELS.send(&Parcel { id: String::from("1") }).await
}

#[on(PARCELS)]
async fn ship(order: Order) -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[derive(Serialize, Deserialize)]
struct Parcel {
    id: String,
}

#[resource]
static PARCELS: Queue<Parcel> = Queue::new();

#[on(http(POST, "/parcels"))]
async fn send() -> Result<()> {
    PARCELS.send(&Parcel { id: String::from("1") }).await
}

#[on(PARCELS)]
async fn ship(parcel: Parcel) -> Result<()> {
    Ok(())
}
```
"#,
};
