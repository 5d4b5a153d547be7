//! The local engine with everything around it, as `cargo ifc dev` serves it.

use std::path::{Path, PathBuf};

use ifc_catalog::manifest::Manifest;
use ifc_compiler::Compilation;
use ifc_compiler::load::{FeatureRequest, Request, load, read_file};
use ifc_compiler::testing::Fixture;
use ifc_compiler::world::World;
use ifc_local::dev::{Host, HostOptions, State};

use crate::Result;

/// A function between two queues.
const SOURCES: &str = r#"
use ifc_runtime::prelude::*;

#[resource] pub static JOBS: Queue<u64> = Queue::new();
#[resource] pub static DONE: Queue<u64> = Queue::new();
#[resource] pub static LEFT: Queue<u64> = Queue::new();

#[on(JOBS, batch = 10)]
async fn work(batch: Batch<u64>) -> BatchResult {
    let jobs: Vec<u64> = batch.iter().map(|message| **message).collect();
    DONE.send_many(&jobs).await.unwrap();
    BatchResult::all()
}

ifc_runtime::main!();
"#;

/// The manifest of [`SOURCES`].
pub(crate) fn manifest() -> Result<Manifest> {
    let fixture = Fixture::parse(SOURCES);
    let compiled = ifc_compiler::compile(&fixture.world());
    without_errors(compiled)
}

/// The manifest of the package in a folder.
pub(crate) fn manifest_of(package: &Path) -> Result<Manifest> {
    let loaded = load(&Request {
        manifest_path: package.join("Cargo.toml"),
        package: None,
        features: FeatureRequest::default(),
    })
    .map_err(|error| format!("{error:?}"))?;
    let compiled = ifc_compiler::compile(&World {
        packages: loaded.packages,
        read: &read_file,
    });
    without_errors(compiled)
}

fn without_errors(compiled: Compilation) -> Result<Manifest> {
    if let Some(error) = compiled.errors().next() {
        return Err(error.message.clone().into());
    }
    Ok(compiled.manifest)
}

/// Starts an application whose functions are this program.
pub(crate) async fn start(state: State<'_>, manifest: Manifest) -> Result<Host> {
    let host = Host::start(HostOptions {
        state,
        port: 0,
        concurrency: 4,
        seed: 1,
        samples: None,
    })
    .await?;
    let program: PathBuf = std::env::current_exe()?;
    let deployed = host.deploy(manifest, Default::default(), program).await?;
    match deployed {
        Ok(()) => Ok(host),
        Err(errors) => Err(errors
            .iter()
            .map(ToString::to_string)
            .collect::<String>()
            .into()),
    }
}

/// The URL of a queue.
pub(crate) fn url(host: &Host, name: &str) -> Result<String> {
    let url = host.application().read(|engine| {
        let queue = engine
            .arn_of(name)
            .and_then(|arn| engine.queues().find(arn));
        queue.map(|queue| queue.url.clone())
    });
    Ok(url.ok_or_else(|| format!("no queue {name}"))?)
}
