//! The fixture `converters` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

include!(concat!(env!("OUT_DIR"), "/converters/src/main.rs"));
