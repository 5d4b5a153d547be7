//! The fixture `set_elsewhere` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

/// Crates that the analysis does not read.
mod some_framework {
    use std::sync::OnceLock;

    pub fn start<A, B>(first: &OnceLock<A>, second: &OnceLock<B>) {
        assert!(first.get().is_some() && second.get().is_some());
    }
}

mod session_store {
    use std::sync::LazyLock;

    use aws_sdk_dynamodb::{Client, Config};

    pub static CLIENT: LazyLock<Client> =
        LazyLock::new(|| Client::from_conf(Config::builder().behavior_version_latest().build()));
}

include!(concat!(env!("OUT_DIR"), "/set_elsewhere/src/main.rs"));
