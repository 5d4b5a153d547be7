//! Files: orders of partners come in, a report goes out every night.

use ifc_runtime::prelude::*;
use orders_core::model::Basket;
use orders_core::resources::FILES;
use orders_core::{report, store};

use crate::events::now;

#[on(FILES.created(), prefix = "partners/", suffix = ".json")]
async fn import(object: ObjectEvent) -> Result<()> {
    let baskets: Vec<Basket> = FILES.get(&object.key).await?.json()?;
    let file = object.etag.unwrap_or(object.key);
    for (at, basket) in baskets.into_iter().enumerate() {
        store::place(format!("{file}-{at}"), now(), basket).await?;
    }
    Ok(())
}

#[on(
    schedule("cron(30 2 * * ? *)"),
    timezone = "Europe/Berlin",
    flexible = "15m"
)]
#[function(memory = 512, timeout = "120s")]
async fn nightly(run: Scheduled) -> Result<()> {
    let day = run.time.get(..10).ok_or("the schedule named no time")?;
    let key = report::write(day).await?;
    tracing::info!(key, "report written");
    Ok(())
}
