//! Calls another function and checks its answer.

use ifc_runtime::prelude::*;

#[derive(Serialize, Deserialize)]
pub struct Check {
    pub at: String,
}

#[derive(Serialize, Deserialize)]
pub struct Health {
    pub status: u16,
}

#[resource]
pub static MONITORED: Function<Check, Health> = Function::new();

#[on(schedule("rate(5 minutes)"))]
async fn monitor(run: Scheduled) -> Result<()> {
    let health = MONITORED.invoke(&Check { at: run.time }).await?;
    if health.status != 200 {
        return Err(format!("the deployment answers {}", health.status).into());
    }
    Ok(())
}

#[on(MONITORED)]
#[function(timeout = "5s")]
async fn monitored(check: Check) -> Result<Health> {
    tracing::info!(at = %check.at, "asked");
    Ok(Health { status: 200 })
}

ifc_runtime::main!();
