//! Codes of the types that derive `Item` and `Event`.

use super::ErrorCode;

pub(crate) static INVALID_EVENT_TYPE: ErrorCode = ErrorCode {
    number: "IFC0120",
    name: "invalid_event_type",
    page: r##"## What
A type that cannot be an event.

## Why
Each variant of an event enum becomes one detail type, and its content the detail, which is a JSON object.

## Example
```rust
#[derive(Event)]
union Placed { id: u32 }
```

## Instead
```rust
#[derive(Event)]
enum OrderEvent { Placed { id: u32 } }
```
"##,
};

pub(crate) static REPEATED_DETAIL_TYPE: ErrorCode = ErrorCode {
    number: "IFC0121",
    name: "repeated_detail_type",
    page: r##"## What
Two variants with the same detail type.

## Why
The receiver could not tell them apart.

## Example
```rust
#[derive(Event)]
enum OrderEvent {
    Placed(Order),
    #[event(name = "Placed")]
    Ordered(Order),
}
```

## Instead
```rust
#[derive(Event)]
enum OrderEvent {
    Placed(Order),
    Ordered(Order),
}
```
"##,
};

pub(crate) static MISSING_PARTITION_KEY: ErrorCode = ErrorCode {
    number: "IFC0204",
    name: "missing_partition_key",
    page: r##"## What
An item or index without a partition key.

## Why
DynamoDB finds items by their partition key.

## Example
```rust
#[derive(Item)]
struct Order { id: String }
```

## Instead
```rust
#[derive(Item)]
struct Order { #[item(partition_key)] id: String }
```
"##,
};

pub(crate) static REPEATED_KEY: ErrorCode = ErrorCode {
    number: "IFC0205",
    name: "repeated_key",
    page: r##"## What
Two fields with the same part of a key.

## Why
Each part of a key is one attribute.

## Example
```rust
#[derive(Item)]
struct Order { #[item(partition_key)] id: String, #[item(partition_key)] shop: String }
```

## Instead
```rust
#[derive(Item)]
struct Order { #[item(partition_key)] id: String, #[item(sort_key)] shop: String }
```
"##,
};

pub(crate) static INVALID_KEY_TYPE: ErrorCode = ErrorCode {
    number: "IFC0206",
    name: "invalid_key_type",
    page: r##"## What
A key of a type that DynamoDB does not index.

## Why
Keys are text, numbers or bytes.

## Example
```rust
#[derive(Item)]
struct Order { #[item(partition_key)] id: Vec<String> }
```

## Instead
```rust
#[derive(Item)]
struct Order { #[item(partition_key)] id: String }
```
"##,
};

pub(crate) static INVALID_ITEM: ErrorCode = ErrorCode {
    number: "IFC0207",
    name: "invalid_item",
    page: r##"## What
A type that cannot be an item, or an `#[item]` that is not understood.

## Why
An item is a set of named attributes: a struct with named fields.

## Example
```rust
#[derive(Item)]
enum Order { Open, Paid }
```

## Instead
```rust
#[derive(Item)]
struct Order { #[item(partition_key)] id: String, paid: bool }
```
"##,
};
