use ifc_runtime::prelude::*;

pub struct Order;

#[on(http(POST, "/orders"))]
async fn place(_order: Order, Json(_body): Json<u32>) -> Order {
    Order
}

ifc_runtime::handlers!();

fn main() {}
