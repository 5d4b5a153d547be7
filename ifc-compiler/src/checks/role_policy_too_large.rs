//! More policy than a role can have.

use std::collections::BTreeMap;

use ifc_catalog::limits::ROLE_POLICY_CHARACTERS;

use super::{Check, Findings, Level, Outputs, Run, Subject};
use crate::diagnostics::{Code, Diagnostic, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Outputs(run),
};

/// Longest name that a deployment makes.
const NAME: usize = 64;

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    let policies: BTreeMap<&str, &str> = outputs
        .artifacts
        .iter()
        .filter_map(|artifact| {
            let name = artifact.path.strip_prefix("policies/")?;
            Some((name.strip_suffix(".json")?, artifact.text.as_str()))
        })
        .collect();
    for (at, function) in outputs.graph.application.functions.iter().enumerate() {
        let Some(text) = policies.get(function.name.as_str()) else {
            continue;
        };
        // Most are far below the limit whatever the names are.
        let names = text.matches('$').count();
        let longest = text.len() + names * NAME;
        if longest as u64 <= ROLE_POLICY_CHARACTERS.value {
            continue;
        }
        let size = characters(text, &outputs.manifest.package);
        if size <= ROLE_POLICY_CHARACTERS.value {
            continue;
        }
        let diagnostic = Diagnostic::new(
            &CODE,
            function.span,
            format!("the policy of `{}` is too large", function.name),
        )
        .label(format!("about {size} characters"))
        .note(ROLE_POLICY_CHARACTERS.note())
        .help("split the function: one that does less needs fewer permissions");
        findings.push([Subject::Function(at)], diagnostic);
    }
}

/// Length without white space between tokens, which IAM does not count, and with names about as long
/// as the deployment makes them.
fn characters(text: &str, package: &str) -> u64 {
    let compact = match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => value.to_string(),
        Err(_) => text.chars().filter(|c| !c.is_whitespace()).collect(),
    };
    let mut parts = compact.split("${");
    let mut size = parts.next().map_or(0, |first| first.chars().count());
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        size += rest.chars().count();
        size += match name {
            "AWS::Partition" => "aws".len(),
            "AWS::Region" => "ap-northeast-1".len(),
            "AWS::AccountId" => "123456789012".len(),
            // The stack or package, the name, and twelve characters that no other stack has.
            _ => (package.len() + name.len() + "--123456789012".len()).min(NAME),
        };
    }
    size as u64
}

static CODE: Code = Code {
    number: "IFC0711",
    name: "role_policy_too_large",
    severity: Severity::Error,
    page: r#"## What
The policy of a function's role has more than 10,240 characters.

## Why
IAM refuses the role. Usually the function does too much: dozens of tables and buckets in one handler.

## Example
```rust,ignore
#[on(http(POST, "/{*everything}"))]
async fn everything() -> Result<()> {
    ORDERS.put(&order).await?;
    INVOICES.put(&invoice).await?;
    // and so on, with a hundred resources
}
```

## Instead
```rust,ignore
#[on(http(POST, "/orders"))]
async fn order() -> Result<()> {
    ORDERS.put(&order).await
}

#[on(http(POST, "/invoices"))]
async fn invoice() -> Result<()> {
    INVOICES.put(&invoice).await
}
```
"#,
};

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_counted_as_the_deployment_makes_them() {
        let text = r#"{ "Resource": "arn:${AWS::Partition}:s3:::${FilesBucket}/a" }"#;
        let made = r#"{"Resource":"arn:aws:s3:::shop-FilesBucket-123456789012/a"}"#;
        assert_eq!(super::characters(text, "shop"), made.len() as u64);
    }
}
