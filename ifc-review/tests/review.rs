//! Templates of `fixtures` with what is to be found in them: a line `#need PROGRAM ACTION ARN` is a
//! need, `#~ name: message` the message that is to stand on that line, `#~v` on the next. Nothing else
//! may be found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ifc_compiler::catalog::sdk;
use ifc_compiler::span::Files;
use ifc_review::{Need, Request, Source, diagnostics, review};

fn needs(text: &str) -> BTreeMap<String, Vec<Need>> {
    let mut needs: BTreeMap<String, Vec<Need>> = BTreeMap::new();
    for (_, line) in text.lines().filter_map(|line| line.split_once("#need ")) {
        let words: Vec<&str> = line.trim_end_matches(['"', ',']).split(' ').collect();
        let [program, action, resources @ ..] = words.as_slice() else {
            panic!("`{line}` is no need");
        };
        needs.entry((*program).to_owned()).or_default().push(Need {
            action: (*action).to_owned(),
            resources: resources.iter().map(|text| (*text).to_owned()).collect(),
            span: None,
        });
    }
    needs
}

/// `line: name: beginning of the message`.
fn marks(text: &str) -> BTreeSet<(usize, String)> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(at, line)| {
            let (_, mark) = line.split_once("#~")?;
            // `#~v` is about the line below.
            let (below, mark) = match mark.strip_prefix("v ") {
                Some(mark) => (1, mark),
                None => (0, mark.trim_start()),
            };
            Some((at + 1 + below, mark.trim_end_matches(['"', ',']).to_owned()))
        })
        .collect()
}

fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    let text = std::fs::read_to_string(path).expect("the fixture is there");
    let sources = [Source {
        path: name.to_owned(),
        text: text.clone(),
    }];
    let mut files = Files::default();
    let request = Request {
        sources: &sources,
        needs: &needs(&text),
        programs: &[],
        actions: &sdk::actions_matching,
    };
    let found = diagnostics(&review(&request, &mut files));
    let found: BTreeSet<(usize, String)> = found
        .iter()
        .map(|diagnostic| {
            let place = diagnostic.primary.as_ref().expect("it has a place");
            let line = files.location(place.span).line as usize;
            (
                line,
                format!("{}: {}", diagnostic.code.name, diagnostic.message),
            )
        })
        .collect();
    let marks = marks(&text);
    assert!(!marks.is_empty());
    let is_marked = |(line, message): &(usize, String)| {
        let mut marks = marks.iter();
        marks.any(|(at, mark)| at == line && message.starts_with(mark))
    };
    let unexpected: Vec<_> = found.iter().filter(|found| !is_marked(found)).collect();
    let lost: Vec<_> = marks
        .iter()
        .filter(|(at, mark)| {
            let mut found = found.iter();
            !found.any(|(line, message)| at == line && message.starts_with(mark))
        })
        .collect();
    assert!(
        unexpected.is_empty() && lost.is_empty(),
        "{name}: unexpected {unexpected:#?}, lost {lost:#?}"
    );
}

#[test]
fn templates_of_sam() {
    check("sam.yaml");
}

#[test]
fn connectors_of_sam() {
    check("connectors.yaml");
}

#[test]
fn templates_in_json_with_open_names() {
    check("undecided.json");
}

#[test]
fn configurations_of_terraform() {
    check("terraform.tf");
}

#[test]
fn configurations_of_terraform_in_json() {
    check("terraform.tf.json");
}

fn broken(path: &str, text: &str) -> String {
    let sources = [Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }];
    let mut files = Files::default();
    let request = Request {
        sources: &sources,
        needs: &BTreeMap::new(),
        programs: &[],
        actions: &sdk::actions_matching,
    };
    let found = diagnostics(&review(&request, &mut files));
    let [only] = found.as_slice() else {
        panic!("{found:#?}");
    };
    assert_eq!(only.code.name, "template_unreadable");
    only.message.clone()
}

#[test]
fn what_cannot_be_read_is_said() {
    assert_eq!(broken("t.yaml", "a: [1"), "`t.yaml` cannot be read");
    assert_eq!(broken("t.tf", "resource {"), "`t.tf` cannot be read");
    assert_eq!(broken("t.tf.json", "{"), "`t.tf.json` cannot be read");
    let open = r#"{"locals": {"a": "${b("}}"#;
    assert_eq!(broken("t.tf.json", open), "`t.tf.json` cannot be read");
    let nothing = "there is no Lambda function in `t.yaml`";
    for text in ["", "a: 1", "- x", "Resources: {T: {Type: AWS::SNS::Topic}}"] {
        assert_eq!(broken("t.yaml", text), nothing);
    }
}
