//! Time and memory of the whole pass, load to files written, beside the floor: `syn` parsing the
//! same files on one thread. Every measurement is a process of its own, so that none warms another.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures, writes its input and prints its result"
)]

mod generate;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use ifc_compiler::diagnostics::Diagnostics;
use ifc_compiler::load::{FeatureRequest, Request, load, read_file};
use ifc_compiler::world::World;
use ifc_compiler::{
    checks, compile, dispatch, flow, graph, hir, iam, manifest, output, resolve, targets,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const SIZES: [usize; 4] = [10, 100, 1_000, 10_000];
/// The best of this many counts: whatever else the machine does only ever adds time.
const REPEATS: usize = 5;

fn main() -> Result<()> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().filter(|one| one != "--bench").collect();
    match arguments.get(1).map(String::as_str) {
        Some("--measure-nothing") => report(0.0),
        Some("--measure-floor") => floor(Path::new(&arguments[2])),
        Some("--measure-pass") => pass(Path::new(&arguments[2])),
        Some("--stages") => stages(arguments[2].parse()?),
        _ => compare(),
    }
}

/// What one process measured.
#[derive(Clone, Copy, Debug)]
struct Sample {
    milliseconds: f64,
    /// Highest amount of memory that the process had.
    megabytes: f64,
}

/// Parses every file, keeping the trees.
fn floor(root: &Path) -> Result<()> {
    let texts: Vec<String> = sources(root)?
        .iter()
        .map(std::fs::read_to_string)
        .collect::<std::io::Result<_>>()?;
    let start = Instant::now();
    let trees: Vec<syn::File> = texts
        .iter()
        .map(|text| syn::parse_file(text))
        .collect::<syn::Result<_>>()?;
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    std::hint::black_box(&trees);
    report(milliseconds)
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
    let compilation = compile(&World {
        packages: loaded.packages,
        read: &read_file,
    });
    // AWS allows no stack of that many functions. The compiler says so and goes on all the same.
    let beyond = ["stack_over_limit", "too_many_routes", "too_many_rules"];
    let mut errors = compilation.errors();
    if let Some(error) = errors.find(|error| !beyond.contains(&error.code.name)) {
        return Err(format!("the generated application is in error: {}", error.message).into());
    }
    output::publish(&target, &compilation.artifacts)?;
    output::write_if_changed(
        &target.join("ifc_dispatch.rs"),
        compilation.dispatch.as_bytes(),
    )?;
    report(start.elapsed().as_secs_f64() * 1e3)
}

/// Time of each stage for an application of this many handlers.
fn stages(handlers: usize) -> Result<()> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("generated-{handlers}"));
    generate::application(&root, handlers)?;
    let mut clock = Instant::now();
    let mut lap = |stage: &str| {
        println!("{stage:10} {:8.1} ms", clock.elapsed().as_secs_f64() * 1e3);
        clock = Instant::now();
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
    let graph = graph::build(&program, &names, &calls, &uses, "generated", metadata, sink);
    lap("graph");
    let allowed = checks::run(&graph, sink);
    lap("checks");
    let policies = iam::infer(&graph.application, sink);
    lap("iam");
    let edges = graph.edges();
    let manifest = manifest::lower(&graph.application, edges, &policies, &files, sink);
    lap("manifest");
    let artifacts = targets::emit(&manifest);
    lap("targets");
    let outputs = checks::Outputs {
        graph: &graph,
        manifest: &manifest,
        artifacts: &artifacts,
    };
    checks::run_outputs(&outputs, allowed, sink);
    lap("checks");
    dispatch::generate(&program, &files, sink);
    lap("dispatch");
    output::publish(&root.join("target-stages"), &artifacts)?;
    lap("output");
    let bytes: usize = artifacts.iter().map(|artifact| artifact.text.len()).sum();
    println!("{} files, {bytes} bytes", artifacts.len());
    Ok(())
}

fn report(milliseconds: f64) -> Result<()> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .ok_or("the kernel does not tell the peak")?;
    let megabytes = peak.parse::<f64>()? / 1024.0;
    println!("{milliseconds} {megabytes}");
    Ok(())
}

fn compare() -> Result<()> {
    println!(
        "| handlers | lines | syn, one thread | whole pass | ratio | memory of the trees | memory of the pass | ratio |"
    );
    println!("| --: | --: | --: | --: | --: | --: | --: | --: |");
    let base = sample("nothing", Path::new("."))?.megabytes;
    let mut passes = Vec::new();
    for handlers in SIZES {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("generated-{handlers}"));
        generate::application(&root, handlers)?;
        let lines = lines(&root)?;
        let floor = sample("floor", &root)?;
        let pass = sample("pass", &root)?;
        let (trees, memory) = (floor.megabytes - base, pass.megabytes - base);
        println!(
            "| {handlers} | {lines} | {:.1} ms | {:.1} ms | {:.2} | {trees:.1} MB | {memory:.1} MB | {:.2} |",
            floor.milliseconds,
            pass.milliseconds,
            pass.milliseconds / floor.milliseconds,
            memory / trees,
        );
        passes.push(pass.milliseconds);
    }
    let exponent = (passes[3] / passes[1]).ln() / (SIZES[3] as f64 / SIZES[1] as f64).ln();
    println!("\nGrowth exponent from 100 to 10,000 handlers: {exponent:.2}");
    Ok(())
}

/// The quickest of several processes.
fn sample(what: &str, root: &Path) -> Result<Sample> {
    let mut samples = Vec::new();
    for _ in 0..REPEATS {
        let output = Command::new(std::env::current_exe()?)
            .arg(format!("--measure-{what}"))
            .arg(root)
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let text = String::from_utf8(output.stdout)?;
        let (milliseconds, megabytes) = text.trim().split_once(' ').ok_or("no sample")?;
        samples.push(Sample {
            milliseconds: milliseconds.parse()?,
            megabytes: megabytes.parse()?,
        });
    }
    samples.sort_by(|a, b| a.milliseconds.total_cmp(&b.milliseconds));
    Ok(samples[0])
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
