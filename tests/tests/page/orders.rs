//! The example `orders` as `cargo ifc dev` runs it, on its page: processes of the real binary, and forms
//! filled with the samples that the compiler wrote.

use std::path::PathBuf;

use anyhow::{Result, bail};
use ifc_local::dev::{Host, HostOptions, State};
use ifc_tests::examples::example;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_shows_the_shop_as_it_runs() -> Result<()> {
    let orders = example("orders")?;
    let output = ifc_tests::target().join("ifc").join(&orders.package);
    let samples: PathBuf = output.join("samples.json");
    let manifest = std::fs::read_to_string(output.join("manifest.json"))?;
    let host = Host::start(HostOptions {
        state: State::Memory,
        port: 0,
        concurrency: 10,
        seed: 7,
        samples: Some(&samples),
    })
    .await?;
    let deployed = host.deploy(
        serde_json::from_str(&manifest)?,
        Default::default(),
        orders.binary,
    );
    if let Err(errors) = deployed.await? {
        bail!("{errors:?}");
    }
    let url = format!("http://{}/_ifc/", host.address());
    super::click("orders.mjs", &url, async |line: &str| bail!("{line}")).await?;
    host.stop().await;
    Ok(())
}
