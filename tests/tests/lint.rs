//! Templates have nothing that cfn-lint or checkov finds.

use anyhow::Result;
use ifc_tests::examples::applications;
use ifc_tests::lint;

#[test]
fn cfn_lint_finds_nothing() -> Result<()> {
    let applications = applications()?.into_iter();
    let templates: Vec<_> = applications
        .map(|application| application.folder.join("template.json"))
        .collect();
    assert_eq!(lint::cfn_lint(&templates)?, []);
    Ok(())
}

/// CloudFormation takes larger ones only from a bucket.
#[test]
fn templates_deploy_without_a_bucket_for_them() -> Result<()> {
    for application in applications()? {
        let template = application.folder.join("template.json");
        let size = std::fs::metadata(&template)?.len();
        assert!(size <= 51_200, "{} has {size} bytes", template.display());
    }
    Ok(())
}

#[test]
fn checkov_finds_nothing_that_is_not_suppressed() -> Result<()> {
    let suppressions = lint::suppressions()?;
    let mut used = vec![false; suppressions.len()];
    for application in applications()? {
        let template = application.folder.join("template.json");
        let mut findings = lint::checkov(&template)?;
        findings.retain(|finding| {
            let source = application.template.source();
            let cover = suppressions.iter().position(|s| s.covers(finding, source));
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
