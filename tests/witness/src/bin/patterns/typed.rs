//! Handles of the runtime.

use ifc_runtime::prelude::*;
use ifc_witness_tests::run;

#[derive(Serialize, Deserialize, Item)]
struct Thing {
    #[item(partition_key)]
    id: String,
}

#[resource]
static THINGS: Table<Thing> = Table::new();

pub(crate) fn handle() {
    run(async { THINGS.delete("1").await.is_ok() });
}
