//! What `cargo build` says of an application with mistakes, on the terminal and to editors.

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
    serde::keep(&ORDERS);
    crate::helpers::lend();
    Ok(())
}

#[on(schedule("rate(1 fortnight)"), retires = 1)]
fn remind() -> Result<()> {
    Ok(())
}

#[on(http(GET, "/orders"))]
async fn first() -> &'static str {
    ""
}

#[on(http(GET, "/orders"))]
#[grant("s3:GetObject", on = "*", because = "it reads")]
async fn second() -> &'static str {
    ""
}
"#;

const HELPERS: &str =
    "use crate::orders::ORDERS;\n\npub fn lend() {\n    serde::keep(&ORDERS);\n}\n";

#[test]
fn try_it() {
    let shop = Workspace::new("native", &[("main.rs", MAIN), ("orders.rs", ORDERS)]);
    shop.builds();
    let main = MAIN.replace("mod orders;", "mod orders;\nmod helpers;");
    shop.write("src/main.rs", &main);
    shop.write("src/orders.rs", WRONG);
    shop.write("src/helpers.rs", HELPERS);
    for error in shop.errors_for_editors() {
        println!("{error}");
    }
    println!("{}", shop.build().stderr);
    panic!();
}
