//! What the macros expand to, and how an invocation finds its handler. One binary serves every
//! function of an application: `IFC_FUNCTION` says which one this process is.

mod deliver;
mod invoke;
mod macros;
mod message;
mod run;

pub use deliver::{Answers, Each, Payload, Reply, Returns, Whole, resource, source};
pub(crate) use deliver::{Deliver, Event, Outcome, answer, done, unreadable};
#[cfg(feature = "http")]
pub(crate) use invoke::caught;
#[cfg(any(test, feature = "local"))]
pub(crate) use invoke::invoke;
#[cfg(feature = "local")]
pub(crate) use invoke::panic_text;
pub(crate) use invoke::{Chain, Failure, guarded};
pub(crate) use message::{Arrival, Arrived, Order, batches, each_message};
pub use message::{Batch, BatchResult, Message};
pub use run::run;

/// The number of a handler: FNV-1a, 64 bits, over `module::name`. The compiler computes the same
/// from the sources.
pub const fn id(module: &str, name: &str) -> u64 {
    let hash = fnv(0xcbf2_9ce4_8422_2325, module.as_bytes());
    fnv(fnv(hash, b"::"), name.as_bytes())
}

const fn fnv(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    hash
}

/// Says that the build script saw a handler. `ifc_dispatch.rs` holds one impl for each.
#[diagnostic::on_unimplemented(
    message = "this handler is not in the application's table of functions",
    label = "the compiler of ifc did not see it",
    note = "a handler is a free function in a module that belongs to the crate, not one that a macro of another crate wrote or that stands inside of another function",
    note = "the table is written by the build script: `fn main() {{ ifc_compiler::build(); }}` in `build.rs`"
)]
pub trait Listed<const ID: u64> {}

/// A handler, as `#[on]` declares it. An impl is reachable whatever the privacy of its module.
pub trait Handler<const ID: u64>: Listed<ID> {
    /// The function with everything that triggers it.
    fn function() -> Function;
}

/// One line of the application's table of functions. `cargo ifc verify` reads it from the linked
/// program, so its layout is fixed.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Entry {
    /// Name of the function, as `IFC_FUNCTION` gives it.
    pub name: &'static str,
    /// Makes the function; nothing of it exists before.
    pub function: fn() -> Function,
}

/// A function with everything that triggers it.
pub struct Function {
    pub(crate) triggers: Vec<Trigger>,
}

impl Function {
    /// A function that is run by these triggers.
    pub fn new(triggers: Vec<Trigger>) -> Self {
        Function { triggers }
    }
}

/// One kind of event that a function takes.
pub struct Trigger {
    /// As in the catalog: `queue`.
    pub(crate) source: &'static str,
    pub(crate) deliver: Deliver,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_compiler() {
        // Published test vector of FNV-1a for the same bytes.
        assert_eq!(fnv(0xcbf2_9ce4_8422_2325, b"foobar"), 0x8594_4171_f739_67e8);
        let whole = fnv(0xcbf2_9ce4_8422_2325, b"orders::routes::place");
        assert_eq!(id("orders::routes", "place"), whole);
    }
}
