//! Reads the settings of a repository from a secret and announces it on a topic.

use ifc_runtime::prelude::*;

#[derive(Clone, Serialize, Deserialize)]
pub struct Repository {
    pub name: String,
    pub clone_url: String,
}

#[resource]
pub static SETTINGS: Secret<Repository> = Secret::new();

#[resource]
pub static ALERTS: Topic<Repository> = Topic::new();

#[on(schedule("cron(0 6 * * ? *)"))]
#[allow_infra(
    publish_without_subscriber,
    because = "people subscribe with their addresses"
)]
async fn announce() -> Result<()> {
    let repository = SETTINGS.get().await?;
    ALERTS.publish(&repository).await?;
    Ok(())
}

ifc_runtime::main!();
