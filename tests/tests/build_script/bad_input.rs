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
    serde::of_nobody(&ORDERS)
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

fn wrong(name: &str, modules: &str) -> Workspace {
    let shop = Workspace::new(name, &[("main.rs", MAIN), ("orders.rs", ORDERS)]);
    shop.builds();
    let main = MAIN.replace(
        "mod orders;",
        &format!("mod orders;\nmod helpers;{modules}"),
    );
    shop.write("src/main.rs", &main);
    shop.write("src/orders.rs", WRONG);
    shop.write("src/helpers.rs", HELPERS);
    shop
}

#[test]
fn every_error_stands_at_its_place() {
    let shop = wrong("native", "");
    let before = shop.published();
    assert_eq!(
        shop.errors_for_editors(),
        [
            "ifc_dispatch.rs `ORDERS` goes into `serde::of_nobody`, which is not followed",
            "ifc_dispatch.rs no infrastructure was written because of 10 errors",
            // rustc's own.
            "src/helpers.rs:4:12-21 cannot find function `of_nobody` in crate `serde`",
            "src/orders.rs:14:12-21 unknown option `visiblity` of `#[resource]` on a `Queue`: no such option",
            "src/orders.rs:17:20-26 `batch` of `#[on(PAID)]` is out of range: 20000 is not a number from 1 to 10000",
            "src/orders.rs:21:5-30 `ORDERS` goes into `serde::of_nobody`, which is not followed: permissions for `ORDERS` cannot be inferred past this call",
            "src/orders.rs:24:15-34 the schedule \"rate(1 fortnight)\" has the unknown unit `fortnight`",
            "src/orders.rs:24:37-44 unknown option `retires` of `#[on(schedule(..))]`: no such option",
            "src/orders.rs:25:1-3 the handler `remind` is not async",
            "src/orders.rs:34:35-42 unknown option `becuase` of `#[grant]`: no such option",
            "src/orders.rs:35:6-26 two triggers on the route `GET /orders`: the second one",
            "src/orders.rs:7:12-20 unknown option `sort_kye` of `#[item]`: no such option",
        ]
    );
    assert_eq!(shop.published(), before);
    // Nothing is left of them.
    shop.write("src/main.rs", MAIN);
    shop.write("src/orders.rs", ORDERS);
    shop.builds();
    assert_eq!(shop.published(), before);
}

#[test]
fn a_file_that_cannot_be_parsed_hides_no_other_error() {
    let shop = wrong("hides", "\nmod gone;\nmod torn;");
    let before = shop.published();
    shop.write("src/torn.rs", "fn torn( {}\n");
    let built = shop.build();
    assert!(!built.success);
    for said in [
        " --> src/torn.rs:1:",
        "error[IFC0001]: src/torn.rs:1:",
        "error[IFC0002]: src/main.rs:5:5: ",
        "error[IFC0103]: src/orders.rs:7:12: ",
        "error[IFC0103]: src/orders.rs:14:12: ",
        "error[IFC0104]: src/orders.rs:17:20: ",
        "error[IFC0109]: src/orders.rs:24:15: ",
        "error[IFC0103]: src/orders.rs:24:37: ",
        "error[IFC0113]: src/orders.rs:25:1: ",
        "error[IFC0401]: src/helpers.rs:4:5: ",
    ] {
        assert!(built.stderr.contains(said), "{said}\n{}", built.stderr);
    }
    assert_eq!(shop.published(), before);
}

/// A library of the same package is compiled first; what is wrong in the binary is said with it.
#[test]
fn a_library_that_fails_says_what_is_wrong_in_the_binary() {
    let shop = Workspace::new("both", &[("main.rs", MAIN), ("orders.rs", ORDERS)]);
    shop.write("src/main.rs", &MAIN.replace("mod orders;", "#[on(both::stock::COUNTS, bach = 1)]\nasync fn count(text: String) -> Result<()> {\n    drop(text);\n    Ok(())\n}"));
    shop.write("src/lib.rs", "pub mod stock;\n");
    let stock = "use ifc_runtime::prelude::*;\n\n#[resource(visiblity = \"60s\")]\npub static COUNTS: Queue<String> = Queue::new();\n";
    shop.write("src/stock.rs", stock);
    assert_eq!(
        shop.errors_for_editors(),
        [
            "src/stock.rs:3:12-21 unknown option `bach` of `#[on(both::stock::COUNTS)]`",
            "src/stock.rs:3:12-21 unknown option `visiblity` of `#[resource]` on a `Queue`: no such option",
        ]
    );
    // Without mistakes in the library, the binary says its own.
    shop.write("src/stock.rs", &stock.replace("visiblity", "visibility"));
    assert_eq!(
        shop.errors_for_editors(),
        [
            "ifc_dispatch.rs no infrastructure was written because of one error",
            "src/main.rs:3:27-31 unknown option `bach` of `#[on(both::stock::COUNTS)]`: no such option",
        ]
    );
}
