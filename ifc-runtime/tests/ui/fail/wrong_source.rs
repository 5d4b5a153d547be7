use ifc_runtime::prelude::*;

#[derive(Serialize, Deserialize, Item)]
pub struct Order {
    #[item(partition_key)]
    id: String,
}

#[resource]
static ORDERS: Table<Order> = Table::new();
#[resource]
static SHIPMENTS: Queue<Order> = Queue::new();

#[on(ORDERS)]
async fn audit(_order: Order) -> Result<()> {
    Ok(())
}

#[on(SHIPMENTS.changes())]
async fn changed(_change: Change<Order>) -> Result<()> {
    Ok(())
}

ifc_runtime::handlers!();

fn main() {}
