//! What the types of statics and handlers say: the kind of a resource, its payload with the
//! schema, and whether a handler reports failures one by one.

use ifc_catalog::model::Resource;
use ifc_catalog::resources::{self, ResourceKind};

use super::shapes::{Half, shape};
use super::{display, first_values, keys};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::hir::{Def, ModuleId, Program, Segment, TypeId, TypeKind, TypeRef};
use crate::resolve::{Names, Resolution};
use crate::span::Span;
use crate::symbol::Symbol;

/// Longest chain of type aliases that is followed; longer ones are cycles.
const ALIASES: usize = 32;

/// A type, with the module in which it is written.
pub(crate) type Written<'a> = (ModuleId, &'a TypeRef);

/// A type behind its aliases.
#[derive(Clone, Debug)]
pub(super) struct Named<'a> {
    pub(super) what: Resolution,
    pub(super) args: Vec<Written<'a>>,
}

pub(super) fn named<'a>(
    program: &'a Program,
    names: &Names,
    mut module: ModuleId,
    mut ty: &'a TypeRef,
) -> Option<Named<'a>> {
    // What the parameters of the alias at hand stand for.
    let mut bound: Vec<(Symbol, Written<'a>)> = Vec::new();
    for _ in 0..ALIASES {
        let path = match ty {
            TypeRef::Path(path) => path,
            TypeRef::Ref(inner) => {
                ty = inner;
                continue;
            }
            _ => return None,
        };
        if let Some(given) = argument(&bound, ty) {
            (module, ty) = given;
            bound.clear();
            continue;
        }
        let what = names.ty(program, module, path);
        let args = path.segments.last().map_or(&[][..], Segment::args);
        let written = |ty| argument(&bound, ty).unwrap_or((module, ty));
        let args: Vec<Written<'a>> = args.iter().map(written).collect();
        if let Resolution::Def {
            def: Def::Type(id), ..
        } = what
        {
            let def = &program.types[id.index()];
            if let TypeKind::Alias(target) = &def.kind {
                let mut inner = Vec::new();
                let mut args = args.into_iter();
                for param in &def.generics.params {
                    let default = param.default.as_ref();
                    let default =
                        default.map(|ty| argument(&inner, ty).unwrap_or((def.module, ty)));
                    inner.extend(args.next().or(default).map(|given| (param.name, given)));
                }
                (ty, module, bound) = (target, def.module, inner);
                continue;
            }
        }
        return Some(Named { what, args });
    }
    None
}

/// What a type is, if it is a parameter of an alias.
fn argument<'a>(bound: &[(Symbol, Written<'a>)], ty: &TypeRef) -> Option<Written<'a>> {
    let TypeRef::Path(path) = ty else { return None };
    let [only] = &path.segments[..] else {
        return None;
    };
    let mut bound = bound.iter();
    let (_, given) = bound.find(|(name, _)| *name == only.name)?;
    Some(*given)
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
        let Some(Handle { kind, args }) = handle else {
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
        let payload = args.first().copied();
        let payload_id = payload.and_then(|written| definition(program, names, written));
        let payload_type = payload_id.map(|id| &program.types[id.index()]);
        let marker = args.get(1).and_then(|&(module, ty)| {
            self::named(program, names, module, ty).and_then(|found| of_runtime(found.what))
        });
        let item = payload_type
            .filter(|_| kind.name == "table")
            .and_then(|def| def.item.clone());
        if let (Some(id), Some(item)) = (payload_id, &item) {
            keys::check(program, names, id, item, diagnostics);
        }
        // A derive that cannot be read is an error where it stands.
        let mut derives = payload_type.iter().flat_map(|def| &def.derives);
        if let (Some((_, ty)), "table") = (payload, kind.name)
            && !derives.any(|derived| derived.as_str() == "Item")
        {
            diagnostics.push(unknown_schema(declaration.span, ty));
        }
        let reads = match (payload, kind.name) {
            (Some(payload), "parameter" | "secret") => {
                shape(program, names, payload, Half::Deserialize, 0)
            }
            _ => None,
        };
        let payload_name = payload.map(|(_, ty)| display::ty(ty)).unwrap_or_default();
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

fn unknown_schema(span: Span, ty: &TypeRef) -> Diagnostic {
    let message = format!("the keys of `{}` are not known", display::ty(ty));
    Diagnostic::new(&UNKNOWN_SCHEMA, span, message)
        .label("a table needs them")
        .help("let it be a type of the workspace with `#[derive(Item)]`")
}

/// The type of a resource's static.
pub(crate) struct Handle<'a> {
    /// The kind of resource.
    pub(crate) kind: &'static ResourceKind,
    /// The type's arguments: payload, order.
    pub(crate) args: Vec<Written<'a>>,
}

/// Reads the type of a resource's static; none if it is no handle.
pub(crate) fn handle<'a>(
    program: &'a Program,
    names: &Names,
    module: ModuleId,
    ty: &'a TypeRef,
) -> Option<Handle<'a>> {
    let Named { what, args } = named(program, names, module, ty)?;
    let kind = resources::by_handle(of_runtime(what)?)?;
    Some(Handle { kind, args })
}

fn definition(program: &Program, names: &Names, (module, ty): Written<'_>) -> Option<TypeId> {
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
        match (wrapper, found.args.as_slice()) {
            (Some("Message" | "Batch" | "Notification" | "Envelope" | "Change"), &[inner]) => {
                (module, ty) = inner;
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

pub(super) static UNKNOWN_SCHEMA: Code = Code {
    number: "IFC0609",
    name: "unknown_schema",
    severity: Severity::Error,
    page: r#"## What
The type of a table's items does not derive `Item`.

## Why
The template needs the keys and indexes of a table. They are read from the derive, so it must stand in
the application or in a crate that it reaches by path.

## Example
```rust
#[derive(Clone, Serialize, Deserialize)]
struct Order {
    id: String,
}

#[resource]
static ORDERS: Table<Order> = Table::new();

#[on(http(GET, "/orders"))]
async fn list() -> Result<Json<Vec<Order>>> {
    Ok(Json(ORDERS.scan().all().await?))
}
```

## Instead
```rust
#[derive(Clone, Serialize, Deserialize, Item)]
struct Order {
    #[item(partition_key)]
    id: String,
}

#[resource]
static ORDERS: Table<Order> = Table::new();

#[on(http(GET, "/orders"))]
async fn list() -> Result<Json<Vec<Order>>> {
    Ok(Json(ORDERS.scan().all().await?))
}
```
"#,
};
