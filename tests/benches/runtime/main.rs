//! Cold start, time per invocation and size of the shop's binary beside the same shop written by hand
//! on `lambda_runtime` (`tests/floor`).
//!
//! `cargo bench -p ifc-tests --bench runtime`
//!
//! Both are release builds of one run of cargo. Processes and events alternate between the two, so
//! that whatever else the machine does falls on both. The services of AWS are a server of this process
//! that always gives the same answers.

#![allow(clippy::print_stdout, reason = "the results")]

mod server;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ifc_tests::events;
use serde_json::{Value, json};

use server::RuntimeApi;

/// Processes of each program.
const STARTS: usize = 100;
/// Events for each program and handler.
const EVENTS: usize = 2_000;
/// Events before the first one that counts.
const WARM_UP: usize = 200;

/// A handler with an event for it.
struct Case {
    function: &'static str,
    what: &'static str,
    event: Value,
    /// What the answer has to contain.
    answer: &'static str,
}

fn cases() -> Result<Vec<Case>> {
    let id = json!({ "id": "o-1" });
    let order = json!({
        "id": "o-1", "customer": "ada", "placed_at": 1, "total_cents": 3570, "status": "placed",
        "lines": [{ "article": "tea", "quantity": 2, "unit_cents": 1000 }],
    });
    let shipment = json!({ "order": "o-1", "articles": ["tea"] });
    Ok(vec![
        Case {
            function: "show",
            what: "request, one read of a table",
            event: events::http("GET", "/orders/o-1", &id, None)?,
            answer: "3570",
        },
        Case {
            function: "charge",
            what: "event of a bus, one message sent",
            event: events::bus("shop.orders", "Placed", &order)?,
            answer: "null",
        },
        Case {
            function: "ship",
            what: "ten messages, ten updates of a table",
            event: events::queue(&vec![shipment; 10])?,
            answer: "\"batchItemFailures\":[]",
        },
    ])
}

/// What the services say. The texts are made once: what it costs to make them is not the program's.
fn answer(operation: &str, request: &str) -> &'static str {
    static ITEM: LazyLock<String> = LazyLock::new(|| answer_with("Item"));
    static ATTRIBUTES: LazyLock<String> = LazyLock::new(|| answer_with("Attributes"));
    match operation {
        "GetItem" => &ITEM,
        "UpdateItem" if request.contains("ALL_NEW") => &ATTRIBUTES,
        "SendMessage" => r#"{"MessageId":"m-1"}"#,
        _ => "{}",
    }
}

fn answer_with(member: &str) -> String {
    let item = json!({
        "id": { "S": "o-1" }, "customer": { "S": "ada" }, "placed_at": { "N": "1" },
        "lines": { "L": [{ "M": {
            "article": { "S": "tea" }, "quantity": { "N": "2" }, "unit_cents": { "N": "1000" },
        } }] },
        "total_cents": { "N": "3570" }, "status": { "S": "placed" },
    });
    json!({ member: item }).to_string()
}

/// A program with the service that it talks to.
struct Program {
    name: &'static str,
    binary: PathBuf,
    service: String,
}

struct Process {
    child: Child,
    api: RuntimeApi,
    started: Instant,
}

impl Program {
    fn start(&self, function: &str) -> Result<Process> {
        let api = RuntimeApi::start()?;
        let mut command = Command::new(&self.binary);
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .env("AWS_LAMBDA_FUNCTION_NAME", "f")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_ENDPOINT_URL", &self.service)
            .env("IFC_FUNCTION", function)
            .env("IFC_ORDERS", "orders")
            .env("IFC_CHARGES", format!("{}/1/charges.fifo", self.service))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let started = Instant::now();
        let child = command.spawn().context(self.name)?;
        Ok(Process {
            child,
            api,
            started,
        })
    }
}

impl Process {
    /// The time to the first request for an event.
    fn ready(&self) -> Result<Duration> {
        Ok(self.api.asked()? - self.started)
    }

    /// The time for one event, from handing it over to its answer.
    fn handle(&self, case: &Case, event: &str) -> Result<Duration> {
        let handed = Instant::now();
        let (answered, answer) = self.api.hand(event)?;
        ensure!(answer.contains(case.answer), "{}: {answer}", case.function);
        Ok(answered - handed)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn main() -> Result<()> {
    let [product, floor] = programs()?;
    println!("| | by hand | ifc | ratio |\n| --- | --: | --: | --: |");
    let cases = cases()?;
    starts(&floor, &product, &cases[0])?;
    for case in &cases {
        invocations(&floor, &product, case)?;
    }
    let size = |program: &Program, strip| size(&program.binary, strip);
    for (what, strip) in [("size", false), ("size, stripped", true)] {
        let (floor, product) = (size(&floor, strip)?, size(&product, strip)?);
        row(what, floor / 1e6, product / 1e6, "MB");
    }
    Ok(())
}

/// Builds both in one run of cargo, so that what they share is the same.
fn programs() -> Result<[Program; 2]> {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release"])
        .args(["--package", "orders", "--package", "orders-by-hand"])
        .current_dir(ifc_tests::workspace())
        .status()?;
    ensure!(built.success(), "cargo: {built}");
    let program = |name| -> Result<Program> {
        Ok(Program {
            name,
            binary: ifc_tests::target().join("release").join(name),
            service: server::service(answer)?,
        })
    };
    Ok([program("orders")?, program("orders-by-hand")?])
}

fn starts(floor: &Program, product: &Program, case: &Case) -> Result<()> {
    let event = case.event.to_string();
    let measure = |program: &Program| -> Result<(Duration, Duration)> {
        let process = program.start(case.function)?;
        let ready = process.ready()?;
        // Clients are made with the first event that needs them.
        Ok((ready, process.handle(case, &event)?))
    };
    let (mut by_hand, mut ours) = (Vec::new(), Vec::new());
    for round in 0..=STARTS {
        let (floor, product) = (measure(floor)?, measure(product)?);
        // The first brings the files into memory.
        if round > 0 {
            by_hand.push(floor);
            ours.push(product);
        }
    }
    let ready = |times: &[(Duration, Duration)]| median(times.iter().map(|time| time.0).collect());
    let first = |times: &[(Duration, Duration)]| median(times.iter().map(|time| time.1).collect());
    row(
        "process start to first `next`",
        ready(&by_hand),
        ready(&ours),
        "ms",
    );
    row("first event (`show`)", first(&by_hand), first(&ours), "ms");
    Ok(())
}

fn invocations(floor: &Program, product: &Program, case: &Case) -> Result<()> {
    let event = case.event.to_string();
    let processes = [floor.start(case.function)?, product.start(case.function)?];
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..WARM_UP + EVENTS {
        for (process, times) in processes.iter().zip(&mut times) {
            process.api.asked()?;
            let time = process.handle(case, &event)?;
            if round >= WARM_UP {
                times.push(time);
            }
        }
    }
    let [by_hand, ours] = times.map(median);
    row(
        &format!("event (`{}`: {})", case.function, case.what),
        by_hand,
        ours,
        "ms",
    );
    Ok(())
}

/// In milliseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e3
}

fn size(binary: &Path, strip: bool) -> Result<f64> {
    if !strip {
        return Ok(std::fs::metadata(binary)?.len() as f64);
    }
    let stripped = binary.with_extension("stripped");
    let status = Command::new("strip")
        .arg("-o")
        .arg(&stripped)
        .arg(binary)
        .status()?;
    ensure!(status.success(), "strip: {status}");
    Ok(std::fs::metadata(stripped)?.len() as f64)
}

fn row(what: &str, by_hand: f64, ours: f64, unit: &str) {
    let ratio = ours / by_hand;
    println!("| {what} | {by_hand:.3} {unit} | {ours:.3} {unit} | {ratio:.2} |");
}
