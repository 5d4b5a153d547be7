//! The fixture `texts` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

include!(concat!(env!("OUT_DIR"), "/texts/src/main.rs"));
