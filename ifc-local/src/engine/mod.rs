//! The engine: all services of an account as one deterministic state machine.
//!
//! It has no clock, no threads and no I/O. Every method takes the time in milliseconds since 1970; the
//! same calls with the same times and seed give the same answers and ids, so that a run can be repeated
//! from a journal. A driver runs what [`Engine::begin`] gives (as processes, or as handlers in this
//! process), reports with [`Engine::finish`], and comes back at [`Engine::due`].

mod access;
mod call;
mod deliver;
mod deploy;
mod events;
mod functions;
mod http;
mod input;
mod invocation;
mod invoke;
mod lambda;
mod parcel;
mod queue_mapping;
mod queues;
mod record;
mod stream_mapping;
mod streams;
pub(crate) mod trace;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bucket::Buckets;
use crate::bus::Buses;
use crate::call::Answer;
use crate::http_api::HttpApi;
use crate::ids::Ids;
use crate::parameter::Parameters;
use crate::queue::Queues;
use crate::schedule::Schedules;
use crate::secret::Secrets;
use crate::table::Tables;
use crate::topic::Topics;

use access::Access;
use deploy::Wired;
use functions::Functions;
use parcel::Pending;
use queue_mapping::QueueMapping;
use stream_mapping::StreamMapping;

pub use access::{Decided, Need, Reason};
pub use deploy::DeployError;
pub use functions::{EventInvokeConfig, Function};
pub use http::HttpReply;
pub use input::{Input, InputReply, Output};
pub use invocation::{Invocation, Outcome};
pub use record::{Record, What};

/// What an engine is made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Where clients find the services: `http://127.0.0.1:4566`. URLs of queues begin with it.
    pub endpoint: String,
    /// The same seed gives the same ids.
    pub seed: u64,
    /// The most invocations of one function at a time, where it reserves no other number.
    pub concurrency: u64,
}

/// What a call comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// An answer.
    Done(Answer),
    /// The answer is that of an invocation, which has this request id: see [`Outcome::answer`].
    Invoked(String),
}

/// All services of an account in a region.
#[derive(Debug, Serialize, Deserialize)]
pub struct Engine {
    settings: Settings,
    ids: Ids,
    queues: Queues,
    tables: Tables,
    buckets: Buckets,
    topics: Topics,
    buses: Buses,
    schedules: Schedules,
    secrets: Secrets,
    parameters: Parameters,
    http: HttpApi,
    functions: Functions,
    /// By logical id.
    queue_mappings: BTreeMap<String, QueueMapping>,
    /// By logical id.
    stream_mappings: BTreeMap<String, StreamMapping>,
    /// The traces that changes of tables belong to, by stream and place.
    change_traces: BTreeMap<(String, u64), String>,
    access: Access,
    /// Connections that deployments made, by logical id.
    wired: BTreeMap<String, Wired>,
    /// Deliveries that are tried again, by the time of the next try.
    pending: BTreeMap<u64, Vec<Pending>>,
    /// How many deliveries to an endpoint are to fail.
    faults: BTreeMap<String, u64>,
    /// Names of resources and functions in the source, by ARN.
    names: BTreeMap<String, String>,
    #[serde(skip)]
    records: Vec<Record>,
}

impl Engine {
    /// An engine with nothing in it.
    pub fn new(settings: &Settings) -> Engine {
        let mut ids = Ids::new(settings.seed);
        Engine {
            settings: settings.clone(),
            queues: Queues::new(settings.endpoint.clone(), ids.number()),
            tables: Tables::default(),
            buckets: Buckets::new(ids.number()),
            topics: Topics::new(ids.number()),
            buses: Buses::new(ids.number()),
            schedules: Schedules::new(ids.number()),
            secrets: Secrets::new(ids.number()),
            parameters: Parameters::default(),
            http: HttpApi::default(),
            functions: Functions::default(),
            queue_mappings: BTreeMap::new(),
            stream_mappings: BTreeMap::new(),
            change_traces: BTreeMap::new(),
            access: Access::default(),
            wired: BTreeMap::new(),
            pending: BTreeMap::new(),
            faults: BTreeMap::new(),
            names: BTreeMap::new(),
            records: Vec::new(),
            ids,
        }
    }

    /// What it was made with, or moved to.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What happened since this was last asked, in order.
    pub fn take_records(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.records)
    }

    /// The functions, by name in the manifest.
    pub fn functions(&self) -> &BTreeMap<String, Function> {
        &self.functions.by_name
    }

    /// Takes a statement of a function's role away, by its index in the role's policy; whether there
    /// was one.
    pub fn remove_statement(&mut self, function: &str, statement: usize) -> bool {
        self.access.remove_statement(function, statement)
    }

    /// The X-Ray header of an invocation that runs.
    pub fn trace_of_invocation(&self, id: &str) -> Option<String> {
        let running = self.functions.running.get(id)?;
        Some(trace::root(&running.trace).to_owned())
    }

    /// A statement of a role's policy, by the function or schedule that has the role and its index.
    pub fn statement(&self, owner: &str, statement: usize) -> Option<serde_json::Value> {
        self.access.statement(owner, statement)
    }

    /// How many invocations of a function run.
    pub fn running(&self, function: &str) -> u64 {
        self.functions.busy(function)
    }

    /// The queues.
    pub fn queues(&self) -> &Queues {
        &self.queues
    }

    /// The buckets.
    pub fn buckets(&self) -> &Buckets {
        &self.buckets
    }

    /// The topics.
    pub fn topics(&self) -> &Topics {
        &self.topics
    }

    /// The buses.
    pub fn buses(&self) -> &Buses {
        &self.buses
    }

    /// The schedules.
    pub fn schedules(&self) -> &Schedules {
        &self.schedules
    }

    /// The secrets.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The tables.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    fn record(&mut self, at: u64, trace: &str, what: What) {
        self.records.push(Record {
            at,
            trace: trace::root(trace).to_owned(),
            what,
        });
    }

    /// The ARN of a resource or function, by its name in the source; queues for dead letters have the
    /// name that they have in the template.
    pub fn arn_of(&self, name: &str) -> Option<&str> {
        let mut named = self.names.iter();
        named
            .find(|(_, known)| *known == name)
            .map(|(arn, _)| arn.as_str())
    }

    /// The names of resources and functions in the source, by ARN.
    pub fn names(&self) -> &BTreeMap<String, String> {
        &self.names
    }

    /// The name in the source of what an ARN names, or else the ARN.
    fn name_of<'n>(&'n self, arn: &'n str) -> &'n str {
        self.names.get(arn).map_or(arn, String::as_str)
    }
}
