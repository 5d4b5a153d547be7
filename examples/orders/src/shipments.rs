//! Parcels, many at a time.

use ifc_runtime::prelude::*;
use orders_core::model::Shipment;
use orders_core::resources::SHIPMENTS;
use orders_core::shipping;

#[on(SHIPMENTS, batch = 10, window = "1s", max_concurrency = 5)]
#[function(memory = 256, timeout = "10s")]
async fn ship(batch: Batch<Shipment>) -> BatchResult {
    let mut result = BatchResult::new();
    for message in &batch {
        if let Err(error) = shipping::send(&message.body).await {
            result.fail(message, error);
        }
    }
    result
}
