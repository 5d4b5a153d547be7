//! What follows from an order's events, and what is kept of them.

use std::time::UNIX_EPOCH;

use ifc_runtime::prelude::*;
use orders_core::model::{Alert, Order, OrderEvent};
use orders_core::notify::Trail;
use orders_core::resources::{ALERTS, EVENTS, ORDERS};
use orders_core::{payments, shipping, store};

/// A new order must be paid.
#[on(EVENTS, event = OrderEvent::Placed)]
async fn charge(event: OrderEvent) -> Result<()> {
    if let OrderEvent::Placed(order) = event {
        payments::request(&order).await?;
    }
    Ok(())
}

/// A paid order is shipped; one of a large amount is looked at.
#[on(EVENTS, event = OrderEvent::Paid, pattern = r#"{"detail": {"amount_cents": [{"numeric": [">", 0]}]}}"#)]
async fn dispatch(event: OrderEvent) -> Result<()> {
    let OrderEvent::Paid { order, .. } = event else {
        return Ok(());
    };
    if let Some(order) = store::find(&order).await? {
        shipping::request(&order).await?;
    }
    Ok(())
}

/// Every change of an order goes into the audit trail.
#[on(ORDERS.changes(), batch = 25, start = "trim_horizon")]
async fn audit(change: Message<Change<Order>>) -> Result<()> {
    let (order, what) = match &change.body {
        Change::Inserted(order) => (&order.id, "placed".to_owned()),
        Change::Modified { before, after } => (
            &after.id,
            format!("{:?} became {:?}", before.status, after.status),
        ),
        Change::Removed(order) => (&order.id, "removed".to_owned()),
    };
    Trail::new().add(order, &change.id, &what, now()).await
}

/// Urgent alerts go to the log, where an alarm waits for them.
#[on(ALERTS, filter = r#"{"severity": ["urgent"]}"#, filter_scope = "body")]
async fn warn(alert: Alert) -> Result<()> {
    tracing::error!(text = alert.text, "urgent");
    Ok(())
}

pub(crate) fn now() -> u64 {
    ifc_runtime::context::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
