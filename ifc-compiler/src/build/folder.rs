//! Where users find the output.

use std::path::{Path, PathBuf};

use crate::load::Loaded;

/// `target/ifc/<package>/`. Cargo does not tell build scripts their target folder, and it may come
/// from the command line, which `cargo metadata` does not know. So: the folder above `out_dir` that
/// carries Cargo's tag, unless that is the workspace's separate build folder.
pub fn publish_folder(loaded: &Loaded, out_dir: &Path) -> PathBuf {
    let tagged = out_dir
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file());
    let target = match tagged {
        Some(tagged) if !same(tagged, &loaded.build_directory) => tagged,
        _ => &loaded.target_directory,
    };
    let package = loaded.packages.first().map_or("", |package| &*package.name);
    target.join("ifc").join(package)
}

/// Symbolic links make one folder have two names.
fn same(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}
