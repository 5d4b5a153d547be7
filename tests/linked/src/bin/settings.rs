//! The fixture `settings` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

include!(concat!(env!("OUT_DIR"), "/settings/src/main.rs"));
