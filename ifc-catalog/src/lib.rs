//! What exists, as static data: event sources, resource kinds with their operations, the kinds of
//! infrastructure, limits, and the manifest's types. No parsing, no input or output.

pub mod iam;
pub mod manifest;
pub mod model;
pub mod resources;
pub mod schema;
pub mod span;
