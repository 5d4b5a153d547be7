//! Codes of reading and parsing.

use crate::diagnostics::{Code, Severity};

/// A file is no Rust.
pub static SYNTAX: Code = Code {
    number: "IFC0001",
    name: "syntax_error",
    severity: Severity::Error,
    page: "\
## What
A source file cannot be parsed, so nothing in it is part of the infrastructure.

## Why
Permissions that the file's functions need would be missing silently.

## Example
```rust
fn place( {}
```

## Instead
```rust
fn place() {}
```
",
};

/// `mod x;` without a file.
pub static MISSING_MODULE: Code = Code {
    number: "IFC0002",
    name: "missing_module",
    severity: Severity::Error,
    page: "\
## What
A module is declared, but its file does not exist.

## Why
Handlers and resources in it would be missing silently.

## Example
```rust
mod routes; // neither routes.rs nor routes/mod.rs exists
```

## Instead
Create the file, or name it with `#[path = \"..\"]`.
",
};

/// A file that the system does not let us read.
pub static UNREADABLE: Code = Code {
    number: "IFC0003",
    name: "unreadable_file",
    severity: Severity::Error,
    page: "\
## What
A source file exists but cannot be read.

## Why
Handlers and resources in it would be missing silently.

## Example
A file without read permission, or a folder of the name `routes.rs`.

## Instead
Make the file readable. The note shows what the system says.
",
};

/// Bytes that are no text.
pub static NOT_UTF8: Code = Code {
    number: "IFC0004",
    name: "not_utf8",
    severity: Severity::Error,
    page: "\
## What
A source file holds bytes that are not UTF-8.

## Why
Rust sources are UTF-8; rustc refuses the file too.

## Example
A file saved as Latin-1 with an umlaut in a comment.

## Instead
Save the file as UTF-8.
",
};

/// More than a source file can reasonably be.
pub static TOO_LARGE: Code = Code {
    number: "IFC0005",
    name: "file_too_large",
    severity: Severity::Error,
    page: "\
## What
A source file has more than 4 MiB.

## Why
Parsing it would take hundreds of megabytes of memory. Source of that size is data.

## Example
A table of constants, written as Rust by a generator.

## Instead
Keep the data in a file of its own and read it with `include_str!` or `include_bytes!`.
",
};

/// Nesting that would overflow the stack.
pub static TOO_DEEP: Code = Code {
    number: "IFC0006",
    name: "nested_too_deeply",
    severity: Severity::Error,
    page: "\
## What
Brackets are nested more than 256 deep, or an expression is a chain of thousands of operators.

## Why
Reading it would exhaust the stack. rustc has limits of the same kind.

## Example
```rust,ignore
const X: u32 = ((((((((((((1)))))))))))); // and so on
```

## Instead
Split the expression, or move parts of it into functions.
",
};

/// `a.rs` and `a/mod.rs`.
pub static AMBIGUOUS_MODULE: Code = Code {
    number: "IFC0007",
    name: "ambiguous_module",
    severity: Severity::Error,
    page: "\
## What
A module has two files, `name.rs` and `name/mod.rs`.

## Why
rustc refuses to choose, and so does the analysis.

## Example
`src/routes.rs` and `src/routes/mod.rs` both exist.

## Instead
Delete or rename one of them.
",
};

/// A module that contains itself.
pub static CYCLIC_MODULES: Code = Code {
    number: "IFC0008",
    name: "cyclic_modules",
    severity: Severity::Error,
    page: "\
## What
A file declares a module whose file is the file itself or one that leads to it.

## Why
The module tree would be infinite.

## Example
```rust
// src/main.rs
mod routes;

// src/routes.rs
#[path = \"routes.rs\"]
mod again;
```

## Instead
Use `use` to refer to a module that is declared elsewhere.
",
};

/// The same file as more and more modules.
pub static FILE_REPEATED: Code = Code {
    number: "IFC0009",
    name: "file_repeated",
    severity: Severity::Error,
    page: "\
## What
One file is declared as a module more than 16 times.

## Why
Each declaration is a copy of the file's functions and resources. Nested declarations multiply.

## Example
```rust,ignore
#[path = \"shared.rs\"] mod a;
#[path = \"shared.rs\"] mod b; // and so on
```

## Instead
Declare the module once and refer to it with `use`.
",
};

/// A `macro_rules!` macro that expands without end.
pub static MACRO_RECURSION: Code = Code {
    number: "IFC0010",
    name: "macro_recursion",
    severity: Severity::Error,
    page: "\
## What
A macro of the program expands to itself again and again, or to more than a million tokens.

## Why
What it stands for cannot be analysed, so permissions could be missing.

## Example
```rust
macro_rules! forever {
    ($x:expr) => { forever!($x + 1) };
}
fn f() -> u32 { forever!(1) }
```

## Instead
```rust
macro_rules! once {
    ($x:expr) => { $x + 1 };
}
fn f() -> u32 { once!(1) }
```
",
};

/// A macro of the program whose expansion is not known.
pub static MACRO_NOT_EXPANDED: Code = Code {
    number: "IFC0011",
    name: "macro_not_expanded",
    severity: Severity::Error,
    page: "\
## What
A macro of the program is invoked, and what it stands for there cannot be read: none of its rules is
seen to match, what it expands to is no Rust that the compiler knows, or its rules are written in a form
that it does not know.

## Why
The code that it stands for may use resources, and the permissions for that would be missing.

## Example
```rust
macro_rules! made {
    (helper) => { async fn helper() {} };
}
made!(other);
```

## Instead
```rust
macro_rules! made {
    ($name:ident) => { async fn $name() {} };
}
made!(other);
```
",
};

/// Code that another file brings in and that is not read.
pub static INCLUDE_NOT_READ: Code = Code {
    number: "IFC0012",
    name: "include_not_read",
    severity: Severity::Warning,
    page: "\
## What
`include!` brings in a file that is not read: its path is no literal, often that of a file which the
build script writes, or it stands in the place of an expression.

## Why
Code in that file gets no permissions, and handlers in it are not deployed. Where it holds nothing but
data or types, nothing is lost.

## Example
```rust
static NAMES: &[&str] = include!(\"names.in\");
```

## Instead
```rust
mod names {
    pub static NAMES: &[&str] = &[\"a\", \"b\"];
}
```
",
};

/// Code under a `cfg` of which nobody knows whether it holds.
pub static UNKNOWN_CFG: Code = Code {
    number: "IFC0013",
    name: "unknown_cfg",
    severity: Severity::Warning,
    page: "\
## What
Code stands under a `cfg` that neither Cargo nor the compiler of Rust defines: a build script or `--cfg`
may turn it on. It is taken to be off.

## Why
If it is on in the deployed program, the permissions for the code under it are missing.

## Example
```rust
#[cfg(cleanup)]
fn helper() {}
```

## Instead
```rust
#[cfg(feature = \"cleanup\")]
fn helper() {}
```
",
};

/// Code for another architecture than the application's, which some functions run on.
pub static CFG_OF_ARCHITECTURE: Code = Code {
    number: "IFC0014",
    name: "cfg_of_architecture",
    severity: Severity::Warning,
    page: "\
## What
Code is kept out by a `cfg` on `target_arch` that holds on the architecture of some functions, but not on
that of the application, for which the code is read.

## Why
The code is part of the program that those functions run. If it uses resources, the permissions for that
are missing.

## Example
```rust
#[cfg(target_arch = \"x86_64\")]
fn helper() {}

#[on(http(GET, \"/\"))]
#[function(architecture = \"x86_64\")]
async fn handler() {}
```

## Instead
```rust
fn helper() {}

#[on(http(GET, \"/\"))]
#[function(architecture = \"x86_64\")]
async fn handler() {}
```
",
};
