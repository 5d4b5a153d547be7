//! AWS's own Runtime Interface Emulator: it runs a binary as Lambda does and hands it events.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::aws::Aws;
use crate::tools::RUNTIME_EMULATOR;

/// A binary behind the emulator.
pub struct RuntimeEmulator {
    child: Child,
    aws: Aws,
    url: String,
    log: PathBuf,
}

impl RuntimeEmulator {
    /// Starts a binary with environment variables. The connection of `aws` carries the events; what
    /// the binary and the emulator write goes to the file `log`.
    pub fn start(
        aws: &Aws,
        binary: &Path,
        variables: impl IntoIterator<Item = (String, String)>,
        log: &Path,
    ) -> Result<RuntimeEmulator> {
        let (port, api) = (crate::free_port()?, crate::free_port()?);
        let output = File::create(log)?;
        let child = Command::new(RUNTIME_EMULATOR.program("python")?)
            .arg(crate::script("supervise.py"))
            .arg(program()?)
            // By default both listen on every interface.
            .args([
                "--runtime-interface-emulator-address",
                &format!("127.0.0.1:{port}"),
            ])
            .args(["--runtime-api-address", &format!("127.0.0.1:{api}")])
            .arg(binary)
            .env("AWS_REGION", crate::ministack::REGION)
            .envs(variables)
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        let url = format!("http://127.0.0.1:{port}/2015-03-31/functions/function/invocations");
        let mut emulator = RuntimeEmulator {
            child,
            aws: aws.clone(),
            url,
            log: log.to_owned(),
        };
        crate::wait(
            "the runtime interface emulator",
            Duration::from_secs(20),
            || {
                if let Some(status) = emulator.child.try_wait()? {
                    bail!("the runtime interface emulator ended: {status}");
                }
                Ok(std::net::TcpStream::connect(("127.0.0.1", port)).ok())
            },
        )?;
        Ok(emulator)
    }

    /// Hands the binary an event; its answer, which has an `errorType` when it failed.
    pub fn invoke(&self, event: &Value) -> Result<Value> {
        self.invoke_with(event, &json!({}))
    }

    /// The same with headers of the request, such as `x-amz-client-context`.
    pub fn invoke_with(&self, event: &Value, headers: &Value) -> Result<Value> {
        let response = self.aws.http("POST", &self.url, headers, Some(event))?;
        if response.status != 200 {
            bail!("{}: {}", response.status, response.body);
        }
        serde_json::from_str(&response.body).with_context(|| response.body.clone())
    }

    /// What the binary and the emulator have written so far.
    pub fn log(&self) -> Result<String> {
        let log = fs::read(&self.log).with_context(|| self.log.display().to_string())?;
        Ok(String::from_utf8_lossy(&log).into_owned())
    }
}

impl Drop for RuntimeEmulator {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The package has one for each architecture, in the folder of the Python version.
fn program() -> Result<PathBuf> {
    let name = match std::env::consts::ARCH {
        "aarch64" => "aws-lambda-rie-arm64",
        _ => "aws-lambda-rie-x86_64",
    };
    for python in fs::read_dir(RUNTIME_EMULATOR.folder()?.join("lib"))? {
        let program = python?
            .path()
            .join("site-packages/samcli/local/rapid")
            .join(name);
        if program.exists() {
            return Ok(program);
        }
    }
    bail!("no {name} in the package")
}
