//! Queues, topics, buses and schedules.

use ifc_catalog::infra::{Bus, Queue, Rule, Schedule, ScheduleGroup, Subscription, Target, Topic};
use serde_json::{Value as Json, json};

use super::Properties;
use super::values::Values;

pub(super) fn queue(values: &mut Values<'_>, queue: &Queue) -> Properties {
    let redrive = queue.redrive.as_ref().map(|redrive| {
        json!({
            "deadLetterTargetArn": values.render(&redrive.target),
            "maxReceiveCount": values.render(&redrive.max_receives),
        })
    });
    Properties::default()
        .with_if(queue.fifo, "FifoQueue", true)
        .with_if(queue.deduplicate, "ContentBasedDeduplication", true)
        .with_if(queue.high_throughput, "DeduplicationScope", "messageGroup")
        .with_if(
            queue.high_throughput,
            "FifoThroughputLimit",
            "perMessageGroupId",
        )
        .with_some(
            "VisibilityTimeout",
            values.render_some(queue.visibility_timeout.as_ref()),
        )
        .with_some(
            "MessageRetentionPeriod",
            values.render_some(queue.retention.as_ref()),
        )
        .with_some("DelaySeconds", values.render_some(queue.delay.as_ref()))
        .with("SqsManagedSseEnabled", true)
        .with_some("RedrivePolicy", redrive)
}

pub(super) fn topic(values: &mut Values<'_>, topic: &Topic) -> Properties {
    Properties::default()
        .with_some(
            "TopicName",
            values.render_some(topic.physical_name.as_ref()),
        )
        .with_if(topic.fifo, "FifoTopic", true)
        .with_if(topic.deduplicate, "ContentBasedDeduplication", true)
        .with("KmsMasterKeyId", "alias/aws/sns")
}

pub(super) fn subscription(values: &mut Values<'_>, subscription: &Subscription) -> Properties {
    let scope = match subscription.filter_body {
        true => "MessageBody",
        false => "MessageAttributes",
    };
    Properties::default()
        .with("TopicArn", values.render(&subscription.topic))
        .with("Protocol", "lambda")
        .with("Endpoint", values.render(&subscription.function))
        .with_some("FilterPolicy", subscription.filter.clone())
        .with_if(subscription.filter.is_some(), "FilterPolicyScope", scope)
        .with(
            "RedrivePolicy",
            json!({ "deadLetterTargetArn": values.render(&subscription.dead_letters) }),
        )
}

pub(super) fn bus(values: &mut Values<'_>, bus: &Bus) -> Properties {
    Properties::default().with("Name", values.render(&bus.physical_name))
}

pub(super) fn rule(values: &mut Values<'_>, rule: &Rule) -> Properties {
    let mut target = target(values, &rule.target);
    target.set("Id", "function");
    Properties::default()
        .with("EventBusName", values.render(&rule.bus))
        .with("EventPattern", rule.pattern.clone())
        .with("State", "ENABLED")
        .with("Targets", vec![Json::from(target)])
}

pub(super) fn schedule_group(values: &mut Values<'_>, group: &ScheduleGroup) -> Properties {
    Properties::default().with("Name", values.render(&group.physical_name))
}

pub(super) fn schedule(values: &mut Values<'_>, schedule: &Schedule) -> Properties {
    let window = match values.render_some(schedule.flexible.as_ref()) {
        Some(minutes) => json!({ "Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes }),
        None => json!({ "Mode": "OFF" }),
    };
    let target = target(values, &schedule.target)
        .with("RoleArn", values.render(&schedule.role))
        .with("Input", schedule.input.as_str());
    Properties::default()
        .with("GroupName", values.render(&schedule.group))
        .with("ScheduleExpression", values.render(&schedule.expression))
        .with_some(
            "ScheduleExpressionTimezone",
            values.render_some(schedule.timezone.as_ref()),
        )
        .with("FlexibleTimeWindow", window)
        .with("Target", target)
}

fn target(values: &mut Values<'_>, target: &Target) -> Properties {
    Properties::default()
        .with("Arn", values.render(&target.function))
        .with(
            "RetryPolicy",
            json!({
                "MaximumRetryAttempts": values.render(&target.retries),
                "MaximumEventAgeInSeconds": values.render(&target.max_age),
            }),
        )
        .with(
            "DeadLetterConfig",
            json!({ "Arn": values.render(&target.dead_letters) }),
        )
}
