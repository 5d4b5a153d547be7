// What the examples in the documentation use without showing it.
#[allow(unused_imports, reason = "no example uses all of it")]
use ifc_runtime::prelude::*;
#[allow(unused_imports, reason = "no example uses all of it")]
use ifc_runtime::{Update, attr};

#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Order {
    #[item(partition_key)]
    pub id: String,
    #[item(index = "by_customer")]
    pub customer: String,
    pub sku: String,
    pub version: u64,
}

#[derive(Serialize, Deserialize, Item)]
pub struct Reading {
    #[item(partition_key)]
    pub sensor: String,
    #[item(sort_key)]
    pub at: u64,
}

#[derive(Serialize, Deserialize, Item)]
pub struct Stock {
    #[item(partition_key)]
    pub sku: String,
    pub left: i64,
}

#[derive(Serialize, Deserialize, Item)]
pub struct Customer {
    #[item(partition_key)]
    pub id: String,
    pub blocked: bool,
}

#[derive(Serialize, Deserialize, Event)]
pub enum OrderEvent {
    Placed(Order),
    Cancelled { id: String },
}

#[derive(Serialize, Deserialize)]
pub struct Posting {
    pub account: String,
}

#[derive(Serialize, Deserialize)]
pub struct Alert {
    pub text: String,
}

#[resource]
pub static ORDERS: Table<Order> = Table::new();
#[resource]
pub static READINGS: Table<Reading> = Table::new();
#[resource]
pub static STOCK: Table<Stock> = Table::new();
#[resource]
pub static CUSTOMERS: Table<Customer> = Table::new();
#[resource]
pub static UPLOADS: Bucket = Bucket::new();
