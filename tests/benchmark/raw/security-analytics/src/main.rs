//! Keeps a table of security events in a Redshift cluster and sums it up, through the Data API.
//! The clients live in a state struct behind an `Arc`, next to a struct of settings.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_sdk_redshiftdata::types::StatusString;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const CREATE: &str = "CREATE TABLE IF NOT EXISTS security_events (
    id VARCHAR(64), kind VARCHAR(64), source VARCHAR(45), happened TIMESTAMP, severity VARCHAR(16))";
const SUMMARY: &str = "SELECT severity, COUNT(*), MIN(happened), MAX(happened) \
    FROM security_events GROUP BY severity ORDER BY 2 DESC";

#[derive(Deserialize)]
struct SecurityEvent {
    id: String,
    kind: String,
    source: String,
    severity: String,
}

#[derive(Deserialize)]
struct Request {
    events: Vec<SecurityEvent>,
}

#[derive(Serialize)]
struct Response {
    account: String,
    statements: Vec<String>,
}

struct Settings {
    cluster: String,
    database: String,
    user: String,
}

impl Settings {
    fn from_env() -> Result<Self, env::VarError> {
        Ok(Self {
            cluster: env::var("REDSHIFT_CLUSTER")?,
            database: "securitydb".to_string(),
            user: String::from("adminuser"),
        })
    }
}

struct App {
    settings: Settings,
    redshift: aws_sdk_redshiftdata::Client,
    sts: aws_sdk_sts::Client,
}

impl App {
    async fn account(&self) -> Result<String, Error> {
        let identity = self.sts.get_caller_identity().send().await?;
        Ok(identity.account().unwrap_or_default().to_owned())
    }

    async fn execute(&self, sql: &str) -> Result<String, Error> {
        let statement = self
            .redshift
            .execute_statement()
            .cluster_identifier(&self.settings.cluster)
            .database(&self.settings.database)
            .db_user(&self.settings.user)
            .sql(sql)
            .send()
            .await?;
        let id = statement.id.ok_or("the statement has no id")?;
        self.wait(&id).await?;
        Ok(id)
    }

    /// Polls until the statement has ended, a minute at most.
    async fn wait(&self, id: &str) -> Result<(), Error> {
        for _ in 0..30 {
            let statement = self.redshift.describe_statement().id(id).send().await?;
            match statement.status() {
                Some(StatusString::Finished) => return Ok(()),
                Some(StatusString::Failed | StatusString::Aborted) => {
                    let reason = statement.error().unwrap_or("no reason given");
                    return Err(format!("statement {id} ended: {reason}").into());
                }
                _ => tokio::time::sleep(Duration::from_secs(2)).await,
            }
        }
        Err(format!("statement {id} takes too long").into())
    }
}

fn insert(events: &[SecurityEvent]) -> String {
    let rows: Vec<String> = events
        .iter()
        .map(|e| {
            format!(
                "('{}', '{}', '{}', GETDATE(), '{}')",
                e.id, e.kind, e.source, e.severity
            )
        })
        .collect();
    format!("INSERT INTO security_events VALUES {}", rows.join(", "))
}

async fn handle(app: Arc<App>, event: LambdaEvent<Request>) -> Result<Response, Error> {
    let account = app.account().await?;
    tracing::info!(%account, cluster = %app.settings.cluster, "recording events");
    let mut statements = vec![app.execute(CREATE).await?];
    if !event.payload.events.is_empty() {
        statements.push(app.execute(&insert(&event.payload.events)).await?);
    }
    statements.push(app.execute(SUMMARY).await?);
    Ok(Response {
        account,
        statements,
    })
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let app = Arc::new(App {
        settings: Settings::from_env()?,
        redshift: aws_sdk_redshiftdata::Client::new(&config),
        sts: aws_sdk_sts::Client::new(&config),
    });
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Request>| {
        let app = Arc::clone(&app);
        async move {
            handle(app, event)
                .await
                .map(|response| serde_json::to_value(response).unwrap_or(Value::Null))
        }
    }))
    .await
}
