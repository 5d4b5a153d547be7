//! Templates have nothing that cfn-lint or checkov finds.

use std::path::{Path, PathBuf};

use anyhow::Result;
use ifc_tests::lint;

fn templates() -> Result<Vec<PathBuf>> {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reference/template.json");
    Ok(vec![reference])
}

#[test]
fn cfn_lint_finds_nothing() -> Result<()> {
    for template in templates()? {
        assert_eq!(lint::cfn_lint(&template)?, [], "{}", template.display());
    }
    Ok(())
}

#[test]
fn checkov_finds_nothing_that_is_not_suppressed() -> Result<()> {
    let suppressions = lint::suppressions()?;
    let mut used = vec![false; suppressions.len()];
    for template in templates()? {
        let source = ifc_tests::read_json(&template)?;
        let mut findings = lint::checkov(&template)?;
        findings.retain(|finding| {
            let cover = suppressions.iter().position(|s| s.covers(finding, &source));
            cover.map(|i| used[i] = true).is_none()
        });
        assert_eq!(findings, [], "{}", template.display());
    }
    let unused: Vec<_> = suppressions
        .iter()
        .zip(used)
        .filter(|(_, used)| !used)
        .collect();
    assert!(
        unused.is_empty(),
        "suppressions without a finding: {unused:?}"
    );
    Ok(())
}
