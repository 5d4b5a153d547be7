//! `cargo ifc dev` and the commands that talk to it, on the smallest example.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn ifc(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-ifc"));
    command.args(arguments).args(["--package", "hello"]);
    command.current_dir(workspace());
    command
}

/// Where the application keeps what it has: beside what the build script wrote.
fn folder() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_cargo-ifc"));
    let target = program.ancestors().nth(2).unwrap();
    target.join("ifc/hello/dev")
}

/// An application that is stopped when the test is over.
struct Dev {
    child: Child,
    url: String,
}

impl Dev {
    fn start(arguments: &[&str]) -> Dev {
        let file = folder().join("server.json");
        let _ = fs::remove_file(&file);
        let mut command = ifc(&["dev", "--no-watch"]);
        command.args(arguments).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(600);
        let url = loop {
            let text = fs::read_to_string(&file).unwrap_or_default();
            if let Ok(running) = serde_json::from_str::<Value>(&text) {
                break running["url"].as_str().unwrap().to_owned();
            }
            if let Some(status) = child.try_wait().unwrap() {
                let mut said = String::new();
                child
                    .stderr
                    .take()
                    .unwrap()
                    .read_to_string(&mut said)
                    .unwrap();
                panic!("{status}: {said}");
            }
            assert!(Instant::now() < until, "it does not start");
            std::thread::sleep(Duration::from_millis(20));
        };
        Dev { child, url }
    }

    /// Status and body of an answer.
    fn get(&self, path: &str) -> (u16, String) {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap();
        (status.parse().unwrap(), body.to_owned())
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// One test, because all of it is about one application in one folder.
#[test]
fn an_application_runs_and_says_what_is_wrong() {
    let mut first = Dev::start(&["--port", "0", "--reset"]);
    assert_eq!(first.get("/hello/Ada"), (200, "Hello, Ada!".to_owned()));
    assert_eq!(first.get("/nothing").0, 404);
    let (status, page) = first.get("/_ifc/");
    assert_eq!(status, 200);
    assert!(page.contains("<html"), "{page}");

    let event = folder().join("event.json");
    fs::write(&event, "{ no event").unwrap();
    let event = event.to_str().unwrap();
    let output = ifc(&["invoke", "hello", "--event", event])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("is not JSON"), "{}", said(&output));

    fs::write(event, "{}").unwrap();
    let output = ifc(&["invoke", "goodbye", "--event", event])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = said(&output);
    assert!(
        message.contains("`goodbye`") && message.contains("hello"),
        "{message}"
    );

    // An event that is none for it fails in the function, and the function lives on.
    let output = ifc(&["invoke", "hello", "--event", event])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("errorType"));
    assert_eq!(first.get("/hello/Ada").0, 200);

    let output = ifc(&["send", "JOBS", "1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("`JOBS`"), "{}", said(&output));

    // The state belongs to the one that runs, and so does its port.
    let output = ifc(&["dev", "--no-watch", "--port", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("another `cargo ifc dev`"),
        "{}",
        said(&output)
    );
    let port = first.url.rsplit(':').next().unwrap();
    let output = ifc(&["dev", "--no-watch", "--memory", "--port", port])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains(&format!("port {port} cannot be had")),
        "{}",
        said(&output)
    );

    // It ends well, and says so by its exit code; the file is gone.
    first.signal("INT");
    assert!(first.child.wait().unwrap().success());
    assert!(!folder().join("server.json").exists());
    // What functions log was seen as it came.
    let mut logged = String::new();
    let mut pipe = first.child.stderr.take().unwrap();
    pipe.read_to_string(&mut logged).unwrap();
    assert!(
        logged.contains("       hello ERROR cannot read the request"),
        "{logged}"
    );
    let output = ifc(&["advance", "1h"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("cargo ifc dev"), "{}", said(&output));

    // One table can be given up, if there is such a one.
    let output = ifc(&["dev", "--no-watch", "--port", "0", "--reset=ORDERS"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("there is no data of a table `ORDERS`"),
        "{}",
        said(&output)
    );

    // After a kill it starts with what it had.
    let killed = Dev::start(&["--port", "0"]);
    assert_eq!(killed.get("/hello/Ada").0, 200);
    drop(killed);
    drop(Dev::start(&["--port", "0"]));

    // State that is none is said to be damaged, with the way out. What the last one left beside it would
    // repair it.
    for left in ["state.db-wal", "state.db-shm"] {
        let _ = fs::remove_file(folder().join(left));
    }
    fs::write(
        folder().join("state.db"),
        "this is not a database, but longer than its head",
    )
    .unwrap();
    let output = ifc(&["dev", "--no-watch", "--port", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = said(&output);
    assert!(
        message.contains("damaged") && message.contains("--reset"),
        "{message}"
    );
    let again = Dev::start(&["--port", "0", "--reset"]);
    assert_eq!(again.get("/hello/Bob").1, "Hello, Bob!");
}
