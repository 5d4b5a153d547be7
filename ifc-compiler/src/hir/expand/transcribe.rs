//! Writes out a rule with what its variables stand for.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use super::hygiene;
use super::matcher::{Binding, Bindings, Grouped};
use super::pattern::{Leaf, Piece, Repeat, Rule};
use super::{ExpandError, MacroDef, Site};
use crate::resolve::crate_token;
use crate::symbol::{FastMap, Symbol};

struct Writer<'a> {
    def: &'a MacroDef,
    rule: &'a Rule,
    site: Site,
    call_site: Span,
    budget: &'a mut usize,
}

/// What becomes of the body's own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Own {
    Marked,
    /// Inside of a macro's arguments, where format strings name variables too.
    MacroInput,
    /// Inside of attributes, and of macros that take names for text.
    Plain,
}

impl Own {
    /// What becomes of them in a group behind these pieces.
    fn inside(self, before: &[Piece]) -> Own {
        let is = |piece: &Piece, wanted: char| matches!(piece, Piece::Leaf(Leaf::Punct { char, .. }) if *char == wanted);
        match before {
            _ if self == Own::Plain => Own::Plain,
            [.., hash] if is(hash, '#') => Own::Plain,
            [.., hash, bang] if is(hash, '#') && is(bang, '!') => Own::Plain,
            [.., Piece::Leaf(Leaf::Ident(name)), bang] if is(bang, '!') => match name.as_str() {
                "concat" | "stringify" | "env" | "include" | "include_str" => Own::Plain,
                _ => Own::MacroInput,
            },
            _ => self,
        }
    }
}

type Scope<'a> = FastMap<Symbol, &'a Binding>;

pub(super) fn transcribe(
    def: &MacroDef,
    rule: &Rule,
    bindings: &Bindings,
    site: Site,
    budget: &mut usize,
) -> Result<TokenStream, ExpandError> {
    let mut writer = Writer {
        def,
        rule,
        site,
        call_site: site.span,
        budget,
    };
    // Order does not matter: one map becomes another.
    #[allow(
        clippy::iter_over_hash_type,
        reason = "a map is made of it, whose order means nothing either"
    )]
    let scope: Scope<'_> = bindings
        .iter()
        .map(|(&name, value)| (name, value))
        .collect();
    let mut out = Vec::new();
    writer.pieces(&rule.pieces, &scope, Own::Marked, &mut out)?;
    Ok(out.into_iter().collect())
}

impl Writer<'_> {
    fn pieces(
        &mut self,
        pieces: &[Piece],
        scope: &Scope<'_>,
        own: Own,
        out: &mut Vec<TokenTree>,
    ) -> Result<(), ExpandError> {
        for (at, piece) in pieces.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| &pieces[before]);
            match piece {
                Piece::Leaf(Leaf::Ident(name)) if own != Own::Plain => {
                    self.spend(1)?;
                    let ident = self.own_ident(*name, before, pieces.get(at + 1))?;
                    out.push(ident.into());
                }
                Piece::Leaf(Leaf::Literal(text)) if own == Own::MacroInput => {
                    let text = hygiene::literal(text, &self.rule.bound, self.site.number);
                    let token = self.leaf(&Leaf::Literal(text))?;
                    out.push(token);
                }
                Piece::Leaf(leaf) => {
                    let token = self.leaf(leaf)?;
                    out.push(token);
                }
                Piece::Crate => {
                    let name = crate_token(self.def.krate);
                    self.spend(1)?;
                    out.push(Ident::new(name.as_str(), self.call_site).into());
                }
                Piece::Group(delimiter, inner) => {
                    let mut tokens = Vec::new();
                    let inside = own.inside(&pieces[..at]);
                    self.pieces(inner, scope, inside, &mut tokens)?;
                    out.push(self.group(*delimiter, tokens)?);
                }
                Piece::Variable(name) => self.variable(*name, pieces.get(at + 1), scope, out)?,
                Piece::Repeat(repeat) => self.repeat(repeat, scope, own, out)?,
            }
        }
        Ok(())
    }

    fn variable(
        &mut self,
        name: Symbol,
        after: Option<&Piece>,
        scope: &Scope<'_>,
        out: &mut Vec<TokenTree>,
    ) -> Result<(), ExpandError> {
        let is_angle = |piece: &Piece| matches!(piece, Piece::Leaf(Leaf::Punct { char: '<', .. }));
        match scope.get(&name) {
            Some(Binding::Tokens { tokens, grouped }) => {
                self.spend(tokens.len())?;
                let is_group = match grouped {
                    Grouped::Always => true,
                    Grouped::BeforeAngle => after.is_some_and(is_angle),
                    Grouped::Never => false,
                };
                if is_group {
                    let group = self.group(Delimiter::None, tokens.clone())?;
                    out.push(group);
                } else {
                    out.extend(tokens.iter().cloned());
                }
                Ok(())
            }
            Some(Binding::Repeated(_)) => Err(ExpandError::NoRule),
            // No variable of this macro: it belongs to a macro that this one defines.
            None => {
                self.spend(2)?;
                out.push(Punct::new('$', Spacing::Alone).into());
                out.push(self.ident(name)?.into());
                Ok(())
            }
        }
    }

    fn repeat(
        &mut self,
        repeat: &Repeat<Piece>,
        scope: &Scope<'_>,
        own: Own,
        out: &mut Vec<TokenTree>,
    ) -> Result<(), ExpandError> {
        let mut used = Vec::new();
        variables(&repeat.inner, &mut used);
        let count = used
            .iter()
            .filter_map(|name| match scope.get(name) {
                Some(Binding::Repeated(values)) => Some(values.len()),
                _ => None,
            })
            .max();
        let Some(count) = count else {
            return self.nested_repeat(repeat, scope, own, out);
        };
        for round in 0..count {
            let mut inner = scope.clone();
            for name in &used {
                if let Some(Binding::Repeated(values)) = scope.get(name) {
                    let value = values.get(round).ok_or(ExpandError::NoRule)?;
                    inner.insert(*name, value);
                }
            }
            if round > 0 {
                for leaf in &repeat.separator {
                    let token = self.leaf(leaf)?;
                    out.push(token);
                }
            }
            self.pieces(&repeat.inner, &inner, own, out)?;
        }
        Ok(())
    }

    /// A repetition over no variable of this macro belongs to a macro that it defines.
    fn nested_repeat(
        &mut self,
        repeat: &Repeat<Piece>,
        scope: &Scope<'_>,
        own: Own,
        out: &mut Vec<TokenTree>,
    ) -> Result<(), ExpandError> {
        let mut tokens = Vec::new();
        self.pieces(&repeat.inner, scope, own, &mut tokens)?;
        out.push(Punct::new('$', Spacing::Alone).into());
        out.push(self.group(Delimiter::Parenthesis, tokens)?);
        for leaf in &repeat.separator {
            let token = self.leaf(leaf)?;
            out.push(token);
        }
        let op = match (repeat.optional, repeat.at_least_one) {
            (true, _) => '?',
            (false, true) => '+',
            (false, false) => '*',
        };
        out.push(Punct::new(op, Spacing::Alone).into());
        Ok(())
    }

    fn group(
        &mut self,
        delimiter: Delimiter,
        tokens: Vec<TokenTree>,
    ) -> Result<TokenTree, ExpandError> {
        self.spend(1)?;
        let mut group = Group::new(delimiter, tokens.into_iter().collect());
        group.set_span(self.call_site);
        Ok(group.into())
    }

    fn leaf(&mut self, leaf: &Leaf) -> Result<TokenTree, ExpandError> {
        self.spend(1)?;
        Ok(match leaf {
            Leaf::Ident(name) => self.ident(*name)?.into(),
            Leaf::Punct { char, joint } => {
                let spacing = if *joint {
                    Spacing::Joint
                } else {
                    Spacing::Alone
                };
                let mut punct = Punct::new(*char, spacing);
                punct.set_span(self.call_site);
                punct.into()
            }
            Leaf::Literal(text) => {
                let mut literal: Literal = text.parse().map_err(|_| ExpandError::NoRule)?;
                literal.set_span(self.call_site);
                literal.into()
            }
        })
    }

    /// A name of the body, marked if it means a variable of the body or a function.
    fn own_ident(
        &self,
        name: Symbol,
        before: Option<&Piece>,
        after: Option<&Piece>,
    ) -> Result<Ident, ExpandError> {
        if self.rule.bound.binary_search(&name).is_ok() {
            let text = hygiene::own(name, self.site.number);
            return Ok(Ident::new(&text, self.call_site));
        }
        if !hygiene::is_value(name, before, after) {
            return self.ident(name);
        }
        match self.def.inner {
            Some(definition) => {
                let text = hygiene::captured(name, definition);
                Ok(Ident::new(&text, self.call_site))
            }
            None if hygiene::is_called(after) => {
                Ok(Ident::new(&hygiene::item(name), self.call_site))
            }
            None => self.ident(name),
        }
    }

    fn ident(&self, name: Symbol) -> Result<Ident, ExpandError> {
        let text = name.as_str();
        Ok(match text.strip_prefix("r#") {
            Some(raw) => Ident::new_raw(raw, self.call_site),
            None => Ident::new(text, self.call_site),
        })
    }

    fn spend(&mut self, tokens: usize) -> Result<(), ExpandError> {
        *self.budget = self
            .budget
            .checked_sub(tokens)
            .ok_or(ExpandError::TooLong)?;
        Ok(())
    }
}

fn variables(pieces: &[Piece], names: &mut Vec<Symbol>) {
    for piece in pieces {
        match piece {
            Piece::Variable(name) => names.push(*name),
            Piece::Group(_, inner) => variables(inner, names),
            Piece::Repeat(repeat) => variables(&repeat.inner, names),
            Piece::Leaf(_) | Piece::Crate => {}
        }
    }
}
