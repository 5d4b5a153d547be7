//! One file for each command.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod graph;
pub(crate) mod policy;
pub(crate) mod verify;
pub(crate) mod why;
