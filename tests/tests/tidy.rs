//! What holds of the source tree itself: crates and their edges, registries and their folders,
//! codes, file headers and sizes, and that `ARCHITECTURE.md` names things that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Crates of the product with the crates of the product that each may name. A new edge is a
/// decision: change this list and `ARCHITECTURE.md` together.
const EDGES: &[(&str, &[&str])] = &[
    ("ifc-catalog", &[]),
    ("ifc-syntax", &["ifc-catalog"]),
    ("ifc-macros", &["ifc-catalog", "ifc-syntax"]),
    ("ifc-runtime", &["ifc-catalog", "ifc-local", "ifc-macros"]),
    ("ifc-compiler", &["ifc-catalog", "ifc-syntax"]),
    ("ifc-witness", &[]),
    ("ifc-local", &["ifc-catalog"]),
    ("ifc-review", &["ifc-compiler"]),
    (
        "cargo-ifc",
        &["ifc-compiler", "ifc-local", "ifc-review", "ifc-witness"],
    ),
];

/// Folder, the list in its `mod.rs`, and what each entry is called in its file.
const REGISTRIES: &[(&str, &str, &str)] = &[
    ("ifc-catalog/src/events", "SOURCES", "SOURCE"),
    ("ifc-catalog/src/resources", "KINDS", "SPEC"),
    ("ifc-compiler/src/checks", "CHECKS", "CHECK"),
    ("ifc-compiler/src/targets", "TARGETS", "TARGET"),
];

/// A file beyond this is two files.
const MAX_LINES: usize = 800;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in the workspace")
}

/// Rust files of the product's crates, in order.
fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for (name, _) in EDGES {
        collect(&root().join(name).join("src"), &mut files);
    }
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("the folder is readable").path())
        .collect();
    entries.sort();
    entries
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

#[test]
fn crates_have_only_the_edges_that_are_listed() {
    for (name, allowed) in EDGES {
        let manifest = read(&root().join(name).join("Cargo.toml"));
        let normal: BTreeSet<String> = dependencies(&manifest)
            .into_iter()
            .filter(|dependency| EDGES.iter().any(|(known, _)| known == dependency))
            .collect();
        let allowed: BTreeSet<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(normal, allowed, "edges of {name}");
    }
}

/// Names under `[dependencies]`, target-specific ones included; not those of tests.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]")
                && !line.contains("dev-dependencies")
                && !line.contains("build-dependencies");
        } else if inside {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            names.extend((!name.is_empty() && !name.starts_with('#')).then(|| name.to_owned()));
        }
    }
    names
}

/// What drives the engine has them, behind features.
#[test]
fn the_engine_has_neither_sockets_nor_threads_nor_a_clock() {
    let mut files = Vec::new();
    collect(&root().join("ifc-local/src"), &mut files);
    let mut read_files = 0;
    for path in files {
        let inside = shown(&path);
        if inside.contains("src/server/") || inside.contains("src/dev/") {
            continue;
        }
        read_files += 1;
        let text = read(&path);
        for banned in [
            "tokio::",
            "std::thread",
            "TcpStream",
            "TcpListener",
            "SystemTime",
            "Instant::now",
            "std::fs",
            "HashMap",
        ] {
            assert!(!text.contains(banned), "{inside} has {banned}");
        }
    }
    assert!(read_files > 50, "{read_files}");
}

#[test]
fn registries_equal_their_folders() {
    for (folder, list, entry) in REGISTRIES {
        let folder = root().join(folder);
        let registry = read(&folder.join("mod.rs"));
        let listed = entries_of(&registry, list, entry);
        let present: BTreeSet<String> = entries(&folder)
            .into_iter()
            .filter(|path| declares(path, entry))
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect();
        assert!(!present.is_empty(), "{} has no {entry}", shown(&folder));
        assert_eq!(listed, present, "{list} in {}", shown(&folder));
    }
}

/// `&name::ENTRY` lines of `pub static LIST`.
fn entries_of(registry: &str, list: &str, entry: &str) -> BTreeSet<String> {
    let start = registry
        .find(&format!("static {list}:"))
        .unwrap_or_else(|| panic!("there is no {list}"));
    let body = registry[start..].split("];").next().unwrap_or_default();
    body.lines()
        .filter_map(|line| line.trim().strip_prefix('&')?.split_once("::"))
        .filter(|(_, rest)| rest.trim_end_matches(',') == entry)
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn declares(path: &Path, entry: &str) -> bool {
    let file = match path.is_dir() {
        true => path.join("mod.rs"),
        false if path.ends_with("mod.rs") => return false,
        false => path.to_path_buf(),
    };
    file.is_file() && read(&file).contains(&format!("static {entry}:"))
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<String> = sources()
        .iter()
        .filter(|path| !path.ends_with("mod.rs") && !is_test(path))
        .filter(|path| !read(path).starts_with("//!"))
        .map(|path| shown(path))
        .collect();
    assert_eq!(silent, [""; 0], "files without a `//!` line");
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|path| !is_test(path))
        .map(|path| (shown(path), product_lines(&read(path))))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert_eq!(long, [""; 0]);
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs")
}

/// Lines before the tests at the end of a file.
fn product_lines(text: &str) -> usize {
    text.lines()
        .zip(text.lines().skip(1).chain([""]))
        .take_while(|lines| *lines != ("#[cfg(test)]", "mod tests {"))
        .count()
}

#[test]
fn every_code_is_declared_once_and_listed() {
    let mut declared: BTreeMap<String, String> = BTreeMap::new();
    for path in sources().iter().filter(|path| !is_test(path)) {
        let text = read(path);
        let product = text.split("#[cfg(test)]\nmod tests {").next();
        for part in product.unwrap_or_default().split("number: \"IFC").skip(1) {
            let number = format!("IFC{}", &part[..part.find('"').unwrap_or(0)]);
            let before = declared.insert(number.clone(), shown(path));
            assert_eq!(
                before,
                None,
                "{number} is declared twice, again in {}",
                shown(path)
            );
        }
    }
    let listed: BTreeSet<String> = ifc_compiler::diagnostics::all()
        .iter()
        .map(|code| code.number.to_owned())
        .collect();
    let mut declared: BTreeSet<String> = declared.into_keys().collect();
    // Stands in for a code that is not listed, which a test of the compiler rules out.
    declared.remove("IFC0199");
    assert_eq!(declared, listed, "codes in the sources and in `CODES`");
}

#[test]
fn the_architecture_page_names_what_exists() {
    let page = read(&root().join("ARCHITECTURE.md"));
    for (name, _) in EDGES {
        assert!(
            page.contains(&format!("`{name}`")),
            "{name} is not described"
        );
    }
    let stages = read(&root().join("ifc-compiler/src/lib.rs"));
    for module in stages
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod "))
    {
        let module = module.trim_end_matches(';');
        assert!(
            page.contains(&format!("`{module}`")),
            "the module {module} is not described"
        );
    }
    for word in page.split('`').skip(1).step_by(2) {
        let is_path = word.contains('/') && !word.contains([' ', '<', '*', '(']);
        let is_output = word.starts_with("target/") || word.starts_with("policies/");
        if is_path && !is_output {
            assert!(root().join(word).exists(), "{word} does not exist");
        }
    }
}

#[test]
fn every_invariant_has_its_test() {
    let page = read(&root().join("ARCHITECTURE.md"));
    let mut tests = String::new();
    for folder in entries(root()).iter().filter(|path| path.is_dir()) {
        for part in ["src", "tests"] {
            let folder = folder.join(part);
            let mut files = Vec::new();
            if folder.is_dir() {
                collect(&folder, &mut files);
            }
            tests.extend(files.iter().map(|path| read(path)));
        }
    }
    let invariants: Vec<&str> = page
        .lines()
        .filter(|line| line.contains("**Invariant**"))
        .collect();
    assert!(invariants.len() > 5, "there are more invariants than that");
    for invariant in invariants {
        let named = invariant
            .rsplit_once("(test `")
            .and_then(|(_, rest)| rest.split('`').next());
        let Some(name) = named else {
            panic!("this invariant names no test: {invariant}");
        };
        assert!(
            tests.contains(&format!("fn {name}(")),
            "there is no test {name}"
        );
    }
}
