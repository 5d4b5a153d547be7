//! The fixture `registered` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

/// Attributes of crates that the analysis does not read. These ones leave their functions as they are.
mod web {
    pub use tracing::instrument as get;

    pub async fn route<F: Future>(handler: impl Fn() -> F) {
        handler().await;
    }
}

mod cron {
    pub use tracing::instrument as job;
}

include!(concat!(env!("OUT_DIR"), "/registered/src/main.rs"));
