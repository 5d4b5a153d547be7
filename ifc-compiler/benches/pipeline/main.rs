//! Time and memory of the whole pass, load to files written, beside the floor: `syn` parsing the
//! same files on one thread. Every measurement is a process of its own, so that none warms another.

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

use ifc_compiler::diagnostics::{Diagnostic, Diagnostics};
use ifc_compiler::load::{FeatureRequest, Request, load, read_file};
use ifc_compiler::world::World;
use ifc_compiler::{
    checks, compile, dispatch, flow, graph, hir, iam, manifest, output, resolve, samples, targets,
};
use measure::{Result, report, sample};

/// The third has 10,000 lines.
const SIZES: [usize; 5] = [10, 100, 435, 1_000, 10_000];

fn main() -> Result<()> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().filter(|one| one != "--bench").collect();
    match arguments.get(1).map(String::as_str) {
        Some("--measure-nothing") => report(&[]),
        Some("--measure-floor") => floor(Path::new(&arguments[2])),
        Some("--measure-metadata") => measure::metadata(Path::new(&arguments[2])),
        Some("--measure-pass") => pass(Path::new(&arguments[2])),
        Some("--measure-stages") => stages(Path::new(&arguments[2])),
        Some("--stages") => compare_stages(arguments[2].parse()?),
        _ => compare(),
    }
}

/// Parses every file, keeping the trees.
fn floor(root: &Path) -> Result<()> {
    measure::floor(&sources(root)?)
}

/// Loads, compiles and writes.
fn pass(root: &Path) -> Result<()> {
    // A folder that was just emptied is slower than a new one: ext4 avoids the files' old places.
    let target = root.join(format!("target-{}", std::process::id()));
    let start = Instant::now();
    let loaded = load(&Request {
        manifest_path: root.join("Cargo.toml"),
        package: None,
        features: FeatureRequest::default(),
    })
    .map_err(|error| format!("{error:?}"))?;
    let load = start.elapsed().as_secs_f64() * 1e3;
    let compilation = compile(&World {
        packages: loaded.packages,
        read: &read_file,
    });
    // AWS allows no stack of that many functions. The compiler says so and goes on all the same.
    let beyond = ["stack_over_limit", "too_many_routes", "too_many_rules"];
    let is_unexpected = |error: &&Diagnostic| !beyond.contains(&error.code.name);
    if let Some(error) = compilation.errors().find(is_unexpected) {
        return Err(format!("the generated application is in error: {}", error.message).into());
    }
    output::publish(&target, &compilation.artifacts)?;
    output::write_if_changed(
        &target.join("ifc_dispatch.rs"),
        compilation.dispatch.as_bytes(),
    )?;
    let whole = start.elapsed().as_secs_f64() * 1e3;
    std::mem::forget(compilation);
    report(&[("whole", whole), ("load", load)])
}

/// Time of each stage.
fn stages(root: &Path) -> Result<()> {
    let mut laps: Vec<(&str, f64)> = Vec::new();
    let mut clock = Instant::now();
    let mut lap = |stage: &'static str| {
        let milliseconds = clock.elapsed().as_secs_f64() * 1e3;
        clock = Instant::now();
        match laps.iter_mut().find(|(known, _)| *known == stage) {
            Some((_, sum)) => *sum += milliseconds,
            None => laps.push((stage, milliseconds)),
        }
    };
    let loaded = load(&Request {
        manifest_path: root.join("Cargo.toml"),
        package: None,
        features: FeatureRequest::default(),
    })
    .map_err(|error| format!("{error:?}"))?;
    let world = World {
        packages: loaded.packages,
        read: &read_file,
    };
    lap("load");
    let sink = &mut Diagnostics::default();
    let (files, program) = hir::lower(&world, sink);
    lap("hir");
    let names = resolve::names(&program);
    lap("resolve");
    let (calls, uses) = flow::analyze(&program, &names, sink);
    lap("flow");
    let metadata = &world.packages[0].metadata;
    let declared = graph::declare(&program, &names, "generated", metadata, sink);
    let place = |span| files.place(span);
    let begun = manifest::begin(&declared.application, &place);
    lap("begin");
    let graph = graph::build(declared, &program, &names, &calls, &uses, sink);
    lap("graph");
    let allowed = checks::run(&graph, sink);
    lap("checks");
    let policies = iam::infer(&graph.application, sink);
    lap("iam");
    let edges = graph.edges();
    let manifest = manifest::lower(begun, &graph.application, edges, &policies, &files, sink);
    lap("manifest");
    let samples = samples::collect(&program, &names, "generated");
    lap("samples");
    let mut artifacts = targets::emit(&manifest);
    artifacts.push(samples::file(&samples));
    lap("targets");
    let outputs = checks::Outputs {
        graph: &graph,
        manifest: &manifest,
        artifacts: &artifacts,
    };
    checks::run_outputs(&outputs, allowed, sink);
    lap("checks");
    dispatch::generate(&program);
    dispatch::check(&program, &files, sink);
    lap("dispatch");
    let target = root.join(format!("target-{}", std::process::id()));
    output::publish(&target, &artifacts)?;
    lap("output");
    report(&laps)
}

/// Makes an application in a folder that nothing was deleted from: ext4 takes its time to find
/// places for new files among those that were freed lately.
fn generated(handlers: usize) -> Result<PathBuf> {
    let name = format!("generated-{}", std::process::id());
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let root = root.join(handlers.to_string());
    generate::application(&root, handlers)?;
    Ok(root)
}

fn repeats(handlers: usize) -> usize {
    (20_000 / handlers).clamp(7, 40)
}

fn compare() -> Result<()> {
    println!(
        "| handlers | lines | syn, one thread | `cargo metadata` | whole pass | pass / syn | pass / (syn + metadata) | (pass - load) / syn | memory of the trees | memory of the pass | ratio |"
    );
    println!("| --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
    let base = sample("nothing", Path::new("."), 3)?.of("memory");
    let mut passes = Vec::new();
    for handlers in SIZES {
        let root = generated(handlers)?;
        let lines = lines(&root)?;
        let floors = sample("floor", &root, repeats(handlers))?;
        let cargo = sample("metadata", &root, repeats(handlers))?.of("whole");
        let samples = sample("pass", &root, repeats(handlers))?;
        let (floor, whole, load) = (floors.of("whole"), samples.of("whole"), samples.of("load"));
        let (trees, memory) = (floors.of("memory") - base, samples.of("memory") - base);
        println!(
            "| {handlers} | {lines} | {floor:.1} ms | {cargo:.1} ms | {whole:.1} ms | {:.2} | {:.2} | {:.2} | {trees:.1} MB | {memory:.1} MB | {:.2} |",
            whole / floor,
            whole / (floor + cargo),
            (whole - load) / floor,
            memory / trees,
        );
        passes.push(whole);
    }
    let exponent = (passes[4] / passes[1]).ln() / (SIZES[4] as f64 / SIZES[1] as f64).ln();
    println!("\nGrowth exponent from 100 to 10,000 handlers: {exponent:.2}");
    clean()
}

/// Time of each stage for an application of this many handlers.
fn compare_stages(handlers: usize) -> Result<()> {
    let root = generated(handlers)?;
    let samples = sample("stages", &root, repeats(handlers))?;
    for (stage, value) in &samples.0 {
        println!("{stage:10} {value:8.1}");
    }
    let floor = sample("floor", &root, repeats(handlers))?.of("whole");
    println!("{:10} {floor:8.1}", "floor");
    clean()
}

/// Nothing is measured any more.
fn clean() -> Result<()> {
    let name = format!("generated-{}", std::process::id());
    Ok(std::fs::remove_dir_all(
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(name),
    )?)
}

fn lines(root: &Path) -> Result<usize> {
    let mut lines = 0;
    for path in sources(root)? {
        lines += std::fs::read_to_string(path)?.lines().count();
    }
    Ok(lines)
}

fn sources(root: &Path) -> Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for folder in ["src", "model/src", "store/src"] {
        for entry in std::fs::read_dir(root.join(folder))? {
            sources.push(entry?.path());
        }
    }
    sources.sort();
    Ok(sources)
}
