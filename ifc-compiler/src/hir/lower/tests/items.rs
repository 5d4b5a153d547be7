use super::{name, print};
use crate::hir::{GrantOn, Owner, TriggerSource, TypeKind};
use crate::resolve::{Namespace, Resolution};
use crate::symbol::Symbol;
use crate::testing::{Lowered, lower};

/// What a path means in a module, which is given by its path from the application's root.
fn at(lowered: &Lowered, module: &str, path: &str, namespace: Namespace) -> String {
    let program = &lowered.program;
    let mut scope = program.crates[0].root;
    for part in module.split("::").filter(|part| !part.is_empty()) {
        let items = &program.modules[scope.index()].items;
        let found = items.iter().find_map(|item| match item.def {
            crate::hir::Def::Module(id) if item.name.as_str() == part => Some(id),
            _ => None,
        });
        scope = found.expect("the module exists");
    }
    let absolute = path.starts_with("::");
    let segments: Vec<Symbol> = path
        .trim_start_matches("::")
        .split("::")
        .map(Symbol::new)
        .collect();
    match lowered
        .names
        .segments(program, scope, &segments, absolute, namespace)
    {
        Resolution::Def { def, used } => format!("{} {used}", name(lowered, def)),
        Resolution::Foreign(path) => path.to_string(),
        Resolution::Primitive(name) => format!("primitive {name}"),
        Resolution::Unresolved => "unresolved".to_owned(),
    }
}

#[track_caller]
fn check(text: &str, questions: &[(&str, &str, &str)]) {
    let lowered = lower(text);
    assert_eq!(lowered.messages(), Vec::<String>::new());
    for (module, path, expected) in questions {
        let actual = at(&lowered, module, path, Namespace::Values);
        assert_eq!(actual, *expected, "`{path}` in `{module}`");
    }
}

#[test]
fn names_across_modules() {
    check(
        "
mod a { pub fn f() {} pub mod b { pub fn g() {} fn hidden() {} pub use super::f as again; } pub enum E { One, Two(u8) } impl E { pub fn new() {} } }
mod c { pub use crate::a::b::*; use crate::a::E::*; pub struct Unit; pub const K: u8 = 1; }
mod d { pub use super::c::*; fn f() {} fn Some() {} }
use a::E as Other;
use self::a::{self, b as bee};
",
        &[
            ("", "a::f", "fn f 2"),
            ("", "a::b::g", "fn g 3"),
            ("", "a::b::hidden", "unresolved"),
            ("", "bee::again", "fn f 2"),
            ("c", "g", "fn g 1"),
            ("c", "again", "fn f 1"),
            ("c", "One", "variant E 0 1"),
            ("c", "Two", "variant E 1 1"),
            ("d", "One", "unresolved"),
            ("d", "g", "fn g 1"),
            ("d", "f", "fn f 1"),
            ("d", "self::f", "fn f 2"),
            ("d", "super::a::f", "fn f 3"),
            ("d", "crate::c::Unit", "type Unit 3"),
            ("d", "K", "global K 1"),
            ("d", "Some", "fn Some 1"),
            ("", "Some", "std::option::Option::Some"),
            ("", "Other::Two", "variant E 1 2"),
            ("", "Other::new", "type E 1"),
            ("", "u64::from", "primitive u64"),
            ("", "String::from", "std::string::String::from"),
        ],
    );
}

#[test]
fn cycles_of_globs_and_re_exports_end() {
    let mut text = String::new();
    for at in 0..40 {
        text.push_str(&format!("pub mod m{at} {{ "));
        for other in 0..40 {
            text.push_str(&format!("pub use crate::m{other}::*; "));
        }
        text.push_str("pub use super::x::loops as missing; }\n");
    }
    text.push_str(
        "pub mod x { pub use super::y::loops; } pub mod y { pub use super::x::loops; }\n",
    );
    text.push_str("pub mod last { pub use super::m7::*; pub fn found() {} }\nmod m40 { pub use super::last::*; }\nuse m40::*;\nuse m3::*;");
    check(
        &text,
        &[
            ("", "found", "fn found 1"),
            ("m5", "nowhere", "unresolved"),
            ("m5", "missing", "unresolved"),
            ("x", "loops", "unresolved"),
        ],
    );
}

#[test]
fn crates_and_renames() {
    check(
        "
//- /src/main.rs deps:core_alias=orders_core,other
use core_alias::deep::{work, *};
use tokio;
use tokio::time as clock;
use std::sync::{Arc, atomic::*};
extern crate other as second;
mod inner { use second::shared; use ifc_runtime::prelude as p; }
//- /src/lib.rs
pub fn from_library() {}
//- /core/src/lib.rs crate:orders_core deps:other
pub mod deep { pub fn work() {} pub use other::shared; }
pub use other as reexported;
//- /other/src/lib.rs crate:other edition:2015
pub fn shared() {}
mod old { use shared; pub fn f() { ::shared() } }
",
        &[
            ("", "work", "fn work 1"),
            ("", "shared", "fn shared 1"),
            ("", "core_alias::reexported::shared", "fn shared 3"),
            ("", "orders_core::deep::work", "unresolved"),
            ("", "app::from_library", "fn from_library 2"),
            ("", "tokio::spawn", "tokio::spawn"),
            ("", "clock::sleep", "tokio::time::sleep"),
            ("", "Arc::new", "std::sync::Arc::new"),
            ("", "AtomicU8::new", "std::sync::atomic::AtomicU8::new"),
            ("", "second::shared", "fn shared 2"),
            ("inner", "shared", "fn shared 1"),
            ("inner", "p::Table::new", "ifc_runtime::Table::new"),
            ("", "::std::mem::take", "std::mem::take"),
            ("", "aws_sdk_s3::Client::new", "aws_sdk_s3::Client::new"),
        ],
    );
}

#[test]
fn items_in_blocks_shadow() {
    let lowered = lower(
        "fn f() {} struct S; fn outer() { fn f() {} use inner::g; mod inner { pub fn g() {} } f(); { struct Own; } }",
    );
    let program = &lowered.program;
    let block = program
        .modules
        .iter()
        .position(|module| module.is_block)
        .expect("a block");
    let block = crate::hir::ModuleId(block as u32);
    let resolve = |path: &str| {
        let segments: Vec<Symbol> = path.split("::").map(Symbol::new).collect();
        lowered
            .names
            .segments(program, block, &segments, false, Namespace::Values)
    };
    let Resolution::Def {
        def: crate::hir::Def::Function(id),
        ..
    } = resolve("f")
    else {
        panic!("a function");
    };
    assert_eq!(program.functions[id.index()].module, block);
    assert!(matches!(resolve("g"), Resolution::Def { .. }));
    assert!(matches!(resolve("S"), Resolution::Def { .. }));
    assert_eq!(resolve("Own"), Resolution::Unresolved);
    assert!(matches!(resolve("self::f"), Resolution::Def { .. }));
}

#[test]
fn traits_in_scope() {
    let lowered = lower(
        "
use ifc_runtime::prelude::*;
mod ext { pub trait A { fn a(&self); } pub trait B {} pub trait Hidden {} }
use ext::A as _;
mod user { use crate::ext::*; use tower::ServiceExt; fn f() { trait Local {} } }
",
    );
    let program = &lowered.program;
    let names = |module: crate::hir::ModuleId| {
        let scope = lowered.names.traits_in_scope(program, module);
        let mut local: Vec<&str> = scope
            .local
            .iter()
            .map(|id| program.traits[id.index()].name.as_str())
            .collect();
        local.sort_unstable();
        local.join(" ")
    };
    let module = |name: &str| {
        let at = program
            .modules
            .iter()
            .position(|module| module.name.as_str() == name);
        crate::hir::ModuleId(at.expect("the module") as u32)
    };
    assert_eq!(names(program.crates[0].root), "A");
    assert_eq!(names(module("user")), "A B Hidden");
    assert_eq!(names(module("{block}")), "A B Hidden Local");
    let foreign = &lowered
        .names
        .traits_in_scope(program, module("user"))
        .foreign;
    assert!(foreign.contains(&Symbol::new("tower::ServiceExt")));
}

#[test]
fn attributes_under_every_name() {
    let lowered = lower(
        "
//- /src/main.rs
mod prelude { pub use ifc_runtime::prelude::*; pub use ifc_runtime::on as trigger; }
mod a;
mod other { #[tower::on(nonsense)] fn not_ours() {} use tower::resource; #[resource] static X: u8 = 0; }
//- /src/a.rs
use crate::prelude::*;
use ifc_runtime as rt;
#[resource(visibility = \"60s\", retain)] pub static JOBS: Queue<u8> = Queue::new();
#[cfg_attr(unix, resource)] #[allow_infra(unused_resource, because = \"later\")] pub static LATER: Queue<u8> = Queue::new();
#[trigger(JOBS, batch = 5)]
#[rt::function(memory = 256)]
#[ifc_runtime::grant(\"sqs:SendMessage\", on = JOBS, because = \"x\")]
async fn work(job: u8) -> Result<()> { Ok(()) }
#[cfg(test)] #[on(JOBS)] async fn gone(job: u8) {}
",
    );
    assert_eq!(lowered.messages(), Vec::<String>::new());
    let program = &lowered.program;
    let resources: Vec<&str> = program.resources.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(resources, ["JOBS", "LATER"]);
    let options: Vec<&str> = program.resources[0]
        .options
        .iter()
        .map(|o| o.name.as_str())
        .collect();
    assert_eq!(options, ["visibility", "retain"]);
    assert_eq!(program.resources[1].allows[0].check, "unused_resource");
    let [handler] = program.handlers.as_slice() else {
        panic!("one handler: {:?}", program.handlers);
    };
    assert_eq!(
        (handler.name.as_str(), handler.path.as_str()),
        ("work", "app::a::work")
    );
    assert_eq!(handler.options[0].name, "memory");
    assert!(matches!(
        handler.triggers[0].source,
        TriggerSource::Resource { method: None, .. }
    ));
    let grants = &program.functions[handler.function.index()].grants;
    assert!(matches!(grants[0].on, GrantOn::Resource(_)));
}

#[test]
fn impls_traits_and_generics() {
    let lowered = lower(
        "
trait T<A = u8>: Clone + Send { type Out: Send; const K: u8 = 1; fn required(&self, a: A) -> Self::Out; fn given(self: Box<Self>) {} }
struct S<'a, X: Clone, const N: usize>(&'a X) where X: Send, Vec<X>: Sync;
impl<X> T for S<'_, X, 3> where X: Clone { type Out = Vec<X>; fn required(&self, a: u8) -> Vec<X> { made!() } }
impl<X> Drop for S<'_, X, 3> { fn drop(&mut self) {} }
enum E { A, B(u8), C { x: u8 } }
type Alias<T> = Result<T, E>;
async fn f(it: impl Fn(u8) -> u8, d: &dyn Iterator<Item = u8>, p: fn(u8)) -> impl Future<Output = u8> + Send {}
",
    );
    assert_eq!(lowered.messages(), Vec::<String>::new());
    let program = &lowered.program;
    let t = &program.traits[0];
    assert_eq!(
        (t.methods.len(), t.supertraits.len(), t.consts.len()),
        (2, 2, 1)
    );
    assert_eq!(t.assoc_types[0].0.as_str(), "Out");
    let required = &program.functions[t.methods[0].index()];
    assert!(required.body.is_none() && required.has_self);
    assert_eq!(print::ty(&required.params[0]), "&Self");
    assert_eq!(print::ty(&required.ret), "Self::Out");
    let given = &program.functions[t.methods[1].index()];
    assert_eq!(print::ty(&given.params[0]), "Box<Self>");
    assert!(matches!(given.owner, Some(Owner::Trait(_))));
    let s = &program.types[0];
    assert_eq!(s.generics.params.len(), 1);
    assert_eq!(s.generics.params[0].bounds.len(), 2);
    assert_eq!(s.generics.predicates.len(), 1);
    let TypeKind::Enum(variants) = &program.types[1].kind else {
        panic!("an enum");
    };
    assert_eq!(variants[1].fields[0].name.as_str(), "0");
    assert_eq!(variants[2].fields[0].name.as_str(), "x");
    assert_eq!(program.impls.len(), 2);
    assert_eq!(print::ty(&program.impls[0].self_ty), "S<X>");
    assert_eq!(print::ty(&program.impls[0].assoc_types[0].1), "Vec<X>");
    let f = program
        .functions
        .iter()
        .find(|f| f.name.as_str() == "f")
        .expect("f");
    let params: Vec<String> = f.params.iter().map(print::ty).collect();
    assert_eq!(
        params,
        [
            "impl Fn<(u8),Output=u8>",
            "&dyn Iterator<Item=u8>",
            "fn(u8)->()"
        ]
    );
    assert_eq!(print::ty(&f.ret), "impl Future<Output=u8>+Send");
}

#[test]
fn items_of_macros() {
    let lowered = lower(
        "
thread_local! { static A: Cell<u8> = const { Cell::new(1) }; pub static B: u8 = 2; }
lazy_static! { pub static ref C: Client = make(); }
cfg_if::cfg_if! { if #[cfg(windows)] { fn w() {} } else if #[cfg(unix)] { fn u() {} } else { fn o() {} } }
pin_project! { struct Wrapped { x: u8 } }
macro_rules! getters { ($($n:ident),*) => { $(fn $n(&self) -> u8 { self.$n })* } }
impl Wrapped { getters!(x, y); }
trait Gets { getters!(z); }
",
    );
    assert_eq!(lowered.messages(), Vec::<String>::new());
    let program = &lowered.program;
    let globals: Vec<String> = program
        .globals
        .iter()
        .map(|g| format!("{}: {}", g.name, print::ty(&g.ty)))
        .collect();
    assert_eq!(
        globals,
        [
            "A: ::std::thread::LocalKey<Cell<u8>>",
            "B: ::std::thread::LocalKey<u8>",
            "C: Client"
        ]
    );
    let functions: Vec<&str> = program.functions.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(functions, ["u", "x", "y", "z"]);
    assert_eq!(program.impls[0].methods.len(), 2);
    assert_eq!(program.types[0].name.as_str(), "Wrapped");
}

#[test]
fn order_of_files_does_not_matter() {
    let one = lower(
        "//- /src/main.rs\nmod a;\nmod b;\n//- /src/a.rs\nfn x() {}\n//- /src/b.rs\nfn y() {}\n",
    );
    let two = lower(
        "//- /src/b.rs\nfn y() {}\n//- /src/a.rs\nfn x() {}\n//- /src/main.rs\nmod a;\nmod b;\n",
    );
    assert_eq!(one.program, two.program);
    assert_eq!(one.files, two.files);
}

#[test]
fn long_chains_of_re_exports_are_followed() {
    let mut text = String::from("pub mod m0 { pub fn f() {} }\n");
    for at in 1..3_000 {
        text.push_str(&format!(
            "pub mod m{at} {{ pub use super::m{}::*; }}\n",
            at - 1
        ));
    }
    check(
        &text,
        &[
            ("", "m100::f", "fn f 2"),
            ("m2999", "f", "fn f 1"),
            ("m50", "f", "fn f 1"),
        ],
    );
}

#[test]
fn what_an_included_file_names_is_beside_it() {
    let lowered = lower(
        "
//- /src/main.rs
mod inner { include!(\"parts/part.rs\"); }
//- /src/parts/part.rs
include!(\"more/further.rs\");
pub mod own;
//- /src/parts/more/further.rs
pub fn further() {}
//- /src/parts/own.rs
pub fn own() {}
",
    );
    assert_eq!(lowered.messages(), Vec::<String>::new());
    let value = |path| at(&lowered, "", path, Namespace::Values);
    assert!(value("inner::further").starts_with("fn further"));
    assert!(value("inner::own::own").starts_with("fn own"));
}

#[test]
fn a_macro_of_another_crate_is_not_the_own_one_of_its_name() {
    let lowered = lower(
        "
//- /src/main.rs
macro_rules! info { ($($t:tt)*) => { ::not_listed::info!($($t)*) }; }
fn f() { info!(\"a\"); }
",
    );
    assert_eq!(lowered.messages(), Vec::<String>::new());
}

#[test]
fn included_files_and_foreign_derives() {
    let lowered = lower(
        "
//- /src/main.rs
mod inner { include!(\"parts/part.rs\"); pub fn beside() {} }
use futures::Event;
#[derive(Event, tower::Item)] struct NotOurs { a: u8 }
//- /src/parts/part.rs
pub fn included() { beside() }
",
    );
    assert_eq!(lowered.messages(), Vec::<String>::new());
    let value = |path| at(&lowered, "", path, Namespace::Values);
    assert_eq!(value("inner::included"), "fn included 2");
    assert_eq!(
        at(&lowered, "inner", "beside", Namespace::Values),
        "fn beside 1"
    );
    let def = &lowered.program.types[0];
    assert!(def.item.is_none() && def.event.is_none());
}
