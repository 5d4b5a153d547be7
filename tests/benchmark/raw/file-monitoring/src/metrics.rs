//! Figures for CloudWatch.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{MetricDatum, StandardUnit};
use lambda_runtime::Error;

const NAMESPACE: &str = "FileProcessing";

pub async fn count(client: &Client, name: &str, value: f64) -> Result<(), Error> {
    put(client, name, value, StandardUnit::Count).await
}

pub async fn bytes(client: &Client, name: &str, value: f64) -> Result<(), Error> {
    put(client, name, value, StandardUnit::Bytes).await
}

async fn put(client: &Client, name: &str, value: f64, unit: StandardUnit) -> Result<(), Error> {
    let datum = MetricDatum::builder()
        .metric_name(name)
        .value(value)
        .unit(unit)
        .build();
    client
        .put_metric_data()
        .namespace(NAMESPACE)
        .metric_data(datum)
        .send()
        .await?;
    Ok(())
}
