//! Macros of other crates: those that only look at their arguments, and those that may do anything
//! with what they name.

use super::Flow;
use super::engine::Cx;
use super::ty::{Ty, Wrap};
use super::value::Val;
use crate::hir::{ExprId, Path};
use crate::resolve::Resolution;
use crate::span::Span;

/// Macros that only look at their arguments.
const HARMLESS_MACROS: &[&str] = &[
    "anyhow",
    "assert",
    "assert_eq",
    "assert_ne",
    "bail",
    "cfg",
    "column",
    "concat",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "debug_span",
    "ensure",
    "env",
    "eprint",
    "eprintln",
    "error",
    "error_span",
    "eyre",
    "event",
    "file",
    "format_args",
    "include_bytes",
    "include_str",
    "info",
    "info_span",
    "json",
    "line",
    "log",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "span",
    "stringify",
    "todo",
    "trace",
    "trace_span",
    "unimplemented",
    "unreachable",
    "warn",
    "warn_span",
    "write",
    "writeln",
    "format",
    "concat_bytes",
];

/// Macros that make maps of pairs.
const MAP_MACROS: &[&str] = &["btreemap", "hashmap", "indexmap"];

/// Macros after which nothing goes on.
pub(super) const DIVERGING_MACROS: &[&str] =
    &["bail", "panic", "todo", "unimplemented", "unreachable"];

impl<'p> Flow<'p> {
    /// A macro whose arguments could be read.
    pub(super) fn foreign_macro(
        &mut self,
        cx: Cx,
        span: Span,
        path: &'p Path,
        args: &[Val],
    ) -> Val {
        let name = path
            .segments
            .last()
            .map_or("", |segment| segment.name.as_str());
        if let Some(text) = self.variable_macro(name, args) {
            return text;
        }
        if name == "dbg" {
            return args.first().copied().unwrap_or(Val::UNIT);
        }
        if MAP_MACROS.contains(&name) {
            let pair = self.vals.join_all(&mut self.tys, args.iter().copied());
            let slots = match args {
                [] => [Val::EMPTY; 2],
                _ => [0, 1].map(|at| self.part(pair, at)),
            };
            return self.vals.wrap(&mut self.tys, Wrap::Map, &slots);
        }
        if HARMLESS_MACROS.contains(&name) {
            return match DIVERGING_MACROS.contains(&name) {
                true => Val::BOTTOM,
                false => self.opaque(self.known.opaque),
            };
        }
        let mut contents = Val::BOTTOM;
        for &arg in args {
            self.given_to_macro(cx, span, name, arg);
            let back = self.hand_over(cx, span, arg, &format!("{name}!"));
            contents = self.vals.join(&mut self.tys, contents, back);
        }
        match contents {
            Val::BOTTOM | Val::EMPTY => Val::UNKNOWN,
            contents => self.vals.wrap(&mut self.tys, Wrap::Around, &[contents]),
        }
    }

    /// A macro that could not be read: everything that it names may be used in any way.
    pub(super) fn opaque_macro(
        &mut self,
        cx: Cx,
        span: Span,
        id: ExprId,
        path: &'p Path,
        mentions: &'p [Path],
    ) {
        let name = path
            .segments
            .last()
            .map_or("", |segment| segment.name.as_str());
        let into = format!("{name}!");
        for (at, mention) in mentions.iter().enumerate() {
            if let Some(var) = self.unit(cx.unit).locals.of_mention(id, at) {
                let val = self.read_var(cx, var);
                self.given_to_macro(cx, span, name, val);
                self.give_away(cx, span, val, &into);
                continue;
            }
            let known = self
                .tys
                .lookup(cx.subst, mention.segments[0].name)
                .is_some();
            let resolution = self.names.value(self.program, cx.module, mention);
            if known || matches!(resolution, Resolution::Def { .. }) {
                let val = self.path_value(cx, mention, span, Ty::UNKNOWN);
                self.given_to_macro(cx, span, name, val);
                self.give_away(cx, span, val, &into);
            }
        }
    }
}
