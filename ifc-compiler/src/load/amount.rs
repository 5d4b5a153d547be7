//! How much source there may be, before Cargo has said where it is.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Folders of sources are not nested deeper than this, and symbolic links may be endless.
const DEPTH: u32 = 8;

/// Bytes of Rust in `src` folders at or below a folder, without hidden folders and output, as far as
/// they are found until `is_over`. A guess: it counts what is no part of the application, and misses
/// what lies elsewhere.
pub(super) fn source_bytes(folder: &Path, is_over: &AtomicBool) -> u64 {
    below(folder, false, DEPTH, is_over)
}

fn below(folder: &Path, is_source: bool, depth: u32, is_over: &AtomicBool) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let entries = entries.take_while(|_| !is_over.load(Ordering::Relaxed));
    let sizes = entries.map(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                let is_other = name.starts_with('.') || name.starts_with("target");
                match depth {
                    0 => 0,
                    _ if is_other => 0,
                    _ => {
                        let is_source = is_source || name == "src";
                        below(&entry.path(), is_source, depth - 1, is_over)
                    }
                }
            }
            Ok(_) if is_source && name.ends_with(".rs") => entry.metadata().map_or(0, |m| m.len()),
            _ => 0,
        }
    });
    sizes.sum()
}
