use super::*;

fn site() -> Site {
    Site {
        span: Span::call_site(),
        number: 7,
    }
}

fn expand(definition: &str, invocation: &str) -> Option<String> {
    let rules = definition.parse().expect("tokens");
    let def = MacroDef::parse(Symbol::new("m"), CrateId(0), false, None, rules)?;
    let input = invocation.parse().expect("tokens");
    let mut budget = 1_000;
    let expanded = def.expand(input, site(), &mut budget).ok()?;
    Some(expanded.to_string().replace(' ', ""))
}

#[test]
fn fragments_and_repetitions() {
    for (definition, invocation, expected) in [
        ("() => { 1 }", "", "1"),
        ("($a:expr) => { f($a) }", "x + 1", "f·(x+1)"),
        ("($a:expr) => { $a * 2 }", "1 + 1", "1+1*2"),
        (
            "($($a:expr),* $(,)?) => { [$($a),*] }",
            "a, b.c(), d,",
            "[a,b.c(),d]",
        ),
        (
            "($($k:ident => $v:expr),+) => { $(s($k, $v);)+ }",
            "a => 1, b => |x, y| x",
            "s·(a,1);s·(b,|x,y|x);",
        ),
        (
            "($name:ident : $t:ty = $v:expr) => { static $name: $t = $v; }",
            "Q : Map<A, B> = n()",
            "staticQ:Map<A,B>=n();",
        ),
        ("(a $x:ident) => { 1 }; (b $x:ident) => { $x }", "b y", "y"),
        (
            "($($t:tt)*) => { $($t)* }",
            "a += { 'x: loop {} }",
            "a+={'x:loop{}}",
        ),
        (
            "($v:vis fn $n:ident $b:block) => { $v fn $n() $b }",
            "pub(crate) fn f { 1 }",
            "pub(crate)fnf(){1}",
        ),
        (
            "($v:vis fn $n:ident) => { $v fn $n() {} }",
            "fn f",
            "fnf(){}",
        ),
        (
            "($e:expr, $p:pat) => { match $e { $p => 1 } }",
            "x, Some(1) | None",
            "matchx{Some(1)|None=>1}",
        ),
        (
            "($($n:ident { $($f:ident),* })*) => { $($n($($f),*);)* }",
            "A { x, y } B { }",
            "A(x,y);B();",
        ),
        (
            "($l:literal $(; $r:expr)?) => { $l $(, $r)? }",
            "-1 ; 2",
            "-1,2",
        ),
        ("($p:path) => { $p::new() }", "a::B", "a::B::new()"),
        ("($i:item) => { $i }", "fn f() {}", "fnf(){}"),
        (
            "($($i:item)*) => { $($i)* }",
            "fn f() {} struct A;",
            "fnf(){}structA;",
        ),
        ("($s:stmt) => { $s; }", "let x = 1", "letx=1;"),
        ("() => { $crate::x() }", "", "__ifc_crate_0::x()"),
        // Names of its own are marked, names of the invoker are not.
        (
            "($e:expr) => { { let x = f(); g!(\"{x}\", x, $e, s.x) } }",
            "x + 1",
            "{letx·7=f·();g!(\"{x·7}\",x·7,x+1,s.x·7)}",
        ),
        (
            "($e:expr) => { { #[a(x = \"{x}\")] let x = $e; stringify!(x) } }",
            "1",
            "{#[a(x=\"{x}\")]letx·7=1;stringify!(x)}",
        ),
        // No operator is a separator.
        (
            "($($a:ident)* + $b:ident) => { f::<dyn $($a)* + $b>() }",
            "x + y",
            "f::<dynx+y>()",
        ),
        // Expressions need nothing between them.
        ("($($a:expr)+) => { [$($a),+] }", "1 f(2) -3", "[1,f(2)-3]"),
        (
            "($($t:ident $a:expr)*) => { [$($a),*] }",
            "A \"8\" B 2",
            "[\"8\",2]",
        ),
        // `|` ends a pattern that takes no alternatives.
        ("($p:pat |? $e:expr) => { f($p, $e) }", "1 |? x", "f·(1,x)"),
        (
            "($($s:stmt)*) => { { $($s)*; } }",
            "f(1); if a { b } c = 1;",
            "{f(1);ifa{b}c=1;;}",
        ),
        ("($t:ty) => { 1 as $t << 2 }", "u8", "1asu8<<2"),
        (
            "($a:ident) => { macro_rules! n { ($b:expr) => { $a($b) } } }",
            "f",
            "macro_rules!n{($b:expr)=>{f($b)}}",
        ),
    ] {
        let actual = expand(definition, invocation);
        assert_eq!(
            actual.as_deref(),
            Some(expected),
            "{definition} with {invocation}"
        );
    }
}

#[test]
fn what_does_not_match() {
    assert_eq!(expand("($a:ident) => { $a }", "1"), None);
    assert_eq!(expand("($($a:expr),+) => { 1 }", ""), None);
    assert_eq!(expand("(a) => { 1 }", "a b"), None);
    assert_eq!(expand("nonsense", "a"), None);
}

#[test]
fn length_is_bounded() {
    let rules = "($($a:tt)*) => { $($a $a)* }".parse().expect("tokens");
    let def = MacroDef::parse(Symbol::new("m"), CrateId(0), false, None, rules).expect("a macro");
    let input = "x ".repeat(600).parse().expect("tokens");
    let mut budget = 1_000;
    let result = def.expand(input, site(), &mut budget);
    assert_eq!(result.map(|_| ()), Err(ExpandError::TooLong));
}
