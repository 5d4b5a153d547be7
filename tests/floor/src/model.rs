//! The shop's data.

use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) customer: String,
    pub(crate) placed_at: u64,
    pub(crate) lines: Vec<Line>,
    pub(crate) total_cents: u64,
    pub(crate) status: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) article: String,
    pub(crate) quantity: u32,
    pub(crate) unit_cents: u64,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Basket {
    pub(crate) customer: String,
    pub(crate) lines: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct PriceRequest {
    pub(crate) lines: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Price {
    pub(crate) total_cents: u64,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Charge {
    pub(crate) order: String,
    pub(crate) customer: String,
    pub(crate) amount_cents: u64,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Shipment {
    pub(crate) order: String,
    pub(crate) articles: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct AuditEntry {
    pub(crate) order: String,
    pub(crate) sequence: String,
    pub(crate) what: String,
    pub(crate) expires_at: u64,
}
