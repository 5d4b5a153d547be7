//! Permissions, decided by iam-simulate.

use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::tools::IAM_SIMULATE;

/// May this principal do that?
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Question {
    /// What the answer decides, for people.
    #[serde(skip)]
    pub label: String,
    /// `sqs:SendMessage`.
    pub action: String,
    /// An ARN or `*`.
    pub resource: String,
    /// Account of the resource.
    pub account: String,
    /// Who asks: the ARN of a role, or a service.
    pub principal: String,
    /// Context keys: `aws:SourceArn`.
    pub context: Map<String, Value>,
    /// Policies of the principal.
    pub identity: Vec<Value>,
    /// Policy of the resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_policy: Option<Value>,
    /// What the answer has to be.
    #[serde(skip)]
    pub expected: Verdict,
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Allowed,
    /// No.
    Denied,
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Verdict::Allowed => "Allowed",
            Verdict::Denied => "Denied",
        })
    }
}

/// Answers questions, in their order.
pub fn decide(questions: &[Question]) -> Result<Vec<Verdict>> {
    let mut child = Command::new("node")
        .arg(crate::script("simulate.mjs"))
        .arg(IAM_SIMULATE.folder()?)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("node")?;
    let input = serde_json::to_vec(questions)?;
    // The evaluator reads all of its input before it writes.
    child
        .stdin
        .take()
        .context("no standard input")?
        .write_all(&input)?;
    let output = child.wait_with_output()?;
    ensure!(
        output.status.success(),
        "iam-simulate: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let verdicts: Vec<String> = serde_json::from_slice(&output.stdout)?;
    ensure!(
        verdicts.len() == questions.len(),
        "as many verdicts as questions"
    );
    let pairs = verdicts.iter().zip(questions);
    pairs
        .map(|(verdict, question)| match verdict.as_str() {
            "Allowed" => Ok(Verdict::Allowed),
            "ImplicitlyDenied" | "ExplicitlyDenied" => Ok(Verdict::Denied),
            other => bail!("{}: {other}", question.label),
        })
        .collect()
}

/// The labels of questions whose answer is not the expected one.
pub fn surprises(questions: &[Question]) -> Result<Vec<String>> {
    let verdicts = decide(questions)?;
    let pairs = questions.iter().zip(verdicts);
    Ok(pairs
        .filter(|(question, verdict)| question.expected != *verdict)
        .map(|(question, verdict)| format!("{verdict:?}: {}", question.label))
        .collect())
}
