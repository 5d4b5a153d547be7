//! The fixture `other_texts` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

include!(concat!(env!("OUT_DIR"), "/other_texts/src/main.rs"));
