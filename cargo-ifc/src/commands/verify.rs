//! `cargo ifc verify`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ifc_compiler::diagnostics::{Diagnostic, Look, Severity, json, render};
use ifc_compiler::load::{self, Project};
use ifc_compiler::policy::{self, Selection};
use ifc_compiler::span::Files;
use ifc_compiler::verify::{Linked, Side, Written, compare, of_application, of_policy};
use ifc_compiler::world::{Package, World};
use ifc_witness::{Operation, Reach};
use serde_json::{Value, json};

use crate::application::{Application, compile_selected, refused, selected};
use crate::args::{Arch, MessageFormat, Verify, VerifyMessages};
use crate::commands::policy::words;
use crate::failure::Failure;
use crate::link::{Link, Program, link};
use crate::toolchain;

/// What applications with handlers depend on, and tools beside them may.
const RUNTIME: &str = "ifc-runtime";

pub(crate) fn run(options: &Verify) -> Result<(), Failure> {
    let (current, request) = selected(&options.select)?;
    let project = load::project(&request).map_err(|error| refused(MessageFormat::Human, error))?;
    let world = World {
        packages: project.packages.clone(),
        read: &load::read_file,
    };
    let mut roots = project.packages[..project.roots].iter();
    match roots.any(uses_runtime) && policy::has_handlers(&world) {
        true => application(options),
        false => existing(options, &project, &load::relative(&current, &project.base)),
    }
}

fn uses_runtime(package: &Package) -> bool {
    let mut dependencies = package.dependencies.iter();
    dependencies.any(|dependency| dependency.package == RUNTIME)
}

/// An application: each function by itself.
fn application(options: &Verify) -> Result<(), Failure> {
    let application = compile_selected(&options.select, options.arch, MessageFormat::Human)?;
    application.report(MessageFormat::Human)?;
    let loaded = &application.loaded;
    if let Some(wanted) = options.bin.as_ref().filter(|bin| **bin != loaded.binary) {
        return Err(Failure::Usage(format!(
            "the functions are served by the binary `{}`, not by `{wanted}`",
            loaded.binary
        )));
    }
    let arch = arch(options, application.architecture())?;
    let program = link(&Link {
        select: &options.select,
        manifest: &application.manifest(),
        binary: &loaded.binary,
        profile: &options.profile,
        toolchain: &toolchain::find_readable(arch)?,
        arch,
        target_directory: &loaded.target_directory,
    })?;
    let comparison = Comparison::of_application(&application, &program)?;
    comparison.report(&application.place(), options.message_format)
}

/// An existing project: each binary by itself.
fn existing(options: &Verify, project: &Project, base: &str) -> Result<(), Failure> {
    let selection = Selection {
        binaries: options.bin.iter().cloned().collect(),
        entry: None,
    };
    let world = World {
        packages: project.packages.clone(),
        read: &load::read_file,
    };
    let policy =
        policy::infer(&world, &selection).map_err(|error| Failure::Usage(words(&error)))?;
    let arch = arch(options, Arch::Arm64)?;
    let toolchain = toolchain::find_readable(arch)?;
    let mut reached = BTreeMap::new();
    for function in &policy.functions {
        let program = link(&Link {
            select: &options.select,
            manifest: &manifest_of(project, &function.package),
            binary: &function.binary,
            profile: &options.profile,
            toolchain: &toolchain,
            arch,
            target_directory: &project.target_directory,
        })?;
        let graph = program.graph()?;
        let start = graph.start();
        let start = start.map_err(|error| program.unreadable(error))?;
        reached.insert(function.name.clone(), graph.reach(&start));
    }
    let place = Place {
        name: match &project.packages[..project.roots] {
            [only] => &only.name,
            _ => "the workspace",
        },
        files: &policy.files,
        look: Look::styled(base),
        folder: String::new(),
    };
    Comparison::of(of_policy(&policy), reached).report(&place, options.message_format)
}

fn arch(options: &Verify, declared: Arch) -> Result<Arch, Failure> {
    match options.arch {
        Some(arch) => Ok(arch),
        None => Ok(toolchain::host_arch()?.unwrap_or(declared)),
    }
}

fn manifest_of(project: &Project, package: &str) -> PathBuf {
    let mut packages = project.packages.iter();
    let found = packages.find(|one| one.name == package);
    found
        .map_or(&project.base, |one| &one.root)
        .join("Cargo.toml")
}

/// How to show places in the source.
pub(crate) struct Place<'a> {
    pub(crate) name: &'a str,
    pub(crate) files: &'a Files,
    pub(crate) look: Look,
    /// Folder that the files' paths begin in.
    pub(crate) folder: String,
}

/// Both sides, function by function.
pub(crate) struct Comparison {
    written: Vec<Written>,
    reached: BTreeMap<String, Reach>,
    diagnostics: Vec<Diagnostic>,
}

impl Comparison {
    /// Reads the linked program of an application and compares it with the source.
    pub(crate) fn of_application(
        application: &Application,
        program: &Program,
    ) -> Result<Comparison, Failure> {
        let reached = program.graph()?.functions();
        let reached = reached.map_err(|error| program.unreadable(error))?;
        let written = of_application(&application.compilation.graph.application);
        let in_source: BTreeSet<&String> = written.iter().map(|function| &function.name).collect();
        if !in_source.iter().copied().eq(reached.keys()) {
            return Err(Failure::Usage(format!(
                "`{}` serves other functions than its source has; it was built from another source",
                program.path.display()
            )));
        }
        Ok(Comparison::of(written, reached))
    }

    fn of(written: Vec<Written>, reached: BTreeMap<String, Reach>) -> Comparison {
        let named = |operations: &BTreeMap<Operation, Vec<String>>| {
            let operations = operations.iter();
            operations
                .map(|(operation, symbols)| (operation.to_string(), symbols.clone()))
                .collect()
        };
        let side = |reach: &Reach| Side {
            operations: named(&reach.operations),
            doubtful: named(&reach.doubtful),
        };
        let linked: Linked = reached
            .iter()
            .map(|(name, reach)| (name.clone(), side(reach)))
            .collect();
        let diagnostics = compare(&written, &linked);
        Comparison {
            written,
            reached,
            diagnostics,
        }
    }

    /// Says what differs. Operations that only the program has end the command.
    pub(crate) fn report(&self, place: &Place<'_>, format: VerifyMessages) -> Result<(), Failure> {
        match format {
            VerifyMessages::Human => {
                for diagnostic in &self.diagnostics {
                    anstream::eprintln!("{}\n", render(&place.look, place.files, diagnostic));
                }
                anstream::eprintln!("{}: {}", place.name, self.summary());
            }
            VerifyMessages::Json => anstream::println!("{}", self.json(place)),
        }
        let mut diagnostics = self.diagnostics.iter();
        match diagnostics.any(|diagnostic| diagnostic.severity == Severity::Error) {
            true => Err(Failure::Diagnostics),
            false => Ok(()),
        }
    }

    fn summary(&self) -> String {
        let operations: usize = self.reached.values().map(|f| f.operations.len()).sum();
        let seen = format!(
            "{} of {} in the linked program",
            counted(operations, "operation"),
            counted(self.reached.len(), "function"),
        );
        match self.diagnostics.len() {
            0 => format!("{seen}, and the same in the source"),
            differences => format!(
                "{seen}, {} to the source",
                counted(differences, "difference")
            ),
        }
    }

    fn json(&self, place: &Place<'_>) -> Value {
        let sides = |function: &Written| {
            let reach = self.reached.get(&function.name);
            let source: Vec<&String> = function.operations.keys().collect();
            json!({
                "source": source,
                "program": chains(reach.map(|reach| &reach.operations)),
                "doubtful": chains(reach.map(|reach| &reach.doubtful)),
                "of_sdk": chains(reach.map(|reach| &reach.of_sdk)),
            })
        };
        let functions: BTreeMap<&String, Value> = self
            .written
            .iter()
            .map(|function| (&function.name, sides(function)))
            .collect();
        let diagnostics: Vec<Value> = self
            .diagnostics
            .iter()
            .map(|diagnostic| {
                let plain = render(&Look::plain(&*place.folder), place.files, diagnostic);
                let line = json::line(place.files, diagnostic, Some(&plain));
                serde_json::from_str(&line).unwrap_or_default()
            })
            .collect();
        json!({ "ifc": 1, "functions": functions, "diagnostics": diagnostics })
    }
}

/// Operations with the symbols on the way to each.
fn chains(operations: Option<&BTreeMap<Operation, Vec<String>>>) -> Value {
    let operations = operations.into_iter().flatten();
    operations
        .map(|(operation, symbols)| (operation.to_string(), json!(symbols)))
        .collect()
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
