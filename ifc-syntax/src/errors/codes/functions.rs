//! Codes of functions with attributes.

use super::ErrorCode;

pub(crate) static INVALID_HANDLER: ErrorCode = ErrorCode {
    number: "IFC0113",
    name: "invalid_handler",
    page: r##"## What
A handler whose signature cannot be called by a trigger.

## Why
A handler is called by the runtime with the trigger's payload, so it is an `async fn` without generics or `self`.

## Example
```rust
#[on(SHIPMENTS)]
fn ship(order: Order) -> Result<()> { Ok(()) }
```

## Instead
```rust
#[on(SHIPMENTS)]
async fn ship(order: Order) -> Result<()> { Ok(()) }
```
"##,
};

pub(crate) static MISSING_TRIGGER: ErrorCode = ErrorCode {
    number: "IFC0114",
    name: "missing_trigger",
    page: r##"## What
`#[function]` on a function that nothing triggers.

## Why
Without a trigger there is no deployed function, so its options have no effect.

## Example
```rust
#[function(memory = 256)]
async fn sweep() -> Result<()> { Ok(()) }
```

## Instead
```rust
#[on(schedule("rate(1 day)"))]
#[function(memory = 256)]
async fn sweep() -> Result<()> { Ok(()) }
```
"##,
};

pub(crate) static MISPLACED_ATTRIBUTE: ErrorCode = ErrorCode {
    number: "IFC0115",
    name: "misplaced_attribute",
    page: r##"## What
An attribute on an item for which it has no meaning.

## Why
It would be ignored.

## Example
```rust
#[resource]
fn orders() {}
```

## Instead
```rust
#[resource]
pub static ORDERS: Table<Order> = Table::new();
```
"##,
};

pub(crate) static INVALID_GRANT: ErrorCode = ErrorCode {
    number: "IFC0116",
    name: "invalid_grant",
    page: r##"## What
A `#[grant]` that does not say which actions on what.

## Why
A grant is taken into the role as it stands, so it has to be exact.

## Example
```rust
#[grant("textract", on = "*", because = "reads invoices")]
```

## Instead
```rust
#[grant("textract:DetectDocumentText", on = "*", because = "reads invoices")]
```
"##,
};

pub(crate) static INVALID_ALLOW: ErrorCode = ErrorCode {
    number: "IFC0117",
    name: "invalid_allow",
    page: r##"## What
An `#[allow_infra]` that does not name a check.

## Why
A check is silenced by name, one at a time.

## Example
```rust
#[allow_infra(because = "known")]
#[resource]
pub static COUNTRIES: Table<Country> = Table::new();
```

## Instead
```rust
#[allow_infra(unused_resource, because = "filled by hand")]
#[resource]
pub static COUNTRIES: Table<Country> = Table::new();
```
"##,
};

pub(crate) static MISSING_REASON: ErrorCode = ErrorCode {
    number: "IFC0118",
    name: "missing_reason",
    page: r##"## What
`#[grant]` or `#[allow_infra]` without a reason.

## Why
Both overrule the compiler; those who review them need to know why.

## Example
```rust
#[grant("textract:DetectDocumentText", on = "*")]
```

## Instead
```rust
#[grant("textract:DetectDocumentText", on = "*", because = "reads invoices")]
```
"##,
};
