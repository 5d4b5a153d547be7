//! Keeps a table of security events in a Redshift cluster and sums it up every night. There is no
//! handle for Redshift: its client is an ordinary one, kept in a cell.

use std::time::Duration;

use aws_sdk_redshiftdata::types::StatusString;
use ifc_runtime::prelude::*;
use tokio::sync::OnceCell;

const DATABASE: &str = "securitydb";
const USER: &str = "adminuser";

static WAREHOUSE: OnceCell<Warehouse> = OnceCell::const_new();

struct Warehouse {
    redshift: aws_sdk_redshiftdata::Client,
    sts: aws_sdk_sts::Client,
    cluster: String,
}

impl Warehouse {
    async fn shared() -> Result<&'static Self> {
        let made = WAREHOUSE
            .get_or_try_init(|| async {
                let config = aws_config::load_from_env().await;
                Ok::<_, std::env::VarError>(Self {
                    redshift: aws_sdk_redshiftdata::Client::new(&config),
                    sts: aws_sdk_sts::Client::new(&config),
                    cluster: std::env::var("REDSHIFT_CLUSTER")?,
                })
            })
            .await?;
        Ok(made)
    }

    async fn execute(&self, sql: &str) -> Result<()> {
        let request = self
            .redshift
            .execute_statement()
            .cluster_identifier(&self.cluster);
        let started = request
            .database(DATABASE)
            .db_user(USER)
            .sql(sql)
            .send()
            .await?;
        let id = started.id().unwrap_or_default();
        for _ in 0..30 {
            let statement = self.redshift.describe_statement().id(id).send().await?;
            match statement.status() {
                Some(StatusString::Finished) => return Ok(()),
                Some(StatusString::Failed | StatusString::Aborted) => {
                    return Err(statement.error().unwrap_or("the statement failed").into());
                }
                _ => tokio::time::sleep(Duration::from_secs(2)).await,
            }
        }
        Err("the statement takes too long".into())
    }
}

#[on(schedule("rate(1 day)"))]
#[function(timeout = "3m")]
async fn summarise() -> Result<()> {
    let warehouse = Warehouse::shared().await?;
    let identity = warehouse.sts.get_caller_identity().send().await?;
    tracing::info!(account = identity.account(), "summing up");
    warehouse
        .execute(
            "CREATE TABLE IF NOT EXISTS security_events (id VARCHAR(64), severity VARCHAR(16))",
        )
        .await?;
    warehouse
        .execute("INSERT INTO security_events VALUES ('evt-001', 'HIGH')")
        .await?;
    warehouse
        .execute("SELECT severity, COUNT(*) FROM security_events GROUP BY severity")
        .await?;
    Ok(())
}

ifc_runtime::main!();
