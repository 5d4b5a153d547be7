//! A trigger on a table whose stream does not carry what the handler needs.

use ifc_catalog::infra::Value;
use ifc_catalog::manifest::Origin;

use super::{Check, Findings, Level, Outputs, Run, Subject, option};
use crate::diagnostics::{Code, Diagnostic, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Fixed,
    absence: false,
    run: Run::Outputs(run),
};

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    let graph = outputs.graph;
    for (at, resource) in graph.application.resources.iter().enumerate() {
        let lowered = outputs.manifest.resources.get(&resource.name);
        let Some(stream) = lowered.and_then(|lowered| lowered.settings.get("stream")) else {
            continue;
        };
        let missing = match &stream.value {
            Value::Text(view) if view == "keys" => "only the keys of items",
            Value::Text(view) if view == "new" => "items as they are after a change only",
            Value::Text(view) if view == "old" => "items as they were before a change only",
            _ => continue,
        };
        let written = option(&resource.options, "stream");
        let written = written.filter(|_| stream.origin == Origin::Attribute);
        let place = written.map_or(resource.span, |option| option.span);
        for (function, trigger) in graph.triggered_by(at) {
            let diagnostic = Diagnostic::new(
                &CODE,
                trigger.span,
                format!(
                    "the stream of `{}` does not carry what `{}` needs",
                    resource.name, graph.application.functions[function].name
                ),
            )
            .label("a `Change` holds the item before and after the change")
            .also(place, format!("it carries {missing}"))
            .help("write `stream = \"new_and_old\"`, or remove the option");
            findings.push(
                [Subject::Function(function), Subject::Resource(at)],
                diagnostic,
            );
        }
    }
}

static CODE: Code = Code {
    number: "IFC0624",
    name: "unfit_stream",
    severity: Severity::Error,
    page: r#"## What
A function is triggered by the changes of a table whose `stream` option leaves a part of the items
out.

## Why
The handler takes a `Change<T>` with the item before and after the change. Without both, no record of
the stream could be read, and all of them would end in the dead-letter queue.

## Example
```rust
#[derive(Clone, Serialize, Deserialize, Item)]
struct Order {
    #[item(partition_key)]
    id: String,
}

#[resource(stream = "keys")]
static ORDERS: Table<Order> = Table::new();

#[on(ORDERS.changes())]
async fn audit(change: Change<Order>) -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[derive(Clone, Serialize, Deserialize, Item)]
struct Order {
    #[item(partition_key)]
    id: String,
}

#[resource(stream = "new_and_old")]
static ORDERS: Table<Order> = Table::new();

#[on(ORDERS.changes())]
async fn audit(change: Change<Order>) -> Result<()> {
    Ok(())
}
```
"#,
};
