//! Functions that make themselves run, directly or by way of others.

use super::{Check, Findings, Level, Run, Subject};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::{Cycle, ResourceGraph};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    for cycle in graph.cycles() {
        let functions = cycle
            .causes
            .iter()
            .map(|cause| Subject::Function(cause.from));
        let resources = cycle
            .causes
            .iter()
            .map(|cause| Subject::Resource(cause.resource));
        let subjects: Vec<Subject> = functions.chain(resources).collect();
        if let Some(diagnostic) = describe(graph, &cycle) {
            findings.push(subjects, diagnostic);
        }
    }
}

fn describe(graph: &ResourceGraph, cycle: &Cycle) -> Option<Diagnostic> {
    let application = &graph.application;
    let function = |at: usize| &application.functions[at].name;
    let resource = |at: usize| &application.resources[at].name;
    let first = cycle.causes.first()?;
    let last = cycle.causes.last()?;
    let verb = match (cycle.certain, cycle.causes.len()) {
        (true, 1) => "triggers",
        (true, _) => "trigger",
        (false, _) => "may trigger",
    };
    let message = match cycle.causes.as_slice() {
        [_] => format!("`{}` {verb} itself", function(first.from)),
        causes => {
            let mut names: Vec<String> = causes
                .iter()
                .map(|cause| format!("`{}`", function(cause.from)))
                .collect();
            let end = names.pop().unwrap_or_default();
            format!("{} and {end} {verb} each other", names.join(", "))
        }
    };
    let mut diagnostic = Diagnostic::new(&CODE, last.trigger, message).label(format!(
        "`{}` runs whenever this happens",
        function(last.to)
    ));
    if !cycle.certain {
        diagnostic.severity = Severity::Warning;
    }
    for cause in &cycle.causes {
        for &span in &cause.spans {
            diagnostic = diagnostic.also(
                span,
                format!(
                    "`{}` does `{}.{}` here, which {} `{}`",
                    function(cause.from),
                    resource(cause.resource),
                    cause.method,
                    if cause.certain {
                        "triggers"
                    } else {
                        "may trigger"
                    },
                    function(cause.to),
                ),
            );
        }
    }
    diagnostic =
        diagnostic.note("a loop without an end runs until someone stops it, and is billed");
    Some(match application.resources[last.resource].kind.name {
        "bucket" => diagnostic.help(
            "write to another bucket, or to keys outside of the trigger's `prefix` and `suffix`",
        ),
        "bus" => diagnostic.help("let the trigger name the events that it means: `event = ..`"),
        "table" => diagnostic.help("write to another table, or add a `filter` to the trigger"),
        _ => diagnostic.help("send to another resource"),
    }
    .help("if it ends by itself, say why: `#[allow_infra(trigger_recursion, because = \"..\")]`"))
}

static CODE: Code = Code {
    number: "IFC0613",
    name: "trigger_recursion",
    severity: Severity::Error,
    page: r#"## What
A function does something that makes the same function run again: it writes objects where its own
trigger looks, sends to the queue that it reads, changes the table whose changes it receives. Or
several functions do so in a circle. It is a warning only when the key, the event or a filter decides
at run time.

## Why
The loop does not end by itself, and every turn is billed.

## Example
```rust
#[resource]
static IMAGES: Bucket = Bucket::new();

#[on(IMAGES.created())]
async fn shrink(image: ObjectEvent) -> Result<()> {
    IMAGES.put(&format!("thumbs/{}", image.key), Vec::new()).await
}
```

## Instead
Keep what comes in apart from what goes out. Where a loop ends by itself, say why with
`#[allow_infra(trigger_recursion, because = "..")]`.
```rust
#[resource]
static IMAGES: Bucket = Bucket::new();

#[on(IMAGES.created(), prefix = "originals/")]
async fn shrink(image: ObjectEvent) -> Result<()> {
    IMAGES.put(&format!("thumbs/{}", image.key), Vec::new()).await
}
```
"#,
};
