//! The fixture `builders` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

/// A crate that the analysis does not read.
mod some_crate {
    use aws_sdk_dynamodb::types::AttributeValue;
    use aws_sdk_s3::presigning::PresigningConfig;

    pub fn value() -> AttributeValue {
        AttributeValue::Null(true)
    }

    pub fn presigning() -> PresigningConfig {
        PresigningConfig::expires_in(std::time::Duration::from_secs(60)).unwrap()
    }

    pub fn version() -> Option<String> {
        std::env::args().nth(1)
    }

    pub fn take<T>(value: T) {
        drop(value);
    }
}

include!(concat!(env!("OUT_DIR"), "/builders/src/main.rs"));
