//! `cargo ifc graph`.

use std::fmt::Debug;

use ifc_compiler::Compilation;
use ifc_compiler::flow::InstanceId;
use ifc_compiler::graph::function_path;
use ifc_compiler::targets::graph;

use crate::application::{Application, compile_selected};
use crate::args::{Graph, GraphFormat, MessageFormat, Stage};
use crate::failure::Failure;

pub(crate) fn run(options: &Graph) -> Result<(), Failure> {
    if options.format.is_some() && options.stage != Stage::Graph {
        let message = "`--format` draws the graph; what other stages made has one form";
        return Err(Failure::Usage(message.to_owned()));
    }
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
        Stage::Calls => calls(compilation),
        Stage::Uses => uses(compilation),
        Stage::Graph => drawn(application, options.format.unwrap_or(GraphFormat::Dot)),
        Stage::Iam => debug(&compilation.policies),
        Stage::Manifest => compilation.manifest.to_json(),
    }
}

/// A line for each call: caller, callee, place.
fn calls(compilation: &Compilation) -> String {
    let lines = compilation.calls.calls.iter().map(|call| {
        let (from, to) = (name(compilation, call.from), name(compilation, call.to));
        let place = compilation.files.location(call.span);
        format!("{from} -> {to} {place} {:?}", call.kind)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A line for each operation: who, on what, place.
fn uses(compilation: &Compilation) -> String {
    let lines = compilation.uses.uses.iter().map(|one| {
        let resource = &compilation.program.resources[one.resource.index()];
        let who = name(compilation, one.at);
        let place = compilation.files.location(one.span);
        format!(
            "{who} {}.{} {place} {:?}",
            resource.name, one.op.method, one.scope
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A function in one of its contexts.
fn name(compilation: &Compilation, id: InstanceId) -> String {
    let instance = &compilation.calls.instances[id.0 as usize];
    let path = function_path(&compilation.program, instance.function);
    match instance.context.is_empty() {
        true => path,
        false => format!("{path} ({})", instance.context),
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
