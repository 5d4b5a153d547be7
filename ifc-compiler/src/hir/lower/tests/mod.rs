mod bad_input;
mod bodies;
mod items;
mod mutation;
mod print;

use crate::hir::{Def, TriggerSource};
use crate::resolve::{Namespace, Resolution};
use crate::symbol::Symbol;
use crate::testing::{Lowered, lower};

const APP: &str = r#"
//- /src/main.rs
use ifc_runtime::prelude::*;
mod routes;
mod store { pub mod inner; pub fn save() {} }
#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Order { #[item(partition_key)] pub id: String }
#[resource] pub static ORDERS: Table<Order> = Table::new();
ifc_runtime::main!();
//- /src/routes.rs
use crate::{ORDERS, store::save as keep};
use ifc_runtime::on as trigger;
#[trigger(http(POST, "/orders"))]
async fn place() { ORDERS.put(&1).await; keep(); orders_core::work() }
//- /src/store/inner.rs
#[cfg(test)] mod tests;
pub use super::save;
//- /core/src/lib.rs crate:orders_core
pub fn work() {}
"#;

fn resolve(lowered: &Lowered, path: &str, namespace: Namespace) -> String {
    let root = lowered.program.crates[0].root;
    let segments: Vec<Symbol> = path.split("::").map(Symbol::new).collect();
    let found = lowered
        .names
        .segments(&lowered.program, root, &segments, false, namespace);
    match found {
        Resolution::Def { def, used } => format!("{} {used}", name(lowered, def)),
        Resolution::Foreign(path) => path.to_string(),
        Resolution::Primitive(name) => format!("primitive {name}"),
        Resolution::Unresolved => "unresolved".to_owned(),
    }
}

fn name(lowered: &Lowered, def: Def) -> String {
    let program = &lowered.program;
    match def {
        Def::Module(id) => format!("mod {}", program.modules[id.index()].name),
        Def::Function(id) => format!("fn {}", program.functions[id.index()].name),
        Def::Type(id) => format!("type {}", program.types[id.index()].name),
        Def::Variant(id, at) => format!("variant {} {at}", program.types[id.index()].name),
        Def::Trait(id) => format!("trait {}", program.traits[id.index()].name),
        Def::Global(id) => format!("global {}", program.globals[id.index()].name),
    }
}

#[test]
fn a_small_application() {
    let lowered = lower(APP);
    assert_eq!(lowered.messages(), Vec::<String>::new());
    let program = &lowered.program;
    assert_eq!(program.crates.len(), 2);
    assert!(program.crates[0].dispatches);
    let [handler] = program.handlers.as_slice() else {
        panic!("one handler");
    };
    assert_eq!(handler.path, "app::routes::place");
    assert_eq!(
        handler.triggers[0].source,
        TriggerSource::Constructor {
            name: Symbol::new("http"),
            args: vec!["POST".to_owned(), "/orders".to_owned()],
        }
    );
    let [resource] = program.resources.as_slice() else {
        panic!("one resource");
    };
    assert_eq!(resource.name.as_str(), "ORDERS");
    assert!(program.types[0].item.is_some());
    for (path, expected) in [
        ("routes::place", "unresolved"),
        ("store::inner::save", "fn save 3"),
        ("routes::ORDERS", "unresolved"),
        ("ORDERS", "global ORDERS 1"),
        ("orders_core::work", "fn work 2"),
        ("Table::new", "ifc_runtime::Table::new"),
        ("Vec::new", "std::vec::Vec::new"),
        ("core::mem::take", "std::mem::take"),
        ("tokio::spawn", "tokio::spawn"),
        ("nothing", "unresolved"),
    ] {
        assert_eq!(
            resolve(&lowered, path, Namespace::Values),
            expected,
            "{path}"
        );
    }
}
