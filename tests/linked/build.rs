//! Lays the fixtures of `cargo ifc policy` out as files, which the binaries of this package include, and
//! keeps the linker's relocations in these and its maps beside them.

use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let fixtures = Path::new("../../ifc-compiler/tests/fixtures/policy");
    println!("cargo::rerun-if-changed={}", fixtures.display());
    println!("cargo::rustc-link-arg-bins=-Wl,--emit-relocs");
    // `texts` reads it with `env!`.
    println!("cargo::rustc-env=BUILD_BUCKET=built");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    for entry in fs::read_dir("src/bin")? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let map = out.join(&*name).with_extension("map");
        println!(
            "cargo::rustc-link-arg-bin={name}=-Wl,-Map={}",
            map.display()
        );
    }
    for entry in fs::read_dir(fixtures)? {
        let path = entry?.path();
        let folder = out.join(path.file_stem().unwrap_or_default());
        lay_out(&fs::read_to_string(&path)?, &folder)?;
    }
    Ok(())
}

/// Writes each file of a fixture. What lies before the first header is `src/main.rs`, as
/// `ifc_compiler::testing` has it.
fn lay_out(text: &str, folder: &Path) -> std::io::Result<()> {
    let mut current = "src/main.rs";
    let mut file = String::new();
    for line in text.lines() {
        match line.trim_start().strip_prefix("//- ") {
            None => {
                file.push_str(line);
                file.push('\n');
            }
            Some(header) => {
                write(&folder.join(current), &file)?;
                file.clear();
                let path = header.split_whitespace().next().unwrap_or_default();
                current = path.trim_start_matches('/');
            }
        }
    }
    write(&folder.join(current), &file)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, text)
}
