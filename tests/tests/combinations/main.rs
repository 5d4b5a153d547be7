//! Applications that nobody wrote: random combinations of triggers, resources, options, settings and
//! operations. Each gives what its code needs and nothing else, whatever stands beside it.
//!
//! `SEEDS=1000..2000 cargo test -p ifc-tests --test combinations` tries others than the usual ones.

mod application;
mod functions;
mod operations;
mod resources;
mod settings;
mod wiring;

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use ifc_compiler::Compilation;
use ifc_tests::template::Template;
use ifc_tests::tools::CHECKOV;
use ifc_tests::{lint, script, workspace};
use serde_json::Value;

use crate::application::Application;
use crate::operations::Right;
use ifc_tests::random::Random;

/// Applications of the usual run.
const SEEDS: Range<u64> = 0..20;

fn seeds() -> Result<Range<u64>> {
    let Ok(given) = std::env::var("SEEDS") else {
        return Ok(SEEDS);
    };
    let (from, to) = given.split_once("..").context("SEEDS is a range")?;
    Ok(from.parse()?..to.parse()?)
}

/// What is wrong with the application of each seed.
fn faults(of: impl Fn(u64, &Application) -> Result<Vec<String>>) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for seed in seeds()? {
        let found = of(seed, &Application::new(seed))?;
        faults.extend(
            found
                .into_iter()
                .map(|fault| format!("seed {seed}: {fault}")),
        );
    }
    Ok(faults)
}

fn errors(compiled: &Compilation) -> Vec<String> {
    let errors = compiled.errors();
    let said = errors.map(|one| format!("{}: {}", one.code.number, one.message));
    said.collect()
}

fn template(compiled: &Compilation) -> Result<Value> {
    Ok(serde_json::from_str(artifact(compiled, "template.json")?)?)
}

fn artifact<'c>(compiled: &'c Compilation, path: &str) -> Result<&'c str> {
    let mut all = compiled.artifacts.iter();
    let found = all.find(|one| one.path == path);
    Ok(&found.with_context(|| format!("no {path}"))?.text)
}

#[test]
fn functions_may_do_what_their_code_and_triggers_need_and_nothing_else() -> Result<()> {
    let found = faults(|_, application| {
        let compiled = application.compile(0);
        let mut faults = errors(&compiled);
        for function in &application.functions {
            let name = &function.name;
            let given = rights(&compiled, name, &mut faults);
            let too_much = given.difference(&function.rights);
            faults.extend(too_much.map(|right| format!("{name} may {right:?}")));
            let missing = function.rights.difference(&given);
            faults.extend(missing.map(|right| format!("{name} may not {right:?}")));
        }
        Ok(faults)
    })?;
    assert_eq!(found, [""; 0]);
    Ok(())
}

/// What a function may do, but for tracing, which is a setting.
fn rights(compiled: &Compilation, function: &str, faults: &mut Vec<String>) -> BTreeSet<Right> {
    let mut rights = BTreeSet::new();
    let Some(function) = compiled.manifest.functions.get(function) else {
        return rights;
    };
    for permission in &function.permissions {
        if permission.why.is_empty() && permission.because.is_none() {
            faults.push(format!("nothing says why: {permission:?}"));
        }
        let actions = permission.actions.iter();
        for action in actions.filter(|action| !action.starts_with("xray:")) {
            let on = permission.resources.iter();
            rights.extend(on.map(|on| (action.to_string(), on.clone())));
        }
    }
    rights
}

#[test]
fn everything_is_wired_in_every_stage() -> Result<()> {
    let found = faults(|_, application| {
        let compiled = application.compile(0);
        let set_by_hand = compiled
            .diagnostics
            .iter()
            .any(|one| one.code.name.starts_with("visibility_below"));
        let template = Template::new(template(&compiled)?)?;
        let stages = settings::STAGES.iter().chain(&["other"]);
        let faults = stages.flat_map(|stage| {
            let faults = wiring::faults(&template.clone().with("Stage", stage));
            faults
                .into_iter()
                .map(move |fault| format!("{stage}: {fault}"))
        });
        let said = |fault: &String| set_by_hand && fault.contains(wiring::VISIBLE);
        Ok(faults.filter(|fault| !said(fault)).collect())
    })?;
    assert_eq!(found, [""; 0]);
    Ok(())
}

#[test]
fn templates_do_not_depend_on_files_and_neighbours() -> Result<()> {
    let found = faults(|seed, application| {
        let alone = template(&application.compile(0))?;
        if template(&application.compile(seed + 1))? != alone {
            return Ok(vec!["differs in other files".to_owned()]);
        }
        let beside = template(&application.with_a_neighbour().compile(0))?;
        let parts = ["Outputs", "Resources"].into_iter();
        let parts = parts.filter_map(|part| Some((part, alone[part].as_object()?)));
        let ids = parts.flat_map(|(part, all)| all.iter().map(move |(id, one)| (part, id, one)));
        let changed = ids.filter(|(part, id, one)| beside[*part][*id] != **one);
        Ok(changed.map(|(_, id, _)| format!("{id} changes")).collect())
    })?;
    assert_eq!(found, [""; 0]);
    Ok(())
}

/// Sources with a line less: an error has a place, unless it is about `Cargo.toml`.
#[test]
fn what_is_broken_is_said_at_its_place() -> Result<()> {
    let found = faults(|seed, application| {
        let text = application.sources(&mut Random::new(seed));
        let mut faults = Vec::new();
        for at in (1 + seed as usize % 3..text.lines().count()).step_by(7) {
            let lines = text.lines().enumerate();
            let others = lines.filter(|(line, one)| *line != at || one.starts_with("//-"));
            let broken: Vec<&str> = others.map(|(_, line)| line).collect();
            let compiled = application.compile_sources(&broken.join("\n"));
            let lost = compiled.errors().filter(|error| {
                error.primary.is_none() && !error.message.contains("[package.metadata.ifc]")
            });
            faults.extend(lost.map(|error| format!("without line {at}: {}", error.message)));
        }
        Ok(faults)
    })?;
    assert_eq!(found, [""; 0]);
    Ok(())
}

#[test]
fn linters_and_schemas_have_nothing_to_say() -> Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("combinations");
    std::fs::create_dir_all(&folder)?;
    let files = |kind: &str| -> Result<Vec<PathBuf>> {
        let path = |seed| folder.join(format!("{seed}.{kind}.json"));
        Ok(seeds()?.map(path).collect())
    };
    faults(|seed, application| {
        let compiled = application.compile(0);
        for kind in ["template", "manifest", "samples"] {
            let text = artifact(&compiled, &format!("{kind}.json"))?;
            std::fs::write(folder.join(format!("{seed}.{kind}.json")), text)?;
        }
        Ok(Vec::new())
    })?;
    for kind in ["manifest", "samples"] {
        let output = Command::new(CHECKOV.program("python")?)
            .arg(script("validate.py"))
            .arg(workspace().join(format!("schema/{kind}.schema.json")))
            .args(files(kind)?)
            .output()?;
        let error = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{error}");
        assert_eq!(String::from_utf8(output.stdout)?, "");
    }
    assert_eq!(lint::cfn_lint(&files("template")?)?, []);
    Ok(())
}
