//! The compiler of ifc: a crate's sources in, its infrastructure out.

pub mod checks;
pub mod diagnostics;
pub mod dispatch;
pub mod flow;
pub mod graph;
pub mod hir;
pub mod iam;
pub mod load;
pub mod manifest;
pub mod resolve;
pub mod source;
pub mod span;
pub mod symbol;
pub mod targets;
#[doc(hidden)]
pub mod testing;
pub mod world;
