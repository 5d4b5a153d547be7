//! Values of enums, in serde's four representations.

use serde_json::{Map, Value as Json, json};

use super::types::{Scope, Walk};
use super::words;
use crate::hir::{Serde, Style, TypeDef, Variant, variant_name};

impl<'a> Walk<'a> {
    /// The first variant that has an end; those without a tag come last.
    pub(super) fn choice(
        &mut self,
        def: &'a TypeDef,
        variants: &'a [Variant],
        inner: &Scope<'a>,
        hint: &str,
    ) -> Option<Json> {
        let says = |variant: &Variant, what: fn(&Serde) -> bool| {
            variant.serde.as_deref().is_some_and(what)
        };
        let read = variants.iter().filter(|one| !says(one, |serde| serde.skip));
        let mut order: Vec<&Variant> = read.collect();
        if order.is_empty() {
            self.note(format!("there is no value of `{}`", def.name));
            return Some(Json::Null);
        }
        order.sort_by_key(|one| says(one, |serde| serde.untagged || serde.other));
        for variant in order {
            let tagged = self.tried(|walk| {
                let content = walk.content(def, variant, inner, hint)?;
                let untagged = says(variant, |serde| serde.untagged);
                tagged(def.serde.as_deref(), variant, untagged, content)
            });
            if tagged.is_some() {
                return tagged;
            }
        }
        None
    }

    /// What is in a variant, without its name; null for one that has no fields.
    pub(super) fn content(
        &mut self,
        def: &'a TypeDef,
        variant: &'a Variant,
        inner: &Scope<'a>,
        hint: &str,
    ) -> Option<Json> {
        let own = variant.serde.as_deref();
        if own.is_some_and(|serde| serde.unknown || serde.with.is_some()) {
            self.note(format!("`{}` may have another form", variant.name));
        }
        let of_enum = def.serde.as_deref();
        let rule = own.and_then(|serde| serde.rename_all);
        let rule = rule.or(of_enum.and_then(|serde| serde.rename_all_fields));
        let hint = words::joined(hint, variant.name.as_str());
        let fields = |walk: &mut Self| {
            walk.fields(variant.style, &variant.fields, rule, false, inner, &hint)
        };
        let is_external = of_enum.is_none_or(|serde| serde.tag.is_none() && !serde.untagged);
        match (is_external, of_enum.and_then(|serde| serde.content)) {
            (true, _) => self.inside(&variant_name(variant, of_enum), fields),
            (false, Some(content)) => self.inside(content.as_str(), fields),
            (false, None) => fields(self),
        }
    }
}

/// A variant's content with its name, in the representation of its enum; none if that has no form
/// for it.
fn tagged(
    of_enum: Option<&Serde>,
    variant: &Variant,
    untagged: bool,
    content: Json,
) -> Option<Json> {
    let name = variant_name(variant, of_enum);
    let is_unit = variant.style == Style::Unit;
    let tag = of_enum.and_then(|serde| serde.tag);
    if untagged || of_enum.is_some_and(|serde| serde.untagged && tag.is_none()) {
        return Some(content);
    }
    let mut members = Map::new();
    match (tag, of_enum.and_then(|serde| serde.content)) {
        (None, _) if is_unit => return Some(json!(name)),
        (None, _) => drop(members.insert(name, content)),
        (Some(tag), Some(_)) if is_unit => drop(members.insert(tag.to_string(), json!(name))),
        (Some(tag), Some(of)) => {
            members.insert(tag.to_string(), json!(name));
            members.insert(of.to_string(), content);
        }
        (Some(tag), None) => {
            members.insert(tag.to_string(), json!(name));
            match content {
                Json::Object(more) => members.extend(more),
                Json::Null => {}
                _ => return None,
            }
        }
    }
    Some(Json::Object(members))
}
