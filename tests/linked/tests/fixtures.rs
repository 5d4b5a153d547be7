//! The fixtures of `cargo ifc policy` as linked programs: what the source is said to do is what the
//! program can do, fixture by fixture, in both directions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ifc_compiler::policy::{self, Selection};
use ifc_compiler::testing::Fixture;
use ifc_compiler::verify::{self, Linked, Side, of_policy};
use ifc_witness::{Operation, Program, Reach};

/// A fixture's binary, where it lies, and on what the two sides do not agree.
struct Linkable {
    fixture: &'static str,
    binary: &'static str,
    path: &'static str,
    differences: &'static [(&'static str, &'static str)],
}

/// A fixture with one binary, both sides of which agree.
macro_rules! agrees {
    ($name:literal) => {
        differs!($name, &[])
    };
}

macro_rules! differs {
    ($name:literal, $differences:expr) => {
        Linkable {
            fixture: $name,
            binary: "app",
            path: env!(concat!("CARGO_BIN_EXE_", $name)),
            differences: $differences,
        }
    };
}

const LINKED: &[Linkable] = &[
    agrees!("associated_constants"),
    agrees!("builders"),
    agrees!("conversions"),
    agrees!("converters"),
    agrees!("decoys"),
    agrees!("keys"),
    agrees!("one_chain"),
    agrees!("other_texts"),
    agrees!("receivers"),
    // It registers `purge` with `inventory`, which the source cannot say.
    differs!("registered", &[("IFC0510", "dynamodb:DeleteItem")]),
    Linkable {
        fixture: "registered",
        binary: "worker",
        path: env!("CARGO_BIN_EXE_registered_worker"),
        differences: &[],
    },
    agrees!("same_names"),
    agrees!("set_elsewhere"),
    agrees!("settings"),
    agrees!("texts"),
    agrees!("ways"),
];

/// Fixtures that are no programs, and why.
const NOT_LINKED: &[(&str, &str)] = &[
    (
        "companions",
        "it needs the SDK of RDS, Delta Lake and others, whose needs are no operations of its code",
    ),
    (
        "handlers",
        "it is an application, and those are read handler by handler in `tests/witness`",
    ),
    (
        "handles",
        "it needs a library of resources; every operation of every handle is in `tests/witness`",
    ),
    (
        "macro_mains",
        "it needs two libraries of its own, whose macros make its `main`",
    ),
    ("mains", "it needs shuttle and rocket"),
    ("unreadable", "its files cannot be parsed"),
    (
        "unresolved",
        "it calls operations and services that do not exist",
    ),
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ifc-compiler/tests/fixtures/policy")
}

#[test]
fn every_fixture_is_linked_or_says_why_not() {
    let files = fs::read_dir(fixtures()).expect("the folder of fixtures is there");
    let files: BTreeSet<String> = files
        .map(|entry| entry.expect("it can be read").path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    let linked = LINKED.iter().map(|linkable| linkable.fixture);
    assert!(linked.clone().all(|fixture| files.contains(fixture)));
    let listed = linked.chain(NOT_LINKED.iter().map(|(fixture, _)| *fixture));
    assert_eq!(files, listed.map(str::to_owned).collect());
}

#[test]
fn source_and_program_agree() {
    let mut wrong = Vec::new();
    for linkable in LINKED {
        let found = differences(linkable);
        let expected: Vec<(String, String)> = linkable
            .differences
            .iter()
            .map(|(code, operation)| ((*code).to_owned(), (*operation).to_owned()))
            .collect();
        if found != expected {
            wrong.push(format!("{}: {found:#?}", linkable.fixture));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_linker_collects_is_seen() {
    let reach = reach(env!("CARGO_BIN_EXE_collected"));
    let found: Vec<String> = named(reach.operations).into_keys().collect();
    assert_eq!(found, ["sqs:ListQueues", "sqs:PurgeQueue"]);
}

/// Codes and operations of what one side has and the other has not.
fn differences(linkable: &Linkable) -> Vec<(String, String)> {
    let path = fixtures().join(linkable.fixture).with_extension("rs");
    let text = fs::read_to_string(path).expect("the fixture is there");
    let fixture = Fixture::parse(&text);
    let policy = policy::infer(&fixture.world(), &Selection::default());
    let mut written = of_policy(&policy.expect("the fixture has binaries"));
    written.retain(|function| function.name == linkable.binary);
    assert_eq!(written.len(), 1, "{}", linkable.binary);

    let reach = reach(linkable.path);
    let side = Side {
        operations: named(reach.operations),
        doubtful: named(reach.doubtful),
    };
    let linked = Linked::from([(linkable.binary.to_owned(), side)]);
    let differences = verify::compare(&written, &linked);
    let mut differences: Vec<(String, String)> = differences
        .iter()
        .map(|one| {
            let quoted = one.message.split('`').nth(3);
            let operation = quoted.expect("the message names the operation").to_owned();
            (one.code.number.to_owned(), operation)
        })
        .collect();
    differences.sort();
    differences
}

/// What a program can do from its start.
fn reach(path: &str) -> Reach {
    let file = fs::read(path).expect("the program is there");
    let name = Path::new(path).file_stem().expect("binaries have names");
    let map = Path::new(env!("OUT_DIR")).join(name).with_extension("map");
    let map = fs::read_to_string(map).expect("the map is there");
    let program = Program::read(&file, &map).expect("it is linked with relocations");
    program.reach(&program.start().expect("programs have a `main`"))
}

fn named(operations: BTreeMap<Operation, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let operations = operations.into_iter();
    operations
        .map(|(operation, way)| (operation.to_string(), way))
        .collect()
}
