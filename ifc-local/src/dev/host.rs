//! Everything of one application in one process: the engine, the processes of its functions, the APIs of
//! AWS for them, and the port for people.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ifc_catalog::manifest::Manifest;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::application::{Application, Failure, Runner, State};
use super::clock::Clock;
use super::console::Console;
use super::console::view::app::Addresses;
use super::front::Front;
use super::journal::JournalError;
use crate::call::{Answer, Call, Caller};
use crate::engine::{DeployError, Function, Invocation, Outcome, Settings};
use crate::error::ApiError;
use crate::server::instances::{self, Instances};
use crate::server::{self, Backend, Identity, Later, Server};
use crate::stack::Options;

/// The access key of whoever runs the application, to whom everything is allowed.
pub const ROOT_KEY: &str = "test";
/// Its secret.
pub const ROOT_SECRET: &str = "test";

/// How long a process is kept that has nothing to do.
const IDLE: Duration = Duration::from_secs(300);
/// How long requests under way may take when everything ends.
const PATIENCE: Duration = Duration::from_secs(2);

/// What an application is started with.
#[derive(Clone, Copy, Debug)]
pub struct HostOptions<'o> {
    /// Where its state is kept.
    pub state: State<'o>,
    /// The port for people; any free one if 0.
    pub port: u16,
    /// The most processes of one function, where it reserves no other number.
    pub concurrency: u64,
    /// Ids come from it.
    pub seed: u64,
    /// The file with samples of what can be sent, which the compiler writes.
    pub samples: Option<&'o Path>,
}

/// Why an application does not start.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// Somebody else has the port.
    #[error("port {port} cannot be had: {error}")]
    Port {
        /// The port.
        port: u16,
        /// Why.
        error: std::io::Error,
    },
    /// Its state cannot be read.
    #[error(transparent)]
    State(#[from] JournalError),
}

/// An application with everything around it. It ends with this value; [`Host::stop`] lets it end well.
#[derive(Debug)]
pub struct Host {
    application: Application,
    instances: Instances,
    endpoint: SocketAddr,
    console: Console,
    /// Whether the processes are those of what is deployed.
    ready: watch::Sender<bool>,
    front: Server,
    aws: Server,
}

impl Host {
    /// Starts what an application needs; nothing is deployed yet. Must be called inside of a tokio
    /// runtime.
    ///
    /// # Errors
    /// If the port or the state cannot be had.
    pub async fn start(options: HostOptions<'_>) -> Result<Host, HostError> {
        let bind = async |port: u16| {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port))
                .await
                .map_err(|error| HostError::Port { port, error })
        };
        let front = bind(options.port).await?;
        let aws = bind(0).await?;
        let address = |listener: &TcpListener| {
            let unknown = |error| HostError::Port { port: 0, error };
            listener.local_addr().map_err(unknown)
        };
        let endpoint = address(&aws)?;
        let settings = Settings {
            endpoint: format!("http://{endpoint}"),
            seed: options.seed,
            concurrency: options.concurrency,
        };
        let watcher: Arc<OnceLock<Application>> = Arc::default();
        let lines = {
            let watcher = Arc::clone(&watcher);
            Arc::new(move |function: &str, line: &str| {
                if let Some(application) = watcher.get() {
                    application.log(function, request_id(line).as_deref(), line);
                }
            })
        };
        let instances = Instances::new(instances::Settings {
            endpoint: settings.endpoint.clone(),
            idle: IDLE,
            lines,
        });
        let ready = watch::Sender::new(false);
        let runner = Arc::new(Processes {
            instances: instances.clone(),
            ready: ready.subscribe(),
        });
        let application = Application::start(&settings, options.state, runner)?;
        // It is empty: nobody else has it.
        let _ = watcher.set(application.clone());
        let failed = |error| HostError::Port { port: 0, error };
        let backend = Arc::new(Services {
            application: application.clone(),
            instances: instances.clone(),
        });
        let aws = server::serve(aws, backend).map_err(failed)?;
        let addresses = Addresses {
            http: Some(format!("http://{}", address(&front)?)),
            services: settings.endpoint.clone(),
        };
        let samples = options.samples.map(Path::to_owned);
        let console = Console::new(application.clone(), addresses, samples);
        let front = Front::serve(front, application.clone(), console.clone()).map_err(failed)?;
        Ok(Host {
            application,
            instances,
            endpoint,
            console,
            ready,
            front,
            aws,
        })
    }

    /// Deploys a manifest, whose functions are in this program.
    ///
    /// # Errors
    /// What could not be made or kept; everything else is there.
    pub async fn deploy(
        &self,
        manifest: Manifest,
        options: Options,
        program: PathBuf,
    ) -> Result<Result<(), Vec<DeployError>>, Failure> {
        // What is deployed starts functions at once, such as for messages that wait.
        self.ready.send_replace(false);
        let deployed = match self.application.deploy(manifest, options).await {
            Ok(deployed) => deployed,
            Err(failure) => {
                self.ready.send_replace(true);
                return Err(failure);
            }
        };
        let functions = self.application.read(|engine| engine.functions().clone());
        let concurrency = self
            .application
            .read(|engine| engine.settings().concurrency);
        let processes = functions.into_values().map(|function| instances::Function {
            log_group: format!("/aws/lambda/{}", function.physical_name),
            name: function.name,
            physical_name: function.physical_name,
            arn: function.arn,
            program: program.clone(),
            environment: here(function.environment),
            memory: function.memory,
            timeout: Duration::from_secs(function.timeout),
            concurrency: usize::try_from(function.reserved.unwrap_or(concurrency))
                .unwrap_or(usize::MAX),
        });
        self.instances.deploy(processes);
        self.ready.send_replace(true);
        Ok(deployed)
    }

    /// The application.
    pub fn application(&self) -> &Application {
        &self.application
    }

    /// Where people find it: the HTTP API, and the page below `/_ifc/`.
    pub fn address(&self) -> SocketAddr {
        self.front.address()
    }

    /// Where clients of AWS find its services.
    pub fn endpoint(&self) -> SocketAddr {
        self.endpoint
    }

    /// Ends well: requests under way are answered, processes ended, and everything is kept.
    pub async fn stop(self) {
        self.console.close();
        self.front.stop(PATIENCE).await;
        self.instances.stop().await;
        self.aws.stop(PATIENCE).await;
        self.application.stop().await;
    }
}

/// The environment, with what tells the runtime that its services are here.
fn here(mut environment: BTreeMap<String, String>) -> BTreeMap<String, String> {
    environment.insert("IFC_LOCAL".into(), "1".into());
    environment
}

/// The request id in a line of the runtime's log.
fn request_id(line: &str) -> Option<String> {
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    Some(line["requestId"].as_str()?.to_owned())
}

/// Functions as processes.
struct Processes {
    instances: Instances,
    ready: watch::Receiver<bool>,
}

impl Runner for Processes {
    fn run(&self, _: Function, invocation: Invocation) -> Later<'static, Outcome> {
        let (instances, mut ready) = (self.instances.clone(), self.ready.clone());
        Box::pin(async move {
            // Without the host there is nothing to wait for.
            let _ = ready.wait_for(|ready| *ready).await;
            instances.run(&invocation).await.outcome
        })
    }
}

/// The services, for the processes of functions and for whoever runs the application.
struct Services {
    application: Application,
    instances: Instances,
}

impl Backend for Services {
    fn call(&self, caller: Caller, call: Call) -> Later<'_, Result<Answer, ApiError>> {
        Box::pin(self.application.call(caller, call))
    }

    fn identity(&self, access_key: &str) -> Option<Identity> {
        match access_key {
            ROOT_KEY => Some(Identity {
                caller: Caller::Root,
                secret: ROOT_SECRET.into(),
            }),
            other => self.instances.identity(other),
        }
    }

    fn now(&self) -> u64 {
        // Clients sign with the machine's time, however far the application's clock is ahead.
        Clock::default().now()
    }

    fn changed(&self) -> Later<'_, ()> {
        self.application.changed()
    }
}
