//! Collects the accounts of an organization, describes them to Glue, sums them up with Athena and
//! reports to CloudWatch. The bucket is a handle; what the handle cannot do is done with the
//! bucket's name.

mod analysis;
mod schema;

use ifc_runtime::prelude::*;

pub(crate) const DATABASE: &str = "compliance_db";
pub(crate) const TABLE: &str = "organization_accounts";

#[resource]
pub(crate) static DATA: Bucket = Bucket::new();

#[derive(Serialize)]
struct Account {
    account_id: String,
    status: String,
}

async fn accounts(config: &aws_config::SdkConfig) -> Result<Vec<Account>> {
    let client = aws_sdk_organizations::Client::new(config);
    let mut pages = client.list_accounts().into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        for account in page?.accounts() {
            let state = account.state().map(|state| state.as_str().to_owned());
            found.push(Account {
                account_id: account.id().unwrap_or_default().to_owned(),
                status: state.unwrap_or_default(),
            });
        }
    }
    Ok(found)
}

#[on(schedule("rate(1 day)"))]
#[function(timeout = "10m")]
async fn comply() -> Result<()> {
    let config = aws_config::load_from_env().await;
    let s3 = aws_sdk_s3::Client::new(&config);
    let place = s3.get_bucket_location().bucket(DATA.name()).send().await?;
    tracing::info!(place = ?place.location_constraint(), "the bucket is there");

    let lines: Vec<String> = accounts(&config)
        .await?
        .iter()
        .map(serde_json::to_string)
        .collect::<std::result::Result<_, _>>()?;
    DATA.put("compliance-data/accounts.json", lines.join("\n"))
        .await?;
    let stored = DATA.get("compliance-data/accounts.json").await?;
    let listed = DATA.list("compliance-data/").all().await?;
    tracing::info!(bytes = stored.body.len(), objects = listed.len(), "stored");

    schema::describe(&aws_sdk_glue::Client::new(&config)).await?;
    let total = analysis::total(&aws_sdk_athena::Client::new(&config)).await?;
    let datum = aws_sdk_cloudwatch::types::MetricDatum::builder()
        .metric_name("compliance_monitor_total_accounts")
        .value(total)
        .build();
    let metrics = aws_sdk_cloudwatch::Client::new(&config);
    metrics
        .put_metric_data()
        .namespace("AWS/Compliance")
        .metric_data(datum)
        .send()
        .await?;
    Ok(())
}

ifc_runtime::main!();
