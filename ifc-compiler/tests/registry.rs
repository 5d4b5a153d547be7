//! The front end over code that others wrote: every crate in Cargo's registry folder is read, parsed,
//! lowered and its names resolved. None may make it panic or hang; files that cannot be parsed are
//! reported and left out. It takes a minute or two, so it runs only when asked:
//! `cargo test --release -p ifc-compiler --test registry -- --ignored --nocapture`.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the crates are files on disk, and slow ones are to be seen"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ifc_compiler::diagnostics::Diagnostics;
use ifc_compiler::hir;
use ifc_compiler::resolve::{self, Resolution};
use ifc_compiler::world::{Dependency, Package, Target, TargetKind, World};

/// A crate that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

fn home() -> PathBuf {
    match std::env::var_os("CARGO_HOME") {
        Some(home) => home.into(),
        None => Path::new(&std::env::var_os("HOME").expect("there is a home")).join(".cargo"),
    }
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// The library of a crate, with all of its features.
fn package(folder: &Path) -> Option<Package> {
    let root = folder.join("src/lib.rs");
    if !root.is_file() {
        return None;
    }
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    let (_, features) = manifest.split_once("\n[features]\n").unwrap_or_default();
    let features = features.split("\n[").next().unwrap_or_default().lines();
    let edition = manifest.lines().find_map(|line| {
        let edition = line.strip_prefix("edition = \"")?.strip_suffix('"')?;
        edition.parse().ok()
    });
    let name = folder.file_name()?.to_string_lossy().into_owned();
    Some(Package {
        name: name.clone(),
        root: folder.to_path_buf(),
        relative_root: String::new(),
        targets: vec![Target {
            name: name.replace(|c: char| !c.is_alphanumeric(), "_"),
            label: name,
            kind: TargetKind::Library,
            path: root,
            edition: edition.unwrap_or(2015),
        }],
        dependencies: dependencies(&manifest),
        features: features
            .filter_map(|line| Some(line.split_once(" = ")?.0.trim_matches('"').to_owned()))
            .collect::<BTreeSet<String>>(),
        metadata: serde_json::Value::Null,
    })
}

/// Dependencies as Cargo writes them into published manifests: a table each.
fn dependencies(manifest: &str) -> Vec<Dependency> {
    let names: BTreeSet<&str> = manifest
        .lines()
        .filter_map(|line| {
            let (_, name) = line.strip_suffix(']')?.split_once("dependencies.")?;
            Some(name.trim_matches('"'))
        })
        .collect();
    let dependency = |name: &str| Dependency {
        name: name.replace('-', "_"),
        package: name.to_owned(),
        path_package: None,
        services: None,
    };
    names.into_iter().map(dependency).collect()
}

/// Codes of what was found, by how often.
fn read(package: Package) -> (BTreeMap<&'static str, usize>, usize, usize) {
    let mut diagnostics = Diagnostics::default();
    let (files, program) = hir::lower(
        &World {
            packages: vec![package],
            read: &|path| std::fs::read(path),
        },
        &mut diagnostics,
    );
    let names = resolve::names(&program);
    let mut resolved = 0;
    for function in &program.functions {
        for expr in function.body.iter().flat_map(|body| &body.exprs) {
            let text = &files.get(expr.span.file).text;
            assert!(
                text.get(expr.span.start as usize..expr.span.end as usize)
                    .is_some(),
                "a place inside of a character"
            );
            if let hir::ExprKind::Path(path) = &expr.kind {
                let found = names.value(&program, function.module, path);
                resolved += usize::from(!matches!(found, Resolution::Unresolved));
            }
        }
    }
    let mut codes = BTreeMap::new();
    for diagnostic in diagnostics.into_sorted() {
        *codes.entry(diagnostic.code.number).or_default() += 1;
    }
    let lines = files.iter().map(|(_, file)| file.text.lines().count());
    (codes, lines.sum(), resolved)
}

#[test]
#[ignore = "reads the whole registry folder"]
fn every_crate_in_the_registry_is_read() {
    let sources = home().join("registry/src");
    let crates = folders(&sources)
        .into_iter()
        .flat_map(|index| folders(&index));
    let (mut count, mut lines, mut slow) = (0, 0, Vec::new());
    let mut failed = Vec::new();
    for folder in crates {
        let Some(package) = package(&folder) else {
            continue;
        };
        let name = package.name.clone();
        let start = Instant::now();
        match std::panic::catch_unwind(|| read(package)) {
            Ok((codes, more, _)) => {
                count += 1;
                lines += more;
                if !codes.is_empty() {
                    println!("{name}: {codes:?}");
                }
            }
            Err(_) => failed.push(name.clone()),
        }
        slow.push((start.elapsed(), name));
    }
    slow.sort();
    println!(
        "{count} crates, {lines} lines; slowest: {:?}",
        slow.iter().rev().take(5).collect::<Vec<_>>()
    );
    assert!(count > 0, "the registry folder is empty");
    assert_eq!(failed, [""; 0], "crates that make the front end panic");
    assert!(slow.iter().all(|(time, _)| *time < PATIENCE), "{slow:?}");
}
