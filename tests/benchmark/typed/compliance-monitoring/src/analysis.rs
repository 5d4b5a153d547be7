//! The sum, by Athena.

use std::time::Duration;

use aws_sdk_athena::Client;
use aws_sdk_athena::types::{QueryExecutionState, ResultConfiguration};
use ifc_runtime::prelude::*;

use crate::{DATA, DATABASE, TABLE};

pub(crate) async fn total(athena: &Client) -> Result<f64> {
    let output = format!("s3://{}/query-results/", DATA.name());
    let started = athena
        .start_query_execution()
        .query_string(format!("SELECT COUNT(*) FROM {DATABASE}.{TABLE}"))
        .result_configuration(
            ResultConfiguration::builder()
                .output_location(output)
                .build(),
        )
        .send()
        .await?;
    let id = started.query_execution_id().unwrap_or_default();
    while is_running(athena, id).await? {
        tracing::debug!(id, "waiting");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let results = athena
        .get_query_results()
        .query_execution_id(id)
        .send()
        .await?;
    let rows = results
        .result_set()
        .map(|set| set.rows())
        .unwrap_or_default();
    let cell = rows
        .get(1)
        .and_then(|row| row.data().first())
        .and_then(|cell| cell.var_char_value());
    Ok(cell.unwrap_or("0").parse()?)
}

async fn is_running(athena: &Client, id: &str) -> Result<bool> {
    let found = athena
        .get_query_execution()
        .query_execution_id(id)
        .send()
        .await?;
    let state = found
        .query_execution()
        .and_then(|query| query.status()?.state().cloned());
    match state {
        Some(QueryExecutionState::Succeeded) => Ok(false),
        Some(QueryExecutionState::Failed | QueryExecutionState::Cancelled) => {
            Err("the query failed".into())
        }
        _ => Ok(true),
    }
}
