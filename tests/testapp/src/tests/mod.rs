//! `TestApp`, tried on this application.

mod faults;
mod http;
mod permissions;
mod proof;
mod runs;
mod time;
mod urls;

use ifc_runtime::TestApp;
use ifc_runtime::prelude::*;

use crate::resources::Order;

fn order(id: &str) -> Order {
    Order {
        id: id.to_owned(),
        cents: 500,
        shipped: false,
    }
}

async fn place(app: &TestApp, id: &str) {
    let placed = app.post("/orders").json(&order(id)).await;
    placed.assert_status(StatusCode::CREATED);
}
