//! Code that an attribute or macro from outside the program may run without any code that names it:
//! routes that register themselves, `inventory::submit!`, `#[distributed_slice]`.

use syn::{Attribute, Ident, Macro, Meta};

use super::file::Lower;
use crate::hir::{FnId, Global, Registered, RegisteredCode, TypeRef};
use crate::symbol::Symbol;

/// Attributes by the last name of their path that are the compiler's, or that leave it to others
/// whether the item is called; in order.
const QUIET: &[&str] = &[
    "allow",
    "async_recursion",
    "async_trait",
    "automatically_derived",
    "automock",
    "bench",
    "builder",
    "cached",
    "case",
    "cfg",
    "cold",
    "debug_handler",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "export_name",
    "fixture",
    "forbid",
    "ignore",
    "inline",
    "instrument",
    "link_section",
    "main",
    "must_use",
    "no_mangle",
    "non_exhaustive",
    "panic_handler",
    "path",
    "proc_macro",
    "proc_macro_attribute",
    "proc_macro_derive",
    "repr",
    "rstest",
    "rustfmt",
    "serial",
    "should_panic",
    "skip",
    "target_feature",
    "test",
    "test_case",
    "thread_local",
    "traced_test",
    "track_caller",
    "unsafe",
    "used",
    "warn",
];

/// Derives that make nothing which is called by a name of the type's own, but for what is known of
/// them; in order.
const PLAIN_DERIVES: &[&str] = &[
    "Args",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "Display",
    "Eq",
    "Error",
    "Event",
    "FromRow",
    "Hash",
    "Item",
    "JsonSchema",
    "Ord",
    "Parser",
    "PartialEq",
    "PartialOrd",
    "Serialize",
    "ToSchema",
    "Validate",
    "Zeroize",
    "ZeroizeOnDrop",
];

/// Attributes that only derives read, of those that are plain.
fn is_helper(path: &syn::Path) -> bool {
    [
        "arg", "clap", "command", "default", "error", "event", "item", "schema", "serde",
        "validate",
    ]
    .iter()
    .any(|name| path.is_ident(name))
}

impl Lower<'_> {
    /// The first attribute of an item that may be a macro which calls it, as it is written.
    pub(super) fn registering(&self, attributes: &[Attribute]) -> Option<Symbol> {
        let mut found = None;
        if !attributes.is_empty() {
            self.context.cfg.attributes(attributes, &mut |meta| {
                if found.is_none() && !self.is_quiet(meta) {
                    found = Some(Symbol::new(&format!("#[{}]", written(meta.path()))));
                }
            });
        }
        found
    }

    /// Whether the attributes of a type may make code that is not seen.
    pub(super) fn is_extended(&self, attributes: &[Attribute], derives: &[(Symbol, bool)]) -> bool {
        let is_plain = |name: &Symbol| PLAIN_DERIVES.binary_search(&name.as_str()).is_ok();
        let mut extended = derives.iter().any(|(name, _)| !is_plain(name));
        if !attributes.is_empty() && !extended {
            self.context.cfg.attributes(attributes, &mut |meta| {
                extended |= !self.is_quiet(meta) && !is_helper(meta.path());
            });
        }
        extended
    }

    fn is_quiet(&self, meta: &Meta) -> bool {
        let path = meta.path();
        let Some(last) = path.segments.last() else {
            return true;
        };
        let name = last.ident.to_string();
        let of_tool = path.segments.len() > 1
            && path.segments.first().is_some_and(|first| {
                ["clippy", "diagnostic", "rustfmt"]
                    .iter()
                    .any(|t| first.ident == t)
            });
        let (krate, known) = (self.context.krate, self.context.known);
        let is_marker = || {
            let name = Symbol::new(&name);
            known.uses_runtime(krate) && known.marker_by_name(name).is_some()
        };
        QUIET.binary_search(&&*name).is_ok() || of_tool || is_marker()
    }

    /// Notes a function whose attributes may call it, or make the program's `main` of it: attributes
    /// called `main` do so with functions of other names.
    pub(super) fn register_function(&mut self, attributes: &[Attribute], name: &Ident, id: FnId) {
        self.register(attributes, RegisteredCode::Function(id));
        if attributes.is_empty() || name == "main" {
            return;
        }
        let mut made = None;
        self.context.cfg.attributes(attributes, &mut |meta| {
            let path = meta.path();
            if path
                .segments
                .last()
                .is_some_and(|last| last.ident == "main")
            {
                made = Some(Symbol::new(&format!("#[{}]", written(path))));
            }
        });
        if let Some(by) = made {
            let code = RegisteredCode::Function(id);
            self.out.program.registered.push(Registered { by, code });
        }
    }

    /// Notes an item whose attributes may call it.
    pub(super) fn register(&mut self, attributes: &[Attribute], code: RegisteredCode) {
        if let Some(by) = self.registering(attributes) {
            self.out.program.registered.push(Registered { by, code });
        }
    }

    /// Notes what stands among the tokens of a macro that is not known.
    pub(super) fn register_macro(&mut self, invocation: &Macro) {
        if invocation.tokens.is_empty() {
            return;
        }
        let span = self.macro_span(invocation);
        let (init, blocks) = self.in_body(|lower| {
            let root = lower.read_foreign(invocation);
            (Vec::new(), root)
        });
        let global = Global {
            name: self.words.underscore,
            module: self.module,
            span,
            ty: TypeRef::Unknown,
            init: Some(init),
            resource: None,
        };
        let id = self.add_global(global, blocks);
        let by = Symbol::new(&format!("{}!", written(&invocation.path)));
        let code = RegisteredCode::Global(id);
        self.out.program.registered.push(Registered { by, code });
    }
}

fn written(path: &syn::Path) -> String {
    let names = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string());
    names.collect::<Vec<_>>().join("::")
}

#[cfg(test)]
mod tests {
    use super::{PLAIN_DERIVES, QUIET};

    #[test]
    fn names_are_found() {
        assert!(QUIET.is_sorted() && PLAIN_DERIVES.is_sorted());
    }
}
