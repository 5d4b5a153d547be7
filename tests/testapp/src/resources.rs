//! What the application stores and sends through.

use ifc_runtime::prelude::*;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Item)]
pub(crate) struct Order {
    #[item(partition_key)]
    pub(crate) id: String,
    pub(crate) cents: u64,
    pub(crate) shipped: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Parcel {
    pub(crate) order: String,
}

/// A change of an order, kept for a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Item)]
pub(crate) struct Entry {
    #[item(partition_key)]
    pub(crate) order: String,
    #[item(sort_key)]
    pub(crate) at: String,
    pub(crate) what: String,
    #[item(ttl)]
    pub(crate) until: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Posting {
    pub(crate) account: String,
    pub(crate) number: u32,
}

/// How often each posting was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Item)]
pub(crate) struct Line {
    #[item(partition_key)]
    pub(crate) account: String,
    #[item(sort_key)]
    pub(crate) number: u32,
    pub(crate) seen: u32,
}

#[resource]
pub(crate) static ORDERS: Table<Order> = Table::new();

#[resource]
pub(crate) static TRAIL: Table<Entry> = Table::new();

#[resource]
pub(crate) static LINES: Table<Line> = Table::new();

#[resource(max_receives = 3)]
pub(crate) static PARCELS: Queue<Parcel> = Queue::new();

#[resource]
pub(crate) static LEDGER: Queue<Posting, Fifo> = Queue::new();

#[resource(generate = 32)]
pub(crate) static KEY: Secret<String> = Secret::new();

#[resource(default = "19")]
pub(crate) static RATE: Parameter<u64> = Parameter::new();

#[resource]
pub(crate) static TAX: Function<u64, u64> = Function::new();

/// What happens in the shop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Event)]
#[event(source = "shop")]
pub(crate) enum Happening {
    Opened { day: String },
    Closed,
}

#[resource]
pub(crate) static HAPPENINGS: Bus<Happening> = Bus::new();

#[resource]
pub(crate) static NEWS: Topic<String> = Topic::new();

#[resource]
pub(crate) static FILES: Bucket = Bucket::new();
