//! The compiler of ifc: a crate's sources in, its infrastructure out.
//!
//! [`compile`] is the table of contents: each stage is a function over plain data, in the module of
//! its name. [`build`] runs it in a build script, `cargo ifc` on the command line.

pub mod build;
pub mod checks;
pub mod diagnostics;
pub mod dispatch;
pub mod flow;
pub mod graph;
pub mod hir;
pub mod iam;
pub mod load;
pub mod manifest;
pub mod output;
pub mod policy;
pub mod resolve;
pub mod samples;
pub mod source;
pub mod span;
pub mod symbol;
pub mod targets;
#[doc(hidden)]
pub mod testing;
pub mod verify;
pub mod world;

mod compilation;
mod parallel;

pub use build::build;
pub use compilation::Compilation;
pub use ifc_catalog as catalog;

use checks::Outputs;
use diagnostics::Diagnostics;
use world::{Package, World};

/// What a function takes in memory behind the analysis: its part of the graph, of the manifest and of
/// the files. Most take more.
const EACH_FUNCTION: usize = 20 << 10;

/// Compiles an application. Reads nothing but `world`, writes nothing.
pub fn compile(world: &World<'_>) -> Compilation {
    let Package { name, metadata, .. } = &world.packages[0];
    let mut diagnostics = Diagnostics::default();
    let sink = &mut diagnostics;

    let (files, program) = hir::lower(world, sink);
    let names = resolve::names(&program);
    let place = |span| files.place(span);
    let mut said = Diagnostics::default();
    // The analysis takes one core.
    let ((calls, uses), (declared, begun, samples, samples_file, dispatch, _room)) =
        flow::analyze_beside(&program, &names, &mut said, |is_analysed| {
            let declared = graph::declare(&program, &names, name, metadata, sink);
            let begun = manifest::begin(&declared.application, &place);
            let samples = samples::collect(&program, &names, name);
            let file = samples::file(&samples);
            let dispatch = dispatch::generate(&program);
            let bytes = program.handlers.len() * EACH_FUNCTION;
            let room = parallel::warm(bytes, is_analysed);
            (declared, begun, samples, file, dispatch, room)
        });
    sink.append(said);
    policy::report_registered(&program, &names, &calls, sink);
    policy::report_unlocked(&program, sink);
    let graph = graph::build(declared, &program, &names, &calls, &uses, sink);
    let mut said = Diagnostics::default();
    let (policies, (edges, allowed)) = parallel::both(
        || iam::infer(&graph.application, &mut said),
        || (graph.edges(), checks::run(&graph, sink)),
    );
    sink.append(said);
    let application = &graph.application;
    let manifest = manifest::lower(begun, application, edges, &policies, &files, sink);
    manifest::report_architectures(&program, metadata, &manifest, sink);
    let mut artifacts = targets::emit(&manifest);
    artifacts.push(samples_file);
    let outputs = Outputs {
        graph: &graph,
        manifest: &manifest,
        artifacts: &artifacts,
    };
    checks::run_outputs(&outputs, allowed, sink);
    dispatch::check(&program, &files, sink);

    Compilation {
        files,
        program,
        names,
        calls,
        uses,
        graph,
        policies,
        manifest,
        samples,
        artifacts,
        dispatch,
        diagnostics: diagnostics.into_sorted(),
    }
}
