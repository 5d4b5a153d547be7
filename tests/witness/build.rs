//! Keeps the linker's relocations in the binaries, and its map beside them, which is what the tests
//! read.

/// Every binary of the package.
const BINARIES: &[&str] = &["handles", "patterns", "state_in_main"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-bins=-Wl,--emit-relocs");
    let folder = std::env::var("OUT_DIR").unwrap_or_default();
    for binary in BINARIES {
        println!("cargo::rustc-link-arg-bin={binary}=-Wl,-Map={folder}/{binary}.map");
    }
}
