//! `#[grant]`s: what they are on, and whether any role gets them.

use std::collections::BTreeSet;

use ifc_catalog::model::{Grant, GrantTarget};

use super::{Lookup, Named, display};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::flow::{CallGraph, Uses};
use crate::hir::{FnId, GrantOn, Program};

/// The grants of functions that a handler reaches.
pub(super) fn resolve(
    lookup: &Lookup<'_>,
    granting: &[FnId],
    diagnostics: &mut Diagnostics,
) -> Vec<Grant> {
    let mut grants = Vec::new();
    for &function in granting {
        let function = &lookup.program.functions[function.index()];
        for grant in &function.grants {
            let on = match &grant.on {
                GrantOn::Arn(arn) => GrantTarget::Arn(arn.clone()),
                GrantOn::Resource(path) => match lookup.resource(function.module, path) {
                    Named::Resource(at) => GrantTarget::Resource(at),
                    Named::Broken => continue,
                    Named::Other(_) => {
                        let mut diagnostic = Diagnostic::new(
                            &UNKNOWN_TARGET,
                            path.span,
                            format!("`{}` is not a resource", display::path(path)),
                        )
                        .label("not a `#[resource]` static");
                        diagnostic = match lookup.nearest(path) {
                            Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
                            None => diagnostic.help("name a resource, or write an ARN in quotes"),
                        };
                        diagnostics.push(diagnostic);
                        continue;
                    }
                },
            };
            grants.push(Grant {
                actions: grant.actions.clone(),
                on,
                because: grant.because.clone(),
                span: grant.span,
            });
        }
    }
    grants.sort_by_key(|grant| grant.span);
    grants
}

/// Says which grants of the application's own code go into no role. A library has code for others,
/// too.
pub(super) fn unreached(
    program: &Program,
    calls: &CallGraph,
    uses: &Uses,
    diagnostics: &mut Diagnostics,
) {
    let Some(application) = program.crates.first() else {
        return;
    };
    let reached: BTreeSet<FnId> = uses
        .granting
        .iter()
        .map(|at| calls.instances[at.0 as usize].function)
        .collect();
    for (at, function) in program.functions.iter().enumerate() {
        let krate = program.modules[function.module.index()].krate;
        let is_own = program.crates[krate.index()].package == application.package;
        let grants = match reached.contains(&FnId(at as u32)) {
            false if is_own => &*function.grants,
            _ => &[],
        };
        for grant in grants {
            let name = function.name;
            let message = format!("no role gets what is granted to `{name}`");
            diagnostics.push(
                Diagnostic::new(&UNREACHED, grant.span, message)
                    .label("no call from a function with a trigger is seen to lead here")
                    .help("put the grant on the function whose code does it, or remove it"),
            );
        }
    }
}

/// A target that is no resource.
pub(super) static UNKNOWN_TARGET: Code = Code {
    number: "IFC0605",
    name: "unknown_grant_target",
    severity: Severity::Error,
    page: r#"## What
The `on` of a `#[grant(..)]` names something that is not a resource of the application.

## Why
The grant would go into the role with a target that does not exist, and the operation would be
denied at run time.

## Example
```rust
#[resource]
static SCANS: Bucket = Bucket::new();

#[on(SCANS.created())]
#[grant("textract:DetectDocumentText", on = SCAN, because = "reads the text of a scan")]
async fn read(scan: ObjectEvent) -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[resource]
static SCANS: Bucket = Bucket::new();

#[on(SCANS.created())]
#[grant("s3:GetObjectTagging", on = SCANS, because = "reads the tags of a scan")]
async fn read(scan: ObjectEvent) -> Result<()> {
    Ok(())
}
```
"#,
};

/// A grant that no handler reaches.
pub(crate) static UNREACHED: Code = Code {
    number: "IFC0607",
    name: "unreached_grant",
    severity: Severity::Warning,
    page: r#"## What
A `#[grant(..)]` stands on a function that no function with a trigger is seen to call.

## Why
A grant goes into the role of each function whose code reaches it. This one goes into none: where the
function is called in a way that is not followed, the operation would be denied.

## Example
```rust
#[grant("textract:DetectDocumentText", on = "*", because = "reads the text of a scan")]
fn read_text() {}
```

## Instead
```rust
#[on(schedule("rate(1 day)"))]
#[grant("textract:DetectDocumentText", on = "*", because = "reads the text of a scan")]
async fn read_text() -> Result<()> {
    Ok(())
}
```
"#,
};
