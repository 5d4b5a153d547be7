//! Reads the settings of a repository from a secret and announces it on a topic. One `Aws` value
//! hands out the clients through methods; requests are built over several statements.

use std::sync::OnceLock;

use anyhow::Context;
use aws_config::{BehaviorVersion, SdkConfig};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Clients, made when they are asked for.
struct Aws {
    config: SdkConfig,
    sns: OnceLock<aws_sdk_sns::Client>,
}

impl Aws {
    async fn load() -> Self {
        Self {
            config: aws_config::load_defaults(BehaviorVersion::latest()).await,
            sns: OnceLock::new(),
        }
    }

    fn sts(&self) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::new(&self.config)
    }

    fn secrets(&self) -> aws_sdk_secretsmanager::Client {
        aws_sdk_secretsmanager::Client::new(&self.config)
    }

    fn sns(&self) -> &aws_sdk_sns::Client {
        self.sns
            .get_or_init(|| aws_sdk_sns::Client::new(&self.config))
    }
}

#[derive(Deserialize)]
struct RepositorySettings {
    repository_name: String,
    #[serde(default)]
    clone_url: Option<String>,
}

#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    silent_subject: bool,
}

#[derive(Serialize)]
struct Response {
    account: Option<String>,
    message_id: Option<String>,
}

async fn settings(aws: &Aws) -> anyhow::Result<RepositorySettings> {
    let secret_name = std::env::var("SECRET_NAME").context("SECRET_NAME is not set")?;
    let secret = aws
        .secrets()
        .get_secret_value()
        .secret_id(secret_name)
        .send()
        .await?;
    let text = secret.secret_string().context("the secret is binary")?;
    serde_json::from_str(text).context("the secret is not of the expected form")
}

async fn announce(
    aws: &Aws,
    repository: &RepositorySettings,
    silent_subject: bool,
) -> anyhow::Result<Option<String>> {
    let topic = std::env::var("TOPIC_ARN")?;
    let message = json!({
        "default": format!("Repository '{}' is ready.", repository.repository_name),
        "email": format!(
            "Repository: {}\nClone from: {}",
            repository.repository_name,
            repository.clone_url.as_deref().unwrap_or("-"),
        ),
    });

    let mut request = aws.sns().publish().topic_arn(topic);
    request = request
        .message(message.to_string())
        .message_structure("json");
    if !silent_subject {
        request = request.subject(format!("Repository ready: {}", repository.repository_name));
    }
    let sent = request.send().await?;
    Ok(sent.message_id)
}

async fn handler(aws: &Aws, event: LambdaEvent<Request>) -> Result<Value, Error> {
    let account = aws.sts().get_caller_identity().send().await?.account;
    let repository = settings(aws).await?;
    let message_id = announce(aws, &repository, event.payload.silent_subject).await?;
    Ok(serde_json::to_value(Response {
        account,
        message_id,
    })?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = Aws::load().await;
    run(service_fn(|event| handler(&aws, event))).await
}
