//! More indexes than a table has.

use ifc_catalog::limits::TABLE_INDEXES;

use super::{Check, Findings, Level, Run, Subject};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    for (at, resource) in graph.application.resources.iter().enumerate() {
        let Some(item) = &resource.item else { continue };
        let (count, most) = (item.indexes.len(), TABLE_INDEXES.value as usize);
        if resource.existing.is_some() || count <= most {
            continue;
        }
        let diagnostic = Diagnostic::new(
            &CODE,
            resource.span,
            format!("`{}` has {count} indexes", resource.name),
        )
        .label(format!("a table has at most {most} unless AWS has raised the quota"))
        .note(TABLE_INDEXES.note())
        .help("let several questions share an index, whose sort key tells them apart by its beginning");
        findings.push([Subject::Resource(at)], diagnostic);
    }
}

static CODE: Code = Code {
    number: "IFC0706",
    name: "too_many_indexes",
    severity: Severity::Warning,
    page: r##"## What
A table has more than 20 indexes.

## Why
Each index of an item is a global secondary index of the table. The deployment stops at the quota,
unless AWS has raised it for the account, which it does on request.

## Example
```rust,ignore
#[derive(Clone, Serialize, Deserialize, Item)]
struct Order {
    #[item(partition_key)]
    id: String,
    #[item(index = "by_customer")]
    customer: String,
    // and 20 more
}
```

## Instead
One index for several questions: the beginning of its sort key says which.
```rust,ignore
#[derive(Clone, Serialize, Deserialize, Item)]
struct Order {
    #[item(partition_key)]
    id: String,
    #[item(index = "by_customer")]
    customer: String,
    /// `status#open`, `day#2027-01-31`
    #[item(index = "by_customer", sort_key)]
    what: String,
}
```
"##,
};
