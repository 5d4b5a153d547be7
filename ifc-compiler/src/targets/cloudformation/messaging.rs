//! Queues, topics, buses and schedules.

use ifc_catalog::infra::{Bus, Queue, Rule, Schedule, ScheduleGroup, Subscription, Target, Topic};

use super::out::Out;
use super::properties::Properties;

pub(super) fn queue(to: &mut Properties<'_, '_>, queue: &Queue) {
    if queue.deduplicate {
        to.bool("ContentBasedDeduplication", true);
    }
    if queue.high_throughput {
        to.text("DeduplicationScope", "messageGroup");
    }
    to.some("DelaySeconds", queue.delay.as_ref());
    if queue.fifo {
        to.bool("FifoQueue", true);
    }
    if queue.high_throughput {
        to.text("FifoThroughputLimit", "perMessageGroupId");
    }
    to.some("MessageRetentionPeriod", queue.retention.as_ref());
    if let Some(redrive) = &queue.redrive {
        to.each("RedrivePolicy", &redrive.max_receives, &|out, receives| {
            out.object(|out| {
                out.name("deadLetterTargetArn").value(&redrive.target);
                out.name("maxReceiveCount").value(receives);
            });
        });
    }
    to.bool("SqsManagedSseEnabled", true);
    to.some("VisibilityTimeout", queue.visibility_timeout.as_ref());
}

pub(super) fn topic(to: &mut Properties<'_, '_>, topic: &Topic) {
    if topic.deduplicate {
        to.bool("ContentBasedDeduplication", true);
    }
    if topic.fifo {
        to.bool("FifoTopic", true);
    }
    to.text("KmsMasterKeyId", "alias/aws/sns");
    to.some("TopicName", topic.physical_name.as_ref());
}

pub(super) fn subscription(to: &mut Properties<'_, '_>, subscription: &Subscription) {
    to.value("Endpoint", &subscription.function);
    if let Some(filter) = &subscription.filter {
        to.set("FilterPolicy", |out| out.raw(filter));
        let scope = match subscription.filter_body {
            true => "MessageBody",
            false => "MessageAttributes",
        };
        to.text("FilterPolicyScope", scope);
    }
    to.text("Protocol", "lambda");
    to.only("RedrivePolicy", "deadLetterTargetArn", |out| {
        out.value(&subscription.dead_letters);
    });
    to.value("TopicArn", &subscription.topic);
}

pub(super) fn bus(to: &mut Properties<'_, '_>, bus: &Bus) {
    to.value("Name", &bus.physical_name);
}

pub(super) fn rule(to: &mut Properties<'_, '_>, rule: &Rule) {
    to.value("EventBusName", &rule.bus);
    to.set("EventPattern", |out| out.raw(&rule.pattern));
    to.text("State", "ENABLED");
    to.set("Targets", |out| {
        out.array(|out| {
            out.object(|out| {
                address(out, &rule.target);
                out.name("Id").text("function");
                retries(out, &rule.target);
            });
        });
    });
}

pub(super) fn schedule_group(to: &mut Properties<'_, '_>, group: &ScheduleGroup) {
    to.value("Name", &group.physical_name);
}

pub(super) fn schedule(to: &mut Properties<'_, '_>, schedule: &Schedule) {
    to.set("FlexibleTimeWindow", |out| {
        out.object(|out| match &schedule.flexible {
            Some(minutes) => {
                out.name("MaximumWindowInMinutes").value(minutes);
                out.name("Mode").text("FLEXIBLE");
            }
            None => out.name("Mode").text("OFF"),
        });
    });
    to.value("GroupName", &schedule.group);
    to.value("ScheduleExpression", &schedule.expression);
    to.some("ScheduleExpressionTimezone", schedule.timezone.as_ref());
    to.set("Target", |out| {
        out.object(|out| {
            address(out, &schedule.target);
            out.name("Input").text(&schedule.input);
            retries(out, &schedule.target);
            out.name("RoleArn").value(&schedule.role);
        });
    });
}

/// What a target has before `Id` and `Input` in order of name.
fn address(out: &mut Out<'_>, target: &Target) {
    out.name("Arn").value(&target.function);
    out.name("DeadLetterConfig")
        .only("Arn", |out| out.value(&target.dead_letters));
}

/// And behind.
fn retries(out: &mut Out<'_>, target: &Target) {
    out.name("RetryPolicy").object(|out| {
        out.name("MaximumEventAgeInSeconds").value(&target.max_age);
        out.name("MaximumRetryAttempts").value(&target.retries);
    });
}
