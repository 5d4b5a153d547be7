//! The smallest application.
fn main() {}
