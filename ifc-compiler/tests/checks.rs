//! Applications under `tests/fixtures/checks`: every finding has a mark at its line, every mark a
//! finding. `//~ name` marks its own line, `//~^ name` the line above, `//~? name` a finding without
//! a place.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ifc_compiler::diagnostics::{Diagnostic, all};
use ifc_compiler::testing::Fixture;
use support::compile;

/// How often each finding is there, as `src/main.rs:3 unused_resource`.
type Findings = BTreeMap<String, usize>;

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/checks");
    #[expect(clippy::disallowed_methods, reason = "fixtures are files")]
    let entries = std::fs::read_dir(folder).expect("the folder of the fixtures");
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> String {
    #[expect(clippy::disallowed_methods, reason = "fixtures are files")]
    std::fs::read_to_string(path).expect("a fixture is text")
}

fn marked(text: &str) -> Findings {
    let mut findings = Findings::new();
    let mut file = "src/main.rs".to_owned();
    let mut number = 0;
    for line in text.lines() {
        if let Some(header) = line.strip_prefix("//- /") {
            file = header.split(' ').next().unwrap_or_default().to_owned();
            number = 0;
            continue;
        }
        number += 1;
        let Some((_, mark)) = line.split_once("//~") else {
            continue;
        };
        let place = match mark.as_bytes().first() {
            Some(b'^') => format!("{file}:{}", number - 1),
            Some(b'?') => "-".to_owned(),
            _ => format!("{file}:{number}"),
        };
        let name = mark.trim_start_matches(['^', '?']).trim();
        *findings.entry(format!("{place} {name}")).or_default() += 1;
    }
    findings
}

fn found(text: &str) -> Findings {
    let compiled = compile(text);
    let mut findings = Findings::new();
    for diagnostic in &compiled.diagnostics {
        let place = match &diagnostic.primary {
            Some(label) => {
                let location = compiled.files.location(label.span);
                format!("{}:{}", location.path, location.line)
            }
            None => "-".to_owned(),
        };
        let line = format!("{place} {}", diagnostic.code.name);
        *findings.entry(line).or_default() += 1;
    }
    findings
}

#[test]
fn findings_are_where_the_marks_are() {
    let mut wrong = Vec::new();
    for path in fixtures() {
        let text = read(&path);
        let (marked, found) = (marked(&text), found(&text));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for (finding, count) in &found {
            if marked.get(finding) != Some(count) {
                wrong.push(format!("{name}: {count} x {finding} without mark"));
            }
        }
        for (finding, count) in &marked {
            if found.get(finding) != Some(count) {
                wrong.push(format!("{name}: {count} x {finding} marked, but not found"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn marks_name_codes() {
    for path in fixtures() {
        for finding in marked(&read(&path)).keys() {
            let name = finding.split(' ').nth(1).unwrap_or_default();
            assert!(
                all().iter().any(|code| code.name == name),
                "{}: there is no `{name}`",
                path.display()
            );
        }
    }
}

/// Names of all findings.
fn names(text: &str) -> Vec<&'static str> {
    let diagnostics = compile(text).diagnostics;
    diagnostics.iter().map(|one| one.code.name).collect()
}

const HEAD: &str = "//- /src/main.rs\nuse ifc_runtime::prelude::*;\nifc_runtime::main!();\n";

#[test]
fn an_environment_of_four_kilobytes() {
    let app = |length: usize| {
        format!(
            "{HEAD}#[on(schedule(\"rate(1 day)\"))]\n#[function(env(TEXT = \"{}\"))]\n\
             async fn report() -> Result<()> {{ Ok(()) }}\n",
            "x".repeat(length)
        )
    };
    assert_eq!(names(&app(3_000)), [""; 0]);
    assert_eq!(names(&app(4_096)), ["environment_too_large"]);
}

#[test]
fn a_dead_letter_queue_of_too_many_rules() {
    let app = |rules: usize| {
        let mut text = format!("{HEAD}#[derive(Serialize, Deserialize, Event)]\nenum Step {{");
        for at in 0..rules {
            text.push_str(&format!("S{at} {{ id: String }},"));
        }
        text.push_str("}\n#[resource]\nstatic STEPS: Bus<Step> = Bus::new();\n");
        text.push_str("#[on(http(POST, \"/steps\"))]\nasync fn start(Json(step): Json<Step>) -> Result<()> {\n");
        text.push_str("    STEPS.publish(&step).await\n}\n");
        for at in 0..rules {
            text.push_str(&format!("#[on(STEPS, event = Step::S{at})]\n"));
        }
        text.push_str("async fn run(step: Step) -> Result<()> { Ok(()) }\n");
        text
    };
    assert_eq!(names(&app(20)), [""; 0]);
    assert_eq!(names(&app(21)), ["queue_policy_too_large"]);
}

#[test]
fn a_function_with_hundreds_of_resources() {
    let app = |resources: usize| {
        let mut text = HEAD.to_owned();
        for at in 0..resources {
            text.push_str(&format!(
                "#[resource]\nstatic FILES_{at}: Bucket = Bucket::new();\n"
            ));
        }
        text.push_str("#[on(schedule(\"rate(1 day)\"))]\nasync fn run() -> Result<()> {\n");
        for at in 0..resources {
            text.push_str(&format!("    FILES_{at}.delete(\"a\").await?;\n"));
        }
        text.push_str("    Ok(())\n}\n");
        text
    };
    assert_eq!(names(&app(3)), [""; 0]);
    assert!(!names(&app(150)).contains(&"role_policy_too_large"));
    assert!(names(&app(300)).contains(&"role_policy_too_large"));
}

/// All findings under `[package.metadata.ifc]`.
fn configured(text: &str, metadata: serde_json::Value) -> Vec<Diagnostic> {
    let mut fixture = Fixture::parse(text);
    fixture.packages[0].metadata = metadata;
    ifc_compiler::compile(&fixture.world()).diagnostics
}

/// Severities and names of all findings under `[package.metadata.ifc.checks]`.
fn levels(text: &str, checks: serde_json::Value) -> Vec<String> {
    let diagnostics = configured(text, serde_json::json!({ "checks": checks }));
    let line = |one: &Diagnostic| format!("{:?} {}", one.severity, one.code.name);
    diagnostics.iter().map(line).collect()
}

#[test]
fn warnings_of_other_stages_have_levels() {
    let text = format!(
        "{HEAD}include!(concat!(env!(\"OUT_DIR\"), \"/types.rs\"));\n#[cfg(mine)]\nfn other() {{}}\n\
         #[grant(\"s3:ListAllMyBuckets\", on = \"*\", because = \"counts them\")]\n\
         pub fn shared() {{}}\n#[on(http(GET, \"/\"))]\nasync fn show() {{}}\n"
    );
    let names = ["include_not_read", "unknown_cfg", "unreached_grant"];
    let all = |severity: &str| names.map(|name| format!("{severity} {name}"));
    let set = |level: &str| {
        let checks = names.map(|name| (name.to_owned(), level.into()));
        serde_json::Value::Object(checks.into_iter().collect())
    };
    assert_eq!(levels(&text, serde_json::json!({})), all("Warning"));
    assert_eq!(levels(&text, set("deny")), all("Error"));
    assert_eq!(levels(&text, set("allow")), [""; 0]);
    let diagnostics = compile(&text).diagnostics;
    for (name, one) in names.iter().zip(&diagnostics) {
        let help = one.helps.last().map_or("", String::as_str);
        assert!(help.contains(&format!("`{name} = \"allow\"`")), "{help}");
    }
    let attribute = format!(
        "{HEAD}#[allow_infra(unknown_cfg, because = \"it is off\")]\n#[on(http(GET, \"/\"))]\n\
         async fn show() {{}}\n"
    );
    assert_eq!(levels(&attribute, set("allow")), ["Error unknown_check"]);
}

/// What counts is what holds in the end, wherever it is written, in each stage by itself.
#[test]
fn settings_of_cargo_toml_are_checked_too() {
    let text = format!(
        "{HEAD}#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Job {{ #[item(partition_key)] id: String }}
#[resource] static JOBS: Queue<Job> = Queue::new();
#[resource] static DONE: Table<Job> = Table::new();
#[on(JOBS)] async fn work(job: Job) -> Result<()> {{ DONE.put(&job).await }}
#[on(DONE.changes())] async fn follow(change: Change<Job>) -> Result<()> {{ Ok(()) }}
#[on(http(POST, \"/\"))] async fn take(Json(job): Json<Job>) -> Result<()> {{ JOBS.send(&job).await }}
"
    );
    let found = |metadata: serde_json::Value| {
        let diagnostics = configured(&text, metadata);
        let names: Vec<&str> = diagnostics.iter().map(|one| one.code.name).collect();
        names.join(" ")
    };
    let cases = [
        (serde_json::json!({}), ""),
        (
            serde_json::json!({ "resources": { "JOBS": { "visibility": "10s" } } }),
            "visibility_below_timeout",
        ),
        (
            serde_json::json!({ "resources": { "JOBS": { "visibility": "30s" } } }),
            "visibility_below_six_timeouts",
        ),
        (
            serde_json::json!({
                "stages": {
                    "test": { "timeout": "1s", "resources": { "JOBS": { "visibility": "6s" } } },
                },
            }),
            "",
        ),
        (
            serde_json::json!({ "resources": { "DONE": { "stream": "new" } } }),
            "unfit_stream",
        ),
        (
            serde_json::json!({
                "reserved_concurrency": 300,
                "stages": { "prod": { "functions": { "work": { "reserved_concurrency": 301 } } } },
            }),
            "reserved_concurrency",
        ),
        (
            serde_json::json!({
                "functions": { "work": { "reserved_concurrency": 500 } },
                "stages": {
                    "a": { "functions": { "work": { "reserved_concurrency": 1 } } },
                    "b": { "functions": { "take": { "reserved_concurrency": 400 } } },
                },
            }),
            "",
        ),
        (
            serde_json::json!({ "stages": { "prod": { "env": { "API_TOKEN": "x" } } } }),
            "secret_in_environment",
        ),
        (serde_json::json!({ "env": { "API_TOKEN": "" } }), ""),
    ];
    for (metadata, expected) in cases {
        assert_eq!(found(metadata.clone()), expected, "{metadata}");
    }
}

/// First values of secrets and parameters, in each stage by itself.
#[test]
fn first_values_of_cargo_toml_are_read_too() {
    let text = format!(
        "{HEAD}#[derive(Clone, Serialize, Deserialize)] struct Login {{ user: String }}
#[resource(default = \"1\")] static MOST: Parameter<u8> = Parameter::new();
#[resource] static KEY: Secret<Login> = Secret::new();
#[resource] static WORD: Secret<String> = Secret::new();
#[on(schedule(\"rate(1 day)\"))] async fn read() -> Result<()> {{
    MOST.get().await?; KEY.get().await?; WORD.get().await?; Ok(())
}}
"
    );
    let found = |metadata: serde_json::Value| {
        let diagnostics = configured(&text, metadata);
        let line = |one: &Diagnostic| format!("{} {}", one.code.name, one.message);
        diagnostics.iter().map(line).collect::<Vec<_>>()
    };
    let fine = serde_json::json!({
        "resources": { "MOST": { "default": "255" }, "WORD": { "generate": 20 } },
    });
    assert_eq!(found(fine), [""; 0]);
    let wrong = serde_json::json!({
        "resources": { "KEY": { "generate": 20 } },
        "stages": { "prod": { "resources": { "MOST": { "default": "256" } } } },
    });
    let text = |path: &str, ty: &str, from: &str| {
        format!(
            "invalid_setting `{path}` in `[package.metadata.ifc]` does not fit: `{ty}` cannot be read from {from}"
        )
    };
    assert_eq!(
        found(wrong),
        [
            text("resources.KEY.generate", "Login", "a random text"),
            text("stages.prod.resources.MOST.default", "u8", "this text"),
        ]
    );
}
