//! Numbers, names and pages of the attribute language's errors. Numbers are written by hand and
//! never used again for something else.

/// A stable number, a readable name, and the page that explains it.
#[derive(Debug, PartialEq, Eq)]
pub struct ErrorCode {
    /// `IFC0103`.
    pub number: &'static str,
    /// `unknown_option`.
    pub name: &'static str,
    /// What, Why, Example, Instead; Markdown.
    pub page: &'static str,
}

/// All of them, in order of number.
pub const CODES: &[&ErrorCode] = &[
    &INVALID_ATTRIBUTE,
    &UNKNOWN_EVENT_SOURCE,
    &UNKNOWN_OPTION,
    &OPTION_OUT_OF_RANGE,
    &WRONG_OPTION_TYPE,
    &REPEATED_OPTION,
    &INVALID_ROUTE,
    &INVALID_HTTP_METHOD,
    &INVALID_SCHEDULE,
    &INVALID_TIME_ZONE,
    &INVALID_PATTERN,
    &INVALID_OPTION_VALUE,
    &INVALID_HANDLER,
    &MISSING_TRIGGER,
    &MISPLACED_ATTRIBUTE,
    &INVALID_GRANT,
    &INVALID_ALLOW,
    &MISSING_REASON,
    &CONFLICTING_OPTIONS,
    &INVALID_EVENT_TYPE,
    &REPEATED_DETAIL_TYPE,
    &INVALID_RESOURCE,
    &INVALID_EXISTING,
    &OPTION_OF_EXISTING,
    &MISSING_PARTITION_KEY,
    &REPEATED_KEY,
    &INVALID_KEY_TYPE,
    &INVALID_ITEM,
];

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

pub(crate) static UNKNOWN_EVENT_SOURCE: ErrorCode = ErrorCode {
    number: "IFC0102",
    name: "unknown_event_source",
    page: r##"## What
`#[on]` names something that does not trigger functions.

## Why
Every trigger becomes infrastructure, so each kind has to be known.

## Example
```rust
#[on(htpp(GET, "/orders"))]
```

## Instead
```rust
#[on(http(GET, "/orders"))]
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

pub(crate) static INVALID_ROUTE: ErrorCode = ErrorCode {
    number: "IFC0107",
    name: "invalid_route",
    page: r##"## What
A path that is no route of an HTTP API.

## Why
The path is used by API Gateway and by axum, and both have to take it.

## Example
```rust
#[on(http(GET, "/orders/:id"))]
```

## Instead
```rust
#[on(http(GET, "/orders/{id}"))]
```
"##,
};

pub(crate) static INVALID_HTTP_METHOD: ErrorCode = ErrorCode {
    number: "IFC0108",
    name: "invalid_http_method",
    page: r##"## What
An HTTP method that does not exist.

## Why
API Gateway routes by method and path.

## Example
```rust
#[on(http(FETCH, "/orders"))]
```

## Instead
```rust
#[on(http(GET, "/orders"))]
```
"##,
};

pub(crate) static INVALID_SCHEDULE: ErrorCode = ErrorCode {
    number: "IFC0109",
    name: "invalid_schedule",
    page: r##"## What
A schedule that EventBridge Scheduler would refuse.

## Why
AWS would refuse the deployment.

## Example
```rust
#[on(schedule("rate(5 minute)"))]
```

## Instead
```rust
#[on(schedule("rate(5 minutes)"))]
```
"##,
};

pub(crate) static INVALID_TIME_ZONE: ErrorCode = ErrorCode {
    number: "IFC0110",
    name: "invalid_time_zone",
    page: r##"## What
A time zone that is not in the IANA database.

## Why
AWS would refuse the deployment.

## Example
```rust
#[on(schedule("cron(0 8 * * ? *)"), timezone = "Berlin")]
```

## Instead
```rust
#[on(schedule("cron(0 8 * * ? *)"), timezone = "Europe/Berlin")]
```
"##,
};

pub(crate) static INVALID_PATTERN: ErrorCode = ErrorCode {
    number: "IFC0111",
    name: "invalid_pattern",
    page: r##"## What
An event pattern or filter that AWS would refuse.

## Why
The services understand different parts of the pattern language, and some mistakes only show at deployment.

## Example
```rust
#[on(EVENTS, pattern = r#"{"detail": {"country": "DE"}}"#)]
```

## Instead
```rust
#[on(EVENTS, pattern = r#"{"detail": {"country": ["DE"]}}"#)]
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
```

## Instead
```rust
#[allow_infra(unused_resource, because = "filled by hand")]
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

pub(crate) static CONFLICTING_OPTIONS: ErrorCode = ErrorCode {
    number: "IFC0119",
    name: "conflicting_options",
    page: r##"## What
Options that do not go together, or not with this kind of resource.

## Why
AWS would refuse the deployment.

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
An `existing` that does not say where the resource is.

## Why
An existing resource is found by its ARN, by a parameter of the stack or by an SSM parameter.

## Example
```rust
#[resource(existing = "orders")]
```

## Instead
```rust
#[resource(existing = "arn:aws:dynamodb:eu-central-1:123456789012:table/orders")]
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
