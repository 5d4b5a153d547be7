//! Stores data, runs a state machine over it and reports, every hour.

use aws_sdk_cloudwatch::types::{MetricDatum, StandardUnit};
use aws_sdk_sfn::types::ExecutionStatus;
use ifc_runtime::prelude::*;

#[resource]
static DATA: Bucket = Bucket::new();

struct Machine<'a> {
    client: &'a aws_sdk_sfn::Client,
    arn: String,
}

impl Machine<'_> {
    async fn start(&self, input: &serde_json::Value) -> Result<String> {
        let request = self.client.start_execution().state_machine_arn(&self.arn);
        let started = request.input(input.to_string()).send().await?;
        Ok(started.execution_arn)
    }

    async fn is_over(&self, execution: &str) -> Result<bool> {
        let found = self
            .client
            .describe_execution()
            .execution_arn(execution)
            .send()
            .await?;
        Ok(found.status != ExecutionStatus::Running)
    }
}

#[on(schedule("rate(1 hour)"))]
async fn pipeline(run: Scheduled) -> Result<()> {
    let config = aws_config::load_from_env().await;
    let content = serde_json::json!({ "time": run.time, "processed": false });
    DATA.put(
        format!("data/sample-{}.json", run.time),
        content.to_string(),
    )
    .await?;

    let client = aws_sdk_sfn::Client::new(&config);
    let machine = Machine {
        client: &client,
        arn: std::env::var("STATE_MACHINE_ARN")?,
    };
    let execution = machine
        .start(&serde_json::json!({ "bucket": DATA.name() }))
        .await?;
    if !machine.is_over(&execution).await? {
        tracing::info!(%execution, "still running");
    }

    let metrics = aws_sdk_cloudwatch::Client::new(&config);
    let datum = MetricDatum::builder()
        .metric_name("PipelineExecutions")
        .value(1.0);
    metrics
        .put_metric_data()
        .namespace("DataProcessingPipeline")
        .metric_data(datum.unit(StandardUnit::Count).build())
        .send()
        .await?;
    Ok(())
}

ifc_runtime::main!();
