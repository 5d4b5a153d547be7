//! From applications to infrastructure, permissions and templates.

mod everything;
mod fixture;
mod permissions;
mod settings;
mod triggers;
