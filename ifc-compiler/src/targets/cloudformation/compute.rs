//! Functions, what invokes them, logs and alarms.

use ifc_catalog::infra::{
    Alarm, EventInvokeConfig, EventSourceMapping, Function, InvokePermission, LogGroup,
};
use serde_json::{Map, Value as Json, json};

use super::Properties;
use super::values::Values;

pub(super) fn function(values: &mut Values<'_>, function: &Function) -> Properties {
    let environment: Map<String, Json> = function
        .environment
        .iter()
        .map(|(name, value)| (name.clone(), values.render(value)))
        .collect();
    let code = json!({
        "S3Bucket": values.render(&ifc_catalog::infra::Value::parameter("ArtifactBucket")),
        "S3Key": values.render(&function.artifact),
    });
    let tracing = values.render_with(&function.tracing, &|on| {
        json!(match on == json!(true) {
            true => "Active",
            false => "PassThrough",
        })
    });
    let storage = values.render_some(function.ephemeral_storage.as_ref());
    Properties::default()
        .with_some(
            "FunctionName",
            values.render_some(function.physical_name.as_ref()),
        )
        .with("Runtime", "provided.al2023")
        .with("Handler", "bootstrap")
        .with("Architectures", vec![values.render(&function.architecture)])
        .with("Code", code)
        .with("MemorySize", values.render(&function.memory))
        .with("Timeout", values.render(&function.timeout))
        .with_some(
            "EphemeralStorage",
            storage.map(|size| json!({ "Size": size })),
        )
        .with_some(
            "ReservedConcurrentExecutions",
            values.render_some(function.reserved_concurrency.as_ref()),
        )
        .with("Role", values.render(&function.role))
        .with(
            "LoggingConfig",
            json!({ "LogFormat": "JSON", "LogGroup": values.render(&function.log_group) }),
        )
        .with("TracingConfig", json!({ "Mode": tracing }))
        .with("Environment", json!({ "Variables": environment }))
}

pub(super) fn log_group(values: &mut Values<'_>, group: &LogGroup) -> Properties {
    Properties::default().with("RetentionInDays", values.render(&group.retention))
}

pub(super) fn event_source_mapping(
    values: &mut Values<'_>,
    mapping: &EventSourceMapping,
) -> Properties {
    let patterns: Vec<Json> = mapping
        .filters
        .iter()
        .map(|pattern| json!({ "Pattern": pattern }))
        .collect();
    let scaling = values
        .render_some(mapping.max_concurrency.as_ref())
        .map(|most| json!({ "MaximumConcurrency": most }));
    let mut properties = Properties::default()
        .with("EventSourceArn", values.render(&mapping.source))
        .with("FunctionName", values.render(&mapping.function))
        .with("BatchSize", values.render(&mapping.batch_size))
        .with_some(
            "MaximumBatchingWindowInSeconds",
            values.render_some(mapping.window.as_ref()),
        )
        .with_some("ScalingConfig", scaling)
        .with_if(
            !patterns.is_empty(),
            "FilterCriteria",
            json!({ "Filters": patterns }),
        )
        .with_if(
            mapping.report_failures,
            "FunctionResponseTypes",
            json!(["ReportBatchItemFailures"]),
        );
    if let Some(stream) = &mapping.stream {
        let on_failure = json!({ "Destination": values.render(&stream.dead_letters) });
        properties = properties
            .with("StartingPosition", stream.start.as_str())
            .with("ParallelizationFactor", values.render(&stream.parallel))
            .with("MaximumRetryAttempts", values.render(&stream.retries))
            .with("MaximumRecordAgeInSeconds", values.render(&stream.max_age))
            .with("BisectBatchOnFunctionError", values.render(&stream.bisect))
            .with("DestinationConfig", json!({ "OnFailure": on_failure }));
    }
    properties
}

pub(super) fn invoke_permission(
    values: &mut Values<'_>,
    permission: &InvokePermission,
) -> Properties {
    Properties::default()
        .with("Action", "lambda:InvokeFunction")
        .with("FunctionName", values.render(&permission.function))
        .with("Principal", permission.service.as_str())
        .with("SourceArn", values.render(&permission.source))
        .with_some(
            "SourceAccount",
            values.render_some(permission.source_account.as_ref()),
        )
}

pub(super) fn event_invoke_config(
    values: &mut Values<'_>,
    config: &EventInvokeConfig,
) -> Properties {
    let on_failure = json!({ "Destination": values.render(&config.dead_letters) });
    Properties::default()
        .with("FunctionName", values.render(&config.function))
        .with("Qualifier", "$LATEST")
        .with("MaximumRetryAttempts", values.render(&config.retries))
        .with("MaximumEventAgeInSeconds", values.render(&config.max_age))
        .with("DestinationConfig", json!({ "OnFailure": on_failure }))
}

pub(super) fn alarm(values: &mut Values<'_>, alarm: &Alarm) -> Properties {
    let notify: Vec<Json> = alarm
        .notify
        .iter()
        .map(|topic| values.render(topic))
        .collect();
    Properties::default()
        .with("AlarmDescription", alarm.description.as_str())
        .with("Namespace", "AWS/SQS")
        .with("MetricName", "ApproximateNumberOfMessagesVisible")
        .with(
            "Dimensions",
            json!([{ "Name": "QueueName", "Value": values.render(&alarm.queue) }]),
        )
        .with("Statistic", "Maximum")
        .with("Period", 60)
        .with("EvaluationPeriods", 1)
        .with("Threshold", 0)
        .with("ComparisonOperator", "GreaterThanThreshold")
        .with("TreatMissingData", "notBreaching")
        .with_if(!notify.is_empty(), "AlarmActions", notify)
}
