use crate::diagnostics::Diagnostics;
use crate::hir;
use crate::testing::{Fixture, lower, messages};

fn of_fixture(fixture: &Fixture) -> Vec<String> {
    let mut diagnostics = Diagnostics::default();
    let (files, _) = hir::lower(&fixture.world(), &mut diagnostics);
    messages(&files, diagnostics)
}

#[test]
fn everything_wrong_is_said_at_once() {
    let fixture = Fixture::parse(
        "
//- /src/main.rs
mod missing;
mod broken;
mod latin;
mod fine;
mod round;
mod both;
#[path = \"huge.rs\"] mod huge;
mod deep;
//- /src/broken.rs
fn ok() {}
fn bad( {}
//- /src/latin.rs
x
//- /src/fine.rs
pub fn still_here() {}
//- /src/round.rs
#[path = \"round.rs\"] mod again;
//- /src/both.rs
//- /src/both/mod.rs
//- /src/huge.rs
//- /src/deep.rs
x
",
    )
    .with_bytes("/src/latin.rs", b"fn f() {}\n// \xfcber".to_vec())
    .with_bytes("/src/huge.rs", vec![b' '; 5 << 20])
    .with_bytes(
        "/src/deep.rs",
        format!(
            "const X: u8 = {}1{};",
            "(".repeat(100_000),
            ")".repeat(100_000)
        )
        .into_bytes(),
    );
    let actual = of_fixture(&fixture);
    let expected = [
        "src/main.rs:2:5 IFC0002 no file found for module `missing`",
        "src/main.rs:7:5 IFC0007 file of module `both` is ambiguous",
        "src/main.rs:8:25 IFC0005 `src/huge.rs` is too large: 5242880 bytes",
        "src/broken.rs:2:7 IFC0001 file cannot be parsed",
        "src/latin.rs:2:4 IFC0004 `src/latin.rs` is not UTF-8",
        "src/round.rs:1:26 IFC0008 module `again` contains itself",
        "src/deep.rs:1:271 IFC0006 source is nested too deeply",
    ];
    let (mut actual, mut expected) = (actual, expected.map(str::to_owned).to_vec());
    actual.sort();
    expected.sort();
    assert_eq!(actual, expected);
}

#[test]
fn what_cannot_be_parsed_is_said_in_words() {
    let label = |text: &str| {
        let lowered = lower(text);
        let diagnostics = lowered.diagnostics.into_sorted();
        let label = diagnostics.first().and_then(|one| one.primary.as_ref());
        label.map(|label| label.text.clone()).unwrap_or_default()
    };
    for text in [
        "fn f( {",
        "fn f() { }}",
        "fn f() { \"",
        "fn f() { /* }",
        "fn f() { 'ab' }",
    ] {
        let label = label(text);
        assert!(
            label.starts_with("a bracket, quote or comment"),
            "{text}: {label}"
        );
    }
    assert_eq!(label("struct S { a: u8 b: u8 }"), "expected `,`");
}

#[test]
fn attributes_on_items_without_use_for_them() {
    let text = r#"
use ifc_runtime::prelude::*;
#[on(JOBS)] struct A;
#[resource] enum B {}
#[function(memory = 128)] mod c {}
#[grant("s3:GetObject", on = "*", because = "x")] trait D {}
#[allow_infra(unused_resource, because = "x")] type E = u8;
#[resource] const F: Queue<u8> = Queue::new();
#[on(JOBS)] #[resource] static JOBS: Queue<u8> = Queue::new();
#[on(JOBS)] impl A { #[on(JOBS)] async fn f(job: u8) {} #[on(JOBS)] async fn g(&self) {} }
#[resource] fn h() {}
impl A { #[resource] const I: Queue<u8> = Queue::new(); #[allow_infra(unused_resource, because = "x")] fn j() {} }
trait K { #[resource] const L: Queue<u8>; #[on(JOBS)] type M; }
#[on(JOBS)] use std::fmt;
#[on(JOBS)] macro_rules! n { () => {} }
"#;
    let actual = of_fixture(&Fixture::parse(text));
    let expected = [
        "src/main.rs:3:3 IFC0115 `#[on]` has no meaning here",
        "src/main.rs:4:3 IFC0115 `#[resource]` has no meaning here",
        "src/main.rs:5:3 IFC0115 `#[function]` has no meaning here",
        "src/main.rs:6:3 IFC0115 `#[grant]` has no meaning here",
        "src/main.rs:7:3 IFC0115 `#[allow_infra]` has no meaning here",
        "src/main.rs:8:3 IFC0115 `#[resource]` has no meaning here",
        "src/main.rs:9:3 IFC0115 `#[on]` has no meaning here",
        "src/main.rs:10:3 IFC0115 `#[on]` has no meaning here",
        "src/main.rs:10:24 IFC0115 `#[on]` has no meaning here",
        "src/main.rs:10:80 IFC0113 the handler `g` takes `self`",
        "src/main.rs:11:3 IFC0115 `#[resource]` has no meaning here",
        "src/main.rs:12:12 IFC0115 `#[resource]` has no meaning here",
        "src/main.rs:12:59 IFC0115 `#[allow_infra]` has no meaning here",
        "src/main.rs:13:13 IFC0115 `#[resource]` has no meaning here",
        "src/main.rs:13:45 IFC0115 `#[on]` has no meaning here",
        "src/main.rs:14:3 IFC0115 `#[on]` has no meaning here",
        "src/main.rs:15:3 IFC0115 `#[on]` has no meaning here",
    ];
    assert_eq!(actual, expected);
    // Someone else's attributes.
    let foreign = "//- /src/main.rs deps:other\nuse other::*;\n#[on(x)] struct A;";
    let mut fixture = Fixture::parse(foreign);
    fixture.packages[0].dependencies.clear();
    assert_eq!(of_fixture(&fixture), Vec::<String>::new());
}

#[test]
fn items_in_a_form_that_nobody_knows() {
    let text = "pub macro made() { fn f() {} }\n#[cfg(test)] pub macro other() {}";
    let expected = "src/main.rs:1:1 IFC0001 an item is written in a form that is not known";
    assert_eq!(lower(text).messages(), [expected]);
}

#[test]
fn macros_that_define_macros_for_other_files() {
    let chain = |length: usize| {
        let mut text = String::from("//- /src/main.rs\n");
        for at in 0..length {
            text.push_str(&format!("mod f{at};\n"));
        }
        let mut body = String::from("pub fn end() {}");
        for at in (0..length).rev() {
            body = format!("#[macro_export] macro_rules! m{at} {{ () => {{ {body} }} }}");
        }
        text.push_str(&body);
        // The first file comes last, so that each round finds one macro more.
        for at in 0..length {
            text.push_str(&format!("\n//- /src/f{at}.rs\ncrate::m{at}!();"));
        }
        lower(&text)
    };
    let short = chain(8);
    assert_eq!(short.messages(), Vec::<String>::new());
    let mut functions = short.program.functions.iter();
    assert!(functions.any(|function| function.name.as_str() == "end"));
    let messages = chain(12).messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].contains("IFC0010"), "{messages:?}");
}

#[test]
fn architectures_are_those_of_the_application() {
    let text =
        "#[cfg(target_arch = \"x86_64\")] mod intel;\n#[cfg(target_arch = \"aarch64\")] mod arm;";
    let missing = |metadata: serde_json::Value| {
        let mut fixture = Fixture::parse(text);
        fixture.packages[0].metadata = metadata;
        of_fixture(&fixture).concat()
    };
    assert!(missing(serde_json::Value::Null).contains("`arm`"));
    let intel = serde_json::json!({ "architecture": "x86_64" });
    assert!(missing(intel).contains("`intel`"));
}

#[test]
fn a_root_that_is_missing() {
    let mut fixture = Fixture::parse("fn main() {}");
    fixture.packages[0].targets[0].path = "/app/src/bin/gone.rs".into();
    assert_eq!(
        of_fixture(&fixture),
        ["src/bin/gone.rs:1:1 IFC0002 no file found for the root of `app`"]
    );
    fixture.packages[0].targets.clear();
    assert_eq!(of_fixture(&fixture), Vec::<String>::new());
}

#[test]
fn files_that_multiply() {
    let mut text = String::from("//- /src/main.rs\n");
    for level in 0..30 {
        text.push_str(&format!(
            "#[path = \"l{level}.rs\"] mod a;\n#[path = \"l{level}.rs\"] mod b;\n//- /src/l{level}.rs\n"
        ));
    }
    let messages = lower(&text).messages();
    assert!(
        messages.iter().all(|message| message.contains("IFC0009")),
        "{messages:?}"
    );
    assert!(!messages.is_empty());
}

#[test]
fn deep_source_overflows_no_stack() {
    // Just inside the limits, in every way of nesting that the parser recurses for.
    for (unit, count, end) in [
        ("!", 11_000, "x"),
        ("1 + ", 5_500, "x"),
        ("&", 11_000, "x"),
        ("Vec<", 5_500, ""),
        ("|a| ", 2_900, "x"),
        ("if a {} else ", 2_000, "{}"),
        ("(", 250, "x"),
        ("{", 250, ""),
        ("[", 250, ""),
        ("f(", 250, ""),
        ("return ", 11_000, "x"),
        ("move || ", 3_500, "x"),
        ("a = ", 5_500, "x"),
    ] {
        let close = match unit {
            "(" | "f(" => ")".repeat(count),
            "{" => "}".repeat(count),
            "[" => "]".repeat(count),
            _ => String::new(),
        };
        let text = format!("fn f() {{ let _ = {}{end}{close}; }}", unit.repeat(count));
        let messages = lower(&text).messages();
        assert!(messages.len() <= 1, "{unit}: {messages:?}");
        let ty = format!("type A = {}u8{};", "Vec<".repeat(2_000), ">".repeat(2_000));
        assert!(lower(&ty).messages().len() <= 1);
    }
    let chain = format!("fn f() {{ x{}; }}", ".a()".repeat(2_500));
    assert_eq!(lower(&chain).messages(), Vec::<String>::new());
}

#[test]
fn byte_order_mark_and_hash_bang() {
    let text = "#!/usr/bin/env cargo\nmod missing;";
    for prefix in ["", "\u{feff}"] {
        let fixture = Fixture::parse("fn main() {}")
            .with_bytes("/src/main.rs", format!("{prefix}{text}").into_bytes());
        let actual = of_fixture(&fixture);
        assert_eq!(
            actual,
            ["src/main.rs:2:5 IFC0002 no file found for module `missing`"]
        );
    }
}
