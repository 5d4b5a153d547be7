//! The page of every code: its example gives exactly that code, the corrected example gives nothing.
//!
//! An example is the text of `main.rs` without the lines that all have; one that begins with the
//! comment `// src/main.rs` goes on with further files under such comments.
//! Short ones may be an attribute alone; it then stands on an item that fits. A block that begins
//! with `rust,ignore` is not run; the codes whose pages have one are listed with the reason.

mod support;

use std::collections::BTreeMap;

use ifc_compiler::checks::is_lint;
use ifc_compiler::diagnostics::{Code, Severity, all};
use support::compile;

/// Codes whose example is not run.
const NOT_RUN: &[(&str, &str)] = &[
    (
        "template_unreadable",
        "is about templates; see the tests of ifc-review",
    ),
    (
        "missing_grant",
        "is about templates; see the tests of ifc-review",
    ),
    (
        "over_grant",
        "is about templates; see the tests of ifc-review",
    ),
    (
        "nonexistent_action",
        "is about templates; see the tests of ifc-review",
    ),
    (
        "grant_undecided",
        "is about templates; see the tests of ifc-review",
    ),
    (
        "policy_unread",
        "is about templates; see the tests of ifc-review",
    ),
    (
        "function_unmatched",
        "is about templates; see the tests of ifc-review",
    ),
    ("unreadable_file", "is about the file system"),
    ("not_utf8", "is about bytes that are no text"),
    ("file_too_large", "takes megabytes of text"),
    ("nested_too_deeply", "takes hundreds of brackets"),
    ("ambiguous_module", "is about the file system"),
    ("file_repeated", "takes seventeen modules"),
    ("manifest_missing", "is about Cargo.toml"),
    ("manifest_unreadable", "is about Cargo.toml"),
    ("no_binary", "is about Cargo.toml"),
    ("several_binaries", "is about Cargo.toml"),
    ("no_main", "is about existing projects"),
    ("registered_code", "is about existing projects"),
    ("unlocked_dependencies", "is about Cargo.lock"),
    ("guessed_action", "is about existing projects"),
    ("handler_out_of_reach", "takes three packages"),
    ("runtime_renamed", "is about Cargo.toml"),
    ("operation_not_in_source", "is about a linked program"),
    ("operation_not_in_program", "is about a linked program"),
    ("unknown_setting", "is about Cargo.toml"),
    ("invalid_setting", "is about Cargo.toml"),
    ("property_needs_grant", "is about Cargo.toml"),
    ("role_by_hand", "is about Cargo.toml"),
    (
        "too_many_routes",
        "takes 301 routes; see the tests of the checks",
    ),
    (
        "too_many_rules",
        "takes 301 rules; see the tests of the checks",
    ),
    (
        "too_many_indexes",
        "takes 21 indexes; see the tests of the checks",
    ),
    (
        "environment_too_large",
        "takes 4 KB of text; see the tests of the checks",
    ),
    (
        "role_policy_too_large",
        "takes a hundred resources; see the tests of the checks",
    ),
    (
        "queue_policy_too_large",
        "takes 21 triggers; see the tests of the checks",
    ),
    (
        "stack_over_limit",
        "takes 500 resources; see the tests of the checks",
    ),
    (
        "stack_near_limit",
        "takes 450 resources; see the tests of the checks",
    ),
];

/// The Rust blocks under a heading, with what stands behind ```` ```rust ````.
fn blocks<'a>(page: &'a str, heading: &str) -> Vec<(&'a str, String)> {
    let mut blocks = Vec::new();
    let mut here = false;
    let mut open: Option<(&str, String)> = None;
    for line in page.lines() {
        match &mut open {
            Some((_, text)) if line != "```" => {
                text.push_str(line);
                text.push('\n');
            }
            Some(_) => blocks.extend(open.take()),
            None => {
                if let Some(title) = line.strip_prefix("## ") {
                    here = title == heading;
                } else if let Some(kind) = line.strip_prefix("```rust").filter(|_| here) {
                    open = Some((kind, String::new()));
                }
            }
        }
    }
    blocks
}

const PRELUDE: &str = "use ifc_runtime::prelude::*;\n";
const MAIN: &str = "ifc_runtime::main!();\n";
const HANDLER: &str = "#[on(schedule(\"rate(1 day)\"))]\nasync fn any() -> Result<()> { Ok(()) }\n";

/// What examples use without declaring it: how it is used, how it would be declared, and what it is.
const CONTEXT: &[(&str, &str, &str)] = &[
    (
        "SHIPMENTS",
        "SHIPMENTS:",
        "#[resource]\nstatic SHIPMENTS: Queue<String> = Queue::new();\n",
    ),
    (
        "ORDERS",
        "ORDERS:",
        "#[resource]\nstatic ORDERS: Queue<String> = Queue::new();\n",
    ),
    (
        "EVENTS",
        "EVENTS:",
        "#[resource]\nstatic EVENTS: Bus<OrderEvent> = Bus::new();\n",
    ),
    (
        "OrderEvent",
        "enum OrderEvent",
        "#[derive(Serialize, Deserialize, Event)]\nenum OrderEvent { Placed { id: String } }\n",
    ),
    (
        "Order>",
        "struct Order ",
        "#[derive(Clone, Serialize, Deserialize, Item)]\n\
         struct Order { #[item(partition_key)] id: String }\n",
    ),
    (
        "Table<Country>",
        "struct Country",
        "#[derive(Clone, Serialize, Deserialize, Item)]\n\
         pub struct Country { #[item(partition_key)] id: String }\n",
    ),
];

/// A whole program around an example.
fn program(example: &str) -> String {
    if let Some(files) = example.strip_prefix("// src/main.rs\n") {
        let files = files.replace("\n// src/", "\n//- /src/");
        return format!("//- /src/main.rs\n{PRELUDE}{MAIN}{HANDLER}{files}");
    }
    let mut text = format!("//- /src/main.rs\n{PRELUDE}");
    if !example.contains("fn main()") && !example.contains("main!()") {
        text.push_str(MAIN);
    }
    text.push_str(example);
    let last = example.lines().rfind(|line| !line.trim().is_empty());
    if last.is_some_and(|line| line.trim_end().ends_with(']') && line.starts_with("#[")) {
        let item = if example.contains("#[resource") || example.contains("#[allow_infra") {
            "static THINGS: Queue<String> = Queue::new();\n"
        } else if example.contains("EVENTS") {
            "async fn run(event: OrderEvent) -> Result<()> { Ok(()) }\n"
        } else if example.contains("SHIPMENTS") || example.contains("ORDERS") {
            "async fn run(order: String) -> Result<()> { Ok(()) }\n"
        } else {
            "async fn run() -> Result<()> { Ok(()) }\n"
        };
        if !example.contains("#[on") && !example.contains("#[resource") {
            let is_resource = example.contains("#[allow_infra");
            let attribute = if is_resource {
                "#[resource]\n"
            } else {
                "#[on(schedule(\"rate(1 day)\"))]\n"
            };
            text.push_str(attribute);
        }
        text.push_str(item);
    }
    for (used, declared, declaration) in CONTEXT {
        if text.contains(used) && !text.contains(declared) {
            text.push_str(declaration);
        }
    }
    // An application without functions is an error of its own.
    if !text.contains("#[on") && !example.contains("main!()") {
        text.push_str(HANDLER);
    }
    text
}

/// Pages of the attribute language show attributes in passing: other findings than errors are those
/// of the items around them.
fn relevant(code: &Code, severity: Severity) -> bool {
    severity == Severity::Error || code.number > "IFC0300" || code.severity == severity
}

fn codes(page_of: &Code, example: &str) -> Vec<String> {
    let compiled = compile(&program(example));
    let diagnostics = compiled.diagnostics.iter();
    let mut found: BTreeMap<String, ()> = BTreeMap::new();
    for diagnostic in diagnostics.filter(|d| relevant(page_of, d.severity)) {
        found.insert(
            format!("{} {}", diagnostic.code.number, diagnostic.code.name),
            (),
        );
    }
    found.into_keys().collect()
}

#[test]
fn examples_give_their_code_and_nothing_else() {
    let mut wrong = Vec::new();
    for code in all() {
        for (kind, example) in blocks(code.page, "Example") {
            if kind == ",ignore" {
                continue;
            }
            let expected = vec![format!("{} {}", code.number, code.name)];
            let found = codes(code, &example);
            if found != expected {
                wrong.push(format!("{} {}: {found:?}", code.number, code.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn corrected_examples_give_nothing() {
    let mut wrong = Vec::new();
    for code in all() {
        for (kind, example) in blocks(code.page, "Instead") {
            if kind == ",ignore" {
                continue;
            }
            let found = codes(code, &example);
            if !found.is_empty() {
                wrong.push(format!("{} {}: {found:?}", code.number, code.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_has_an_example() {
    let mut wrong = Vec::new();
    for code in all() {
        let runs = blocks(code.page, "Example")
            .iter()
            .any(|(kind, _)| kind.is_empty());
        let listed = NOT_RUN.iter().any(|(name, _)| *name == code.name);
        if runs == listed {
            wrong.push(format!("{} {}", code.number, code.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The book's pages: an index, and a page for each code. `UPDATE_DOCS=1 cargo test -p ifc-compiler
/// --test pages` writes them.
fn book() -> BTreeMap<String, String> {
    let mut index = String::from(
        "# Diagnostics\n\n\
         `cargo ifc explain CODE` prints these pages, by number or by name.\n\
         Lints are set to `allow`, `warn` or `deny` in `[package.metadata.ifc.checks]`.\n\
         Those about a function or resource can also be silenced there, with a reason: \
         `#[allow_infra(name, because = \"..\")]`.\n\n\
         | code | name | severity |\n| --- | --- | --- |\n",
    );
    let mut pages = BTreeMap::new();
    for code in all() {
        let severity = match code.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let severity = if is_lint(code) {
            format!("{severity}, lint")
        } else {
            severity.to_owned()
        };
        let (number, name) = (code.number, code.name);
        index.push_str(&format!(
            "| [{number}]({number}.md) | `{name}` | {severity} |\n"
        ));
        let page = code.page.replace("```rust,ignore", "```rust");
        pages.insert(
            format!("{number}.md"),
            format!("# {number}: {name}\n\n{}\n", page.trim()),
        );
    }
    pages.insert("README.md".into(), index);
    pages
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the book is files")]
fn the_book_has_every_page() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/codes");
    let book = book();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(&folder).expect("the folder of the book");
        for (name, text) in &book {
            std::fs::write(folder.join(name), text).expect("a page of the book");
        }
    }
    let mut wrong = Vec::new();
    for (name, text) in &book {
        if std::fs::read_to_string(folder.join(name)).ok().as_ref() != Some(text) {
            wrong.push(name.clone());
        }
    }
    for entry in std::fs::read_dir(&folder).expect("the folder of the book") {
        let name = entry.expect("a page").file_name();
        let name = name.to_string_lossy().into_owned();
        if !book.contains_key(&name) {
            wrong.push(name);
        }
    }
    assert!(
        wrong.is_empty(),
        "docs/codes is not up to date, run with UPDATE_DOCS=1: {}",
        wrong.join(", ")
    );
}
