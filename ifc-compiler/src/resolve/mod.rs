//! What a path at a place stands for, across modules, re-exports, globs, renames and crates.
