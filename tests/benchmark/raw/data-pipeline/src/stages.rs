//! The stages of the pipeline.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_cloudwatch::types::{MetricDatum, StandardUnit};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;
use aws_sdk_sfn::types::ExecutionStatus;
use lambda_runtime::Error;
use serde_json::json;

use crate::Progress;

#[async_trait]
pub trait Stage: Send + Sync {
    fn name(&self) -> &'static str;
    async fn run(&self, progress: &mut Progress) -> Result<(), Error>;
}

pub struct Upload {
    s3: aws_sdk_s3::Client,
    bucket: Arc<str>,
    kms_key: String,
}

impl Upload {
    pub fn new(config: &SdkConfig, bucket: Arc<str>, kms_key: String) -> Self {
        Self {
            s3: aws_sdk_s3::Client::new(config),
            bucket,
            kms_key,
        }
    }
}

#[async_trait]
impl Stage for Upload {
    fn name(&self) -> &'static str {
        "upload"
    }

    async fn run(&self, progress: &mut Progress) -> Result<(), Error> {
        let key = format!("data/sample-{}.json", progress.timestamp);
        let content = json!({ "timestamp": progress.timestamp, "processed": false });
        self.s3
            .put_object()
            .bucket(self.bucket.as_ref())
            .key(&key)
            .body(ByteStream::from(content.to_string().into_bytes()))
            .content_type("application/json")
            .server_side_encryption(ServerSideEncryption::AwsKms)
            .ssekms_key_id(&self.kms_key)
            .send()
            .await?;
        progress.data_key = Some(key);
        Ok(())
    }
}

pub struct Execute {
    pub client: aws_sdk_sfn::Client,
    pub state_machine: String,
    pub bucket: Arc<str>,
}

impl Execute {
    async fn outcome(&self, execution: &str) -> Result<ExecutionStatus, Error> {
        let poll = async {
            loop {
                let described = self
                    .client
                    .describe_execution()
                    .execution_arn(execution)
                    .send()
                    .await?;
                match described.status {
                    ExecutionStatus::Running | ExecutionStatus::PendingRedrive => {
                        tokio::time::sleep(Duration::from_secs(5)).await;
                    }
                    ended => return Ok::<_, Error>(ended),
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), poll).await?
    }
}

#[async_trait]
impl Stage for Execute {
    fn name(&self) -> &'static str {
        "execute"
    }

    async fn run(&self, progress: &mut Progress) -> Result<(), Error> {
        let input = json!({ "bucket": &*self.bucket, "timestamp": progress.timestamp });
        let started = self
            .client
            .start_execution()
            .state_machine_arn(self.state_machine.clone())
            .input(input.to_string())
            .send()
            .await?;
        let status = self.outcome(&started.execution_arn).await?;
        progress.status = Some(status.as_str().to_owned());
        progress.execution = Some(started.execution_arn);
        Ok(())
    }
}

pub struct Report {
    pub client: aws_sdk_cloudwatch::Client,
}

#[async_trait]
impl Stage for Report {
    fn name(&self) -> &'static str {
        "report"
    }

    async fn run(&self, _progress: &mut Progress) -> Result<(), Error> {
        let data = ["PipelineExecutions", "FilesProcessed"].map(|name| {
            MetricDatum::builder()
                .metric_name(name)
                .value(1.0)
                .unit(StandardUnit::Count)
                .build()
        });
        self.client
            .put_metric_data()
            .namespace("DataProcessingPipeline")
            .set_metric_data(Some(data.to_vec()))
            .send()
            .await?;
        Ok(())
    }
}
