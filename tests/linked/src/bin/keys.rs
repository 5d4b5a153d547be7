//! The fixture `keys` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

include!(concat!(env!("OUT_DIR"), "/keys/src/main.rs"));
