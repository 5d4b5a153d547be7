//! What the page shows, as plain data: pure functions of the engine, the manifest and the records.

pub mod app;
pub mod data;
pub mod decisions;
pub mod event;
pub mod graph;
pub mod state;
pub mod trace;
pub mod traces;

use serde::Serialize;
use std::sync::Arc;

use ifc_catalog::manifest::Manifest;

use crate::Engine;
use crate::engine::Record;
use graph::Graph;

/// Bytes of a text that an answer has at most.
const LONGEST: usize = 32 * 1024;

/// A record with its number.
pub type Numbered = (u64, Arc<Record>);

/// What all views look at.
#[derive(Clone, Copy, Debug)]
pub struct View<'v> {
    /// The engine.
    pub engine: &'v Engine,
    /// What is deployed.
    pub manifest: &'v Manifest,
    /// The same as a graph.
    pub graph: &'v Graph,
    /// What happened, the oldest first.
    pub records: &'v [Numbered],
    /// The time of the application, in milliseconds since 1970.
    pub now: u64,
}

/// A text that may have been cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    /// Its beginning.
    pub text: String,
    /// Bytes of all of it.
    pub bytes: usize,
}

impl Text {
    /// The beginning of a text.
    pub fn cut(text: &str) -> Text {
        let end = text.floor_char_boundary(LONGEST);
        Text {
            text: text[..end].to_owned(),
            bytes: text.len(),
        }
    }
}
