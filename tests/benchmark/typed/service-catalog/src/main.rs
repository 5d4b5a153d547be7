//! Lists portfolios with their products and logs what it finds, every day.

use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use ifc_runtime::prelude::*;

const LOG_GROUP: &str = "/aws/service-catalog-manager/run004-a6a046d0";

#[derive(Clone)]
struct Clients {
    catalog: aws_sdk_servicecatalog::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
}

#[on(schedule("rate(1 day)"))]
async fn survey(run: Scheduled) -> Result<()> {
    let config = aws_config::load_from_env().await;
    let clients = Clients {
        catalog: aws_sdk_servicecatalog::Client::new(&config),
        logs: aws_sdk_cloudwatchlogs::Client::new(&config),
    };
    clients.log(&run.execution, "started").await?;
    let listed = clients.catalog.list_portfolios().send().await?;
    for portfolio in listed.portfolio_details() {
        let Some(id) = portfolio.id() else { continue };
        let search = clients
            .catalog
            .search_products_as_admin()
            .portfolio_id(id)
            .send();
        let products = search.await.map(|found| found.product_view_details().len());
        clients
            .log(&run.execution, &format!("{id}: {products:?}"))
            .await?;
    }
    Ok(())
}

impl Clients {
    async fn log(&self, stream: &str, message: &str) -> Result<()> {
        let stream = format!("service-catalog-manager-{stream}");
        let create = self.logs.create_log_stream();
        let created = create
            .log_group_name(LOG_GROUP)
            .log_stream_name(&stream)
            .send()
            .await;
        if created.is_err_and(|error| {
            !error
                .as_service_error()
                .is_some_and(|e| e.is_resource_already_exists_exception())
        }) {
            return Err("the stream cannot be made".into());
        }
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
        let event = InputLogEvent::builder()
            .message(message)
            .timestamp(now.as_millis() as i64);
        let put = self
            .logs
            .put_log_events()
            .log_group_name(LOG_GROUP)
            .log_stream_name(&stream);
        put.log_events(event.build()?).send().await?;
        Ok(())
    }
}

ifc_runtime::main!();
