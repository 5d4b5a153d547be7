//! What the types of statics and handlers say: the kind of a resource, its payload with the
//! schema, and whether a handler reports failures one by one.

use ifc_catalog::model::Resource;
use ifc_catalog::resources::{self, ResourceKind};

use super::shapes::{Half, shape};
use super::{display, first_values, keys};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::hir::{Def, ModuleId, Program, TypeId, TypeKind, TypeRef};
use crate::resolve::{Names, Resolution};

/// Longest chain of type aliases that is followed; longer ones are cycles.
const ALIASES: usize = 32;

/// A type behind its aliases.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    pub(super) what: Resolution,
    /// Module in which the type's arguments are written.
    pub(super) module: ModuleId,
    pub(super) args: &'a [TypeRef],
}

pub(super) fn named<'a>(
    program: &'a Program,
    names: &Names,
    mut module: ModuleId,
    mut ty: &'a TypeRef,
) -> Option<Named<'a>> {
    for _ in 0..ALIASES {
        let path = match ty {
            TypeRef::Path(path) => path,
            TypeRef::Ref(inner) => {
                ty = inner;
                continue;
            }
            _ => return None,
        };
        let what = names.ty(program, module, path);
        if let Resolution::Def {
            def: Def::Type(id), ..
        } = what
        {
            let def = &program.types[id.index()];
            if let TypeKind::Alias(target) = &def.kind {
                (ty, module) = (target, def.module);
                continue;
            }
        }
        let args = path
            .segments
            .last()
            .map_or(&[][..], crate::hir::Segment::args);
        return Some(Named { what, module, args });
    }
    None
}

/// The last part of a type's path if it is one of the runtime's: `Table`, `Batch`.
fn of_runtime(what: Resolution) -> Option<&'static str> {
    match what {
        Resolution::Foreign(path) => path.as_str().strip_prefix("ifc_runtime::"),
        _ => None,
    }
}

/// The program's resources.
#[derive(Default)]
pub(super) struct Resources {
    pub(super) list: Vec<Resource>,
    /// Payload types of `list`, where they are the program's own.
    pub(super) payloads: Vec<Option<TypeId>>,
    /// Position in `list` of each declaration whose kind is known.
    pub(super) positions: Vec<Option<usize>>,
}

/// Finds out what the declared resources are.
pub(super) fn resources(
    program: &Program,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Resources {
    let mut resources = Resources::default();
    for declaration in &program.resources {
        let global = &program.globals[declaration.global.index()];
        let handle = handle(program, names, global.module, &global.ty);
        let Some(Handle { kind, module, args }) = handle else {
            let found = display::ty(&global.ty);
            diagnostics.push(
                Diagnostic::new(
                    &UNKNOWN_RESOURCE_TYPE,
                    declaration.span,
                    format!("`{}` is not a kind of resource", found),
                )
                .label(format!("has the type `{found}`"))
                .help(format!("the kinds are {}", kinds())),
            );
            resources.positions.push(None);
            continue;
        };
        let payload = args.first();
        let payload_id = payload.and_then(|ty| definition(program, names, module, ty));
        let payload_type = payload_id.map(|id| &program.types[id.index()]);
        let marker = args.get(1).and_then(|ty| {
            self::named(program, names, module, ty).and_then(|found| of_runtime(found.what))
        });
        let item = payload_type
            .filter(|_| kind.name == "table")
            .and_then(|def| def.item.clone());
        if let (Some(id), Some(item)) = (payload_id, &item) {
            keys::check(program, names, id, item, diagnostics);
        }
        let reads = match (payload, kind.name) {
            (Some(payload), "parameter" | "secret") => {
                shape(program, names, (module, payload), Half::Deserialize, 0)
            }
            _ => None,
        };
        let payload_name = payload.map(display::ty).unwrap_or_default();
        if let Some(reads) = reads {
            let options = &declaration.options;
            first_values::check(reads, &payload_name, options, diagnostics);
        }
        resources.positions.push(Some(resources.list.len()));
        resources.payloads.push(payload_id);
        resources.list.push(Resource {
            name: declaration.name.to_string(),
            kind,
            span: declaration.span,
            payload: payload_name,
            fifo: marker == Some("Fifo"),
            options: declaration.options.clone(),
            item,
            event: payload_type
                .filter(|_| kind.name == "bus")
                .and_then(|def| def.event.clone()),
            reads,
            existing: declaration.existing.clone(),
            allows: declaration.allows.clone(),
        });
    }
    resources
}

/// The type of a resource's static.
pub(crate) struct Handle<'a> {
    /// The kind of resource.
    pub(crate) kind: &'static ResourceKind,
    /// Module in which the type's arguments are written.
    pub(crate) module: ModuleId,
    /// The type's arguments: payload, order.
    pub(crate) args: &'a [TypeRef],
}

/// Reads the type of a resource's static; none if it is no handle.
pub(crate) fn handle<'a>(
    program: &'a Program,
    names: &Names,
    module: ModuleId,
    ty: &'a TypeRef,
) -> Option<Handle<'a>> {
    let Named { what, module, args } = named(program, names, module, ty)?;
    let kind = resources::by_handle(of_runtime(what)?)?;
    Some(Handle { kind, module, args })
}

fn definition(program: &Program, names: &Names, module: ModuleId, ty: &TypeRef) -> Option<TypeId> {
    match named(program, names, module, ty)?.what {
        Resolution::Def {
            def: Def::Type(id), ..
        } => Some(id),
        _ => None,
    }
}

/// What a type stands for inside the wrappers in which messages, events and changes come.
pub(super) fn unwrapped<'a>(
    program: &'a Program,
    names: &Names,
    mut module: ModuleId,
    mut ty: &'a TypeRef,
) -> Option<Resolution> {
    loop {
        let found = named(program, names, module, ty)?;
        let wrapper = of_runtime(found.what);
        match (wrapper, found.args) {
            (Some("Message" | "Batch" | "Notification" | "Envelope" | "Change"), [inner]) => {
                (ty, module) = (inner, found.module);
            }
            _ => return Some(found.what),
        }
    }
}

/// Handle types, for messages.
fn kinds() -> String {
    let names: Vec<String> = resources::KINDS
        .iter()
        .map(|kind| format!("`{}`", kind.handle))
        .collect();
    names.join(", ")
}

pub(super) static UNKNOWN_RESOURCE_TYPE: Code = Code {
    number: "IFC0601",
    name: "unknown_resource_type",
    severity: Severity::Error,
    page: r#"## What
A static with `#[resource]` has a type that is none of the handles of `ifc_runtime`.

## Why
The type of the static says what is created on AWS and which operations exist on it.

## Example
```rust
#[resource]
static ORDERS: Vec<String> = Vec::new();
```

## Instead
```rust
#[resource]
static ORDERS: Queue<String> = Queue::new();

#[on(http(POST, "/orders"))]
async fn place() -> Result<()> {
    ORDERS.send(&String::from("an order")).await
}

#[on(ORDERS)]
async fn work(order: String) -> Result<()> {
    Ok(())
}
```
"#,
};
