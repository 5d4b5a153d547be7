//! The tests.

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ifc_local::Caller;
use ifc_local::engine::{Invocation, Outcome};
use ifc_local::server::instances::{Function, Instances, Report, Settings};
use serde_json::{Value, json};

type Run = fn() -> Pin<Box<dyn Future<Output = ()> + Send>>;

macro_rules! tests {
    ($($test:ident),* $(,)?) => {
        &[$((stringify!($test), || Box::pin($test()))),*]
    };
}

pub(crate) static ALL: &[(&str, Run)] = tests![
    an_invocation_has_all_that_lambda_gives,
    a_process_stays_warm,
    as_many_processes_as_may_be,
    errors_of_the_handler,
    processes_that_end,
    too_slow,
    too_much_memory,
    too_large_an_answer,
    what_does_not_begin,
    what_is_written,
    who_calls,
    a_new_program,
    nothing_to_do,
    the_end,
    the_end_of_this_program,
];

/// Makes the program one that is to be killed.
pub(crate) const HOLD: &str = "--hold";

fn function() -> Function {
    Function {
        name: "price".into(),
        physical_name: "shop-Price".into(),
        arn: "arn:aws:lambda:us-east-1:000000000000:function:shop-Price".into(),
        program: std::env::current_exe().unwrap(),
        environment: BTreeMap::from([("IFC_ORDERS".into(), "orders".into())]),
        memory: 256,
        timeout: Duration::from_secs(60),
        log_group: "/aws/lambda/shop-Price".into(),
        concurrency: 1,
    }
}

fn instances_of(function: Function) -> Instances {
    with_settings(function, Duration::from_secs(600), Arc::new(|_, _| {}))
}

fn with_settings(
    function: Function,
    idle: Duration,
    lines: ifc_local::server::instances::OnLine,
) -> Instances {
    let instances = Instances::new(Settings {
        endpoint: "http://127.0.0.1:4566".into(),
        idle,
        lines,
    });
    instances.deploy([function]);
    instances
}

fn invocation(event: &Value) -> Invocation {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    Invocation {
        id: format!("r-{}", COUNT.fetch_add(1, Ordering::Relaxed)),
        function: "price".into(),
        payload: event.to_string(),
        deadline: 0,
        trace: "Root=1-5e5fdf1e-0123456789abcdef01234567;Sampled=1".into(),
        client_context: None,
        source: "invoke".into(),
    }
}

async fn run(instances: &Instances, event: Value) -> Report {
    instances.run(&invocation(&event)).await
}

/// What the function returned.
fn returned(report: &Report) -> Value {
    match &report.outcome {
        Outcome::Returned(text) => serde_json::from_str(text).unwrap(),
        other => panic!("{other:?} {:?}", report.lines),
    }
}

async fn pid(instances: &Instances) -> u64 {
    let report = run(instances, json!({ "do": "echo" })).await;
    returned(&report)["pid"].as_u64().unwrap()
}

/// Waits for something that is bound to happen; the tests themselves have no limit of time.
async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A process that has ended and is waited for by nobody yet runs no more.
fn runs(pid: u64) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    !status.is_empty() && !status.contains("State:\tZ")
}

/// A folder that ends with the value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = path.join(format!("instances-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn meet(&self) -> Value {
        json!({ "do": "meet", "folder": self.0 })
    }

    fn go(&self) {
        std::fs::write(self.0.join("go"), "").unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn an_invocation_has_all_that_lambda_gives() {
    let instances = instances_of(function());
    let mut invocation = invocation(&json!({ "do": "echo", "name": "ü" }));
    invocation.client_context = Some(r#"{"custom":{"ifc-correlation-id":"ü"}}"#.into());
    let report = instances.run(&invocation).await;
    let got = returned(&report);
    assert_eq!(got["event"], json!({ "do": "echo", "name": "ü" }));
    assert_eq!(got["id"], invocation.id);
    assert_eq!(got["arn"], function().arn);
    assert_eq!(got["trace"], invocation.trace);
    assert_eq!(got["client"]["custom"]["ifc-correlation-id"], "ü");
    assert!(got["deadline"].as_u64().unwrap() > 1_700_000_000_000);
    let environment = &got["environment"];
    for (name, value) in [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_NAME", "shop-Price"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/shop-Price"),
        ("AWS_REGION", "us-east-1"),
        ("IFC_ORDERS", "orders"),
    ] {
        assert_eq!(environment[name], value, "{name}");
    }
    // Nothing of the developer's own environment.
    assert!(environment.get("CARGO_MANIFEST_DIR").is_none());
    assert!(report.init.is_some() && report.memory > 0);
}

async fn a_process_stays_warm() {
    let instances = instances_of(function());
    let first = run(&instances, json!({ "do": "echo" })).await;
    let second = run(&instances, json!({ "do": "echo" })).await;
    assert_eq!(returned(&first)["pid"], returned(&second)["pid"]);
    assert!(first.init.is_some() && second.init.is_none());
}

async fn as_many_processes_as_may_be() {
    let folder = Folder::new();
    let instances = instances_of(Function {
        concurrency: 2,
        ..function()
    });
    let [one, other, third] = [0; 3].map(|_| {
        let (instances, event) = (instances.clone(), folder.meet());
        tokio::spawn(async move { run(&instances, event).await })
    });
    let there = || std::fs::read_dir(&folder.0).unwrap().count();
    until(|| there() == 2).await;
    assert_eq!(instances.count("price"), 2);
    folder.go();
    let mut pids = Vec::new();
    for run in [one, other, third] {
        pids.push(returned(&run.await.unwrap()).as_u64().unwrap());
    }
    pids.sort_unstable();
    pids.dedup();
    assert_eq!(pids.len(), 2);
}

async fn errors_of_the_handler() {
    let instances = instances_of(function());
    let report = run(&instances, json!({ "do": "fail" })).await;
    let Outcome::Failed { message, .. } = &report.outcome else {
        panic!("{report:?}");
    };
    assert_eq!(message, "sold out");
    let report = run(&instances, json!({ "do": "panic" })).await;
    let Outcome::Failed { message, .. } = &report.outcome else {
        panic!("{report:?}");
    };
    assert!(message.contains("oh no"), "{message}");
}

async fn processes_that_end() {
    let instances = instances_of(function());
    let before = pid(&instances).await;
    for (event, expected) in [
        (
            json!({ "do": "exit", "n": 101 }),
            "Runtime exited with error: exit status 101",
        ),
        (
            json!({ "do": "exit", "n": 0 }),
            "Runtime exited without providing a reason",
        ),
        (
            json!({ "do": "abort" }),
            "Runtime exited with error: signal: aborted",
        ),
    ] {
        let report = run(&instances, event).await;
        let message = expected.to_owned();
        assert_eq!(report.outcome, Outcome::Crashed { message });
    }
    until(|| !runs(before)).await;
    assert_ne!(pid(&instances).await, before);
}

async fn too_slow() {
    let instances = instances_of(Function {
        timeout: Duration::from_millis(1500),
        ..function()
    });
    let report = run(&instances, json!({ "do": "hang" })).await;
    assert_eq!(report.outcome, Outcome::TimedOut);
    let pids: Vec<u64> = report.lines[0]
        .split(' ')
        .map(|pid| pid.parse().unwrap())
        .collect();
    assert!(report.lines[1].ends_with("Task timed out after 1.50 seconds"));
    // The process and what it has started.
    assert_eq!(pids.len(), 2);
    until(|| pids.iter().all(|pid| !runs(*pid))).await;
    assert!(!pids.contains(&pid(&instances).await));
}

async fn too_much_memory() {
    let instances = instances_of(function());
    let report = run(&instances, json!({ "do": "allocate", "n": 400 })).await;
    let message = "Runtime exited with error: signal: killed".to_owned();
    assert_eq!(report.outcome, Outcome::Crashed { message });
    assert!(
        report.lines[0].contains("out of memory"),
        "{:?}",
        report.lines
    );
    pid(&instances).await;
}

async fn too_large_an_answer() {
    let instances = instances_of(function());
    let fits = run(&instances, json!({ "do": "large", "n": 6_291_554 })).await;
    assert!(matches!(fits.outcome, Outcome::Returned(_)));
    let report = run(&instances, json!({ "do": "large", "n": 6_291_555 })).await;
    let Outcome::Failed {
        error_type,
        message,
    } = &report.outcome
    else {
        panic!("it fits");
    };
    assert_eq!(error_type, "Function.ResponseSizeTooLarge");
    assert!(message.contains("6291556 bytes"));
    pid(&instances).await;
}

async fn what_does_not_begin() {
    let mut broken = function();
    broken.environment.insert("INIT".into(), "exit".into());
    let report = run(&instances_of(broken), json!({ "do": "echo" })).await;
    let message = "Runtime exited with error: exit status 3".to_owned();
    assert_eq!(report.outcome, Outcome::Crashed { message });
    let nothing = Function {
        program: "/no/such/program".into(),
        ..function()
    };
    let instances = instances_of(nothing);
    let report = run(&instances, json!({ "do": "echo" })).await;
    let Outcome::Failed {
        error_type,
        message,
    } = report.outcome
    else {
        panic!("there is no such program");
    };
    assert_eq!(error_type, "Runtime.InvalidEntrypoint");
    assert!(
        message.contains("/no/such/program: No such file"),
        "{message}"
    );
    assert_eq!(instances.count("price"), 0);
    let mut other = invocation(&json!({}));
    other.function = "other".into();
    let report = instances.run(&other).await;
    assert!(matches!(report.outcome, Outcome::Crashed { .. }));
}

async fn what_is_written() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let lines: ifc_local::server::instances::OnLine = Arc::new(move |function, line| {
        sink.lock().unwrap().push(format!("{function}: {line}"));
    });
    let instances = with_settings(function(), Duration::from_secs(600), lines);
    let report = run(&instances, json!({ "do": "log" })).await;
    // A line that has no end is still to be continued.
    assert_eq!(report.lines, ["one", "two"]);
    instances.stop().await;
    until(|| seen.lock().unwrap().len() == 3).await;
    let expected = ["price: one", "price: two", "price: three, without an end"];
    assert_eq!(*seen.lock().unwrap(), expected);
}

async fn who_calls() {
    let folder = Folder::new();
    let instances = instances_of(function());
    let echoed = returned(&run(&instances, json!({ "do": "echo" })).await);
    let key = echoed["environment"]["AWS_ACCESS_KEY_ID"].as_str().unwrap();
    let secret = echoed["environment"]["AWS_SECRET_ACCESS_KEY"]
        .as_str()
        .unwrap();
    let known = instances.identity(key).unwrap();
    assert_eq!(known.secret, secret);
    assert_eq!(instances.identity("AKIAOTHER"), None);
    let meeting = invocation(&folder.meet());
    let running = {
        let (instances, meeting) = (instances.clone(), meeting.clone());
        tokio::spawn(async move { instances.run(&meeting).await })
    };
    until(|| folder.0.join(&meeting.id).exists()).await;
    let caller = instances.identity(key).unwrap().caller;
    let expected = Caller::Function {
        name: "price".into(),
        invocation: Some(meeting.id),
    };
    assert_eq!(caller, expected);
    folder.go();
    returned(&running.await.unwrap());
}

async fn a_new_program() {
    let folder = Folder::new();
    let instances = instances_of(function());
    let old = {
        let (instances, event) = (instances.clone(), folder.meet());
        tokio::spawn(async move { run(&instances, event).await })
    };
    let there = || std::fs::read_dir(&folder.0).unwrap().count();
    until(|| there() == 1).await;
    let mut new = function();
    new.environment.insert("IFC_ORDERS".into(), "new".into());
    instances.deploy([new]);
    let got = returned(&run(&instances, json!({ "do": "echo" })).await);
    assert_eq!(got["environment"]["IFC_ORDERS"], "new");
    folder.go();
    let old = returned(&old.await.unwrap()).as_u64().unwrap();
    until(|| !runs(old)).await;
}

async fn nothing_to_do() {
    let idle = Duration::from_millis(50);
    let instances = with_settings(function(), idle, Arc::new(|_, _| {}));
    let pid = pid(&instances).await;
    until(|| !runs(pid) && instances.count("price") == 0).await;
}

async fn the_end() {
    let folder = Folder::new();
    let instances = instances_of(function());
    let busy = {
        let (instances, event) = (instances.clone(), folder.meet());
        tokio::spawn(async move { run(&instances, event).await })
    };
    let there = || std::fs::read_dir(&folder.0).unwrap().count();
    until(|| there() == 1).await;
    instances.stop().await;
    assert!(matches!(
        busy.await.unwrap().outcome,
        Outcome::Crashed { .. }
    ));
    assert_eq!(instances.count("price"), 0);
    let late = run(&instances, json!({ "do": "echo" })).await;
    assert!(matches!(late.outcome, Outcome::Crashed { .. }));
    let instances = instances_of(function());
    let dropped = pid(&instances).await;
    drop(instances);
    until(|| !runs(dropped)).await;
}

/// Runs a function and waits to be killed.
pub(crate) async fn hold() {
    let instances = instances_of(function());
    println!("{}", pid(&instances).await);
    std::future::pending::<()>().await;
}

async fn the_end_of_this_program() {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .arg(HOLD)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(holder.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let pid: u64 = line.trim().parse().unwrap();
    assert!(runs(pid));
    holder.kill().unwrap();
    holder.wait().unwrap();
    until(|| !runs(pid)).await;
}
