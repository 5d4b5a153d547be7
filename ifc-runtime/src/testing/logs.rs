//! What handlers log, kept for the case that the test fails.

use std::sync::{Arc, Mutex, PoisonError};

use tracing::Subscriber;

use crate::{context, telemetry};

/// Lines of a test.
#[derive(Clone, Default)]
pub(super) struct Logs(Arc<Mutex<String>>);

impl Logs {
    /// Writes down what is logged here.
    pub(super) fn subscriber(&self) -> impl Subscriber + Send + Sync + use<> {
        let lines = self.clone();
        telemetry::text(move |line| {
            let function = context::with_current(|context| context.function.clone());
            let function = function.filter(|name| !name.is_empty());
            let line = String::from_utf8_lossy(line);
            lines.add(&match function {
                Some(function) => format!("{function}: {line}"),
                None => line.into_owned(),
            });
        })
    }

    /// Adds a line.
    pub(super) fn add(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push_str(line);
        if !line.ends_with('\n') {
            lines.push('\n');
        }
    }

    /// All lines under a title; empty if there are none.
    pub(super) fn shown(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match lines.is_empty() {
            true => String::new(),
            false => format!("\nlogs of the handlers:\n{lines}"),
        }
    }
}
