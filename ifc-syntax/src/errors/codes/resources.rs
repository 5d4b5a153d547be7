//! Codes of `#[resource]`.

use super::ErrorCode;

pub(crate) static INVALID_RESOURCE: ErrorCode = ErrorCode {
    number: "IFC0201",
    name: "invalid_resource",
    page: r##"## What
A `#[resource]` that is not a plain static made by `new()`.

## Why
The name of the static is the name of the resource, and options stand in the attribute, where the compiler reads them.

## Example
```rust
#[resource]
static mut ORDERS: Table<Order> = Table::new();
```

## Instead
```rust
#[resource]
static ORDERS: Table<Order> = Table::new();
```
"##,
};

pub(crate) static INVALID_EXISTING: ErrorCode = ErrorCode {
    number: "IFC0202",
    name: "invalid_existing",
    page: r##"## What
An `existing` that does not say where the resource is, or that names something of another kind.

## Why
An existing resource is found by its ARN, or by a parameter of the stack or an SSM parameter whose value
is its ARN. That holds for a `Parameter` too: `ssm("/path")` is not the parameter itself.

## Example
```rust
#[resource(existing = "orders")]
```

## Instead
```rust
#[resource(existing = "arn:aws:sqs:eu-central-1:123456789012:orders")]
```
"##,
};

pub(crate) static OPTION_OF_EXISTING: ErrorCode = ErrorCode {
    number: "IFC0203",
    name: "option_of_existing",
    page: r##"## What
An option on an existing resource.

## Why
An existing resource is used and never changed, so the option would have no effect.

## Example
```rust
#[resource(existing = param("OrdersArn"), visibility = "60s")]
```

## Instead
```rust
#[resource(existing = param("OrdersArn"))]
```
"##,
};
