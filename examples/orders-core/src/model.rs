//! What the shop deals in.

use ifc_runtime::prelude::*;

/// An order, from the moment it is placed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Item)]
pub struct Order {
    #[item(partition_key)]
    pub id: String,
    #[item(index = "by_customer")]
    pub customer: String,
    /// Seconds since 1970.
    #[item(index = "by_customer", sort_key)]
    pub placed_at: u64,
    pub lines: Vec<Line>,
    pub total_cents: u64,
    pub status: Status,
}

/// What is ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub article: String,
    pub quantity: u32,
    pub unit_cents: u64,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Placed,
    Paid,
    Shipped,
    Cancelled,
}

/// What a customer sends to place an order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Basket {
    pub customer: String,
    pub lines: Vec<Line>,
}

/// What happens to orders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Event)]
#[event(source = "shop.orders")]
pub enum OrderEvent {
    Placed(Order),
    Paid { order: String, amount_cents: u64 },
    Cancelled { order: String },
}

/// Money to collect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Charge {
    pub order: String,
    pub customer: String,
    pub amount_cents: u64,
}

/// A parcel to send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shipment {
    pub order: String,
    pub articles: Vec<String>,
}

/// Something a person should look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub severity: Severity,
    pub text: String,
}

/// How urgent an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Info,
    Urgent,
}

/// One line of the audit trail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Item)]
pub struct AuditEntry {
    #[item(partition_key)]
    pub order: String,
    #[item(sort_key)]
    pub sequence: String,
    pub what: String,
    /// Seconds since 1970, after which the entry goes.
    #[item(ttl)]
    pub expires_at: u64,
}
