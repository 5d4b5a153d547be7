//! Shows diagnostics: people read stderr, machines read stdout.

use ifc_compiler::diagnostics::{Diagnostic, Look, github, json, render, sarif};
use ifc_compiler::span::Files;

use crate::args::MessageFormat;

/// Shows diagnostics in a format. `folder` is the application's folder in its workspace.
pub(crate) fn diagnostics(
    format: MessageFormat,
    look: &Look,
    folder: &str,
    files: &Files,
    diagnostics: &[Diagnostic],
) {
    match format {
        MessageFormat::Human => {
            for diagnostic in diagnostics {
                anstream::eprintln!("{}\n", render(look, files, diagnostic));
            }
        }
        MessageFormat::Json => {
            for diagnostic in diagnostics {
                let plain = render(&Look::plain(folder), files, diagnostic);
                anstream::println!("{}", json::line(files, diagnostic, Some(&plain)));
            }
        }
        MessageFormat::Github => {
            for diagnostic in diagnostics {
                anstream::println!("{}", github::line(files, diagnostic, folder));
            }
        }
        MessageFormat::Sarif => {
            anstream::println!("{}", sarif::document(files, diagnostics, folder));
        }
    }
}
