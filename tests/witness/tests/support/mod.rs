//! What the programs of the tests say of themselves.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The operations of each function, as the program lists them.
pub(crate) fn expected<Operations: FromIterator<String>>(
    binary: impl AsRef<Path>,
) -> BTreeMap<String, Operations> {
    let output = Command::new(binary.as_ref())
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("it writes text");
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    lines
        .map(|(name, operations)| {
            let operations = operations.split_whitespace().map(str::to_owned);
            (name.to_owned(), operations.collect())
        })
        .collect()
}
