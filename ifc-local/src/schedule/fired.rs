//! Runs of schedules.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ids::Ids;
use crate::letter::letter;
use crate::moment;

/// A run of a schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fired {
    /// ARN of the schedule.
    pub schedule: String,
    /// Name of the group.
    pub group: String,
    /// ARN of the target.
    pub endpoint: String,
    /// ARN of the role that is taken to reach it.
    pub role: String,
    /// The time that the expression names, in milliseconds since 1970; within a flexible window the
    /// run itself is later.
    pub scheduled: u64,
    /// How often delivery is tried again.
    pub retries: u32,
    /// Seconds until it is given up.
    pub max_age: u64,
    /// ARN of the queue for what cannot be delivered.
    pub dead_letters: Option<String>,
    /// The target as it was given, for the parameters of its kind: `SqsParameters`,
    /// `EventBridgeParameters`.
    #[serde(with = "crate::serial::json")]
    pub target: Value,
    pub(super) seed: u64,
}

/// Times of a schedule for which there is one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// ARN.
    pub schedule: String,
    /// The first of them, in milliseconds since 1970.
    pub first: u64,
    /// The last of them, for which it runs.
    pub last: u64,
}

impl Fired {
    /// Id of an attempt, the first of which is 1.
    pub fn execution(&self, attempt: u32) -> String {
        format!("{:016x}", Ids::new(self.seed ^ u64::from(attempt)).number())
    }

    /// What the target receives at an attempt, the first of which is 1.
    ///
    /// Source: EventBridge Scheduler User Guide, "Adding context attributes"; without an input of
    /// its own a target receives a notification of the form that events have.
    pub fn input(&self, attempt: u32) -> String {
        let scheduled = moment::iso_seconds(self.scheduled);
        let Some(input) = self.target["Input"].as_str() else {
            return json!({
                "version": "0",
                "id": Ids::new(self.seed).uuid(),
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": crate::ACCOUNT,
                "time": scheduled,
                "region": crate::REGION,
                "resources": [self.schedule],
                "detail": "{}",
            })
            .to_string();
        };
        input
            .replace("<aws.scheduler.scheduled-time>", &scheduled)
            .replace("<aws.scheduler.schedule-arn>", &self.schedule)
            .replace("<aws.scheduler.execution-id>", &self.execution(attempt))
            .replace("<aws.scheduler.attempt-number>", &attempt.to_string())
    }

    /// The members of the `SendMessage` that puts the run into the queue for dead letters, but for
    /// `QueueUrl`, after so many tries. `exhausted` is what ran out: `MaximumRetryAttempts` or
    /// `MaximumEventAgeInSeconds`.
    ///
    /// Source: EventBridge Scheduler User Guide, "Configuring a schedule's dead-letter queue in
    /// EventBridge Scheduler".
    pub fn dead_letter(
        &self,
        code: &str,
        message: &str,
        tries: u32,
        exhausted: Option<&str>,
    ) -> Value {
        let scheduled = moment::iso_seconds(self.scheduled);
        let execution = self.execution(tries.max(1));
        let retries = tries.saturating_sub(1).to_string();
        let attributes = [
            ("SCHEDULE_ARN", Some(self.schedule.as_str())),
            ("SCHEDULED_TIME", Some(&scheduled)),
            ("EXECUTION_ID", Some(&execution)),
            ("TARGET_ARN", Some(&self.endpoint)),
            ("ERROR_CODE", Some(code)),
            ("ERROR_MESSAGE", Some(message)),
            ("RETRY_ATTEMPTS", Some(&retries)),
            ("EXHAUSTED_RETRY_CONDITION", exhausted),
            ("IS_PAYLOAD_TRUNCATED", Some("false")),
        ];
        letter(self.input(tries.max(1)), &attributes)
    }
}
