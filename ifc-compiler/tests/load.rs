//! Loading packages from disk. What Cargo itself says about the same folders is the measure.

#![expect(
    clippy::disallowed_methods,
    reason = "tests make folders and run cargo"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use ifc_compiler::diagnostics::{Look, render};
use ifc_compiler::load::{FeatureRequest, LoadError, Loaded, Request, load, project};
use ifc_compiler::world::TargetKind;

/// An empty folder of this test, below the target folder.
fn folder(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("load")
        .join(name);
    if root.exists() {
        std::fs::remove_dir_all(&root).expect("the folder is this test's own");
    }
    std::fs::create_dir_all(&root).expect("the target folder is writable");
    root
}

fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("writable");
        std::fs::write(path, text).expect("writable");
    }
}

fn request(root: &Path) -> Request {
    Request {
        manifest_path: root.join("Cargo.toml"),
        package: None,
        features: FeatureRequest::default(),
    }
}

fn loaded(request: &Request) -> Loaded {
    load(request).unwrap_or_else(|error| panic!("{error:?}"))
}

const APP: &str = r#"
[workspace]
members = ["core"]
[package]
name = "shop-app"
version = "0.1.0"
edition = "2024"
[package.metadata.ifc]
memory = 512
[features]
default = ["web"]
web = ["dep:opt", "core-renamed/wide"]
idle = ["unused/x"]
late = ["opt?/more", "core-renamed/strict"]
[dependencies]
core-renamed = { package = "shop-core", path = "core" }
outside = { path = "../outside", default-features = false, features = ["named"] }
opt = { path = "opt", optional = true }
unused = { path = "unused", optional = true }
"#;

fn shop(name: &str) -> PathBuf {
    let root = folder(name);
    let package = |name: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{rest}")
    };
    write(
        &root,
        &[
            ("app/Cargo.toml", APP),
            ("app/src/main.rs", "fn main() {}\n"),
            ("app/src/lib.rs", ""),
            (
                "app/core/Cargo.toml",
                &package(
                    "shop-core",
                    "[features]\nwide = []\nstrict = []\ndefault = [\"base\"]\nbase = []\n[lib]\nname = \"shop_heart\"\n",
                ),
            ),
            ("app/core/src/lib.rs", ""),
            (
                "app/opt/Cargo.toml",
                &package("opt", "[features]\nmore = []\n"),
            ),
            ("app/opt/src/lib.rs", ""),
            (
                "app/unused/Cargo.toml",
                &package("unused", "[features]\nx = []\n"),
            ),
            ("app/unused/src/lib.rs", ""),
            (
                "outside/Cargo.toml",
                &package(
                    "outside",
                    "[workspace]\n[features]\ndefault = [\"loud\"]\nloud = []\nnamed = [\"deep\"]\ndeep = []\n",
                ),
            ),
            ("outside/src/lib.rs", ""),
        ],
    );
    root.join("app")
}

#[test]
fn settings_that_nobody_reads_are_errors() {
    let said = |root: &Path| match load(&request(root)) {
        Err(LoadError::Input(unreadable)) => {
            let diagnostic = unreadable.diagnostic;
            format!("{} {}", diagnostic.code.number, diagnostic.message)
        }
        other => panic!("{other:?}"),
    };
    let root = shop("misplaced");
    let library = "[package]\nname = \"shop-core\"\nversion = \"0.1.0\"\n[package.metadata.ifc]\nmemory = 512\n[features]\nwide = []\nstrict = []\n";
    write(&root, &[("core/Cargo.toml", library)]);
    let expected = "IFC0801 `[package.metadata.ifc]` of the library `shop-core` is not read";
    assert_eq!(said(&root), expected);
    // With a binary it is an application of its own, whose settings are its own.
    write(&root, &[("core/src/main.rs", "fn main() {}\n")]);
    loaded(&request(&root));
    let workspace = format!("{APP}\n[workspace.metadata.ifc]\nmemory = 512\n");
    write(&root, &[("Cargo.toml", &workspace)]);
    assert_eq!(
        said(&root),
        "IFC0801 `[workspace.metadata.ifc]` is not read"
    );
}

#[test]
fn packages_inside_and_outside_the_workspace() {
    let root = shop("packages");
    let loaded = loaded(&request(&root));
    let seen: Vec<_> = loaded
        .packages
        .iter()
        .map(|package| (package.name.as_str(), package.relative_root.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("shop-app", ""),
            ("outside", "../outside"),
            ("shop-core", "core"),
            ("opt", "opt"),
            ("unused", "unused"),
        ]
    );
    let app = &loaded.packages[0];
    let targets: Vec<_> = app.targets.iter().map(|t| (&*t.name, t.kind)).collect();
    assert_eq!(
        targets,
        [
            ("shop_app", TargetKind::Binary),
            ("shop_app", TargetKind::Library)
        ]
    );
    assert_eq!(app.targets[0].edition, 2024);
    assert_eq!(app.metadata, serde_json::json!({ "memory": 512 }));
    let renamed = app.dependencies.iter().find(|d| d.package == "shop-core");
    assert_eq!(
        renamed.map(|d| (d.name.as_str(), d.path_package)),
        Some(("core_renamed", Some(2)))
    );
    assert_eq!(loaded.packages[2].targets[0].name, "shop_heart");
    assert!(loaded.manifests.contains(&root.join("core/Cargo.toml")));
    // What `Cargo.lock` says of dependencies is part of the input, once there is one.
    let lock = root.join("Cargo.lock");
    assert!(!loaded.manifests.contains(&lock));
    std::fs::write(&lock, "version = 4\n").expect("writable");
    let again = load(&request(&root)).expect("it is valid");
    assert!(again.manifests.contains(&lock));
}

#[test]
fn features_are_those_that_cargo_resolves() {
    let root = shop("features");
    let choices: &[(&[&str], bool)] = &[
        (&[], true),
        (&[], false),
        (&["late"], true),
        (&["late"], false),
        (&["idle"], true),
        (&["unused"], false),
        (&["opt/more"], false),
        (&["core-renamed/strict"], false),
    ];
    for (features, default) in choices {
        let expected = cargo_says(&root, features, *default);
        let loaded = loaded(&Request {
            features: FeatureRequest::Chosen {
                features: features.iter().map(|f| (*f).to_owned()).collect(),
                default: *default,
            },
            ..request(&root)
        });
        let actual: BTreeMap<String, BTreeSet<String>> = loaded
            .packages
            .into_iter()
            .filter(|package| expected.contains_key(&package.name))
            .map(|package| (package.name, package.features))
            .collect();
        assert_eq!(actual, expected, "{features:?}, default {default}");
    }
}

/// Features by package as in Cargo's own resolution. A path-only workspace needs no network.
/// `cargo tree` and not `cargo metadata`, which takes `name?/feature` for `name/feature`.
fn cargo_says(root: &Path, features: &[&str], default: bool) -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none"])
        .args(["--format", "{p}|{f}", "--features", &features.join(",")])
        .args((!default).then_some("--no-default-features"))
        .current_dir(root)
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{output:?}");
    text.lines()
        .filter_map(|line| line.split_once('|'))
        .map(|(package, features)| {
            let name = package.split(' ').next().unwrap_or_default();
            let features = features.trim_end_matches(" (*)").split(',');
            let features = features.filter(|feature| !feature.is_empty());
            (name.to_owned(), features.map(str::to_owned).collect())
        })
        .collect()
}

#[test]
fn features_as_a_build_script_sees_them() {
    let root = shop("environment");
    let loaded = loaded(&Request {
        features: FeatureRequest::Environment(["WEB".to_owned(), "DEFAULT".to_owned()].into()),
        ..request(&root)
    });
    assert_eq!(
        loaded.packages[0].features,
        ["default".to_owned(), "web".to_owned()].into()
    );
    assert!(loaded.packages[2].features.contains("wide"));
}

#[track_caller]
fn rendered_error(root: &Path) -> String {
    match load(&request(root)) {
        Err(LoadError::Input(error)) => render(&Look::plain(""), &error.files, &error.diagnostic),
        other => panic!("{other:?}"),
    }
}

#[test]
fn missing_manifest() {
    let root = folder("missing-manifest");
    let text = rendered_error(&root);
    assert!(text.starts_with("error[IFC0080]: there is no `"), "{text}");
}

#[test]
fn missing_manifest_of_a_dependency() {
    let root = folder("missing-dependency");
    write(
        &root,
        &[
            (
                "Cargo.toml",
                "[workspace]\n[package]\nname = \"a\"\nversion = \"0.1.0\"\n[dependencies]\nb = { path = \"../nowhere\" }\n",
            ),
            ("src/main.rs", ""),
        ],
    );
    let text = rendered_error(&root);
    assert!(text.contains("nowhere/Cargo.toml"), "{text}");
}

#[test]
fn unparsable_manifest_is_shown_at_its_place() {
    let root = folder("unparsable");
    write(
        &root,
        &[
            (
                "Cargo.toml",
                "[workspace]\n[package]\nname = \"a\"\nversion = \n",
            ),
            ("src/main.rs", ""),
        ],
    );
    let text = rendered_error(&root);
    assert!(text.contains("error[IFC0081]"), "{text}");
    assert!(text.contains(" --> Cargo.toml:4:11"), "{text}");
}

#[test]
fn manifest_that_cargo_refuses_keeps_the_causes() {
    let root = folder("refused");
    write(
        &root,
        &[
            (
                "Cargo.toml",
                "[workspace]\n[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2001\"\n",
            ),
            ("src/main.rs", ""),
        ],
    );
    let text = rendered_error(&root);
    assert!(text.contains("error[IFC0081]"), "{text}");
    assert!(text.contains("2001"), "{text}");
}

#[test]
fn which_binary_is_deployed() {
    let root = folder("binaries");
    let manifest = |rest: &str| {
        format!(
            "[workspace]\n[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}"
        )
    };
    write(&root, &[("Cargo.toml", &manifest("")), ("src/lib.rs", "")]);
    assert!(rendered_error(&root).contains("error[IFC0082]"));
    write(&root, &[("src/bin/x.rs", ""), ("src/bin/y.rs", "")]);
    assert!(rendered_error(&root).contains("error[IFC0083]"));
    write(&root, &[("Cargo.toml", &manifest("default-run = \"y\"\n"))]);
    assert_eq!(loaded(&request(&root)).packages[0].targets[0].name, "y");
    write(&root, &[("Cargo.toml", &manifest("")), ("src/main.rs", "")]);
    assert_eq!(loaded(&request(&root)).packages[0].targets[0].name, "a");
}

#[test]
fn members_that_call_aws_in_any_way_are_of_the_project() {
    let root = folder("members");
    let member = |name: &str, dependency: &str| {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n{dependency}\n"
        );
        write(
            &root,
            &[
                (&format!("{name}/Cargo.toml"), &manifest),
                (&format!("{name}/src/main.rs"), "fn main() {}\n"),
            ],
        );
    };
    member("direct", "aws-sdk-s3 = \"1\"");
    member("old", "rusoto_s3 = \"0.48\"");
    member("through", "session-store = \"1\"");
    member("outside", "shared = { path = \"../../shared\" }");
    member("without", "serde = \"1\"");
    write(
        &root,
        &[
            (
                "Cargo.toml",
                "[workspace]\nresolver = \"2\"\nmembers = [\"direct\", \"old\", \"outside\", \"through\", \"without\"]\n",
            ),
            (
                "Cargo.lock",
                "version = 4\n\n[[package]]\nname = \"session-store\"\nversion = \"1.0.0\"\ndependencies = [\n \"aws-sdk-dynamodb\",\n]\n",
            ),
            (
                "../shared/Cargo.toml",
                "[package]\nname = \"shared\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n",
            ),
            ("../shared/src/lib.rs", ""),
        ],
    );
    let project = project(&request(&root)).unwrap_or_else(|error| panic!("{error:?}"));
    let names: Vec<&str> = project.packages[..project.roots]
        .iter()
        .map(|package| &*package.name)
        .collect();
    assert_eq!(names, ["direct", "old", "outside", "through"]);
}
