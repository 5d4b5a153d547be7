//! A user's workspace on disk, and plain `cargo build` in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use serde_json::Value;

/// A workspace with an application of its own name.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    name: String,
}

/// What cargo did.
pub(crate) struct Built {
    pub(crate) success: bool,
    pub(crate) stderr: String,
    pub(crate) stdout: String,
}

impl Workspace {
    /// An application that consists of these files below `src`.
    pub(crate) fn new(name: &str, sources: &[(&str, &str)]) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("build_script")
            .join(name);
        if root.exists() {
            fs::remove_dir_all(&root).expect("the folder is this test's own");
        }
        let workspace = Workspace {
            root,
            name: name.to_owned(),
        };
        workspace.write("Cargo.toml", &workspace.manifest(""));
        workspace.write("build.rs", "fn main() {\n    ifc_compiler::build();\n}\n");
        // The versions that this repository has are on the machine already.
        let lock = fs::read_to_string(repository().join("Cargo.lock")).expect("it is committed");
        workspace.write("Cargo.lock", &lock);
        for (path, text) in sources {
            workspace.write(&format!("src/{path}"), text);
        }
        workspace
    }

    /// The application's manifest with more dependencies.
    pub(crate) fn manifest(&self, dependencies: &str) -> String {
        let (name, repository) = (&self.name, repository().display().to_string());
        format!(
            "[workspace]\n\n[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\
             ifc-runtime = {{ path = \"{repository}/ifc-runtime\", default-features = false }}\n{dependencies}\n\
             [build-dependencies]\nifc-compiler = {{ path = \"{repository}/ifc-compiler\" }}\n"
        )
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("it has one")).expect("writable");
        fs::write(path, text).expect("writable");
    }

    /// `cargo build`, offline, with the dependencies that all tests share.
    pub(crate) fn build(&self) -> Built {
        self.cargo(&["build", "--verbose"])
    }

    pub(crate) fn cargo(&self, arguments: &[&str]) -> Built {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .arg("--offline")
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", target())
            .env_remove("RUSTFLAGS")
            .output()
            .expect("cargo runs");
        Built {
            success: output.status.success(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        }
    }

    /// The errors that editors get: `src/main.rs:4:22-28 first line of the message`, in order.
    pub(crate) fn errors_for_editors(&self) -> Vec<String> {
        let built = self.cargo(&["build", "--message-format=json"]);
        assert!(!built.success, "{}", built.stdout);
        let lines = built.stdout.lines();
        let messages = lines.filter_map(|line| serde_json::from_str(line).ok());
        let mut errors: Vec<String> = messages
            .filter(|message: &Value| message["message"]["level"] == "error")
            .filter_map(|message| shown(&message["message"]))
            .collect();
        errors.sort();
        errors
    }

    /// `cargo build` that has to succeed.
    #[track_caller]
    pub(crate) fn builds(&self) -> Built {
        let built = self.build();
        assert!(built.success, "{}", built.stderr);
        built
    }

    /// Where the output is published.
    pub(crate) fn folder(&self) -> PathBuf {
        target().join("ifc").join(&self.name)
    }

    pub(crate) fn manifest_json(&self) -> Value {
        let path = self.folder().join("manifest.json");
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        serde_json::from_str(&text).expect("it is JSON")
    }

    /// Every published file with its contents and time of change.
    pub(crate) fn published(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.folder()];
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder)
                .unwrap_or_else(|e| panic!("nothing was published in {}: {e}", folder.display()));
            for entry in entries {
                let path = entry.expect("readable").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let changed = fs::metadata(&path).and_then(|m| m.modified());
                let contents = fs::read(&path).expect("readable");
                files.insert(path, (contents, changed.expect("the disk has times")));
            }
        }
        files
    }
}

impl Built {
    /// How often cargo compiled or ran something of this crate: lines of `cargo build --verbose`.
    pub(crate) fn count(&self, verb: &str, what: &str) -> usize {
        self.stderr
            .lines()
            .filter(|line| line.trim_start().starts_with(verb) && line.contains(what))
            .count()
    }
}

/// None for rustc's count of errors, which has no place.
fn shown(message: &Value) -> Option<String> {
    let spans = message["spans"].as_array()?;
    let span = spans.iter().find(|span| span["is_primary"] == true)?;
    let file = span["file_name"].as_str()?.rsplit("/out/").next()?;
    let text = message["message"].as_str()?.lines().next()?;
    let (line, start) = (&span["line_start"], &span["column_start"]);
    let generated = file == "ifc_dispatch.rs";
    Some(match generated {
        true => format!("{file} {text}"),
        false => format!("{file}:{line}:{start}-{} {text}", span["column_end"]),
    })
}

/// One for all tests: they share the compiled dependencies.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("build_script")
        .join("target")
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in the workspace")
}
