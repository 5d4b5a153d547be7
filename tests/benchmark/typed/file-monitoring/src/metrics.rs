//! Figures for CloudWatch, for which there is no handle.

use aws_sdk_cloudwatch::types::MetricDatum;
use ifc_runtime::prelude::*;

pub(crate) async fn put(name: &str, value: f64) -> Result<()> {
    let config = aws_config::load_from_env().await;
    let caller = aws_sdk_sts::Client::new(&config)
        .get_caller_identity()
        .send()
        .await?;
    tracing::debug!(account = caller.account(), name, value, "figure");
    let client = aws_sdk_cloudwatch::Client::new(&config);
    let datum = MetricDatum::builder()
        .metric_name(name)
        .value(value)
        .build();
    client
        .put_metric_data()
        .namespace("FileProcessing")
        .metric_data(datum)
        .send()
        .await?;
    Ok(())
}
