//! Manifests fit the published schema.

use std::process::Command;

use anyhow::{Result, ensure};
use ifc_tests::application::Application;
use ifc_tests::examples::{Example, examples, reference};
use ifc_tests::tools::CHECKOV;

/// What a validator that knows only the schema says about a manifest.
fn problems(application: &Application) -> Result<String> {
    let output = Command::new(CHECKOV.program("python")?)
        .arg(ifc_tests::script("validate.py"))
        .arg(ifc_tests::workspace().join("schema/manifest.schema.json"))
        .arg(application.folder.join("manifest.json"))
        .output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}

#[test]
fn manifests_fit_the_schema() -> Result<()> {
    for Example { application, .. } in examples()? {
        assert_eq!(
            problems(&application)?,
            "",
            "{}",
            application.folder.display()
        );
    }
    Ok(())
}

/// The reference says of its infrastructure only what the harness reads.
#[test]
fn the_schema_tells_what_is_missing() -> Result<()> {
    let problems = problems(&reference()?)?;
    assert!(
        problems.contains("'id' is a required property"),
        "{problems}"
    );
    Ok(())
}
