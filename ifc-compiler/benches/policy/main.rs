//! Time and memory of `cargo ifc policy` beside the floor, `syn` parsing the same files on one thread,
//! and beside `cargo metadata` alone. Every measurement is a process of its own.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures, writes its input and prints its result"
)]

mod generate;
#[path = "../measure/mod.rs"]
mod measure;

use std::path::{Path, PathBuf};
use std::time::Instant;

use ifc_compiler::load::{FeatureRequest, Request, project, read_file};
use ifc_compiler::policy::{Selection, infer};
use ifc_compiler::world::World;
use measure::{Result, report, sample};

/// Lines of the projects.
const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 360_000];
/// The best of this many counts: whatever else the machine does only ever adds time.
const REPEATS: usize = 3;

fn main() -> Result<()> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().filter(|one| one != "--bench").collect();
    match arguments.get(1).map(String::as_str) {
        Some("--measure-nothing") => report(&[]),
        Some("--measure-floor") => floor(Path::new(&arguments[2])),
        Some("--measure-metadata") => measure::metadata(Path::new(&arguments[2])),
        Some("--measure-pass") => pass(Path::new(&arguments[2])),
        _ => compare(),
    }
}

/// Parses every file, keeping the trees.
fn floor(root: &Path) -> Result<()> {
    measure::floor(&sources(root)?)
}

/// Loads, infers, and makes the report.
fn pass(root: &Path) -> Result<()> {
    let start = Instant::now();
    let loaded = project(&Request {
        manifest_path: root.join("Cargo.toml"),
        package: None,
        features: FeatureRequest::default(),
    })
    .map_err(|error| format!("{error:?}"))?;
    let world = World {
        packages: loaded.packages,
        read: &read_file,
    };
    let policy = infer(&world, &Selection::default()).map_err(|error| format!("{error:?}"))?;
    let text = serde_json::to_string(&policy.report())?;
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    for function in &policy.functions {
        let actions: Vec<&str> = function
            .permissions
            .iter()
            .flat_map(|permission| permission.actions.iter().map(|action| &**action))
            .collect();
        if actions != ["dynamodb:GetItem", "dynamodb:PutItem", "sqs:SendMessage"]
            || !function.unresolved.is_empty()
        {
            return Err(format!("{} is wrong: {actions:?}", function.name).into());
        }
    }
    std::hint::black_box(text);
    report(&[("whole", milliseconds)])
}

fn compare() -> Result<()> {
    println!(
        "| lines | binaries | syn, one thread | cargo metadata | whole pass | (pass - metadata) / syn | memory |"
    );
    println!("| --: | --: | --: | --: | --: | --: | --: |");
    let base = sample("nothing", Path::new("."), REPEATS)?.of("memory");
    let mut passes = Vec::new();
    for size in SIZES {
        let areas = size.div_ceil(generate::AREA_LINES);
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("policy-{size}"));
        generate::project(&root, areas)?;
        let mut lines = 0;
        for path in sources(&root)? {
            lines += std::fs::read_to_string(path)?.lines().count();
        }
        let floor = sample("floor", &root, REPEATS)?.of("whole");
        let metadata = sample("metadata", &root, REPEATS)?.of("whole");
        let measured = sample("pass", &root, REPEATS)?;
        let (pass, memory) = (measured.of("whole"), measured.of("memory"));
        println!(
            "| {lines} | {areas} | {floor:.1} ms | {metadata:.1} ms | {pass:.1} ms | {:.2} | {:.0} MB |",
            (pass - metadata) / floor,
            memory - base,
        );
        passes.push((lines as f64, pass - metadata));
    }
    let (first, last) = (passes[1], passes[3]);
    let exponent = (last.1 / first.1).ln() / (last.0 / first.0).ln();
    println!("\nGrowth exponent from the second to the last: {exponent:.2}");
    Ok(())
}

fn sources(root: &Path) -> Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for folder in ["src/bin", "store/src"] {
        for entry in std::fs::read_dir(root.join(folder))? {
            sources.push(entry?.path());
        }
    }
    sources.sort();
    Ok(sources)
}
