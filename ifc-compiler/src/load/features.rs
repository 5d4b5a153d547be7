//! Which Cargo features are on, for the application and the packages that it reaches by path.
//! The rules are those of Cargo's resolver, as far as they concern packages whose sources are read.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{Dependency, DependencyKind, Package};

use super::errors::{self, LoadError};
use super::folder;

/// Features of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeatureRequest {
    /// As on the command line of cargo.
    Chosen {
        /// `--features`.
        features: Vec<String>,
        /// False with `--no-default-features`.
        default: bool,
    },
    /// `--all-features`.
    All,
    /// What Cargo tells build scripts: names in upper case with `_` for `-`, without
    /// `CARGO_FEATURE_`.
    Environment(BTreeSet<String>),
}

impl Default for FeatureRequest {
    fn default() -> Self {
        FeatureRequest::Chosen {
            features: Vec::new(),
            default: true,
        }
    }
}

/// Enabled features of each package. The first `roots` are those that are built, with the features
/// that the request names.
pub(super) fn resolve(
    packages: &[Package],
    roots: usize,
    request: &FeatureRequest,
) -> Result<Vec<BTreeSet<String>>, LoadError> {
    let mut state = State {
        packages,
        enabled: vec![BTreeSet::new(); packages.len()],
        optional: vec![BTreeSet::new(); packages.len()],
        weak: vec![BTreeMap::new(); packages.len()],
        active: BTreeSet::new(),
    };
    if let FeatureRequest::Chosen { features, .. } = request {
        for feature in features {
            let known = |package: &Package| has_feature(package, feature);
            if !packages[..roots].iter().any(known) {
                return Err(errors::unknown_feature(feature, &packages[0]));
            }
        }
    }
    for (root, package) in packages[..roots].iter().enumerate() {
        state.activate(root);
        match request {
            FeatureRequest::Chosen { features, default } => {
                if *default {
                    state.enable(root, "default");
                }
                for feature in features.iter().filter(|f| has_feature(package, f)) {
                    state.value(root, feature);
                }
            }
            FeatureRequest::All => {
                for feature in package.features.keys() {
                    state.enable(root, feature);
                }
            }
            FeatureRequest::Environment(names) => {
                let is_on =
                    |feature: &str| names.contains(&feature.to_uppercase().replace('-', "_"));
                for feature in package.features.keys().filter(|name| is_on(name)) {
                    state.enable(root, feature);
                }
            }
        }
    }
    Ok(state.enabled)
}

/// Whether a package has a feature, or a dependency with one, of this name.
fn has_feature(package: &Package, feature: &str) -> bool {
    let name = feature.split('/').next().unwrap_or(feature);
    package.features.contains_key(name) || package.dependencies.iter().any(|d| key(d) == name)
}

struct State<'a> {
    packages: &'a [Package],
    enabled: Vec<BTreeSet<String>>,
    /// Optional dependencies that are on, by their name in the manifest.
    optional: Vec<BTreeSet<String>>,
    /// `name?/feature` seen before `name` was on.
    weak: Vec<BTreeMap<String, BTreeSet<String>>>,
    /// Packages whose mandatory dependencies have been followed.
    active: BTreeSet<usize>,
}

impl State<'_> {
    /// A package is part of the build: its mandatory dependencies are, too.
    fn activate(&mut self, package: usize) {
        if !self.active.insert(package) {
            return;
        }
        let packages = self.packages;
        for dependency in normal(&packages[package]).filter(|d| !d.optional) {
            self.request(dependency);
        }
    }

    fn enable(&mut self, package: usize, feature: &str) {
        let packages = self.packages;
        let Some(values) = packages[package].features.get(feature) else {
            return;
        };
        if self.enabled[package].insert(feature.to_owned()) {
            for value in values {
                self.value(package, value);
            }
        }
    }

    /// `feature`, `dep:name`, `name/feature` or `name?/feature`.
    fn value(&mut self, package: usize, value: &str) {
        if let Some(name) = value.strip_prefix("dep:") {
            self.turn_on(package, name);
            return;
        }
        let Some((name, feature)) = value.split_once('/') else {
            self.enable(package, value);
            return;
        };
        if let Some(name) = name.strip_suffix('?') {
            self.weak[package]
                .entry(name.to_owned())
                .or_default()
                .insert(feature.to_owned());
            if self.is_on(package, name) {
                self.forward(package, name, feature);
            }
            return;
        }
        // Cargo turns the optional dependency's own feature on as well, where it has one.
        self.enable(package, name);
        self.turn_on(package, name);
        self.forward(package, name, feature);
    }

    fn turn_on(&mut self, package: usize, name: &str) {
        if !self.optional[package].insert(name.to_owned()) {
            return;
        }
        let packages = self.packages;
        for dependency in normal(&packages[package]).filter(|d| key(d) == name) {
            self.request(dependency);
        }
        let weak = self.weak[package].get(name).cloned().unwrap_or_default();
        for feature in weak {
            self.forward(package, name, &feature);
        }
    }

    fn is_on(&self, package: usize, name: &str) -> bool {
        self.optional[package].contains(name)
            || normal(&self.packages[package]).any(|d| key(d) == name && !d.optional)
    }

    fn request(&mut self, dependency: &Dependency) {
        let Some(package) = self.position(dependency) else {
            return;
        };
        self.activate(package);
        if dependency.uses_default_features {
            self.enable(package, "default");
        }
        for feature in &dependency.features {
            self.value(package, feature);
        }
    }

    fn forward(&mut self, package: usize, name: &str, feature: &str) {
        let packages = self.packages;
        for dependency in normal(&packages[package]).filter(|d| key(d) == name) {
            if let Some(target) = self.position(dependency) {
                self.enable(target, feature);
            }
        }
    }

    fn position(&self, dependency: &Dependency) -> Option<usize> {
        let path = dependency.path.as_ref()?.as_std_path();
        self.packages
            .iter()
            .position(|package| folder(package) == path)
    }
}

fn normal(package: &Package) -> impl Iterator<Item = &Dependency> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal)
}

/// The name under which a manifest speaks of a dependency.
fn key(dependency: &Dependency) -> &str {
    dependency.rename.as_deref().unwrap_or(&dependency.name)
}
