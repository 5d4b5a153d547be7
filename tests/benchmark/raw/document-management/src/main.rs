//! Uploads, lists and downloads documents. What it does lies in a library of the workspace, which
//! is generic over the catalog.

use aws_config::BehaviorVersion;
use documents_store::{AuditLog, DocumentStore, DynamoCatalog};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "lowercase")]
enum Request {
    Upload { name: String, content: String },
    List,
    Download { id: String },
}

struct Handler {
    sts: aws_sdk_sts::Client,
    store: DocumentStore<DynamoCatalog>,
    audit: AuditLog,
}

impl Handler {
    async fn new() -> Result<Self, Error> {
        let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let store = DocumentStore::new(
            aws_sdk_s3::Client::new(&config),
            std::env::var("BUCKET_NAME")?,
            std::env::var("KMS_KEY_ARN")?,
            DynamoCatalog::new(aws_sdk_dynamodb::Client::new(&config)),
        );
        let log_group = std::env::var("LOG_GROUP_NAME")?;
        Ok(Self {
            sts: aws_sdk_sts::Client::new(&config),
            store,
            audit: AuditLog::new(aws_sdk_cloudwatchlogs::Client::new(&config), log_group),
        })
    }

    async fn handle(&self, event: LambdaEvent<Request>) -> Result<Value, Error> {
        match event.payload {
            Request::Upload { name, content } => {
                let id = uuid::Uuid::new_v4().to_string();
                let stored = self.store.upload(&id, &name, content.into_bytes()).await?;
                self.audit.record("UPLOAD", &id).await?;
                let account = self.sts.get_caller_identity().send().await?.account;
                Ok(json!({ "account": account, "stored": stored }))
            }
            Request::List => Ok(serde_json::to_value(self.store.list().await?)?),
            Request::Download { id } => {
                let content = self.store.download(&id).await?;
                self.audit.record("DOWNLOAD", &id).await?;
                Ok(json!({ "content": String::from_utf8_lossy(&content) }))
            }
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let handler = Handler::new().await?;
    run(service_fn(|event| handler.handle(event))).await
}
