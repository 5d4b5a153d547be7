use ifc_runtime::prelude::*;

#[derive(Serialize, Deserialize, Event)]
pub enum OrderEvent {
    Placed,
    Cancelled,
}

#[resource]
static EVENTS: Bus<OrderEvent> = Bus::new();

#[on(EVENTS, event = OrderEvent::Plased)]
async fn route(_event: OrderEvent) -> Result<()> {
    Ok(())
}

ifc_runtime::handlers!();

fn main() {}
