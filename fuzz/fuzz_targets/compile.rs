//! The whole compiler over any text: `cargo +nightly fuzz run compile` in this folder. A text with
//! `//- /src/x.rs` headers is an application of several files.
#![no_main]

use ifc_compiler::testing::Fixture;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let fixture = Fixture::parse(text);
    ifc_compiler::compile(&fixture.world());
});
