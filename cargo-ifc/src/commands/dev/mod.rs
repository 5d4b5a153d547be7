//! `cargo ifc dev`: builds, runs, and does both again when a source changes.

mod banner;
mod build;
mod emulator;
mod running;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ifc_compiler::catalog::manifest::Manifest;
use ifc_compiler::load::{self, Loaded};
use ifc_local::dev::{Host, HostError, HostOptions, JournalError, State};
use ifc_local::stack::{Options, without_effect};
use ifc_local::{Call, Caller};
use serde_json::json;

use crate::application::{output_folder, refused, selected};
use crate::args::{Dev, MessageFormat};
use crate::failure::{Failure, usage};

use build::Built;
use emulator::Emulator;
pub(crate) use running::Running;

/// The port that is taken when nothing is said.
const PORT: u16 = 3000;

pub(crate) fn run(options: &Dev) -> Result<(), Failure> {
    named_once(options)?;
    let (_, request) = selected(&options.select)?;
    let loaded = load::load(&request).map_err(|error| refused(MessageFormat::Human, error))?;
    let folder = output_folder(&loaded).join("dev");
    std::fs::create_dir_all(&folder)
        .map_err(|error| usage(format!("cannot make `{}`", folder.display()), error))?;
    let built = build::build(options, &loaded, &folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| usage("cannot start", error))?;
    match &options.endpoint {
        Some(endpoint) => runtime.block_on(emulate(options, endpoint, &loaded, &folder, built)),
        None => runtime.block_on(serve(options, &loaded, &folder, built)),
    }
}

/// Keeps an emulator up to date.
async fn emulate(
    options: &Dev,
    endpoint: &str,
    loaded: &Loaded,
    folder: &Path,
    mut built: Built,
) -> Result<(), Failure> {
    let emulator = Emulator::new(endpoint);
    let mut watcher = match options.no_watch {
        true => None,
        false => Some(watch::Watcher::start(loaded)?),
    };
    loop {
        let template = folder.with_file_name("template.json");
        let unreadable =
            |path: &Path, error: String| usage(format!("cannot read `{}`", path.display()), error);
        let program =
            std::fs::read(&built.program).map_err(|e| unreadable(&built.program, e.to_string()))?;
        // Debug information would be most of what is sent.
        let stripped = ifc_witness::stripped(&program);
        let stripped = stripped.map_err(|error| unreadable(&built.program, error.to_string()))?;
        let bundle = super::build::bundle_of(&stripped)
            .map_err(|error| usage("cannot bundle the binary", error))?;
        let template =
            std::fs::read_to_string(&template).map_err(|e| unreadable(&template, e.to_string()))?;
        let parameters = parameters(options, &built.manifest)?;
        let outputs = emulator.deploy(&emulator::Stack {
            manifest: &built.manifest,
            template: &template,
            bundle: &bundle,
            parameters: parameters.into_iter().collect(),
        })?;
        banner::deployed(&built.manifest.package, &outputs);
        built = loop {
            let Some(watcher) = &mut watcher else {
                return Ok(());
            };
            tokio::select! {
                () = watcher.changed() => {}
                _ = tokio::signal::ctrl_c() => return Ok(()),
            }
            match build::build(options, loaded, folder) {
                Ok(built) => break built,
                Err(Failure::Diagnostics) => banner::kept(),
                Err(other) => return Err(other),
            }
        };
    }
}

async fn serve(options: &Dev, loaded: &Loaded, folder: &Path, built: Built) -> Result<(), Failure> {
    let state = folder.join("state.db");
    let (all, tables): (Vec<_>, Vec<_>) = options.reset.iter().partition(|name| name.is_empty());
    if !all.is_empty() {
        remove(&state)?;
    }
    let samples = folder.with_file_name("samples.json");
    let host = start(options, &state, &samples).await?;
    if let Some(copy) = host.application().taken_over() {
        banner::taken_over(copy);
    }
    for table in tables {
        reset(&host, table).await?;
    }
    deploy(options, &host, built).await?;
    let running = Running::write(folder, &host)?;
    banner::print(&host, &running);
    tokio::spawn(banner::follow(host.application().clone()));
    let mut watcher = match options.no_watch {
        true => None,
        false => Some(watch::Watcher::start(loaded)?),
    };
    loop {
        let changed = async {
            match &mut watcher {
                Some(watcher) => watcher.changed().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = changed => {}
            ended = tokio::signal::ctrl_c() => {
                ended.map_err(|error| usage("cannot wait for Ctrl-C", error))?;
                break;
            }
        }
        match build::build(options, loaded, folder) {
            Ok(built) => {
                deploy(options, &host, built).await?;
                banner::reloaded();
            }
            // What is wrong was shown; what ran before goes on.
            Err(Failure::Diagnostics) => banner::kept(),
            Err(other) => return Err(other),
        }
    }
    banner::stopping();
    running.remove();
    host.stop().await;
    Ok(())
}

/// Starts at the port that is asked for, or at 3000 or any other.
async fn start(options: &Dev, state: &Path, samples: &Path) -> Result<Host, Failure> {
    let host = |port| HostOptions {
        state: match options.memory {
            true => State::Memory,
            false => State::File(state),
        },
        port,
        concurrency: options.concurrency,
        seed: seed(),
        samples: Some(samples),
    };
    let started = match (
        options.port,
        Host::start(host(options.port.unwrap_or(PORT))).await,
    ) {
        (None, Err(HostError::Port { .. })) => Host::start(host(0)).await,
        (_, other) => other,
    };
    started.map_err(|error| match &error {
        HostError::Port { port, .. } => Failure::Usage(format!(
            "{error}\n  leave out `--port {port}` to take any free one"
        )),
        HostError::State(JournalError::InUse(_)) => Failure::Usage(format!(
            "{error}\n  another `cargo ifc dev` runs this application; stop it, or give this one `--memory`"
        )),
        HostError::State(JournalError::Damaged { .. }) => Failure::Usage(format!(
            "{error}\n  begin again without the data: `cargo ifc dev --reset`"
        )),
        HostError::State(JournalError::Version { .. } | JournalError::Build { .. }) => {
            Failure::Usage(format!(
                "{error}\n  nothing is changed: go on with the one that wrote it, or begin again without \
                 the data: `cargo ifc dev --reset`"
            ))
        }
        HostError::State(JournalError::Write { .. }) => Failure::Usage(error.to_string()),
    })
}

/// The time, so that no two lives of an application give the same ids.
fn seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| now.as_nanos() as u64)
}

fn remove(state: &Path) -> Result<(), Failure> {
    for suffix in ["", "-wal", "-shm"] {
        let mut path = state.as_os_str().to_owned();
        path.push(suffix);
        let path = PathBuf::from(path);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(usage(format!("cannot remove `{}`", path.display()), error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Gives up a table with its items; the deployment makes it again.
async fn reset(host: &Host, table: &str) -> Result<(), Failure> {
    let application = host.application();
    let (arn, mut tables) = application.read(|engine| {
        let named = engine.names().iter();
        let tables = named.filter(|(arn, _)| arn.contains(":dynamodb:"));
        let tables: Vec<String> = tables.map(|(_, name)| name.clone()).collect();
        (engine.arn_of(table).map(str::to_owned), tables)
    });
    let arn = arn.filter(|arn| arn.contains(":dynamodb:"));
    let Some(arn) = arn else {
        tables.sort();
        return Err(Failure::Usage(format!(
            "there is no data of a table `{table}`; there is that of: {}",
            tables.join(", ")
        )));
    };
    let delete = Call::new("dynamodb", "DeleteTable", json!({ "TableName": arn }));
    let deleted = application.call(Caller::Root, delete).await;
    let deleted = deleted.map_err(|error| usage(format!("cannot reset `{table}`"), error))?;
    banner::reset(table, &deleted.output["TableDescription"]["ItemCount"]);
    Ok(())
}

/// Refuses parameters of which one value would get lost.
fn named_once(options: &Dev) -> Result<(), Failure> {
    let mut names = BTreeSet::new();
    for (name, _) in &options.parameter {
        if name == "Stage" {
            let message = "write `--stage NAME` instead of `--parameter Stage=NAME`";
            return Err(Failure::Usage(message.to_owned()));
        }
        if !names.insert(name) {
            let message = format!("`--parameter {name}=..` is given twice");
            return Err(Failure::Usage(message));
        }
    }
    Ok(())
}

/// The parameters of the stack that the command line sets.
fn parameters(options: &Dev, manifest: &Manifest) -> Result<BTreeMap<String, String>, Failure> {
    let mut parameters: BTreeMap<String, String> = options.parameter.iter().cloned().collect();
    parameters.insert("Stage".to_owned(), options.stage.clone());
    for name in parameters.keys() {
        if !manifest.parameters.contains_key(name) {
            let known: Vec<&str> = manifest.parameters.keys().map(String::as_str).collect();
            return Err(Failure::Usage(format!(
                "the stack has no parameter `{name}`; it has: {}",
                known.join(", ")
            )));
        }
    }
    Ok(parameters)
}

async fn deploy(options: &Dev, host: &Host, built: Built) -> Result<(), Failure> {
    let stack = Options {
        name: String::new(),
        parameters: parameters(options, &built.manifest)?,
    };
    let application = host.application();
    let before = without_effect(&application.manifest());
    for property in without_effect(&built.manifest) {
        if !before.contains(&property) {
            banner::without_effect(&property);
        }
    }
    let deployed = host
        .deploy(built.manifest, stack, built.program)
        .await
        .map_err(|failure| Failure::Usage(failure.to_string()))?;
    for error in deployed.err().into_iter().flatten() {
        banner::error(&error.to_string());
    }
    Ok(())
}
