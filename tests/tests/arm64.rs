//! For arm64, what Lambda runs by default, on a machine of another kind: an application is built, read
//! by the second witness and bundled.

use std::fs;
use std::io::Cursor;
use std::process::Command;

use anyhow::{Result, ensure};
use ifc_tests::{target, tools, workspace};

/// `e_machine` of ELF files for arm64.
const ARM64: [u8; 2] = [183, 0];

#[test]
fn an_application_is_built_verified_and_bundled() -> Result<()> {
    let build = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "cargo-ifc"])
        .current_dir(workspace())
        .output()?;
    ensure!(
        build.status.success(),
        "{}",
        String::from_utf8_lossy(&build.stderr)
    );
    let folder = target().join("arm64");
    let output = Command::new(target().join("debug/cargo-ifc"))
        .args([
            "build",
            "--package",
            "hello",
            "--profile",
            "dev",
            "--arch",
            "arm64",
        ])
        .env("CARGO", env!("CARGO"))
        .env("CARGO_TARGET_DIR", &folder)
        .env("RUSTC", tools::arm64_compiler()?)
        .current_dir(workspace())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{said}");
    ensure!(
        said.contains("in the linked program, and the same in the source"),
        "{said}"
    );

    let bundle = fs::read(folder.join("ifc/hello/bootstrap.zip"))?;
    let mut archive = zip::ZipArchive::new(Cursor::new(bundle))?;
    let mut program = Vec::new();
    std::io::copy(&mut archive.by_name("bootstrap")?, &mut program)?;
    assert!(program.starts_with(b"\x7fELF"));
    assert_eq!(program[18..20], ARM64);
    // The file's header is the only part of the verified file that changes.
    let verified = fs::read(folder.join("aarch64-unknown-linux-gnu/debug/hello"))?;
    assert_eq!(verified[18..20], ARM64);
    assert!(program[64..] == verified[64..program.len()]);
    let template = fs::read_to_string(folder.join("ifc/hello/template.json"))?;
    ensure!(template.contains("\"arm64\""), "{template}");
    Ok(())
}
