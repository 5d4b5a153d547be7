//! A MiniStack of a test's own: on the loopback interface, with IAM enforced and functions run as
//! plain processes; it ends with the value, or with the test's process.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::aws::Aws;
use crate::tools::MINISTACK;

/// The account of the emulator.
pub const ACCOUNT: &str = "000000000000";
/// The region of the emulator.
pub const REGION: &str = "us-east-1";

/// A running MiniStack.
pub struct MiniStack {
    child: Child,
    folder: PathBuf,
    aws: Aws,
}

impl MiniStack {
    /// Starts one.
    pub fn start() -> Result<MiniStack> {
        let mut last = None;
        // Another process may take the port between its choice and its use.
        for _ in 0..3 {
            match Self::try_start() {
                Ok(ministack) => return Ok(ministack),
                Err(error) => last = Some(error),
            }
        }
        Err(last.context("never started")?)
    }

    fn try_start() -> Result<MiniStack> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = crate::target().join(format!("ifc-tools/run/{}-{number}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let endpoint = format!("http://127.0.0.1:{port}");
        let log = File::create(folder.join("log"))?;
        let mut child = Command::new(MINISTACK.program("python")?)
            .arg(crate::script("supervise.py"))
            .arg(MINISTACK.program("ministack")?)
            .current_dir(&folder)
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("AUTH", "true")
            .env("LAMBDA_EXECUTOR", "local")
            .env("IOT_MTLS_ENABLED", "0")
            // Functions inherit it and so find the emulator.
            .env("AWS_ENDPOINT_URL", &endpoint)
            .env("TMPDIR", &folder)
            .env("HOME", &folder)
            .env_remove("AWS_CA_BUNDLE")
            .env_remove("AWS_PROFILE")
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let aws = Aws::connect(&endpoint)?;
        let healthy = crate::wait("MiniStack", Duration::from_secs(60), || {
            if let Some(status) = child.try_wait()? {
                bail!("MiniStack ended: {status}\n{}", tail(&folder));
            }
            Ok(aws.call("sts", "GetCallerIdentity", json!({})).ok())
        });
        let ministack = MiniStack { child, folder, aws };
        healthy?;
        Ok(ministack)
    }

    /// A client as the root user.
    pub fn aws(&self) -> &Aws {
        &self.aws
    }

    /// The end of its log, to show when something fails.
    pub fn log(&self) -> String {
        tail(&self.folder)
    }
}

impl Drop for MiniStack {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn tail(folder: &Path) -> String {
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}
