//! Codes of what an attribute looks like and of its options.

use super::ErrorCode;

pub(crate) static INVALID_ATTRIBUTE: ErrorCode = ErrorCode {
    number: "IFC0101",
    name: "invalid_attribute",
    page: r##"## What
An attribute that is not written as the language wants it.

## Why
Attributes are read before anything else; what cannot be read cannot be built.

## Example
```rust
#[on(ORDERS batch = 10)]
```

## Instead
```rust
#[on(ORDERS, batch = 10)]
```
"##,
};

pub(crate) static UNKNOWN_OPTION: ErrorCode = ErrorCode {
    number: "IFC0103",
    name: "unknown_option",
    page: r##"## What
An option that the attribute does not have.

## Why
An option that is silently ignored would leave the infrastructure other than it reads.

## Example
```rust
#[on(SHIPMENTS, bath = 10)]
```

## Instead
```rust
#[on(SHIPMENTS, batch = 10)]
```
"##,
};

pub(crate) static OPTION_OUT_OF_RANGE: ErrorCode = ErrorCode {
    number: "IFC0104",
    name: "option_out_of_range",
    page: r##"## What
A number or duration outside of what AWS accepts.

## Why
AWS would refuse the deployment.

## Example
```rust
#[on(SHIPMENTS, batch = 20_000, window = "5s")]
```

## Instead
```rust
#[on(SHIPMENTS, batch = 10_000, window = "5s")]
```
"##,
};

pub(crate) static WRONG_OPTION_TYPE: ErrorCode = ErrorCode {
    number: "IFC0105",
    name: "wrong_option_type",
    page: r##"## What
An option with a value of the wrong type, or a word that it does not know.

## Why
Each option has one type, so that a mistake is seen at its place.

## Example
```rust
#[on(SHIPMENTS, batch = "10")]
```

## Instead
```rust
#[on(SHIPMENTS, batch = 10)]
```
"##,
};

pub(crate) static REPEATED_OPTION: ErrorCode = ErrorCode {
    number: "IFC0106",
    name: "repeated_option",
    page: r##"## What
An option or attribute that is given more often than it may be.

## Why
Only one of the values could hold.

## Example
```rust
#[on(SHIPMENTS)]
#[function(memory = 128, memory = 256)]
```

## Instead
```rust
#[on(SHIPMENTS)]
#[function(memory = 256)]
```
"##,
};

pub(crate) static INVALID_OPTION_VALUE: ErrorCode = ErrorCode {
    number: "IFC0112",
    name: "invalid_option_value",
    page: r##"## What
An option whose text breaks a rule of its own, such as a duration without a unit.

## Why
AWS would refuse the deployment, or something else would happen than what is meant.

## Example
```rust
#[on(SHIPMENTS)]
#[function(timeout = "60")]
```

## Instead
```rust
#[on(SHIPMENTS)]
#[function(timeout = "60s")]
```
"##,
};

pub(crate) static CONFLICTING_OPTIONS: ErrorCode = ErrorCode {
    number: "IFC0119",
    name: "conflicting_options",
    page: r##"## What
Options that do not go together, or not with this kind of resource.

## Why
AWS would refuse the deployment.
A batch of more than 10 messages of a queue needs a window. Changes of a table do not: Lambda's own
default for streams is a batch of 100 without one, though its API reference names all sources.

## Example
```rust
#[resource(deduplicate)]
pub static SHIPMENTS: Queue<Order> = Queue::new();
```

## Instead
```rust
#[resource(deduplicate)]
pub static SHIPMENTS: Queue<Order, Fifo> = Queue::new();
```
"##,
};
