//! Names under which serde reads the fields of structs, for libraries that fill structs from the
//! environment.

use syn::{Attribute, Expr, ExprLit, Lit};

use crate::symbol::Symbol;

/// The name of a field; none where its attributes say more than a name.
pub(super) fn name(attributes: &[Attribute], written: Symbol) -> Option<Symbol> {
    let mut name = written;
    let known = options(attributes, |option, value| match (option, value) {
        ("rename", Some(renamed)) => {
            name = Symbol::new(&renamed);
            true
        }
        _ => false,
    });
    known.then_some(name)
}

/// Whether the attributes of a struct leave its fields their names, and the values to the input.
pub(super) fn keeps_names(attributes: &[Attribute]) -> bool {
    options(attributes, |option, _| {
        ["bound", "crate", "deny_unknown_fields"].contains(&option)
    })
}

/// Whether all options of all `#[serde(..)]` pass the test, which is given texts as values.
fn options(attributes: &[Attribute], mut test: impl FnMut(&str, Option<String>) -> bool) -> bool {
    let of_serde = |attribute: &&Attribute| attribute.path().is_ident("serde");
    let mut all = true;
    for attribute in attributes.iter().filter(of_serde) {
        let read = attribute.parse_nested_meta(|option| {
            let value = match option.value() {
                Ok(value) => Some(value.parse::<Expr>()?),
                Err(_) => None,
            };
            let text = match value {
                Some(Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                })) => Some(text.value()),
                _ => None,
            };
            let name = option.path.get_ident().map(ToString::to_string);
            all &= test(name.as_deref().unwrap_or_default(), text);
            Ok(())
        });
        all &= read.is_ok();
    }
    all
}
