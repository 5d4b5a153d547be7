//! Diagnostics of grants.

use crate::diagnostics::{Code, Severity};

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
A `#[grant(..)]` names a resource for an action that applies to no single resource.

## Why
IAM compares the resource of the policy with `*` for such an action. A policy with an ARN allows
nothing: the operation is denied at run time.

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
