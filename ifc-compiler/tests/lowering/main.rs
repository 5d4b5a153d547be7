//! From applications to infrastructure, permissions and templates.

mod by_hand;
mod everything;
mod fixture;
mod permissions;
mod settings;
mod stages;
mod triggers;
