//! What cfn-lint and checkov say about a template.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::tools::{CFN_LINT, CHECKOV};

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// `E3002`, `CKV_AWS_27`.
    pub check: String,
    /// Template and where in it; for checkov a logical id.
    pub place: String,
    /// In words.
    pub message: String,
}

/// A check of checkov that templates do not meet on purpose.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppression {
    /// `CKV_AWS_27`.
    pub check: String,
    /// `AWS::SQS::Queue`.
    pub resource_type: String,
    /// What the resource has instead: a JSON pointer into its properties and the value there.
    #[serde(default)]
    pub instead: Option<Instead>,
    /// Why that is right.
    pub reason: String,
}

/// A property that makes up for a check.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instead {
    /// `/SqsManagedSseEnabled`.
    pub property: String,
    /// `true`.
    pub value: Value,
}

/// Findings of cfn-lint of every level: errors, warnings and informational ones. Its start takes
/// longer than a template.
pub fn cfn_lint(templates: &[PathBuf]) -> Result<Vec<Finding>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Match {
        filename: String,
        rule: Rule,
        message: String,
        location: Location,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Rule {
        id: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Location {
        path: Option<Vec<Value>>,
    }
    let output = Command::new(CFN_LINT.program("cfn-lint")?)
        .args([
            "--format",
            "json",
            "--regions",
            "us-east-1",
            "--include-checks",
            "I",
            "--",
        ])
        .args(templates)
        .output()?;
    // Its exit code tells the levels of findings, but also that it failed: the output tells apart.
    let matches: Vec<Match> = serde_json::from_slice(&output.stdout)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let findings = matches.into_iter().map(|found| {
        let path = found.location.path.unwrap_or_default();
        let path: Vec<_> = path.iter().map(crate::template::plain).collect();
        Finding {
            check: found.rule.id,
            place: format!("{}: {}", found.filename, path.join("/")),
            message: found.message,
        }
    });
    Ok(findings.collect())
}

/// Findings of checkov.
pub fn checkov(template: &Path) -> Result<Vec<Finding>> {
    let output = Command::new(CHECKOV.program("checkov")?)
        .args([
            "--framework",
            "cloudformation",
            "--skip-download",
            "--compact",
            "--quiet",
        ])
        .args(["--output", "json", "--file"])
        .arg(template)
        .output()?;
    let report: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let passed = report["summary"]["passed"].as_u64().unwrap_or_default();
    anyhow::ensure!(passed > 0, "checkov checked nothing: {report}");
    anyhow::ensure!(
        report["summary"]["parsing_errors"] == 0,
        "checkov: {report}"
    );
    let failed = report["results"]["failed_checks"]
        .as_array()
        .into_iter()
        .flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(failed
        .map(|found| {
            let resource = text(&found["resource"]);
            Finding {
                check: text(&found["check_id"]),
                place: resource.rsplit('.').next().unwrap_or_default().to_owned(),
                message: text(&found["check_name"]),
            }
        })
        .collect())
}

/// The suppressions of this repository.
pub fn suppressions() -> Result<Vec<Suppression>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("checkov-suppressions.json");
    Ok(serde_json::from_value(crate::read_json(&path)?)?)
}

impl Suppression {
    /// Whether it covers a finding in a template.
    pub fn covers(&self, finding: &Finding, template: &Value) -> bool {
        let resource = &template["Resources"][&finding.place];
        finding.check == self.check
            && resource["Type"] == self.resource_type.as_str()
            && self.instead.as_ref().is_none_or(|instead| {
                resource["Properties"].pointer(&instead.property) == Some(&instead.value)
            })
    }
}
