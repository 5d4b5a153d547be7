//! `cargo ifc explain`.

use ifc_compiler::diagnostics::{Severity, all, find, nearest};

use crate::args::Explain;
use crate::failure::Failure;

pub(crate) fn run(options: &Explain) -> Result<(), Failure> {
    let Some(code) = find(&options.code) else {
        return Err(Failure::Usage(unknown(&options.code)));
    };
    let severity = match code.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    anstream::println!("# {} {} ({severity})\n", code.number, code.name);
    anstream::println!("{}", code.page.trim());
    Ok(())
}

fn unknown(text: &str) -> String {
    let known = all().iter().flat_map(|code| [code.number, code.name]);
    match nearest(text, known) {
        Some(near) => format!("there is no diagnostic `{text}`; did you mean `{near}`?"),
        None => format!("there is no diagnostic `{text}`"),
    }
}
