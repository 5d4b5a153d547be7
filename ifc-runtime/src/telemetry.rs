//! Logs as JSON lines that carry the ids of the event being handled.
