//! What the linked program is seen to do is what it does, function by function, in both
//! directions.
//!
//! `docs/verify.md` has the command that does the same with optimised programs.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ifc_catalog::resources::{KINDS, Op, Receiver};
use ifc_compiler::load::{self, FeatureRequest, Request};
use ifc_compiler::policy::{self, Selection};
use ifc_compiler::verify::{self, Linked, Side, of_policy};
use ifc_compiler::world::World;
use ifc_witness::{Error, Operation, Program, stripped};
use support::expected;

/// Name of a function to its operations, sorted.
type Operations = BTreeMap<String, Vec<String>>;

/// What is read from its file. What is doubtful counts where it is expected.
fn found(binary: &str, expected: &Operations) -> Operations {
    let (file, map) = linked(binary);
    let program = Program::read(&file, &map).expect("it is linked with relocations");
    let functions = program.functions().expect("it has a table");
    functions
        .into_iter()
        .map(|(name, reach)| {
            let wanted = expected.get(&name).cloned().unwrap_or_default();
            let doubtful = reach.doubtful.keys().map(ToString::to_string);
            let doubtful = doubtful.filter(|operation| wanted.contains(operation));
            let operations = reach.operations.keys().map(ToString::to_string);
            let mut operations: Vec<String> = operations.chain(doubtful).collect();
            operations.sort();
            (name, operations)
        })
        .collect()
}

/// A program and the linker's map of it.
fn linked(binary: &str) -> (Vec<u8>, String) {
    let binary = Path::new(binary);
    let name = binary.file_stem().expect("binaries have names");
    let map = Path::new(env!("OUT_DIR")).join(name).with_extension("map");
    let file = std::fs::read(binary).expect("the program is there");
    (
        file,
        std::fs::read_to_string(map).expect("the map is there"),
    )
}

/// Compares function by function, so that a failure names all that differ.
fn compare(expected: &Operations, found: &Operations) {
    let mut wrong = Vec::new();
    for name in expected.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
        let (wanted, seen) = (expected.get(name), found.get(name));
        if wanted != seen {
            wrong.push(format!("{name}: {wanted:?}, but {seen:?} is found"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn agrees(binary: &str, at_least: usize) {
    let expected: Operations = expected(binary);
    let found = found(binary, &expected);
    assert!(expected.len() >= at_least, "{} functions", expected.len());
    compare(&expected, &found);
}

#[test]
fn every_pattern_is_seen_exactly() {
    agrees(env!("CARGO_BIN_EXE_patterns"), 60);
}

/// The name of the test program's function for an operation of a handle.
fn function_for(kind: &str, op: &Op) -> String {
    match op.receiver {
        Receiver::Handle => format!("{kind}::{}", op.method),
        Receiver::Builder("Transaction") => format!("{kind}::transaction::{}", op.method),
        Receiver::Builder(_) => format!("{kind}::read_transaction::{}", op.method),
    }
}

#[test]
fn handles_do_what_the_catalog_says() {
    let mut listed = Operations::new();
    for kind in KINDS {
        for op in kind.ops {
            listed.insert(function_for(kind.name, op), op.operations());
        }
    }
    compare(&listed, &found(env!("CARGO_BIN_EXE_handles"), &listed));
}

/// From `main`, as `cargo ifc verify` compares the binaries of an existing project.
#[test]
fn source_and_program_agree() {
    let request = Request {
        manifest_path: Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"),
        package: Some(env!("CARGO_PKG_NAME").to_owned()),
        features: FeatureRequest::default(),
    };
    let project = load::project(&request).expect("the package is there");
    let selection = Selection {
        binaries: vec!["patterns".to_owned()],
        entry: None,
    };
    let world = World {
        packages: project.packages,
        read: &load::read_file,
    };
    let policy = policy::infer(&world, &selection).expect("the binary is there");
    let (file, map) = linked(env!("CARGO_BIN_EXE_patterns"));
    let program = Program::read(&file, &map).expect("it is linked with relocations");
    let reach = program.reach(&program.start().expect("programs have a `main`"));
    let named = |operations: BTreeMap<Operation, Vec<String>>| {
        let operations = operations.into_iter();
        operations
            .map(|(operation, way)| (operation.to_string(), way))
            .collect()
    };
    let side = Side {
        operations: named(reach.operations),
        doubtful: named(reach.doubtful),
    };
    let linked = Linked::from([("patterns".to_owned(), side)]);

    let differences = verify::compare(&of_policy(&policy), &linked);
    let differences: Vec<_> = differences
        .iter()
        .map(|one| (one.code.number, &*one.message))
        .collect();
    // A request that is made and never sent is evidence enough for the source.
    assert_eq!(
        differences,
        [(
            "IFC0511",
            "the source of `patterns` does `dynamodb:DeleteTable`, the linked program cannot"
        )]
    );
}

#[test]
fn state_made_before_handlers_counts_for_all() {
    agrees(env!("CARGO_BIN_EXE_state_in_main"), 2);
}

#[test]
fn the_map_of_another_program_is_refused() {
    let (file, _) = linked(env!("CARGO_BIN_EXE_patterns"));
    let (_, other) = linked(env!("CARGO_BIN_EXE_handles"));
    let read = Program::read(&file, &other).map(|program| program.size());
    assert_eq!(read, Err(Error::OtherMap));
}

#[test]
fn the_stripped_program_runs_as_before() {
    let binary = env!("CARGO_BIN_EXE_patterns");
    let (file, _) = linked(binary);
    let stripped = stripped(&file).expect("it is a program");
    assert!(stripped.len() < file.len() / 2);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stripped");
    std::fs::copy(binary, &path).expect("the folder is writable");
    std::fs::write(&path, stripped).expect("the file is writable");
    let path = path.to_str().expect("the path is text");
    assert_eq!(expected::<Vec<String>>(path), expected(binary));
}
