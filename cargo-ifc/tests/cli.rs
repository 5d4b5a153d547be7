//! The command as users call it, in workspaces on disk. Nothing here needs a network: the compiler
//! reads sources, and the one test that compiles uses what the repository has.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::{MAIN, Ran, STORE, Shop, manifest, run};

#[test]
fn check_says_what_is_in_the_stack_and_writes_nothing() {
    let shop = Shop::new("check", &[]);
    let before = shop.files();
    let ran = shop.ifc(&["check"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("shop: 1 function, 1 resource"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stdout, "");
    assert_eq!(shop.files(), before);
}

#[test]
fn check_reports_everything_at_once_in_every_format() {
    let shop = Shop::new(
        "formats",
        &[
            (
                "src/main.rs",
                &MAIN.replace("mod store;", "mod store;\nmod gone;\nmod torn;\nmod bytes;"),
            ),
            ("src/torn.rs", "fn torn( {}\n"),
            (
                "src/store.rs",
                &STORE.replace("partition_key", "partiton_key"),
            ),
        ],
    );
    shop.write("src/bytes.rs", b"// \xff\n");
    let codes = ["IFC0001", "IFC0002", "IFC0004", "IFC0103"];

    let human = shop.ifc(&["check"]);
    assert_eq!(
        (human.code, &*human.stdout),
        (Some(1), ""),
        "{}",
        human.stderr
    );
    for code in codes {
        assert!(
            human.stderr.contains(&format!("error[{code}")),
            "{code}: {}",
            human.stderr
        );
    }
    assert!(
        human.stderr.contains("--> src/torn.rs:1:"),
        "{}",
        human.stderr
    );
    assert!(!human.stderr.contains('\x1b'), "no colours into a pipe");

    let json = shop.ifc(&["check", "--message-format", "json"]);
    assert_eq!((json.code, &*json.stderr), (Some(1), ""));
    let lines: Vec<Value> = json
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is an object"))
        .collect();
    for code in codes {
        let line = lines.iter().find(|line| {
            line["code"]["code"]
                .as_str()
                .is_some_and(|c| c.starts_with(code))
        });
        assert!(
            line.is_some_and(|l| l["level"] == "error"),
            "{code}: {}",
            json.stdout
        );
    }

    let github = shop.ifc(&["check", "--message-format", "github"]);
    assert_eq!(github.code, Some(1));
    assert!(
        github
            .stdout
            .lines()
            .any(|l| l.starts_with("::error file=src/torn.rs,line=1")),
        "{}",
        github.stdout
    );

    let sarif = shop.ifc(&["check", "--message-format", "sarif"]);
    assert_eq!(sarif.code, Some(1));
    let document: Value = serde_json::from_str(&sarif.stdout).expect("one document");
    assert_eq!(document["version"], "2.1.0");
    assert_eq!(
        document["runs"][0]["results"].as_array().map(Vec::len),
        Some(lines.len())
    );
}

#[test]
fn no_manifest_no_package_no_command() {
    let shop = Shop::new("nothing", &[]);
    // A folder of its own with an empty manifest path, since folders above have manifests.
    let missing = shop.ifc(&["check", "--manifest-path", "nowhere/Cargo.toml"]);
    assert_eq!(missing.code, Some(1));
    assert!(
        missing.stderr.contains("error[IFC0080]"),
        "{}",
        missing.stderr
    );
    let package = shop.ifc(&["check", "-p", "shpo"]);
    assert_eq!(package.code, Some(2));
    assert!(package.stderr.contains("`shop`"), "{}", package.stderr);
    let feature = shop.ifc(&["check", "--features", "fast"]);
    assert_eq!(feature.code, Some(2));
    assert_eq!(
        shop.ifc(&["deploy"]).code,
        Some(2),
        "not there yet, so not there at all"
    );
    assert_eq!(
        shop.ifc(&["check", "--message-format", "xml"]).code,
        Some(2)
    );
    // Said before anything is built, which takes minutes.
    for (arguments, part) in [
        (&["--stage", "my stage"][..], "1 to 16 letters and digits"),
        (&["--endpoint", "localhost"], "http://"),
        (&["--parameter", "Stage=prod"], "--stage NAME"),
        (&["--parameter", "A=1", "--parameter", "A=2"], "given twice"),
    ] {
        let ran = shop.ifc(&[&["dev"], arguments].concat());
        assert_eq!(ran.code, Some(2), "{arguments:?}");
        assert!(ran.stderr.contains(part), "{arguments:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains("Compiling"), "{arguments:?}");
    }
}

#[test]
fn why_shows_the_calls() {
    let shop = Shop::new("why", &[]);
    for arguments in [
        &["why", "place"][..],
        &["why", "place", "dynamodb:PutItem"],
        &["why", "place", "PutItem", "ORDERS"],
    ] {
        let ran = shop.ifc(arguments);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        for part in [
            "dynamodb:PutItem",
            "src/main.rs:7:5",
            "src/store.rs:13:5",
            "`place` calls `store::save`",
        ] {
            assert!(ran.stdout.contains(part), "{part} in {}", ran.stdout);
        }
    }
    let unknown = shop.ifc(&["why", "plaec"]);
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown.stderr.contains("did you mean `place`?"),
        "{}",
        unknown.stderr
    );
    let none = shop.ifc(&["why", "place", "s3:PutObject"]);
    assert_eq!(none.code, Some(2));
    assert!(
        none.stderr.contains("dynamodb:PutItem on table:ORDERS"),
        "{}",
        none.stderr
    );
}

#[test]
fn explain_takes_numbers_and_names() {
    let shop = Shop::new("explain", &[]);
    let number = shop.ifc(&["explain", "ifc0086"]);
    assert_eq!(number.code, Some(0));
    assert!(
        number.stdout.starts_with("# IFC0086 no_handlers (error)\n"),
        "{}",
        number.stdout
    );
    assert_eq!(shop.ifc(&["explain", "no_handlers"]).stdout, number.stdout);
    let unknown = shop.ifc(&["explain", "no_handler"]);
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown.stderr.contains("did you mean `no_handlers`?"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn graph_in_every_format_and_stage() {
    let shop = Shop::new("graph", &[]);
    let of = |arguments: &[&str]| {
        let ran = shop.ifc(&[&["graph"], arguments].concat());
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.stderr);
        assert!(
            ran.stdout.contains("place"),
            "{arguments:?}: {}",
            ran.stdout
        );
        ran.stdout
    };
    assert!(of(&[]).starts_with("digraph"));
    assert!(of(&["--format", "mermaid"]).contains("flowchart"));
    assert!(of(&["--format", "svg"]).contains("<svg"));
    let json: Value = serde_json::from_str(&of(&["--format", "json"])).expect("it is JSON");
    assert!(json.is_object());
    for stage in ["hir", "resolve", "graph", "manifest"] {
        of(&["--stage", stage]);
    }
    for (stage, part) in [
        ("load", "shop"),
        ("source", "src/store.rs"),
        ("calls", "place -> store::save src/main.rs:7:5 Direct"),
        ("uses", "store::save ORDERS.put src/store.rs:13:5"),
        ("iam", "dynamodb:PutItem"),
    ] {
        assert!(shop.ifc(&["graph", "--stage", stage]).stdout.contains(part));
    }
    let ran = shop.ifc(&["graph", "--stage", "hir", "--format", "json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
}

#[test]
fn cargo_finds_the_subcommand() {
    let shop = Shop::new("subcommand", &[]);
    let folder = Path::new(env!("CARGO_BIN_EXE_cargo-ifc"))
        .parent()
        .expect("it has one");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&path));
    let ran = run(Command::new(env!("CARGO"))
        .args(["ifc", "check"])
        .env("PATH", std::env::join_paths(paths).expect("no colons"))
        .current_dir(&shop.root));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("shop: 1 function"), "{}", ran.stderr);
}

#[test]
fn the_nearest_manifest_upwards_is_meant() {
    let shop = Shop::new("upwards", &[]);
    let ran = run(Command::new(env!("CARGO_BIN_EXE_cargo-ifc"))
        .arg("check")
        .current_dir(shop.root.join("src")));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

/// The application above in a form that compiles here, without the SDK, with the command that runs
/// in its folder. What is compiled is shared with the tests of the build script.
fn compiled(name: &str) -> (Shop, PathBuf, impl Fn(&[&str]) -> Ran) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in the workspace");
    let shop = Shop::new(name, &[]);
    let root = repository.display();
    // Binaries lie side by side in the target folder.
    let named = format!("name = \"{name}\"");
    shop.write(
        "Cargo.toml",
        manifest(
            &format!("ifc-runtime = {{ path = \"{root}/ifc-runtime\", default-features = false, features = [\"http\"] }}"),
            // Linkers refuse to strip and to keep relocations at once.
            &format!("[build-dependencies]\nifc-compiler = {{ path = \"{root}/ifc-compiler\" }}\n\n[profile.dev]\nstrip = true\n"),
        )
        .replacen("name = \"shop\"", &named, 1),
    );
    shop.write("build.rs", "fn main() {\n    ifc_compiler::build();\n}\n");
    let lock = fs::read(repository.join("Cargo.lock")).expect("it is committed");
    shop.write("Cargo.lock", lock);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build_script/target");
    let (folder, into) = (shop.root.clone(), target.clone());
    let ifc = move |arguments: &[&str]| {
        run(Command::new(env!("CARGO_BIN_EXE_cargo-ifc"))
            .args(arguments)
            .env("CARGO_TARGET_DIR", &into)
            .env("CARGO_NET_OFFLINE", "true")
            .current_dir(&folder))
    };
    (shop, target, ifc)
}

fn this_arch() -> &'static str {
    match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    }
}

/// A machine with a compiler for x86_64 and nothing for arm64; `programs` are on the path.
#[cfg(unix)]
fn build_for_arm64(name: &str, has_library: bool, programs: &[&str]) -> Ran {
    use std::os::unix::fs::PermissionsExt;
    let shop = Shop::new(name, &[]);
    let bin = shop.root.join("bin");
    let folder = if has_library { "/" } else { "/nowhere" };
    let rustc = format!(
        "#!/bin/sh\ncase \"$*\" in\n-vV) echo host: x86_64-unknown-linux-gnu ;;\n*) echo {folder} ;;\nesac\n"
    );
    shop.write("bin/rustc", rustc);
    for program in programs {
        shop.write(&format!("bin/{program}"), "#!/bin/sh\nexit 9\n");
    }
    for file in fs::read_dir(&bin).expect("it was written") {
        let path = file.expect("it can be read").path();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
    run(Command::new(env!("CARGO_BIN_EXE_cargo-ifc"))
        .arg("build")
        .env("RUSTC", bin.join("rustc"))
        .env("PATH", &bin)
        .current_dir(&shop.root))
}

#[test]
#[cfg(unix)]
fn build_says_what_arm64_needs() {
    let library = "rustup target add aarch64-unknown-linux-gnu";
    let linker = "a linker is missing: `apt install gcc-aarch64-linux-gnu`";
    let nothing = build_for_arm64("needs_both", false, &[]);
    assert_eq!(nothing.code, Some(2), "{}", nothing.stderr);
    assert!(nothing.stderr.contains(library), "{}", nothing.stderr);
    assert!(nothing.stderr.contains(linker), "{}", nothing.stderr);
    assert!(
        nothing.stderr.contains("--arch x86_64"),
        "{}",
        nothing.stderr
    );

    for program in ["cargo-zigbuild", "aarch64-linux-gnu-gcc"] {
        let library_only = build_for_arm64("needs_library", false, &[program]);
        assert_eq!(library_only.code, Some(2), "{}", library_only.stderr);
        assert!(library_only.stderr.contains(library));
        assert!(!library_only.stderr.contains("linker"));
    }

    let linker_only = build_for_arm64("needs_linker", true, &[]);
    assert_eq!(linker_only.code, Some(2), "{}", linker_only.stderr);
    assert!(linker_only.stderr.contains(linker));
    assert!(!linker_only.stderr.contains("rustup"));

    // The programs are there only in name: they are what would have run.
    for program in ["cargo-zigbuild", "aarch64-linux-gnu-gcc"] {
        let complete = build_for_arm64("needs_nothing", true, &[program]);
        assert!(!complete.stderr.contains("missing"), "{}", complete.stderr);
        assert_ne!(complete.code, Some(0), "{}", complete.stderr);
    }
}

#[test]
fn build_bundles_the_binary_for_this_machine() {
    let (_shop, target, ifc) = compiled("bundled");
    let build = || ifc(&["build", "--profile", "dev", "--arch", this_arch()]);
    let ran = build();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let folder = target.join("ifc/bundled");
    let bundle = fs::read(folder.join("bootstrap.zip")).expect("it was written");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bundle)).expect("it is a zip");
    assert_eq!(archive.len(), 1);
    let mut program = Vec::new();
    let mut file = archive.by_name("bootstrap").expect("it is there");
    std::io::copy(&mut file, &mut program).expect("it unpacks");
    // The file's header is the only part of the verified file that changes.
    let verified = fs::read(target.join("debug/bundled")).expect("cargo built it");
    assert!(program.len() < verified.len() / 2, "it is stripped");
    assert!(
        program[64..] == verified[64..program.len()],
        "it is the same"
    );
    let template = fs::read_to_string(folder.join("template.json")).expect("it was written");
    assert!(
        template.contains(&format!("\"{}\"", this_arch())),
        "{template}"
    );

    assert_eq!(build().code, Some(0));
    assert!(fs::read(folder.join("bootstrap.zip")).expect("it is there") == bundle);
}

#[test]
fn verify_compares_source_and_program() {
    let (_shop, _target, ifc) = compiled("compared");
    // The SDK of tables is not linked here, so that the program cannot do what the source says.
    let human = ifc(&["verify", "--profile", "dev"]);
    assert_eq!(
        (human.code, &*human.stdout),
        (Some(0), ""),
        "{}",
        human.stderr
    );
    for part in [
        "note[IFC0511]",
        "--> src/store.rs:13:5",
        "compared: 0 operations of 1 function in the linked program, 1 difference to the source",
    ] {
        assert!(human.stderr.contains(part), "{part} in {}", human.stderr);
    }

    let json = ifc(&["verify", "--profile", "dev", "--message-format", "json"]);
    assert_eq!(json.code, Some(0), "{}", json.stderr);
    let document: Value = serde_json::from_str(&json.stdout).expect("one document");
    let place = &document["functions"]["place"];
    assert_eq!(place["source"], serde_json::json!(["dynamodb:PutItem"]));
    assert_eq!(place["program"], serde_json::json!({}));
    assert_eq!(document["diagnostics"][0]["code"]["code"], "IFC0511");

    let other = ifc(&["verify", "--bin", "other"]);
    assert_eq!(other.code, Some(2));
    assert!(other.stderr.contains("`compared`"), "{}", other.stderr);
}
