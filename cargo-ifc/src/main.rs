//! The `cargo ifc` command.
fn main() {}
