//! What is known of texts: parts in order, among them the values of environment variables and the
//! names of resources, which have a name here and a value only where the program runs.

use ifc_catalog::model::Text;

use super::Flow;
use super::engine::Cx;
use super::eval::Site;
use super::ty::{Ty, TyKind, Wrap};
use super::value::{Val, ValKind};
use crate::hir::{ExprKind, FormatPiece, ResourceId};
use crate::symbol::Symbol;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Part {
    /// As it is.
    Text(String),
    /// The value of an environment variable.
    Env(Symbol),
    /// The name by which AWS knows a resource.
    Resource(ResourceId),
    /// Anything.
    Any,
}

/// Alternatives that a text of several parts with alternatives may have.
const ALTERNATIVES: usize = 16;

/// Parts of a text beyond which the rest may be anything.
const PARTS: usize = 24;

/// The same text with as few parts as possible.
pub(super) fn normal(parts: impl IntoIterator<Item = Part>) -> Box<[Part]> {
    let mut out: Vec<Part> = Vec::new();
    for part in parts {
        match (out.last_mut(), part) {
            (_, Part::Text(text)) if text.is_empty() => {}
            (Some(Part::Text(last)), Part::Text(text)) => last.push_str(&text),
            (Some(Part::Any), Part::Any) => {}
            (_, part) => out.push(part),
        }
    }
    if out.len() > PARTS {
        out.truncate(PARTS);
        out.push(Part::Any);
    }
    out.into()
}

/// The same for operations of handles, which know nothing of environment variables.
pub(super) fn plain(parts: &[Part]) -> Text {
    let mut pieces = vec![String::new()];
    let mut open = false;
    for part in parts {
        match part {
            Part::Text(text) if std::mem::take(&mut open) => pieces.push(text.clone()),
            Part::Text(text) => pieces
                .iter_mut()
                .last()
                .into_iter()
                .for_each(|piece| piece.push_str(text)),
            Part::Env(_) | Part::Resource(_) | Part::Any => open = true,
        }
    }
    match (pieces.as_slice(), open) {
        ([only], false) => Text::Exact(only.clone()),
        ([only], true) if only.is_empty() => Text::Any,
        ([only], true) => Text::Prefix(only.clone()),
        _ => {
            pieces.extend(open.then(String::new));
            Text::Pieces(pieces)
        }
    }
}

/// As people read it: `orders-${env:STAGE}`.
pub(super) fn shown(parts: &[Part], resource: impl Fn(ResourceId) -> Symbol) -> String {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Env(name) => out.push_str(&format!("${{env:{name}}}")),
            Part::Resource(id) => out.push_str(&format!("${{{}}}", resource(*id))),
            Part::Any => out.push('*'),
        }
    }
    out
}

impl<'p> Flow<'p> {
    /// A text that is known from its first letter to its last.
    pub(super) fn exact(&mut self, text: &str) -> Val {
        self.vals.text(normal([Part::Text(text.to_owned())]))
    }

    /// A text without the white space at its ends.
    pub(super) fn trimmed(&mut self, val: Val) -> Val {
        self.each(val, |flow, atom| {
            let ValKind::Text(id) = *flow.vals.kind(atom) else {
                return atom;
            };
            match flow.vals.text_of(id) {
                [Part::Text(whole)] => {
                    let whole = whole.trim().to_owned();
                    flow.exact(&whole)
                }
                [first, .., last] => {
                    let begins =
                        matches!(first, Part::Text(text) if text.starts_with(char::is_whitespace));
                    let ends =
                        matches!(last, Part::Text(text) if text.ends_with(char::is_whitespace));
                    match begins || ends {
                        true => Val::TEXT,
                        false => atom,
                    }
                }
                _ => atom,
            }
        })
    }

    /// What is known of a text, one entry for each possibility; none where some possibility is not
    /// known at all.
    pub(super) fn texts(&self, val: Val) -> Option<Vec<Box<[Part]>>> {
        let atoms = self.vals.atoms(val);
        let mut texts: Vec<Box<[Part]>> = Vec::new();
        for &atom in atoms.as_slice() {
            match self.vals.kind(atom) {
                ValKind::Text(id) => texts.push(self.vals.text_of(*id).into()),
                ValKind::Bottom => {}
                _ => return None,
            }
        }
        texts.sort();
        Some(texts)
    }

    /// `env::var("NAME")`: the value of a variable whose name is known, or any text.
    pub(super) fn variable(&mut self, path: Symbol, args: &[Val]) -> Option<Val> {
        let read = ["env::var", "env::var_os", "dotenv::var", "dotenvy::var"];
        let path = path.as_str();
        if !read
            .iter()
            .any(|name| path == *name || path.ends_with(&format!("::{name}")))
        {
            return None;
        }
        let text = self.value_of(args.first().copied().unwrap_or(Val::UNKNOWN));
        Some(
            self.vals
                .wrap(&mut self.tys, Wrap::Result, &[text, Val::EMPTY]),
        )
    }

    /// `env!("NAME")`, `option_env!("NAME")`.
    pub(super) fn variable_macro(&mut self, name: &str, args: &[Val]) -> Option<Val> {
        let first = args.first().copied().unwrap_or(Val::UNKNOWN);
        match name {
            "env" => Some(self.value_of(first)),
            "option_env" => {
                let text = self.value_of(first);
                Some(self.vals.wrap(&mut self.tys, Wrap::Option, &[text]))
            }
            _ => None,
        }
    }

    /// The value of the environment variables that a text may name.
    pub(super) fn value_of(&mut self, name: Val) -> Val {
        let Some(names) = self.texts(name) else {
            return Val::TEXT;
        };
        let values: Vec<Val> = names
            .iter()
            .map(|name| match &**name {
                [Part::Text(name)] => self.vals.text([Part::Env(Symbol::new(name))].into()),
                _ => Val::TEXT,
            })
            .collect();
        self.vals.join_all(&mut self.tys, values)
    }

    /// One text behind another.
    pub(super) fn concatenated(&mut self, left: Val, right: Val) -> Val {
        let parts = [left, right].map(|val| self.texts(val));
        self.joined_texts(&parts)
    }

    pub(super) fn eval_format(&mut self, cx: Cx, pieces: &'p [FormatPiece]) -> Val {
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            parts.push(match piece {
                FormatPiece::Text(text) => Some(vec![normal([Part::Text(text.clone())])]),
                FormatPiece::Hole(hole) => {
                    let value = self.eval(cx, *hole, Ty::UNKNOWN);
                    self.texts(value)
                }
                FormatPiece::Shaped(hole) => {
                    self.eval(cx, *hole, Ty::UNKNOWN);
                    None
                }
                FormatPiece::Argument(hole) => {
                    self.eval(cx, *hole, Ty::UNKNOWN);
                    continue;
                }
            });
        }
        self.joined_texts(&parts)
    }

    /// `[a, b].join("/")`, `[a, b].concat()`: the texts of an array that is written on the spot.
    pub(super) fn joined_array(&mut self, cx: Cx, site: Site<'_>, args: &[Val]) -> Option<Val> {
        let body = self.unit(cx.unit).body;
        let mut array = *site.sources.first()?;
        while let ExprKind::Ref(inner) = body.expr(array).kind {
            array = inner;
        }
        let ExprKind::Array(elements) = &body.expr(array).kind else {
            return None;
        };
        let separator = args.get(1).map(|&separator| self.texts(separator));
        let mut pieces = Vec::with_capacity(2 * elements.len());
        // All elements are of one type.
        let mut is_text = false;
        for (at, &element) in elements.iter().enumerate() {
            let value = self.eval(cx, element, Ty::UNKNOWN);
            is_text |= self.type_of(value) == Ty::TEXT;
            pieces.extend(separator.clone().filter(|_| at > 0));
            pieces.push(self.texts(value));
        }
        is_text.then(|| self.joined_texts(&pieces))
    }

    fn joined_texts(&mut self, pieces: &[Option<Vec<Box<[Part]>>>]) -> Val {
        let mut all: Vec<Vec<Part>> = vec![Vec::new()];
        for piece in pieces {
            let known = piece
                .as_ref()
                .filter(|texts| !texts.is_empty() && texts.len() * all.len() <= ALTERNATIVES);
            let Some(texts) = known else {
                all.iter_mut().for_each(|parts| parts.push(Part::Any));
                continue;
            };
            all = all
                .iter()
                .flat_map(|parts| {
                    texts.iter().map(move |text| {
                        let mut parts = parts.clone();
                        parts.extend(text.iter().cloned());
                        parts
                    })
                })
                .collect();
        }
        let texts: Vec<Val> = all
            .into_iter()
            .map(|parts| self.vals.text(normal(parts)))
            .collect();
        self.vals.join_all(&mut self.tys, texts)
    }

    pub(super) fn text_method(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        args: &[Val],
        method: Symbol,
        asked: &[Ty],
    ) -> Val {
        for &arg in &args[1..] {
            self.hand_over_with(cx, site.span, arg, method.as_str(), Val::TEXT, 0);
        }
        match method.as_str() {
            "to_string" | "to_owned" | "as_str" | "into_string" | "into_boxed_str"
            | "as_mut_str" => args[0],
            "trim" => self.trimmed(args[0]),
            "trim_start" | "trim_end" => {
                let trimmed = self.trimmed(args[0]);
                self.vals.join(&mut self.tys, args[0], trimmed)
            }
            "into" if matches!(self.tys.kind(site.expect), TyKind::Text | TyKind::Unknown) => {
                match site.expect {
                    Ty::TEXT => args[0],
                    // What it becomes is up to who takes it; known texts stay known.
                    _ => match self.convert(cx, site, args[0], method) {
                        Some(out) => self.vals.join(&mut self.tys, out, args[0]),
                        None => args[0],
                    },
                }
            }
            "push_str"
            | "push"
            | "insert_str"
            | "insert"
            | "truncate"
            | "clear"
            | "extend"
            | "replace_range"
            | "pop"
            | "remove"
            | "retain"
            | "drain"
            | "split_off"
            | "extend_from_within"
            | "make_ascii_uppercase"
            | "make_ascii_lowercase"
            | "remove_matches"
            | "write_str"
            | "write_char"
            | "write_fmt" => {
                // Of what is known of the text before, only how it begins is known after.
                if let Some(&place) = site.sources.first() {
                    let written = match method.as_str() {
                        "push_str" | "push" | "extend" | "write_str" | "write_char"
                        | "write_fmt" => self.concatenated(args[0], Val::TEXT),
                        _ => Val::TEXT,
                    };
                    self.assign(cx, place, written);
                }
                match method.as_str() {
                    "split_off" => Val::TEXT,
                    "write_str" | "write_char" | "write_fmt" => Val::PLAIN,
                    "drain" => self.vals.wrap(&mut self.tys, Wrap::Seq, &[Val::TEXT]),
                    _ => Val::UNIT,
                }
            }
            // Of URLs, which are texts too.
            name if name.starts_with("set_") || name.ends_with("_mut") => {
                if let Some(&place) = site.sources.first() {
                    self.assign(cx, place, Val::TEXT);
                }
                self.foreign_method(cx, site, args, method, asked)
            }
            "to_lowercase" | "to_uppercase" | "replace" | "repeat" | "trim_matches"
            | "trim_end_matches" | "trim_start_matches" | "to_ascii_lowercase"
            | "to_ascii_uppercase" => Val::TEXT,
            "split" | "lines" | "split_whitespace" | "rsplit" | "splitn" | "chars" | "bytes"
            | "split_terminator" | "char_indices" | "matches" | "into_bytes" | "as_bytes"
            | "rsplitn" => self.vals.wrap(&mut self.tys, Wrap::Seq, &[Val::TEXT]),
            "split_once" | "rsplit_once" | "strip_prefix" | "strip_suffix" | "split_at" | "get"
            | "find" => {
                let pair = self.vals.tuple(&mut self.tys, &[Val::TEXT, Val::TEXT]);
                let content = if method.as_str().contains("split") {
                    pair
                } else {
                    Val::TEXT
                };
                self.vals.wrap(&mut self.tys, Wrap::Option, &[content])
            }
            "len"
            | "is_empty"
            | "contains"
            | "starts_with"
            | "ends_with"
            | "eq_ignore_ascii_case" => Val::PLAIN,
            "parse" => {
                let asked = asked.first().copied().filter(|&ty| ty != Ty::UNKNOWN);
                let of = asked.unwrap_or_else(|| self.slot_ty(site.expect, Wrap::Result, 0));
                let content = match of {
                    Ty::TEXT => args[0],
                    of => self.vals.typed(of),
                };
                let out = self
                    .vals
                    .wrap(&mut self.tys, Wrap::Result, &[content, Val::EMPTY]);
                self.refine(out, site.expect)
            }
            _ if self.known.is_identity(method) => args[0],
            _ if self.known.is_inert(method) => Val::TEXT,
            _ => match self.convert(cx, site, args[0], method) {
                Some(out) => out,
                None => self.foreign_method(cx, site, args, method, asked),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_as_few_as_possible() {
        let text = |text: &str| Part::Text(text.to_owned());
        let stage = Part::Env(Symbol::new("STAGE"));
        let parts = normal([text("a"), text("-"), text(""), stage.clone(), text("b")]);
        assert_eq!(*parts, [text("a-"), stage, text("b")]);
        assert_eq!(*normal([Part::Any, text(""), Part::Any]), [Part::Any]);
        let pieces = |pieces: &[&str]| pieces.iter().map(|&piece| piece.to_owned()).collect();
        assert_eq!(plain(&parts), Text::Pieces(pieces(&["a-", "b"])));
        assert_eq!(plain(&parts[..2]), Text::Prefix("a-".to_owned()));
        assert_eq!(plain(&parts[..1]), Text::Exact("a-".to_owned()));
        assert_eq!(plain(&parts[1..2]), Text::Any);
        assert_eq!(plain(&parts[1..]), Text::Pieces(pieces(&["", "b"])));
        assert_eq!(
            shown(&parts, |_| Symbol::new("_")),
            "a-${env:STAGE}b".to_owned()
        );
    }
}
