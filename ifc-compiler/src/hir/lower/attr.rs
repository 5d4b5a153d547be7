//! Attributes of the language, read by `ifc-syntax` under whatever name they are imported.

use std::borrow::Cow;

use ifc_catalog::model::{Allow, OptionValue, Value};
use ifc_catalog::schema::{EventSchema, ItemSchema};
use ifc_syntax::errors::Errors;
use ifc_syntax::on::Source;
use ifc_syntax::resource::Removal;
use ifc_syntax::{allow, event, grant, handler, item, on, resource};
use syn::{Attribute, Meta};

use super::file::Lower;
use super::known::MarkerAttribute;
use crate::diagnostics::from_syntax;
use crate::hir::{
    FnId, GlobalId, GrantDecl, GrantOn, Handler, Owner, ResourceDecl, ResourceId, TriggerDecl,
    TriggerSource,
};
use crate::symbol::Symbol;

impl Lower<'_> {
    pub(super) fn function_attributes(
        &mut self,
        attributes: &[Attribute],
        signature: &syn::Signature,
        id: FnId,
        owner: Option<Owner>,
    ) {
        let attributes = self.markers(attributes);
        if attributes.is_empty() {
            return;
        }
        let mut errors = Errors::new();
        let read = handler::parse(&attributes, signature, &mut errors);
        if owner.is_some() && signature.receiver().is_none() {
            handler::misplaced(
                &attributes,
                &["resource", "function", "grant", "allow_infra"],
                &mut errors,
            );
        }
        self.report_syntax(errors);
        let grants = read.grants.iter().map(|grant| self.grant(grant)).collect();
        self.out.program.functions[id.index()].grants = grants;
        if !read.is_handler || owner.is_some() {
            return;
        }
        let name = read.name(&signature.ident).0;
        let triggers = read.triggers.iter().map(|on| self.trigger(on)).collect();
        let options = read.function.iter().flat_map(|function| &function.options);
        let options = options.map(|option| self.option(option)).collect();
        let allows = read.allows.iter().map(|allow| self.allow(allow)).collect();
        self.out.program.handlers.push(Handler {
            function: id,
            name,
            path: String::new(),
            triggers,
            options,
            allows,
        });
    }

    /// Reports attributes of the language on an item that is neither a function nor a static.
    pub(super) fn no_attributes(&mut self, attributes: &[Attribute]) {
        if attributes.is_empty() || !self.context.known.uses_runtime(self.context.krate) {
            return;
        }
        let attributes = self.markers(attributes);
        let mut errors = Errors::new();
        handler::misplaced(&attributes, &[], &mut errors);
        self.report_syntax(errors);
    }

    pub(super) fn resource(&mut self, item: &syn::ItemStatic, global: GlobalId) {
        let attributes = self.markers(&item.attrs);
        let is_resource = |attribute: &&Attribute| attribute.path().is_ident("resource");
        let mut errors = Errors::new();
        handler::misplaced(&attributes, &["resource", "allow_infra"], &mut errors);
        let Some(marker) = attributes.iter().find(is_resource) else {
            self.report_syntax(errors);
            return;
        };
        let mut item = Cow::Borrowed(item);
        item.to_mut().attrs = attributes.clone();
        let read = resource::parse(marker, &item, &mut errors);
        self.report_syntax(errors);
        let mut options: Vec<OptionValue> = read
            .options
            .iter()
            .map(|option| self.option(option))
            .collect();
        if let Some((removal, span)) = &read.removal {
            let name = match removal {
                Removal::Retain => "retain",
                Removal::Destroy => "destroy",
            };
            options.push(OptionValue {
                name: name.to_owned(),
                value: Value::Flag,
                span: self.span(*span),
            });
        }
        let allows = read.allows.iter().map(|allow| self.allow(allow)).collect();
        let decl = ResourceDecl {
            name: self.symbol(&item.ident),
            global,
            span: self.ident_span(&item.ident),
            options,
            existing: read.existing.map(|(existing, _)| existing),
            allows,
        };
        self.out.program.resources.push(decl);
        let id = ResourceId(self.out.program.resources.len() as u32 - 1);
        self.out.program.globals[global.index()].resource = Some(id);
    }

    pub(super) fn schemas(
        &mut self,
        derives: &[(Symbol, bool)],
        input: impl FnOnce() -> syn::DeriveInput,
    ) -> (Option<ItemSchema>, Option<EventSchema>) {
        let derives_item = derives
            .iter()
            .any(|(name, ours)| *ours && name.as_str() == "Item");
        let derives_event = derives
            .iter()
            .any(|(name, ours)| *ours && name.as_str() == "Event");
        if !derives_item && !derives_event {
            return (None, None);
        }
        let input = self.without_inactive(input());
        let mut errors = Errors::new();
        let item = derives_item
            .then(|| item::parse(&input, &mut errors))
            .flatten()
            .map(|item| item.schema);
        let package = self.context.package;
        let event = derives_event
            .then(|| event::parse(&input, &mut errors))
            .flatten()
            .map(|event| event.schema(package));
        self.report_syntax(errors);
        (item, event)
    }

    /// The language's attributes under their own names.
    fn markers(&mut self, attributes: &[Attribute]) -> Vec<Attribute> {
        let mut found = Vec::new();
        for attribute in attributes {
            match &attribute.meta {
                Meta::List(list) if list.path.is_ident("cfg_attr") => {
                    let mut metas = Vec::new();
                    let cfg = self.context.cfg;
                    cfg.attributes(std::slice::from_ref(attribute), &mut |meta| {
                        metas.push(meta.clone());
                    });
                    for meta in metas {
                        self.keep_marker(attribute, &meta, &mut found);
                    }
                }
                meta => self.keep_marker(attribute, meta, &mut found),
            }
        }
        found
    }

    fn keep_marker(&mut self, attribute: &Attribute, meta: &Meta, found: &mut Vec<Attribute>) {
        let Some(marker) = self.marker(meta.path()) else {
            return;
        };
        let name = match marker {
            MarkerAttribute::On => "on",
            MarkerAttribute::Resource => "resource",
            MarkerAttribute::Function => "function",
            MarkerAttribute::Grant => "grant",
            MarkerAttribute::AllowInfra => "allow_infra",
        };
        let at = meta
            .path()
            .segments
            .last()
            .map_or_else(proc_macro2::Span::call_site, |last| last.ident.span());
        let path = syn::Path::from(syn::Ident::new(name, at));
        let mut meta = meta.clone();
        match &mut meta {
            Meta::Path(written) => *written = path,
            Meta::List(list) => list.path = path,
            Meta::NameValue(pair) => pair.path = path,
        }
        found.push(Attribute {
            pound_token: attribute.pound_token,
            style: attribute.style,
            bracket_token: attribute.bracket_token,
            meta,
        });
    }

    fn trigger(&mut self, on: &on::On) -> TriggerDecl {
        let source = match &on.source {
            Source::Resource { path, method, .. } => TriggerSource::Resource {
                path: self.path(None, path),
                method: method.as_ref().map(|method| self.symbol(method)),
            },
            Source::Constructor { source, args, .. } => TriggerSource::Constructor {
                name: Symbol::new(source.name),
                args: args.iter().map(|arg| arg.value.text().to_owned()).collect(),
            },
        };
        let mut paths = Vec::new();
        for option in &on.options {
            for path in &option.paths {
                paths.push((Symbol::new(&option.name), self.path(None, path)));
            }
        }
        TriggerDecl {
            source,
            options: on
                .options
                .iter()
                .map(|option| self.option(option))
                .collect(),
            paths,
            span: self.span(on.span),
        }
    }

    fn grant(&mut self, grant: &grant::Grant) -> GrantDecl {
        GrantDecl {
            actions: grant
                .actions
                .iter()
                .map(|(action, _)| action.clone())
                .collect(),
            on: match &grant.on {
                grant::GrantOn::Arn(arn) => GrantOn::Arn(arn.clone()),
                grant::GrantOn::Resource(path) => GrantOn::Resource(self.path(None, path)),
            },
            because: grant.because.clone(),
            span: self.span(grant.span),
        }
    }

    fn option(&self, option: &ifc_syntax::Opt) -> OptionValue {
        OptionValue {
            name: option.name.clone(),
            value: option.value.clone(),
            span: self.span(option.span),
        }
    }

    fn allow(&self, allow: &allow::Allow) -> Allow {
        Allow {
            check: allow.check.clone(),
            because: allow.because.clone(),
            span: self.span(allow.check_span),
        }
    }

    fn report_syntax(&mut self, errors: Errors) {
        for error in errors {
            let span = self.span(error.span);
            self.report(from_syntax(&error, span));
        }
    }

    /// A derive macro sees its input with `cfg` applied.
    fn without_inactive(&self, mut input: syn::DeriveInput) -> syn::DeriveInput {
        let keep = |fields: &mut syn::Fields| match fields {
            syn::Fields::Named(named) => {
                named.named = std::mem::take(&mut named.named)
                    .into_iter()
                    .filter(|field| self.is_active(&field.attrs))
                    .collect();
            }
            syn::Fields::Unnamed(unnamed) => {
                unnamed.unnamed = std::mem::take(&mut unnamed.unnamed)
                    .into_iter()
                    .filter(|field| self.is_active(&field.attrs))
                    .collect();
            }
            syn::Fields::Unit => {}
        };
        match &mut input.data {
            syn::Data::Struct(data) => keep(&mut data.fields),
            syn::Data::Enum(data) => {
                data.variants = std::mem::take(&mut data.variants)
                    .into_iter()
                    .filter(|variant| self.is_active(&variant.attrs))
                    .collect();
                data.variants
                    .iter_mut()
                    .for_each(|variant| keep(&mut variant.fields));
            }
            syn::Data::Union(_) => {}
        }
        input
    }
}
