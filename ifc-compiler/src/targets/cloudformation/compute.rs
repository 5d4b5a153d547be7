//! Functions, what invokes them, logs and alarms.

use ifc_catalog::infra::{
    Alarm, EventInvokeConfig, EventSourceMapping, Function, InvokePermission, LogGroup, Value,
};

use super::properties::Properties;

pub(super) fn function(to: &mut Properties<'_, '_>, function: &Function) {
    to.set("Architectures", |out| {
        out.array(|out| out.value(&function.architecture));
    });
    to.set("Code", |out| {
        out.object(|out| {
            out.name("S3Bucket").parameter("ArtifactBucket");
            out.name("S3Key").value(&function.artifact);
        });
    });
    to.only("Environment", "Variables", |out| {
        out.object(|out| {
            for (name, value) in &function.environment {
                out.any_name(name).value(value);
            }
        });
    });
    if let Some(size) = &function.ephemeral_storage {
        to.each("EphemeralStorage", size, &|out, size| {
            out.only("Size", |out| out.value(size));
        });
    }
    to.some("FunctionName", function.physical_name.as_ref());
    to.text("Handler", "bootstrap");
    to.set("LoggingConfig", |out| {
        out.object(|out| {
            out.name("LogFormat").text("JSON");
            out.name("LogGroup").value(&function.log_group);
        });
    });
    to.value("MemorySize", &function.memory);
    to.some(
        "ReservedConcurrentExecutions",
        function.reserved_concurrency.as_ref(),
    );
    to.value("Role", &function.role);
    to.text("Runtime", "provided.al2023");
    to.value("Timeout", &function.timeout);
    to.only("TracingConfig", "Mode", |out| {
        out.value_with(&function.tracing, &|out, on| {
            out.text(match on {
                Value::Bool(true) => "Active",
                _ => "PassThrough",
            });
        });
    });
}

pub(super) fn log_group(to: &mut Properties<'_, '_>, group: &LogGroup) {
    to.value("RetentionInDays", &group.retention);
}

pub(super) fn event_source_mapping(to: &mut Properties<'_, '_>, mapping: &EventSourceMapping) {
    let stream = mapping.stream.as_ref();
    to.value("BatchSize", &mapping.batch_size);
    to.some(
        "BisectBatchOnFunctionError",
        stream.map(|stream| &stream.bisect),
    );
    if let Some(stream) = stream {
        to.only("DestinationConfig", "OnFailure", |out| {
            out.only("Destination", |out| out.value(&stream.dead_letters));
        });
    }
    to.value("EventSourceArn", &mapping.source);
    if !mapping.filters.is_empty() {
        to.only("FilterCriteria", "Filters", |out| {
            out.array(|out| {
                for pattern in &mapping.filters {
                    out.only("Pattern", |out| out.text(pattern));
                }
            });
        });
    }
    to.value("FunctionName", &mapping.function);
    if mapping.report_failures {
        to.set("FunctionResponseTypes", |out| {
            out.array(|out| out.text("ReportBatchItemFailures"));
        });
    }
    to.some("MaximumBatchingWindowInSeconds", mapping.window.as_ref());
    to.some(
        "MaximumRecordAgeInSeconds",
        stream.map(|stream| &stream.max_age),
    );
    to.some("MaximumRetryAttempts", stream.map(|stream| &stream.retries));
    to.some(
        "ParallelizationFactor",
        stream.map(|stream| &stream.parallel),
    );
    if let Some(most) = &mapping.max_concurrency {
        to.only("ScalingConfig", "MaximumConcurrency", |out| out.value(most));
    }
    if let Some(stream) = stream {
        to.text("StartingPosition", &stream.start);
    }
}

pub(super) fn invoke_permission(to: &mut Properties<'_, '_>, permission: &InvokePermission) {
    to.text("Action", "lambda:InvokeFunction");
    to.value("FunctionName", &permission.function);
    to.text("Principal", &permission.service);
    to.some("SourceAccount", permission.source_account.as_ref());
    to.value("SourceArn", &permission.source);
}

pub(super) fn event_invoke_config(to: &mut Properties<'_, '_>, config: &EventInvokeConfig) {
    to.only("DestinationConfig", "OnFailure", |out| {
        out.only("Destination", |out| out.value(&config.dead_letters));
    });
    to.value("FunctionName", &config.function);
    to.value("MaximumEventAgeInSeconds", &config.max_age);
    to.value("MaximumRetryAttempts", &config.retries);
    to.text("Qualifier", "$LATEST");
}

pub(super) fn alarm(to: &mut Properties<'_, '_>, alarm: &Alarm) {
    if !alarm.notify.is_empty() {
        to.set("AlarmActions", |out| {
            out.array(|out| alarm.notify.iter().for_each(|topic| out.value(topic)));
        });
    }
    to.text("AlarmDescription", &alarm.description);
    to.text("ComparisonOperator", "GreaterThanThreshold");
    to.set("Dimensions", |out| {
        out.array(|out| {
            out.object(|out| {
                out.name("Name").text("QueueName");
                out.name("Value").value(&alarm.queue);
            });
        });
    });
    to.number("EvaluationPeriods", 1);
    to.text("MetricName", "ApproximateNumberOfMessagesVisible");
    to.text("Namespace", "AWS/SQS");
    to.number("Period", 60);
    to.text("Statistic", "Maximum");
    to.number("Threshold", 0);
    to.text("TreatMissingData", "notBreaching");
}
