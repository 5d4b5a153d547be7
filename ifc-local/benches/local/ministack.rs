//! MiniStack, a third-party emulator that needs no container engine, with the same function.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::Result;
use crate::client::Client;
use crate::function::DONE;

/// A running MiniStack.
pub(crate) struct MiniStack {
    child: Child,
    pub(crate) endpoint: String,
    pub(crate) jobs: String,
    pub(crate) done: String,
}

impl MiniStack {
    /// Starts `program` and deploys the function between two queues.
    pub(crate) fn start(program: &Path, folder: &Path) -> Result<MiniStack> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let endpoint = format!("http://127.0.0.1:{port}");
        let log = File::create(folder.join("log"))?;
        let child = Command::new(program)
            .current_dir(folder)
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("LAMBDA_EXECUTOR", "local")
            .env("IOT_MTLS_ENABLED", "0")
            .env("AWS_ENDPOINT_URL", &endpoint)
            .env("TMPDIR", folder)
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut ministack = MiniStack {
            child,
            endpoint,
            jobs: String::new(),
            done: String::new(),
        };
        ministack.deploy(program, folder)?;
        Ok(ministack)
    }

    fn client(&self) -> Result<Client> {
        Client::connect(&self.endpoint, "test", "test")
    }

    fn deploy(&mut self, program: &Path, folder: &Path) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(60);
        let mut client = loop {
            let listed = self.client().and_then(|mut client| {
                client.sqs("ListQueues", &json!({}))?;
                Ok(client)
            });
            match listed {
                Ok(client) => break client,
                Err(error) if Instant::now() > until => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        };
        let mut queue = |name: &str| -> Result<String> {
            let attributes = json!({ "VisibilityTimeout": "30" });
            let input = json!({ "QueueName": name, "Attributes": attributes });
            let answer = client.sqs("CreateQueue", &input)?;
            Ok(answer["QueueUrl"].as_str().ok_or("no URL")?.to_owned())
        };
        self.jobs = queue("jobs")?;
        self.done = queue("done")?;
        let bootstrap = folder.join("bootstrap");
        fs::copy(std::env::current_exe()?, &bootstrap)?;
        let python = program.with_file_name("python");
        let zipped = Command::new(python)
            .args(["-m", "zipfile", "-c", "function.zip", "bootstrap"])
            .current_dir(folder)
            .status()?;
        if !zipped.success() {
            return Err("the function cannot be zipped".into());
        }
        let zip = STANDARD.encode(fs::read(folder.join("function.zip"))?);
        let function = json!({
            "FunctionName": "work",
            "Runtime": "provided.al2023",
            "Handler": "bootstrap",
            "Role": format!("arn:aws:iam::{}:role/work", ifc_local::ACCOUNT),
            "Timeout": 10,
            "MemorySize": 256,
            "Environment": { "Variables": { (DONE): self.done } },
            "Code": { "ZipFile": zip },
        });
        client.lambda("/2015-03-31/functions", &function)?;
        let mapping: Value = json!({
            "FunctionName": "work",
            "EventSourceArn": format!("arn:aws:sqs:{}:{}:jobs", ifc_local::REGION, ifc_local::ACCOUNT),
            "BatchSize": 10,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        });
        client.lambda("/2015-03-31/event-source-mappings", &mapping)?;
        Ok(())
    }
}

impl Drop for MiniStack {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
