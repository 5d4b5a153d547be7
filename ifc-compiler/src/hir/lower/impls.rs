//! Impls and traits.

use syn::punctuated::Punctuated;
use syn::{ImplItem, Token, TraitItem};

use super::file::Lower;
use super::item::signature_start;
use crate::hir::{Def, Impl, ImplId, Owner, RegisteredCode, Trait, TraitId};

type Bounds = Punctuated<syn::TypeParamBound, Token![+]>;

impl Lower<'_> {
    pub(super) fn impl_block(&mut self, item: &syn::ItemImpl) {
        self.no_attributes(&item.attrs);
        let id = ImplId(self.out.program.impls.len() as u32);
        let span = self
            .positions
            .between(item.impl_token.span, item.brace_token.span.close());
        let data = Impl {
            module: self.module,
            span,
            generics: self.generics(&item.generics),
            trait_path: item.trait_.as_ref().map(|(path, _)| self.path(None, path)),
            self_ty: self.ty(&item.self_ty),
            exposed: self.registering(&item.attrs).is_some(),
            methods: Vec::new(),
            assoc_types: Vec::new(),
            consts: Vec::new(),
        };
        self.out.program.impls.push(data);
        self.register(&item.attrs, RegisteredCode::Impl(id));
        self.impl_items(&item.items, id);
    }

    pub(super) fn impl_items(&mut self, items: &[ImplItem], id: ImplId) {
        for item in items {
            match item {
                ImplItem::Fn(item) if self.is_active(&item.attrs) => {
                    let owner = Some(Owner::Impl(id));
                    let function =
                        self.function(&item.attrs, &item.sig, Some(&item.block), owner, || {
                            let last = item.block.brace_token.span.close();
                            (signature_start(&item.sig), last)
                        });
                    self.out.program.impls[id.index()].methods.push(function);
                }
                ImplItem::Type(item) if self.is_active(&item.attrs) => {
                    self.no_attributes(&item.attrs);
                    let assoc = (self.symbol(&item.ident), self.ty(&item.ty));
                    self.out.program.impls[id.index()].assoc_types.push(assoc);
                }
                ImplItem::Const(item) if self.is_active(&item.attrs) => {
                    self.no_attributes(&item.attrs);
                    let global = self.global(&item.ident, &item.ty, Some(&item.expr));
                    self.out.program.impls[id.index()].consts.push(global);
                }
                ImplItem::Macro(item) if self.is_active(&item.attrs) => {
                    if let Some(items) = self.expand_associated(&item.mac) {
                        self.deeper(|lower| lower.impl_items(&items, id));
                    }
                }
                ImplItem::Verbatim(tokens) => self.unread_item(tokens),
                _ => {}
            }
        }
    }

    pub(super) fn trait_item(&mut self, item: &syn::ItemTrait) {
        self.no_attributes(&item.attrs);
        let bounds = &item.supertraits;
        let id = self.declare_trait(&item.ident, &item.vis, &item.generics, bounds);
        self.trait_items(&item.items, id);
    }

    fn trait_items(&mut self, items: &[TraitItem], id: TraitId) {
        for item in items {
            match item {
                TraitItem::Fn(item) if self.is_active(&item.attrs) => {
                    let owner = Some(Owner::Trait(id));
                    let block = item.default.as_ref();
                    let function = self.function(&item.attrs, &item.sig, block, owner, || {
                        let last = match block {
                            Some(block) => block.brace_token.span.close(),
                            None => item.sig.paren_token.span.close(),
                        };
                        (signature_start(&item.sig), last)
                    });
                    self.out.program.traits[id.index()].methods.push(function);
                }
                TraitItem::Type(item) if self.is_active(&item.attrs) => {
                    self.no_attributes(&item.attrs);
                    let name = self.symbol(&item.ident);
                    let bounds = self.bounds(&item.bounds);
                    let default = item.default.as_ref().map(|(_, ty)| self.ty(ty));
                    let assoc = (name, bounds, default);
                    self.out.program.traits[id.index()].assoc_types.push(assoc);
                }
                TraitItem::Const(item) if self.is_active(&item.attrs) => {
                    self.no_attributes(&item.attrs);
                    if let Some((_, value)) = &item.default {
                        let global = self.global(&item.ident, &item.ty, Some(value));
                        self.out.program.traits[id.index()].consts.push(global);
                    }
                }
                TraitItem::Macro(item) if self.is_active(&item.attrs) => {
                    if let Some(items) = self.expand_associated(&item.mac) {
                        self.deeper(|lower| lower.trait_items(&items, id));
                    }
                }
                TraitItem::Verbatim(tokens) => self.unread_item(tokens),
                _ => {}
            }
        }
    }

    /// A trait without its items, or an alias of traits.
    pub(super) fn declare_trait(
        &mut self,
        ident: &syn::Ident,
        visibility: &syn::Visibility,
        generics: &syn::Generics,
        bounds: &Bounds,
    ) -> TraitId {
        let data = Trait {
            name: self.symbol(ident),
            module: self.module,
            span: self.ident_span(ident),
            generics: self.generics(generics),
            supertraits: self.bounds(bounds),
            methods: Vec::new(),
            assoc_types: Vec::new(),
            consts: Vec::new(),
        };
        let name = data.name;
        self.out.program.traits.push(data);
        let id = TraitId(self.out.program.traits.len() as u32 - 1);
        let visibility = self.visibility(visibility);
        self.declare(name, Def::Trait(id), visibility);
        id
    }
}
