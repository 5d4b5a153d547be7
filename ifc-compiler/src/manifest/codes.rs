//! Diagnostics of lowering.

use crate::diagnostics::{Code, Severity};

/// A key of `[package.metadata.ifc]` that means nothing.
pub static UNKNOWN_SETTING: Code = Code {
    number: "IFC0801",
    name: "unknown_setting",
    severity: Severity::Error,
    page: r#"## What
`[package.metadata.ifc]` in `Cargo.toml` has a key that means nothing: a setting that does not
exist, or a function, resource or logical id that the application does not have. Or the section stands
where nobody reads it: in a workspace, or in a library that another package deploys.

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
Two things get the same logical id in the template, or the same physical name.

## Why
Logical ids are names in PascalCase, without counters, so that they stay when other things come and
go. Two equal triggers of one function give the same one. Physical names are cut where AWS takes no
longer ones, so that those of a package with a long name may become the same.

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

/// A property set by hand that needs a permission which only the user can name.
pub static NEEDS_GRANT: Code = Code {
    number: "IFC0805",
    name: "property_needs_grant",
    severity: Severity::Error,
    page: r#"## What
A property of the template that `[package.metadata.ifc]` in `Cargo.toml` sets by hand needs something
of a function's role that nothing in the code says: a key of AWS KMS that encrypts a resource, a file
system, a target of dead letters.

## Why
The function would fail on AWS at its first call. Which key or file system is meant is often known at
deployment only, so that the permission cannot be inferred. Each function that uses the resource
needs the grant; the key's own policy must let in the services that deliver to the resource, too.

Permissions for `VpcConfig` are inferred.

## Example
```toml
[package.metadata.ifc.properties.OrdersTable.SSESpecification]
SSEEnabled = true
SSEType = "KMS"
KMSMasterKeyId = "arn:aws:kms:eu-central-1:111122223333:key/1234"
```

## Instead
```rust,ignore
#[grant("kms:Decrypt", on = "arn:aws:kms:eu-central-1:111122223333:key/1234", because = "the key of ORDERS")]
#[on(http(GET, "/orders/{id}"))]
async fn order(Path(id): Path<String>) -> StatusCode {
    StatusCode::OK
}
```
"#,
};

/// A role that the user wrote.
pub static ROLE_BY_HAND: Code = Code {
    number: "IFC0806",
    name: "role_by_hand",
    severity: Severity::Warning,
    page: r#"## What
A property in `[package.metadata.ifc]` in `Cargo.toml` puts another role, policy or trust in the place
of what is inferred from the code.

## Why
What the code needs is then not what it has, and no tool tells when the two part.

## Example
```toml
[package.metadata.ifc.properties.PlaceFunction]
Role = "arn:aws:iam::111122223333:role/everything"
```

## Instead
Leave it out. Where roles are made elsewhere, give that role the statements of
`target/ifc/<package>/policies/place.json`.
"#,
};
