//! Applications in memory, for tests of any stage: one text with all files.
//!
//! ```text
//! //- /src/main.rs
//! fn main() {}
//! //- /src/routes.rs
//! //- /core/src/lib.rs crate:orders_core deps:other features:x,y edition:2021
//! ```
//!
//! Text before the first header is `/src/main.rs`. A header with `crate:` is the root of a package
//! of its own, a path dependency of the application; `deps:` names the packages that it depends on
//! itself (`name` or `alias=name`, which may name a registry crate too). On `/src/main.rs` and `/src/lib.rs` the same words apply to the
//! application's package, which depends on all others unless `deps:` says which. All packages
//! depend on the crates of [`FOREIGN`] and [`CALLERS`]; `uses:` adds further registry crates.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostics::Diagnostics;
use crate::hir::{self, Program};
use crate::resolve::{self, Names};
use crate::span::Files;
use crate::world::{Dependency, Package, Target, TargetKind, World};

/// Registry crates that every package of a fixture depends on.
pub const FOREIGN: &[&str] = &[
    "anyhow",
    "arc-swap",
    "arrayvec",
    "async-graphql",
    "async-once-cell",
    "async-recursion",
    "async-stream",
    "async-trait",
    "auto_impl",
    "aws-config",
    "aws-sdk-dynamodb",
    "aws-sdk-s3",
    "aws-sdk-sns",
    "aws-sdk-sqs",
    "axum",
    "backoff",
    "backon",
    "bb8",
    "bon",
    "cached",
    "dashmap",
    "derive_builder",
    "derive_more",
    "derive_setters",
    "dyn-clone",
    "educe",
    "either",
    "enum-as-inner",
    "eyre",
    "flume",
    "futures",
    "futures-concurrency",
    "getset",
    "governor",
    "hashbrown",
    "http",
    "ifc-runtime",
    "indexmap",
    "itertools",
    "lazy_static",
    "maplit",
    "memoize",
    "mockall",
    "moka",
    "nonempty",
    "num_enum",
    "nutype",
    "once_cell",
    "parking_lot",
    "paste",
    "rayon",
    "reqwest",
    "scopeguard",
    "serde",
    "serde_json",
    "shaku",
    "slab",
    "smallvec",
    "snafu",
    "strum",
    "tap",
    "tokio",
    "tokio-retry",
    "tokio-stream",
    "tokio-util",
    "tower",
    "tracing",
    "trait-variant",
    "typetag",
];

/// Registry crates that every package of a fixture depends on and that call AWS themselves.
pub const CALLERS: &[(&str, &[&str])] = &[
    ("session-store", &["dynamodb"]),
    ("serde_dynamo", &["dynamodb"]),
];

type Read = Box<dyn Fn(&Path) -> io::Result<Vec<u8>> + Send + Sync>;

/// An application in memory.
pub struct Fixture {
    /// `packages[0]` is the application.
    pub packages: Vec<Package>,
    read: Read,
}

/// A fixture after the stages that everything else begins with.
pub struct Lowered {
    /// All files.
    pub files: Files,
    /// The program.
    pub program: Program,
    /// Its names.
    pub names: Names,
    /// What was found so far.
    pub diagnostics: Diagnostics,
}

/// Parses a fixture and lowers it.
pub fn lower(text: &str) -> Lowered {
    let fixture = Fixture::parse(text);
    let mut diagnostics = Diagnostics::default();
    let (files, program) = hir::lower(&fixture.world(), &mut diagnostics);
    let names = resolve::names(&program);
    Lowered {
        files,
        program,
        names,
        diagnostics,
    }
}

impl Lowered {
    /// Messages as `src/main.rs:3:5 IFC0001 text`, in order of place.
    pub fn messages(&self) -> Vec<String> {
        messages(&self.files, self.diagnostics.clone())
    }
}

/// Messages as `src/main.rs:3:5 IFC0001 text`, in order of place.
pub fn messages(files: &Files, diagnostics: Diagnostics) -> Vec<String> {
    let text = |diagnostic: &crate::diagnostics::Diagnostic| {
        let place = match &diagnostic.primary {
            Some(label) => files.location(label.span).to_string(),
            None => "-".to_owned(),
        };
        format!("{place} {} {}", diagnostic.code.number, diagnostic.message)
    };
    diagnostics.into_sorted().iter().map(text).collect()
}

struct Header<'a> {
    path: &'a str,
    words: BTreeMap<&'a str, &'a str>,
}

impl Fixture {
    /// Reads the text of a fixture.
    pub fn parse(text: &str) -> Fixture {
        let mut files: BTreeMap<PathBuf, String> = BTreeMap::new();
        let mut packages = vec![package("app", "")];
        let mut wanted: Vec<Option<Vec<(String, String)>>> = vec![None];
        let mut current = PathBuf::from("/app/src/main.rs");
        for line in text.lines() {
            let Some(header) = line.trim_start().strip_prefix("//- ") else {
                let file = files.entry(current.clone()).or_default();
                file.push_str(line);
                file.push('\n');
                continue;
            };
            let header = Header::parse(header);
            current = PathBuf::from(format!("/app{}", header.path));
            files.entry(current.clone()).or_default();
            let package = match header.words.get("crate") {
                Some(name) => {
                    packages.push(package(name, header.root()));
                    wanted.push(Some(Vec::new()));
                    packages.len() - 1
                }
                None if header.path == "/src/main.rs" || header.path == "/src/lib.rs" => 0,
                None => continue,
            };
            header.apply(&mut packages[package], &mut wanted[package]);
            if package > 0 {
                add_target(&mut packages[package], &current, header.edition());
            }
        }
        for root in ["/app/src/main.rs", "/app/src/lib.rs"] {
            if files.contains_key(Path::new(root)) {
                let edition = packages[0].targets.first().map_or(2024, |t| t.edition);
                packages[0].targets.retain(|t| t.path != Path::new(root));
                add_target(&mut packages[0], Path::new(root), edition);
            }
        }
        packages[0]
            .targets
            .retain(|target| !target.path.as_os_str().is_empty());
        link(&mut packages, &wanted);
        let read = move |path: &Path| match files.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => Err(io::Error::from(io::ErrorKind::NotFound)),
        };
        Fixture {
            packages,
            read: Box::new(read),
        }
    }

    /// Replaces a file by bytes, for what is no text. Paths as in headers.
    pub fn with_bytes(self, path: &str, bytes: Vec<u8>) -> Fixture {
        let replaced = PathBuf::from(format!("/app{path}"));
        let read = self.read;
        Fixture {
            packages: self.packages,
            read: Box::new(move |path: &Path| {
                if path == replaced {
                    Ok(bytes.clone())
                } else {
                    read(path)
                }
            }),
        }
    }

    /// The compiler's view of it.
    pub fn world(&self) -> World<'_> {
        World {
            packages: self.packages.clone(),
            read: &*self.read,
        }
    }
}

impl<'a> Header<'a> {
    fn parse(text: &'a str) -> Header<'a> {
        let mut words = text.split_whitespace();
        let path = words.next().unwrap_or("/src/main.rs");
        Header {
            path,
            words: words.filter_map(|word| word.split_once(':')).collect(),
        }
    }

    /// `/core/src/lib.rs` is in the package folder `core`.
    fn root(&self) -> &'a str {
        let path = self.path.trim_start_matches('/');
        path.split_once("/src/").map_or("", |(root, _)| root)
    }

    fn edition(&self) -> u16 {
        let edition = self.words.get("edition").and_then(|text| text.parse().ok());
        edition.unwrap_or(2024)
    }

    fn apply(&self, package: &mut Package, wanted: &mut Option<Vec<(String, String)>>) {
        if let Some(features) = self.words.get("features") {
            package.features = features.split(',').map(str::to_owned).collect();
        }
        for name in self
            .words
            .get("uses")
            .into_iter()
            .flat_map(|names| names.split(','))
        {
            package.dependencies.push(foreign(name));
        }
        if let Some(deps) = self.words.get("deps") {
            let deps = deps.split(',').map(|dep| match dep.split_once('=') {
                Some((alias, name)) => (alias.to_owned(), name.to_owned()),
                None => (dep.to_owned(), dep.to_owned()),
            });
            *wanted = Some(deps.collect());
        }
        if self.words.contains_key("edition") && !self.words.contains_key("crate") {
            // Remembered until the application's targets are made.
            add_target(package, Path::new(""), self.edition());
        }
    }
}

fn foreign(name: &str) -> Dependency {
    Dependency {
        name: name.replace('-', "_"),
        package: name.to_owned(),
        path_package: None,
        services: Some(Vec::new()),
    }
}

fn package(name: &str, root: &str) -> Package {
    Package {
        name: name.to_owned(),
        root: Path::new("/app").join(root),
        relative_root: root.to_owned(),
        targets: Vec::new(),
        dependencies: Vec::new(),
        features: BTreeSet::new(),
        metadata: serde_json::Value::Null,
    }
}

fn add_target(package: &mut Package, path: &Path, edition: u16) {
    let kind = if path.ends_with("main.rs") {
        TargetKind::Binary
    } else {
        TargetKind::Library
    };
    package.targets.push(Target {
        name: package.name.replace('-', "_"),
        label: package.name.clone(),
        kind,
        path: path.to_owned(),
        edition,
    });
}

fn link(packages: &mut [Package], wanted: &[Option<Vec<(String, String)>>]) {
    let names: Vec<String> = packages
        .iter()
        .map(|package| package.name.clone())
        .collect();
    for (at, package) in packages.iter_mut().enumerate() {
        let local: Vec<(String, String)> = match &wanted[at] {
            Some(wanted) => wanted.clone(),
            None => names[1..].iter().map(|n| (n.clone(), n.clone())).collect(),
        };
        for (alias, name) in local {
            package.dependencies.push(Dependency {
                name: alias.replace('-', "_"),
                path_package: names.iter().position(|other| *other == name),
                package: name,
                services: Some(Vec::new()),
            });
        }
        let renamed = |name: &str| {
            package
                .dependencies
                .iter()
                .any(|known| known.package == name)
        };
        let others = FOREIGN.iter().filter(|name| !renamed(name));
        let others: Vec<Dependency> = others.map(|name| foreign(name)).collect();
        package.dependencies.extend(others);
        let callers = CALLERS.iter().map(|(name, services)| Dependency {
            name: name.replace('-', "_"),
            package: (*name).to_owned(),
            path_package: None,
            services: Some(services.iter().map(|&name| name.to_owned()).collect()),
        });
        package.dependencies.extend(callers);
    }
}
