use ifc_runtime::prelude::*;

#[resource]
static ORDERS: Queue<String> = Queue::new();

#[on(ORDERS)]
async fn ship(_order: String) -> u32 {
    1
}

#[on(ORDERS)]
async fn one(_order: String) -> BatchResult {
    BatchResult::new()
}

ifc_runtime::handlers!();

fn main() {}
