//! Resources as the tests of the handles (`ifc-runtime/tests/aws`) have them. Here those tests run in the
//! process, on the local engine: the same calls, the same answers.

use ifc_runtime::prelude::*;

/// As `Order` of the tests.
#[derive(Serialize, Deserialize, Item)]
struct StoredOrder {
    #[item(partition_key)]
    id: String,
    #[item(index = "by_customer")]
    customer: String,
    #[item(index = "by_customer", sort_key)]
    total: i64,
}

/// As `Reading` of the tests.
#[derive(Serialize, Deserialize, Item)]
struct StoredReading {
    #[item(partition_key)]
    sensor: String,
    #[item(sort_key)]
    at: u64,
}

#[resource]
static ORDERS: Table<StoredOrder> = Table::new();

#[resource]
static READINGS: Table<StoredReading> = Table::new();

#[resource]
static FILES: Bucket = Bucket::new();

/// An application has at least one function, and this one uses everything.
#[on(schedule("rate(1 day)"))]
async fn clean() -> Result<()> {
    ORDERS.delete("none").await?;
    READINGS.delete(("none", 0)).await?;
    FILES.delete("none").await?;
    Ok(())
}

ifc_runtime::main!();

#[cfg(test)]
#[allow(
    dead_code,
    clippy::unwrap_used,
    reason = "tests, of which some need a server"
)]
#[path = "../../../ifc-runtime/tests/aws/objects.rs"]
mod objects;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
#[path = "../../../ifc-runtime/tests/aws/tables.rs"]
mod tables;

#[cfg(test)]
mod tests {
    use ifc_runtime::TestApp;

    macro_rules! run {
        ($($module:ident :: $test:ident),* $(,)?) => {$(
            #[ifc_runtime::test]
            async fn $test(_app: TestApp) {
                crate::$module::$test().await;
            }
        )*};
    }

    run![
        tables::items,
        tables::conditions,
        tables::updates,
        tables::queries,
        tables::indexes,
        tables::scans,
        tables::batches,
        tables::transactions,
        tables::read_transactions,
        objects::objects,
        objects::listings,
    ];
}
