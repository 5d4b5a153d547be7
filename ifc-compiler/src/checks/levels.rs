//! How loud checks are: `#[allow_infra(..)]` in the source, `[package.metadata.ifc.checks]` in
//! `Cargo.toml`.

use ifc_catalog::model::{Allow, Application};

use super::{Allowed, CHECKS, Level};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity, nearest};
use crate::{graph, manifest, policy, source};

/// Warnings of other stages whose level `Cargo.toml` may set, in order of their number. They are about
/// no one function or resource, so that no attribute silences them.
static WARNINGS: &[&Code] = &[
    &source::codes::INCLUDE_NOT_READ,
    &source::codes::UNKNOWN_CFG,
    &source::codes::CFG_OF_ARCHITECTURE,
    &policy::codes::UNLOCKED_DEPENDENCIES,
    &graph::UNREACHED_GRANT,
    &manifest::codes::ROLE_BY_HAND,
];

const PLACE: &str = "`[package.metadata.ifc.checks]`";

/// Whether `Cargo.toml` may set the level of a code.
pub fn is_lint(code: &Code) -> bool {
    let mut checks = CHECKS.iter().filter(|check| check.level == Level::Lint);
    WARNINGS.contains(&code) || checks.any(|check| check.code == code)
}

/// What `Cargo.toml` says of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Configured {
    Nothing,
    Allow,
    Is(Severity),
}

pub(super) fn configured(code: &Code, application: &Application) -> Configured {
    let level = &application.metadata["checks"][code.name];
    match level.as_str() {
        Some("allow") => Configured::Allow,
        Some("warn") => Configured::Is(Severity::Warning),
        Some("deny") => Configured::Is(Severity::Error),
        _ => Configured::Nothing,
    }
}

/// Gives the warnings of other stages their level.
pub(super) fn set(application: &Application, diagnostics: &mut Diagnostics) {
    diagnostics.retain(|diagnostic| {
        if !WARNINGS.contains(&diagnostic.code) {
            return true;
        }
        match configured(diagnostic.code, application) {
            Configured::Allow => return false,
            Configured::Is(severity) => diagnostic.severity = severity,
            Configured::Nothing => {}
        }
        let name = diagnostic.code.name;
        let help = format!("if it is meant so, write `{name} = \"allow\"` in {PLACE}");
        diagnostic.helps.push(help);
        true
    });
}

/// Names that no check has, and checks that cannot be silenced.
pub(super) fn validate(application: &Application, diagnostics: &mut Diagnostics) {
    for allow in allows(application) {
        let of_stage = WARNINGS.iter().any(|code| code.name == allow.check);
        let problem = match of_stage {
            true => Some((
                format!("`{}` is not about a function or resource", allow.check),
                format!("write `{} = \"allow\"` in {PLACE}", allow.check),
            )),
            false => problem(&allow.check),
        };
        if let Some((message, help)) = problem {
            diagnostics.push(Diagnostic::new(&UNKNOWN_CHECK, allow.span, message).help(help));
        }
    }
    match &application.metadata["checks"] {
        serde_json::Value::Null => {}
        serde_json::Value::Object(levels) => {
            let mut levels: Vec<_> = levels.iter().collect();
            levels.sort_by_key(|(name, _)| name.as_str());
            for (name, level) in levels {
                if let Some((message, help)) = problem(name) {
                    let message = format!("{message} in {PLACE}");
                    diagnostics.push(Diagnostic::global(&UNKNOWN_CHECK, message).help(help));
                } else if !matches!(level.as_str(), Some("allow" | "warn" | "deny")) {
                    let message = format!("`{level}` is no level for `{name}` in {PLACE}");
                    diagnostics.push(
                        Diagnostic::global(&UNKNOWN_CHECK, message)
                            .help("levels are \"allow\", \"warn\" and \"deny\""),
                    );
                }
            }
        }
        _ => diagnostics.push(
            Diagnostic::global(&UNKNOWN_CHECK, format!("{PLACE} is not a table"))
                .help("write lines such as `unused_resource = \"deny\"` in it"),
        ),
    }
}

/// Attributes that silence nothing.
pub(super) fn unused(application: &Application, allowed: &Allowed, diagnostics: &mut Diagnostics) {
    for allow in allows(application) {
        let is_check = CHECKS.iter().any(|check| check.code.name == allow.check);
        if is_check && problem(&allow.check).is_none() && !allowed.used.contains(&allow.span) {
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
    if WARNINGS.iter().any(|code| code.name == name) {
        return None;
    }
    match CHECKS.iter().find(|check| check.code.name == name) {
        Some(check) if check.level == Level::Lint => None,
        Some(_) => Some((
            format!("`{name}` cannot be allowed"),
            "AWS would refuse the result; correct what it finds".into(),
        )),
        None => {
            let checks = CHECKS.iter().map(|check| check.code);
            let names = checks.chain(WARNINGS.iter().copied()).map(|code| code.name);
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
