//! The page of `cargo ifc dev` in a browser: real clicks and keys, on an application whose functions
//! this program plays and on an example. `IFC_SCREENSHOTS=1` renews the pictures of `docs/dev.md`.

use std::convert::Infallible;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Result, bail};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use ifc_local::dev::console::Console;
use ifc_local::dev::console::view::app::Addresses;
use ifc_tests::tools::{PLAYWRIGHT, chromium};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::JoinSet;

#[path = "../../../ifc-local/tests/console/shop.rs"]
#[allow(
    clippy::unwrap_used,
    dead_code,
    reason = "the application of another test"
)]
mod shop;

mod orders;

/// What each function takes at least, so that something can be seen of it.
const PACE: Duration = Duration::from_millis(12);

/// Serves the page until its task is aborted, with all connections.
async fn serve(listener: TcpListener, console: Console) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let console = console.clone();
        let service = service_fn(move |request| {
            let console = console.clone();
            async move { Ok::<_, Infallible>(console.handle(request).await) }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        connections.spawn(connection);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_works_in_a_browser() -> Result<()> {
    let application = shop::start(PACE).await;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let addresses = Addresses {
        http: Some(format!("http://{address}")),
        services: "http://127.0.0.1:4566".into(),
    };
    let samples = ifc_tests::target().join("ifc-tools/page-samples.json");
    std::fs::create_dir_all(samples.parent().unwrap_or(&samples))?;
    std::fs::write(&samples, include_str!("samples.json"))?;
    let console = Console::new(application.clone(), addresses, Some(samples));
    let mut serving = tokio::spawn(serve(listener, console.clone()));

    let served = async |line: &str| {
        match line {
            "server: stop" => {
                serving.abort();
                // The port is free when the task is gone.
                let _ = (&mut serving).await;
            }
            "server: deploy" => {
                let more = "#[on(http(GET, \"/tally\"))] async fn tally() { AUDIT.get(\"x\").await.unwrap(); }";
                shop::deploy_with(&application, more).await;
            }
            _ => {
                let listener = TcpListener::bind(address).await?;
                serving = tokio::spawn(serve(listener, console.clone()));
            }
        }
        Ok(())
    };
    click("page.mjs", &format!("http://{address}/_ifc/"), served).await
}

/// Runs a script in the browser. It may ask for something with a line that begins with `server: `.
async fn click(
    script: &str,
    url: &str,
    mut asked: impl AsyncFnMut(&str) -> Result<()>,
) -> Result<()> {
    let mut command = Command::new("node");
    command
        .arg(ifc_tests::script(script))
        .arg(PLAYWRIGHT.folder()?.join("node_modules"))
        .arg(chromium()?)
        .arg(url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    if std::env::var_os("IFC_SCREENSHOTS").is_some() {
        let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/dev");
        command.env("SCREENSHOTS", docs);
    }
    let mut child = command.spawn()?;
    let (Some(stdout), Some(mut stdin)) = (child.stdout.take(), child.stdin.take()) else {
        bail!("the script has no pipes");
    };
    let mut lines = BufReader::new(stdout).lines();
    let mut seen = String::new();
    while let Some(line) = lines.next_line().await? {
        if line.starts_with("server: ") {
            asked(&line).await?;
            stdin.write_all(b"done\n").await?;
        } else {
            seen += &line;
            seen.push('\n');
        }
    }
    let status = child.wait().await?;
    if !status.success() {
        bail!("the script ended with {status}:\n{seen}");
    }
    Ok(())
}
