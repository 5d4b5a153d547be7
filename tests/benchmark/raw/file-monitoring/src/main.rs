//! Stores files, tells a queue about each, counts them in CloudWatch and works the queue off.
//! Several modules of free functions that are lent the clients.

mod files;
mod metrics;
mod notices;

use aws_config::BehaviorVersion;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::{Deserialize, Serialize};

use crate::notices::Notice;

#[derive(Deserialize)]
struct Upload {
    name: String,
    kind: String,
    content: String,
}

#[derive(Serialize)]
struct Report {
    account: String,
    stored: usize,
    bytes: usize,
    acknowledged: usize,
}

/// The value of a variable that the function cannot do without.
fn required(name: &str) -> Result<String, Error> {
    std::env::var(name).map_err(|_| format!("{name} is not set").into())
}

async fn function_handler(
    s3: &aws_sdk_s3::Client,
    sqs: &aws_sdk_sqs::Client,
    cloudwatch: &aws_sdk_cloudwatch::Client,
    sts: &aws_sdk_sts::Client,
    event: LambdaEvent<Vec<Upload>>,
) -> Result<Report, Error> {
    let bucket = required("BUCKET_NAME")?;
    let queue_url = required("QUEUE_URL")?;
    let account = account_id(sts).await?;

    let mut notices = Vec::new();
    let mut bytes = 0;
    for upload in &event.payload {
        let key = files::store(s3, &bucket, upload).await?;
        bytes += upload.content.len();
        notices.push(Notice {
            action: "file_processed".into(),
            bucket: bucket.clone(),
            key,
            bytes: upload.content.len(),
        });
        metrics::count(cloudwatch, "FilesProcessed", 1.0).await?;
        metrics::bytes(cloudwatch, "BytesProcessed", upload.content.len() as f64).await?;
    }
    notices::send_all(sqs, &queue_url, &notices).await?;
    let acknowledged = notices::work_off(sqs, &queue_url).await?;

    metrics::count(cloudwatch, "TotalFilesProcessed", notices.len() as f64).await?;
    metrics::bytes(cloudwatch, "TotalBytesProcessed", bytes as f64).await?;
    Ok(Report {
        account,
        stored: notices.len(),
        bytes,
        acknowledged,
    })
}

async fn account_id(sts: &aws_sdk_sts::Client) -> Result<String, Error> {
    let identity = sts.get_caller_identity().send().await?;
    identity
        .account
        .ok_or_else(|| "the caller has no account".into())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let config = aws_config::defaults(BehaviorVersion::latest()).load().await;
    let s3 = aws_sdk_s3::Client::new(&config);
    let sqs = aws_sdk_sqs::Client::new(&config);
    let cloudwatch = aws_sdk_cloudwatch::Client::new(&config);
    let sts = aws_sdk_sts::Client::new(&config);

    run(service_fn(|event| {
        function_handler(&s3, &sqs, &cloudwatch, &sts, event)
    }))
    .await
}
