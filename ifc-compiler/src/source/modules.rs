//! Where the file of a module is.

use std::path::{Path, PathBuf};

/// The folders that a file's `mod` declarations refer to.
#[derive(Clone, Debug)]
pub struct Place {
    /// Folder of the file itself, absolute and as shown to people. `#[path]` starts here.
    pub folder: (PathBuf, String),
    /// Folder of its child modules.
    pub children: (PathBuf, String),
}

impl Place {
    /// The place of a crate root or of a file that `#[path]` or `mod.rs` names: children are beside
    /// it.
    pub fn owner(path: &Path, shown: &str) -> Place {
        let folder = (
            path.parent().unwrap_or(Path::new("")).to_owned(),
            shown_parent(shown),
        );
        Place {
            children: folder.clone(),
            folder,
        }
    }

    /// The place of `name.rs`: children are in the folder `name`.
    pub fn leaf(path: &Path, shown: &str, name: &str) -> Place {
        let owner = Place::owner(path, shown);
        Place {
            children: (owner.folder.0.join(name), join(&owner.folder.1, name)),
            folder: owner.folder,
        }
    }

    /// Files that `mod name;` can mean, inside inline modules `inline`. The flag says whether the
    /// file's children are beside it.
    pub fn candidates(&self, inline: &[String], name: &str) -> Vec<((PathBuf, String), bool)> {
        let (mut folder, mut shown) = self.children.clone();
        for module in inline {
            folder.push(module);
            shown = join(&shown, module);
        }
        let leaf = format!("{name}.rs");
        vec![
            ((folder.join(&leaf), join(&shown, &leaf)), false),
            (
                (
                    folder.join(name).join("mod.rs"),
                    join(&join(&shown, name), "mod.rs"),
                ),
                true,
            ),
        ]
    }

    /// The file that `#[path = ".."]` means. Inside inline modules paths start at their folder.
    pub fn explicit(&self, inline: &[String], path: &str) -> (PathBuf, String) {
        let (mut folder, mut shown) = if inline.is_empty() {
            self.folder.clone()
        } else {
            self.children.clone()
        };
        for module in inline {
            folder.push(module);
            shown = join(&shown, module);
        }
        for part in path.split(['/', '\\']) {
            match part {
                "" | "." => {}
                ".." => {
                    if !folder.pop() {
                        folder.push("..");
                    }
                    shown = if shown.is_empty() || shown.ends_with("..") {
                        join(&shown, "..")
                    } else {
                        shown_parent(&shown)
                    };
                }
                part => {
                    folder.push(part);
                    shown = join(&shown, part);
                }
            }
        }
        (folder, shown)
    }
}

/// Joins two paths as they are shown.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

fn shown_parent(shown: &str) -> String {
    shown
        .rsplit_once('/')
        .map_or_else(String::new, |(folder, _)| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(place: &Place, inline: &[&str], name: &str) -> Vec<String> {
        let inline: Vec<String> = inline.iter().map(|&name| name.to_owned()).collect();
        let candidates = place.candidates(&inline, name).into_iter();
        candidates.map(|((_, shown), _)| shown).collect()
    }

    #[test]
    fn files_of_modules() {
        let root = Place::owner(Path::new("/app/src/main.rs"), "src/main.rs");
        assert_eq!(shown(&root, &[], "a"), ["src/a.rs", "src/a/mod.rs"]);
        assert_eq!(shown(&root, &["x"], "a"), ["src/x/a.rs", "src/x/a/mod.rs"]);
        let leaf = Place::leaf(Path::new("/app/src/a.rs"), "src/a.rs", "a");
        assert_eq!(shown(&leaf, &[], "b"), ["src/a/b.rs", "src/a/b/mod.rs"]);
        assert_eq!(leaf.explicit(&[], "../gen/b.rs").1, "gen/b.rs");
        assert_eq!(leaf.explicit(&["x".to_owned()], "b.rs").1, "src/a/x/b.rs");
        assert_eq!(root.explicit(&[], "../../b.rs").1, "../b.rs");
    }
}
