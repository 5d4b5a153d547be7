//! How the application is now: what waits where, how much there is, and how functions do.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::View;
use crate::engine::What;

/// Invocations of a function that an answer has at most.
const POINTS: usize = 300;

/// The state of the application.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct State {
    /// The time of the application, in milliseconds since 1970.
    pub now: u64,
    /// Number that the next record will have.
    pub next: u64,
    /// Another number after each deployment.
    pub revision: u64,
    /// Since when figures of functions are counted: the time of the oldest record that is kept.
    pub since: Option<u64>,
    /// Whether anything is on its way.
    pub busy: bool,
    /// Queues in order of name, those for dead letters too.
    pub queues: Vec<Queue>,
    /// Tables in order of name.
    pub tables: Vec<Table>,
    /// Buckets in order of name.
    pub buckets: Vec<Bucket>,
    /// Functions in order of name.
    pub functions: Vec<Function>,
}

/// A queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Queue {
    /// Name in the source, or that of a queue for dead letters in the template.
    pub name: String,
    /// Whether it is FIFO.
    pub fifo: bool,
    /// The queue or function whose dead letters it has.
    pub letters_of: Option<String>,
    /// The queue for its own dead letters.
    pub letters: Option<String>,
    /// Messages that can be received.
    pub waiting: u64,
    /// Messages that someone has received.
    pub in_flight: u64,
    /// Messages that can be received later.
    pub delayed: u64,
    /// When the oldest message was sent.
    pub oldest: Option<u64>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Name in the source.
    pub name: String,
    /// Items.
    pub items: u64,
    /// Indexes.
    pub indexes: Vec<String>,
}

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// Name in the source.
    pub name: String,
    /// Objects.
    pub objects: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// How a function does.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Function {
    /// Name.
    pub name: String,
    /// Invocations that run now.
    pub running: u64,
    /// Invocations that ended.
    pub invocations: usize,
    /// Those that failed or left some of a batch over.
    pub errors: usize,
    /// Half of the invocations took at most so many milliseconds.
    pub median: Option<u64>,
    /// 95 of 100 invocations took at most so many milliseconds.
    pub p95: Option<u64>,
    /// The longest.
    pub longest: Option<u64>,
    /// The last invocations, the oldest first.
    pub points: Vec<Point>,
}

/// An invocation that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Point {
    /// When it ended.
    pub at: u64,
    /// Milliseconds.
    pub duration: u64,
    /// Whether all was handled.
    pub ok: bool,
}

/// The state now.
pub fn state(view: View<'_>, next: u64, revision: u64) -> State {
    let named = |kind: &str| {
        let resources = view.manifest.resources.iter();
        let of_kind = resources.filter(|(_, resource)| resource.kind == kind);
        of_kind
            .filter_map(|(name, _)| Some((name.clone(), view.engine.arn_of(name)?)))
            .collect::<Vec<_>>()
    };
    let letters = view.graph.dead_letters.iter();
    let letters =
        letters.filter_map(|dead| Some((dead.queue.clone(), view.engine.arn_of(&dead.queue)?)));
    let queues = named("queue").into_iter().chain(letters);
    State {
        now: view.now,
        next,
        revision,
        since: view.records.first().map(|(_, record)| record.at),
        busy: view.engine.is_busy(),
        queues: queues
            .filter_map(|(name, arn)| queue(view, name, arn))
            .collect(),
        tables: named("table")
            .into_iter()
            .map(|(name, arn)| table(view, name, arn))
            .collect(),
        buckets: named("bucket")
            .into_iter()
            .map(|(name, arn)| {
                let bucket = arn.rsplit(':').next().unwrap_or_default();
                let (objects, bytes) = view.engine.buckets().size(bucket).unwrap_or_default();
                Bucket {
                    name,
                    objects,
                    bytes,
                }
            })
            .collect(),
        functions: functions(view),
    }
}

fn queue(view: View<'_>, name: String, arn: &str) -> Option<Queue> {
    let queue = view.engine.queues().find(arn)?;
    let counts = queue.counts(view.now);
    Some(Queue {
        fifo: arn.ends_with(".fifo"),
        letters_of: view.graph.letters_of(&name).map(str::to_owned),
        letters: view.graph.letters_for(&name).map(str::to_owned),
        waiting: counts.visible,
        in_flight: counts.in_flight,
        delayed: counts.delayed,
        oldest: queue.oldest(),
        name,
    })
}

fn table(view: View<'_>, name: String, arn: &str) -> Table {
    let request = json!({ "TableName": arn });
    let described = view.engine.tables().read("DescribeTable", &request);
    let described = described.unwrap_or_default();
    let lists = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
    let indexes = lists
        .iter()
        .filter_map(|list| described["Table"][*list].as_array())
        .flatten()
        .filter_map(|index| index["IndexName"].as_str());
    Table {
        name,
        items: described["Table"]["ItemCount"].as_u64().unwrap_or_default(),
        indexes: indexes.map(str::to_owned).collect(),
    }
}

fn functions(view: View<'_>) -> Vec<Function> {
    let mut points: BTreeMap<&str, Vec<Point>> = BTreeMap::new();
    for (_, record) in view.records {
        if let What::Ended {
            function,
            outcome,
            duration,
            failed,
            ..
        } = &record.what
        {
            points.entry(function).or_default().push(Point {
                at: record.at,
                duration: *duration,
                ok: outcome.is_ok() && failed.is_empty(),
            });
        }
    }
    let names = view.manifest.functions.keys();
    names
        .map(|name| {
            let mut points = points.remove(name.as_str()).unwrap_or_default();
            let mut durations: Vec<u64> = points.iter().map(|point| point.duration).collect();
            durations.sort_unstable();
            let shown = Function {
                name: name.clone(),
                running: view.engine.running(name),
                invocations: points.len(),
                errors: points.iter().filter(|point| !point.ok).count(),
                median: share(&durations, 50),
                p95: share(&durations, 95),
                longest: durations.last().copied(),
                points: Vec::new(),
            };
            let points = points.split_off(points.len().saturating_sub(POINTS));
            Function { points, ..shown }
        })
        .collect()
}

/// The value that so many of a hundred do not exceed (nearest rank).
fn share(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}
