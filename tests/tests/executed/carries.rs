//! Ways that a value takes without becoming another.

use crate::step::Carry;

const fn plain(name: &'static str, code: &'static str) -> Carry {
    Carry {
        name,
        items: "",
        code,
        needs: "",
    }
}

const fn with(name: &'static str, items: &'static str, code: &'static str) -> Carry {
    Carry {
        name,
        items,
        code,
        needs: "",
    }
}

/// Where the type is written in an item, or has to live as long as the program.
const fn lasting(name: &'static str, items: &'static str, code: &'static str) -> Carry {
    Carry {
        name,
        items,
        code,
        needs: "static",
    }
}

/// Only for a handle itself, beside which there can be another one.
const fn bare(name: &'static str, items: &'static str, code: &'static str) -> Carry {
    Carry {
        name,
        items,
        code,
        needs: "bare",
    }
}

#[rustfmt::skip]
pub(crate) const CARRIES: &[Carry] = &[
    plain("let", "let $n = $v;"),
    plain("clone", "let $n = $v.clone();"),
    plain("block", "let $n = { let k = $v; k };"),
    plain("if", "let $n = if std::hint::black_box(true) { $v } else { unreachable!() };"),
    plain("match", "let $n = match () { () => $v };"),
    plain("closure", "let $n = (|x| x)($v);"),
    plain("capture", "let $k = move || $v; let $n = $k();"),
    plain("identity", "let $n = std::convert::identity($v);"),
    plain("break", "let $n = loop { break $v; };"),
    plain("label", "let $n = 'a: { if std::hint::black_box(true) { break 'a $v; } unreachable!() };"),
    plain("async", "let $n = async { $v }.await;"),
    plain("late", "let $n; $n = $v;"),
    plain("shadow", "let $k = $d; let _ = $k; let $k = $v; let $n = $k;"),
    plain("at", "let $n @ _ = $v;"),
    plain("ready", "let $n = std::future::ready($v).await;"),
    plain("join", "let ($n, _) = tokio::join!(async { $v }, async { $d });"),
    plain("try_join", "let ($n, _) = tokio::try_join!(async { Ok::<_, String>($v) }, async { Ok($d) })?;"),
    plain("select", "let $n = tokio::select! { x = async { $v } => x };"),
    plain("join_all", "let $n = futures::future::join_all([async { $v }]).await.remove(0);"),
    plain("map future", "let $n = futures::FutureExt::map(async { $v }, |x| x).await;"),
    plain("then", "let $n = futures::FutureExt::then(async { $v }, |x| async move { x }).await;"),
    plain("boxed", "let $n = futures::FutureExt::boxed_local(async { $v }).await;"),
    plain("stream", "let $n = futures::StreamExt::collect::<Vec<_>>(futures::stream::iter([$v])).await.remove(0);"),
    plain("stream next", "let mut $k = futures::stream::iter([$v]); let $n = futures::StreamExt::next(&mut $k).await.unwrap();"),
    plain("stream then", "use futures::StreamExt as _; let $n = futures::stream::iter([$v]).then(|x| async move { x }).map(|x| async move { x }).buffered(2).collect::<Vec<_>>().await.remove(0);"),
    plain("unordered", "use futures::StreamExt as _; let mut $k = futures::stream::FuturesUnordered::new(); $k.push(async { $v }); let $n = $k.next().await.unwrap();"),
    plain("keep", "let $n = $v.keep();"),
    plain("keep path", "let $n = Keep::keep($v);"),
    plain("id", "let $n = id($v); let _ = id($d);"),
    plain("id2", "let _ = id($d); let $n = id(id($v));"),
    plain("apply", "let $n = apply(|x| x, $v); let _ = apply(|x| x, $d);"),
    plain("apply id", "let $n = apply(id, $v);"),
    plain("apply async", "let $n = apply_async(|x| async move { x }, $v).await;"),
    plain("apply async fn", "let $n = apply_async(later, $v).await; let _ = later($d).await;"),
    plain("apply async closure", "let $n = apply_closure(async |x| x, $v).await;"),
    plain("second", "let $n = second($d, $v);"),
    plain("pair", "let ($n, _) = pair($v, $d);"),
    plain("turned", "let (_, $n) = turned(($v, $d));"),
    plain("hold", "let mut $k = Hold { slot: None }; $k.slot = Some($v); let $n = $k.slot.unwrap();"),
    plain("hold set", "let mut $k = Hold { slot: None }; $k.set($v); let $n = $k.get(); let mut other = Hold { slot: None }; other.set($d);"),
    plain("hold new", "let $n = Hold::new($v).into_inner();"),
    plain("out", "let mut $k = None; out($v, &mut $k); let $n = $k.unwrap(); let mut other = None; out($d, &mut other); let _ = other.unwrap();"),
    plain("out closure", "let mut $k = None; let mut put = |x| $k = Some(x); put($v); let $n = $k.unwrap();"),
    plain("swap", "let mut $k = Some($v); let mut other = None; std::mem::swap(&mut $k, &mut other); let $n = other.unwrap();"),
    plain("replace", "let mut $k = Some($v); let $n = std::mem::replace(&mut $k, None).unwrap();"),
    plain("take", "let mut $k = vec![$v]; let $n = std::mem::take(&mut $k).remove(0);"),
    plain("slice", "let $k = [$v]; let $n = head(&$k).clone();"),
    plain("for", "let mut $k = Vec::new(); for x in [$v] { $k.push(x); } let $n = $k.remove(0);"),
    plain("for range", "let $k = [$v]; let mut found = None; for at in 0..$k.len() { found = Some($k[at].clone()); } let $n = found.unwrap();"),
    plain("while", "let mut $k = vec![$v]; let mut found = None; while let Some(x) = $k.pop() { found = Some(x); } let $n = found.unwrap();"),
    plain("macro", "macro_rules! m { ($ex:expr) => { $ex } } let $n = m!($v);"),
    plain("macro let", "macro_rules! m { ($a:ident = $ex:expr) => { let $a = $ex; } } m!($n = $v);"),
    plain("macro repeat", "macro_rules! m { ($($ex:expr),*) => { vec![$($ex),*] } } let $n = m!($v).remove(0);"),
    plain("macro tt", "macro_rules! m { (@ $($t:tt)*) => { $($t)* }; ($($t:tt)*) => { m!(@ $($t)*) } } let $n = m!($v.clone());"),
    plain("zip", "let $n = [$v].into_iter().zip([$d]).map(|(x, _)| x).next().unwrap();"),
    plain("fold", "let $n = [$v].into_iter().fold(None, |_, x| Some(x)).unwrap();"),
    plain("dbg", "let $n = [$v].into_iter().rev().enumerate().map(|(_, x)| x).next().unwrap();"),
    plain("once_with", "let $n = std::iter::once_with(|| $v).next().unwrap();"),
    plain("from_fn", "let mut $k = Some($v); let $n = std::iter::from_fn(|| $k.take()).next().unwrap();"),
    plain("manually", "let $n = std::mem::ManuallyDrop::into_inner(std::mem::ManuallyDrop::new($v));"),
    plain("cell", "let $k = std::cell::Cell::new(Some($v)); let $n = $k.take().unwrap();"),
    plain("refcell", "let $n = { let k = std::cell::RefCell::new(None); *k.borrow_mut() = Some($v); k.borrow().clone().unwrap() };"),
    plain("refcell closure", "let $n = { let k = std::cell::RefCell::new(Vec::new()); let put = |x| k.borrow_mut().push(x); put($v); k.into_inner().remove(0) };"),
    plain("rc", "let $n = { let k = std::rc::Rc::new(std::cell::RefCell::new(vec![$v])); let other = std::rc::Rc::clone(&k); let x = other.borrow()[0].clone(); x };"),
    plain("catch", "let $n = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| $v)).unwrap();"),
    plain("nested closures", "let $k = |x| move || x; let $n = $k($v)();"),
    plain("closure of closure", "let make = |x| { let inner = move |y: i32| { let _ = y; x }; inner(1) }; let $n = make($v);"),
    plain("box closure", "let $k: Box<dyn FnOnce() -> _> = Box::new(|| $v); let $n = $k();"),
    plain("returning", "let $n = (|| { if std::hint::black_box(true) { return $v; } unreachable!() })();"),
    plain("let else", "let (Some($n), _) = (Some($v), $d) else { return Ok(()) };"),
    plain("let chain", "let $n = if let Some(x) = Some($v) && let y = x { y } else { return Ok(()) };"),
    plain("matches", "let $k = Some($v); let $n = if matches!(&$k, Some(x) if { let _ = x; true }) { $k.unwrap() } else { return Ok(()) };"),
    plain("destructure assign", "let $n; [$n] = [$v];"),
    plain("destructure assign 2", "let ($n, $k); ($n, $k) = ($v, $d); drop($k);"),
    plain("ref mut", "let mut $k = None; { let r = &mut $k; *r = Some($v); } let $n = $k.unwrap();"),
    plain("ref mut 2", "let mut $k = (None, $d); { let (r, _) = &mut $k; r.replace($v); } let $n = $k.0.unwrap();"),
    plain("as_mut", "let mut $k = Some(None); if let Some(x) = $k.as_mut() { *x = Some($v); } let $n = $k.flatten().unwrap();"),
    plain("iter_mut", "let mut $k = [None]; for x in $k.iter_mut() { x.replace($v.clone()); } let [$n] = $k; let $n = $n.unwrap();"),
    plain("entry", "let mut $k = std::collections::BTreeMap::new(); $k.entry(1).or_insert_with(Vec::new).push($v); let $n = $k.remove(&1).unwrap().remove(0);"),
    plain("get_mut", "let mut $k = std::collections::BTreeMap::from([(1, None)]); *$k.get_mut(&1).unwrap() = Some($v); let $n = $k[&1].clone().unwrap();"),
    plain("index assign", "let mut $k = vec![None]; $k[0] = Some($v); let $n = $k[0].take().unwrap();"),
    plain("last_mut", "let mut $k = vec![vec![]]; $k.last_mut().unwrap().push($v); let $n = $k.concat().remove(0);"),
    plain("nested", "let $k = Some(Some((1, [Ok::<_, String>($v)]))); let Some(Some((_, [Ok($n)]))) = $k else { return Ok(()) };"),
    plain("tokio mutex", "let $k = tokio::sync::Mutex::new($v); let $n = $k.lock().await.clone();"),
    plain("tokio once", "let $k = tokio::sync::OnceCell::new(); let $n = $k.get_or_init(|| async { $v }).await.clone();"),
    plain("lazy cell", "let $n = { let k = std::cell::LazyCell::new(|| $v); let x = (*k).clone(); x };"),
    plain("once cell", "let $n = { let k = std::cell::OnceCell::new(); k.get_or_init(|| $v).clone() };"),
    plain("impl fn", "let $n = make($v)();"),
    plain("impl fn 2", "let $n = make($v)(); let _ = make($d)();"),
    plain("iter impl", "let $n = items($v).next().unwrap(); let _ = items($d).next();"),
    plain("async impl", "let $n = future($v).await; let _ = future($d).await;"),
    plain("boxed future", "let $n = boxed($v).await;"),
    plain("recursion", "let $n = again(3, $v); let _ = again(3, $d);"),
    plain("controlflow", "let $n = match (|| { std::ops::ControlFlow::<_, ()>::Break($v) })() { std::ops::ControlFlow::Break(x) => x, _ => return Ok(()) };"),
    plain("into", "let $n: $T = into($v);"),
    plain("as_ref", "let $k = Box::new($v); let $n = borrowed(&$k).clone();"),
    plain("visitor", "let mut $k = Visit { seen: Vec::new() }; $k.see($v); let $n = $k.seen.remove(0); Visit { seen: Vec::new() }.see($d);"),
    plain("fn once", "let $n = consume($v, |x| x);"),
    plain("generic struct", "let $n = Both { left: $v, right: $d }.left;"),
    plain("generic method", "let $n = Both { left: $v, right: $d }.turn().right; let _ = Both { left: $d, right: 1 }.turn();"),
    plain("generic map", "let $n = Both { left: 1, right: $d }.map(|_| $v).left;"),
    plain("assoc fn", "let $n = Both::<_, i32>::left($v);"),
    plain("try block", "let $n = async { let x = Some($v).ok_or(\"none\")?; Ok::<_, String>(x) }.await?;"),
    plain("comparator", "let mut $k = vec![$v]; $k.sort_by(|_, _| std::cmp::Ordering::Equal); let $n = $k.pop().unwrap();"),
    plain("const block", "let $n = { const N: usize = 0; let k = [$v]; k[N].clone() };"),
    with("fn", "fn f$k(x: $T) -> $T { x }", "let $n = f$k($v);"),
    with("async fn", "async fn f$k(x: $T) -> $T { x }", "let $n = f$k($v).await;"),
    lasting("fn early", "fn f$k(n: i32, x: $T) -> Option<$T> { if n == 0 { return None; } Some(x) }", "let $n = f$k(1, $v).unwrap();"),
    lasting("fn try", "fn f$k(x: Option<$T>) -> Option<$T> { let x = x?; Some(x) }", "let $n = f$k(Some($v)).unwrap();"),
    lasting("fn two", "fn f$k(a: $T, b: $D) -> ($D, $T) { (b, a) }", "let (_, $n) = f$k($v, $d);"),
    with("fn in fn", "fn f$k(x: $T) -> $T { fn inner<X>(x: X) -> X { x } inner(x) }", "let $n = f$k($v);"),
    with("fn in module", "mod m$k { use super::*; pub(super) fn f(x: $T) -> $T { x } }", "let $n = m$k::f($v);"),
    with("renamed", "mod m$k { use super::*; pub fn f(x: $T) -> $T { x } pub use f as g; } use m$k::g as g$k;", "let $n = g$k($v);"),
    with("glob", "mod m$k { use super::*; pub fn f$k(x: $T) -> $T { x } } use m$k::*;", "let $n = f$k($v);"),
    with("const fn pointer", "", "const F: fn(i32) -> i32 = |x| x; let _ = F(1); let $n = $v;"),
    lasting("static once", "static C$k: std::sync::OnceLock<$T> = std::sync::OnceLock::new();", "C$k.set($v).ok(); let $n = C$k.get().unwrap().clone();"),
    lasting("static init", "static C$k: std::sync::OnceLock<$T> = std::sync::OnceLock::new(); fn c$k(x: $T) -> &'static $T { C$k.get_or_init(|| x) }", "let $n = c$k($v).clone();"),
    lasting("static mutex", "static C$k: std::sync::Mutex<Option<$T>> = std::sync::Mutex::new(None);", "*C$k.lock().unwrap() = Some($v); let $n = C$k.lock().unwrap().take().unwrap();"),
    lasting("static vec", "static C$k: std::sync::Mutex<Vec<$T>> = std::sync::Mutex::new(Vec::new());", "C$k.lock().unwrap().push($v); let $n = C$k.lock().unwrap().pop().unwrap();"),
    lasting("static rwlock", "static C$k: std::sync::RwLock<Option<$T>> = std::sync::RwLock::new(None); fn put$k(x: $T) { let mut guard = C$k.write().unwrap(); guard.replace(x); }", "put$k($v); let $n = C$k.read().unwrap().clone().unwrap();"),
    lasting("static map", "static C$k: std::sync::LazyLock<std::sync::Mutex<std::collections::HashMap<String, $T>>> = std::sync::LazyLock::new(Default::default);", "C$k.lock().unwrap().insert(\"k\".to_owned(), $v); let $n = C$k.lock().unwrap().get(\"k\").cloned().unwrap();"),
    lasting("static async once", "static C$k: tokio::sync::OnceCell<$T> = tokio::sync::OnceCell::const_new();", "let $n = C$k.get_or_init(|| async { $v }).await.clone();"),
    lasting("thread local", "thread_local! { static C$k: std::cell::RefCell<Option<$T>> = const { std::cell::RefCell::new(None) }; }", "C$k.with_borrow_mut(|x| *x = Some($v)); let $n = C$k.with_borrow(|x| x.clone()).unwrap();"),
    lasting("thread local set", "thread_local! { static C$k: std::cell::RefCell<Option<$T>> = std::cell::RefCell::new(None); }", "C$k.set(Some($v)); let $n = C$k.take().unwrap();"),
    lasting("thread", "", "let $n = std::thread::spawn(move || $v).join().unwrap();"),
    lasting("spawn", "", "let $n = tokio::spawn(async move { $v }).await?;"),
    lasting("spawn blocking", "", "let $n = tokio::task::spawn_blocking(move || $v).await?;"),
    lasting("join set", "", "let mut $k = tokio::task::JoinSet::new(); $k.spawn(async move { $v }); let $n = $k.join_next().await.unwrap()?;"),
    lasting("leak", "", "let $n = Box::leak(Box::new($v)).clone();"),
    lasting("any", "", "let $k: Box<dyn Fn() -> $T> = Box::new(move || $v.clone()); let $n = $k(); drop($k);"),
    lasting("method", "pub struct M$k(i32); impl M$k { fn pass(&self, x: $T) -> $T { x } fn make(x: $T) -> (Self, $T) { (M$k(1), x) } }", "let $n = M$k(1).pass($v); let (_, $n) = M$k::make($n);"),
    lasting("method chain", "pub struct M$k { x: Option<$T> } impl M$k { fn start() -> Self { M$k { x: None } } fn with(mut self, x: $T) -> Self { self.x = Some(x); self } fn end(&mut self) -> Option<$T> { self.x.take() } }", "let $n = M$k::start().with($v).end().unwrap();"),
    lasting("trait generic", "trait R$k { type Out; fn run(&self, x: $T) -> Self::Out; } struct RA$k; impl R$k for RA$k { type Out = ($T, i32); fn run(&self, x: $T) -> ($T, i32) { (x, 1) } } fn r$k<R: R$k>(r: &R, x: $T) -> R::Out { r.run(x) }", "let ($n, _) = r$k(&RA$k, $v);"),
    lasting("trait dyn", "trait R$k { fn run(&self, x: $T) -> $T; } struct RA$k; struct RB$k; impl R$k for RA$k { fn run(&self, x: $T) -> $T { x } } impl R$k for RB$k { fn run(&self, _: $T) -> $T { unreachable!() } }", "let $k: [&dyn R$k; 2] = [&RA$k, &RB$k]; let $n = $k[0].run($v);"),
    lasting("trait default", "trait R$k: Sized { fn get(self) -> $T; fn done(self) -> $T { self.get() } } impl R$k for $T { fn get(self) -> $T { self } }", "let $n = $v.done();"),
    lasting("visitor dyn", "trait V$k { fn see(&mut self, x: $T); } impl V$k for Vec<$T> { fn see(&mut self, x: $T) { self.push(x); } } fn walk$k(v: &mut dyn V$k, x: $T) { v.see(x); }", "let mut $k = Vec::new(); walk$k(&mut $k, $v); let $n = $k.remove(0);"),
    lasting("visitor generic", "trait V$k { fn see(&mut self, x: $T); } impl<F: FnMut($T)> V$k for F { fn see(&mut self, x: $T) { self(x); } } fn walk$k(v: &mut impl V$k, x: $T) { v.see(x); }", "let mut $k = None; walk$k(&mut |x| $k = Some(x), $v); let $n = $k.unwrap();"),
    lasting("registry", "pub struct Y$k { all: Vec<Box<dyn Fn() -> $T + Send + Sync>> } impl Y$k { fn add(&mut self, f: impl Fn() -> $T + Send + Sync + 'static) -> &mut Self { self.all.push(Box::new(f)); self } fn first(&self) -> $T { (self.all[0])() } }", "let mut $k = Y$k { all: Vec::new() }; $k.add(move || $v.clone()); let $n = $k.first(); drop($k);"),
    lasting("state machine", "enum Q$k { Start($T), Middle { x: $T }, End($T) } impl Q$k { fn next(self) -> Self { match self { Q$k::Start(x) => Q$k::Middle { x }, Q$k::Middle { x } => Q$k::End(x), end => end } } }", "let $k = Q$k::Start($v).next().next(); let Q$k::End($n) = $k else { return Ok(()) };"),
    lasting("linked", "struct K$k { x: $T, next: Option<Box<K$k>> } fn last$k(k: &K$k) -> &$T { match &k.next { Some(next) => last$k(next), None => &k.x } }", "let $k = K$k { x: $v, next: None }; let $n = last$k(&$k).clone(); drop($k);"),
    lasting("from", "struct W$k($T); impl From<$T> for W$k { fn from(x: $T) -> Self { W$k(x) } } impl From<W$k> for ($T, i32) { fn from(w: W$k) -> Self { (w.0, 1) } }", "let $k: W$k = $v.into(); let $k: ($T, i32) = $k.into(); let $n = $k.0;"),
    lasting("try from", "struct W$k($T); impl TryFrom<$T> for W$k { type Error = String; fn try_from(x: $T) -> std::result::Result<Self, String> { Ok(W$k(x)) } }", "let $n = W$k::try_from($v)?.0;"),
    lasting("try into", "struct W$k($T); impl TryFrom<$T> for W$k { type Error = String; fn try_from(x: $T) -> std::result::Result<Self, String> { Ok(W$k(x)) } }", "let $k: W$k = $v.try_into()?; let $n = $k.0;"),
    lasting("extend", "#[derive(Default)] struct Z$k { all: Vec<$T> } impl Extend<$T> for Z$k { fn extend<I: IntoIterator<Item = $T>>(&mut self, iter: I) { for x in iter { self.all.push(x); } } }", "let mut $k = Z$k::default(); $k.extend([$v]); let $n = $k.all.remove(0);"),
    lasting("const generic", "struct Z$k<const N: usize> { all: [$T; N] } impl<const N: usize> Z$k<N> { fn first(&self) -> &$T { &self.all[0] } }", "let $k = Z$k::<1> { all: [$v] }; let $n = $k.first().clone(); drop($k);"),
    lasting("guard", "struct Z$k<'a> { x: &'a mut Option<$T> } impl Drop for Z$k<'_> { fn drop(&mut self) { let x = self.x.take(); *self.x = x; } } impl Z$k<'_> { fn put(&mut self, x: $T) { *self.x = Some(x); } }", "let mut $k = None; { let mut z = Z$k { x: &mut $k }; z.put($v); } let $n = $k.unwrap();"),
    bare("const table", "", "const ALL: [(&str, i32); 1] = [(\"a\", 1)]; let _ = ALL; let $n = $v;"),
    lasting("impl for container", "trait P$k { fn pass(self) -> $T; } impl P$k for Vec<$T> { fn pass(mut self) -> $T { self.remove(0) } } impl<X: P$k> P$k for Option<X> { fn pass(self) -> $T { self.unwrap().pass() } } fn p$k(x: impl P$k) -> $T { x.pass() }", "let $n = p$k(Some(Some(vec![$v])));"),
    lasting("impl for pointer", "trait P$k { fn pass(&self) -> $T; } struct PA$k { x: $T } impl P$k for PA$k { fn pass(&self) -> $T { self.x.clone() } } impl<X: P$k + ?Sized> P$k for std::sync::Arc<X> { fn pass(&self) -> $T { (**self).pass() } } impl<X: P$k + ?Sized> P$k for &X { fn pass(&self) -> $T { (*self).pass() } } fn p$k<X: P$k>(x: X) -> $T { x.pass() }", "let $k: std::sync::Arc<dyn P$k> = std::sync::Arc::new(PA$k { x: $v }); let $n = p$k(&$k); drop($k);"),
    lasting("supertrait", "trait A$k { fn a(&self) -> $T; } trait B$k: A$k { fn b(&self) -> $T { self.a() } } struct Z$k { x: $T } impl A$k for Z$k { fn a(&self) -> $T { self.x.clone() } } impl B$k for Z$k {} fn b$k(z: &dyn B$k) -> $T { z.b() }", "let $n = b$k(&Z$k { x: $v });"),
    lasting("trait method of generic", "trait C$k { fn with<R>(&self, f: impl FnOnce(&$T) -> R) -> R; } struct Z$k { x: $T } impl C$k for Z$k { fn with<R>(&self, f: impl FnOnce(&$T) -> R) -> R { f(&self.x) } }", "let $n = Z$k { x: $v }.with(|x| x.clone());"),
    lasting("associated type chosen", "trait F$k { type Made; fn make(x: $T) -> Self::Made; } struct FA$k; struct FB$k; impl F$k for FA$k { type Made = Option<$T>; fn make(x: $T) -> Option<$T> { Some(x) } } impl F$k for FB$k { type Made = i32; fn make(_: $T) -> i32 { 1 } } fn made$k<X: F$k>(x: $T) -> X::Made { X::make(x) }", "let $n = made$k::<FA$k>($v).unwrap();"),
    lasting("phantom", "struct Ph$k<S> { x: $T, s: std::marker::PhantomData<S> } struct Open$k; struct Shut$k; impl Ph$k<Open$k> { fn shut(self) -> Ph$k<Shut$k> { Ph$k { x: self.x, s: std::marker::PhantomData } } } impl Ph$k<Shut$k> { fn x(self) -> $T { self.x } }", "let $k = Ph$k::<Open$k> { x: $v, s: std::marker::PhantomData }; let $n = $k.shut().x();"),
    lasting("tree", "enum Tr$k { Leaf($T), Node(Box<Tr$k>, Option<Box<Tr$k>>) } impl Tr$k { fn first(&self) -> &$T { match self { Tr$k::Leaf(x) => x, Tr$k::Node(a, _) => a.first() } } fn all(self) -> Vec<$T> { match self { Self::Leaf(x) => vec![x], Self::Node(a, b) => { let mut all = a.all(); all.extend(b.into_iter().flat_map(|b| b.all())); all } } } }", "let $k = Tr$k::Node(Box::new(Tr$k::Node(Box::new(Tr$k::Leaf($v)), None)), None); let _ = $k.first(); let $n = $k.all().remove(0);"),
    lasting("chain of setters", "#[derive(Default)] struct Cf$k { x: Option<$T>, y: i32 } impl Cf$k { fn x(&mut self, x: impl Into<$T>) -> &mut Self { self.x = Some(x.into()); self } fn y(&mut self, y: i32) -> &mut Self { self.y = y; self } fn done(&self) -> $T { self.x.clone().unwrap() } }", "let $n = Cf$k::default().y(1).x($v).y(2).done();"),
    lasting("macro of items", "macro_rules! make$k { ($name:ident, $field:ident: $ty:ty) => { struct $name { $field: $ty } impl $name { fn get(self) -> $ty { self.$field } } } } make$k!(Mk$k, slot: $T);", "let $n = Mk$k { slot: $v }.get();"),
    lasting("macro of functions", "macro_rules! fns$k { ($($name:ident => $body:expr),* $(,)?) => { $(fn $name(x: $T) -> $T { ($body)(x) })* } } fns$k! { fa$k => |x| x, fb$k => id, }", "let $n = fb$k(fa$k($v));"),
    lasting("nested modules", "mod o$k { use super::*; pub mod i { use super::super::*; pub fn f(x: $T) -> $T { super::g(x) } } fn g(x: $T) -> $T { self::h(x) } fn h(x: $T) -> $T { x } pub use self::i::f as renamed; }", "let $n = o$k::renamed(o$k::i::f($v));"),
    lasting("enum glob", "enum Gl$k { Here($T), Gone } fn gl$k(x: Gl$k) -> Option<$T> { use Gl$k::*; match x { Here(x) => Some(x), Gone => None } }", "use Gl$k as G; let $n = gl$k(G::Here($v)).unwrap(); let _ = gl$k(G::Gone);"),
    lasting("struct of functions", "struct Fs$k { f: fn($T) -> $T, g: Box<dyn Fn($T) -> Option<$T>> }", "let $k = Fs$k { f: |x| x, g: Box::new(|x| Some(x)) }; let $n = ($k.g)(($k.f)($v)).unwrap(); drop($k);"),
    lasting("handlers by name", "type Ha$k = Box<dyn Fn($T) -> $T>; fn table$k() -> std::collections::HashMap<&'static str, Ha$k> { let mut all: std::collections::HashMap<&'static str, Ha$k> = std::collections::HashMap::new(); all.insert(\"a\", Box::new(|x| x)); all.insert(\"b\", Box::new(id)); all }", "let $n = table$k()[\"a\"]($v);"),
    lasting("iterator adaptor", "struct Ad$k<I> { inner: I } impl<I: Iterator> Iterator for Ad$k<I> { type Item = (usize, I::Item); fn next(&mut self) -> Option<Self::Item> { self.inner.next().map(|x| (0, x)) } } trait AdExt$k: Iterator + Sized { fn ad(self) -> Ad$k<Self> { Ad$k { inner: self } } } impl<I: Iterator> AdExt$k for I {}", "let $n = vec![$v].into_iter().ad().map(|(_, x)| x).next().unwrap();"),
    lasting("cell static", "thread_local! { static Cc$k: std::cell::Cell<Option<$T>> = const { std::cell::Cell::new(None) }; }", "Cc$k.set(Some($v)); let $n = Cc$k.take().unwrap();"),
    lasting("static vec of functions", "static Fv$k: std::sync::Mutex<Vec<fn($T) -> $T>> = std::sync::Mutex::new(Vec::new());", "Fv$k.lock().unwrap().push(|x| x); let $k = Fv$k.lock().unwrap()[0]; let $n = $k($v);"),
    lasting("lazy struct", "struct Ls$k { all: std::sync::RwLock<Vec<$T>> } static Lz$k: std::sync::LazyLock<Ls$k> = std::sync::LazyLock::new(|| Ls$k { all: Default::default() }); impl Ls$k { fn put(&self, x: $T) { self.all.write().unwrap().push(x); } fn take(&self) -> Option<$T> { self.all.write().unwrap().pop() } }", "Lz$k.put($v); let $n = Lz$k.take().unwrap();"),
    lasting("lazy default", "static Ld$k: std::sync::LazyLock<std::sync::Mutex<Vec<$T>>> = std::sync::LazyLock::new(|| Default::default());", "Ld$k.lock().unwrap().push($v); let $n = Ld$k.lock().unwrap().remove(0);"),
    lasting("pool", "struct Po$k { free: std::sync::Mutex<Vec<$T>> } struct Lent$k<'a> { pool: &'a Po$k, x: Option<$T> } impl Po$k { fn lend(&self) -> Lent$k<'_> { Lent$k { x: self.free.lock().unwrap().pop(), pool: self } } } impl std::ops::Deref for Lent$k<'_> { type Target = $T; fn deref(&self) -> &$T { self.x.as_ref().unwrap() } } impl Drop for Lent$k<'_> { fn drop(&mut self) { if let Some(x) = self.x.take() { self.pool.free.lock().unwrap().push(x); } } }", "let $k = Po$k { free: std::sync::Mutex::new(vec![$v]) }; let $n = { let lent = $k.lend(); (*lent).clone() };"),
    lasting("memo", "struct Me$k { seen: std::cell::RefCell<std::collections::HashMap<i32, $T>> } impl Me$k { fn get(&self, at: i32, make: impl FnOnce() -> $T) -> $T { self.seen.borrow_mut().entry(at).or_insert_with(make).clone() } }", "let $n = { let k = Me$k { seen: Default::default() }; k.get(1, || $v) };"),
    lasting("observer", "struct Ob$k { all: std::cell::RefCell<Vec<Box<dyn FnMut($T)>>> } impl Ob$k { fn on(&self, f: impl FnMut($T) + 'static) { self.all.borrow_mut().push(Box::new(f)); } fn tell(&self, x: $T) { for f in self.all.borrow_mut().iter_mut() { f(x.clone()); } } }", "let $n = { let seen = std::rc::Rc::new(std::cell::RefCell::new(Vec::new())); let ob = Ob$k { all: Default::default() }; let to = seen.clone(); ob.on(move |x| to.borrow_mut().push(x)); ob.tell($v); let x = seen.borrow()[0].clone(); x };"),
    lasting("command", "enum Cm$k { Set($T), Get } struct St$k { x: Option<$T> } impl St$k { fn run(&mut self, c: Cm$k) -> Option<$T> { match c { Cm$k::Set(x) => self.x.replace(x), Cm$k::Get => self.x.clone() } } }", "let mut $k = St$k { x: None }; for c in [Cm$k::Set($v), Cm$k::Get] { $k.run(c); } let $n = $k.run(Cm$k::Get).unwrap();"),
    lasting("visitor by trait", "trait Vis$k { type Out; fn leaf(&mut self, x: &$T) -> Self::Out; } struct No$k { x: $T } impl No$k { fn accept<V: Vis$k>(&self, v: &mut V) -> V::Out { v.leaf(&self.x) } } struct Cl$k; impl Vis$k for Cl$k { type Out = Vec<$T>; fn leaf(&mut self, x: &$T) -> Vec<$T> { vec![x.clone()] } }", "let $n = No$k { x: $v }.accept(&mut Cl$k).remove(0);"),
    lasting("cow", "fn cow$k(x: std::borrow::Cow<'_, Vec<$T>>) -> $T { match x { std::borrow::Cow::Borrowed(all) => all[0].clone(), std::borrow::Cow::Owned(mut all) => all.remove(0) } }", "let $k = vec![$v]; let $n = cow$k(std::borrow::Cow::Borrowed(&$k));"),
    lasting("index own", "struct Ix$k { all: Vec<$T> } impl std::ops::Index<&str> for Ix$k { type Output = $T; fn index(&self, _: &str) -> &$T { &self.all[0] } }", "let $k = Ix$k { all: vec![$v] }; let $n = $k[\"a\"].clone();"),
    lasting("fold operators", "#[derive(Clone)] struct Su$k(Vec<$T>); impl std::ops::Add for Su$k { type Output = Su$k; fn add(mut self, other: Su$k) -> Su$k { self.0.extend(other.0); self } } impl std::iter::Sum for Su$k { fn sum<I: Iterator<Item = Su$k>>(iter: I) -> Su$k { iter.fold(Su$k(Vec::new()), |a, b| a + b) } }", "let $n = [Su$k(vec![$v])].into_iter().sum::<Su$k>().0.remove(0);"),
    lasting("closure of struct", "struct Cs$k<F: Fn() -> $T> { f: F } impl<F: Fn() -> $T> Cs$k<F> { fn run(&self) -> $T { (self.f)() } }", "let $k = Cs$k { f: move || $v.clone() }; let $n = $k.run(); drop($k);"),
    lasting("impl trait arg", "trait So$k { fn one(&self) -> $T; } impl<F: Fn() -> $T> So$k for F { fn one(&self) -> $T { self() } } fn so$k(x: &impl So$k) -> $T { x.one() }", "let $n = so$k(&move || $v.clone());"),
    lasting("early", "fn ea$k(x: Option<Option<$T>>) -> std::result::Result<$T, String> { let Some(x) = x else { return Err(\"none\".into()) }; if let Some(x) = x { return Ok(x); } Err(\"none\".to_owned()) }", "let $n = ea$k(Some(Some($v)))?;"),
    lasting("box dyn fnmut", "fn fm$k(mut f: Box<dyn FnMut() -> Option<$T> + '_>) -> $T { f().unwrap() }", "let mut $k = Some($v); let $n = fm$k(Box::new(|| $k.take()));"),
    plain("async closure", "let $k = async |x| x; let $n = $k($v).await;"),
    plain("poll_fn", "let mut $k = Some($v); let $n = std::future::poll_fn(|_| std::task::Poll::Ready($k.take())).await.unwrap();"),
    plain("unfold", "let mut $k = Box::pin(futures::stream::unfold(Some($v), |x| async move { x.map(|x| (x, None)) })); let $n = futures::StreamExt::next(&mut $k).await.unwrap();"),
    plain("try_stream", "use futures::TryStreamExt as _; let $n = futures::stream::iter([okay($v)]).try_collect::<Vec<_>>().await?.remove(0);"),
    plain("stream fold", "use futures::StreamExt as _; let $n = futures::stream::iter([$v]).fold(None, |_, x| async move { Some(x) }).await.unwrap();"),
    plain("stream filter_map", "use futures::StreamExt as _; let mut $k = Box::pin(futures::stream::iter([$v]).filter_map(|x| async move { Some(x) })); let $n = $k.next().await.unwrap();"),
    plain("chunks", "use futures::StreamExt as _; let $n = futures::stream::iter([$v]).chunks(4).collect::<Vec<_>>().await.remove(0).remove(0);"),
    plain("slice pattern", "let $k = [$v]; let $n = match &$k[..] { [] => return Ok(()), [one] => one.clone(), [first, .., _] => first.clone() };"),
    plain("at pattern", "let $k = Some($v); let $n = match $k { all @ Some(_) => all.unwrap(), None => return Ok(()) };"),
    plain("ref mut pattern", "let mut $k = (Some($v), 1); let $n = { let (ref mut x, _) = $k; x.take().unwrap() };"),
    plain("or pattern", "let $k: std::result::Result<_, _> = Ok::<_, _>($v); let $n = match $k { Ok(x) | Err(x) => x };"),
    plain("nested option", "let $n = Some(Some($v)).and_then(|x| x.map(|x| Some(x))).flatten().unwrap();"),
    plain("labeled loops", "let mut $k = None; 'out: for x in [$v] { for _ in 0..2 { $k = Some(x); break 'out; } } let $n = $k.unwrap();"),
    plain("sorted", "let mut $k = vec![(2, $v)]; $k.sort_by_key(|(at, _)| *at); let ($k, $n) = $k.remove(0); let _ = $k;"),
    plain("partitioned", "let ($k, _): (Vec<_>, Vec<_>) = vec![$v].into_iter().partition(|_| true); let $n = $k.into_iter().next().unwrap();"),
    plain("grouped", "let mut $k: std::collections::HashMap<i32, Vec<_>> = std::collections::HashMap::new(); for x in [$v] { $k.entry(1).or_default().push(x); } let $n = $k.into_values().flatten().next().unwrap();"),
    plain("windowed", "let $k = [Some($v), None]; let $n = $k.windows(2).find_map(|w| w[0].clone()).unwrap();"),
    plain("retained", "let mut $k = vec![($v, true)]; $k.retain(|(_, keep)| *keep); let ($n, _) = $k.swap_remove(0);"),
    plain("heap", "let mut $k = std::collections::VecDeque::new(); $k.push_back($v); $k.rotate_left(0); let $n = $k.pop_front().unwrap();"),
    plain("zip unzip", "let ($k, _): (Vec<_>, Vec<_>) = [$v].into_iter().zip([$d]).unzip(); let $n = $k.into_iter().next().unwrap();"),
    plain("pair of maps", "let $k: std::collections::BTreeMap<i32, (_, i32)> = [$v].into_iter().enumerate().map(|(at, x)| (at as i32, (x, 1))).collect(); let $n = $k.into_iter().map(|(_, (x, _))| x).last().unwrap();"),
    bare("deref", "", "let $n: &'static $L = &*$v;"),
    bare("ref pattern", "", "let $k = &$v; let &$n = $k;"),
    bare("cast", "", "let $n = $v as &'static $L;"),
    bare("copied", "", "let $n = [&$v].into_iter().copied().next().unwrap();"),
    bare("phantom", "trait Has$k { const IT: &'static $L; } struct Ha$k; struct Hb$k; impl Has$k for Ha$k { const IT: &'static $L = $e; } impl Has$k for Hb$k { const IT: &'static $L = $s; } fn it$k<H: Has$k>() -> &'static $L { H::IT }", "let _ = $v; let $n = it$k::<Ha$k>(); let _ = it$k::<Hb$k>();"),
    bare("assoc const", "struct Ha$k; impl Ha$k { const IT: &'static $L = $e; const NO: &'static $L = $s; }", "let _ = ($v, Ha$k::NO); let $n = Ha$k::IT;"),
    bare("static ref", "static R$k: &$L = $e;", "let _ = $v; let $n = R$k;"),
    bare("const", "const R$k: &$L = $e;", "let _ = $v; let $n = R$k;"),
    bare("lazy", "static R$k: std::sync::LazyLock<&'static $L> = std::sync::LazyLock::new(|| $e);", "let _ = $v; let $n = *R$k;"),
    bare("static struct", "struct All$k { a: &'static $L, b: &'static $L } static R$k: All$k = All$k { a: $e, b: $s };", "let _ = ($v, R$k.b); let $n = R$k.a;"),
    bare("static fn", "static R$k: fn() -> &'static $L = || $e;", "let _ = $v; let $n = R$k();"),
    bare("match kind", "#[derive(Clone, Copy)] enum Kind$k { A } impl Kind$k { const fn of(self) -> &'static $L { match self { Kind$k::A => $e } } }", "let _ = $v; let $n = Kind$k::A.of();"),
    bare("default", "struct De$k(&'static $L); impl Default for De$k { fn default() -> Self { De$k($e) } }", "let _ = $v; let $k: De$k = Default::default(); let $n = $k.0;"),
    bare("derived default", "struct De$k(&'static $L); impl Default for De$k { fn default() -> Self { De$k($e) } } #[derive(Default)] struct Dd$k { x: i32, de: De$k }", "let _ = $v; let $k = Dd$k::default(); let _ = $k.x; let $n = $k.de.0;"),
    bare("from str", "struct De$k(&'static $L); impl std::str::FromStr for De$k { type Err = String; fn from_str(_: &str) -> std::result::Result<Self, String> { Ok(De$k($e)) } }", "let _ = $v; let $n = \"x\".parse::<De$k>()?.0;"),
    bare("macro path", "macro_rules! h$k { () => { $e } }", "let _ = $v; let $n = h$k!();"),
];

/// What every module has beside.
pub(crate) const SHARED: &str = "
fn id<X>(x: X) -> X { x }
async fn later<X>(x: X) -> X { x }
fn call<R>(f: impl Fn() -> R) -> R { f() }
fn apply<X, Y>(f: impl FnOnce(X) -> Y, x: X) -> Y { f(x) }
async fn apply_async<X, U: Future>(f: impl FnOnce(X) -> U, x: X) -> U::Output { f(x).await }
async fn apply_closure<X, Y>(f: impl AsyncFnOnce(X) -> Y, x: X) -> Y { f(x).await }
fn second<A, B>(_: A, b: B) -> B { b }
fn pair<A, B>(a: A, b: B) -> (A, B) { (a, b) }
fn turned<A, B>((a, b): (A, B)) -> (B, A) { (b, a) }
fn out<X>(x: X, to: &mut Option<X>) { *to = Some(x); }
fn head<X>(all: &[X]) -> &X { &all[0] }
fn make<X: Clone>(x: X) -> impl Fn() -> X { move || x.clone() }
fn items<X>(x: X) -> impl Iterator<Item = X> { std::iter::once(x) }
fn future<X>(x: X) -> impl Future<Output = X> { async { x } }
fn boxed<'a, X: 'a>(x: X) -> std::pin::Pin<Box<dyn Future<Output = X> + 'a>> { Box::pin(async move { x }) }
fn again<X>(n: u32, x: X) -> X { if n == 0 { x } else { again(n - 1, x) } }
fn into<X, Y: From<X>>(x: X) -> Y { x.into() }
fn borrowed<X, R: AsRef<X> + ?Sized>(x: &R) -> &X { x.as_ref() }
fn consume<X, Y, F>(x: X, f: F) -> Y where F: FnOnce(X) -> Y { f(x) }
pub trait Keep: Sized { fn keep(self) -> Self { self } }
impl<X> Keep for X {}
struct Hold<X> { slot: Option<X> }
impl<X: Clone> Hold<X> {
    fn new(x: X) -> Self { Hold { slot: Some(x) } }
    fn set(&mut self, x: X) { self.slot = Some(x); }
    fn get(&self) -> X { self.slot.clone().unwrap() }
    fn into_inner(self) -> X { self.slot.unwrap() }
}
struct Both<A, B> { left: A, right: B }
impl<A, B> Both<A, B> {
    fn turn(self) -> Both<B, A> { Both { left: self.right, right: self.left } }
    fn map<C>(self, f: impl FnOnce(A) -> C) -> Both<C, B> { Both { left: f(self.left), right: self.right } }
    fn left(a: A) -> A { a }
}
struct Visit<X> { seen: Vec<X> }
impl<X> Visit<X> { fn see(&mut self, x: X) { self.seen.push(x); } }
";
