//! Names of functions, paths and types as people write them.

use crate::hir::{CrateId, FnId, ModuleId, Owner, Path, Program, TypeRef};

/// Path of a function: without the crate for the application's own, with it for others; methods
/// behind their type or trait: `store::Repo::save`.
pub fn function(program: &Program, id: FnId) -> String {
    function_in(program, CrateId(0), id)
}

/// The same for an application that another crate is the root of.
pub fn function_in(program: &Program, own: CrateId, id: FnId) -> String {
    let function = &program.functions[id.index()];
    let mut parts = modules(program, own, function.module);
    match function.owner {
        Some(Owner::Impl(id)) => parts.push(self_type(&program.impls[id.index()].self_ty)),
        Some(Owner::Trait(id)) => parts.push(program.traits[id.index()].name.to_string()),
        None => {}
    }
    parts.push(function.name.to_string());
    parts.join("::")
}

fn modules(program: &Program, own: CrateId, module: ModuleId) -> Vec<String> {
    let mut parts = Vec::new();
    let mut next = Some(module);
    while let Some(id) = next {
        let module = &program.modules[id.index()];
        if module.parent.is_some() {
            if !module.is_block {
                parts.push(module.name.to_string());
            }
        } else if module.krate != own {
            let krate = &program.crates[module.krate.index()];
            parts.push(krate.name.to_string());
        }
        next = module.parent;
    }
    parts.reverse();
    parts
}

fn self_type(ty: &TypeRef) -> String {
    match ty {
        TypeRef::Path(path) => path
            .segments
            .last()
            .map(|segment| segment.name.to_string())
            .unwrap_or_default(),
        TypeRef::Ref(inner) => self_type(inner),
        other => self::ty(other),
    }
}

/// A path without generic arguments.
pub(super) fn path(path: &Path) -> String {
    let names: Vec<&str> = path
        .segments
        .iter()
        .map(|segment| segment.name.as_str())
        .collect();
    names.join("::")
}

/// A type, shortened to the last segments of its paths.
pub(crate) fn ty(ty: &TypeRef) -> String {
    let list = |types: &[TypeRef]| types.iter().map(self::ty).collect::<Vec<_>>().join(", ");
    match ty {
        TypeRef::Path(path) => match path.segments.last() {
            Some(last) if last.args().is_empty() => last.name.to_string(),
            Some(last) => format!("{}<{}>", last.name, list(last.args())),
            None => String::new(),
        },
        TypeRef::Ref(inner) => format!("&{}", self::ty(inner)),
        TypeRef::Tuple(types) => format!("({})", list(types)),
        TypeRef::Slice(inner) => format!("[{}]", self::ty(inner)),
        TypeRef::Array(array) => format!("[{}]", self::ty(&array.0)),
        TypeRef::Fn(args, ret) => format!("fn({}) -> {}", list(args), self::ty(ret)),
        TypeRef::Dyn(bounds) | TypeRef::Impl(bounds) => {
            let word = if matches!(ty, TypeRef::Dyn(_)) {
                "dyn"
            } else {
                "impl"
            };
            let bounds: Vec<String> = bounds.iter().map(|bound| path(&bound.path)).collect();
            format!("{word} {}", bounds.join(" + "))
        }
        TypeRef::Never => "!".into(),
        TypeRef::Infer | TypeRef::Unknown => "_".into(),
    }
}
