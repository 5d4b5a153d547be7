//! Orders in the table, and the events that tell of them.

use ifc_runtime::prelude::*;

use crate::model::{Basket, Order, OrderEvent, Status};
use crate::pricing::PriceRequest;
use crate::resources::{EVENTS, ORDERS, PRICE};

/// Prices and stores a new order, and tells the world.
pub async fn place(id: String, placed_at: u64, basket: Basket) -> Result<Order> {
    let price = PRICE
        .invoke(&PriceRequest {
            lines: basket.lines.clone(),
        })
        .await?;
    let order = Order {
        id,
        customer: basket.customer,
        placed_at,
        lines: basket.lines,
        total_cents: price.total_cents,
        status: Status::Placed,
    };
    ORDERS.put_new(&order).await?;
    EVENTS.publish(&OrderEvent::Placed(order.clone())).await?;
    Ok(order)
}

/// One order.
pub async fn find(id: &str) -> Result<Option<Order>> {
    Ok(ORDERS.get(id).await?)
}

/// A customer's orders, newest first.
pub async fn of_customer(customer: &str) -> Result<Vec<Order>> {
    Ok(ORDERS
        .query_index("by_customer", customer)
        .descending()
        .all()
        .await?)
}

/// Cancels an order unless it is already under way.
pub async fn cancel(id: &str) -> Result<()> {
    let cancelled = Update::new().set("status", Status::Cancelled);
    ORDERS
        .update_if(id, cancelled, attr("status").eq(Status::Placed))
        .await?;
    EVENTS
        .publish(&OrderEvent::Cancelled {
            order: id.to_owned(),
        })
        .await?;
    Ok(())
}

/// Marks an order as paid or shipped.
pub async fn advance(id: &str, status: Status) -> Result<()> {
    ORDERS
        .update(id, Update::new().set("status", status))
        .await?;
    Ok(())
}
