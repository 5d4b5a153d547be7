//! An HTTP function on axum: stores measurements and mails that it did. The clients come through
//! `State`; parts of the requests are set only on a condition.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_config::BehaviorVersion;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_ses::types::{Body, Content, Destination, Message};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use lambda_http::{Error, run, tracing};
use serde::{Deserialize, Serialize};

const MAIL: &str = "test@example.com";

#[derive(Clone)]
struct AppState {
    s3: aws_sdk_s3::Client,
    ses: aws_sdk_ses::Client,
    sts: aws_sdk_sts::Client,
    bucket: Arc<str>,
}

#[derive(Deserialize, Serialize)]
struct Measurement {
    cpu_usage: f64,
    memory_usage: f64,
    error_rate: f64,
    #[serde(default)]
    pretty: bool,
}

struct Failure(Error);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        tracing::error!(error = %self.0, "failed");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

async fn who(State(state): State<AppState>) -> Result<String, Failure> {
    let identity = state.sts.get_caller_identity().send().await?;
    Ok(identity.account.unwrap_or_default())
}

async fn record(
    State(state): State<AppState>,
    Json(measurement): Json<Measurement>,
) -> Result<StatusCode, Failure> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let body = if measurement.pretty {
        serde_json::to_vec_pretty(&measurement)?
    } else {
        serde_json::to_vec(&measurement)?
    };
    let mut request = state
        .s3
        .put_object()
        .bucket(&*state.bucket)
        .key(format!("monitoring-data/{seconds}.json"))
        .body(ByteStream::from(body));
    if !measurement.pretty {
        request = request.content_type("application/json");
    }
    request.send().await?;

    notify(
        &state.ses,
        "The monitoring is set up",
        "Measurements are being stored.",
    )
    .await?;
    Ok(StatusCode::CREATED)
}

/// Mails a notice. An address that is not verified yet is no failure.
async fn notify(ses: &aws_sdk_ses::Client, subject: &str, text: &str) -> Result<(), Error> {
    let content = |data: &str| Content::builder().data(data).charset("UTF-8").build();
    let message = Message::builder()
        .subject(content(subject)?)
        .body(Body::builder().text(content(text)?).build())
        .build();
    let sent = ses
        .send_email()
        .source(MAIL)
        .destination(Destination::builder().to_addresses(MAIL).build())
        .message(message)
        .send()
        .await;
    match sent {
        Ok(_) => Ok(()),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(|e| e.is_message_rejected()) =>
        {
            tracing::warn!("the address is not verified");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let state = AppState {
        s3: aws_sdk_s3::Client::new(&config),
        ses: aws_sdk_ses::Client::new(&config),
        sts: aws_sdk_sts::Client::new(&config),
        bucket: std::env::var("BUCKET_NAME")
            .expect("BUCKET_NAME is set")
            .into(),
    };
    let app = Router::new()
        .route("/account", get(who))
        .route("/measurements", post(record))
        .with_state(state);
    run(app).await
}
