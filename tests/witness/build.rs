//! Keeps the linker's relocations in the binaries, which is what the tests read.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-bins=-Wl,--emit-relocs");
}
