//! Schedules.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::read;
use crate::backend::BoxFuture;
use crate::dispatch::{Each, Payload, Reply, Trigger, done, guarded};

/// A run of a schedule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scheduled {
    /// The time that the schedule named, as in `2027-01-31T08:00:00Z`; empty if it is not known.
    pub time: String,
    /// ARN of the schedule; empty if it is not known.
    pub schedule: String,
    /// The same for all attempts of one run; empty if it is not known.
    pub execution: String,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// What the option `input` says; null if it is not given.
    pub input: Value,
}

impl Scheduled {
    /// The input as a type.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.input)
    }
}

/// `#[on(schedule(..))]`.
#[derive(Debug)]
pub struct Schedule;

/// What the template lets the scheduler send.
#[derive(Deserialize)]
struct Sent {
    #[serde(rename = "ifc.schedule")]
    run: Run,
    #[serde(default)]
    input: Value,
}

#[derive(Deserialize)]
struct Run {
    #[serde(default)]
    time: String,
    #[serde(default)]
    arn: String,
    #[serde(default)]
    execution: String,
    #[serde(default)]
    attempt: String,
}

/// What the scheduler sends where no input is set.
#[derive(Deserialize)]
struct Plain {
    source: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    time: String,
    #[serde(default)]
    resources: Vec<String>,
}

fn scheduled(payload: Value) -> Scheduled {
    if let Ok(sent) = Sent::deserialize(&payload) {
        return Scheduled {
            time: sent.run.time,
            schedule: sent.run.arn,
            execution: sent.run.execution,
            attempt: sent.run.attempt.parse().unwrap_or(1),
            input: sent.input,
        };
    }
    match Plain::deserialize(&payload) {
        Ok(plain) if matches!(plain.source.as_str(), "aws.scheduler" | "aws.events") => Scheduled {
            time: plain.time,
            schedule: plain.resources.into_iter().next().unwrap_or_default(),
            execution: plain.id,
            attempt: 1,
            input: Value::Null,
        },
        _ => Scheduled {
            attempt: 1,
            input: payload,
            ..Scheduled::default()
        },
    }
}

impl Payload<Schedule> for Scheduled {
    type Mode = Each;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(Scheduled) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        let handler = std::sync::Arc::new(handler);
        Trigger {
            source: "schedule",
            deliver: Box::new(move |event| {
                let handler = handler.clone();
                Box::pin(async move {
                    let payload: Value = read(&event.payload, "the run of the schedule")?;
                    let future = async { handler(scheduled(payload)).await };
                    done(guarded(event.context, None, future).await)
                })
            }),
        }
    }
}
