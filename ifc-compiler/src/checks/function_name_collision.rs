//! Two functions of one name.

use ifc_catalog::lower::names::pascal;

use super::{Check, Findings, Level, Run, Subject, option};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Fixed,
    absence: false,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    let functions = &graph.application.functions;
    let ids = functions.iter().map(|function| pascal(&function.name));
    let mut ids: Vec<(String, usize)> = ids.zip(0..).collect();
    ids.sort();
    for same in ids.chunk_by(|a, b| a.0 == b.0) {
        let other = &functions[same[0].1];
        for &(_, at) in &same[1..] {
            let function = &functions[at];
            let span = option(&function.options, "name").map_or(function.span, |o| o.span);
            let mut diagnostic = Diagnostic::new(
                &CODE,
                span,
                format!("two functions are named `{}`", function.name),
            )
            .label(format!("the second one, `{}`", function.handler))
            .also(other.span, format!("the first one, `{}`", other.handler))
            .help("give one of them another name: `#[function(name = \"..\")]`");
            if other.name != function.name {
                diagnostic = diagnostic.note(format!(
                    "`{}` and `{}` have the same id in a template",
                    other.name, function.name
                ));
            }
            findings.push([Subject::Function(at)], diagnostic);
        }
    }
}

static CODE: Code = Code {
    number: "IFC0622",
    name: "function_name_collision",
    severity: Severity::Error,
    page: r#"## What
Two handlers have the same name, in different modules or crates.

## Why
The name of the handler is the name of the deployed function, unless `#[function(name = "..")]` says
otherwise. `list_all` and `listAll` are one name in a template.

## Example
```rust
mod orders {
    use ifc_runtime::prelude::*;

    #[on(http(GET, "/orders"))]
    async fn list() -> &'static str {
        "orders"
    }
}

mod parcels {
    use ifc_runtime::prelude::*;

    #[on(http(GET, "/parcels"))]
    async fn list() -> &'static str {
        "parcels"
    }
}
```

## Instead
```rust
mod orders {
    use ifc_runtime::prelude::*;

    #[on(http(GET, "/orders"))]
    async fn list() -> &'static str {
        "orders"
    }
}

mod parcels {
    use ifc_runtime::prelude::*;

    #[on(http(GET, "/parcels"))]
    #[function(name = "list-parcels")]
    async fn list() -> &'static str {
        "parcels"
    }
}
```
"#,
};
