//! What Cargo tells build scripts.

#![expect(
    clippy::disallowed_methods,
    reason = "Cargo talks to build scripts through the environment"
)]

use std::collections::BTreeSet;
use std::path::PathBuf;

/// The part of the environment that matters here.
pub(super) struct Environment {
    /// Folder of the package.
    pub(super) manifest_dir: PathBuf,
    /// Where this build's generated files belong.
    pub(super) out_dir: PathBuf,
    /// Enabled features in upper case, with `_` for `-`.
    pub(super) features: BTreeSet<String>,
}

/// The program does not run as a build script.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not set: `ifc_compiler::build()` belongs in a build script that Cargo runs")]
pub(super) struct Missing(&'static str);

pub(super) fn read() -> Result<Environment, Missing> {
    let folder = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .ok_or(Missing(name))
    };
    let features = std::env::vars_os()
        .filter_map(|(name, _)| Some(name.to_str()?.strip_prefix("CARGO_FEATURE_")?.to_owned()));
    Ok(Environment {
        manifest_dir: folder("CARGO_MANIFEST_DIR")?,
        out_dir: folder("OUT_DIR")?,
        features: features.collect(),
    })
}
