//! What `cargo build` does for an application whose `build.rs` is the one line.

mod bad_input;
mod workspace;

use workspace::Workspace;

const MAIN: &str = r#"use ifc_runtime::prelude::*;

mod orders;

ifc_runtime::main!();
"#;

const ORDERS: &str = r#"use ifc_runtime::prelude::*;

#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Order {
    #[item(partition_key)]
    pub id: String,
}

#[resource]
pub static ORDERS: Table<Order> = Table::new();

#[resource]
pub static PAID: Queue<Order> = Queue::new();

#[on(PAID)]
async fn settle(order: Order) -> Result<()> {
    ORDERS.put(&order).await?;
    Ok(())
}

#[on(schedule("rate(1 hour)"))]
async fn remind() -> Result<()> {
    if let Some(order) = ORDERS.get("first").await? {
        PAID.send(&order).await?;
    }
    Ok(())
}
"#;

fn shop(name: &str) -> Workspace {
    Workspace::new(name, &[("main.rs", MAIN), ("orders.rs", ORDERS)])
}

#[test]
fn a_build_publishes_everything_and_says_where() {
    let shop = shop("publishes");
    let built = shop.builds();
    for file in [
        "manifest.json",
        "template.json",
        "graph.json",
        "graph.dot",
        "policies/remind.json",
        "policies/settle.json",
    ] {
        assert!(
            shop.folder().join(file).is_file(),
            "{file}: {}",
            built.stderr
        );
    }
    let manifest = shop.manifest_json();
    assert_eq!(
        manifest["functions"]["settle"]["handler"],
        "publishes::orders::settle"
    );
    let said = built
        .stderr
        .lines()
        .find(|line| line.contains("template.json"));
    let said = said.unwrap_or_else(|| panic!("{}", built.stderr));
    assert!(said.contains("2 functions, 2 resources"), "{said}");
    assert!(said.contains("ifc/publishes/template.json"), "{said}");
}

/// The table of handlers is code of the application's crate, and so are expansions of the macros.
#[test]
fn strict_lints_find_nothing_in_what_is_generated() {
    let shop = shop("strict");
    let lints =
        "#![deny(warnings, unused_qualifications, clippy::pedantic)]\n#![forbid(unsafe_code)]\n";
    let main = MAIN.replace("use ifc_runtime::prelude::*;\n", lints);
    shop.write("src/main.rs", &main);
    let built = shop.cargo(&["clippy", "--all-targets"]);
    assert!(built.success, "{}", built.stderr);
}

#[test]
fn nothing_changed_is_fresh() {
    let shop = shop("fresh");
    shop.builds();
    let before = shop.published();
    // Only files of the module tree count.
    shop.write("src/notes.txt", "not a module");
    shop.write("src/unused.rs", "not in the module tree");
    let built = shop.builds();
    assert_eq!(built.count("Running", "fresh"), 0, "{}", built.stderr);
    assert_eq!(built.count("Fresh", "fresh"), 1, "{}", built.stderr);
    assert_eq!(shop.published(), before);
}

#[test]
fn a_change_compiles_once() {
    let shop = shop("change");
    shop.builds();
    let before = shop.published();
    shop.write(
        "src/orders.rs",
        &format!("// A comment at the end changes no span.\n{ORDERS}")
            .replacen("// A comment at the end changes no span.\n", "", 1)
            .replace("rate(1 hour)", "rate(2 hours)"),
    );
    let built = shop.builds();
    assert_eq!(
        built.count("Running", "--crate-name change"),
        1,
        "{}",
        built.stderr
    );
    assert_eq!(
        built.count("Running", "build-script-build"),
        1,
        "{}",
        built.stderr
    );
    assert_eq!(
        built.count("Running", "--crate-name build_script_build"),
        0,
        "{}",
        built.stderr
    );
    let after = shop.published();
    let template = shop.folder().join("template.json");
    let policy = shop.folder().join("policies/settle.json");
    assert_ne!(after[&template].0, before[&template].0);
    assert_eq!(
        after[&policy], before[&policy],
        "unchanged files keep their time"
    );
}

#[test]
fn a_new_module_is_noticed_and_a_removed_function_leaves_no_file() {
    let shop = shop("modules");
    shop.builds();
    shop.write(
        "src/main.rs",
        &MAIN.replace("mod orders;", "mod orders;\nmod late;"),
    );
    shop.write(
        "src/late.rs",
        "use ifc_runtime::prelude::*;\n\n#[on(schedule(\"rate(1 day)\"))]\nasync fn late() -> Result<()> {\n    Ok(())\n}\n",
    );
    shop.builds();
    assert!(shop.folder().join("policies/late.json").is_file());
    shop.write("src/main.rs", MAIN);
    shop.builds();
    assert!(!shop.folder().join("policies/late.json").exists());
    assert!(shop.folder().join("policies/settle.json").is_file());
}

#[test]
fn errors_keep_the_last_good_output() {
    let shop = shop("errors");
    shop.builds();
    let before = shop.published();
    let wrong = ORDERS
        .replace("#[on(PAID)]", "#[on(PAID, batch = 20_000)]")
        .replace("rate(1 hour)", "rate(1 fortnight)");
    shop.write("src/orders.rs", &wrong);
    let built = shop.build();
    assert!(!built.success);
    assert!(
        built.stderr.contains("src/orders.rs:15:"),
        "{}",
        built.stderr
    );
    assert!(built.stderr.contains("20_000"), "{}", built.stderr);
    assert!(
        built.stderr.contains("fortnight"),
        "both at once: {}",
        built.stderr
    );
    assert_eq!(
        built.stderr.matches("= note: IFC").count(),
        2,
        "{}",
        built.stderr
    );
    assert!(
        built.stderr.contains("because of 2 errors"),
        "{}",
        built.stderr
    );
    assert_eq!(shop.published(), before);
    shop.write("src/orders.rs", ORDERS);
    shop.builds();
}

#[test]
fn rustc_reports_what_cannot_be_parsed() {
    let shop = shop("unparsable");
    shop.builds();
    let before = shop.published();
    shop.write(
        "src/orders.rs",
        &ORDERS.replace("-> Result<()> {", "-> Result<() {"),
    );
    let built = shop.build();
    assert!(!built.success);
    assert!(
        built.stderr.contains("--> src/orders.rs:"),
        "{}",
        built.stderr
    );
    assert!(
        !built.stderr.contains("custom build command"),
        "{}",
        built.stderr
    );
    assert!(built.stderr.contains("IFC0001"), "{}", built.stderr);
    assert_eq!(shop.published(), before);
    shop.write("src/orders.rs", ORDERS);
    shop.builds();
    assert_eq!(shop.published(), before);
}

#[test]
fn missing_module_is_a_coded_error() {
    let shop = shop("missing");
    shop.write(
        "src/main.rs",
        &MAIN.replace("mod orders;", "mod orders;\nmod gone;"),
    );
    let built = shop.build();
    assert!(!built.success);
    assert!(built.stderr.contains("IFC0002"), "{}", built.stderr);
    assert!(built.stderr.contains("src/main.rs:4:"), "{}", built.stderr);
    shop.write("src/gone.rs", "");
    shop.builds();
}

#[test]
fn library_handlers_are_served_and_watched() {
    let shop = shop("library");
    shop.write(
        "Cargo.toml",
        &shop.manifest("billing = { path = \"billing\" }\n"),
    );
    shop.write(
        "billing/Cargo.toml",
        shop.manifest("")
            .replace("[workspace]\n", "")
            .replace("name = \"library\"", "name = \"billing\"")
            .split("[build-dependencies]")
            .next()
            .unwrap_or_default(),
    );
    let handler = "use ifc_runtime::prelude::*;\n\nifc_runtime::handlers!();\n\nmod private {\n    use ifc_runtime::prelude::*;\n\n    #[on(schedule(\"rate(1 day)\"))]\n    async fn bill() -> Result<()> {\n        Ok(())\n    }\n}\n";
    shop.write("billing/src/lib.rs", handler);
    shop.builds();
    assert_eq!(
        shop.manifest_json()["functions"]["bill"]["handler"],
        "billing::private::bill"
    );
    shop.write(
        "billing/src/lib.rs",
        &handler.replace("bill()", "invoice()"),
    );
    shop.builds();
    let functions = shop.manifest_json()["functions"].clone();
    assert!(functions.get("bill").is_none() && functions.get("invoice").is_some());
}

#[test]
fn handlers_that_would_be_lost_are_errors() {
    let shop = shop("lost");
    shop.write(
        "src/main.rs",
        &MAIN.replace("ifc_runtime::main!();", "fn main() {}"),
    );
    let built = shop.build();
    assert!(!built.success);
    assert!(built.stderr.contains("error[IFC0084]"), "{}", built.stderr);
    // A handler that only a macro makes is seen and deployed.
    let hidden =
        "#[on(schedule(\"rate(1 day)\"))]\nasync fn hidden() -> Result<()> {\n    Ok(())\n}\n";
    shop.write("src/main.rs", MAIN);
    shop.write(
        "src/orders.rs",
        &format!(
            "{ORDERS}\nmacro_rules! hide {{ ($($t:tt)*) => {{ $($t)* }} }}\nhide! {{ {hidden} }}\n"
        ),
    );
    shop.builds();
    assert!(shop.manifest_json()["functions"]["hidden"].is_object());
    // One that rustc compiles and the compiler does not see, because only debug builds have it.
    shop.write(
        "src/orders.rs",
        &format!("{ORDERS}\n#[cfg(debug_assertions)]\n{hidden}"),
    );
    let built = shop.build();
    assert!(!built.success);
    assert!(
        built
            .stderr
            .contains("this handler is not in the application's table"),
        "{}",
        built.stderr
    );
}

#[test]
fn output_is_the_same_in_every_folder() {
    let first = shop("same");
    first.builds();
    let one = first.published();
    // The modules in another order, and the workspace in another folder below the same name.
    let elsewhere = Workspace::new(
        "elsewhere/deeper",
        &[("main.rs", MAIN), ("orders.rs", ORDERS)],
    );
    elsewhere.write("Cargo.toml", &first.manifest(""));
    elsewhere.builds();
    assert_eq!(first.published().len(), one.len());
    for (path, (contents, _)) in first.published() {
        assert_eq!(contents, one[&path].0, "{}", path.display());
    }
}
