//! Everything the shop stores or sends through.

use ifc_runtime::prelude::*;

use crate::model::{Alert, AuditEntry, Charge, Order, OrderEvent, Shipment};
use crate::pricing::{Price, PriceRequest};

#[resource]
pub static ORDERS: Table<Order> = Table::new();

#[resource]
pub static AUDIT: Table<AuditEntry> = Table::new();

#[resource]
#[allow_infra(
    publish_without_subscriber,
    because = "the call centre has rules of its own for cancelled orders"
)]
pub static EVENTS: Bus<OrderEvent> = Bus::new();

/// One group per customer, so that a customer's charges are made in order.
#[resource(deduplicate)]
pub static CHARGES: Queue<Charge, Fifo> = Queue::new();

#[resource(max_receives = 5)]
pub static SHIPMENTS: Queue<Shipment> = Queue::new();

#[resource]
pub static ALERTS: Topic<Alert> = Topic::new();

/// Orders of partners as files, and the nightly reports.
#[resource(versioned)]
pub static FILES: Bucket = Bucket::new();

/// Key of the payment provider.
#[resource(generate = 32)]
pub static PAYMENT_KEY: Secret<String> = Secret::new();

/// Value added tax in tenths of a percent.
#[resource(default = "190")]
pub static TAX_RATE: Parameter<u64> = Parameter::new();

/// Prices a basket; a function of its own, because others call it too.
#[resource]
pub static PRICE: Function<PriceRequest, Price> = Function::new();
