//! Diagnostics of lowering.

use crate::diagnostics::{Code, Severity};

/// A key of `[package.metadata.ifc]` that means nothing.
pub static UNKNOWN_SETTING: Code = Code {
    number: "IFC0801",
    name: "unknown_setting",
    severity: Severity::Error,
    page: r#"## What
`[package.metadata.ifc]` in `Cargo.toml` has a key that means nothing: a setting that does not
exist, or a function, resource or logical id that the application does not have.

## Why
A setting with a typing error would silently not hold.

## Example
```toml
[package.metadata.ifc.functions.place]
memmory = 512
```

## Instead
```toml
[package.metadata.ifc.functions.place]
memory = 512
```
"#,
};

/// A value of `[package.metadata.ifc]` that does not fit.
pub static INVALID_SETTING: Code = Code {
    number: "IFC0802",
    name: "invalid_setting",
    severity: Severity::Error,
    page: r#"## What
A value in `[package.metadata.ifc]` in `Cargo.toml` is of the wrong type or out of its range.

## Why
AWS would refuse it at deployment. The limits are those of the attributes.

## Example
```toml
[package.metadata.ifc]
timeout = 30
```

## Instead
```toml
[package.metadata.ifc]
timeout = "30s"
```
"#,
};

/// Two nodes of one logical id.
pub static ID_COLLISION: Code = Code {
    number: "IFC0803",
    name: "id_collision",
    severity: Severity::Error,
    page: r#"## What
Two things get the same logical id in the template.

## Why
Logical ids are names in PascalCase, without counters, so that they stay when other things come and
go. Two equal triggers of one function give the same one.

## Example
```rust
#[on(schedule("rate(1 day)"))]
#[on(schedule("rate(1 day)"))]
async fn report() -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[on(schedule("rate(1 day)"))]
async fn report() -> Result<()> {
    Ok(())
}
```
"#,
};

/// Something that AWS or CloudFormation does not offer.
pub static UNSUPPORTED: Code = Code {
    number: "IFC0804",
    name: "unsupported_trigger",
    severity: Severity::Error,
    page: r#"## What
AWS or CloudFormation does not offer what is asked for, often with a resource that exists already.

## Why
The notifications of a bucket are a property of the bucket, which a stack that does not own it cannot
set. The ARN of a table does not tell that of its stream.

## Example
```rust
#[resource(existing = "arn:aws:s3:::scans")]
static SCANS: Bucket = Bucket::new();

#[on(SCANS.created())]
async fn read(scan: ObjectEvent) -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[resource]
static SCANS: Bucket = Bucket::new();

#[on(SCANS.created())]
async fn read(scan: ObjectEvent) -> Result<()> {
    Ok(())
}
```
"#,
};
