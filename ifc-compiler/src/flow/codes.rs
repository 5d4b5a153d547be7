//! What is said about handles that cannot be followed, and the pages behind the codes.

use std::collections::BTreeMap;

use ifc_catalog::resources;
use ifc_syntax::errors::did_you_mean;

use super::Flow;
use super::effects::Problem;
use super::export::{Export, Found};
use super::value::{UnitId, Val};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::hir::{Def, FnId, GrantOn, ResourceId, TypeRef};
use crate::resolve::Resolution;

/// A method of an unknown receiver may be one that uses resources.
pub static UNKNOWN_RECEIVER: Code = Code {
    number: "IFC0350",
    name: "unknown_receiver",
    severity: Severity::Error,
    page: include_str!("pages/unknown_receiver.md"),
};

/// A handle goes where it cannot be followed.
pub static HANDLE_ESCAPES: Code = Code {
    number: "IFC0401",
    name: "handle_escapes",
    severity: Severity::Error,
    page: include_str!("pages/handle_escapes.md"),
};

/// A method of a handle that is no operation.
pub static UNKNOWN_OPERATION: Code = Code {
    number: "IFC0402",
    name: "unknown_operation",
    severity: Severity::Error,
    page: include_str!("pages/unknown_operation.md"),
};

/// An operation on a handle of which only the type is known.
pub static UNKNOWN_RESOURCE: Code = Code {
    number: "IFC0403",
    name: "unknown_resource",
    severity: Severity::Error,
    page: include_str!("pages/unknown_resource.md"),
};

/// An index whose name is not known at compile time.
pub static UNKNOWN_INDEX: Code = Code {
    number: "IFC0404",
    name: "unknown_index",
    severity: Severity::Error,
    page: include_str!("pages/unknown_index.md"),
};

/// Reports what the export found.
pub(super) fn report(
    flow: &mut Flow<'_>,
    export: &Export,
    hidden: &[ResourceId],
    diagnostics: &mut Diagnostics,
) {
    let mut said: Vec<(&Found, usize)> = Vec::new();
    let mut first = BTreeMap::new();
    for found in export
        .problems
        .iter()
        .filter(|found| !is_granted(flow, found))
    {
        let next = said.len();
        let at = match once(flow, found) {
            Some(key) => *first.entry(key).or_insert(next),
            None => next,
        };
        match said.get_mut(at) {
            Some((_, more)) => *more += 1,
            None => said.push((found, 0)),
        }
    }
    for (found, more) in said {
        let diagnostic = describe(flow, found);
        diagnostics.push(match more {
            0 => diagnostic,
            1 => diagnostic.help("it is used in one more place"),
            _ => diagnostic.help(format!("it is used in {more} more places")),
        });
    }
    super::unknown::report(flow, export, hidden, diagnostics);
}

/// What is said once only: that a crate is used that calls AWS itself. Each function of an
/// application needs its own `#[grant]`; in an existing project it concerns the whole program.
fn once<'a>(flow: &Flow<'_>, found: &'a Found) -> Option<(Option<FnId>, &'a str)> {
    let Problem::Sdk(problem) = &found.problem else {
        return None;
    };
    let function = found.function.filter(|_| !flow.program.handlers.is_empty());
    Some((function, super::sdk::crate_of(problem)?))
}

/// Whether a `#[grant]` on the function answers for a problem.
fn is_granted(flow: &Flow<'_>, found: &Found) -> bool {
    let Some(id) = found.function else {
        return false;
    };
    let function = &flow.program.functions[id.index()];
    let names = |wanted: ResourceId| {
        function.grants.iter().any(|grant| match &grant.on {
            GrantOn::Resource(path) => {
                let resolution = flow.names.value(flow.program, function.module, path);
                matches!(resolution, Resolution::Def { def: Def::Global(global), .. }
                    if flow.program.globals[global.index()].resource == Some(wanted))
            }
            GrantOn::Arn(_) => false,
        })
    };
    match &found.problem {
        Problem::Escape { resources, .. } => resources.iter().all(|&resource| names(resource)),
        Problem::UnknownMethod { resource, .. } | Problem::WhichIndex { resource, .. } => {
            names(*resource)
        }
        Problem::WhichResource { .. } | Problem::WhichEscapes { .. } | Problem::Sdk(_) => {
            !function.grants.is_empty()
        }
    }
}

/// The operation of the resource's kind whose name is nearest to a mistyped one.
fn similar_operation(flow: &Flow<'_>, resource: ResourceId, method: &str) -> Option<&'static str> {
    let global = flow.program.resources[resource.index()].global;
    let TypeRef::Path(path) = &flow.program.globals[global.index()].ty else {
        return None;
    };
    let kind = resources::by_handle(path.segments.last()?.name.as_str())?;
    did_you_mean(method, kind.ops.iter().map(|op| op.method))
}

pub(super) fn describe(flow: &Flow<'_>, found: &Found) -> Diagnostic {
    let name = |resource: ResourceId| flow.program.resources[resource.index()].name;
    match &found.problem {
        Problem::Escape { resources, into } => {
            let list: Vec<String> = resources
                .iter()
                .map(|&resource| format!("`{}`", name(resource)))
                .collect();
            let list = list.join(", ");
            let into = quoted(into);
            Diagnostic::new(&HANDLE_ESCAPES, found.span, format!("{list} goes into {into}, which is not followed"))
                .label(format!("permissions for {list} cannot be inferred past this call"))
                .help("pass the handle to a function of this application instead, or use it before this call")
                .help(format!(
                    "or say what happens to it: `#[grant(\"service:Action\", on = {}, because = \"..\")]` on the function",
                    resources.first().map_or("..", |&resource| name(resource).as_str())
                ))
        }
        Problem::UnknownMethod { resource, method } => {
            let similar = similar_operation(flow, *resource, method.as_str());
            let name = name(*resource);
            let unknown = Diagnostic::new(&UNKNOWN_OPERATION, found.span, format!("`{method}` is no known operation of `{name}`"))
                .label(format!("permissions for `{name}` cannot be inferred for this call"))
                .help(format!(
                    "use one of the handle's operations, or `#[grant(\"service:Action\", on = {name}, because = \"..\")]` on the function"
                ));
            match similar {
                Some(similar) => unknown.help(format!("did you mean `{similar}`?")),
                None => unknown,
            }
        }
        Problem::WhichResource { kind, method } => {
            let message = format!("which `{kind}` this `{method}` is called on cannot be told");
            Diagnostic::new(&UNKNOWN_RESOURCE, found.span, message)
                .label("permissions cannot be inferred for this call")
                .note("the handle reached this place through something that is not followed")
                .help("name the resource here, or pass its handle as an argument or in a field of an own type")
                .help("or `#[grant(\"service:Action\", on = RESOURCE, because = \"..\")]` on the function")
        }
        Problem::WhichEscapes { kind, into } => {
            let into = quoted(into);
            let message =
                format!("which `{kind}` goes into {into}, which is not followed, cannot be told");
            Diagnostic::new(&UNKNOWN_RESOURCE, found.span, message)
                .label("permissions cannot be inferred past this call")
                .note("the handle reached this place through something that is not followed")
                .help("name the resource here, or pass its handle as an argument or in a field of an own type")
                .help("or `#[grant(\"service:Action\", on = RESOURCE, because = \"..\")]` on the function")
        }
        Problem::WhichIndex { resource, method } => {
            let name = name(*resource);
            let message =
                format!("the index that `{method}` reads on `{name}` is not known at compile time");
            Diagnostic::new(&UNKNOWN_INDEX, found.span, message)
                .label(format!(
                    "permissions for the index of `{name}` cannot be inferred"
                ))
                .help("name the index by a literal or a constant")
        }
        Problem::Sdk(problem) => super::sdk::describe(problem, found.span),
    }
}

/// A path is quoted, words are not.
fn quoted(into: &str) -> String {
    match into.contains(' ') {
        true => into.to_owned(),
        false => format!("`{into}`"),
    }
}

impl<'p> Flow<'p> {
    /// The unit of a function with nothing but declared types known of its arguments.
    pub(super) fn opaque_unit(&mut self, id: FnId) -> UnitId {
        use super::engine::Code;
        let program = self.program;
        let function = &program.functions[id.index()];
        let sig = self.sig(id);
        let full = match sig.generic {
            true => self.bind_generics(id, super::ty::SubstId::EMPTY, &[], super::ty::Ty::UNKNOWN),
            false => sig.subst,
        };
        let mut args = Vec::new();
        for written in &function.params {
            let ty = self.ty(function.module, full, written);
            args.push(self.vals.typed(ty));
        }
        let (subst, args): (_, Vec<Val>) = self.context(id, &sig, full, &args);
        let key = self
            .vals
            .add(super::value::ValKind::Tuple(args.clone().into()));
        if let Some(&unit) = self.fn_units.get(&(id, subst, key)) {
            return unit;
        }
        let ret_ty = self.ty(function.module, subst, &function.ret);
        let Some(body) = &function.body else {
            return UnitId(0);
        };
        let unit = self.add_unit(Code::Fn(id), function.module, subst, body, args, ret_ty);
        self.fn_units.insert((id, subst, key), unit);
        self.start(unit);
        unit
    }

    pub(super) fn lowered_handle(
        &mut self,
        global: crate::hir::GlobalId,
    ) -> Option<&'static ifc_catalog::resources::ResourceKind> {
        let data = &self.program.globals[global.index()];
        let ty = self.ty(data.module, super::ty::SubstId::EMPTY, &data.ty);
        match self.tys.kind(ty) {
            super::ty::TyKind::Handle(kind, _) => ifc_catalog::resources::KINDS
                .get(usize::from(*kind))
                .copied(),
            _ => None,
        }
    }
}
