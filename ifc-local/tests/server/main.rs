//! The server by plain HTTP: what clients send, and what comes back to the byte.

#![allow(clippy::unwrap_used, reason = "a test program")]

mod client;
mod engine;
mod http;
mod json;
mod objects;
mod query;
mod rest;
mod scripted;
