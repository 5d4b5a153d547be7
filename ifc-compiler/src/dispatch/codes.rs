//! Diagnostics of dispatch generation.

use crate::diagnostics::{Code, Severity};

/// The root of a crate with handlers lacks the macro that lists them.
pub static DISPATCH_MISSING: Code = Code {
    number: "IFC0084",
    name: "dispatch_missing",
    severity: Severity::Error,
    page: "\
## What
A crate has functions with `#[on]`, but its root lacks `ifc_runtime::main!();` (binaries) or
`ifc_runtime::handlers!();` (libraries).

## Why
These macros hold the table from which the deployed binary picks its handler.

## Example
```rust
#[on(http(GET, \"/\"))]
async fn hello() -> &'static str { \"hello\" }

fn main() {}
```

## Instead
```rust
#[on(http(GET, \"/\"))]
async fn hello() -> &'static str { \"hello\" }

ifc_runtime::main!();
```
",
};

/// A handler stands in a crate that the binary cannot name.
pub static HANDLER_OUT_OF_REACH: Code = Code {
    number: "IFC0085",
    name: "handler_out_of_reach",
    severity: Severity::Error,
    page: "\
## What
A library has functions with `#[on]`, and the application depends on it only through another
library.

## Why
The generated table names each handler's crate, so the application must be able to do so, too.

## Example
`orders` depends on `orders-core`, that depends on `billing`, and `billing` has handlers.

## Instead
Add `billing` to the `[dependencies]` of `orders`.
",
};

/// Nothing to deploy.
pub static NO_HANDLERS: Code = Code {
    number: "IFC0086",
    name: "no_handlers",
    severity: Severity::Error,
    page: "\
## What
No function of the application has `#[on]`.

## Why
An application without functions deploys nothing. More often a module is missing from the module
tree, or a feature that has the handlers is off.

## Example
```rust
async fn hello() -> &'static str { \"hello\" }

ifc_runtime::main!();
```

## Instead
```rust
#[on(http(GET, \"/\"))]
async fn hello() -> &'static str { \"hello\" }

ifc_runtime::main!();
```
",
};

/// The runtime has another name in a crate than the macros write.
pub static RUNTIME_RENAMED: Code = Code {
    number: "IFC0087",
    name: "runtime_renamed",
    severity: Severity::Error,
    page: "\
## What
`Cargo.toml` gives the dependency `ifc-runtime` another name.

## Why
What `#[on]`, `#[resource]`, the derives and `main!()` expand to names the crate `::ifc_runtime`, as
macros cannot know what `Cargo.toml` calls it.

## Example
```toml
[dependencies]
infra = { package = \"ifc-runtime\", version = \"0.1\" }
```

## Instead
Let it keep its name, or give it that name too, in the root file of the crate:
```rust,ignore
extern crate infra as ifc_runtime;
```
",
};
