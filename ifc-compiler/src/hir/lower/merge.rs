//! Joins the files' pieces into one program with one numbering.

use std::collections::BTreeSet;

use super::Node;
use super::file::{BodyOwner, Fragment};
use super::targets::Targets;
use crate::diagnostics::Diagnostic;
use crate::hir::{
    Body, Crate, CrateId, Def, ExprId, ExprKind, FnId, GlobalId, Handler, ImplId, Module, ModuleId,
    Owner, Program, RegisteredCode, ResourceId, TraitId, TypeId,
};
use crate::source::codes;
use crate::span::Span;
use crate::symbol::Symbol;
use crate::world::TargetKind;

/// Where a piece's ids begin in the program.
struct Base {
    /// Module 0 of the piece.
    file_module: u32,
    modules: u32,
    functions: u32,
    types: u32,
    traits: u32,
    impls: u32,
    globals: u32,
    resources: u32,
}

pub(super) fn join(targets: &Targets<'_>, nodes: Vec<Node>) -> (Program, Vec<Diagnostic>) {
    let mut program = Program::default();
    let mut diagnostics = Vec::new();
    for (at, target) in targets.list.iter().enumerate() {
        let krate = CrateId(at as u32);
        let root = ModuleId(program.modules.len() as u32);
        program.modules.push(Module {
            krate,
            parent: None,
            name: Symbol::new("crate"),
            is_block: false,
            items: Vec::new(),
            imports: Vec::new(),
        });
        program.crates.push(Crate {
            name: Symbol::new(&target.target.name),
            label: target.target.label.clone(),
            package: target.package.name.clone(),
            root,
            externs: target.externs.clone(),
            foreign: target.foreign.clone(),
            callers: target.callers.clone(),
            is_binary: target.target.kind == TargetKind::Binary,
            dispatches: false,
            edition: target.target.edition,
        });
    }
    let pieces = nodes.iter().filter_map(|node| node.fragment.as_ref());
    let pieces = pieces.map(|fragment| &fragment.program);
    let count = |of: fn(&Program) -> usize| pieces.clone().map(of).sum::<usize>();
    program
        .functions
        .reserve(count(|piece| piece.functions.len()));
    program.types.reserve(count(|piece| piece.types.len()));
    program.impls.reserve(count(|piece| piece.impls.len()));
    program.globals.reserve(count(|piece| piece.globals.len()));
    program
        .handlers
        .reserve(count(|piece| piece.handlers.len()));
    let mut undecided: BTreeSet<(CrateId, Symbol)> = BTreeSet::new();
    let mut bases: Vec<Option<(u32, u32)>> = Vec::with_capacity(nodes.len());
    for node in nodes {
        program.files.push((node.source.file, node.krate));
        diagnostics.extend(node.failure);
        let file_module = match node.parent {
            None => Some(program.crates[node.krate.index()].root.0),
            Some((parent, module)) => bases[parent]
                .map(|(file_module, modules)| renumber_module(module, file_module, modules).0),
        };
        let (Some(mut fragment), Some(file_module)) = (node.fragment, file_module) else {
            bases.push(None);
            continue;
        };
        let base = Base {
            file_module,
            modules: program.modules.len() as u32,
            functions: program.functions.len() as u32,
            types: program.types.len() as u32,
            traits: program.traits.len() as u32,
            impls: program.impls.len() as u32,
            globals: program.globals.len() as u32,
            resources: program.resources.len() as u32,
        };
        bases.push(Some((base.file_module, base.modules)));
        diagnostics.append(&mut fragment.diagnostics);
        let target = &targets.list[node.krate.index()];
        for (name, span) in std::mem::take(&mut fragment.undecided) {
            if target.may_use_resources() && undecided.insert((node.krate, name)) {
                diagnostics.push(unknown_cfg(name, span));
            }
        }
        if target.may_use_resources() {
            let places = std::mem::take(&mut fragment.of_other_architecture);
            program.of_other_architecture.extend(places);
        }
        program.crates[node.krate.index()].dispatches |=
            fragment.dispatches && node.parent.is_none();
        base.add(fragment, &mut program);
    }
    order(&mut program);
    (program, diagnostics)
}

fn unknown_cfg(name: Symbol, span: Span) -> Diagnostic {
    let message = format!("whether `cfg({name})` holds is not known, it is taken to be off");
    Diagnostic::new(&codes::UNKNOWN_CFG, span, message)
        .label("what stands under it is left out")
        .note("if a build script or `--cfg` turns it on, permissions of that code are missing")
        .help("use a feature of the package instead, which is known")
}

fn renumber_module(id: ModuleId, file_module: u32, modules: u32) -> ModuleId {
    match id.0 {
        0 => ModuleId(file_module),
        inner => ModuleId(modules + inner - 1),
    }
}

impl Base {
    fn add(&self, mut fragment: Fragment, program: &mut Program) {
        self.renumber_blocks(&mut fragment);
        let piece = fragment.program;
        for (at, mut module) in piece.modules.into_iter().enumerate() {
            for item in &mut module.items {
                item.def = self.def(item.def);
            }
            module.parent = module.parent.map(|id| self.module(id));
            if at == 0 {
                let target = &mut program.modules[self.file_module as usize];
                target.items.append(&mut module.items);
                target.imports.append(&mut module.imports);
            } else {
                program.modules.push(module);
            }
        }
        program
            .functions
            .extend(piece.functions.into_iter().map(|mut function| {
                function.module = self.module(function.module);
                function.owner = function.owner.map(|owner| match owner {
                    Owner::Impl(id) => Owner::Impl(ImplId(id.0 + self.impls)),
                    Owner::Trait(id) => Owner::Trait(TraitId(id.0 + self.traits)),
                });
                function
            }));
        program.types.extend(piece.types.into_iter().map(|mut def| {
            def.module = self.module(def.module);
            def
        }));
        program
            .traits
            .extend(piece.traits.into_iter().map(|mut def| {
                def.module = self.module(def.module);
                def.methods.iter_mut().for_each(|id| id.0 += self.functions);
                def.consts.iter_mut().for_each(|id| id.0 += self.globals);
                def
            }));
        program
            .impls
            .extend(piece.impls.into_iter().map(|mut block| {
                block.module = self.module(block.module);
                block
                    .methods
                    .iter_mut()
                    .for_each(|id| id.0 += self.functions);
                block.consts.iter_mut().for_each(|id| id.0 += self.globals);
                block
            }));
        program
            .globals
            .extend(piece.globals.into_iter().map(|mut global| {
                global.module = self.module(global.module);
                global.resource = global.resource.map(|id| ResourceId(id.0 + self.resources));
                global
            }));
        program
            .resources
            .extend(piece.resources.into_iter().map(|mut resource| {
                resource.global.0 += self.globals;
                resource
            }));
        program
            .handlers
            .extend(piece.handlers.into_iter().map(|mut handler| {
                handler.function.0 += self.functions;
                handler
            }));
        program
            .registered
            .extend(piece.registered.into_iter().map(|mut one| {
                match &mut one.code {
                    RegisteredCode::Function(id) => id.0 += self.functions,
                    RegisteredCode::Impl(id) => id.0 += self.impls,
                    RegisteredCode::Global(id) => id.0 += self.globals,
                }
                one
            }));
    }

    fn renumber_blocks(&self, fragment: &mut Fragment) {
        let piece = &mut fragment.program;
        for &(owner, ExprId(at)) in &fragment.blocks {
            let body: Option<&mut Body> = match owner {
                BodyOwner::Function(id) => piece.functions[id.index()].body.as_deref_mut(),
                BodyOwner::Global(id) => piece.globals[id.index()].init.as_mut(),
            };
            if let Some(body) = body
                && let ExprKind::Block {
                    module: Some(module),
                    ..
                } = &mut body.exprs[at as usize].kind
            {
                *module = self.module(*module);
            }
        }
    }

    fn module(&self, id: ModuleId) -> ModuleId {
        renumber_module(id, self.file_module, self.modules)
    }

    fn def(&self, def: Def) -> Def {
        match def {
            Def::Module(id) => Def::Module(self.module(id)),
            Def::Function(id) => Def::Function(FnId(id.0 + self.functions)),
            Def::Type(id) => Def::Type(TypeId(id.0 + self.types)),
            Def::Variant(id, at) => Def::Variant(TypeId(id.0 + self.types), at),
            Def::Trait(id) => Def::Trait(TraitId(id.0 + self.traits)),
            Def::Global(id) => Def::Global(GlobalId(id.0 + self.globals)),
        }
    }
}

/// Resources and handlers in order of name, and the handlers' paths.
fn order(program: &mut Program) {
    let mut paths = Vec::with_capacity(program.handlers.len());
    for handler in &program.handlers {
        paths.push(path_of(program, handler));
    }
    for (handler, path) in program.handlers.iter_mut().zip(paths) {
        handler.path = path;
    }
    program
        .handlers
        .sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    let spans: Vec<_> = program.resources.iter().map(|r| (r.name, r.span)).collect();
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by_key(|&at| spans[at]);
    let mut resources: Vec<_> = std::mem::take(&mut program.resources)
        .into_iter()
        .map(Some)
        .collect();
    for (new, &old) in order.iter().enumerate() {
        if let Some(resource) = resources[old].take() {
            let global = &mut program.globals[resource.global.index()];
            global.resource = Some(ResourceId(new as u32));
            program.resources.push(resource);
        }
    }
}

fn path_of(program: &Program, handler: &Handler) -> String {
    let function = &program.functions[handler.function.index()];
    let mut names = vec![function.name];
    let mut module = &program.modules[function.module.index()];
    while let Some(parent) = module.parent {
        if !module.is_block {
            names.push(module.name);
        }
        module = &program.modules[parent.index()];
    }
    names.push(program.crates[module.krate.index()].name);
    let names: Vec<&str> = names.iter().rev().map(|name| name.as_str()).collect();
    names.join("::")
}
