//! The programs as modules of one package, which is built and run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use ifc_tests::workspace;
use serde_json::Value;

use crate::operations::{EACH, KINDS};
use crate::program::{Program, TRIGGER};

const MANIFEST: &str = r#"[package]
name = "executed"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
ifc-runtime = { path = "$runtime", default-features = false }
futures = "0.3"
serde = "1"
tokio = { version = "1", features = ["macros", "rt", "sync", "time"] }
tracing = "0.1"

[profile.dev]
debug = false
incremental = false
"#;

/// What a program did before it ended, and how it failed if it did.
#[derive(Default)]
pub(crate) struct Ran {
    pub(crate) done: BTreeSet<String>,
    pub(crate) failed: Option<String>,
}

/// The module with the resources of all programs.
pub(crate) fn resources() -> String {
    let mut text = "use ifc_runtime::prelude::*;

#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Row {
    #[item(partition_key)]
    pub id: String,
}
"
    .to_owned();
    for kind in KINDS {
        let (name, ty) = (kind.name, kind.ty);
        let constructor = ty.split('<').next().unwrap_or_default();
        for at in 0..EACH {
            text += &format!("#[resource]\npub static {name}_{at}: {ty} = {constructor}::new();\n");
        }
    }
    text
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("executed")
}

/// Writes the package.
pub(crate) fn write(programs: &BTreeMap<u64, Program>) -> Result<()> {
    let (folder, root) = (folder(), workspace());
    let source = folder.join("src");
    std::fs::create_dir_all(&source)?;
    let runtime = root.join("ifc-runtime");
    let manifest = MANIFEST.replace("$runtime", &runtime.to_string_lossy());
    std::fs::write(folder.join("Cargo.toml"), manifest)?;
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    std::fs::write(source.join("resources.rs"), resources())?;
    let (mut modules, mut calls) = (String::new(), String::new());
    for (number, program) in programs {
        // The macro of a trigger needs the whole application.
        let text = program.text.replace(TRIGGER, "");
        std::fs::write(source.join(format!("p{number}.rs")), text)?;
        modules += &format!("mod p{number};\n");
        calls += &format!("    run({number}, p{number}::handler()).await;\n");
    }
    let runner = include_str!("runner.rs");
    let runner = runner.replace("// MODULES\n", &modules);
    let runner = runner.replace("    // CALLS\n", &calls);
    std::fs::write(source.join("main.rs"), runner)?;
    Ok(())
}

/// Builds the package; gives the programs that do not compile, with what rustc says.
pub(crate) fn build() -> Result<BTreeMap<u64, String>> {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--offline", "--message-format=json"])
        .current_dir(folder())
        .env("CARGO_TARGET_DIR", folder().join("target"))
        .output()?;
    let mut refused = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: Value = serde_json::from_str(line)?;
        let message = &message["message"];
        if message["level"] != "error" {
            continue;
        }
        let spans = message["spans"].as_array().into_iter().flatten();
        let places = spans.filter(|span| span["is_primary"] == true);
        let text = message["rendered"].as_str().unwrap_or_default();
        for number in places.filter_map(|span| number_of(span["file_name"].as_str()?)) {
            refused.entry(number).or_insert_with(|| text.to_owned());
        }
    }
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() || !refused.is_empty(), "{error}");
    Ok(refused)
}

fn number_of(file: &str) -> Option<u64> {
    let name = file.strip_prefix("src/p")?;
    name.strip_suffix(".rs")?.parse().ok()
}

/// Runs the programs, one after the other.
pub(crate) fn run() -> Result<BTreeMap<u64, Ran>> {
    let output = Command::new(folder().join("target/debug/executed")).output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{error}");
    let mut all: BTreeMap<u64, Ran> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some((number, how)) = line.split_once("! ") {
            all.entry(number.parse()?).or_default().failed = Some(how.to_owned());
        } else if let Some((number, what)) = line.split_once(": ") {
            let ran = all.entry(number.parse()?).or_default();
            ran.done.insert(what.to_owned());
        }
    }
    Ok(all)
}
