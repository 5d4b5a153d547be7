use ifc_runtime::prelude::*;

#[resource(visiblity = "60s")]
static ORDERS: Queue<String> = Queue::new();

#[on(ORDERS, batchs = 10)]
#[on(http(FETCH, "orders"))]
#[function(memory = 64)]
async fn ship(_order: String, _more: u32) -> Result<()> {
    Ok(())
}

#[on(schedule("rate(5 minute)"))]
fn sweep() {}

#[function(memory = 128)]
async fn idle() {}

#[on(ORDERS)]
struct Ship;

#[resource]
fn orders() {}

#[derive(Serialize, Deserialize, Item)]
struct Order {
    id: String,
}

#[derive(Serialize, Deserialize, Event)]
enum OrderEvent {
    Placed(u8, u8),
}

ifc_runtime::handlers!();

// The items are all there, so that nothing is reported because of the mistakes above.
fn main() {
    let _ = (ship, sweep, idle, orders, Ship, &ORDERS);
    let _: Option<(Order, OrderEvent)> = None;
}
