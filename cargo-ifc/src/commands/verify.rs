//! `cargo ifc verify`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ifc_compiler::diagnostics::{Diagnostic, Look, Severity, json, render};
use ifc_compiler::load;
use ifc_compiler::verify::{Linked, compare, written};
use ifc_witness::{Program, Reach};
use serde_json::{Value, json};

use crate::application::{Application, compile_selected};
use crate::args::{MessageFormat, Verify, VerifyMessages};
use crate::failure::{Failure, usage};
use crate::link::{self, Link, link};
use crate::toolchain;

pub(crate) fn run(options: &Verify) -> Result<(), Failure> {
    let application = compile_selected(&options.select, options.arch, MessageFormat::Human)?;
    application.report(MessageFormat::Human)?;
    let loaded = &application.loaded;
    if let Some(wanted) = options.bin.as_ref().filter(|bin| **bin != loaded.binary) {
        return Err(Failure::Usage(format!(
            "the functions are served by the binary `{}`, not by `{wanted}`",
            loaded.binary
        )));
    }
    let arch = match options.arch {
        Some(arch) => arch,
        None => toolchain::host_arch()?.unwrap_or_else(|| application.architecture()),
    };
    let path = link(&Link {
        select: &options.select,
        manifest: &application.manifest(),
        binary: &loaded.binary,
        profile: &options.profile,
        toolchain: &toolchain::find(arch)?,
        arch,
    })?;
    let comparison = Comparison::of(&application, &link::read(&path)?, &path)?;
    comparison.report(&application, options.message_format)
}

/// Both sides, function by function.
pub(crate) struct Comparison {
    functions: BTreeMap<String, Reach>,
    diagnostics: Vec<Diagnostic>,
}

impl Comparison {
    /// Reads a linked program and compares it with its source.
    pub(crate) fn of(
        application: &Application,
        file: &[u8],
        path: &Path,
    ) -> Result<Comparison, Failure> {
        let unreadable = |error| usage(format!("cannot read `{}`", path.display()), error);
        let program = Program::read(file).map_err(unreadable)?;
        let functions = program.functions().map_err(unreadable)?;
        let sources = &application.compilation.graph.application;
        let in_source: BTreeSet<&String> = sources.functions.iter().map(|f| &f.name).collect();
        if !in_source.iter().copied().eq(functions.keys()) {
            return Err(Failure::Usage(format!(
                "`{}` serves other functions than its source has; it was built from another source",
                path.display()
            )));
        }
        let operations = |reach: &Reach| {
            let operations = reach.operations.iter();
            operations
                .map(|(operation, symbols)| (operation.to_string(), symbols.clone()))
                .collect()
        };
        let linked: Linked = functions
            .iter()
            .map(|(name, reach)| (name.clone(), operations(reach)))
            .collect();
        let diagnostics = compare(sources, &linked);
        Ok(Comparison {
            functions,
            diagnostics,
        })
    }

    /// Says what differs. Operations that only the program has end the command.
    pub(crate) fn report(
        &self,
        application: &Application,
        format: VerifyMessages,
    ) -> Result<(), Failure> {
        match format {
            VerifyMessages::Human => {
                let files = &application.compilation.files;
                for diagnostic in &self.diagnostics {
                    anstream::eprintln!("{}\n", render(&application.look(), files, diagnostic));
                }
                anstream::eprintln!(
                    "{}: {}",
                    application.loaded.packages[0].name,
                    self.summary()
                );
            }
            VerifyMessages::Json => anstream::println!("{}", self.json(application)),
        }
        match self.has_errors() {
            true => Err(Failure::Diagnostics),
            false => Ok(()),
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        let mut diagnostics = self.diagnostics.iter();
        diagnostics.any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    fn summary(&self) -> String {
        let operations: usize = self.functions.values().map(|f| f.operations.len()).sum();
        let seen = format!(
            "{} of {} in the linked program",
            counted(operations, "operation"),
            counted(self.functions.len(), "function"),
        );
        match self.diagnostics.len() {
            0 => format!("{seen}, and the same in the source"),
            differences => format!(
                "{seen}, {} to the source",
                counted(differences, "difference")
            ),
        }
    }

    fn json(&self, application: &Application) -> Value {
        let compilation = &application.compilation;
        let written = written(&compilation.graph.application);
        let functions: BTreeMap<&String, Value> = self
            .functions
            .iter()
            .map(|(name, reach)| {
                let source: Vec<&String> = written
                    .get(name)
                    .into_iter()
                    .flatten()
                    .map(|(o, _)| o)
                    .collect();
                let value = json!({
                    "source": source,
                    "program": chains(&reach.operations),
                    "of_sdk": chains(&reach.of_sdk),
                });
                (name, value)
            })
            .collect();
        let folder = load::relative(
            &application.loaded.workspace_root,
            &application.loaded.packages[0].root,
        );
        let diagnostics: Vec<Value> = self
            .diagnostics
            .iter()
            .map(|diagnostic| {
                let files = &compilation.files;
                let plain = render(&Look::plain(&*folder), files, diagnostic);
                let line = json::line(files, diagnostic, Some(&plain));
                serde_json::from_str(&line).unwrap_or_default()
            })
            .collect();
        json!({
            "ifc": 1,
            "package": application.loaded.packages[0].name,
            "functions": functions,
            "diagnostics": diagnostics,
        })
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// Operations with the symbols on the way to each.
fn chains(operations: &BTreeMap<ifc_witness::Operation, Vec<String>>) -> Value {
    let operations = operations.iter();
    operations
        .map(|(operation, symbols)| (operation.to_string(), json!(symbols)))
        .collect()
}
