//! `cargo ifc graph`.

use std::fmt::Debug;

use ifc_compiler::targets::graph;

use crate::application::{Application, compile_selected};
use crate::args::{Graph, GraphFormat, MessageFormat, Stage};
use crate::failure::Failure;

pub(crate) fn run(options: &Graph) -> Result<(), Failure> {
    let application = compile_selected(&options.select, None, MessageFormat::Human)?;
    // What a stage made is worth a look above all when something is wrong.
    let outcome = application.report(MessageFormat::Human);
    anstream::println!("{}", text(&application, options).trim_end());
    outcome
}

fn text(application: &Application, options: &Graph) -> String {
    let compilation = &application.compilation;
    match options.stage {
        Stage::Load => debug(&application.loaded.packages),
        Stage::Source => {
            let paths = compilation.files.iter().map(|(_, file)| &*file.path);
            paths.collect::<Vec<_>>().join("\n")
        }
        Stage::Hir => debug(&compilation.program),
        Stage::Resolve => debug(&compilation.names),
        Stage::Calls => debug(&compilation.calls),
        Stage::Uses => debug(&compilation.uses),
        Stage::Graph => drawn(application, options.format),
        Stage::Iam => debug(&compilation.policies),
        Stage::Manifest => compilation.manifest.to_json(),
    }
}

fn drawn(application: &Application, format: GraphFormat) -> String {
    let manifest = &application.compilation.manifest;
    match format {
        GraphFormat::Dot => graph::dot(manifest),
        GraphFormat::Mermaid => graph::mermaid(manifest),
        GraphFormat::Json => graph::json(manifest),
        GraphFormat::Svg => graph::svg(manifest),
    }
}

/// Data between stages has no format of its own: it changes whenever the compiler does.
fn debug(data: &impl Debug) -> String {
    format!("{data:#?}")
}
