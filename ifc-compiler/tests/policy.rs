//! What the binaries of existing projects may do, inferred from fixtures. A fixture is a project in
//! memory (see `ifc_compiler::testing`) with its expectations as comments:
//!
//! - `//= dynamodb:PutItem on <resource> via main > Store::save`: a permission with the shortest
//!   call path to it; `(other credentials)` behind it where the function's role does not need it.
//!   A project with several binaries names the binary first: `api: ..`. All permissions are listed,
//!   nothing else may be found.
//! - `//~ IFC0408 text` on the line of something unresolved whose message contains the text.
//!
//! ARNs of the deployment's own account and region are written short: `dynamodb table/a`.

#![allow(clippy::disallowed_methods, reason = "fixtures are files on disk")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ifc_catalog::manifest::Permission;
use ifc_compiler::policy::{self, FunctionPolicy, Policy, Selection};
use ifc_compiler::testing::Fixture;

fn fixtures() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/policy");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder of fixtures is there")
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem().expect("fixtures have names");
        let text = std::fs::read_to_string(path).expect("fixtures are text");
        (name.to_string_lossy().into_owned(), text)
    };
    paths.iter().map(read).collect()
}

fn infer(text: &str) -> Policy {
    let fixture = Fixture::parse(text);
    policy::infer(&fixture.world(), &Selection::default()).expect("the fixture has binaries")
}

fn found(policy: &Policy) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut permissions = BTreeSet::new();
    let mut messages = BTreeSet::new();
    let several = policy.functions.len() > 1;
    for function in &policy.functions {
        let binary = match several {
            true => format!("{}: ", function.name),
            false => String::new(),
        };
        for permission in &function.permissions {
            permissions.insert(format!("{binary}{}", line(permission)));
        }
        for permission in &function.other_credentials {
            permissions.insert(format!("{binary}{} (other credentials)", line(permission)));
        }
        messages.extend(unresolved(policy, function));
    }
    (permissions, messages)
}

fn unresolved(policy: &Policy, function: &FunctionPolicy) -> Vec<String> {
    let line = |diagnostic: &ifc_compiler::diagnostics::Diagnostic| {
        let place = match &diagnostic.primary {
            Some(label) => {
                let place = policy.files.location(label.span);
                format!("{}:{}", place.path, place.line)
            }
            None => "-".to_owned(),
        };
        format!("{place} {} {}", diagnostic.code.number, diagnostic.message)
    };
    function.unresolved.iter().map(line).collect()
}

fn line(permission: &Permission) -> String {
    let resources: Vec<String> = permission.resources.iter().map(|arn| short(arn)).collect();
    let mut line = format!(
        "{} on {}",
        permission.actions.join(" "),
        resources.join(" ")
    );
    let shortest = permission.why.iter().map(|why| &why.path);
    if let Some(path) = shortest.min_by_key(|path| path.len())
        && !path.is_empty()
    {
        let names: Vec<&str> = path.iter().map(|step| step.function.as_str()).collect();
        line.push_str(&format!(" via {}", names.join(" > ")));
    }
    line
}

/// An ARN without partition, region and account where they may be any.
fn short(arn: &str) -> String {
    let arn = arn.replace("${AWS::Partition}", "aws");
    let arn = arn
        .replace("${AWS::Region}", "")
        .replace("${AWS::AccountId}", "");
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", "aws", service, "", "", rest] => format!("{service} {rest}"),
        _ => arn.clone(),
    }
}

/// What the comments of a fixture say.
fn expected(text: &str) -> (BTreeSet<String>, Vec<(String, String)>) {
    let mut permissions = BTreeSet::new();
    let mut messages = Vec::new();
    let mut file = "src/main.rs".to_owned();
    let mut number = 0;
    for line in text.lines() {
        if let Some(header) = line.trim_start().strip_prefix("//- ") {
            let path = header.split_whitespace().next().unwrap_or_default();
            file = path.trim_start_matches('/').to_owned();
            number = 0;
            continue;
        }
        number += 1;
        if let Some(permission) = line.trim_start().strip_prefix("//= ") {
            permissions.insert(permission.trim().to_owned());
        }
        if let Some((_, message)) = line.split_once("//~ ") {
            let message = message.trim();
            let (code, text) = message.split_once(' ').unwrap_or((message, ""));
            messages.push((format!("{file}:{number} {code} "), text.to_owned()));
        }
    }
    (permissions, messages)
}

#[test]
fn fixtures_give_what_they_say() {
    let mut wrong = Vec::new();
    for (name, text) in fixtures() {
        let (permissions, messages) = found(&infer(&text));
        let (wanted, mut open) = expected(&text);
        for missing in wanted.difference(&permissions) {
            wrong.push(format!("{name}: missing  {missing}"));
        }
        for extra in permissions.difference(&wanted) {
            wrong.push(format!("{name}: too much {extra}"));
        }
        for message in &messages {
            let known = open
                .iter()
                .position(|(place, text)| message.starts_with(place) && message.contains(text));
            match known {
                Some(at) => drop(open.remove(at)),
                None => wrong.push(format!("{name}: unexpected {message}")),
            }
        }
        for (place, text) in open {
            wrong.push(format!("{name}: not said {place}{text}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_program_is_an_application_if_it_serves_handlers() {
    let has_handlers = |text: &str| policy::has_handlers(&Fixture::parse(text).world());
    let of = |name: &str| {
        let (_, text) = fixtures().into_iter().find(|fixture| fixture.0 == name)?;
        Some(has_handlers(&text))
    };
    assert_eq!(of("handlers"), Some(true));
    assert_eq!(of("handles"), Some(false));
}

/// A fixture with more items at the end of its first file.
fn grown(text: &str, items: &str) -> String {
    let is_header = |line: &&str| line.trim_start().starts_with("//- ");
    let lines: Vec<&str> = text.lines().collect();
    let end = lines
        .iter()
        .skip(1)
        .position(is_header)
        .map_or(lines.len(), |at| at + 1);
    let (first, rest) = lines.split_at(end);
    format!("{}\n{items}\n{}\n", first.join("\n"), rest.join("\n"))
}

#[test]
fn code_that_nothing_reaches_changes_nothing() {
    let items = "async fn nobody_reaches_this(client: aws_sdk_s3::Client) {\n\
        let _ = client.delete_bucket().bucket(\"dead\").send().await;\n}\n\
        struct NobodyMakesThis(aws_sdk_s3::Client);\n\
        impl Drop for NobodyMakesThis {\n    fn drop(&mut self) {\n        let _ = self.0.list_buckets().send();\n    }\n}\n";
    for (name, text) in fixtures() {
        let before = found(&infer(&text));
        let after = found(&infer(&grown(&text, items)));
        assert_eq!(before, after, "{name}");
    }
}

#[test]
fn the_same_sources_give_the_same_report() {
    for (name, text) in fixtures() {
        let report = |policy: Policy| serde_json::to_string(&policy.report()).expect("JSON");
        assert_eq!(report(infer(&text)), report(infer(&text)), "{name}");
    }
}

/// Stars, question marks and variables in the key of a handle's call are no wildcards of IAM.
#[test]
fn keys_of_handles_are_spelled_as_iam_takes_them() {
    let text = "use ifc_runtime::prelude::*;
ifc_runtime::main!();
#[resource]
static FILES: Bucket = Bucket::new();
#[on(schedule(\"rate(1 day)\"))]
async fn read(event: Scheduled) -> Result<()> {
    FILES.get(\"a*b/${x}?\").await?;
    FILES.get(format!(\"c*{}\", event.id)).await.map(drop)
}
";
    let policy = infer(text);
    let permissions = policy.spelled_out(&policy.functions[0]);
    let resources = permissions.iter().flat_map(|one| &one.resources);
    let keys = resources.filter_map(|resource| resource.split_once("IFC_FILES}/"));
    let keys: Vec<&str> = keys.map(|(_, key)| key).collect();
    assert_eq!(keys, ["a${*}b/${$}{x}${?}", "c${*}*"]);
}
