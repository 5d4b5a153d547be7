//! A shop: orders, payments, shipments, notifications and a nightly report. The handlers are here,
//! what they do is in `orders-core`.

mod events;
mod files;
mod http;
mod payments;
mod shipments;
#[cfg(test)]
mod tests;

ifc_runtime::main!();
