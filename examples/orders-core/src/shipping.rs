//! Sending parcels.

use ifc_runtime::prelude::*;

use crate::model::{Alert, Order, Severity, Shipment, Status};
use crate::resources::{ALERTS, SHIPMENTS};
use crate::store;

/// Asks for a parcel.
pub async fn request(order: &Order) -> Result<()> {
    let articles = order
        .lines
        .iter()
        .map(|line| line.article.clone())
        .collect();
    SHIPMENTS
        .send(&Shipment {
            order: order.id.clone(),
            articles,
        })
        .await?;
    Ok(())
}

/// Sends a parcel. An empty one is a mistake that a person must look at.
pub async fn send(shipment: &Shipment) -> Result<()> {
    if shipment.articles.is_empty() {
        let text = format!("shipment of order {} is empty", shipment.order);
        ALERTS
            .publish(&Alert {
                severity: Severity::Urgent,
                text,
            })
            .await?;
        return Err("nothing to send".into());
    }
    store::advance(&shipment.order, Status::Shipped).await
}
