//! Charges, one customer's after the other, and prices.

use ifc_runtime::prelude::*;
use orders_core::model::Charge;
use orders_core::payments::{Prepaid, collect};
use orders_core::pricing::{self, Price, PriceRequest};
use orders_core::resources::{CHARGES, PRICE};

#[on(CHARGES, batch = 5)]
#[function(timeout = "20s")]
async fn pay(charge: Charge) -> Result<()> {
    collect(
        &Prepaid {
            limit_cents: 1_000_000,
        },
        &charge,
    )
    .await
}

#[on(PRICE)]
#[function(timeout = "5s")]
async fn price(request: PriceRequest) -> Result<Price> {
    pricing::price(&request).await
}
