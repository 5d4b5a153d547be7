//! Types and paths as written, without meaning yet.

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
    pub segments: Vec<Segment>,
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

/// One segment with its generic arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Name.
    pub name: Symbol,
    /// Type arguments in order; for `Fn(A, B) -> C` a tuple of the parameters.
    pub args: Vec<TypeRef>,
    /// `Item = T`, and `Output` of the `Fn(A) -> B` form.
    pub bindings: Vec<(Symbol, TypeRef)>,
}

/// A trait bound; lifetimes and `?Sized` are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The trait.
    pub path: Path,
}
