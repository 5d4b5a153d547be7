//! The patterns that need nothing but clients and requests.

#[path = "../../src/bin/patterns/list.rs"]
#[macro_use]
mod list;

#[path = "../../src/bin/patterns/decoys.rs"]
mod decoys;
#[path = "../../src/bin/patterns/functions.rs"]
mod functions;
#[path = "../../src/bin/patterns/futures.rs"]
mod futures;
#[path = "../../src/bin/patterns/objects.rs"]
mod objects;
#[path = "../../src/bin/patterns/tables.rs"]
mod tables;
#[path = "../../src/bin/patterns/values.rs"]
mod values;

fn init() {}

with_common! {
    ifc_witness_tests::functions {}
}
