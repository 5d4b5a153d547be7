use ifc_runtime::prelude::*;

#[derive(Deserialize)]
pub struct Order;
#[derive(Deserialize)]
pub struct Shipment;

#[resource]
static ORDERS: Queue<Order> = Queue::new();

#[on(ORDERS)]
async fn ship(_batch: Batch<Shipment>) -> BatchResult {
    BatchResult::new()
}

ifc_runtime::handlers!();

fn main() {}
