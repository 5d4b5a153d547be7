//! Routes of one function that its router does not take together.

use ifc_catalog::route::{RoutePath, Segment};

use super::{Check, Findings, Level, Run, Subject, routes};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;
use crate::span::Span;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Fixed,
    absence: false,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    for (at, function) in graph.application.functions.iter().enumerate() {
        let mut before: Vec<(RoutePath, Span)> = Vec::new();
        for (_, path, span) in routes(function) {
            if let Some((other, first)) = before.iter().find(|(other, _)| conflict(&path, other)) {
                let message = format!(
                    "`{}` cannot tell the routes `{}` and `{}` apart",
                    function.name, other.text, path.text
                );
                let diagnostic = Diagnostic::new(&CODE, span, message)
                    .label("the second one")
                    .also(*first, "the first one")
                    .help("put one of them on a function of its own, or let them differ before the parameter");
                findings.push([Subject::Function(at)], diagnostic);
            }
            before.push((path, span));
        }
    }
}

/// Whether one has `{id}` where the other has `{*rest}`.
fn conflict(one: &RoutePath, other: &RoutePath) -> bool {
    let pairs = one.segments.iter().zip(&other.segments);
    let mut differing = pairs.skip_while(|pair| match pair {
        (Segment::Literal(one), Segment::Literal(other)) => one == other,
        (Segment::Param(_), Segment::Param(_)) => true,
        _ => false,
    });
    matches!(
        differing.next(),
        Some((Segment::Param(_), Segment::Rest(_)) | (Segment::Rest(_), Segment::Param(_)))
    )
}

static CODE: Code = Code {
    number: "IFC0627",
    name: "conflicting_routes",
    severity: Severity::Error,
    page: r#"## What
Two routes of one function have a parameter `{id}` and the rest `{*path}` at the same place.

## Why
API Gateway takes both, but the router in the function takes one of them: it would stop with a panic
whenever the function starts.

## Example
```rust
#[on(http(GET, "/files/{id}"))]
#[on(http(GET, "/files/{*path}"))]
async fn show() -> &'static str {
    "a file"
}
```

## Instead
```rust
#[on(http(GET, "/files/{id}"))]
async fn show() -> &'static str {
    "a file"
}

#[on(http(GET, "/files/{*path}"))]
async fn show_below() -> &'static str {
    "a file below a folder"
}
```
"#,
};

#[cfg(test)]
mod tests {
    use ifc_catalog::route;

    #[test]
    fn parameters_beside_the_rest() {
        let conflict = |one, other| {
            let [one, other] = [one, other].map(|path| route::parse(path).expect("a path"));
            assert_eq!(super::conflict(&one, &other), super::conflict(&other, &one));
            super::conflict(&one, &other)
        };
        assert!(conflict("/a/{x}", "/a/{*rest}"));
        assert!(conflict("/a/{x}/b", "/a/{*rest}"));
        assert!(conflict("/{a}/{x}", "/{b}/{*rest}"));
        assert!(!conflict("/a/{x}", "/b/{*rest}"));
        assert!(!conflict("/a/b", "/a/{*rest}"));
        assert!(!conflict("/{x}/b", "/a/{*rest}"));
        assert!(!conflict("/", "/{*rest}"));
        assert!(!conflict("/{a}/x", "/{b}/y"));
    }
}
