//! A query or scan of an index that the table does not have.

use ifc_catalog::model::{Text, Use};
use ifc_catalog::resources::Target;

use super::{Check, Findings, Level, Run, Subject};
use crate::diagnostics::{Code, Diagnostic, Severity, nearest};
use crate::graph::ResourceGraph;

/// A lint, since the names that come together at a call are not always those of its table.
pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    for (at, resource) in graph.application.resources.iter().enumerate() {
        let Some(item) = &resource.item else { continue };
        let names = || item.indexes.iter().map(|index| index.name.as_str());
        for (function, one) in graph.users_of(at) {
            let Some(index) = index(one).filter(|index| !names().any(|name| name == *index)) else {
                continue;
            };
            let Some(place) = one.why.first().and_then(|path| path.steps.last()) else {
                continue;
            };
            let message = format!("`{}` has no index `{index}`", resource.name);
            let mut diagnostic = Diagnostic::new(&CODE, place.span, message)
                .label("DynamoDB refuses this")
                .also(
                    resource.span,
                    format!(
                        "a `{}` has indexes by `#[item(index = \"..\")]`",
                        resource.payload
                    ),
                );
            if let Some(nearest) = nearest(index, names()) {
                diagnostic = diagnostic.help(format!("did you mean `{nearest}`?"));
            }
            let subjects = [Subject::Function(function), Subject::Resource(at)];
            findings.push(subjects, diagnostic);
        }
    }
}

/// The index that an operation is on, where its name is known.
fn index(one: &Use) -> Option<&str> {
    let mut actions = one.op.actions.iter();
    if !actions.any(|action| action.on == Target::Index) {
        return None;
    }
    one.scope.iter().find_map(|(_, text)| match text {
        Text::Exact(name) => Some(name.as_str()),
        _ => None,
    })
}

static CODE: Code = Code {
    number: "IFC0628",
    name: "no_such_index",
    severity: Severity::Warning,
    page: r#"## What
A query or scan names an index that no field of the table's item is in.

## Why
The table is made with the indexes of its item's type, so the call fails whenever it is made.

## Example
```rust
#[derive(Clone, Serialize, Deserialize, Item)]
struct Order {
    #[item(partition_key)]
    id: String,
    #[item(index = "by_customer")]
    customer: String,
}

#[resource]
static ORDERS: Table<Order> = Table::new();

#[on(http(GET, "/orders"))]
async fn list() -> Result<Json<Vec<Order>>> {
    Ok(Json(ORDERS.query_index("by_costumer", "ada").all().await?))
}
```

## Instead
```rust
#[derive(Clone, Serialize, Deserialize, Item)]
struct Order {
    #[item(partition_key)]
    id: String,
    #[item(index = "by_customer")]
    customer: String,
}

#[resource]
static ORDERS: Table<Order> = Table::new();

#[on(http(GET, "/orders"))]
async fn list() -> Result<Json<Vec<Order>>> {
    Ok(Json(ORDERS.query_index("by_customer", "ada").all().await?))
}
```
"#,
};
