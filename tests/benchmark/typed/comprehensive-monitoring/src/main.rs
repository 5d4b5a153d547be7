//! Stores measurements and mails that it did.

use aws_sdk_ses::types::{Body, Content, Destination, Message as Mail};
use ifc_runtime::prelude::*;

#[derive(Serialize, Deserialize)]
pub struct Measurement {
    at: u64,
    cpu_usage: f64,
    error_rate: f64,
}

#[resource(expire = "90d")]
pub static MEASUREMENTS: Bucket = Bucket::new();

#[on(http(POST, "/measurements"))]
async fn record(Json(measurement): Json<Measurement>) -> StatusCode {
    let stored = async {
        let body = serde_json::to_vec(&measurement)?;
        MEASUREMENTS
            .put(format!("monitoring-data/{}.json", measurement.at), body)
            .await?;
        notify("A measurement was stored").await
    };
    match stored.await {
        Ok(()) => StatusCode::CREATED,
        Err(error) => {
            tracing::error!(%error, "failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

async fn notify(text: &str) -> Result<()> {
    let ses = aws_sdk_ses::Client::new(&aws_config::load_from_env().await);
    let content = Content::builder().data(text).build()?;
    let body = Body::builder().text(content.clone()).build();
    ses.send_email()
        .source("test@example.com")
        .destination(
            Destination::builder()
                .to_addresses("test@example.com")
                .build(),
        )
        .message(Mail::builder().subject(content).body(body).build())
        .send()
        .await?;
    Ok(())
}

ifc_runtime::main!();
