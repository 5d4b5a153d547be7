//! Uploads encrypted data, runs a state machine over it and reports. The stages are trait objects.

mod stages;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_config::{BehaviorVersion, Region};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

use crate::stages::{Execute, Report, Stage, Upload};

/// What the stages hand on.
#[derive(Default)]
pub struct Progress {
    pub timestamp: u64,
    pub data_key: Option<String>,
    pub execution: Option<String>,
    pub status: Option<String>,
}

struct Pipeline {
    sts: aws_sdk_sts::Client,
    stages: Vec<Box<dyn Stage>>,
}

impl Pipeline {
    async fn from_env() -> Result<Self, Error> {
        let region = std::env::var("AWS_REGION").unwrap_or_else(|_| "us-east-1".to_string());
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(region))
            .load()
            .await;
        let bucket: Arc<str> = std::env::var("BUCKET_NAME")?.into();
        let stages: Vec<Box<dyn Stage>> = vec![
            Box::new(Upload::new(
                &config,
                bucket.clone(),
                std::env::var("KMS_KEY_ID")?,
            )),
            Box::new(Execute {
                client: aws_sdk_sfn::Client::new(&config),
                state_machine: std::env::var("STATE_MACHINE_ARN")?,
                bucket,
            }),
            Box::new(Report {
                client: aws_sdk_cloudwatch::Client::new(&config),
            }),
        ];
        Ok(Self {
            sts: aws_sdk_sts::Client::new(&config),
            stages,
        })
    }

    async fn run(&self) -> Result<Progress, Error> {
        let timestamp = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let mut progress = Progress {
            timestamp,
            ..Progress::default()
        };
        for stage in &self.stages {
            stage.run(&mut progress).await?;
            tracing::info!(stage = stage.name(), "done");
        }
        Ok(progress)
    }
}

async fn handler(pipeline: &Pipeline, _event: LambdaEvent<Value>) -> Result<Value, Error> {
    let identity = pipeline.sts.get_caller_identity().send().await?;
    let progress = pipeline.run().await?;
    Ok(json!({
        "account": identity.account(),
        "key": progress.data_key,
        "execution": progress.execution,
        "status": progress.status,
    }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let pipeline = Pipeline::from_env().await?;
    let pipeline_ref = &pipeline;
    run(service_fn(move |event| async move {
        handler(pipeline_ref, event).await
    }))
    .await
}
