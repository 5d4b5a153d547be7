//! Paths as text with `/`, the same on every platform.

use std::path::{Component, Path};

/// `to` as seen from the folder `from`, both absolute; empty if they are the same.
pub fn relative(from: &Path, to: &Path) -> String {
    let from: Vec<Component<'_>> = from.components().collect();
    let to: Vec<Component<'_>> = to.components().collect();
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| "..".into());
    let down = to[common..]
        .iter()
        .map(|part| part.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// `path` below the folder `base`, with `..` taken back where possible.
pub fn join(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_goes_up_and_down() {
        let seen = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(seen("/a/b", "/a/b"), "");
        assert_eq!(seen("/a/b", "/a/b/c/d"), "c/d");
        assert_eq!(seen("/a/b", "/a/c"), "../c");
        assert_eq!(seen("/a/b", "/x"), "../../x");
    }

    #[test]
    fn join_takes_parents_back() {
        assert_eq!(
            join("apps/orders", "src/main.rs"),
            "apps/orders/src/main.rs"
        );
        assert_eq!(
            join("apps/orders", "../core/src/lib.rs"),
            "apps/core/src/lib.rs"
        );
        assert_eq!(join("", "../core/src/lib.rs"), "../core/src/lib.rs");
        assert_eq!(join("..", "../core"), "../../core");
    }
}
