//! Lists portfolios with their products and logs what it finds. Extension traits on the clients,
//! futures that are joined, paginators.

mod logging;
mod portfolios;

use aws_config::BehaviorVersion;
use aws_sdk_cloudwatchlogs::Client as LogsClient;
use aws_sdk_servicecatalog::Client as CatalogClient;
use futures_util::future::try_join_all;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

use crate::logging::LogExt;
use crate::portfolios::{Portfolio, PortfolioExt};

async fn handler(
    catalog: CatalogClient,
    logs: LogsClient,
    sts: aws_sdk_sts::Client,
    event: LambdaEvent<Value>,
) -> Result<Value, Error> {
    let stream = format!("service-catalog-manager-{}", event.context.request_id);
    let identity = tokio::spawn(async move { sts.get_caller_identity().send().await });
    logs.say(&stream, "started").await?;

    let found = catalog.portfolios().await?;
    let with_products = found.into_iter().map(|portfolio| {
        let catalog = catalog.clone();
        async move { catalog.with_products(portfolio).await }
    });
    let portfolios: Vec<Portfolio> = try_join_all(with_products).await?;

    logs.say(&stream, &format!("found {} portfolios", portfolios.len()))
        .await?;
    for portfolio in &portfolios {
        let line = format!(
            "portfolio {} ({}) has {} products",
            portfolio.name,
            portfolio.id,
            portfolio.products.len()
        );
        logs.say(&stream, &line).await?;
    }
    logs.say(&stream, "completed").await?;
    Ok(json!({ "account": identity.await??.account, "portfolios": portfolios }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let catalog = CatalogClient::new(&config);
    let logs = LogsClient::new(&config);
    let sts = aws_sdk_sts::Client::new(&config);
    let func = service_fn(move |event| handler(catalog.clone(), logs.clone(), sts.clone(), event));
    run(func).await
}
