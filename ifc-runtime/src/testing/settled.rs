//! Lets time pass, and says what happened meanwhile.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use ifc_local::engine::{Outcome, What};

use super::shared::Shared;

/// More than this many invocations are taken for a circle that never ends.
const MOST_INVOCATIONS: usize = 10_000;

/// What happened while the test let time pass.
///
/// A dead letter that the test does not ask for, here or at its queue, fails the test at its end.
pub struct Settled {
    shared: Arc<Shared>,
    records: Range<usize>,
}

/// An invocation that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Name of the function.
    pub function: String,
    /// Whether it did what it was asked.
    pub is_ok: bool,
    /// Its error, if it has one.
    pub error: Option<String>,
    /// Messages of its batch that were not handled, by id.
    pub failed: Vec<String>,
    /// How long it took, on the clock of the test.
    pub duration: Duration,
}

/// Something that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The resource or function that could not handle it: `SHIPMENTS`, `nightly`.
    pub of: String,
    /// Why it was given up.
    pub reason: String,
}

impl Settled {
    /// The invocations that ended, in order.
    pub fn invocations(&self) -> Vec<Ran> {
        let state = self.shared.records();
        let records = &state.records[self.records.clone()];
        let ended = records.iter().filter_map(|record| match &record.what {
            What::Ended {
                function,
                outcome,
                duration,
                failed,
                ..
            } => Some(Ran {
                function: function.clone(),
                is_ok: outcome.is_ok(),
                error: error(outcome),
                failed: failed.clone(),
                duration: Duration::from_millis(*duration),
            }),
            _ => None,
        });
        ended.collect()
    }

    /// How often a function ran.
    pub fn runs(&self, function: &str) -> usize {
        self.shared.check_function(function);
        let invocations = self.invocations();
        let of = invocations.iter().filter(|ran| ran.function == function);
        of.count()
    }

    /// What was given up, in order. The test has then seen it.
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        let mut state = self.shared.records();
        let mut letters = Vec::new();
        let mut seen = Vec::new();
        for at in self.records.clone() {
            let (queue, reason) = match &state.records[at].what {
                What::DeadLetter { queue, reason, .. } => (queue, reason),
                What::Lost { from, reason, .. } => (from, reason),
                _ => continue,
            };
            letters.push(DeadLetter {
                of: self.shared.owner(queue),
                reason: reason.clone(),
            });
            seen.push(at);
        }
        state.seen.extend(seen);
        letters
    }
}

fn error(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Returned(_) => None,
        Outcome::Failed { message, .. } | Outcome::Crashed { message } => Some(message.clone()),
        Outcome::TimedOut => Some("timed out".into()),
    }
}

/// When time stops.
#[derive(Clone, Copy)]
enum Until {
    /// When nothing is in flight.
    Quiet,
    /// At this moment, in milliseconds since 1970.
    Moment(u64),
}

impl Shared {
    pub(super) async fn settle(self: &Arc<Self>) -> Settled {
        self.flow(Until::Quiet).await
    }

    pub(super) async fn advance(self: &Arc<Self>, by: Duration) -> Settled {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let end = self.now().saturating_add(by);
        self.flow(Until::Moment(end)).await
    }

    async fn flow(self: &Arc<Self>, until: Until) -> Settled {
        let first = self.records().records.len();
        self.state().is_flowing = true;
        self.pass(first, until).await;
        self.state().is_flowing = false;
        self.wait_for_running().await;
        Settled {
            records: first..self.records().records.len(),
            shared: self.clone(),
        }
    }

    async fn pass(self: &Arc<Self>, first: usize, until: Until) {
        let before = self.state().ended;
        loop {
            self.pump();
            self.check_circle(first, before);
            let ended = self.ended.notified();
            let now = self.now();
            let runs = !self.state().running.is_empty();
            let (is_busy, due) = {
                let engine = self.engine();
                (engine.is_busy(), engine.due(now))
            };
            let due = match until {
                Until::Quiet if !runs && !is_busy => return,
                Until::Quiet => due,
                Until::Moment(end) if now >= end => return,
                Until::Moment(end) => Some(due.map_or(end, |due| due.min(end))),
            };
            match due {
                // Only the end of an invocation leads on.
                None if runs => ended.await,
                // What is still there waits for nothing.
                None => return,
                Some(due) => {
                    // The clock stands still between two milliseconds.
                    let due = self.clock.at(due.max(now + 1));
                    tokio::select! {
                        biased;
                        () = ended => {}
                        () = tokio::time::sleep_until(due) => {}
                    }
                }
            }
        }
    }

    /// Waits for what has begun, which may take its time.
    async fn wait_for_running(self: &Arc<Self>) {
        loop {
            let ended = self.ended.notified();
            if self.state().running.is_empty() {
                return;
            }
            ended.await;
        }
    }

    #[allow(clippy::panic, reason = "fails the test")]
    fn check_circle(&self, first: usize, ended: usize) {
        if self.state().ended - ended <= MOST_INVOCATIONS {
            return;
        }
        let mut last: Vec<String> = self.records().records[first..]
            .iter()
            .rev()
            .filter_map(|record| match &record.what {
                What::Ended { function, .. } => Some(function.clone()),
                _ => None,
            })
            .take(20)
            .collect();
        last.sort_unstable();
        last.dedup();
        panic!(
            "after {MOST_INVOCATIONS} invocations something is still in flight, so it may never end; the last \
             functions that ran: {}",
            last.join(", ")
        );
    }
}
