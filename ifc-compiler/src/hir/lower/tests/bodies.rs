use super::print;
use crate::testing::lower;

/// The body of `fn subject`, whose statements are given, beside some items.
#[track_caller]
fn check(items: &str, body: &str, expected: &str) {
    let lowered = lower(&format!("{items}\nfn subject() {{ {body} }}"));
    assert_eq!(lowered.messages(), Vec::<String>::new(), "{body}");
    let subject = lowered
        .program
        .functions
        .iter()
        .find(|function| function.name.as_str() == "subject" && function.owner.is_none());
    let actual = subject.and_then(|f| f.body.as_deref()).map(print::body);
    assert_eq!(actual.as_deref(), Some(expected), "{body}");
}

#[test]
fn expressions() {
    for (body, expected) in [
        ("a::b(1, \"x\")", "{(call a::b lit \"x\")}"),
        ("x.m::<T>(&y)?.await", "{(x.m<T> &y)?.await}"),
        ("x.0.name[1]", "{(index (field (field x 0) name) lit)}"),
        ("S { a, b: 1, ..rest }", "{(struct S a:a b:lit ..rest)}"),
        (
            "(1, [2, 3], [0; 4])",
            "{(tuple lit (array lit lit) (array lit lit))}",
        ),
        ("*a + -b && !c", "{(&& (add *a !b) !c)}"),
        ("a += 1; a = b;", "{(add_assign a lit); (= a b);}"),
        ("x as u8", "{(as x u8)}"),
        ("async move { 1 }", "{async{lit}}"),
        ("|a, b: &T| -> U { a }", "{|a b:&T|(as {a} U)}"),
        ("async |x| x", "{async|x|x}"),
        (
            "if let Some(x) = y && z { 1 } else { 2 }",
            "{(if (&& (let Some(x) y) z) {lit} {lit})}",
        ),
        (
            "match x { A::B(y, ..) if y => 1, S { f, .. } | T { f: f } => 2, n @ [a, .., b] => 3, _ => 4 }",
            "{(match x [A::B(y ..) if y => lit] [S{f:f}|T{f:f} => lit] [n@[a _ b] => lit] [_ => lit])}",
        ),
        ("for (a, &b) in c.iter() {}", "{(for (a &b) (c.iter ) {})}"),
        (
            "while let Some(x) = it.next() { break; }",
            "{(loop (let Some(x) (it.next )) {(break -);})}",
        ),
        ("'a: loop { continue 'a }", "{(loop - {continue})}"),
        (
            "let Some(x) = y else { return; };",
            "{let Some(x) = y else {(return -);};}",
        ),
        ("let x: Vec<_> = y;", "{let x:Vec<_> = y;}"),
        ("<T as Tr<U>>::f(x)", "{(call <T as Tr<U>>::f x)}"),
        ("<[T]>::len(x)", "{(call <[T]>::len x)}"),
        ("unsafe { f() }", "{{(call f )}}"),
        ("const { f() }", "{{(call f )}}"),
        ("a..=b", "{(range a b)}"),
        ("r#type", "{type}"),
        (
            "#[cfg(test)] a(); #[cfg(not(test))] b(); f(#[cfg(test)] 1, 2)",
            "{(call b ); (call f lit)}",
        ),
        (
            "match x { #[cfg(windows)] A => 1, #[cfg(unix)] B => 2 }",
            "{(match x [B => lit])}",
        ),
        ("S { #[cfg(test)] a: 1, b: 2 }", "{(struct S b:lit ..-)}"),
        ("fn inner() {} inner()", "{items (call inner )}"),
        ("use a::b; b()", "{items (call b )}"),
    ] {
        check("", body, expected);
    }
}

#[test]
fn known_macros() {
    for (body, expected) in [
        (
            "format!(\"a{}b{c}{{\", x)",
            "{(format \"a\" x \"b\" c \"{\")}",
        ),
        (
            "format!(\"{0:>w$} {n:?}\", x, n = y)",
            "{(format (shaped x) \" \" (shaped y))}",
        ),
        (
            "format!(\"{:.*} {}\", p, x, y)",
            "{(format (shaped x) \" \" y (argument p))}",
        ),
        (
            "format!(TEMPLATE, x)",
            "{(format (shaped TEMPLATE) (shaped x))}",
        ),
        ("println!(\"{x}\");", "{(println! (format x));}"),
        ("write!(f, \"{}\", x)", "{(write! f (format x))}"),
        (
            "assert_eq!(a, b, \"c {d}\")",
            "{(assert_eq! a b (format \"c \" d))}",
        ),
        ("anyhow::bail!(e)", "{(anyhow::bail! e)}"),
        ("vec![a, b]", "{(array a b)}"),
        ("vec![a; 3]", "{(array a lit)}"),
        ("matches!(a, Some(_) | None)", "{(let Some(_)|None a)}"),
        (
            "matches!(a, Some(x) if x > 1)",
            "{(match a [Some(x) if (gt x lit) => lit])}",
        ),
        ("tokio::join!(a(), b())", "{(join (call a ) (call b ))}"),
        ("futures::try_join!(a, b)", "{(try_join a b)}"),
        (
            "tokio::select! { biased; x = a(), if y => f(x), Some(z) = b() => { z } else => 1 }",
            "{(match lit [_ if y => (match (call a ).await [x => (call f x)])] \
             [_ => (match (call b ).await [Some(z) => {z}])] [_ => lit])}",
        ),
        ("dbg!(x)", "{x}"),
        (
            "serde_json::json!({ \"a\": x.y, \"b\": [z(), { \"c\": null }] })",
            "{(serde_json::json! \"a\" (field x y) \"b\" (call z ) \"c\")}",
        ),
        (
            "tracing::info!(target: \"t\", %id, total = order.total, err = ?e, \"got {} of {n}\", f())",
            "{(tracing::info! \"t\" id (field order total) e (format \"got \" (call f ) \" of \" n))}",
        ),
        ("tokio::pin!(x);", "{x;}"),
        ("tokio::pin! { let x = f(); } x", "{let x = (call f ); x}"),
        ("concat!(\"a\", 1)", "{\"a1\"}"),
        ("unknown!(a.b(), c)", "{(unknown! (a.b ) c)}"),
        (
            "unknown!(let x = y(); x)",
            "{(unknown! {let x = (call y ); x})}",
        ),
        (
            "sql!(select A from b::C where (d))",
            "{(opaque sql! A b::C d from select where)}",
        ),
        (
            "async_stream::stream! { yield a(); }",
            "{async{!(call a );}}",
        ),
    ] {
        check("", body, expected);
    }
}

#[test]
fn own_macros() {
    let items = "
        macro_rules! twice { ($e:expr) => { ($e, $e) }; }
        macro_rules! stmts { ($n:ident = $v:expr) => { let $n = $v; $n.go(); }; }
        macro_rules! many { ($($k:ident: $v:expr),* $(,)?) => { [$(put(stringify!($k), $v)),*] }; }
        macro_rules! rec { () => { 0 }; ($h:expr $(, $t:expr)*) => { one($h, rec!($($t),*)) }; }
        macro_rules! make { ($n:ident) => { fn $n() {} }; }
        macro_rules! ty { ($t:ty) => { <$t>::new() }; }
        macro_rules! call { ($t:ty) => { $t::new() }; }
        macro_rules! vec { ($e:expr) => { mine($e) }; }
        macro_rules! outer { ($n:ident) => { macro_rules! $n { ($x:expr) => { inner($x) }; } }; }
        outer!(generated);
        macro_rules! krate { () => { $crate::f() }; }
    ";
    for (body, expected) in [
        ("twice!(a + 1)", "{(tuple (add a lit) (add a lit))}"),
        ("stmts!(x = 1); x", "{let x = lit; (x.go ); x}"),
        (
            "many!(a: 1, b: c,)",
            "{(array (call put \"a\" lit) (call put \"b\" c))}",
        ),
        ("rec!(a, b)", "{(call one a (call one b lit))}"),
        ("make!(local); local()", "{items (call local )}"),
        ("ty!(Vec<u8>)", "{(call <Vec<u8>>::new )}"),
        ("call!(Foo)", "{(call Foo::new )}"),
        ("vec![1]", "{(call mine lit)}"),
        ("generated!(1)", "{(call inner lit)}"),
        ("krate!()", "{(call __ifc_crate_0::f )}"),
        (
            "macro_rules! l { () => { deep() } } l!()",
            "{let \u{b7} = -; (call deep )}",
        ),
    ] {
        check(items, body, expected);
    }
}

#[test]
fn macros_without_a_rule_that_matches() {
    let text = "
mod tracing { macro_rules! info { ($x:ident) => {} } }
macro_rules! twice { ($e:expr) => { ($e, $e) }; }
fn subject() { twice!(); other::quote!(a twice!() b); info!(\"of another crate\"); }
macro_rules! later { ($e:expression) => {}; }";
    assert_eq!(
        lower(text).messages(),
        [
            "src/main.rs:4:16 IFC0011 what `twice!` stands for here cannot be read",
            "src/main.rs:5:14 IFC0011 the rules of `later!` cannot be read",
        ]
    );
}

#[test]
fn macros_of_other_files() {
    // Used before, after and beside the definition; by import; from another crate.
    let lowered = lower(
        "
//- /src/main.rs
#[macro_use] mod macros;
mod user;
fn here() { exported!(1); from_core!(2); orders_core::from_core!(3); }
use orders_core::*;
//- /src/macros.rs
macro_rules! private { ($e:expr) => { private_fn($e) } }
pub(crate) use private;
#[macro_export] macro_rules! exported { ($e:expr) => { exported_fn($e) } }
macro_rules! handlers { ($n:ident) => { pub fn $n() {} } }
pub(crate) use handlers;
//- /src/user.rs
use crate::macros::private as renamed;
fn there() { renamed!(1); crate::exported!(2); }
crate::macros::handlers!(made);
//- /core/src/lib.rs crate:orders_core
#[macro_export] macro_rules! from_core { ($e:expr) => { $crate::work($e) } }
pub fn work(_: u8) {}
",
    );
    assert_eq!(lowered.messages(), Vec::<String>::new());
    let text = |name: &str| {
        let mut functions = lowered.program.functions.iter();
        let found = functions.find(|function| function.name.as_str() == name);
        found.and_then(|f| f.body.as_deref()).map(print::body)
    };
    assert_eq!(
        text("here").as_deref(),
        Some(
            "{(call exported_fn lit); (call __ifc_crate_1::work lit); (call __ifc_crate_1::work lit);}"
        )
    );
    assert_eq!(
        text("there").as_deref(),
        Some("{(call private_fn lit); (call exported_fn lit);}")
    );
    assert!(text("made").is_some());
}

#[test]
fn endless_macros_are_errors() {
    for items in [
        "macro_rules! r { ($e:expr) => { r!($e + 1) } } fn f() { r!(1); }",
        "macro_rules! r { ($($t:tt)*) => { r!($($t)* $($t)*); } } r!(a);",
        "macro_rules! r { () => { r!(); } } r!();",
    ] {
        let messages = lower(items).messages();
        assert_eq!(messages.len(), 1, "{items}: {messages:?}");
        assert!(messages[0].contains("IFC0010"), "{messages:?}");
    }
}

#[test]
fn places_of_expanded_code_are_the_invocation_or_the_argument() {
    let text =
        "macro_rules! m { ($e:expr) => { wrap($e, extra()) } }\nfn f() {\n    m!(argument());\n}";
    let lowered = lower(text);
    let body = lowered.program.functions[0].body.as_ref().expect("a body");
    let place = |name: &str| {
        let found = body.exprs.iter().find(|expr| match &expr.kind {
            crate::hir::ExprKind::Path(path) => path.segments[0].name.as_str() == name,
            _ => false,
        });
        lowered
            .files
            .location(found.expect("the path").span)
            .to_string()
    };
    assert_eq!(place("argument"), "src/main.rs:3:8");
    assert_eq!(place("wrap"), "src/main.rs:3:5");
    assert_eq!(place("extra"), "src/main.rs:3:5");
}
