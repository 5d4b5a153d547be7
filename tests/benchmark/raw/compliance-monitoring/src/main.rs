//! Collects the accounts of an organization, stores them, describes them to Glue, sums them up with
//! Athena and reports to CloudWatch. Settings are deserialised from the environment; the work is an
//! enum of jobs over one context.

mod accounts;
mod analysis;
mod schema;
mod storage;

use aws_config::BehaviorVersion;
use aws_sdk_cloudwatch::types::{MetricDatum, StandardUnit};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Deserialize;
use serde_json::{Value, json};

pub const DATABASE: &str = "compliance_db";
pub const TABLE: &str = "organization_accounts";

#[derive(Debug, Deserialize)]
pub struct Settings {
    bucket_name: String,
    kms_key_id: String,
    #[serde(default = "default_metric")]
    metric_prefix: String,
}

fn default_metric() -> String {
    "compliance_monitor".to_owned()
}

/// What all parts of the work need.
pub struct Context {
    settings: Settings,
    s3: aws_sdk_s3::Client,
    glue: aws_sdk_glue::Client,
    athena: aws_sdk_athena::Client,
    cloudwatch: aws_sdk_cloudwatch::Client,
    organizations: aws_sdk_organizations::Client,
    sts: aws_sdk_sts::Client,
}

#[derive(Clone, Copy, Debug)]
enum Job {
    Collect,
    Describe,
    Analyse,
}

impl Job {
    const ALL: [Self; 3] = [Self::Collect, Self::Describe, Self::Analyse];

    async fn run(self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::Collect => {
                let accounts = accounts::collect(context).await?;
                storage::verify(context).await?;
                storage::store(context, &accounts).await
            }
            Self::Describe => {
                schema::database(context).await?;
                schema::table(context).await?;
                schema::partition(context).await
            }
            Self::Analyse => {
                let counts = analysis::run(context).await?;
                report(context, &counts).await
            }
        }
    }
}

async fn report(context: &Context, counts: &analysis::Counts) -> anyhow::Result<()> {
    for (name, value) in [
        ("total_accounts", counts.total),
        ("active_accounts", counts.active),
    ] {
        let datum = MetricDatum::builder()
            .metric_name(format!("{}_{name}", context.settings.metric_prefix))
            .value(value as f64)
            .unit(StandardUnit::Count)
            .build();
        let request = context.cloudwatch.put_metric_data();
        request
            .namespace("AWS/Compliance")
            .metric_data(datum)
            .send()
            .await?;
    }
    Ok(())
}

async fn handler(context: &Context, _event: LambdaEvent<Value>) -> Result<Value, Error> {
    for job in Job::ALL {
        tracing::info!(?job, "begins");
        job.run(context).await?;
    }
    Ok(json!({ "jobs": Job::ALL.len() }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let settings = envy::from_env::<Settings>()?;
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let context = Context {
        settings,
        s3: aws_sdk_s3::Client::new(&config),
        glue: aws_sdk_glue::Client::new(&config),
        athena: aws_sdk_athena::Client::new(&config),
        cloudwatch: aws_sdk_cloudwatch::Client::new(&config),
        organizations: aws_sdk_organizations::Client::new(&config),
        sts: aws_sdk_sts::Client::new(&config),
    };
    run(service_fn(|event| handler(&context, event))).await
}
