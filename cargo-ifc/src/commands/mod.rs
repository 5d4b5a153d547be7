//! One file for each command.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod client;
pub(crate) mod dev;
pub(crate) mod explain;
pub(crate) mod graph;
pub(crate) mod policy;
pub(crate) mod test;
pub(crate) mod verify;
pub(crate) mod why;
