//! `use` declarations.

use syn::{Item, UseTree};

use super::file::Lower;
use crate::hir::{Import, ImportKind, Visibility};
use crate::symbol::Symbol;

impl Lower<'_> {
    pub(super) fn use_tree(
        &mut self,
        tree: &UseTree,
        prefix: &mut Vec<Symbol>,
        absolute: bool,
        visibility: Visibility,
    ) {
        let (kind, path, span) = match tree {
            UseTree::Path(path) => {
                prefix.push(self.symbol(&path.ident));
                self.use_tree(&path.tree, prefix, absolute, visibility);
                prefix.pop();
                return;
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, prefix, absolute, visibility);
                }
                return;
            }
            UseTree::Glob(glob) => (ImportKind::Glob, prefix.clone(), glob.star_token.spans[0]),
            UseTree::Name(name) => {
                let path = self.leaf(prefix, &name.ident);
                let Some(&bound) = path.last() else { return };
                (ImportKind::Named(bound), path, name.ident.span())
            }
            UseTree::Rename(rename) => {
                let path = self.leaf(prefix, &rename.ident);
                let bound = self.symbol(&rename.rename);
                (ImportKind::Named(bound), path, rename.rename.span())
            }
        };
        let span = self.span(span);
        self.add_import(Import {
            path,
            absolute,
            kind,
            visibility,
            span,
        });
    }

    /// `a::b::{self}` is `a::b`.
    fn leaf(&mut self, prefix: &[Symbol], last: &syn::Ident) -> Vec<Symbol> {
        let mut path = prefix.to_vec();
        let last = self.symbol(last);
        if last != self.words.self_ || path.is_empty() {
            path.push(last);
        }
        path
    }

    /// Collects the named imports of a file, which macros and attributes are looked up in.
    pub(super) fn scan_imports(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Use(item) => self.scan_use(&item.tree, &mut Vec::new()),
                Item::Mod(item) => {
                    if let Some((_, items)) = &item.content {
                        self.scan_imports(items);
                    }
                }
                Item::ExternCrate(item) => {
                    let name = self.symbol(&item.ident);
                    self.glob_roots.push(name);
                }
                _ => {}
            }
        }
    }

    fn scan_use(&mut self, tree: &UseTree, prefix: &mut Vec<Symbol>) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(self.symbol(&path.ident));
                self.scan_use(&path.tree, prefix);
                prefix.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.scan_use(tree, prefix);
                }
            }
            UseTree::Glob(_) => self.glob_roots.extend(prefix.first()),
            UseTree::Name(name) => {
                let path = self.leaf(prefix, &name.ident);
                if let Some(&bound) = path.last() {
                    self.imports.insert(bound, path);
                }
            }
            UseTree::Rename(rename) => {
                let path = self.leaf(prefix, &rename.ident);
                let bound = self.symbol(&rename.rename);
                self.imports.insert(bound, path);
            }
        }
    }
}
