//! Whatever the order of items and modules, every output file is the same to the byte, but for the
//! lines on which things stand. Applications are those of the inference fixtures and the examples.

#![allow(
    clippy::disallowed_methods,
    reason = "the applications are files on disk"
)]

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use ifc_compiler::load::{self, FeatureRequest, Request};
use ifc_compiler::span::Files;
use ifc_compiler::testing::Fixture;
use ifc_compiler::world::World;
use ifc_compiler::{Compilation, compile};
use syn::spanned::Spanned;

/// Every output file by its path, with each place as the text of its line.
fn artifacts(compilation: &Compilation) -> BTreeMap<String, String> {
    let artifacts = compilation.artifacts.iter();
    artifacts
        .map(|artifact| {
            // How lines are broken depends on how long the numbers of lines are.
            let text = placed(&artifact.text, &compilation.files);
            let text: String = text.split_whitespace().collect();
            (artifact.path.clone(), text)
        })
        .collect()
}

/// `src/main.rs:20:1` becomes `src/main.rs:«async fn place() {»:1`.
fn placed(text: &str, files: &Files) -> String {
    let mut text = text.to_owned();
    for (id, file) in files.iter() {
        let marker = format!("{}:", file.path);
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(&marker) {
            out.push_str(before);
            out.push_str(&marker);
            // The end of another file's path.
            let is_whole = !before.ends_with(|c: char| c.is_alphanumeric() || "/_-.".contains(c));
            if !is_whole {
                rest = after;
                continue;
            }
            let digits = after.chars().take_while(char::is_ascii_digit).count();
            let (number, after) = after.split_at(digits);
            match number.parse() {
                Ok(number) => out.push_str(&format!("«{}»", files.line(id, number).trim())),
                Err(_) => out.push_str(number),
            }
            rest = after;
        }
        out.push_str(rest);
        text = out;
    }
    text
}

/// A file's items in another order, as they are written. Macros stay where they are first: they are
/// visible only below their definition.
fn shuffled(text: &str, step: usize) -> String {
    let Ok(file) = syn::parse_file(text) else {
        return text.to_owned();
    };
    let lines: Vec<&str> = text.lines().collect();
    let ends: Vec<usize> = file
        .items
        .iter()
        .map(|item| item.span().end().line)
        .collect();
    // Items that share a line stay together, and with the comments above them.
    let mut pieces: Vec<(bool, String)> = Vec::new();
    let mut start = match file.attrs.last() {
        Some(last) => last.span().end().line,
        None => 0,
    };
    let head = lines[..start].join("\n");
    for (item, end) in file.items.iter().zip(ends) {
        let is_macro = matches!(item, syn::Item::Macro(_));
        if end <= start {
            if let Some(last) = pieces.last_mut() {
                last.0 |= is_macro;
            }
            continue;
        }
        pieces.push((is_macro, lines[start..end].join("\n")));
        start = end;
    }
    let tail = lines[start.min(lines.len())..].join("\n");
    let (macros, mut others): (Vec<_>, Vec<_>) = pieces.into_iter().partition(|piece| piece.0);
    others.reverse();
    let turn = step % others.len().max(1);
    others.rotate_left(turn);
    let pieces = macros.into_iter().chain(others).map(|piece| piece.1);
    let all = [head].into_iter().chain(pieces).chain([tail]);
    all.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn assert_same(name: &str, world: &World<'_>) {
    let before = artifacts(&compile(world));
    assert!(before.len() > 3, "{name}: {:?}", before.keys());
    for step in [0, 1, 5] {
        let read = |path: &Path| -> io::Result<Vec<u8>> {
            let bytes = (world.read)(path)?;
            Ok(match String::from_utf8(bytes) {
                Ok(text) => shuffled(&text, step).into_bytes(),
                Err(error) => error.into_bytes(),
            })
        };
        let after = artifacts(&compile(&World {
            packages: world.packages.clone(),
            read: &read,
        }));
        assert_eq!(
            before.keys().collect::<Vec<_>>(),
            after.keys().collect::<Vec<_>>(),
            "{name}"
        );
        for (path, text) in &before {
            let other = &after[path];
            let at = text
                .bytes()
                .zip(other.bytes())
                .position(|(one, other)| one != other);
            let at = at.or((text.len() != other.len()).then_some(text.len().min(other.len())));
            if let Some(at) = at {
                let around = |text: &str| {
                    let from = text.floor_char_boundary(at.saturating_sub(200));
                    let to = text.floor_char_boundary((at + 200).min(text.len()));
                    text[from..to].to_owned()
                };
                let (text, other) = (around(text), around(other));
                panic!("{name}, {path}, step {step}:\n{text}\n{other}");
            }
        }
    }
}

#[test]
fn fixtures_in_any_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/inference");
    let entries = std::fs::read_dir(folder).expect("the folder of fixtures is there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    paths.sort();
    let mut compared = 0;
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("fixtures are text");
        let name = path.display().to_string();
        let fixture = Fixture::parse(&text);
        // Where there are errors, nothing is written.
        if compile(&fixture.world()).errors().next().is_none() {
            assert_same(&name, &fixture.world());
            compared += 1;
        }
    }
    assert!(compared > 10, "{compared}");
}

#[test]
fn examples_in_any_order() {
    for name in ["hello", "orders", "thumbnails"] {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../examples")
            .join(name);
        let loaded = load::load(&Request {
            manifest_path: manifest.join("Cargo.toml"),
            package: None,
            features: FeatureRequest::Environment(std::collections::BTreeSet::new()),
        });
        let loaded = loaded.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_same(
            name,
            &World {
                packages: loaded.packages,
                read: &load::read_file,
            },
        );
    }
}
