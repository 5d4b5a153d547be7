//! The fixture `associated_constants` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

include!(concat!(
    env!("OUT_DIR"),
    "/associated_constants/src/main.rs"
));
