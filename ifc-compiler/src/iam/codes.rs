//! Diagnostics of grants.

use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::span::Span;

/// A grant of something that does not exist.
pub static UNKNOWN_ACTION: Code = Code {
    number: "IFC0501",
    name: "unknown_action",
    severity: Severity::Error,
    page: r#"## What
A `#[grant(..)]` names an action that AWS does not have.

## Why
IAM takes the policy, and it allows nothing: the operation is denied at run time.
Operations and actions have different names at times: `SendMessageBatch` needs `sqs:SendMessage`.

## Example
```rust
#[resource]
static ORDERS: Queue<String> = Queue::new();

#[on(ORDERS)]
#[grant("sqs:SendMessageBatch", on = ORDERS, because = "sends them again")]
async fn work(order: String) -> Result<()> {
    Ok(())
}

#[on(http(POST, "/orders"))]
async fn place() -> Result<()> {
    ORDERS.send(&String::from("an order")).await
}
```

## Instead
```rust
#[resource]
static ORDERS: Queue<String> = Queue::new();

#[on(ORDERS)]
#[grant("sqs:SendMessage", on = ORDERS, because = "sends them again")]
async fn work(order: String) -> Result<()> {
    Ok(())
}

#[on(http(POST, "/orders"))]
async fn place() -> Result<()> {
    ORDERS.send(&String::from("an order")).await
}
```
"#,
};

/// A grant that allows nothing.
pub static ACTION_WITHOUT_RESOURCE: Code = Code {
    number: "IFC0502",
    name: "action_without_resource",
    severity: Severity::Error,
    page: r#"## What
A `#[grant(..)]` names a resource for an action that applies to no single resource, or to resources of
another kind.

## Why
IAM compares the resource of the request with that of the policy, and for an action without one with `*`.
Where the two never match, the policy allows nothing: the operation is denied at run time.

## Example
```rust
#[on(http(GET, "/queues"))]
#[grant("sqs:ListQueues", on = "arn:aws:sqs:eu-central-1:123456789012:orders", because = "lists them")]
async fn list() -> &'static str {
    "none"
}
```

## Instead
```rust
#[on(http(GET, "/queues"))]
#[grant("sqs:ListQueues", on = "*", because = "lists them")]
async fn list() -> &'static str {
    "none"
}
```
"#,
};

/// An operation of which only the name is known.
pub static GUESSED_ACTION: Code = Code {
    number: "IFC0411",
    name: "guessed_action",
    severity: Severity::Error,
    page: include_str!("pages/guessed_action.md"),
};

pub(crate) fn guessed_action(span: Span, service: &str, operation: &str) -> Diagnostic {
    let message =
        format!("which permission `{operation}` of `aws_sdk_{service}` needs is not known");
    Diagnostic::new(&GUESSED_ACTION, span, message)
        .label("the permissions for it are missing")
        .note("AWS lists no action of the operation's name")
        .help("add the action that AWS documents for it: a statement of your own, or `#[grant(\"service:Action\", on = \"arn\", because = \"..\")]` on the function")
}
