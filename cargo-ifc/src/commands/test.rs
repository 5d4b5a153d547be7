//! `cargo ifc test`: the tests of an application, and the proof of its permissions by taking each away.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use cargo_metadata::Message;
use ifc_compiler::catalog::infra::Kind;
use ifc_compiler::catalog::manifest::{Manifest, Permission};
use serde_json::Value;

use crate::application::{compile_selected, output_folder};
use crate::args::{MessageFormat, Test};
use crate::failure::{Failure, usage};
use crate::toolchain;

pub(crate) fn run(options: &Test) -> Result<(), Failure> {
    let application = compile_selected(&options.select, None, MessageFormat::Human)?;
    application.report(MessageFormat::Human)?;
    let programs = build(options, &application.manifest())?;
    if programs.is_empty() {
        return Err(Failure::Usage("there is no test program".to_owned()));
    }
    let folder = output_folder(&application.loaded);
    let record = folder.join("permissions.jsonl");
    let started = Instant::now();
    let package = application.loaded.packages[0].root.clone();
    let tests = Tests {
        programs,
        package,
        arguments: &options.arguments,
    };
    if !options.prove_permissions {
        return match tests.run(&[], None, true)? {
            true => Ok(()),
            false => Err(Failure::Diagnostics),
        };
    }
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&record, ""))
        .map_err(|error| usage(format!("cannot write `{}`", record.display()), error))?;
    let variables = [("IFC_PROVE_RECORD", record.as_os_str().to_owned())];
    if !tests.run(&variables, None, true)? {
        anstream::eprintln!("\x1b[1;91merror\x1b[0m: the tests fail with all permissions");
        return Err(Failure::Diagnostics);
    }
    let needed = read(&record)?;
    let proof = prove(&application.compilation.manifest, &tests, &needed)?;
    report(&application.compilation.manifest, &proof, started);
    match options.deny_unproven && !proof.unproven.is_empty() {
        true => Err(Failure::Diagnostics),
        false => Ok(()),
    }
}

/// A statement of a function's role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Statement {
    function: String,
    index: usize,
}

/// Which tests fail without which statement.
#[derive(Debug, Default)]
struct Proof {
    proven: usize,
    unproven: Vec<Statement>,
    /// What nothing here does with a role.
    not_here: usize,
    runs: usize,
}

/// Runs, for each statement, the tests that rely on it, without it.
fn prove(
    manifest: &Manifest,
    tests: &Tests<'_>,
    needed: &BTreeMap<Statement, BTreeSet<String>>,
) -> Result<Proof, Failure> {
    let mut proof = Proof::default();
    for (statement, actions) in statements(manifest) {
        // Lambda writes logs with the role; here they are written without AWS.
        if actions
            .iter()
            .all(|action| action.starts_with("logs:") || action.starts_with("xray:"))
        {
            proof.not_here += 1;
            continue;
        }
        let Some(names) = needed.get(&statement) else {
            proof.unproven.push(statement);
            continue;
        };
        let without = format!("{}:{}", statement.function, statement.index);
        proof.runs += 1;
        match tests.run(&[("IFC_PROVE_WITHOUT", without.into())], Some(names), false)? {
            true => proof.unproven.push(statement),
            false => proof.proven += 1,
        }
    }
    Ok(proof)
}

/// All statements of functions' roles, each with its actions.
fn statements(manifest: &Manifest) -> Vec<(Statement, &[Cow<'static, str>])> {
    let mut all = Vec::new();
    for node in manifest.infrastructure.values() {
        let Kind::Role(role) = &node.kind else {
            continue;
        };
        if !manifest.functions.contains_key(&node.owner) || role.service != "lambda.amazonaws.com" {
            continue;
        }
        for (index, statement) in role.statements.iter().enumerate() {
            let named = Statement {
                function: node.owner.clone(),
                index,
            };
            all.push((named, statement.actions.as_slice()));
        }
    }
    all
}

fn report(manifest: &Manifest, proof: &Proof, started: Instant) {
    let all = statements(manifest);
    for statement in &proof.unproven {
        let Some((_, actions)) = all.iter().find(|(one, _)| one == statement) else {
            continue;
        };
        anstream::eprintln!(
            "\x1b[1;33mwarning\x1b[0m: no test needs `{}` of `{}`",
            actions.join("`, `"),
            statement.function
        );
        let function = manifest.functions.get(&statement.function);
        let permissions = function
            .into_iter()
            .flat_map(|function| &function.permissions);
        let shares = |permission: &&Permission| {
            permission
                .actions
                .iter()
                .any(|action| actions.contains(action))
        };
        for permission in permissions.filter(shares) {
            for why in &permission.why {
                anstream::eprintln!(
                    "  --> {} in `{}`, on {}",
                    why.span,
                    why.function,
                    permission.resources.join(", ")
                );
            }
            if let Some(because) = &permission.because {
                anstream::eprintln!("  = {because}");
            }
        }
    }
    anstream::eprintln!(
        "{} of {} statements are needed by a test; {} are about logs, which are written without AWS here; {} runs in {:.1} s",
        proof.proven,
        proof.proven + proof.unproven.len(),
        proof.not_here,
        proof.runs + 1,
        started.elapsed().as_secs_f64(),
    );
}

/// The tests that rely on each statement.
fn read(record: &Path) -> Result<BTreeMap<Statement, BTreeSet<String>>, Failure> {
    let text = std::fs::read_to_string(record)
        .map_err(|error| usage(format!("cannot read `{}`", record.display()), error))?;
    let mut needed: BTreeMap<Statement, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line)
            .map_err(|error| usage(format!("`{}` is damaged", record.display()), error))?;
        let text = |member: &str| line[member].as_str().unwrap_or_default().to_owned();
        let index = line["statement"].as_u64().unwrap_or_default();
        let statement = Statement {
            function: text("function"),
            index: usize::try_from(index).unwrap_or(usize::MAX),
        };
        needed.entry(statement).or_default().insert(text("test"));
    }
    Ok(needed)
}

/// Test programs of a package.
struct Tests<'a> {
    programs: Vec<PathBuf>,
    package: PathBuf,
    arguments: &'a [std::ffi::OsString],
}

impl Tests<'_> {
    /// Runs the tests, or those with these names; whether all pass.
    fn run(
        &self,
        variables: &[(&str, std::ffi::OsString)],
        names: Option<&BTreeSet<String>>,
        shown: bool,
    ) -> Result<bool, Failure> {
        let mut pass = true;
        for program in &self.programs {
            let mut command = Command::new(program);
            command.current_dir(&self.package);
            command.envs(variables.iter().map(|(name, value)| (name, value)));
            match names {
                Some(names) => command.args(names).arg("--exact"),
                None => command.args(self.arguments),
            };
            if !shown {
                command.stdout(Stdio::null()).stderr(Stdio::null());
            }
            let status = command
                .status()
                .map_err(|error| usage(format!("cannot run `{}`", program.display()), error))?;
            pass &= status.success();
        }
        // What the tests print stands before what comes next.
        let _ = std::io::stdout().flush();
        Ok(pass)
    }
}

/// Builds the test programs as `cargo test` does.
fn build(options: &Test, manifest: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut command = Command::new(toolchain::cargo());
    command.args(["test", "--no-run", "--profile", &options.profile]);
    command.args(options.select.feature_arguments());
    command.arg("--manifest-path").arg(manifest);
    command.arg("--message-format=json-render-diagnostics");
    let mut programs = Vec::new();
    let success = crate::link::messages(command, |message| {
        if let Message::CompilerArtifact(artifact) = message
            && artifact.profile.test
        {
            programs.extend(artifact.executable.map(PathBuf::from));
        }
    })?;
    match success {
        true => Ok(programs),
        false => Err(Failure::Diagnostics),
    }
}
