//! What the attributes accept, and what they say about mistakes. The expected output of rustc
//! stands beside each program; `TRYBUILD=overwrite cargo test -p ifc-runtime --no-default-features
//! --features http --test ui` writes it anew.

// With the SDK every program would wait for it, and rustc would name types differently.
#![cfg(not(feature = "_aws"))]

#[test]
fn programs_compile_or_are_refused_in_words() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
