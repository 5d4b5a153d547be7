//! Codes of the first argument of `#[on]`: what triggers a function.

use super::ErrorCode;

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
