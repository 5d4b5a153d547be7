//! Bodies: expressions and patterns in arenas, one per function, static or const.

use super::{Locals, ModuleId, Path, TypeRef};
use crate::span::Span;
use crate::symbol::Symbol;

/// An expression of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// A pattern of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatId(pub u32);

/// A body.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// Patterns of the parameters, `self` included.
    pub params: Vec<PatId>,
    /// The value.
    pub root: ExprId,
    /// All expressions.
    pub exprs: Vec<Expr>,
    /// All patterns.
    pub pats: Vec<Pat>,
    /// What names mean.
    pub locals: Locals,
}

impl Body {
    /// The expression behind an id.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    /// The pattern behind an id.
    pub fn pat(&self, id: PatId) -> &Pat {
        &self.pats[id.0 as usize]
    }
}

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where; for a method call, the span of the whole call.
    pub span: Span,
}

/// Expressions, reduced to what can carry a value or a call. Most are names and calls; what is
/// larger is boxed.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// Local, item or associated item.
    Path(Path),
    /// String literal (also `concat!`, `stringify!` where known).
    Str(String),
    /// Any other literal.
    Literal,
    /// `f(a, b)`; also tuple structs and variants.
    Call { callee: ExprId, args: Vec<ExprId> },
    /// `x.m::<T>(a)`.
    MethodCall {
        receiver: ExprId,
        method: Symbol,
        method_span: Span,
        turbofish: Box<[TypeRef]>,
        args: Vec<ExprId>,
    },
    /// `x.f`, `x.0`.
    Field { base: ExprId, name: Symbol },
    /// `x[i]`.
    Index { base: ExprId, index: ExprId },
    /// `S { f: a, ..rest }`.
    Struct {
        path: Box<Path>,
        fields: Vec<(Symbol, ExprId)>,
        rest: Option<ExprId>,
    },
    /// `(a, b)`.
    Tuple(Vec<ExprId>),
    /// `[a, b]`, `[a; n]`, `vec![..]`.
    Array(Vec<ExprId>),
    /// `&x`, `&raw const x`.
    Ref(ExprId),
    /// `&mut x`, `&raw mut x`: whoever gets it may write there.
    RefMut(ExprId),
    /// `*x`.
    Deref(ExprId),
    /// `!x`, `-x`, `yield x`; `op` is the method's name (`not`) or the keyword.
    Unary { op: Symbol, value: ExprId },
    /// `a + b`, `a == b`, `a && b`, `a += b`. Operators may be overloaded; `op` is the method's name (`add`).
    Binary {
        op: Symbol,
        left: ExprId,
        right: ExprId,
    },
    /// `place = value`.
    Assign { place: ExprId, value: ExprId },
    /// `x as T`.
    Cast { value: ExprId, ty: Box<TypeRef> },
    /// `{ .. }`; `module` is set when the block declares items.
    Block {
        stmts: Vec<Stmt>,
        tail: Option<ExprId>,
        module: Option<ModuleId>,
    },
    /// `async { .. }`.
    Async(ExprId),
    /// `|a| b`.
    Closure {
        params: Vec<(PatId, Option<TypeRef>)>,
        body: ExprId,
        is_async: bool,
    },
    /// `if c { a } else { b }`.
    If {
        condition: ExprId,
        then: ExprId,
        otherwise: Option<ExprId>,
    },
    /// `let p = x` as a condition, `matches!(x, p)`.
    Let { pat: PatId, value: ExprId },
    /// `match x { p if g => a }`.
    Match { scrutinee: ExprId, arms: Vec<Arm> },
    /// `loop`, and `while` with its condition first.
    Loop {
        condition: Option<ExprId>,
        body: ExprId,
    },
    /// `for p in x { .. }`.
    For {
        pat: PatId,
        iter: ExprId,
        body: ExprId,
    },
    /// `return x`.
    Return(Option<ExprId>),
    /// `break x`.
    Break(Option<ExprId>),
    /// `continue`.
    Continue,
    /// `x.await`.
    Await(ExprId),
    /// `x?`.
    Try(ExprId),
    /// `a..b`.
    Range(Vec<ExprId>),
    /// `format!("a{}b{c}", ..)` and its relatives: text pieces with the holes' expressions between
    /// them; arguments that are no hole of a value (named precision) are holes at the end.
    Format { pieces: Vec<FormatPiece> },
    /// `join!(a, b)`, `try_join!`: the futures are run, the value is the tuple of their outputs.
    Join {
        futures: Vec<ExprId>,
        fallible: bool,
    },
    /// A macro whose arguments could be read as expressions but whose meaning is not known
    /// (`tracing::info!(..)`, `assert!(..)`). Arguments are evaluated, the value is unknown.
    MacroCall { path: Box<Path>, args: Vec<ExprId> },
    /// A macro that could not be read: `mentions` are all identifiers' paths among its tokens, so
    /// that a resource or function named there is reported, never lost.
    OpaqueMacro {
        path: Box<Path>,
        mentions: Vec<Path>,
    },
}

/// A part of a format string.
#[derive(Clone, Debug, PartialEq)]
pub enum FormatPiece {
    /// Text as it comes out.
    Text(String),
    /// A value as it is displayed.
    Hole(ExprId),
    /// A value that is padded, cut or shown in another form.
    Shaped(ExprId),
    /// An argument that is not shown itself, such as a width.
    Argument(ExprId),
}

impl FormatPiece {
    /// The value that is evaluated for it.
    pub fn value(&self) -> Option<ExprId> {
        match *self {
            FormatPiece::Hole(value)
            | FormatPiece::Shaped(value)
            | FormatPiece::Argument(value) => Some(value),
            FormatPiece::Text(_) => None,
        }
    }
}

/// A match arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Pattern.
    pub pat: PatId,
    /// `if ..`.
    pub guard: Option<ExprId>,
    /// Value.
    pub body: ExprId,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    /// `let p: T = x else { .. };`
    Let {
        pat: PatId,
        ty: Option<Box<TypeRef>>,
        init: Option<ExprId>,
        otherwise: Option<ExprId>,
    },
    /// An expression, with or without semicolon.
    Expr(ExprId),
}

/// A pattern and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Pat {
    /// What it is.
    pub kind: PatKind,
    /// Where.
    pub span: Span,
}

/// Patterns, reduced to what binds.
#[derive(Clone, Debug, PartialEq)]
pub enum PatKind {
    /// `x`, `ref x`, `x @ p`. May turn out to be a const or unit variant when resolved.
    Bind { name: Symbol, sub: Option<PatId> },
    /// `_`, `..`, literals, ranges.
    Wild,
    /// `(a, b)`; the position of `..` if there is one.
    Tuple { pats: Vec<PatId>, rest: Option<u32> },
    /// `S { f: p }`.
    Struct {
        path: Box<Path>,
        fields: Vec<(Symbol, PatId)>,
    },
    /// `V(a, b)`.
    TupleStruct {
        path: Box<Path>,
        pats: Vec<PatId>,
        rest: Option<u32>,
    },
    /// `A::B`.
    Path(Box<Path>),
    /// `&p`, `box p`.
    Ref(PatId),
    /// `[a, b]`.
    Slice(Vec<PatId>),
    /// `a | b`.
    Or(Vec<PatId>),
    /// `p: T` of a closure parameter or function parameter.
    Typed(PatId, Box<TypeRef>),
}
