//! The shop behind the handlers: what it stores, and what it does with it.

pub mod model;
pub mod notify;
pub mod payments;
pub mod pricing;
pub mod report;
pub mod resources;
pub mod shipping;
pub mod store;
