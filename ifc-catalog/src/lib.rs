//! What exists, as static data: event sources, resource kinds with their operations, the kinds of
//! infrastructure, limits, and the manifest's types. No Rust parsing, no input or output.

pub mod duration;
pub mod events;
pub mod function;
pub mod iam;
pub mod infra;
pub mod json;
pub mod limits;
pub mod lower;
pub mod manifest;
pub mod model;
pub mod options;
pub mod pattern;
pub mod prelude;
pub mod resources;
pub mod route;
pub mod samples;
pub mod schedule;
pub mod schema;
pub mod sdk;
pub mod span;
pub mod vec_map;
