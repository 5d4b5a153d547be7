//! Reads clap's attributes, as far as they say from which environment variable a field comes.

use syn::{Attribute, Expr, ExprLit, Lit, Meta, MetaList, Token};

use super::file::Lower;
use crate::hir::Argument;
use crate::symbol::Symbol;

/// Options that change neither the value nor where it comes from.
const WITHOUT_EFFECT: &[&str] = &[
    "about",
    "display_order",
    "env",
    "global",
    "help",
    "help_heading",
    "hide",
    "hide_env",
    "hide_env_values",
    "id",
    "index",
    "long",
    "long_help",
    "next_line_help",
    "required",
    "short",
    "value_name",
    "visible_alias",
];

impl Lower<'_> {
    /// Where clap takes a field from, if an attribute names a variable of the environment.
    pub(super) fn argument(&self, attributes: &[Attribute], field: Symbol) -> Option<Argument> {
        let mut found = None;
        if !attributes.is_empty() {
            self.context.cfg.attributes(attributes, &mut |meta| {
                if let Meta::List(list) = meta
                    && of_clap(list)
                {
                    found = read(list, field);
                }
            });
        }
        found
    }

    /// Whether the attributes of a struct leave the names of variables to its fields.
    pub(super) fn keeps_variables(&self, attributes: &[Attribute]) -> bool {
        let mut keeps = true;
        self.context.cfg.attributes(attributes, &mut |meta| {
            if let Meta::List(list) = meta
                && of_clap(list)
            {
                keeps &= !list.tokens.to_string().contains("rename_all_env");
            }
        });
        keeps
    }
}

fn of_clap(list: &MetaList) -> bool {
    ["arg", "clap", "command"]
        .iter()
        .any(|name| list.path.is_ident(name))
}

fn read(list: &MetaList, field: Symbol) -> Option<Argument> {
    let mut argument = None;
    let mut is_known = true;
    let read = list.parse_nested_meta(|option| {
        let name = option.path.get_ident().map(ToString::to_string);
        let name = name.unwrap_or_default();
        let value = match option.input.peek(Token![=]) {
            true => Some(option.value()?.parse::<Expr>()?),
            false => None,
        };
        match (name.as_str(), value) {
            ("flatten", None) => argument = Some(Argument::Flattened),
            ("env", None) => {
                let name = field.as_str().to_ascii_uppercase();
                argument = Some(Argument::Variable(Symbol::new(&name)));
            }
            (
                "env",
                Some(Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                })),
            ) => argument = Some(Argument::Variable(Symbol::new(&text.value()))),
            ("env", Some(_)) => is_known = false,
            (name, _) => is_known &= WITHOUT_EFFECT.contains(&name),
        }
        Ok(())
    });
    argument.filter(|_| is_known && read.is_ok())
}
