//! Which dependencies can call AWS themselves: those that reach an `aws-sdk-*` or rusoto crate in
//! `Cargo.lock`, which says so in a few milliseconds where resolving versions anew takes long.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Dependencies of each locked package by name, all versions together.
#[derive(Debug, Default)]
pub(super) struct Lock {
    /// The file, if it was read.
    pub(super) path: Option<PathBuf>,
    packages: Option<BTreeMap<String, Vec<String>>>,
}

impl Lock {
    /// Reads the lock file of a workspace; without one nothing is known.
    pub(super) fn read(workspace_root: &Path) -> Lock {
        let path = workspace_root.join("Cargo.lock");
        let bytes = super::read_file(&path);
        let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        Lock {
            path: text.is_some().then_some(path),
            packages: text.map(|text| parse(&text)),
        }
    }

    /// Services whose SDK crates the code of a package can call, its dependencies' code included.
    pub(super) fn services(&self, package: &str) -> Option<Vec<String>> {
        if is_sdk(package) {
            return Some(Vec::new());
        }
        if let Some(service) = rusoto(package) {
            return Some(vec![service]);
        }
        let packages = self.packages.as_ref()?;
        packages.get(package)?;
        let mut services = BTreeSet::new();
        let mut seen = BTreeSet::from([package]);
        let mut open = vec![package];
        while let Some(name) = open.pop() {
            for dependency in packages.get(name).into_iter().flatten() {
                services.extend(rusoto(dependency));
                match dependency.strip_prefix("aws-sdk-") {
                    Some(service) => drop(services.insert(service.replace('-', ""))),
                    None if is_sdk(dependency) => {}
                    None if seen.insert(dependency) => open.push(dependency),
                    None => {}
                }
            }
        }
        Some(services.into_iter().collect())
    }
}

/// The service of a crate of rusoto, the SDK before this one, whose calls are not followed.
fn rusoto(package: &str) -> Option<String> {
    let service = package.strip_prefix("rusoto_")?;
    let has_calls = !matches!(service, "core" | "credential" | "mock" | "signature");
    has_calls.then(|| service.replace('_', ""))
}

/// The SDK itself: what its crates call among themselves is known.
fn is_sdk(package: &str) -> bool {
    package.starts_with("aws-sdk-")
        || package.starts_with("aws-smithy-")
        || matches!(
            package,
            "aws-config" | "aws-runtime" | "aws-types" | "aws-credential-types" | "aws-sigv4"
        )
}

/// Cargo writes the file itself, one entry a line.
fn parse(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut packages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut name = None;
    let mut listing = false;
    for line in text.lines() {
        if line.starts_with("[[") {
            name = None;
        } else if let Some(value) = line.strip_prefix("name = \"") {
            let value = value.trim_end_matches('"').to_owned();
            packages.entry(value.clone()).or_default();
            name = Some(value);
        } else if line.starts_with("dependencies = [") {
            listing = true;
        } else if line == "]" {
            listing = false;
        } else if listing && let Some(list) = name.as_ref().and_then(|name| packages.get_mut(name))
        {
            let entry = line.trim().trim_matches([',', '"']);
            list.extend(entry.split(' ').next().map(str::to_owned));
        }
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_that_use_the_sdk_are_told_from_those_that_do_not() {
        let text = r#"
version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = [
 "aws-config",
 "axum",
 "session-store 0.2.0",
]

[[package]]
name = "aws-config"
version = "1.0.0"
dependencies = [
 "aws-sdk-sts",
]

[[package]]
name = "axum"
version = "0.8.0"

[[package]]
name = "inner"
version = "1.0.0"
dependencies = [
 "aws-sdk-dynamodb",
 "inner",
]

[[package]]
name = "old-store"
version = "0.1.0"
dependencies = [
 "rusoto_core",
 "rusoto_s3",
]

[[package]]
name = "session-store"
version = "0.2.0"
dependencies = [
 "aws-config",
 "inner",
]
"#;
        let lock = Lock {
            path: None,
            packages: Some(parse(text)),
        };
        assert_eq!(lock.services("axum"), Some(Vec::new()));
        assert_eq!(
            lock.services("session-store"),
            Some(vec!["dynamodb".to_owned()])
        );
        assert_eq!(lock.services("aws-config"), Some(Vec::new()));
        assert_eq!(lock.services("not-locked"), None);
        assert_eq!(lock.services("old-store"), Some(vec!["s3".to_owned()]));
        assert_eq!(Lock::default().services("axum"), None);
        let dynamodb = Some(vec!["dynamodb".to_owned()]);
        assert_eq!(Lock::default().services("rusoto_dynamodb"), dynamodb);
    }
}
