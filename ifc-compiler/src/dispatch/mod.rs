//! Writes `ifc_dispatch.rs`, which `ifc_runtime::main!()` includes: the table of functions that
//! the binary serves. A handler that this stage did not see has no `Listed` impl in it, so that
//! rustc refuses the program instead of losing the handler.

mod codes;

pub use codes::{DISPATCH_MISSING, HANDLER_OUT_OF_REACH, NO_HANDLERS, RUNTIME_RENAMED};

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::hir::{Crate, CrateId, Handler, ImportKind, Program};
use crate::span::{Files, Span};
use crate::symbol::Symbol;

/// The crate that holds `main!()`.
const BINARY: CrateId = CrateId(0);

/// The file's text.
pub fn generate(program: &Program) -> String {
    let handlers = ordered(program);
    let entries = handlers.iter().filter_map(|handler| {
        let path = path_from_binary(program, crate_of(program, handler))?;
        Some(format!(
            "    ::ifc_runtime::__private::Entry {{ name: {:?}, function: <{path}__IfcHandlers as ::ifc_runtime::__private::Handler<{}>>::function }},\n",
            handler.name,
            literal(id(&handler.path)),
        ))
    });
    let listed = listed(program, &handlers);
    table(&listed, &entries.collect::<Vec<_>>(), MANIFEST)
}

/// A file that makes rustc repeat these errors. It takes the table's place, and says nothing else
/// about the handlers that the compiler saw.
pub fn refuse(program: &Program, errors: &[String]) -> String {
    let errors = errors
        .iter()
        .map(|error| format!("::core::compile_error!({error:?});\n"));
    let listed = listed(program, &ordered(program));
    table(&listed, &[], "\"\"") + &errors.collect::<String>()
}

/// The manifest beside the table, for tests of the application.
const MANIFEST: &str =
    "::core::include_str!(::core::concat!(::core::env!(\"OUT_DIR\"), \"/ifc_manifest.json\"))";

fn table(listed: &str, entries: &[String], manifest: &str) -> String {
    // An array by itself, not behind a reference: the symbol is where `cargo ifc verify` finds the
    // handlers in the linked program.
    format!(
        "// Written by ifc from the functions with #[on]; changes here are lost.\n\
         {listed}\
         static __IFC_FUNCTIONS: [::ifc_runtime::__private::Entry; {}] = [\n{}];\n\
         #[cfg(test)]\n\
         #[allow(dead_code, reason = \"for `#[ifc_runtime::test]`\")]\n\
         static __IFC_MANIFEST: &str = {manifest};\n",
        entries.len(),
        entries.concat(),
    )
}

fn ordered(program: &Program) -> Vec<&Handler> {
    let mut handlers: Vec<&Handler> = program.handlers.iter().collect();
    handlers.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    handlers
}

/// The binary's own handlers that are not lost.
fn listed(program: &Program, handlers: &[&Handler]) -> String {
    let own = handlers
        .iter()
        .filter(|handler| crate_of(program, handler) == BINARY);
    own.map(|handler| {
        let id = literal(id(&handler.path));
        format!("impl ::ifc_runtime::__private::Listed<{id}> for __IfcHandlers {{}}\n")
    })
    .collect()
}

/// FNV-1a, 64 bits. `ifc_runtime::__private::id` computes the same from `module_path!()` and the
/// function's name.
fn id(path: &str) -> u64 {
    path.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// A number as lints want it: the lints of the application hold for the included file too.
fn literal(number: u64) -> String {
    let groups = [48, 32, 16, 0].map(|shift| format!("{:04x}", number >> shift & 0xffff));
    format!("0x{}", groups.join("_"))
}

/// Reports handlers that no table can hold. Comes last, since an earlier error may be the reason
/// why there are none.
pub fn check(program: &Program, files: &Files, diagnostics: &mut Diagnostics) {
    let handlers = ordered(program);
    let mut reported: Vec<CrateId> = Vec::new();
    for handler in &handlers {
        let krate = crate_of(program, handler);
        if reported.contains(&krate) {
            continue;
        }
        reported.push(krate);
        let Some(definition) = program.crates.get(krate.index()) else {
            continue;
        };
        let span = program.functions[handler.function.index()].name_span;
        if path_from_binary(program, krate).is_none() {
            diagnostics.push(out_of_reach(program, definition, span));
        } else if !definition.dispatches {
            diagnostics.push(dispatch_missing(definition, krate, span));
        }
    }
    for (at, krate) in program.crates.iter().enumerate() {
        if let Some(renamed) = runtime_renamed(program, CrateId(at as u32), krate) {
            diagnostics.push(renamed);
        }
    }
    // Other errors may be the reason: a file that cannot be read has no handlers.
    if handlers.is_empty() && !diagnostics.has_errors() {
        diagnostics.push(no_handlers(program, files));
    }
}

fn out_of_reach(program: &Program, krate: &Crate, span: Span) -> Diagnostic {
    let package = &krate.package;
    let message = format!("handlers of `{package}` are not reached by the application");
    Diagnostic::new(&HANDLER_OUT_OF_REACH, span, message)
        .label("this function would not be deployed")
        .help(format!(
            "add `{package}` to the `[dependencies]` of `{}`",
            program.crates[BINARY.index()].package
        ))
}

fn dispatch_missing(krate: &Crate, id: CrateId, span: Span) -> Diagnostic {
    let line = match id {
        BINARY => "ifc_runtime::main!();",
        _ => "ifc_runtime::handlers!();",
    };
    let message = format!("the crate `{}` has handlers but no `{line}`", krate.name);
    Diagnostic::new(&DISPATCH_MISSING, span, message)
        .label("this function would not be deployed")
        .help(format!("add `{line}` to the root file of `{}`", krate.name))
}

/// Whether macros find the runtime in a crate that has something for them: at a handler or resource.
fn runtime_renamed(program: &Program, id: CrateId, krate: &Crate) -> Option<Diagnostic> {
    const RUNTIME: &str = "ifc_runtime";
    let called = |name: &Symbol| name.as_str() == RUNTIME;
    if krate.foreign.iter().any(|(name, _)| called(name)) {
        return None;
    }
    let runtime = krate.foreign.iter().find(|(_, library)| called(library));
    let (alias, _) = runtime?;
    let mut imports = program.modules[krate.root.index()].imports.iter();
    if imports.any(|import| match import.kind {
        ImportKind::Named(name) => import.absolute && called(&name) && import.path == [*alias],
        ImportKind::Glob => false,
    }) {
        return None;
    }
    let handlers = program.handlers.iter();
    let handlers = handlers.map(|handler| &program.functions[handler.function.index()]);
    let handlers = handlers.map(|function| (function.module, function.name_span));
    let resources = program.resources.iter();
    let resources = resources.map(|resource| &program.globals[resource.global.index()]);
    let resources = resources.map(|global| (global.module, global.span));
    let mut places = handlers.chain(resources);
    let (_, span) = places.find(|(module, _)| program.modules[module.index()].krate == id)?;
    let message = format!(
        "`{}` calls the dependency `ifc-runtime` `{alias}`",
        krate.package
    );
    let help = format!(
        "call it `ifc-runtime` in `Cargo.toml`, or add `extern crate {alias} as {RUNTIME};` to the root file of `{}`",
        krate.name
    );
    let label = "the attributes here name `::ifc_runtime`";
    Some(
        Diagnostic::new(&RUNTIME_RENAMED, span, message)
            .label(label)
            .help(help),
    )
}

fn no_handlers(program: &Program, files: &Files) -> Diagnostic {
    let package = program.crates.first().map_or("", |binary| &binary.package);
    let message = format!("the application `{package}` has no function to deploy");
    // The first file that is read is the root of the application's binary.
    let diagnostic = match files.iter().next() {
        Some((file, _)) => Diagnostic::new(
            &NO_HANDLERS,
            Span {
                file,
                start: 0,
                end: 0,
            },
            message,
        ),
        None => Diagnostic::global(&NO_HANDLERS, message),
    };
    diagnostic.help(
        "say what triggers a function: `#[on(http(GET, \"/\"))] async fn hello() -> &'static str { \"hello\" }`",
    )
}

fn crate_of(program: &Program, handler: &Handler) -> CrateId {
    let function = &program.functions[handler.function.index()];
    program.modules[function.module.index()].krate
}

/// What the binary writes in front of a name at a crate's root; none if it does not depend on it.
fn path_from_binary(program: &Program, krate: CrateId) -> Option<String> {
    if krate == BINARY {
        return Some(String::new());
    }
    let binary = program.crates.get(BINARY.index())?;
    binary
        .externs
        .iter()
        .find(|(_, id)| *id == krate)
        .map(|(name, _)| format!("::{name}::"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lower, messages};

    #[test]
    fn id_is_fnv_1a() {
        // Published test vectors of FNV-1a, 64 bits.
        assert_eq!(id(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(id("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(id("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn the_table_has_nothing_that_lints_of_the_application_are_about() {
        let handler = "#[ifc_runtime::on(schedule(\"rate(1 day)\"))] async fn any() {}\n";
        let text = generate(&lower(handler).program);
        let id = "0x22cd_eeb6_12b4_7792";
        assert!(
            text.contains(&format!("Listed<{id}> for __IfcHandlers {{}}")),
            "{text}"
        );
        assert!(
            text.contains(&format!(
                "<__IfcHandlers as ::ifc_runtime::__private::Handler<{id}>>"
            )),
            "{text}"
        );
    }

    #[test]
    fn macros_must_find_the_runtime() {
        let renamed = "//- /src/main.rs deps:core\n\
            extern crate ifc_runtime; ifc_runtime::main!();\n\
            #[ifc_runtime::on(schedule(\"rate(1 day)\"))] async fn any() {}\n\
            //- /core/src/lib.rs crate:core deps:infra=ifc-runtime\n\
            #[infra::resource] static NEWS: infra::Topic<String> = infra::Topic::new();\n";
        let found = |text: &str| {
            let lowered = lower(text);
            let mut diagnostics = Diagnostics::default();
            check(&lowered.program, &lowered.files, &mut diagnostics);
            messages(&lowered.files, diagnostics)
        };
        let message =
            "core/src/lib.rs:1:27 IFC0087 `core` calls the dependency `ifc-runtime` `infra`";
        assert_eq!(found(renamed), [message]);
        let named = renamed.replace("#[infra", "extern crate infra as ifc_runtime; #[infra");
        assert_eq!(found(&named), [""; 0]);
    }

    #[test]
    fn refusing_keeps_the_text() {
        let text = refuse(&Program::default(), &["line one\n\"two\"".to_owned()]);
        assert!(text.contains("= [\n];\n"), "{text}");
        assert!(
            text.ends_with("::core::compile_error!(\"line one\\n\\\"two\\\"\");\n"),
            "{text}"
        );
    }
}
