//! The program as plain data: items and bodies, names not yet resolved. Input: parsed files.
//! Output: [`Program`]. Nothing past this stage sees `syn`.

mod body;
mod expand;
mod locals;
mod lower;
mod serde;
mod types;

pub use body::*;
use expand::before_definition;
pub(crate) use expand::outer as outer_variable;
pub use locals::*;
pub use lower::lower;
pub use serde::*;
pub use types::*;

use ifc_catalog::model::{Allow, Existing, OptionValue};
use ifc_catalog::schema::{EventSchema, ItemSchema};

use crate::span::{FileId, Span};
use crate::symbol::Symbol;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// Position in its arena.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A crate of the program.
    CrateId,
    /// A module; every block that declares items is one too.
    ModuleId,
    /// A function, method or associated function.
    FnId,
    /// A struct, enum, union or type alias.
    TypeId,
    /// A trait.
    TraitId,
    /// An impl block.
    ImplId,
    /// A static or const.
    GlobalId,
    /// A resource declaration.
    ResourceId,
}

/// Everything the later stages know of the source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// `crates[0]` is the application's binary.
    pub crates: Vec<Crate>,
    /// All modules of all crates.
    pub modules: Vec<Module>,
    /// All functions, with body unless they are required trait methods.
    pub functions: Vec<Function>,
    /// All type definitions.
    pub types: Vec<TypeDef>,
    /// All traits.
    pub traits: Vec<Trait>,
    /// All impl blocks.
    pub impls: Vec<Impl>,
    /// All statics and consts.
    pub globals: Vec<Global>,
    /// `#[resource]` statics, in order of name.
    pub resources: Vec<ResourceDecl>,
    /// `#[on]` functions, in order of name.
    pub handlers: Vec<Handler>,
    /// Code that something outside of the program may run by itself.
    pub registered: Vec<Registered>,
    /// Files with the crate whose part each is, parsed or not.
    pub files: Vec<(FileId, CrateId)>,
    /// Places of `cfg` that keep code out which is for the other architecture than the application's.
    pub of_other_architecture: Vec<Span>,
}

/// A library or binary target.
#[derive(Clone, Debug, PartialEq)]
pub struct Crate {
    /// Name in source.
    pub name: Symbol,
    /// Name as Cargo knows it.
    pub label: String,
    /// Name of its package, as in `Cargo.toml`.
    pub package: String,
    /// Root module.
    pub root: ModuleId,
    /// Names under which other crates of the program are visible.
    pub externs: Vec<(Symbol, CrateId)>,
    /// Dependencies whose sources are not part of the program, by name in source with the name of
    /// the package's library: paths into them are foreign, not unresolved.
    pub foreign: Vec<(Symbol, Symbol)>,
    /// Of those, by the name of the package's library, the ones whose own code can call AWS: the
    /// services, or none where that is not known.
    pub callers: Vec<(Symbol, Option<Vec<Symbol>>)>,
    /// Whether it is a program of its own.
    pub is_binary: bool,
    /// Whether `ifc_runtime::main!()` or `handlers!()` stands in its root.
    pub dispatches: bool,
    /// Rust edition.
    pub edition: u16,
}

/// A module with its direct contents.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// The crate.
    pub krate: CrateId,
    /// None for a crate root.
    pub parent: Option<ModuleId>,
    /// Name; for a block that declares items, `{block}`.
    pub name: Symbol,
    /// True for a block inside a function: lookups go on in `parent`.
    pub is_block: bool,
    /// Declared items.
    pub items: Vec<Declared>,
    /// `use` declarations.
    pub imports: Vec<Import>,
}

/// An item of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Name.
    pub name: Symbol,
    /// What it is.
    pub def: Def,
    /// Who sees it.
    pub visibility: Visibility,
}

/// Who sees a name of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// `pub`.
    Public,
    /// `pub(crate)`, `pub(in ..)`.
    Crate,
    /// `pub(super)`.
    Parent,
    /// The module and what is inside it.
    Private,
}

/// What a name can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Def {
    /// Module or crate root.
    Module(ModuleId),
    /// Function; also methods once resolved.
    Function(FnId),
    /// Type.
    Type(TypeId),
    /// Variant of an enum, by position.
    Variant(TypeId, u32),
    /// Trait.
    Trait(TraitId),
    /// Static or const.
    Global(GlobalId),
}

/// One leaf of a `use` tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Full path, `self`, `super` and `crate` included; for a glob the path before `*`.
    pub path: Vec<Symbol>,
    /// Whether the path began with `::`.
    pub absolute: bool,
    /// What it brings in.
    pub kind: ImportKind,
    /// Who sees what it brings in.
    pub visibility: Visibility,
    /// Where.
    pub span: Span,
}

/// What a `use` leaf brings in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportKind {
    /// One name, perhaps renamed. `_` imports a trait without a name.
    Named(Symbol),
    /// Everything public.
    Glob,
}

/// A function with its signature and body.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Name.
    pub name: Symbol,
    /// Module in whose scope it stands.
    pub module: ModuleId,
    /// Impl block or trait it belongs to.
    pub owner: Option<Owner>,
    /// Span of the whole item, of its name for labels.
    pub span: Span,
    /// Span of the name.
    pub name_span: Span,
    /// Generic parameters with bounds, `where` included.
    pub generics: Generics,
    /// Whether there is a `self` parameter. It is then `params[0]`.
    pub has_self: bool,
    /// Whether it is `async`.
    pub is_async: bool,
    /// Types of the parameters; patterns are in the body.
    pub params: Vec<TypeRef>,
    /// Declared return type; `()` if absent. For an async function the type awaited.
    pub ret: TypeRef,
    /// None for a required trait method.
    pub body: Option<Box<Body>>,
    /// `#[grant]`s on it.
    pub grants: Vec<GrantDecl>,
}

/// The item around a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// `impl T` or `impl Trait for T`.
    Impl(ImplId),
    /// `trait T`.
    Trait(TraitId),
}

/// Generic parameters of an item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Generics {
    /// Type parameters in order; lifetimes and consts are left out.
    pub params: Vec<GenericParam>,
    /// `where` predicates on anything but a bare parameter, and bounds on associated types.
    pub predicates: Vec<(TypeRef, Vec<Bound>)>,
}

/// A type parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct GenericParam {
    /// Name.
    pub name: Symbol,
    /// Bounds from the list and from `where`.
    pub bounds: Vec<Bound>,
    /// Default type.
    pub default: Option<TypeRef>,
}

/// A struct, enum, union or alias.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDef {
    /// Name.
    pub name: Symbol,
    /// Scope.
    pub module: ModuleId,
    /// Span of the name.
    pub span: Span,
    /// Generic parameters.
    pub generics: Generics,
    /// Contents.
    pub kind: TypeKind,
    /// How the fields of a struct are written.
    pub style: Style,
    /// Its `#[serde(..)]`, if it has any.
    pub serde: Option<Box<Serde>>,
    /// Last segments of the paths in `#[derive(..)]`.
    pub derives: Vec<Symbol>,
    /// Whether a derive or an attribute of another crate may have made methods, conversions and
    /// further types for it.
    pub is_extended: bool,
    /// Key schema, if it derives `Item`.
    pub item: Option<ItemSchema>,
    /// Detail types, if it derives `Event`.
    pub event: Option<EventSchema>,
}

/// Contents of a type definition.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// Struct or union.
    Struct(Vec<Field>),
    /// Enum.
    Enum(Vec<Variant>),
    /// `type X = ..`.
    Alias(TypeRef),
}

/// A field; tuple fields are named `0`, `1`, ...
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Name.
    pub name: Symbol,
    /// Declared type.
    pub ty: TypeRef,
    /// Its `#[serde(..)]`, if it has any.
    pub serde: Option<Box<Serde>>,
    /// From where clap takes it, if not from the command line alone.
    pub argument: Option<Argument>,
}

/// From where clap takes the value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// `#[arg(env = "NAME")]`: from a variable, unless it stands on the command line.
    Variable(Symbol),
    /// `#[command(flatten)]`: a struct of further fields.
    Flattened,
}

/// A variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Name.
    pub name: Symbol,
    /// Fields.
    pub fields: Vec<Field>,
    /// How they are written.
    pub style: Style,
    /// Its `#[serde(..)]`, if it has any.
    pub serde: Option<Box<Serde>>,
}

/// How the fields of a struct or variant are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// `A`; also what has no fields because it is no struct.
    #[default]
    Unit,
    /// `A(B)`.
    Tuple,
    /// `A { b: B }`.
    Named,
}

/// A trait.
#[derive(Clone, Debug, PartialEq)]
pub struct Trait {
    /// Name.
    pub name: Symbol,
    /// Scope.
    pub module: ModuleId,
    /// Span of the name.
    pub span: Span,
    /// Generic parameters.
    pub generics: Generics,
    /// Bounds on `Self`.
    pub supertraits: Vec<Bound>,
    /// Methods, required and provided.
    pub methods: Vec<FnId>,
    /// Associated types with their bounds and default.
    pub assoc_types: Vec<(Symbol, Vec<Bound>, Option<TypeRef>)>,
    /// Associated consts that have a default.
    pub consts: Vec<GlobalId>,
}

/// An impl block.
#[derive(Clone, Debug, PartialEq)]
pub struct Impl {
    /// Scope.
    pub module: ModuleId,
    /// Where.
    pub span: Span,
    /// Generic parameters.
    pub generics: Generics,
    /// The trait, unless inherent. Also set for foreign traits such as `Drop` and `From`.
    pub trait_path: Option<TypePath>,
    /// The implementing type.
    pub self_ty: TypeRef,
    /// Whether an attribute that is not known stands on it: code that it makes may call the methods.
    pub exposed: bool,
    /// Methods.
    pub methods: Vec<FnId>,
    /// Associated types.
    pub assoc_types: Vec<(Symbol, TypeRef)>,
    /// Associated consts.
    pub consts: Vec<GlobalId>,
}

/// A static or const.
#[derive(Clone, Debug, PartialEq)]
pub struct Global {
    /// Name.
    pub name: Symbol,
    /// Scope.
    pub module: ModuleId,
    /// Span of the name.
    pub span: Span,
    /// Declared type.
    pub ty: TypeRef,
    /// Initialiser, as a body without parameters.
    pub init: Option<Body>,
    /// The resource, if it carries `#[resource]`.
    pub resource: Option<ResourceId>,
}

/// Code under an attribute, or among the tokens of a macro, that is not known and may run it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Registered {
    /// The attribute or macro, as written: `#[jobs::job]`, `inventory::submit!`.
    pub by: Symbol,
    /// The code.
    pub code: RegisteredCode,
}

/// What may be run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RegisteredCode {
    /// A function.
    Function(FnId),
    /// The methods of an impl block.
    Impl(ImplId),
    /// What a static, or the tokens of a macro, mention.
    Global(GlobalId),
}

/// A `#[resource]` static.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceDecl {
    /// Name of the static.
    pub name: Symbol,
    /// The static.
    pub global: GlobalId,
    /// Span of the name.
    pub span: Span,
    /// Options as written, `existing` and removal apart.
    pub options: Vec<OptionValue>,
    /// `existing = ..`.
    pub existing: Option<Existing>,
    /// `#[allow_infra]` on it.
    pub allows: Vec<Allow>,
}

/// A function with at least one `#[on]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// The function.
    pub function: FnId,
    /// Name of the deployed function.
    pub name: String,
    /// Path as shown to people and hashed for dispatch: `orders::routes::place`.
    pub path: String,
    /// Triggers in source order.
    pub triggers: Vec<TriggerDecl>,
    /// `#[function(..)]`.
    pub options: Vec<OptionValue>,
    /// `#[allow_infra]` on it.
    pub allows: Vec<Allow>,
}

/// One `#[on(..)]`.
#[derive(Clone, Debug, PartialEq)]
pub struct TriggerDecl {
    /// What triggers.
    pub source: TriggerSource,
    /// Options as written.
    pub options: Vec<OptionValue>,
    /// Options whose value is a path, with that path: `event`, `layer`.
    pub paths: Vec<(Symbol, Path)>,
    /// Where.
    pub span: Span,
}

/// The first argument of `#[on(..)]`.
#[derive(Clone, Debug, PartialEq)]
pub enum TriggerSource {
    /// `ORDERS`, `ORDERS.changes()`.
    Resource { path: Path, method: Option<Symbol> },
    /// `http(POST, "/orders")`, `schedule("rate(1 day)")`: the constructor and its arguments.
    Constructor { name: Symbol, args: Vec<String> },
}

/// One `#[grant(..)]`.
#[derive(Clone, Debug, PartialEq)]
pub struct GrantDecl {
    /// Actions.
    pub actions: Vec<String>,
    /// On what.
    pub on: GrantOn,
    /// Why.
    pub because: String,
    /// Where.
    pub span: Span,
}

/// What a grant names.
#[derive(Clone, Debug, PartialEq)]
pub enum GrantOn {
    /// An ARN or `*`.
    Arn(String),
    /// A resource.
    Resource(Path),
}
