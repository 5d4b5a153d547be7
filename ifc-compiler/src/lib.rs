//! The compiler of ifc: a crate's sources in, its infrastructure out.

pub mod diagnostics;
pub mod dispatch;
pub mod flow;
pub mod hir;
pub mod load;
pub mod resolve;
pub mod span;
pub mod symbol;
pub mod targets;
pub mod world;
