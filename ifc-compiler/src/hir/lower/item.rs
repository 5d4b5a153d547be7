//! Items.

use syn::parse::Parser as _;
use syn::{FnArg, Item, Meta, ReceiverKind};

use super::file::{BodyOwner, Child, Lower};
use crate::diagnostics::Diagnostic;
use crate::hir::{
    Def, ExprId, Field, FnId, Function, Global, GlobalId, Import, ImportKind, Owner, PatKind,
    RegisteredCode, Style, TypeDef, TypeId, TypeKind, TypeRef, Variant,
};
use crate::source::codes;
use crate::span::Span;
use crate::symbol::Symbol;

impl Lower<'_> {
    /// The items of a file or inline module.
    pub(super) fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
    }

    pub(super) fn item(&mut self, item: &Item) {
        match item {
            Item::Fn(item) if self.is_active(&item.attrs) => {
                let name = self.symbol(&item.sig.ident);
                let id = self.function(&item.attrs, &item.sig, Some(&item.block), None, || {
                    item_span(item)
                });
                self.register_function(&item.attrs, &item.sig.ident, id);
                let visibility = self.visibility(&item.vis);
                self.declare(name, Def::Function(id), visibility);
            }
            Item::Mod(item) if self.is_active(&item.attrs) => self.module_item(item),
            Item::Use(item) if self.is_active(&item.attrs) => {
                self.no_attributes(&item.attrs);
                let visibility = self.visibility(&item.vis);
                let absolute = item.leading_colon.is_some();
                self.use_tree(&item.tree, &mut Vec::new(), absolute, visibility);
            }
            Item::ExternCrate(item) if self.is_active(&item.attrs) => {
                let name = self.symbol(&item.ident);
                let bound = match &item.rename {
                    Some((_, rename)) => self.symbol(rename),
                    None => name,
                };
                let is_self = name == self.words.self_;
                let import = Import {
                    path: vec![if is_self { Symbol::new("crate") } else { name }],
                    absolute: !is_self,
                    kind: ImportKind::Named(bound),
                    visibility: self.visibility(&item.vis),
                    span: self.span(item.ident.span()),
                };
                self.add_import(import);
            }
            Item::Struct(item) if self.is_active(&item.attrs) => {
                let fields = self.fields(&item.fields);
                let kind = TypeKind::Struct(fields);
                let id = self.type_def(
                    &item.attrs,
                    &item.vis,
                    &item.ident,
                    &item.generics,
                    kind,
                    || item.clone().into(),
                );
                self.out.program.types[id.index()].style = style(&item.fields);
            }
            Item::Union(item) if self.is_active(&item.attrs) => {
                let fields = self.named_fields(&item.fields);
                let kind = TypeKind::Struct(fields);
                self.type_def(
                    &item.attrs,
                    &item.vis,
                    &item.ident,
                    &item.generics,
                    kind,
                    || item.clone().into(),
                );
            }
            Item::Enum(item) if self.is_active(&item.attrs) => {
                let mut variants = Vec::with_capacity(item.variants.len());
                for variant in &item.variants {
                    if self.is_active(&variant.attrs) {
                        let name = self.symbol(&variant.ident);
                        variants.push(Variant {
                            name,
                            fields: self.fields(&variant.fields),
                            style: style(&variant.fields),
                            serde: self.serde(&variant.attrs),
                        });
                    }
                }
                let kind = TypeKind::Enum(variants);
                self.type_def(
                    &item.attrs,
                    &item.vis,
                    &item.ident,
                    &item.generics,
                    kind,
                    || item.clone().into(),
                );
            }
            Item::Type(item) if self.is_active(&item.attrs) => {
                self.no_attributes(&item.attrs);
                let ty = self.ty(&item.ty);
                let kind = TypeKind::Alias(ty);
                self.alias(&item.vis, &item.ident, &item.generics, kind);
            }
            Item::Static(item) if self.is_active(&item.attrs) => {
                let id = self.global(&item.ident, &item.ty, Some(&item.expr));
                self.resource(item, id);
                self.register(&item.attrs, RegisteredCode::Global(id));
                let (name, visibility) = (self.symbol(&item.ident), self.visibility(&item.vis));
                self.declare(name, Def::Global(id), visibility);
            }
            Item::Const(item) if self.is_active(&item.attrs) => {
                self.no_attributes(&item.attrs);
                let id = self.global(&item.ident, &item.ty, Some(&item.expr));
                let (name, visibility) = (self.symbol(&item.ident), self.visibility(&item.vis));
                if name != self.words.underscore {
                    self.declare(name, Def::Global(id), visibility);
                }
            }
            Item::Impl(item) if self.is_active(&item.attrs) => self.impl_block(item),
            Item::Trait(item) if self.is_active(&item.attrs) => self.trait_item(item),
            Item::TraitAlias(item) if self.is_active(&item.attrs) => {
                let bounds = &item.bounds;
                self.declare_trait(&item.ident, &item.vis, &item.generics, bounds);
            }
            Item::ForeignMod(item) if self.is_active(&item.attrs) => self.extern_block(item),
            Item::Macro(item) if self.is_active(&item.attrs) => {
                self.no_attributes(&item.attrs);
                self.item_macro(item);
            }
            Item::Verbatim(tokens) => self.unread_item(tokens),
            _ => {}
        }
    }

    /// An item in a form that the parser lets pass and that nobody here knows. Without braces it has
    /// no code: attributes may take such, `#[linkme::distributed_slice] static ALL: [fn()];`.
    pub(super) fn unread_item(&mut self, tokens: &proc_macro2::TokenStream) {
        let parser = |input: syn::parse::ParseStream<'_>| {
            let attributes = syn::Attribute::parse_outer(input)?;
            input.parse::<proc_macro2::TokenStream>()?;
            Ok(attributes)
        };
        let is_code = |token: proc_macro2::TokenTree| {
            matches!(token, proc_macro2::TokenTree::Group(group)
                if group.delimiter() == proc_macro2::Delimiter::Brace)
        };
        let attributes = parser.parse2(tokens.clone()).unwrap_or_default();
        if self.is_active(&attributes)
            && tokens.clone().into_iter().any(is_code)
            && let Some(first) = tokens.clone().into_iter().next()
        {
            let span = self.span(first.span());
            let message = "an item is written in a form that is not known";
            self.report(
                Diagnostic::new(&codes::SYNTAX, span, message)
                    .label("what it declares is not read"),
            );
        }
    }

    fn module_item(&mut self, item: &syn::ItemMod) {
        self.no_attributes(&item.attrs);
        let name = self.symbol(&item.ident);
        let outer = self.module;
        let module = self.add_module(Some(outer), name, false);
        let visibility = self.visibility(&item.vis);
        self.declare(name, Def::Module(module), visibility);
        let mut path = None;
        let mut keeps_macros = false;
        let cfg = self.context.cfg;
        cfg.attributes(&item.attrs, &mut |meta| match meta {
            Meta::NameValue(pair) if pair.path.is_ident("path") => {
                if let syn::Expr::Lit(literal) = &pair.value
                    && let syn::Lit::Str(text) = &literal.lit
                {
                    path = Some(text.value());
                }
            }
            Meta::Path(name) if name.is_ident("macro_use") => keeps_macros = true,
            _ => {}
        });
        match &item.content {
            Some((_, items)) => {
                let block = self.block.take();
                let macros = self.macros.len();
                self.inline
                    .push(path.unwrap_or_else(|| name.as_str().to_owned()));
                self.module = module;
                self.items(items);
                self.module = outer;
                self.inline.pop();
                self.block = block;
                if !keeps_macros {
                    self.macros.truncate(macros);
                }
            }
            None => {
                let child = Child {
                    target: module,
                    name: name.as_str().to_owned(),
                    path,
                    is_include: false,
                    inline: self.inline.clone(),
                    macros: self.macros.clone(),
                    spills: keeps_macros,
                    span: self.span(item.ident.span()),
                };
                self.out.children.push(child);
            }
        }
    }

    fn type_def(
        &mut self,
        attributes: &[syn::Attribute],
        visibility: &syn::Visibility,
        ident: &syn::Ident,
        generics: &syn::Generics,
        kind: TypeKind,
        input: impl FnOnce() -> syn::DeriveInput,
    ) -> TypeId {
        self.no_attributes(attributes);
        let id = self.alias(visibility, ident, generics, kind);
        let serde = self.serde(attributes);
        let keeps_variables = self.keeps_variables(attributes);
        let derives = self.derives(attributes);
        let is_extended = self.is_extended(attributes, &derives);
        let (item, event) = self.schemas(&derives, input);
        let def = &mut self.out.program.types[id.index()];
        def.derives = derives.into_iter().map(|(name, _)| name).collect();
        def.is_extended = is_extended;
        def.serde = serde;
        if let TypeKind::Struct(fields) = &mut def.kind
            && !keeps_variables
        {
            fields.iter_mut().for_each(|field| field.argument = None);
        }
        def.item = item;
        def.event = event;
        id
    }

    fn alias(
        &mut self,
        visibility: &syn::Visibility,
        ident: &syn::Ident,
        generics: &syn::Generics,
        kind: TypeKind,
    ) -> TypeId {
        let def = TypeDef {
            name: self.symbol(ident),
            module: self.module,
            span: self.span(ident.span()),
            generics: self.generics(generics),
            kind,
            style: Style::Unit,
            serde: None,
            derives: Vec::new(),
            is_extended: false,
            item: None,
            event: None,
        };
        let name = def.name;
        self.out.program.types.push(def);
        let id = TypeId(self.out.program.types.len() as u32 - 1);
        let visibility = self.visibility(visibility);
        self.declare(name, Def::Type(id), visibility);
        id
    }

    fn fields(&mut self, fields: &syn::Fields) -> Vec<Field> {
        match fields {
            syn::Fields::Named(named) => self.named_fields(named),
            syn::Fields::Unnamed(unnamed) => {
                let mut lowered = Vec::with_capacity(unnamed.unnamed.len());
                for field in &unnamed.unnamed {
                    if self.is_active(&field.attrs) {
                        let name = super::pat::small_number(lowered.len() as u32);
                        let ty = self.ty(&field.ty);
                        let serde = self.serde(&field.attrs);
                        let argument = None;
                        lowered.push(Field {
                            name,
                            ty,
                            serde,
                            argument,
                        });
                    }
                }
                lowered
            }
            syn::Fields::Unit => Vec::new(),
        }
    }

    fn named_fields(&mut self, named: &syn::FieldsNamed) -> Vec<Field> {
        let mut lowered = Vec::with_capacity(named.named.len());
        for field in &named.named {
            if let Some(ident) = &field.ident
                && self.is_active(&field.attrs)
            {
                let name = self.symbol(ident);
                let ty = self.ty(&field.ty);
                let serde = self.serde(&field.attrs);
                let argument = self.argument(&field.attrs, name);
                lowered.push(Field {
                    name,
                    ty,
                    serde,
                    argument,
                });
            }
        }
        lowered
    }

    pub(super) fn global(
        &mut self,
        ident: &syn::Ident,
        ty: &syn::Type,
        init: Option<&syn::Expr>,
    ) -> GlobalId {
        let ty = self.ty(ty);
        let init = init.map(|expr| self.in_body(|lower| (Vec::new(), lower.expr(expr))));
        let (init, blocks) = init.unzip();
        let global = Global {
            name: self.symbol(ident),
            module: self.module,
            span: self.span(ident.span()),
            ty,
            init,
            resource: None,
        };
        self.add_global(global, blocks.unwrap_or_default())
    }

    /// Keeps a global with the blocks of its initialiser that have items.
    pub(super) fn add_global(&mut self, global: Global, blocks: Vec<ExprId>) -> GlobalId {
        self.out.program.globals.push(global);
        let id = GlobalId(self.out.program.globals.len() as u32 - 1);
        self.own_blocks(BodyOwner::Global(id), blocks);
        id
    }

    pub(super) fn function(
        &mut self,
        attributes: &[syn::Attribute],
        signature: &syn::Signature,
        block: Option<&syn::Block>,
        owner: Option<Owner>,
        span: impl FnOnce() -> (proc_macro2::Span, proc_macro2::Span),
    ) -> FnId {
        let (first, last) = span();
        let name = self.symbol(&signature.ident);
        let generics = self.generics(&signature.generics);
        let mut params = Vec::with_capacity(signature.inputs.len());
        let mut has_self = false;
        for input in &signature.inputs {
            match input {
                FnArg::Receiver(receiver) => {
                    has_self = true;
                    params.push(self.receiver(receiver));
                }
                FnArg::Typed(typed) if self.is_active(&typed.attrs) => {
                    params.push(self.ty(&typed.ty));
                }
                FnArg::Typed(_) => {}
            }
        }
        let ret = self.ret(&signature.output);
        let body = block.map(|block| {
            self.in_body(|lower| {
                let pats = lower.param_pats(signature);
                (pats, lower.block(block))
            })
        });
        let (body, blocks) = body.unzip();
        let function = Function {
            name,
            module: self.module,
            owner,
            span: self.positions.between(first, last),
            name_span: self.span(signature.ident.span()),
            generics,
            has_self,
            is_async: signature.asyncness.is_some(),
            params,
            ret,
            body: body.map(Box::new),
            grants: Vec::new(),
        };
        self.out.program.functions.push(function);
        let id = FnId(self.out.program.functions.len() as u32 - 1);
        self.own_blocks(BodyOwner::Function(id), blocks.unwrap_or_default());
        self.function_attributes(attributes, signature, id, owner);
        id
    }

    fn receiver(&mut self, receiver: &syn::Receiver) -> TypeRef {
        let span = self.span(receiver.self_token.span);
        let own = TypeRef::Path(self.name_path(self.words.self_type, span));
        match &receiver.kind {
            ReceiverKind::Reference(..) => TypeRef::Ref(Box::new(own)),
            ReceiverKind::Typed(_, ty) => self.ty(ty),
            _ => own,
        }
    }

    fn param_pats(&mut self, signature: &syn::Signature) -> Vec<crate::hir::PatId> {
        let mut pats = Vec::with_capacity(signature.inputs.len());
        for input in &signature.inputs {
            match input {
                FnArg::Receiver(receiver) => {
                    let span = self.span(receiver.self_token.span);
                    let name = self.words.self_;
                    pats.push(self.push_pat(PatKind::Bind { name, sub: None }, span));
                }
                FnArg::Typed(typed) if self.is_active(&typed.attrs) => {
                    pats.push(self.pat(&typed.pat));
                }
                FnArg::Typed(_) => {}
            }
        }
        pats
    }

    fn extern_block(&mut self, item: &syn::ItemForeignMod) {
        for item in &item.items {
            if let syn::ForeignItem::Fn(item) = item
                && self.is_active(&item.attrs)
            {
                let name = self.symbol(&item.sig.ident);
                let id = self.function(&item.attrs, &item.sig, None, None, || {
                    let last = item.sig.paren_token.span.close();
                    (signature_start(&item.sig), last)
                });
                let visibility = self.visibility(&item.vis);
                self.declare(name, Def::Function(id), visibility);
            }
        }
    }

    pub(super) fn ident_span(&self, ident: &syn::Ident) -> Span {
        self.span(ident.span())
    }
}

fn style(fields: &syn::Fields) -> Style {
    match fields {
        syn::Fields::Named(_) => Style::Named,
        syn::Fields::Unnamed(_) => Style::Tuple,
        syn::Fields::Unit => Style::Unit,
    }
}

fn item_span(item: &syn::ItemFn) -> (proc_macro2::Span, proc_macro2::Span) {
    let first = match &item.vis {
        syn::Visibility::Public(token) => token.span,
        syn::Visibility::Restricted(restricted) => restricted.pub_token.span,
        syn::Visibility::Inherited => signature_start(&item.sig),
    };
    (first, item.block.brace_token.span.close())
}

pub(super) fn signature_start(signature: &syn::Signature) -> proc_macro2::Span {
    signature
        .constness
        .map(|token| token.span)
        .or(signature.asyncness.map(|token| token.span))
        .unwrap_or(signature.fn_token.span)
}
