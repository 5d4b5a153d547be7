//! Names of fields and variants as serde writes them.

use syn::Attribute;

use crate::args::{self, RawValue, string};

/// What the `#[serde(..)]` attributes on one item say, as far as names and shape go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Serde {
    /// `rename = ".."`, or its `serialize` half.
    pub(crate) rename: Option<String>,
    /// `rename_all = ".."`, or its `serialize` half.
    pub(crate) rename_all: Option<String>,
    /// Words of all other options: `skip`, `flatten`, `tag`.
    pub(crate) others: Vec<String>,
}

impl Serde {
    pub(crate) fn read(attrs: &[Attribute]) -> Serde {
        let mut serde = Serde::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
            for piece in args::split(args::inner(attr)) {
                // Mistakes in serde's own attribute are for serde to report.
                let Some(raw) = args::option(&piece, "", &mut Vec::new()) else {
                    continue;
                };
                let name = raw.name.to_string();
                let text = match &raw.value {
                    RawValue::Expr(expr) => string(expr),
                    RawValue::Group(group) => serialize_half(group),
                    RawValue::None => None,
                };
                match name.as_str() {
                    "rename" => serde.rename = text,
                    "rename_all" => serde.rename_all = text,
                    _ => serde.others.push(name),
                }
            }
        }
        serde
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        self.others.iter().any(|other| other == word)
    }
}

fn serialize_half(group: &proc_macro2::Group) -> Option<String> {
    args::split(group.stream()).iter().find_map(|piece| {
        let raw = args::option(piece, "", &mut Vec::new())?;
        match raw.value {
            RawValue::Expr(expr) if raw.name == "serialize" => string(&expr),
            _ => None,
        }
    })
}

/// Name of a field, which is written in snake case in Rust.
pub(crate) fn field(ident: &str, own: &Serde, container: &Serde) -> String {
    match (&own.rename, &container.rename_all) {
        (Some(name), _) => name.clone(),
        (None, Some(rule)) => rename_field(rule, ident),
        (None, None) => ident.into(),
    }
}

/// Name of a variant, which is written in Pascal case in Rust.
pub(crate) fn variant(ident: &str, own: &Serde, container: &Serde) -> String {
    match (&own.rename, &container.rename_all) {
        (Some(name), _) => name.clone(),
        (None, Some(rule)) => rename_variant(rule, ident),
        (None, None) => ident.into(),
    }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + chars.as_str(),
        None => String::new(),
    }
}

/// A field's name by a rule of `rename_all`; as it is where there is no such rule.
pub fn rename_field(rule: &str, ident: &str) -> String {
    let pascal = || -> String { ident.split('_').map(capitalized).collect() };
    match rule {
        "PascalCase" => pascal(),
        "camelCase" => uncapitalized(&pascal()),
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => ident.to_ascii_uppercase(),
        "kebab-case" => ident.replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => ident.to_ascii_uppercase().replace('_', "-"),
        _ => ident.into(),
    }
}

fn uncapitalized(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_ascii_lowercase().to_string() + chars.as_str(),
        None => String::new(),
    }
}

/// A variant's name by a rule of `rename_all`; as it is where there is no such rule.
pub fn rename_variant(rule: &str, ident: &str) -> String {
    let snake = || {
        let mut out = String::new();
        for (at, c) in ident.char_indices() {
            if at > 0 && c.is_uppercase() {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
        }
        out
    };
    match rule {
        "lowercase" => ident.to_ascii_lowercase(),
        "UPPERCASE" => ident.to_ascii_uppercase(),
        "camelCase" => uncapitalized(ident),
        "snake_case" => snake(),
        "SCREAMING_SNAKE_CASE" => snake().to_ascii_uppercase(),
        "kebab-case" => snake().replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => snake().to_ascii_uppercase().replace('_', "-"),
        _ => ident.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_follow_every_rule_of_serde() {
        for (rule, name) in [
            ("lowercase", "very_tasty"),
            ("UPPERCASE", "VERY_TASTY"),
            ("PascalCase", "VeryTasty"),
            ("camelCase", "veryTasty"),
            ("snake_case", "very_tasty"),
            ("SCREAMING_SNAKE_CASE", "VERY_TASTY"),
            ("kebab-case", "very-tasty"),
            ("SCREAMING-KEBAB-CASE", "VERY-TASTY"),
        ] {
            assert_eq!(rename_field(rule, "very_tasty"), name, "{rule}");
        }
    }

    #[test]
    fn variants_follow_every_rule_of_serde() {
        for (rule, name) in [
            ("lowercase", "verytasty"),
            ("UPPERCASE", "VERYTASTY"),
            ("PascalCase", "VeryTasty"),
            ("camelCase", "veryTasty"),
            ("snake_case", "very_tasty"),
            ("SCREAMING_SNAKE_CASE", "VERY_TASTY"),
            ("kebab-case", "very-tasty"),
            ("SCREAMING-KEBAB-CASE", "VERY-TASTY"),
        ] {
            assert_eq!(rename_variant(rule, "VeryTasty"), name, "{rule}");
        }
    }
}
