//! The sums, by Athena.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use aws_sdk_athena::types::{
    EncryptionConfiguration, EncryptionOption, QueryExecutionContext, QueryExecutionState,
    ResultConfiguration,
};

use crate::{Context, DATABASE, TABLE};

#[derive(Default)]
pub struct Counts {
    pub total: u64,
    pub active: u64,
}

pub async fn run(context: &Context) -> Result<Counts> {
    let id = start(context).await?;
    wait(&context.athena, &id).await?;
    let results = context
        .athena
        .get_query_results()
        .query_execution_id(id)
        .send()
        .await?;
    let rows = results
        .result_set()
        .map(|set| set.rows())
        .unwrap_or_default();
    let mut counts = Counts::default();
    for row in rows.iter().skip(1) {
        let [status, count] = row.data() else {
            continue;
        };
        let count: u64 = count.var_char_value().unwrap_or("0").parse()?;
        counts.total += count;
        if status.var_char_value() == Some("ACTIVE") {
            counts.active += count;
        }
    }
    Ok(counts)
}

async fn start(context: &Context) -> Result<String> {
    let sql = format!("SELECT status, COUNT(*) FROM {DATABASE}.{TABLE} GROUP BY status");
    let settings = &context.settings;
    let encryption = EncryptionConfiguration::builder()
        .encryption_option(EncryptionOption::SseKms)
        .kms_key(&settings.kms_key_id)
        .build()?;
    let results = ResultConfiguration::builder()
        .output_location(format!("s3://{}/query-results/", settings.bucket_name))
        .encryption_configuration(encryption)
        .build();
    let started = context
        .athena
        .start_query_execution()
        .query_string(sql)
        .query_execution_context(QueryExecutionContext::builder().database(DATABASE).build())
        .result_configuration(results)
        .send()
        .await?;
    started.query_execution_id.context("the query has no id")
}

async fn wait(athena: &aws_sdk_athena::Client, id: &str) -> Result<()> {
    for _ in 0..60 {
        let execution = athena
            .get_query_execution()
            .query_execution_id(id)
            .send()
            .await?;
        let status = execution.query_execution().and_then(|query| query.status());
        match status.and_then(|status| status.state()) {
            Some(QueryExecutionState::Succeeded) => return Ok(()),
            Some(QueryExecutionState::Failed | QueryExecutionState::Cancelled) => {
                let reason = status.and_then(|status| status.state_change_reason());
                bail!("the query ended: {}", reason.unwrap_or("no reason given"));
            }
            _ => tokio::time::sleep(Duration::from_secs(5)).await,
        }
    }
    bail!("the query takes too long")
}
