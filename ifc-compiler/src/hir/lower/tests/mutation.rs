//! Broken sources must not make the front end panic, whatever else it says of them.

use crate::diagnostics::Diagnostics;
use crate::hir::{self, ExprKind};
use crate::resolve;
use crate::testing::Fixture;

const SOURCES: &[&str] = &[
    super::APP,
    r##"
//- /src/main.rs
mod a { pub use super::*; macro_rules! m { ($($x:expr),* ; $t:ty) => { { $(<$t>::f($x);)* } } } fn f() { m!(1, 2; Vec<u8>); } }
use a::{self, f as g, *};
thread_local! { static X: u8 = 1; }
lazy_static! { static ref Y: u8 = 2; }
#[on(http(GET, "/{id}"), layer = a::f)] #[function(timeout = "3s")] #[grant("s3:GetObject", on = "*", because = "x")]
async fn h(Path(id): Path<String>) -> impl IntoResponse { tokio::select! { x = f() => x, else => { 1 } } }
#[derive(Event)] #[event(source = "s")] enum E { #[event(name = "n")] A(u8), B { c: String } }
#[derive(Item)] struct I { #[item(partition_key)] #[serde(rename = "k")] a: String, #[item(index = "i", sort_key)] b: u64 }
fn all<T: Fn(u8) -> u8 + ?Sized>(x: &dyn T, [a, .., b]: [u8; 3]) -> Result<(), !> where T: Send {
    let Some(y @ 1..=2) = x.await? else { return Err(format!("{x:>1$} {}", b'\'', 'ä')) };
    if let A::B { c, .. } | D(c) = y && z { loop { break 'l c } } else { match z { _ if w => {}, &n => n as u8 } };
    info!(target: "x", %a, b = ?c, "d {e}"); json!({ "a": [1, { "b": null }], "c": d });
    assert!(matches!(x, Some(_) if y), "{}", 1); vec![a; 2]; <A as B<C>>::d::<E>(r#"x"#)
}
"##,
];

/// xorshift: the tests need the same numbers every time, not good ones.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// Words, runs of space and single other characters.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let kind = |char: char| match char {
        char if char.is_alphanumeric() || char == '_' => 1,
        char if char.is_whitespace() => 2,
        _ => 0,
    };
    for char in text.chars() {
        match tokens.last_mut() {
            Some(last)
                if kind(char) > 0
                    && last
                        .chars()
                        .next_back()
                        .is_some_and(|c| kind(c) == kind(char)) =>
            {
                last.push(char);
            }
            _ => tokens.push(char.to_string()),
        }
    }
    tokens
}

fn mutate(random: &mut Random, text: &str) -> String {
    let mut tokens = tokens(text);
    for _ in 0..=random.below(4) {
        let (a, b) = (random.below(tokens.len()), random.below(tokens.len()));
        match random.below(5) {
            0 => drop(tokens.remove(a)),
            1 => tokens.insert(a, tokens[b].clone()),
            2 => tokens.swap(a, b),
            3 => tokens.truncate(a.max(1)),
            _ => {
                let end = (a + random.below(12)).min(tokens.len());
                let piece: Vec<String> = tokens[a..end].to_vec();
                for (at, token) in piece.into_iter().enumerate() {
                    tokens.insert((b + at).min(tokens.len()), token);
                }
            }
        }
        if tokens.is_empty() {
            tokens.push(" ".to_owned());
        }
    }
    tokens.concat()
}

fn run(fixture: &Fixture) {
    let mut diagnostics = Diagnostics::default();
    let (files, program) = hir::lower(&fixture.world(), &mut diagnostics);
    let names = resolve::names(&program);
    for function in &program.functions {
        assert!(files.location(function.name_span).line > 0);
        for expr in function.body.iter().flat_map(|body| &body.exprs) {
            assert!(expr.span.end as usize <= files.get(expr.span.file).text.len());
            if let ExprKind::Path(path) = &expr.kind {
                names.value(&program, function.module, path);
            }
        }
        names.traits_in_scope(&program, function.module);
    }
    for diagnostic in diagnostics.into_sorted() {
        if let Some(label) = diagnostic.primary {
            assert!(files.location(label.span).column > 0);
        }
    }
}

#[test]
fn mutated_sources_never_panic() {
    let mut random = Random(0x5eed_1234_5678_9abc);
    for _ in 0..400 {
        for source in SOURCES {
            let text = mutate(&mut random, source);
            // Headers are kept, or every mutation would only lose files.
            run(&Fixture::parse(&text));
        }
    }
}

#[test]
fn mutated_bytes_never_panic() {
    let mut random = Random(0x0dd_b17e5);
    for _ in 0..200 {
        let mut bytes = SOURCES[1].replace("//- /src/main.rs", "").into_bytes();
        for _ in 0..=random.below(6) {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => bytes[at] = random.below(256) as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        run(&Fixture::parse("fn main() {}").with_bytes("/src/main.rs", bytes));
    }
}
