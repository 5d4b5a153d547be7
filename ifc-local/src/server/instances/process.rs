//! A process of a function, from its start to its end.

use std::net::Ipv4Addr;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::watch;

use super::log::{Log, Sink};
use super::{Function, Keys};
use crate::server::listen::Server;
use crate::server::runtime_api::{Channel, RuntimeApi};

/// A process with its own Runtime API. It ends with this value.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) channel: Arc<Channel>,
    pub(super) log: Log,
    /// How it ended.
    pub(super) exited: watch::Receiver<Option<ExitStatus>>,
    group: Option<Pid>,
    _api: Server,
}

impl Process {
    pub(super) async fn start(
        function: &Function,
        keys: &Keys,
        endpoint: &str,
        sink: Sink,
    ) -> std::io::Result<Process> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let channel = Channel::new();
        let api = Server::start(listener, RuntimeApi(Arc::clone(&channel)))?;
        let (reader, writer) = std::io::pipe()?;
        let mut command = Command::new(&function.program);
        command
            .env_clear()
            .envs(environment(function, keys))
            .env("AWS_LAMBDA_RUNTIME_API", api.address().to_string())
            .env("AWS_ENDPOINT_URL", endpoint)
            .envs(&function.environment)
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .process_group(0)
            .kill_on_drop(true);
        let mut child = command.spawn()?;
        // It holds the other end of the pipe.
        drop(command);
        let group = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        let log = Log::of(reader, sink)?;
        let (exit, exited) = watch::channel(None);
        tokio::spawn(async move {
            let status = child.wait().await;
            // What it has started ends with it.
            if let Some(group) = group {
                let _ = kill_process_group(group, Signal::KILL);
            }
            exit.send_replace(Some(status.unwrap_or_default()));
        });
        Ok(Process {
            channel,
            log,
            exited,
            group,
            _api: api,
        })
    }

    /// Ends it, and what it has started.
    pub(super) fn kill(&self) {
        if let (Some(group), None) = (self.group, *self.exited.borrow()) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// How it ended, when it has.
    pub(super) async fn exit(&self) -> ExitStatus {
        let mut exited = self.exited.clone();
        let status = exited.wait_for(Option::is_some).await;
        status.ok().and_then(|status| *status).unwrap_or_default()
    }

    /// Bytes of memory that it uses.
    pub(super) fn memory(&self) -> u64 {
        let Some(group) = self.group else { return 0 };
        let path = format!("/proc/{}/status", group.as_raw_nonzero());
        // It may have ended.
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes =
            line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kilobytes.unwrap_or(0) << 10
    }

    /// Waits until it has asked for something to do once more than that; false if it has ended or time
    /// is up.
    pub(super) async fn ready(&self, asked_before: u64, patience: Duration) -> bool {
        let mut asked = self.channel.asked();
        tokio::select! {
            ready = asked.wait_for(|count| *count > asked_before) => ready.is_ok(),
            _ = self.exit() => false,
            () = tokio::time::sleep(patience) => false,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What a function finds in its environment on Lambda.
/// Source: Lambda Developer Guide, "Defined runtime environment variables".
fn environment(function: &Function, keys: &Keys) -> Vec<(&'static str, String)> {
    let path = std::env::var("PATH").unwrap_or_else(|_| "/usr/local/bin:/usr/bin:/bin".into());
    vec![
        ("_HANDLER", "bootstrap".into()),
        ("AWS_ACCESS_KEY_ID", keys.id.clone()),
        ("AWS_DEFAULT_REGION", crate::REGION.into()),
        (
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            function.memory.to_string(),
        ),
        ("AWS_LAMBDA_FUNCTION_NAME", function.physical_name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", function.log_group.clone()),
        (
            "AWS_LAMBDA_LOG_STREAM_NAME",
            format!("[$LATEST]{}", keys.id),
        ),
        ("AWS_REGION", crate::REGION.into()),
        ("AWS_SECRET_ACCESS_KEY", keys.secret.clone()),
        ("AWS_SESSION_TOKEN", keys.id.clone()),
        ("LANG", "en_US.UTF-8".into()),
        ("PATH", path),
        ("TZ", ":UTC".into()),
    ]
}

/// How Lambda words the end of a process that had something to do.
pub(super) fn ended(status: ExitStatus) -> String {
    let how = match (status.code(), status.signal()) {
        (Some(0), _) => return "Runtime exited without providing a reason".into(),
        (Some(code), _) => format!("exit status {code}"),
        (None, signal) => format!("signal: {}", name(signal.unwrap_or_default())),
    };
    format!("Runtime exited with error: {how}")
}

fn name(signal: i32) -> String {
    let name = match signal {
        1 => "hangup",
        2 => "interrupt",
        3 => "quit",
        4 => "illegal instruction",
        6 => "aborted",
        7 => "bus error",
        8 => "floating point exception",
        9 => "killed",
        11 => "segmentation fault",
        13 => "broken pipe",
        15 => "terminated",
        other => return other.to_string(),
    };
    name.to_owned()
}
