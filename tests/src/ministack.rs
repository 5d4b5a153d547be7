//! A MiniStack of a test's own: on the loopback interface, with IAM enforced and functions run as
//! plain processes; it ends with the value, or with the test's process.

use std::fs::{self, File};
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
    running: Running,
    aws: Aws,
}

struct Running {
    child: Child,
    folder: PathBuf,
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
        let port = crate::free_port()?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = crate::target().join(format!("ifc-tools/run/{}-{number}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let endpoint = format!("https://127.0.0.1:{port}");
        let log = File::create(folder.join("log"))?;
        let child = Command::new(MINISTACK.program("python")?)
            .arg(crate::script("supervise.py"))
            .arg(MINISTACK.program("ministack")?)
            .current_dir(&folder)
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("AUTH", "true")
            .env("LAMBDA_EXECUTOR", "local")
            .env("IOT_MTLS_ENABLED", "0")
            // Buckets refuse plain HTTP. The emulator makes a certificate and has functions trust it.
            .env("USE_SSL", "1")
            // Functions find it by these, which they inherit.
            .env("AWS_ENDPOINT_URL", &endpoint)
            .env("SSL_CERT_FILE", folder.join("ministack-tls/server.crt"))
            .env("TMPDIR", &folder)
            .env("HOME", &folder)
            .env_remove("AWS_CA_BUNDLE")
            .env_remove("AWS_PROFILE")
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut running = Running { child, folder };
        let certificate = running.certificate();
        let patience = Duration::from_secs(60);
        crate::wait("the certificate", patience, || {
            running.check()?;
            Ok(certificate.exists().then_some(()))
        })?;
        let aws = Aws::connect(&endpoint, &certificate)?;
        crate::wait("MiniStack", patience, || {
            running.check()?;
            Ok(aws.call("sts", "GetCallerIdentity", json!({})).ok())
        })?;
        Ok(MiniStack { running, aws })
    }

    /// A client as the root user.
    pub fn aws(&self) -> &Aws {
        &self.aws
    }

    /// A folder that ends with it.
    pub fn folder(&self) -> &Path {
        &self.running.folder
    }

    /// The environment in which an SDK finds it and trusts it.
    pub fn environment(&self) -> Vec<(String, String)> {
        let certificate = self.running.certificate().display().to_string();
        let endpoint = self.aws.endpoint().to_owned();
        let variables = [
            ("AWS_ENDPOINT_URL", endpoint),
            ("SSL_CERT_FILE", certificate),
        ];
        variables
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    }

    /// The end of its log, to show when something fails.
    pub fn log(&self) -> String {
        self.running.log()
    }
}

impl Running {
    fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("MiniStack ended: {status}\n{}", self.log()),
            None => Ok(()),
        }
    }

    fn certificate(&self) -> PathBuf {
        self.folder.join("ministack-tls/server.crt")
    }

    fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(60)..].join("\n")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
