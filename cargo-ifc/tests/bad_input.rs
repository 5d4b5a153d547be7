//! Bad input is normal: each kind has a code, a place and words, all of them come in one run, and
//! nothing is written.

mod support;

use std::collections::BTreeSet;
use std::process::Command;

use support::{MAIN, Ran, STORE, Shop, run};

/// What is wrong with an application: files, and the errors that they give.
struct Mistake {
    /// Module of `src/main.rs` with the files behind it, or none if it is elsewhere.
    module: &'static str,
    files: Vec<(&'static str, Vec<u8>)>,
    /// `error[IFC0001]` and the place.
    errors: &'static [(&'static str, &'static str)],
    /// What is said besides.
    says: &'static str,
}

fn mistake(
    module: &'static str,
    text: impl Into<Vec<u8>>,
    errors: &'static [(&'static str, &'static str)],
    says: &'static str,
) -> Mistake {
    let file: &'static str = Box::leak(format!("src/{module}.rs").into_boxed_str());
    Mistake {
        module,
        files: vec![(file, text.into())],
        errors,
        says,
    }
}

const HEAD: &str = "use ifc_runtime::prelude::*;\n";

fn with_head(text: &str) -> String {
    format!("{HEAD}{text}")
}

fn mistakes() -> Vec<Mistake> {
    let deep = format!("type Deep = {}u8{};\n", "[".repeat(300), "; 1]".repeat(300));
    vec![
        mistake(
            "torn",
            "fn torn( {}\n",
            &[("IFC0001", "src/torn.rs:1:")],
            "cannot be parsed",
        ),
        Mistake {
            module: "gone",
            files: Vec::new(),
            errors: &[("IFC0002", "src/main.rs:")],
            says: "create `src/gone.rs` or `src/gone/mod.rs`",
        },
        mistake(
            "typos",
            with_head(
                "#[resource(visiblity = \"60s\")]\npub static TYPED: Queue<String> = Queue::new();\n#[on(scedule(\"rate(1 day)\"), retires = 1)]\nasync fn typed() -> Result<()> {\n    Ok(())\n}\n",
            ),
            &[
                ("IFC0103", "src/typos.rs:2:12"),
                ("IFC0102", "src/typos.rs:4:6"),
                ("IFC0103", "src/typos.rs:4:30"),
            ],
            "did you mean `visibility`?",
        ),
        mistake(
            "twice",
            with_head("#[resource]\npub static ORDERS: Queue<String> = Queue::new();\n"),
            &[("IFC0621", "src/twice.rs:3:12")],
            "ORDERS",
        ),
        mistake(
            "signature",
            with_head("#[on(schedule(\"rate(1 day)\"))]\nfn sweep<T>(self, one: &T) {}\n"),
            &[
                ("IFC0113", "src/signature.rs:3:1"),
                ("IFC0113", "src/signature.rs:3:10"),
                ("IFC0113", "src/signature.rs:3:13"),
                ("IFC0113", "src/signature.rs:3:24"),
            ],
            "write `async fn`",
        ),
        mistake(
            "unknown",
            with_head(
                "#[on(schedule(\"rate(1 day)\"), colour = \"red\")]\nasync fn paint() -> Result<()> {\n    Ok(())\n}\n",
            ),
            &[("IFC0103", "src/unknown.rs:2:31")],
            "options are",
        ),
        mistake(
            "range",
            with_head(
                "#[on(schedule(\"rate(1 day)\"), retries = 200)]\n#[function(memory = 64)]\nasync fn far() -> Result<()> {\n    Ok(())\n}\n",
            ),
            &[
                ("IFC0104", "src/range.rs:2:41"),
                ("IFC0104", "src/range.rs:3:21"),
            ],
            "128 to 10240",
        ),
        mistake(
            "cycle",
            "#[path = \"cycle.rs\"]\nmod again;\n",
            &[("IFC0008", "src/cycle.rs:2:5")],
            "contains itself",
        ),
        mistake(
            "huge",
            vec![b'\n'; 5 << 20],
            &[("IFC0005", "src/main.rs:")],
            "too large",
        ),
        mistake(
            "deep",
            deep,
            &[("IFC0006", "src/deep.rs:1:")],
            "nested too deeply",
        ),
        mistake(
            "latin",
            b"// \xfcber\n".as_slice(),
            &[("IFC0004", "src/latin.rs:1:4")],
            "UTF-8",
        ),
    ]
}

/// The application with these mistakes.
fn shop(name: &str, mistakes: &[&Mistake]) -> Shop {
    let modules: String = mistakes
        .iter()
        .map(|mistake| format!("mod {};\n", mistake.module))
        .collect();
    let main = MAIN.replace("mod store;\n", &format!("mod store;\n{modules}"));
    let shop = Shop::new(name, &[("src/main.rs", &main), ("src/store.rs", STORE)]);
    for (path, bytes) in mistakes.iter().flat_map(|mistake| &mistake.files) {
        shop.write(path, bytes);
    }
    shop
}

/// `IFC0001 src/torn.rs:1:9` for each error.
fn errors(ran: &Ran) -> BTreeSet<String> {
    let lines = ran.stdout.lines();
    let messages = lines.map(|line| -> serde_json::Value {
        serde_json::from_str(line).expect("each line is an object")
    });
    messages
        .filter(|message| message["level"] == "error")
        .map(|message| {
            let span = &message["spans"][0];
            format!(
                "{} {}:{}:{}",
                message["code"]["code"].as_str().unwrap_or_default(),
                span["file_name"].as_str().unwrap_or_default(),
                span["line_start"],
                span["column_start"]
            )
        })
        .collect()
}

#[track_caller]
fn check(shop: &Shop, mistakes: &[&Mistake]) {
    let before = shop.files();
    let ran = shop.ifc(&["check", "--message-format", "json"]);
    assert_eq!((ran.code, &*ran.stderr), (Some(1), ""));
    let mut found = errors(&ran);
    for mistake in mistakes {
        for (code, place) in mistake.errors {
            let expected = format!("{code} {place}");
            let one = found.iter().find(|one| one.starts_with(&expected)).cloned();
            let one = one.unwrap_or_else(|| panic!("no {expected} in {found:#?}"));
            found.remove(&one);
        }
        assert!(
            ran.stdout.contains(mistake.says),
            "{}: {}",
            mistake.module,
            ran.stdout
        );
    }
    assert!(found.is_empty(), "{found:?}");
    assert!(shop.files() == before, "something was written");
}

#[test]
fn each_mistake_by_itself() {
    for mistake in mistakes() {
        let name = format!("bad-{}", mistake.module);
        check(&shop(&name, &[&mistake]), &[&mistake]);
    }
}

#[test]
fn all_mistakes_at_once() {
    let mistakes = mistakes();
    let all: Vec<&Mistake> = mistakes.iter().collect();
    check(&shop("bad-all", &all), &all);
}

#[test]
fn no_manifest() {
    let shop = Shop::new("bad-manifest", &[]);
    let ran = shop.ifc(&["check", "--manifest-path", "gone/Cargo.toml"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("error[IFC0080]"), "{}", ran.stderr);
    assert!(ran.stderr.contains("gone/Cargo.toml"), "{}", ran.stderr);
    shop.write("Cargo.toml", "[package]\nname = \"shop\"\nversion =\n");
    let ran = shop.ifc(&["check"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("error[IFC0081]"), "{}", ran.stderr);
    assert!(ran.stderr.contains("Cargo.toml:3:10"), "{}", ran.stderr);
}

#[test]
fn nothing_to_deploy() {
    let shop = Shop::new("bad-nothing", &[("src/main.rs", "fn main() {}\n")]);
    let ran = shop.ifc(&["check"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("error[IFC0086]"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--> src/main.rs:1:1"), "{}", ran.stderr);
}

/// Where there is no room for the deep stacks that the limits of nesting ask for, shallow source
/// gets by with less; nothing is left out.
#[cfg(target_os = "linux")]
#[test]
fn little_address_space() {
    let shop = Shop::new("bad-space", &[]);
    let plenty = shop.ifc(&["check"]);
    assert_eq!(plenty.code, Some(0), "{}", plenty.stderr);
    assert!(plenty.stderr.contains("2 permissions"), "{}", plenty.stderr);
    let mut limited = Command::new("sh");
    let command = "ulimit -v 450000 && exec \"$0\" check";
    limited.args(["-c", command, env!("CARGO_BIN_EXE_cargo-ifc")]);
    let little = run(limited.current_dir(&shop.root));
    assert_eq!((little.code, little.stderr), (Some(0), plenty.stderr));
}
