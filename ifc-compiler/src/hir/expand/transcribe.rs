//! Writes out a rule with what its variables stand for.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use super::matcher::{Binding, Bindings};
use super::pattern::{Leaf, Piece, Repeat};
use super::{ExpandError, MacroDef};
use crate::resolve::crate_token;
use crate::symbol::{FastMap, Symbol};

struct Writer<'a> {
    def: &'a MacroDef,
    call_site: Span,
    budget: &'a mut usize,
}

type Scope<'a> = FastMap<Symbol, &'a Binding>;

pub(super) fn transcribe(
    def: &MacroDef,
    pieces: &[Piece],
    bindings: &Bindings,
    call_site: Span,
    budget: &mut usize,
) -> Result<TokenStream, ExpandError> {
    let mut writer = Writer {
        def,
        call_site,
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
    writer.pieces(pieces, &scope, &mut out)?;
    Ok(out.into_iter().collect())
}

impl Writer<'_> {
    fn pieces(
        &mut self,
        pieces: &[Piece],
        scope: &Scope<'_>,
        out: &mut Vec<TokenTree>,
    ) -> Result<(), ExpandError> {
        for piece in pieces {
            match piece {
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
                    self.pieces(inner, scope, &mut tokens)?;
                    out.push(self.group(*delimiter, tokens)?);
                }
                Piece::Variable(name) => self.variable(*name, scope, out)?,
                Piece::Repeat(repeat) => self.repeat(repeat, scope, out)?,
            }
        }
        Ok(())
    }

    fn variable(
        &mut self,
        name: Symbol,
        scope: &Scope<'_>,
        out: &mut Vec<TokenTree>,
    ) -> Result<(), ExpandError> {
        match scope.get(&name) {
            Some(Binding::Tokens { tokens, grouped }) => {
                self.spend(tokens.len())?;
                if *grouped {
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
            return self.nested_repeat(repeat, scope, out);
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
            self.pieces(&repeat.inner, &inner, out)?;
        }
        Ok(())
    }

    /// A repetition over no variable of this macro belongs to a macro that it defines.
    fn nested_repeat(
        &mut self,
        repeat: &Repeat<Piece>,
        scope: &Scope<'_>,
        out: &mut Vec<TokenTree>,
    ) -> Result<(), ExpandError> {
        let mut tokens = Vec::new();
        self.pieces(&repeat.inner, scope, &mut tokens)?;
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
