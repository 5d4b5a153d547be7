//! Where users find the output.

use std::path::{Path, PathBuf};

use crate::load::Loaded;

/// `target/ifc/<package>/`. Cargo does not tell build scripts their target folder, and it may come
/// from the command line, which `cargo metadata` does not know.
pub fn publish_folder(loaded: &Loaded, out_dir: &Path) -> PathBuf {
    let tagged = out_dir
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file());
    let target = target_folder(
        &canonical(out_dir),
        tagged.map(canonical).as_deref(),
        &canonical(&loaded.build_directory),
        &loaded.target_directory,
    );
    let package = loaded.packages.first().map_or("", |package| &*package.name);
    target.join("ifc").join(package)
}

/// The target folder of a build whose script writes to `out_dir`. `tagged` is the nearest folder
/// above that carries Cargo's tag, `build` and `target` are what `cargo metadata` says.
///
/// A build in the folder of `cargo metadata` is one that the command line did not move. Cargo tags
/// only folders that it makes itself, so a mounted or a restored one may lack the tag, or lie below
/// the tagged target folder of something else.
fn target_folder(out_dir: &Path, tagged: Option<&Path>, build: &Path, target: &Path) -> PathBuf {
    match tagged {
        Some(tagged) if !out_dir.starts_with(build) => tagged.to_owned(),
        Some(tagged) if tagged != build && tagged.starts_with(build) => tagged.to_owned(),
        _ => target.to_owned(),
    }
}

/// Symbolic links make one folder have two names.
fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The target folder of a build below `built`, where these folders carry the tag.
    fn target_of(built: &str, tagged: &[&str], build: &str) -> PathBuf {
        let out_dir = Path::new(built).join("debug/build/shop-1/out");
        let tagged = out_dir
            .ancestors()
            .find(|folder| tagged.iter().any(|tagged| Path::new(tagged) == *folder));
        target_folder(
            &out_dir,
            tagged,
            Path::new(build),
            Path::new("/shop/target"),
        )
    }

    #[test]
    fn the_workspaces_own_target_folder_needs_no_tag() {
        let target = Path::new("/shop/target");
        assert_eq!(
            target_of("/shop/target", &["/shop/target"], "/shop/target"),
            target
        );
        assert_eq!(target_of("/shop/target", &[], "/shop/target"), target);
        // The workspace lies in the target folder of another one, as those of tests do.
        assert_eq!(target_of("/shop/target", &["/"], "/shop/target"), target);
    }

    #[test]
    fn a_separate_build_folder_is_not_where_users_look() {
        let target = Path::new("/shop/target");
        assert_eq!(
            target_of("/cache/shop", &["/cache/shop"], "/cache/shop"),
            target
        );
        assert_eq!(target_of("/cache/shop", &["/cache"], "/cache/shop"), target);
    }

    #[test]
    fn the_command_line_moves_the_target_folder() {
        let elsewhere = Path::new("/elsewhere");
        assert_eq!(
            target_of("/elsewhere", &["/elsewhere"], "/shop/target"),
            elsewhere
        );
        let inside = Path::new("/shop/target/special");
        let tagged = ["/shop/target", "/shop/target/special"];
        assert_eq!(
            target_of("/shop/target/special", &tagged, "/shop/target"),
            inside
        );
    }
}
