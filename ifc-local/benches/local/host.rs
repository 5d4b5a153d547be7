//! What an application costs that does nothing, and how soon it answers; each in a process of its own.

use std::io::BufReader;
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use ifc_local::dev::State;
use serde_json::{Value, json};

use crate::client::{Client, exchange};
use crate::{Result, ours};

/// Messages that wait.
pub(crate) const WAITING: u64 = 10_000;
/// How long nothing happens.
pub(crate) const IDLE: Duration = Duration::from_secs(10);

/// Prints the memory with messages that wait, and the time of the processor in which nothing happens.
pub(crate) async fn rest(folder: &Path) -> Result<()> {
    let empty = memory()?;
    let file = folder.join("rest.db");
    let host = ours::start(State::File(&file), ours::manifest()?).await?;
    let started = memory()?;
    let endpoint = format!("http://{}", host.endpoint());
    let left = ours::url(&host, "LEFT")?;
    tokio::task::spawn_blocking(move || fill(&endpoint, &left).map_err(|e| e.to_string()))
        .await??;
    let filled = memory()?;
    let before = ticks()?;
    tokio::time::sleep(IDLE).await;
    let used = ticks()? - before;
    println!("empty {empty}\nstarted {started}\nfilled {filled}\nticks {used}");
    host.stop().await;
    Ok(())
}

fn fill(endpoint: &str, queue: &str) -> Result<()> {
    let mut client = Client::connect(endpoint, "test", "test")?;
    for first in (0..WAITING).step_by(10) {
        let entries: Vec<Value> = (first..first + 10)
            .map(|n| json!({ "Id": n.to_string(), "MessageBody": format!("{n:0100}") }))
            .collect();
        client.sqs(
            "SendMessageBatch",
            &json!({ "QueueUrl": queue, "Entries": entries }),
        )?;
    }
    Ok(())
}

/// Prints how long it takes from nothing to the first answer of a function of `orders`.
pub(crate) async fn first(package: &Path, folder: &Path) -> Result<()> {
    let began = Instant::now();
    let manifest = ours::manifest_of(package)?;
    let compiled = began.elapsed();
    let file = folder.join(format!("first-{}.db", std::process::id()));
    let host = ours::start(State::File(&file), manifest).await?;
    let deployed = began.elapsed();
    let address = host.address();
    tokio::task::spawn_blocking(move || get(address).map_err(|e| e.to_string())).await??;
    let answered = began.elapsed();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    println!("compile {}", milliseconds(compiled));
    println!("deploy {}", milliseconds(deployed - compiled));
    println!("answer {}", milliseconds(answered - deployed));
    host.stop().await;
    Ok(())
}

fn get(address: std::net::SocketAddr) -> Result<()> {
    let mut stream = BufReader::new(TcpStream::connect(address)?);
    let host = address.to_string();
    let (status, body) = exchange(&mut stream, "GET", "/orders/1", &[("host", &host)], b"")?;
    match (status, body.as_slice()) {
        (200, b"hello") => Ok(()),
        _ => Err(format!("{status} {}", String::from_utf8_lossy(&body)).into()),
    }
}

/// Megabytes of memory of this process.
fn memory() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes: f64 = line
        .ok_or("no VmRSS")?
        .trim()
        .trim_end_matches(" kB")
        .parse()?;
    Ok(kilobytes / 1024.0)
}

/// Hundredths of a second of the processor that this process took.
fn ticks() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(") ").ok_or("no stat")?;
    // User and system time are the 14th and 15th field, the state is the third.
    let times = fields.split(' ').skip(11).take(2);
    let times: std::result::Result<Vec<f64>, _> = times.map(str::parse).collect();
    Ok(times?.iter().sum())
}
