//! The fixture `receivers` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

/// A crate that the analysis does not read.
mod some_crate {
    pub fn client() -> aws_sdk_sns::Client {
        let config = aws_sdk_sns::Config::builder();
        aws_sdk_sns::Client::from_conf(config.behavior_version_latest().build())
    }
}

include!(concat!(env!("OUT_DIR"), "/receivers/src/main.rs"));
