//! From applications to infrastructure, permissions and templates.

mod everything;
mod fixture;
