//! `cargo ifc check`.

use crate::application::compile_selected;
use crate::args::{Check, MessageFormat};
use crate::failure::Failure;

pub(crate) fn run(options: &Check) -> Result<(), Failure> {
    let application = compile_selected(&options.select, None, options.message_format)?;
    application.report(options.message_format)?;
    if options.message_format == MessageFormat::Human {
        let package = &application.loaded.packages[0].name;
        anstream::eprintln!("{package}: {}", application.compilation.contents());
    }
    Ok(())
}
