//! Which crates make up the program, and by which names they see each other.

use super::known::KnownCrate;
use crate::hir::CrateId;
use crate::source::Request;
use crate::source::modules::join;
use crate::symbol::Symbol;
use crate::world::{Package, Target, TargetKind, World};

/// The product's own crates are known by heart, wherever they come from.
const OWN: [&str; 6] = [
    "ifc-runtime",
    "ifc-macros",
    "ifc-syntax",
    "ifc-catalog",
    "ifc-compiler",
    "cargo-ifc",
];

pub(super) struct Targets<'a> {
    /// By [`CrateId`]; the first is the application.
    pub(super) list: Vec<CrateTarget<'a>>,
    /// That of the application's functions, as `cfg` names it.
    pub(super) architecture: &'static str,
}

pub(super) struct CrateTarget<'a> {
    pub(super) package: &'a Package,
    pub(super) target: &'a Target,
    pub(super) request: Request,
    pub(super) externs: Vec<(Symbol, CrateId)>,
    pub(super) foreign: Vec<(Symbol, Symbol)>,
    pub(super) callers: Vec<(Symbol, Option<Vec<Symbol>>)>,
}

pub(super) fn collect<'a>(world: &'a World<'_>) -> Targets<'a> {
    let mut found: Vec<(usize, &Package, &Target)> = Vec::new();
    for (at, package) in world.packages.iter().enumerate() {
        if OWN.contains(&package.name.as_str()) {
            continue;
        }
        for target in &package.targets {
            found.push((at, package, target));
        }
    }
    let is_application = |(at, _, target): &(usize, &Package, &Target)| {
        (*at != 0, target.kind != TargetKind::Binary)
    };
    found.sort_by_key(is_application);
    let library = |package: usize| {
        found
            .iter()
            .position(|(at, _, target)| *at == package && target.kind == TargetKind::Library)
            .map(|at| CrateId(at as u32))
    };
    let list = found
        .iter()
        .map(|&(at, package, target)| {
            let mut externs = Vec::new();
            let mut foreign = Vec::new();
            let mut callers = Vec::new();
            for dependency in &package.dependencies {
                let name = Symbol::new(&dependency.name);
                match dependency.path_package.and_then(library) {
                    Some(id) => externs.push((name, id)),
                    None => {
                        let package = dependency.package.replace('-', "_");
                        let package = Symbol::new(&package);
                        foreign.push((name, package));
                        let services = &dependency.services;
                        if services.as_ref().is_none_or(|list| !list.is_empty()) {
                            let services = services.as_ref();
                            let services = services
                                .map(|list| list.iter().map(|name| Symbol::new(name)).collect());
                            callers.push((package, services));
                        }
                    }
                }
            }
            if target.kind == TargetKind::Binary
                && let Some(id) = library(at)
            {
                externs.push((Symbol::new(&found[id.index()].2.name), id));
            }
            CrateTarget {
                package,
                target,
                request: root(package, target),
                externs,
                foreign,
                callers,
            }
        })
        .collect();
    let application = world.packages.first();
    let architecture = application.map(|package| &package.metadata["architecture"]);
    Targets {
        list,
        architecture: match architecture.and_then(|name| name.as_str()) {
            Some("x86_64") => "x86_64",
            _ => "aarch64",
        },
    }
}

impl CrateTarget<'_> {
    /// Whether its code can reach resources or AWS, itself or through crates of the program.
    pub(super) fn may_use_resources(&self) -> bool {
        let mut foreign = self.foreign.iter();
        let uses_runtime = foreign.any(|(_, package)| package.as_str() == "ifc_runtime");
        uses_runtime || !self.externs.is_empty() || !self.callers.is_empty()
    }
}

impl Targets<'_> {
    pub(super) fn known(&self) -> Vec<KnownCrate> {
        let known = |target: &CrateTarget<'_>| KnownCrate {
            externs: target.externs.iter().copied().collect(),
            foreign: target.foreign.iter().copied().collect(),
            ..KnownCrate::default()
        };
        self.list.iter().map(known).collect()
    }
}

fn root(package: &Package, target: &Target) -> Request {
    let inside = target.path.strip_prefix(&package.root);
    let inside = inside.unwrap_or(&target.path);
    let parts: Vec<String> = inside
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    Request {
        candidates: vec![(
            target.path.clone(),
            join(&package.relative_root, &parts.join("/")),
        )],
        declared: None,
        name: target.name.clone(),
    }
}
