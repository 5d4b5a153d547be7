//! The fixture `same_names` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

extern crate ifc_linked_tests as some_crate;

include!(concat!(env!("OUT_DIR"), "/same_names/src/main.rs"));
