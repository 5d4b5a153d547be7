//! More rules than an event bus has.

use ifc_catalog::limits::{BUS_RULES, Limit, TOPIC_FILTERS};
use ifc_catalog::model::Trigger;

use super::{Check, Findings, Level, Run, Subject, option};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    type Counts = fn(&Trigger) -> bool;
    for (at, resource) in graph.application.resources.iter().enumerate() {
        let (limit, what, counts): (&Limit, &str, Counts) = match resource.kind.name {
            "bus" => (&BUS_RULES, "rules", |_| true),
            "topic" => (&TOPIC_FILTERS, "filters", |trigger| {
                option(&trigger.options, "filter").is_some()
            }),
            _ => continue,
        };
        let rules: Vec<_> = graph
            .triggered_by(at)
            .into_iter()
            .filter(|(_, t)| counts(t))
            .collect();
        let most = limit.value as usize;
        if let Some((function, trigger)) = rules.get(most) {
            let diagnostic = Diagnostic::new(
                &CODE,
                trigger.span,
                format!("`{}` has {} {what}", resource.name, rules.len()),
            )
            .label(format!("the first one beyond {most}"))
            .note(limit.note())
            .help("spread the functions over several buses or topics");
            findings.push(
                [Subject::Resource(at), Subject::Function(*function)],
                diagnostic,
            );
        }
    }
}

static CODE: Code = Code {
    number: "IFC0704",
    name: "too_many_rules",
    severity: Severity::Error,
    page: r#"## What
A bus has more than 300 triggers, or a topic more than 200 with a filter.

## Why
Each trigger on a bus is a rule, and each filter on a topic a filter policy. The deployment stops at
the quota, unless AWS has raised it for the account.

## Example
```rust,ignore
#[on(EVENTS, event = OrderEvent::Placed)]
async fn rule1(event: OrderEvent) -> Result<()> {
    Ok(())
}
// and so on to
#[on(EVENTS, event = OrderEvent::Placed)]
async fn rule301(event: OrderEvent) -> Result<()> {
    Ok(())
}
```

## Instead
Spread the functions over several buses:
```rust,ignore
#[on(ORDER_EVENTS, event = OrderEvent::Placed)]
async fn rule1(event: OrderEvent) -> Result<()> {
    Ok(())
}

#[on(STOCK_EVENTS, event = StockEvent::Empty)]
async fn rule2(event: StockEvent) -> Result<()> {
    Ok(())
}
```
"#,
};
