//! The attributes of ifc. They are re-exported by `ifc_runtime`, whose `__private` module holds what
//! they expand to. The item that an attribute stands on is always emitted, also after mistakes, so
//! that rustc does not report what follows from them.

mod attributes;
mod event;
mod item;
mod on;
mod report;
mod resource;
mod serde_impls;
mod test;

use proc_macro::TokenStream;

/// Says what makes a function run: `#[on(http(POST, "/orders"))]`, `#[on(SHIPMENTS, batch = 10)]`,
/// `#[on(ORDERS.changes())]`, `#[on(schedule("rate(1 day)"))]`.
///
/// Several `#[on]` on one function are several triggers. The function stays what it is and can be
/// called in tests.
#[proc_macro_attribute]
pub fn on(args: TokenStream, item: TokenStream) -> TokenStream {
    on::expand(args.into(), item.into()).into()
}

/// Declares a resource: `#[resource] pub static ORDERS: Table<Order> = Table::new();`. The name of
/// the static is the name of the resource.
#[proc_macro_attribute]
pub fn resource(args: TokenStream, item: TokenStream) -> TokenStream {
    resource::expand(args.into(), item.into()).into()
}

/// Options of a function with `#[on]`: `#[function(memory = 256, timeout = "60s")]`.
#[proc_macro_attribute]
pub fn function(args: TokenStream, item: TokenStream) -> TokenStream {
    attributes::function(args.into(), item.into()).into()
}

/// Adds to what the compiler infers that a function may do:
/// `#[grant("textract:DetectDocumentText", on = "*", because = "reads invoices")]`.
#[proc_macro_attribute]
pub fn grant(args: TokenStream, item: TokenStream) -> TokenStream {
    attributes::grant(args.into(), item.into()).into()
}

/// Silences a check of the compiler on this function or resource:
/// `#[allow_infra(unused_resource, because = "filled by hand")]`.
#[proc_macro_attribute]
pub fn allow_infra(args: TokenStream, item: TokenStream) -> TokenStream {
    attributes::allow_infra(args.into(), item.into()).into()
}

/// Makes an async function a test of the whole application: `async fn name(app: TestApp)`. It stands in
/// the crate that has `ifc_runtime::main!()`, whose handlers it runs. `seed = 7` fixes the seed.
///
/// The function returns nothing or a `Result<(), E>`; other attributes of tests, such as `#[ignore]`, work
/// as usual.
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    test::expand(args.into(), item.into()).into()
}

/// Makes a struct an item of a `Table`: `#[item(partition_key)]`, `#[item(sort_key)]`,
/// `#[item(index = "by_customer")]`, `#[item(index = "by_customer", sort_key)]`, `#[item(ttl)]`.
#[proc_macro_derive(Item, attributes(item))]
pub fn item(input: TokenStream) -> TokenStream {
    item::expand(input.into()).into()
}

/// Makes an enum or struct an event of a `Bus`, with one detail type for each variant:
/// `#[event(source = "shop.orders")]` on the type, `#[event(name = "OrderPlaced")]` on a variant.
#[proc_macro_derive(Event, attributes(event))]
pub fn event(input: TokenStream) -> TokenStream {
    event::expand(input.into()).into()
}

/// serde's `Serialize` without a dependency on serde; takes all `#[serde(..)]` attributes.
#[proc_macro_derive(Serialize, attributes(serde))]
pub fn serialize(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    serde_impls::serialize(&input).into()
}

/// serde's `Deserialize` without a dependency on serde; takes all `#[serde(..)]` attributes.
#[proc_macro_derive(Deserialize, attributes(serde))]
pub fn deserialize(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    serde_impls::deserialize(&input).into()
}
