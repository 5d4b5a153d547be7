//! Two resources of one name.

use std::collections::BTreeMap;

use ifc_catalog::lower::names::pascal;

use super::{Check, Findings, Level, Run, Subject};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Fixed,
    absence: false,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    let mut seen = BTreeMap::new();
    for (at, resource) in graph.application.resources.iter().enumerate() {
        let key = pascal(&resource.name);
        match seen.get(&key) {
            None => {
                seen.insert(key, at);
            }
            Some(&first) => {
                let other = &graph.application.resources[first];
                let mut diagnostic = Diagnostic::new(
                    &CODE,
                    resource.span,
                    format!("two resources are named `{}`", resource.name),
                )
                .label("the second one")
                .also(other.span, "the first one")
                .help("rename one of the statics");
                if other.name != resource.name {
                    diagnostic = diagnostic.note(format!(
                        "`{}` and `{}` have the same id in a template",
                        other.name, resource.name
                    ));
                }
                findings.push([Subject::Resource(at)], diagnostic);
            }
        }
    }
}

static CODE: Code = Code {
    number: "IFC0621",
    name: "duplicate_resource",
    severity: Severity::Error,
    page: r#"## What
Two statics with `#[resource]` have the same name, in different modules or crates.

## Why
The name of the static is the name of the resource in the whole application: in the template, in the
environment of functions, and on AWS. `ORDER_ITEMS` and `orderItems` are one name there.

## Example
```rust
mod shop {
    use ifc_runtime::prelude::*;

    #[resource]
    pub static EVENTS: Queue<String> = Queue::new();

    #[on(http(POST, "/sales"))]
    async fn sell() -> Result<()> {
        EVENTS.send(&String::from("a book")).await
    }

    #[on(EVENTS)]
    async fn bill(event: String) -> Result<()> {
        Ok(())
    }
}

mod stock {
    use ifc_runtime::prelude::*;

    #[resource]
    pub static EVENTS: Queue<String> = Queue::new();

    #[on(http(POST, "/deliveries"))]
    async fn deliver() -> Result<()> {
        EVENTS.send(&String::from("a box")).await
    }

    #[on(EVENTS)]
    async fn take(event: String) -> Result<()> {
        Ok(())
    }
}
```

## Instead
```rust
mod shop {
    use ifc_runtime::prelude::*;

    #[resource]
    pub static SALES: Queue<String> = Queue::new();

    #[on(http(POST, "/sales"))]
    async fn sell() -> Result<()> {
        SALES.send(&String::from("a book")).await
    }
}

mod stock {
    use ifc_runtime::prelude::*;

    use crate::shop::SALES;

    #[on(SALES)]
    async fn take(sale: String) -> Result<()> {
        Ok(())
    }
}
```
"#,
};
