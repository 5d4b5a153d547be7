//! The other binary of the fixture `registered`.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

mod cron {
    pub use tracing::instrument as job;
}

/// The library of the workspace.
mod lib {
    use super::cron;
    include!(concat!(env!("OUT_DIR"), "/registered/jobs/src/lib.rs"));
}

include!(concat!(env!("OUT_DIR"), "/registered/worker/src/main.rs"));
