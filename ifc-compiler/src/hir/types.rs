//! Types and paths as written, without meaning yet.

use std::ops::Deref;

use crate::span::Span;
use crate::symbol::Symbol;

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeRef {
    /// `a::b::C<D>`, `T`, `Self`, `<T as Tr>::Out`.
    Path(TypePath),
    /// `&T`, `&mut T`, `*const T`.
    Ref(Box<TypeRef>),
    /// `(A, B)`; `()` is the empty one.
    Tuple(Vec<TypeRef>),
    /// `[T]`.
    Slice(Box<TypeRef>),
    /// `[T; N]`.
    Array(Box<(TypeRef, Length)>),
    /// `fn(A) -> B`.
    Fn(Vec<TypeRef>, Box<TypeRef>),
    /// `dyn A + B`.
    Dyn(Vec<Bound>),
    /// `impl A + B`.
    Impl(Vec<Bound>),
    /// `!`.
    Never,
    /// `_`, or absent where inference fills it in.
    Infer,
    /// Something that is not understood, a macro for example.
    Unknown,
}

/// The length of an array.
#[derive(Clone, Debug, PartialEq)]
pub enum Length {
    /// `4`.
    Literal(u64),
    /// `SIZE`, or a const parameter.
    Path(Path),
    /// A computation.
    Unknown,
}

/// A path in type or value position.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// `T` and the trait of `<T as Trait>::x`; the segments are then those after `>::`.
    pub qself: Option<Box<QSelf>>,
    /// Whether it begins with `::`.
    pub absolute: bool,
    /// At least one.
    pub segments: Segments,
    /// The name as a local variable's, if it can be one. It differs from the segment's inside of
    /// macros, whose variables are not those of their invokers; [`outer_variable`] says what else
    /// to look for.
    ///
    /// [`outer_variable`]: super::outer_variable
    pub variable: Option<Symbol>,
    /// Where.
    pub span: Span,
}

/// Paths of types have the same form.
pub type TypePath = Path;

/// `<T as Trait>`.
#[derive(Clone, Debug, PartialEq)]
pub struct QSelf {
    /// `T`.
    pub ty: TypeRef,
    /// `Trait`.
    pub trait_path: Option<Path>,
}

/// The segments of a path. Most paths are one name, which needs no memory of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Segments {
    /// One.
    One(Segment),
    /// None, or several.
    Several(Box<[Segment]>),
}

impl From<Vec<Segment>> for Segments {
    fn from(mut segments: Vec<Segment>) -> Self {
        match segments.len() {
            1 => Segments::One(segments.swap_remove(0)),
            _ => Segments::Several(segments.into()),
        }
    }
}

impl Deref for Segments {
    type Target = [Segment];

    fn deref(&self) -> &[Segment] {
        match self {
            Segments::One(only) => std::slice::from_ref(only),
            Segments::Several(segments) => segments,
        }
    }
}

/// One segment with its generic arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Name.
    pub name: Symbol,
    /// What few segments have.
    pub generics: Option<Box<GenericArgs>>,
}

impl Segment {
    /// A segment without generic arguments.
    pub fn plain(name: Symbol) -> Self {
        Segment {
            name,
            generics: None,
        }
    }

    /// Type arguments in order; for `Fn(A, B) -> C` a tuple of the parameters.
    pub fn args(&self) -> &[TypeRef] {
        self.generics
            .as_ref()
            .map_or(&[], |generics| &generics.args)
    }

    /// `Item = T`, and `Output` of the `Fn(A) -> B` form.
    pub fn bindings(&self) -> &[(Symbol, TypeRef)] {
        let generics = self.generics.as_ref();
        generics.map_or(&[], |generics| &generics.bindings)
    }
}

/// What stands between `<` and `>`, or after `Fn`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GenericArgs {
    /// See [`Segment::args`].
    pub args: Vec<TypeRef>,
    /// See [`Segment::bindings`].
    pub bindings: Vec<(Symbol, TypeRef)>,
}

/// A trait bound; lifetimes and `?Sized` are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The trait.
    pub path: Path,
}
