//! The page of `cargo ifc dev` and the API behind it, below `/_ifc/`.
//!
//! What the page shows comes from [`view`], what it does goes through `actions`; `docs/dev.md` describes
//! the API.

mod actions;
mod assets;
mod events;
mod guard;
mod redrive;
mod reply;
mod trace_of;
pub mod view;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::{Method, Request, StatusCode};
use ifc_catalog::manifest::Manifest;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

use super::Application;
use crate::percent::{decode, pairs};
use reply::Problem;
use view::View;
use view::app::Addresses;
use view::graph::Graph;

pub use reply::{Body, Responded};

/// Bytes of the body of a request.
const LARGEST: usize = 16 * 1024 * 1024;
/// Traces that an answer has, unless the request says otherwise.
const TRACES: usize = 200;

/// The page of an application.
#[derive(Clone, Debug)]
pub struct Console {
    application: Application,
    addresses: Addresses,
    samples: Option<PathBuf>,
    deployed: Arc<Mutex<Deployed>>,
    closing: Arc<watch::Sender<bool>>,
}

/// What is deployed, as a graph, so that it is not made anew for each request.
#[derive(Debug, Default)]
struct Deployed {
    manifest: Option<Arc<Manifest>>,
    graph: Arc<Graph>,
    revision: u64,
}

impl Console {
    /// The page of an application that is found at these addresses. `samples` is the file with sample
    /// events that the compiler writes.
    pub fn new(
        application: Application,
        addresses: Addresses,
        samples: Option<PathBuf>,
    ) -> Console {
        Console {
            application,
            addresses,
            samples,
            deployed: Arc::default(),
            closing: Arc::new(watch::Sender::new(false)),
        }
    }

    /// Ends the streams of events, which have no end of their own.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Whether a path belongs to the page.
    pub fn serves(path: &str) -> bool {
        path == "/_ifc" || path.starts_with("/_ifc/")
    }

    /// Answers a request whose path is below `/_ifc/`.
    pub async fn handle<B>(&self, request: Request<B>) -> Responded
    where
        B: hyper::body::Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let answered = match guard::check(request.method(), request.headers()) {
            Ok(()) => self.route(request).await,
            Err(problem) => Err(problem),
        };
        answered.unwrap_or_else(|problem| problem.into_response())
    }

    async fn route<B>(&self, request: Request<B>) -> Result<Responded, Problem>
    where
        B: hyper::body::Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (head, body) = request.into_parts();
        let path = head.uri.path();
        let Some(rest) = path.strip_prefix("/_ifc/") else {
            return Ok(reply::redirect("/_ifc/"));
        };
        let Some(api) = rest.strip_prefix("api/") else {
            return match head.method {
                Method::GET | Method::HEAD => assets::asset(rest, &head.headers),
                _ => Err(Problem::method("GET, HEAD")),
            };
        };
        let segments: Vec<String> = api.split('/').map(decode).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let query = Query(pairs(head.uri.query().unwrap_or_default()));
        if let [action] = segments.as_slice()
            && actions::NAMES.contains(action)
        {
            if head.method != Method::POST {
                return Err(Problem::method("POST"));
            }
            let body = Limited::new(body, LARGEST).collect().await;
            let body = body.map_err(|error| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    format!("the body cannot be read: {error}"),
                )
            })?;
            return self.act(action, &body.to_bytes()).await;
        }
        if head.method != Method::GET && head.method != Method::HEAD {
            return Err(Problem::method("GET, HEAD"));
        }
        self.show(&segments, &query, &head.headers)
    }

    /// Answers what reads.
    fn show(
        &self,
        segments: &[&str],
        query: &Query,
        headers: &hyper::HeaderMap,
    ) -> Result<Responded, Problem> {
        match segments {
            ["app"] => Ok(self.look(|view| json(&view::app::app(view, &self.addresses)))),
            ["state"] => Ok(self
                .look_at(|view, next, revision| json(&view::state::state(view, next, revision)))),
            ["events"] => {
                let last = headers.get("last-event-id");
                let last = last.and_then(|id| id.to_str().ok()?.parse::<u64>().ok());
                let after = match last {
                    Some(last) => Some(last),
                    None => query.number("after")?,
                };
                let before = query.number("last")?.unwrap_or_default();
                Ok(events::stream(
                    &self.application,
                    after,
                    before,
                    self.closing.subscribe(),
                ))
            }
            ["traces"] => {
                let limit = query.number("limit")?.map(usize::try_from);
                let limit = limit.and_then(Result::ok).unwrap_or(TRACES);
                Ok(self.look(|view| json(&Listed::Traces(view::traces::traces(view, limit)))))
            }
            ["traces", root] => self.look(|view| match view::trace::trace(view, root) {
                Some(trace) => Ok(json(&trace)),
                None => Err(Problem::missing(format!(
                    "there is no trace `{root}`, or none of its records is kept any more"
                ))),
            }),
            ["decisions"] => {
                Ok(self.look(|view| json(&Listed::Decisions(view::decisions::decisions(view)))))
            }
            ["queues", name, "messages"] => {
                let after = query.number("after")?;
                self.look(|view| match view::data::messages(view, name, after) {
                    Some(messages) => Ok(json(&messages)),
                    None => Err(Problem::unknown("queue", name, &queues(view))),
                })
            }
            ["tables", name, "items"] => {
                let start = query.get("start").map(serde_json::from_str);
                let start = start.transpose().map_err(|error| {
                    Problem::new(
                        StatusCode::BAD_REQUEST,
                        format!("`start` is not what a page gave as `next`: {error}"),
                    )
                })?;
                self.look(|view| {
                    let arn = arn(view, "table", name)?;
                    let items = view::data::items(
                        view,
                        arn,
                        query.get("index"),
                        query.get("partition"),
                        start,
                    );
                    Ok(json(&items?))
                })
            }
            ["buckets", name, "objects"] => self.look(|view| {
                let bucket = bucket(view, name)?;
                let prefix = query.get("prefix").unwrap_or_default();
                let after = query.get("after").unwrap_or_default();
                Ok(json(&view::data::objects(view, bucket, prefix, after)?))
            }),
            ["buckets", name, "content"] => self.look(|view| {
                let bucket = bucket(view, name)?;
                let key = query.get("key").ok_or_else(|| {
                    Problem::new(StatusCode::BAD_REQUEST, "`key` says which object".into())
                })?;
                let request = serde_json::json!({ "Bucket": bucket, "Key": key });
                let answer = view.engine.buckets().read("GetObject", &request)?;
                let kind = answer.output["ContentType"].as_str();
                Ok(reply::object(kind, answer.body))
            }),
            ["samples"] => self.samples(),
            _ => Err(Problem::missing(format!(
                "there is no `/_ifc/api/{}`; there are {}, and with POST {}",
                segments.join("/"),
                "app, state, events, traces, traces/{root}, decisions, queues/{name}/messages, \
                 tables/{name}/items, buckets/{name}/objects, buckets/{name}/content, samples",
                actions::NAMES.join(", "),
            ))),
        }
    }

    fn look<R>(&self, look: impl FnOnce(View<'_>) -> R) -> R {
        self.look_at(|view, _, _| look(view))
    }

    /// Looks at everything; the numbers are those of the next record and of the deployment.
    fn look_at<R>(&self, look: impl FnOnce(View<'_>, u64, u64) -> R) -> R {
        let manifest = self.application.manifest();
        let (graph, revision) = self.graph(&manifest);
        let (records, next) = self.application.records(0);
        let now = self.application.now();
        self.application.read(|engine| {
            let view = View {
                engine,
                manifest: &manifest,
                graph: &graph,
                records: &records,
                now,
            };
            look(view, next, revision)
        })
    }

    /// The graph of what is deployed, and the number of the deployment.
    fn graph(&self, manifest: &Arc<Manifest>) -> (Arc<Graph>, u64) {
        let mut deployed = self.deployed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = deployed.manifest.as_ref();
        if !known.is_some_and(|known| Arc::ptr_eq(known, manifest)) {
            deployed.graph = Arc::new(Graph::new(manifest));
            deployed.manifest = Some(Arc::clone(manifest));
            deployed.revision += 1;
        }
        (Arc::clone(&deployed.graph), deployed.revision)
    }

    fn samples(&self) -> Result<Responded, Problem> {
        let Some(path) = &self.samples else {
            return Ok(json(&serde_json::json!({})));
        };
        let wrong = |error: &dyn std::fmt::Display| {
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                format!("{}: {error}", path.display()),
            )
        };
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let samples: Value = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
                Ok(json(&samples))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Ok(json(&serde_json::json!({})))
            }
            Err(error) => Err(wrong(&error)),
        }
    }
}

/// Lists are members, so that something can be added beside them.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Listed {
    Traces(Vec<view::traces::Trace>),
    Decisions(Vec<view::decisions::Decisions>),
}

/// Names and values of a query.
struct Query(Vec<(String, String)>);

impl Query {
    /// The value of a name; none if it is empty.
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    fn number(&self, name: &str) -> Result<Option<u64>, Problem> {
        let number = self.get(name).map(str::parse::<u64>).transpose();
        number.map_err(|error| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                format!("`{name}` is no number: {error}"),
            )
        })
    }
}

fn json(value: &impl Serialize) -> Responded {
    reply::json(StatusCode::OK, value)
}

/// Names of all queues, those for dead letters too.
fn queues(view: View<'_>) -> Vec<String> {
    let mut queues = names(view, "queue");
    queues.extend(
        view.graph
            .dead_letters
            .iter()
            .map(|dead| dead.queue.clone()),
    );
    queues
}

/// Names of all resources of a kind.
fn names(view: View<'_>, kind: &str) -> Vec<String> {
    let resources = view.manifest.resources.iter();
    let of_kind = resources.filter(|(_, resource)| resource.kind == kind);
    of_kind.map(|(name, _)| name.clone()).collect()
}

/// The ARN of a resource of a kind.
fn arn<'v>(view: View<'v>, kind: &str, name: &str) -> Result<&'v str, Problem> {
    let known = names(view, kind);
    let arn = view.engine.arn_of(name);
    arn.filter(|_| known.iter().any(|known| known == name))
        .ok_or_else(|| Problem::unknown(kind, name, &known))
}

/// The physical name of a bucket.
fn bucket<'v>(view: View<'v>, name: &str) -> Result<&'v str, Problem> {
    let arn = arn(view, "bucket", name)?;
    Ok(arn.rsplit(':').next().unwrap_or_default())
}
