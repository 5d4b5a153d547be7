//! How loud checks are: `#[allow_infra(..)]` in the source, `[package.metadata.ifc.checks]` in
//! `Cargo.toml`.

use ifc_catalog::model::{Allow, Application};

use super::{Allowed, CHECKS, Check, Level};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity, nearest};

/// What `Cargo.toml` says of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Configured {
    Nothing,
    Allow,
    Is(Severity),
}

pub(super) fn configured(check: &Check, application: &Application) -> Configured {
    let level = &application.metadata["checks"][check.code.name];
    match level.as_str() {
        Some("allow") => Configured::Allow,
        Some("warn") => Configured::Is(Severity::Warning),
        Some("deny") => Configured::Is(Severity::Error),
        _ => Configured::Nothing,
    }
}

/// Names that no check has, and checks that cannot be silenced.
pub(super) fn validate(application: &Application, diagnostics: &mut Diagnostics) {
    for allow in allows(application) {
        if let Some((message, help)) = problem(&allow.check) {
            diagnostics.push(Diagnostic::new(&UNKNOWN_CHECK, allow.span, message).help(help));
        }
    }
    let place = "`[package.metadata.ifc.checks]`";
    match &application.metadata["checks"] {
        serde_json::Value::Null => {}
        serde_json::Value::Object(levels) => {
            let mut levels: Vec<_> = levels.iter().collect();
            levels.sort_by_key(|(name, _)| name.as_str());
            for (name, level) in levels {
                if let Some((message, help)) = problem(name) {
                    let message = format!("{message} in {place}");
                    diagnostics.push(Diagnostic::global(&UNKNOWN_CHECK, message).help(help));
                } else if !matches!(level.as_str(), Some("allow" | "warn" | "deny")) {
                    let message = format!("`{level}` is no level for `{name}` in {place}");
                    diagnostics.push(
                        Diagnostic::global(&UNKNOWN_CHECK, message)
                            .help("levels are \"allow\", \"warn\" and \"deny\""),
                    );
                }
            }
        }
        _ => diagnostics.push(
            Diagnostic::global(&UNKNOWN_CHECK, format!("{place} is not a table"))
                .help("write lines such as `unused_resource = \"deny\"` in it"),
        ),
    }
}

/// Attributes that silence nothing.
pub(super) fn unused(application: &Application, allowed: &Allowed, diagnostics: &mut Diagnostics) {
    for allow in allows(application) {
        if problem(&allow.check).is_none() && !allowed.used.contains(&allow.span) {
            diagnostics.push(
                Diagnostic::new(
                    &UNUSED_ALLOW,
                    allow.span,
                    format!("`{}` is allowed but finds nothing here", allow.check),
                )
                .help("remove the attribute"),
            );
        }
    }
}

fn allows(application: &Application) -> impl Iterator<Item = &Allow> {
    let functions = application.functions.iter().flat_map(|f| &f.allows);
    functions.chain(application.resources.iter().flat_map(|r| &r.allows))
}

/// What is wrong with the name of a check, and what to do.
fn problem(name: &str) -> Option<(String, String)> {
    match CHECKS.iter().find(|check| check.code.name == name) {
        Some(check) if check.level == Level::Lint => None,
        Some(_) => Some((
            format!("`{name}` cannot be allowed"),
            "AWS would refuse the result; correct what it finds".into(),
        )),
        None => {
            let names = CHECKS.iter().map(|check| check.code.name);
            Some((
                format!("there is no check `{name}`"),
                match nearest(name, names) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "`cargo ifc explain` lists the checks".into(),
                },
            ))
        }
    }
}

/// `#[allow_infra]` with a name that means nothing.
pub static UNKNOWN_CHECK: Code = Code {
    number: "IFC0698",
    name: "unknown_check",
    severity: Severity::Error,
    page: r#"## What
An `#[allow_infra(..)]` or a line of `[package.metadata.ifc.checks]` names a check that does not
exist, or one that cannot be silenced.

## Why
A name with a typing error silences nothing. Checks for what AWS refuses have no exceptions.

## Example
```rust
#[resource]
#[allow_infra(unused_resorce, because = "used by another team")]
static LEGACY: Bucket = Bucket::new();
```

## Instead
```rust
#[resource]
#[allow_infra(unused_resource, because = "used by another team")]
static LEGACY: Bucket = Bucket::new();
```
"#,
};

/// `#[allow_infra]` that silences nothing.
pub static UNUSED_ALLOW: Code = Code {
    number: "IFC0699",
    name: "unused_allow",
    severity: Severity::Warning,
    page: r#"## What
An `#[allow_infra(..)]` stands where the check finds nothing.

## Why
It would hide a later mistake, and readers take it for a fact about the code.

## Example
```rust
#[resource]
#[allow_infra(unused_resource, because = "used by another team")]
static UPLOADS: Bucket = Bucket::new();

#[on(UPLOADS.created())]
async fn index(object: ObjectEvent) -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[resource]
static UPLOADS: Bucket = Bucket::new();

#[on(UPLOADS.created())]
async fn index(object: ObjectEvent) -> Result<()> {
    Ok(())
}
```
"#,
};
