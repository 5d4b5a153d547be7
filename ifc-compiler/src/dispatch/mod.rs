//! Writes `ifc_dispatch.rs`, which `ifc_runtime::main!()` includes: the table of functions that
//! the binary serves. A handler that this stage did not see has no `Listed` impl in it, so that
//! rustc refuses the program instead of losing the handler.

mod codes;

pub use codes::{DISPATCH_MISSING, HANDLER_OUT_OF_REACH, NO_HANDLERS};

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::hir::{Crate, CrateId, Handler, Program};
use crate::span::{Files, Span};

/// The crate that holds `main!()`.
const BINARY: CrateId = CrateId(0);

/// The file's text.
pub fn generate(program: &Program) -> String {
    let handlers = ordered(program);
    let entries = handlers.iter().filter_map(|handler| {
        let path = path_from_binary(program, crate_of(program, handler))?;
        Some(format!(
            "    ::ifc_runtime::__private::Entry {{ name: {:?}, function: <{path}::__IfcHandlers as ::ifc_runtime::__private::Handler<{:#018x}>>::function }},\n",
            handler.name,
            id(&handler.path),
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
        let id = id(&handler.path);
        format!("impl ::ifc_runtime::__private::Listed<{id:#018x}> for crate::__IfcHandlers {{}}\n")
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

/// How the binary names a crate; none if it does not depend on it.
fn path_from_binary(program: &Program, krate: CrateId) -> Option<String> {
    if krate == BINARY {
        return Some("crate".to_owned());
    }
    let binary = program.crates.get(BINARY.index())?;
    binary
        .externs
        .iter()
        .find(|(_, id)| *id == krate)
        .map(|(name, _)| format!("::{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_fnv_1a() {
        // Published test vectors of FNV-1a, 64 bits.
        assert_eq!(id(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(id("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(id("foobar"), 0x8594_4171_f739_67e8);
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
