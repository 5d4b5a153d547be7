//! An application that does what a handler may do, right and wrong. Its tests are the tests of `TestApp`.

mod handlers;
mod resources;
#[cfg(test)]
mod tests;

ifc_runtime::main!();
