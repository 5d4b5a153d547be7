//! How much source there may be, before Cargo has said where it is.

use std::fs;
use std::path::Path;

/// Folders of sources are not nested deeper than this, and symbolic links may be endless.
const DEPTH: u32 = 8;

/// Bytes of Rust in `src` folders at or below a folder, without hidden folders and output. A guess:
/// it counts what is no part of the application, and misses what lies elsewhere.
pub(super) fn source_bytes(folder: &Path) -> u64 {
    below(folder, false, DEPTH)
}

fn below(folder: &Path, is_source: bool, depth: u32) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                let is_other = name.starts_with('.') || name.starts_with("target");
                match depth {
                    0 => 0,
                    _ if is_other => 0,
                    _ => below(&entry.path(), is_source || name == "src", depth - 1),
                }
            }
            Ok(_) if is_source && name.ends_with(".rs") => entry.metadata().map_or(0, |m| m.len()),
            _ => 0,
        }
    });
    sizes.sum()
}
