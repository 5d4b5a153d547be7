//! What each handler may do, inferred from fixtures. A fixture is an application in memory (see
//! `ifc_compiler::testing`) with its expectations as comments:
//!
//! - `//= place: put ORDERS via save > Store::write`: a use with the shortest call path to it; `in
//!   "a/"..` behind the resource is what is known of a key, `any` if nothing is. All uses of all
//!   handlers are listed, nothing else may be found.
//! - `//~ IFC0401 text` on the line of a message that contains the text. No other may be given.

#![allow(clippy::disallowed_methods, reason = "fixtures are files on disk")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use ifc_catalog::model::Text;
use ifc_compiler::flow::{self, CallGraph, InstanceId, Use, Uses};
use ifc_compiler::hir::{FnId, Owner, Program, TypeRef};
use ifc_compiler::testing::{self, Lowered};

/// What a fixture gives: uses and messages, each as one line.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    uses: BTreeSet<String>,
    messages: BTreeSet<String>,
}

fn fixtures() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/inference");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder of fixtures is there")
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path
            .file_stem()
            .expect("fixtures have names")
            .to_string_lossy()
            .into_owned();
        (
            name,
            std::fs::read_to_string(path).expect("fixtures are text"),
        )
    };
    paths.iter().map(read).collect()
}

fn analyze(text: &str) -> (Lowered, CallGraph, Uses) {
    let mut lowered = testing::lower(text);
    let (graph, uses) = flow::analyze(&lowered.program, &lowered.names, &mut lowered.diagnostics);
    (lowered, graph, uses)
}

fn outcome(text: &str) -> Outcome {
    let (lowered, graph, uses) = analyze(text);
    let mut found = Outcome::default();
    for (at, handler) in lowered.program.handlers.iter().enumerate() {
        let paths = paths_from(&graph, graph.roots[at]);
        for used in &uses.uses {
            if let Some(path) = paths.get(&used.at) {
                let line = describe(&lowered.program, &graph, &handler.name, used, path);
                found.uses.insert(line);
            }
        }
    }
    for diagnostic in lowered.diagnostics.into_sorted() {
        let place = match &diagnostic.primary {
            Some(label) => lowered.files.location(label.span),
            None => continue,
        };
        let line = format!(
            "{}:{} {} {}",
            place.path, place.line, diagnostic.code.number, diagnostic.message
        );
        found.messages.insert(line);
    }
    found
}

/// The shortest way to each instance, as the instances on it without the first.
fn paths_from(graph: &CallGraph, root: InstanceId) -> BTreeMap<InstanceId, Vec<InstanceId>> {
    let mut paths = BTreeMap::from([(root, Vec::new())]);
    let mut queue = VecDeque::from([root]);
    while let Some(at) = queue.pop_front() {
        for call in graph.calls.iter().filter(|call| call.from == at) {
            if !paths.contains_key(&call.to) {
                let mut path = paths[&at].clone();
                path.push(call.to);
                paths.insert(call.to, path);
                queue.push_back(call.to);
            }
        }
    }
    paths
}

fn describe(
    program: &Program,
    graph: &CallGraph,
    handler: &str,
    used: &Use,
    path: &[InstanceId],
) -> String {
    let resource = program.resources[used.resource.index()].name;
    let mut line = format!("{handler}: {} {resource}", used.op.method);
    for (_, text) in &used.scope {
        match text {
            Text::Exact(text) => line.push_str(&format!(" in {text:?}")),
            Text::Prefix(text) => line.push_str(&format!(" in {text:?}..")),
            Text::Pieces(pieces) => {
                let pieces: Vec<String> = pieces.iter().map(|p| format!("{p:?}")).collect();
                line.push_str(&format!(" in {}", pieces.join("..")));
            }
            Text::Any => line.push_str(" in any"),
        }
    }
    let names: Vec<String> = path
        .iter()
        .map(|at| function(program, graph.instances[at.0 as usize].function))
        .collect();
    if !names.is_empty() {
        line.push_str(&format!(" via {}", names.join(" > ")));
    }
    line
}

fn function(program: &Program, id: FnId) -> String {
    let function = &program.functions[id.index()];
    let owner = match function.owner {
        Some(Owner::Impl(id)) => type_name(&program.impls[id.index()].self_ty),
        Some(Owner::Trait(id)) => program.traits[id.index()].name.to_string(),
        None => return function.name.to_string(),
    };
    format!("{owner}::{}", function.name)
}

fn type_name(ty: &TypeRef) -> String {
    match ty {
        TypeRef::Path(path) => path
            .segments
            .last()
            .map_or(String::new(), |segment| segment.name.to_string()),
        TypeRef::Ref(inner) => type_name(inner),
        _ => "_".to_owned(),
    }
}

/// What the comments of a fixture say, with the messages' places as in an outcome.
fn expected(text: &str) -> (BTreeSet<String>, Vec<(String, String)>) {
    let mut uses = BTreeSet::new();
    let mut messages = Vec::new();
    let mut file = "src/main.rs".to_owned();
    let mut line_number = 0;
    for line in text.lines() {
        if let Some(header) = line.trim_start().strip_prefix("//- ") {
            let path = header.split_whitespace().next().unwrap_or_default();
            file = path.trim_start_matches('/').to_owned();
            line_number = 0;
            continue;
        }
        line_number += 1;
        if let Some(used) = line.trim_start().strip_prefix("//= ") {
            uses.insert(used.trim().to_owned());
        }
        if let Some((_, message)) = line.split_once("//~ ") {
            let (code, text) = message
                .trim()
                .split_once(' ')
                .unwrap_or((message.trim(), ""));
            messages.push((format!("{file}:{line_number} {code} "), text.to_owned()));
        }
    }
    (uses, messages)
}

/// A chain of modules that pass a name on, by itself and by globs.
#[test]
fn names_behind_hundreds_of_re_exports_are_found() {
    let mut text = String::from("use ifc_runtime::prelude::*;\nifc_runtime::main!();\n");
    for at in 0..500 {
        let next = at + 1;
        text.push_str(&format!(
            "mod m{at} {{ pub use super::m{next}::helper; }}\n"
        ));
        text.push_str(&format!("mod g{at} {{ pub use super::g{next}::*; }}\n"));
    }
    text.push_str(
        "mod m500 { pub async fn helper() { super::FILES.delete(\"a\").await; } }
mod g500 { pub use super::g0::*; pub async fn other() { super::FILES.get(\"a\").await; } }
#[resource]
static FILES: Bucket = Bucket::new();
#[on(http(GET, \"/\"))]
async fn show() { m0::helper().await; g0::other().await; g0::missing().await; }
",
    );
    let found = outcome(&text);
    let uses = [
        "show: delete FILES in \"a\" via helper",
        "show: get FILES in \"a\" via other",
    ];
    assert_eq!(found.uses, BTreeSet::from(uses.map(str::to_owned)));
}

#[test]
fn fixtures_give_what_they_say() {
    let mut wrong = Vec::new();
    for (name, text) in fixtures() {
        let found = outcome(&text);
        let (uses, messages) = expected(&text);
        for missing in uses.difference(&found.uses) {
            wrong.push(format!("{name}: missing  {missing}"));
        }
        for extra in found.uses.difference(&uses) {
            wrong.push(format!("{name}: too much {extra}"));
        }
        let mut open = messages.clone();
        for message in &found.messages {
            match open
                .iter()
                .position(|(place, text)| message.starts_with(place) && message.contains(text))
            {
                Some(at) => drop(open.remove(at)),
                None => wrong.push(format!("{name}: unexpected message {message}")),
            }
        }
        for (place, text) in open {
            wrong.push(format!("{name}: no message {place}{text}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The first Rust block under a heading of a page.
fn example(page: &str, heading: &str) -> String {
    let (_, section) = page
        .split_once(&format!("## {heading}\n"))
        .expect("the heading is there");
    let (_, code) = section
        .split_once("```rust\n")
        .expect("the section has an example");
    let (code, _) = code.split_once("```").expect("the example ends");
    code.to_owned()
}

#[test]
fn examples_of_pages_give_their_code_and_corrected_ones_nothing() {
    for code in [
        &flow::UNKNOWN_RECEIVER,
        &flow::HANDLE_ESCAPES,
        &flow::UNKNOWN_OPERATION,
        &flow::UNKNOWN_RESOURCE,
        &flow::UNKNOWN_INDEX,
        &flow::UNKNOWN_SDK_OPERATION,
        &flow::AMBIGUOUS_SDK_CALL,
        &flow::CLIENT_ESCAPES,
        &flow::SDK_IN_DEPENDENCY,
    ] {
        let messages = outcome(&example(code.page, "Example")).messages;
        assert!(
            !messages.is_empty(),
            "the example of {} gives nothing",
            code.number
        );
        for message in messages {
            assert!(
                message.contains(code.number),
                "the example of {} gives {message}",
                code.number
            );
        }
        let messages = outcome(&example(code.page, "Instead")).messages;
        assert_eq!(
            messages,
            BTreeSet::new(),
            "the corrected example of {}",
            code.number
        );
    }
}

/// Uses without call paths, and messages without places: what does not depend on where things
/// stand.
fn essence(found: &Outcome) -> (BTreeSet<String>, BTreeSet<String>) {
    let cut = |line: &String| line.split(" via ").next().unwrap_or_default().to_owned();
    let uses = found.uses.iter().map(cut).collect();
    let messages = found
        .messages
        .iter()
        .filter_map(|line| Some(line.split_once(' ')?.1.to_owned()))
        .collect();
    (uses, messages)
}

/// A fixture with each file's items rewritten by `change`.
fn rewritten(text: &str, mut change: impl FnMut(&str, &mut Vec<syn::Item>)) -> String {
    let mut out = String::new();
    let mut header = String::new();
    let mut source = String::new();
    let mut flush = |header: &str, source: &str| {
        let mut file = syn::parse_file(source).expect("fixtures parse");
        change(header, &mut file.items);
        let items = &file.items;
        out.push_str(header);
        out.push_str(&quote::quote!(#(#items)*).to_string());
        out.push('\n');
    };
    for line in text.lines() {
        if line.trim_start().starts_with("//- ") {
            flush(&header, &source);
            header = format!("{line}\n");
            source.clear();
        } else {
            source.push_str(line);
            source.push('\n');
        }
    }
    flush(&header, &source);
    out
}

#[test]
fn order_of_items_does_not_matter() {
    for (name, text) in fixtures() {
        let before = outcome(&text);
        for step in [1, 7] {
            let shuffled = rewritten(&text, |_, items| {
                // Macros are visible only below their definition.
                let is_macro = |item: &syn::Item| matches!(item, syn::Item::Macro(_));
                let (macros, mut others): (Vec<_>, Vec<_>) = items.drain(..).partition(is_macro);
                others.reverse();
                let turn = step % others.len().max(1);
                others.rotate_left(turn);
                items.extend(macros);
                items.extend(others);
            });
            let after = outcome(&shuffled);
            assert_eq!(before.uses, after.uses, "{name}");
            assert_eq!(essence(&before).1, essence(&after).1, "{name}");
        }
    }
}

#[test]
fn functions_that_nobody_reaches_change_nothing() {
    for (name, text) in fixtures() {
        let before = outcome(&text);
        let grown = rewritten(&text, |header, items| {
            if !header.is_empty() {
                return;
            }
            let statics: Vec<syn::Ident> = items
                .iter()
                .filter_map(|item| match item {
                    syn::Item::Static(item)
                        if item.attrs.iter().any(|a| a.path().is_ident("resource")) =>
                    {
                        Some(item.ident.clone())
                    }
                    _ => None,
                })
                .collect();
            items.push(syn::parse_quote! {
                async fn nobody_reaches_this() {
                    #(let _ = #statics.name(); unknown_crate::take(&#statics);)*
                }
            });
            items.push(syn::parse_quote! { struct NobodyMakesThis; });
            items.push(syn::parse_quote! {
                impl Drop for NobodyMakesThis {
                    fn drop(&mut self) {
                        #(let _ = #statics.name();)*
                    }
                }
            });
        });
        let after = outcome(&grown);
        assert_eq!(before.uses, after.uses, "{name}");
        assert_eq!(essence(&before).1, essence(&after).1, "{name}");
    }
}

#[test]
fn adding_a_call_never_removes_a_use() {
    for (name, text) in fixtures() {
        let before = essence(&outcome(&text)).0;
        let grown = rewritten(&text, |header, items| {
            if !header.is_empty() {
                return;
            }
            for item in items.iter_mut() {
                if let syn::Item::Fn(function) = item
                    && function.sig.asyncness.is_some()
                {
                    function
                        .block
                        .stmts
                        .insert(0, syn::parse_quote! { added_call(some::unknown()).await; });
                }
            }
            items.push(syn::parse_quote! {
                #[resource]
                pub static ADDED: Bucket = Bucket::new();
            });
            items.push(syn::parse_quote! {
                async fn added_call(key: String) {
                    let _ = ADDED.delete(&key).await;
                }
            });
        });
        let after = essence(&outcome(&grown)).0;
        let lost: Vec<&String> = before.difference(&after).collect();
        assert!(lost.is_empty(), "{name} loses {lost:?}");
        let added = after.iter().any(|line| line.contains("delete ADDED"));
        assert!(
            added || before.is_empty(),
            "{name} does not see the call that was added"
        );
    }
}

#[test]
fn everything_in_the_graph_is_reached() {
    for (name, text) in fixtures() {
        let (lowered, graph, uses) = analyze(&text);
        assert_eq!(graph.roots.len(), lowered.program.handlers.len(), "{name}");
        let mut reached: BTreeSet<InstanceId> = graph.roots.iter().copied().collect();
        loop {
            let before = reached.len();
            for call in &graph.calls {
                if reached.contains(&call.from) {
                    reached.insert(call.to);
                }
            }
            if reached.len() == before {
                break;
            }
        }
        assert_eq!(reached.len(), graph.instances.len(), "{name}");
        for used in &uses.uses {
            assert!(reached.contains(&used.at), "{name}");
        }
        for (at, handler) in lowered.program.handlers.iter().enumerate() {
            let root = &graph.instances[graph.roots[at].0 as usize];
            assert_eq!(root.function, handler.function, "{name}");
        }
    }
}
