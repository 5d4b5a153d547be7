//! What is seen in optimised programs: the patterns with a model of the SDK in its place, so that the
//! whole program is compiled in seconds, once for each way to optimise it.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ifc_witness::{Operation, Program};
use support::expected;

type Operations = BTreeSet<String>;

/// Name of a profile of `model/Cargo.toml`.
const PROFILES: &[&str] = &[
    "dev",
    "release",
    "one-unit",
    "small",
    "smallest",
    "abort",
    "thin-lto",
    "fat-lto",
    "everything",
];

#[test]
fn nothing_is_missed_whatever_the_optimiser_does() {
    let mut wrong = Vec::new();
    for profile in PROFILES {
        let (binary, map) = build(profile);
        let expected: BTreeMap<String, Operations> = expected(&binary);
        assert!(expected.len() > 50, "{} functions", expected.len());
        let file = fs::read(&binary).expect("the program is there");
        let program = Program::read(&file, &map).expect("it can be read");
        let functions = program.functions().expect("it has a table");
        let mut doubted = 0;
        for (name, wanted) in &expected {
            let reach = functions.get(name).cloned().unwrap_or_default();
            let (sure, doubtful) = (named(&reach.operations), named(&reach.doubtful));
            let seen: Operations = sure.union(&doubtful).cloned().collect();
            if !seen.is_superset(wanted) || !sure.is_subset(wanted) {
                wrong.push(format!(
                    "{profile}, {name}: {wanted:?}, but {sure:?} and perhaps {doubtful:?} is found"
                ));
            }
            doubted += usize::from(!doubtful.is_subset(wanted));
        }
        // Those that refer to what lies beside another function's list.
        if doubted > 3 {
            wrong.push(format!("{profile}: {doubted} functions with more in doubt"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The program and the linker's map of it, as `cargo ifc verify` asks for them.
fn build(profile: &str) -> (PathBuf, String) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("model");
    fs::create_dir_all(&target).expect("the folder is writable");
    let map = target.join(profile).with_extension("map");
    let output = Command::new(env!("CARGO"))
        .args(["rustc", "--quiet", "--package", "patterns", "--profile"])
        .args([profile, "--", "-C", "strip=none"])
        .args(["-C", "link-arg=-Wl,--emit-relocs", "-C"])
        .arg(format!("link-arg=-Wl,-Map={}", map.display()))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("model"))
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{profile}: {errors}");
    let folder = match profile {
        "dev" => "debug",
        other => other,
    };
    let map = fs::read_to_string(map).expect("the map is there");
    (target.join(folder).join("patterns"), map)
}

fn named(operations: &BTreeMap<Operation, Vec<String>>) -> Operations {
    operations.keys().map(ToString::to_string).collect()
}
