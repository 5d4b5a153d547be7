//! Manifests and samples fit the published schemas.

use std::process::Command;

use anyhow::{Result, ensure};
use ifc_tests::application::Application;
use ifc_tests::examples::{Example, examples, reference};
use ifc_tests::tools::CHECKOV;

/// What a validator that knows only the schema says about a file of the output.
fn problems(application: &Application, file: &str) -> Result<String> {
    let schema = format!("schema/{file}.schema.json");
    let output = Command::new(CHECKOV.program("python")?)
        .arg(ifc_tests::script("validate.py"))
        .arg(ifc_tests::workspace().join(schema))
        .arg(application.folder.join(format!("{file}.json")))
        .output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}

#[test]
fn manifests_and_samples_fit_their_schemas() -> Result<()> {
    for Example { application, .. } in examples()? {
        for file in ["manifest", "samples"] {
            let problems = problems(&application, file)?;
            assert_eq!(problems, "", "{file} in {}", application.folder.display());
        }
    }
    Ok(())
}

/// The reference says of its infrastructure only what the harness reads.
#[test]
fn the_schema_tells_what_is_missing() -> Result<()> {
    let problems = problems(&reference()?, "manifest")?;
    assert!(
        problems.contains("'id' is a required property"),
        "{problems}"
    );
    Ok(())
}
