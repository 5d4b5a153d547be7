//! Types, paths and generics.

use syn::{
    GenericArgument, GenericParam as SynGenericParam, PathArguments, ReturnType, Type,
    TypeParamBound, WherePredicate,
};

use super::file::Lower;
use crate::hir::{
    Bound, GenericArgs, GenericParam, Generics, Length, Path, QSelf, Segment, Segments, TypePath,
    TypeRef,
};
use crate::span::Span;
use crate::symbol::Symbol;

impl Lower<'_> {
    pub(super) fn ty(&mut self, ty: &Type) -> TypeRef {
        match ty {
            Type::Path(path) => TypeRef::Path(self.path(path.qself.as_ref(), &path.path)),
            Type::Reference(reference) => TypeRef::Ref(Box::new(self.ty(&reference.elem))),
            Type::Ptr(pointer) => TypeRef::Ref(Box::new(self.ty(&pointer.elem))),
            Type::Tuple(tuple) => {
                TypeRef::Tuple(tuple.elems.iter().map(|ty| self.ty(ty)).collect())
            }
            Type::Slice(slice) => TypeRef::Slice(Box::new(self.ty(&slice.elem))),
            Type::Array(array) => {
                let element = self.ty(&array.elem);
                TypeRef::Array(Box::new((element, self.length(&array.len))))
            }
            Type::FnPtr(pointer) => {
                let inputs = pointer
                    .inputs
                    .iter()
                    .map(|input| self.ty(&input.ty))
                    .collect();
                TypeRef::Fn(inputs, Box::new(self.ret(&pointer.output)))
            }
            Type::TraitObject(object) => TypeRef::Dyn(self.bounds(&object.bounds)),
            Type::ImplTrait(object) => TypeRef::Impl(self.bounds(&object.bounds)),
            Type::Group(group) => self.ty(&group.elem),
            Type::Paren(paren) => self.ty(&paren.elem),
            Type::Never(_) => TypeRef::Never,
            Type::Infer(_) => TypeRef::Infer,
            Type::Macro(invocation) => self.type_macro(&invocation.mac),
            _ => TypeRef::Unknown,
        }
    }

    fn length(&mut self, length: &syn::Expr) -> Length {
        match length {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Int(number),
                ..
            }) => number
                .base10_parse()
                .map_or(Length::Unknown, Length::Literal),
            syn::Expr::Path(path) => Length::Path(self.path(path.qself.as_ref(), &path.path)),
            syn::Expr::Paren(inner) => self.length(&inner.expr),
            syn::Expr::Group(inner) => self.length(&inner.expr),
            _ => Length::Unknown,
        }
    }

    pub(super) fn ret(&mut self, output: &ReturnType) -> TypeRef {
        match output {
            ReturnType::Default => TypeRef::Tuple(Vec::new()),
            ReturnType::Type(_, ty) => self.ty(ty),
        }
    }

    pub(super) fn path(&mut self, qself: Option<&syn::QSelf>, path: &syn::Path) -> Path {
        if let (None, Some(name)) = (qself, path.get_ident()) {
            return self.name_of(name);
        }
        let span = self.path_span(qself, path);
        let segments = path.segments.iter().map(|segment| self.segment(segment));
        let mut segments: Vec<Segment> = segments.collect();
        let absolute = path.leading_colon.is_some();
        let Some(qself) = qself else {
            return Path {
                qself: None,
                absolute,
                segments: segments.into(),
                variable: None,
                span,
            };
        };
        let rest = segments.split_off(qself.position.min(segments.len()));
        let trait_path = (!segments.is_empty()).then_some(Path {
            qself: None,
            absolute,
            segments: segments.into(),
            variable: None,
            span,
        });
        Path {
            qself: Some(Box::new(QSelf {
                ty: self.ty(&qself.ty),
                trait_path,
            })),
            absolute: false,
            segments: rest.into(),
            variable: None,
            span,
        }
    }

    /// The path that is just a name.
    fn name_of(&mut self, ident: &syn::Ident) -> Path {
        let (name, span) = self.spelled(ident);
        let variable = match self.expansion_depth {
            0 => name,
            _ => self.variable(ident),
        };
        Path {
            variable: Some(variable),
            ..self.name_path(name, span)
        }
    }

    fn path_span(&self, qself: Option<&syn::QSelf>, path: &syn::Path) -> Span {
        let first = match (qself, &path.leading_colon, path.segments.first()) {
            (Some(qself), _, _) => qself.lt_token.spans[0],
            (None, Some(colon), _) => colon.spans[0],
            (None, None, Some(segment)) => segment.ident.span(),
            (None, None, None) => proc_macro2::Span::call_site(),
        };
        let last = path
            .segments
            .last()
            .map_or(first, |segment| match &segment.arguments {
                PathArguments::None => segment.ident.span(),
                PathArguments::AngleBracketed(args) => args.gt_token.spans[0],
                PathArguments::Parenthesized(args) => args.paren_token.span.close(),
            });
        self.positions.between(first, last)
    }

    fn segment(&mut self, segment: &syn::PathSegment) -> Segment {
        let name = self.symbol(&segment.ident);
        let mut generics = GenericArgs::default();
        match &segment.arguments {
            PathArguments::None => return Segment::plain(name),
            PathArguments::AngleBracketed(written) => {
                self.generic_args(&written.args, &mut generics);
            }
            PathArguments::Parenthesized(written) => {
                let inputs = written
                    .inputs
                    .iter()
                    .map(|input| self.ty(&input.ty))
                    .collect();
                generics.args.push(TypeRef::Tuple(inputs));
                let output = self.ret(&written.output);
                generics.bindings.push((self.words.output, output));
            }
        }
        Segment {
            name,
            generics: Some(Box::new(generics)),
        }
    }

    fn generic_args(
        &mut self,
        written: &syn::punctuated::Punctuated<GenericArgument, syn::Token![,]>,
        generics: &mut GenericArgs,
    ) {
        generics.args.reserve_exact(written.len());
        for argument in written {
            match argument {
                GenericArgument::Type(ty) => generics.args.push(self.ty(ty)),
                GenericArgument::AssocType(assoc) => {
                    let binding = (self.symbol(&assoc.ident), self.ty(&assoc.ty));
                    generics.bindings.push(binding);
                }
                GenericArgument::Constraint(constraint) => {
                    let bounds = TypeRef::Impl(self.bounds(&constraint.bounds));
                    let name = self.symbol(&constraint.ident);
                    generics.bindings.push((name, bounds));
                }
                _ => {}
            }
        }
    }

    pub(super) fn turbofish(
        &mut self,
        written: Option<&syn::AngleBracketedGenericArguments>,
    ) -> Box<[TypeRef]> {
        let mut generics = GenericArgs::default();
        if let Some(written) = written {
            self.generic_args(&written.args, &mut generics);
        }
        generics.args.into()
    }

    pub(super) fn bounds<'b>(
        &mut self,
        bounds: impl IntoIterator<Item = &'b TypeParamBound>,
    ) -> Vec<Bound> {
        let mut lowered = Vec::new();
        for bound in bounds {
            if let TypeParamBound::Trait(bound) = bound
                && bound.maybe.is_none()
            {
                let path = self.path(None, &bound.path);
                lowered.push(Bound { path });
            }
        }
        lowered
    }

    pub(super) fn generics(&mut self, generics: &syn::Generics) -> Generics {
        let mut lowered = Generics::default();
        for param in &generics.params {
            if let SynGenericParam::Type(param) = param
                && self.is_active(&param.attrs)
            {
                let name = self.symbol(&param.ident);
                let bounds = self.bounds(&param.bounds);
                let default = param.default.as_ref().map(|(_, ty)| self.ty(ty));
                lowered.params.push(GenericParam {
                    name,
                    bounds,
                    default,
                });
            }
        }
        for predicate in generics
            .where_clause
            .iter()
            .flat_map(|clause| &clause.predicates)
        {
            let WherePredicate::Type(predicate) = predicate else {
                continue;
            };
            let ty = self.ty(&predicate.bounded_ty);
            let bounds = self.bounds(&predicate.bounds);
            match bare_name(&ty)
                .and_then(|name| lowered.params.iter_mut().find(|param| param.name == name))
            {
                Some(param) => param.bounds.extend(bounds),
                None => lowered.predicates.push((ty, bounds)),
            }
        }
        lowered
    }

    /// The path that stands for one name that lowering brings in.
    pub(super) fn name_path(&self, name: Symbol, span: Span) -> TypePath {
        Path {
            qself: None,
            absolute: false,
            segments: Segments::One(Segment::plain(name)),
            variable: Some(name),
            span,
        }
    }

    /// An absolute path that lowering brings in.
    pub(super) fn foreign_path(&self, names: &[&str], args: Vec<TypeRef>, span: Span) -> TypePath {
        let mut segments: Vec<Segment> = names
            .iter()
            .map(|name| Segment::plain(Symbol::new(name)))
            .collect();
        if let Some(last) = segments.last_mut()
            && !args.is_empty()
        {
            let bindings = Vec::new();
            last.generics = Some(Box::new(GenericArgs { args, bindings }));
        }
        Path {
            qself: None,
            absolute: true,
            segments: segments.into(),
            variable: None,
            span,
        }
    }
}

fn bare_name(ty: &TypeRef) -> Option<Symbol> {
    match ty {
        TypeRef::Path(Path {
            qself: None,
            absolute: false,
            segments,
            ..
        }) => match &**segments {
            [only] if only.args().is_empty() => Some(only.name),
            _ => None,
        },
        _ => None,
    }
}
