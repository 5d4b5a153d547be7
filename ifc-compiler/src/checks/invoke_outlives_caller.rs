//! A function waits for another one that may run longer than itself.

use super::{Check, Findings, Level, Outputs, Run, Subject, times};
use crate::diagnostics::{Code, Diagnostic, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Outputs(run),
};

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    let application = &outputs.graph.application;
    for (at, caller) in application.functions.iter().enumerate() {
        for one in &caller.uses {
            let kind = application.resources[one.resource].kind.name;
            if kind != "function" || one.op.method != "invoke" {
                continue;
            }
            for (to, _) in outputs.graph.triggered_by(one.resource) {
                let callee = &application.functions[to];
                let timeout = |name: &str| times::timeout(outputs.manifest, name);
                let (Some(waits), Some(runs)) = (timeout(&caller.name), timeout(&callee.name))
                else {
                    continue;
                };
                let place = one.why.iter().find_map(|path| path.steps.last());
                let Some(place) = place.filter(|_| runs >= waits) else {
                    continue;
                };
                let diagnostic = Diagnostic::new(
                    &CODE,
                    place.span,
                    format!(
                        "`{}` may run longer than `{}` waits",
                        callee.name, caller.name
                    ),
                )
                .label("waits for the answer here")
                .also(times::place(callee), format!("may run {runs} seconds"))
                .also(times::place(caller), format!("ends after {waits} seconds"))
                .help(format!(
                    "give `{}` a shorter timeout than `{}`, or use `send`, which does not wait",
                    callee.name, caller.name
                ));
                findings.push([Subject::Function(at), Subject::Function(to)], diagnostic);
            }
        }
    }
}

static CODE: Code = Code {
    number: "IFC0631",
    name: "invoke_outlives_caller",
    severity: Severity::Warning,
    page: r#"## What
A function invokes another one and waits for its answer, but the other one's timeout is not shorter
than its own.

## Why
When the callee is slow, the caller is stopped first: it cannot report what happened, and both are
billed.

## Example
```rust
#[resource]
static PRICE: Function<String, u64> = Function::new();

#[on(http(GET, "/price"))]
#[function(timeout = "10s")]
async fn show() -> Result<String> {
    Ok(PRICE.invoke(&String::from("book")).await?.to_string())
}

#[on(PRICE)]
#[function(timeout = "60s")]
async fn price(article: String) -> Result<u64> {
    Ok(100)
}
```

## Instead
```rust
#[resource]
static PRICE: Function<String, u64> = Function::new();

#[on(http(GET, "/price"))]
#[function(timeout = "10s")]
async fn show() -> Result<String> {
    Ok(PRICE.invoke(&String::from("book")).await?.to_string())
}

#[on(PRICE)]
#[function(timeout = "5s")]
async fn price(article: String) -> Result<u64> {
    Ok(100)
}
```
"#,
};
