//! What `cargo build` says of an application with mistakes, on the terminal and to editors: every
//! error in one run, each at its place, rustc's own beside those of the compiler.

use super::workspace::Workspace;
use super::{MAIN, ORDERS};

const WRONG: &str = r#"use ifc_runtime::prelude::*;

#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Order {
    #[item(partition_key)]
    pub id: String,
    #[item(sort_kye)]
    pub at: u64,
}

#[resource]
pub static ORDERS: Table<Order> = Table::new();

#[resource(visiblity = "60s")]
pub static PAID: Queue<Order> = Queue::new();

#[on(PAID, batch = 20_000)]
async fn settle(order: Order) -> Result<()> {
    drop(order);
    crate::helpers::lend();
    std::thread_local_of_nobody(&ORDERS)
}

#[on(schedule("rate(1 fortnight)"), retires = 1)]
fn remind() -> Result<()> {
    Ok(())
}

#[on(http(GET, "/orders"))]
async fn first() -> &'static str {
    ""
}

#[grant("s3:GetObject", on = "*", becuase = "it reads")]
#[on(http(GET, "/orders"))]
async fn second() -> &'static str {
    ""
}
"#;

const HELPERS: &str = "use crate::orders::ORDERS;

pub fn lend() {
    serde::of_nobody(&ORDERS);
}
";

fn wrong(name: &str) -> Workspace {
    let shop = Workspace::new(name, &[("main.rs", MAIN), ("orders.rs", ORDERS)]);
    shop.builds();
    let main = MAIN.replace(
        "mod orders;",
        "mod orders;\nmod helpers;\nmod gone;\nmod torn;",
    );
    shop.write("src/main.rs", &main);
    shop.write("src/orders.rs", WRONG);
    shop.write("src/helpers.rs", HELPERS);
    shop.write("src/torn.rs", "fn torn( {}\n");
    shop
}

#[test]
fn every_error_stands_at_its_place() {
    let shop = wrong("native");
    let before = shop.published();
    let errors = shop.errors_for_editors();
    assert_eq!(errors, [""; 0]);
    assert_eq!(shop.published(), before);
}
