//! More statements than a queue's policy can have.

use ifc_catalog::infra::Kind;
use ifc_catalog::limits::QUEUE_POLICY_STATEMENTS;

use super::{Check, Findings, Level, Outputs, Run, Subject};
use crate::diagnostics::{Code, Diagnostic, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Fixed,
    absence: false,
    run: Run::Outputs(run),
};

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    let application = &outputs.graph.application;
    for node in outputs.manifest.infrastructure.values() {
        let Kind::QueuePolicy(policy) = &node.kind else {
            continue;
        };
        let statements = policy.statements.len();
        if statements as u64 <= QUEUE_POLICY_STATEMENTS.value {
            continue;
        }
        let function = application
            .functions
            .iter()
            .position(|f| f.name == node.owner);
        let resource = application
            .resources
            .iter()
            .position(|r| r.name == node.owner);
        let (subject, span) = match (resource, function) {
            (Some(at), _) => (
                Some(Subject::Resource(at)),
                Some(application.resources[at].span),
            ),
            (None, Some(at)) => (
                Some(Subject::Function(at)),
                Some(application.functions[at].span),
            ),
            (None, None) => (None, None),
        };
        let message = format!(
            "the policy of the queue `{}` has too many statements",
            node.id
        );
        let diagnostic = match span {
            Some(span) => Diagnostic::new(&CODE, span, message)
                .label(format!("{statements} senders, each with a statement")),
            None => Diagnostic::global(&CODE, message).note(format!("{statements} statements")),
        };
        let diagnostic = diagnostic
            .note(QUEUE_POLICY_STATEMENTS.note())
            .help("let fewer triggers share the queue: split the function");
        findings.push(subject, diagnostic);
    }
}

static CODE: Code = Code {
    number: "IFC0712",
    name: "queue_policy_too_large",
    severity: Severity::Error,
    page: r#"## What
The policy of a queue, usually of a dead-letter queue, has more than 20 statements: one for each
service or rule that sends to it.

## Why
Amazon SQS refuses the policy.

## Example
```rust,ignore
#[on(EVENTS, event = OrderEvent::Placed)]
// and so on, with more than 20 triggers on one function
async fn everything(event: OrderEvent) -> Result<()> {
    Ok(())
}
```

## Instead
Name several events in one trigger:
```rust,ignore
#[on(EVENTS, event = [OrderEvent::Placed, OrderEvent::Paid])]
async fn everything(event: OrderEvent) -> Result<()> {
    Ok(())
}
```
"#,
};
