//! What the table gives: the whole of it, and service by service.

mod companions;
mod data;
mod forms;
mod monotone;
mod objects;
mod others;
mod traps;
mod whole;

use super::*;

/// What a call with exactly these texts needs, a line for each action and resource. P, R and A are
/// partition, region and account of the deployment.
fn needs(service: &str, method: &str, members: &[(&str, &str)]) -> Vec<String> {
    let members = members.iter().map(|(path, text)| match *text {
        "?" => Member::any(path),
        _ => Member::value(path, value(text)),
    });
    lines(&permissions(service, method, &Request::with(members)))
}

/// A text in which `<x>` is the environment variable x and `<>` is known at run time only.
fn value(text: &str) -> Value {
    let mut parts = Vec::new();
    for (at, piece) in text.split(['<', '>']).enumerate() {
        match (at % 2, piece) {
            (1, "") => parts.push(Part::Any),
            (1, name) => parts.push(Part::Env(name.to_owned())),
            (_, "") => {}
            (_, text) => parts.push(Part::Text(text.to_owned())),
        }
    }
    parts
}

fn permissions(service: &str, method: &str, request: &Request) -> Vec<Permission> {
    let found = operation(service, method);
    found
        .unwrap_or_else(|| panic!("{service} has no {method}"))
        .permissions(request)
}

fn lines(permissions: &[Permission]) -> Vec<String> {
    let mut lines = Vec::new();
    for permission in permissions {
        let conditions: String = permission
            .conditions
            .iter()
            .map(|condition| {
                let equals = match condition.operator {
                    "StringLike" => "~",
                    "StringEquals" => "=",
                    "ForAllValues:StringEquals" => " each=",
                    other => other,
                };
                format!(
                    " if {}{equals}{}",
                    condition.key,
                    condition.values.join("|")
                )
            })
            .collect();
        for action in &permission.actions {
            for resource in &permission.resources {
                lines.push(format!("{action} {resource}{conditions}"));
            }
        }
    }
    for line in &mut lines {
        *line = line
            .replace("${AWS::Partition}", "P")
            .replace("${AWS::Region}", "R")
            .replace("${AWS::AccountId}", "A");
    }
    lines.sort();
    lines
}

/// Every operation of the table.
fn all() -> impl Iterator<Item = (&'static str, String, Operation)> {
    table::services().flat_map(|service| {
        let service_of = table::service(service).expect("it is listed");
        let mut names: Vec<&str> = service_of.operations().collect();
        names.sort_unstable();
        names.into_iter().map(move |name| {
            let found = operation(service, name).expect("it is listed");
            (service, name.to_owned(), found)
        })
    })
}
