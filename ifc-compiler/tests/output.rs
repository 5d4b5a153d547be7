//! Publishing: what is new appears whole, what did not change is not touched, what is old goes.

#![expect(clippy::disallowed_methods, reason = "the test looks at the disk")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ifc_compiler::output::publish;
use ifc_compiler::targets::Artifact;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("output")
        .join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("a working disk");
    }
    folder
}

fn artifacts(files: &[(&str, &str)]) -> Vec<Artifact> {
    let artifact = |&(path, text): &(&str, &str)| Artifact {
        path: path.into(),
        text: text.into(),
    };
    files.iter().map(artifact).collect()
}

/// Every file below a folder with its contents, in order.
fn contents(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a working disk") {
            let path = entry.expect("a working disk").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path
                    .strip_prefix(root)
                    .expect("a working disk")
                    .display()
                    .to_string();
                found.push((name, fs::read_to_string(&path).expect("a working disk")));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn files_and_subfolders_are_as_published() {
    let root = folder("published");
    let first = [
        ("a.json", "1"),
        ("p/q/y.json", "3"),
        ("p/x.json", "2"),
        ("r/z.json", "4"),
    ];
    publish(&root, &artifacts(&first)).expect("a working disk");
    let expected: Vec<(String, String)> = first
        .iter()
        .map(|(path, text)| ((*path).into(), (*text).into()))
        .collect();
    assert_eq!(contents(&root), expected);

    fs::write(root.join("bundle.zip"), "kept").expect("a working disk");
    let second = [("a.json", "1"), ("p/x.json", "5"), ("p/new.json", "6")];
    publish(&root, &artifacts(&second)).expect("a working disk");
    let expected = [
        ("a.json", "1"),
        ("bundle.zip", "kept"),
        ("p/new.json", "6"),
        ("p/x.json", "5"),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(contents(&root), expected);
    assert!(!root.join("r").exists() && !root.join("p/q").exists());
}

#[test]
fn unchanged_files_keep_their_time() {
    let root = folder("unchanged");
    let files = [
        ("a.json", "same"),
        ("p/x.json", "same"),
        ("p/y.json", "old"),
    ];
    publish(&root, &artifacts(&files)).expect("a working disk");
    let long_ago = SystemTime::UNIX_EPOCH;
    for (path, _) in files {
        let file = fs::File::options()
            .write(true)
            .open(root.join(path))
            .expect("a working disk");
        file.set_modified(long_ago).expect("a working disk");
    }
    // The same length, so that only the contents tell.
    let files = [
        ("a.json", "same"),
        ("p/x.json", "same"),
        ("p/y.json", "new"),
    ];
    publish(&root, &artifacts(&files)).expect("a working disk");
    let time = |path: &str| {
        fs::metadata(root.join(path))
            .expect("a working disk")
            .modified()
            .expect("a working disk")
    };
    assert_eq!(time("a.json"), long_ago);
    assert_eq!(time("p/x.json"), long_ago);
    assert_ne!(time("p/y.json"), long_ago);
}
