//! Ways in which the rest of a program is run: what follows stands in `$rest`, where the value is `$n`.

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

const fn lasting(name: &'static str, items: &'static str, code: &'static str) -> Carry {
    Carry {
        name,
        items,
        code,
        needs: "static",
    }
}

#[rustfmt::skip]
pub(crate) const GOES: &[Carry] = &[
    plain("block", "{ let $n = $v; $rest }"),
    plain("if", "if std::hint::black_box(true) { let $n = $v; $rest }"),
    plain("if let", "if let Some($n) = Some($v) { $rest }"),
    plain("if let chain", "if let Some(x) = Some($v) && let (Some($n), 1) = (Some(x), 1) { $rest }"),
    plain("match", "match Some($v) { Some($n) => { $rest } None => {} }"),
    plain("match guard", "match ($v, 1) { (_, 2) => {} ($n, x) if x == 1 => { $rest } _ => {} }"),
    plain("for", "for $n in [$v] { $rest }"),
    plain("for iter", "for $n in std::iter::once($v).filter(|_| true) { $rest }"),
    plain("for ref", "for $k in &[$v] { let $n = $k.clone(); $rest }"),
    plain("for enumerate", "for (_, $n) in vec![$v].into_iter().enumerate() { $rest }"),
    plain("for zip", "for ($n, _) in [$v].into_iter().zip([$d]) { $rest }"),
    plain("for map", "for (_, $n) in std::collections::HashMap::from([(1, $v)]) { $rest }"),
    plain("while let", "let mut $k = Some($v); while let Some($n) = $k.take() { $rest }"),
    plain("while pop", "let mut $k = vec![$v]; while let Some($n) = $k.pop() { $rest }"),
    plain("loop", "loop { let $n = $v; $rest break; }"),
    plain("let else", "let Some($n) = Some($v) else { return Ok(()) }; $rest"),
    plain("async block", "let r: Result<()> = async { let $n = $v; $rest Ok(()) }.await; r?;"),
    plain("async move", "let r = async move { let $n = $v; $rest done() }; r.await?;"),
    plain("boxed block", "let r: std::pin::Pin<Box<dyn Future<Output = Result<()>>>> = Box::pin(async { let $n = $v; $rest Ok(()) }); r.await?;"),
    plain("join", "let (r, _): (Result<()>, _) = tokio::join!(async { let $n = $v; $rest Ok(()) }, async { $d }); r?;"),
    plain("try_join", "tokio::try_join!(async { let $n = $v; $rest done() }, async { Ok(()) })?;"),
    plain("select", "tokio::select! { $n = async { $v } => { $rest } }"),
    plain("join_all", "for r in futures::future::join_all([$v].into_iter().map(|$n| async move { let $n = $n; $rest done() })).await { r?; }"),
    plain("try_join_all", "futures::future::try_join_all([$v].map(|$n| async move { let $n = $n; $rest done() })).await?;"),
    plain("for_each", "use futures::StreamExt as _; futures::stream::iter([$v]).for_each(|$n| async move { let r: Result<()> = async { let $n = $n; $rest Ok(()) }.await; r.unwrap(); }).await;"),
    plain("try_for_each", "use futures::TryStreamExt as _; futures::stream::iter([okay($v)]).try_for_each(|$n| async move { let $n = $n; $rest Ok(()) }).await?;"),
    plain("unordered", "use futures::StreamExt as _; let mut all: futures::stream::FuturesUnordered<_> = [$v].into_iter().map(|$n| async move { let $n = $n; $rest done() }).collect(); while let Some(r) = all.next().await { r?; }"),
    plain("buffered", "use futures::StreamExt as _; let all: Vec<Result<()>> = futures::stream::iter([$v]).map(|$n| async move { let $n = $n; $rest Ok(()) }).buffer_unordered(4).collect().await; for r in all { r?; }"),
    lasting("closure", "", "let $k = |$n: $T| async move { let $n = $n; $rest done() }; $k($v).await?;"),
    plain("closure captures", "let $k = async || { let $n = $v.clone(); $rest done() }; $k().await?;"),
    plain("async closure", "let $k = async |$n: $T| -> Result<()> { $rest Ok(()) }; $k($v).await?;"),
    plain("passed", "run_with($v, |$n| async move { let $n = $n; $rest Ok(()) }).await?;"),
    plain("retried", "retry(|| async { let $n = $v.clone(); $rest Ok(()) }).await?;"),
    lasting("middleware", "", "let r = around(|$n: $T| async move { let $n = $n; $rest done() }); r($v).await?;"),
    plain("timeout", "tokio::time::timeout(std::time::Duration::from_secs(60), async { let $n = $v; $rest done() }).await??;"),
    plain("instrument", "tracing::Instrument::instrument(async { let $n = $v; $rest done() }, tracing::Span::none()).await?;"),
    plain("and_then", "use futures::TryFutureExt as _; async { okay($v) }.and_then(|$n| async move { let $n = $n; $rest Ok(()) }).await?;"),
    plain("then", "use futures::FutureExt as _; let r: Result<()> = async { $v }.then(|$n| async move { let $n = $n; $rest Ok(()) }).await; r?;"),
    plain("or else", "let r: Result<()> = async { Err(\"x\")? }.await; if r.is_err() { let $n = $v; $rest }"),
    plain("macro block", "macro_rules! m { ($x:ident, $b:block) => { { let $x = $v; $b } } } m!($n, { $rest });"),
    lasting("macro expr", "", "macro_rules! m { ($f:expr, $x:expr) => { ($f)($x).await? } } m!(|$n: $T| async move { let $n = $n; $rest done() }, $v);"),
    with("fn", "async fn f$k($n: $T) -> Result<()> { $rest Ok(()) }", "f$k($v).await?;"),
    with("fn two", "async fn f$k(_: $D, $n: $T) -> Result<()> { $rest Ok(()) }", "f$k($d, $v).await?;"),
    lasting("fn boxed", "fn f$k<'a>($n: $T) -> std::pin::Pin<Box<dyn Future<Output = Result<()>> + 'a>> where $T: 'a { Box::pin(async move { let $n = $n; $rest Ok(()) }) }", "f$k($v).await?;"),
    with("fn ref", "async fn f$k(x: &$T) -> Result<()> { let $n = x.clone(); $rest Ok(()) }", "f$k(&$v).await?;"),
    with("fn slice", "async fn f$k(all: &[$T]) -> Result<()> { for x in all { let $n = x.clone(); $rest } Ok(()) }", "f$k(&[$v]).await?;"),
    with("fn pattern", "async fn f$k(($n, _): ($T, $D)) -> Result<()> { $rest Ok(()) }", "f$k(($v, $d)).await?;"),
    with("fn impl future", "fn f$k(x: $T) -> impl Future<Output = Result<()>> { async move { let $n = x; $rest Ok(()) } }", "f$k($v).await?;"),
    with("fn option", "async fn f$k(x: Option<$T>) -> Result<()> { let Some($n) = x else { return Ok(()) }; $rest Ok(()) }", "f$k(None).await?; f$k(Some($v)).await?;"),
    lasting("fn result", "async fn f$k($n: $T) -> std::result::Result<(), BoxErr> { $rest Ok(()) } type BoxErr = Box<dyn std::error::Error + Send + Sync>;", "f$k($v).await?;"),
    with("fn in module", "mod m$k { use super::*; pub(super) async fn f($n: $T) -> Result<()> { $rest Ok(()) } }", "m$k::f($v).await?;"),
    with("fn mapped", "async fn f$k($n: $T) -> Result<()> { $rest Ok(()) }", "for r in futures::future::join_all([$v].map(f$k)).await { r?; }"),
    with("fn chosen", "async fn f$k($n: $T) -> Result<()> { $rest Ok(()) }", "let f = if std::hint::black_box(true) { f$k } else { unreachable!() }; f($v).await?;"),
    lasting("fn generic", "async fn f$k<X: Into<$T>>(x: X) -> Result<()> { let $n: $T = x.into(); $rest Ok(()) }", "f$k($v).await?;"),
    lasting("fn impl into", "async fn f$k(x: impl Into<Option<$T>>) -> Result<()> { let Some($n) = x.into() else { return Ok(()) }; $rest Ok(()) }", "f$k($v).await?;"),
    lasting("fn impl iterator", "async fn f$k(x: impl IntoIterator<Item = $T>) -> Result<()> { for $n in x { $rest } Ok(()) }", "f$k([$v]).await?;"),
    lasting("fn impl fn", "async fn f$k(x: impl Fn() -> $T) -> Result<()> { let $n = x(); $rest Ok(()) }", "f$k(|| $v.clone()).await?;"),
    lasting("fn dyn fn", "async fn f$k(x: &dyn Fn() -> $T) -> Result<()> { let $n = x(); $rest Ok(()) }", "f$k(&|| $v.clone()).await?;"),
    with("fn mut", "async fn f$k(x: &mut Option<$T>) -> Result<()> { if let Some($n) = x.take() { $rest } Ok(()) }", "f$k(&mut Some($v)).await?;"),
    lasting("fn recursive", "fn f$k<'a>(n: i32, x: $T) -> std::pin::Pin<Box<dyn Future<Output = Result<()>> + 'a>> where $T: 'a { Box::pin(async move { if n > 0 { return f$k(n - 1, x).await; } let $n = x; $rest Ok(()) }) }", "f$k(2, $v).await?;"),
    lasting("drop spawns", "struct Dr$k { x: Option<$T>, done: Option<tokio::sync::oneshot::Sender<bool>> } impl Drop for Dr$k { fn drop(&mut self) { let (x, tell) = (self.x.take().unwrap(), self.done.take().unwrap()); tokio::spawn(async move { let r: Result<()> = async { let $n = x; $rest Ok(()) }.await; let _ = tell.send(r.is_ok()); }); } }", "let (tell, ended) = tokio::sync::oneshot::channel(); drop(Dr$k { x: Some($v), done: Some(tell) }); ended.await?;"),
    lasting("actor", "struct Ac$k { x: $T } impl Ac$k { async fn serve(self, mut left: u32) -> Result<()> { while left > 0 { self.handle().await?; left -= 1; } Ok(()) } async fn handle(&self) -> Result<()> { let $n = self.x.clone(); $rest Ok(()) } }", "Ac$k { x: $v }.serve(1).await?;"),
    lasting("pipeline", "trait Step$k { fn call(&self, x: $T) -> futures::future::BoxFuture<'static, Result<Option<$T>>>; } struct SA$k; impl Step$k for SA$k { fn call(&self, x: $T) -> futures::future::BoxFuture<'static, Result<Option<$T>>> { Box::pin(async move { Ok(Some(x)) }) } } async fn pipe$k(steps: &[Box<dyn Step$k>], x: $T) -> Result<()> { let mut now = Some(x); for step in steps { now = match now { Some(x) => step.call(x).await?, None => None }; } if let Some($n) = now { $rest } Ok(()) }", "pipe$k(&[Box::new(SA$k), Box::new(SA$k)], $v).await?;"),
    lasting("middleware stack", "trait Sv$k { async fn call(&self, x: $T) -> Result<()>; } struct Inner$k; impl Sv$k for Inner$k { async fn call(&self, $n: $T) -> Result<()> { $rest Ok(()) } } struct Log$k<S> { inner: S } impl<S: Sv$k> Sv$k for Log$k<S> { async fn call(&self, x: $T) -> Result<()> { self.inner.call(x).await } } struct Retry$k<S>(S, u32); impl<S: Sv$k> Sv$k for Retry$k<S> { async fn call(&self, x: $T) -> Result<()> { for _ in 1..self.1 { if self.0.call(x.clone()).await.is_ok() { return Ok(()); } } self.0.call(x).await } }", "Log$k { inner: Retry$k(Inner$k, 2) }.call($v).await?;"),
    lasting("strategy", "enum Stg$k { Now, Never } impl Stg$k { async fn run<F, U>(&self, f: F) -> Result<()> where F: FnOnce() -> U, U: Future<Output = Result<()>> { match self { Stg$k::Now => f().await, Stg$k::Never => Ok(()) } } }", "Stg$k::Never.run(|| async { done() }).await?; Stg$k::Now.run(|| async move { let $n = $v; $rest Ok(()) }).await?;"),
    lasting("generic repository", "trait Db$k { type Row; async fn each<F>(&self, f: F) -> Result<()> where F: AsyncFn(Self::Row) -> Result<()>; } struct Mem$k(Vec<$T>); impl Db$k for Mem$k { type Row = $T; async fn each<F>(&self, f: F) -> Result<()> where F: AsyncFn($T) -> Result<()> { for x in &self.0 { f(x.clone()).await?; } Ok(()) } }", "Mem$k(vec![$v]).each(async |$n| { $rest Ok(()) }).await?;"),
    lasting("async recursion", "async fn ar$k(n: u32, x: $T) -> Result<()> { if n > 0 { return Box::pin(ar$k(n - 1, x)).await; } let $n = x; $rest Ok(()) }", "ar$k(2, $v).await?;"),
    lasting("scoped context", "struct Cx$k { x: $T, depth: u32 } impl Cx$k { async fn within<R>(&mut self, f: impl AsyncFnOnce(&mut Cx$k) -> R) -> R { self.depth += 1; let r = f(self).await; self.depth -= 1; r } }", "let mut cx = Cx$k { x: $v, depth: 0 }; cx.within(async |cx| { let $n = cx.x.clone(); $rest done() }).await?;"),
    lasting("application", "#[derive(Clone)] struct App$k { inner: std::sync::Arc<Parts$k> } struct Parts$k { x: $T, y: $D } impl App$k { fn new(x: $T) -> App$k { App$k { inner: std::sync::Arc::new(Parts$k { x, y: $d }) } } fn x(&self) -> &$T { &self.inner.x } } async fn use$k(app: &App$k) -> Result<()> { let _ = app.inner.y; let $n = app.x().clone(); $rest Ok(()) }", "let app = App$k::new($v); let other = app.clone(); drop(app); use$k(&other).await?;"),
    lasting("global application", "struct Ga$k { x: $T } static GA$k: std::sync::OnceLock<Ga$k> = std::sync::OnceLock::new(); fn ga$k() -> &'static Ga$k { GA$k.get().expect(\"set\") } async fn gr$k() -> Result<()> { let $n = ga$k().x.clone(); $rest Ok(()) }", "let _ = GA$k.set(Ga$k { x: $v }); gr$k().await?;"),
    lasting("async once application", "struct Ga$k { x: $T } static GA$k: tokio::sync::OnceCell<Ga$k> = tokio::sync::OnceCell::const_new(); async fn gr$k() -> Result<()> { let $n = GA$k.get().unwrap().x.clone(); $rest Ok(()) }", "GA$k.get_or_init(async || Ga$k { x: $v }).await; gr$k().await?;"),
    lasting("higher ranked", "type Cb$k = for<'a> fn(&'a $T) -> std::pin::Pin<Box<dyn Future<Output = Result<()>> + 'a>>; fn cb$k<'a>(x: &'a $T) -> std::pin::Pin<Box<dyn Future<Output = Result<()>> + 'a>> { Box::pin(async move { let $n = x.clone(); $rest Ok(()) }) } async fn with$k(f: Cb$k, x: $T) -> Result<()> { f(&x).await }", "with$k(cb$k, $v).await?;"),
    lasting("macro of handlers", "macro_rules! on$k { ($($name:ident: |$x:ident| $body:block)*) => { $(async fn $name($x: $T) -> Result<()> { $body Ok(()) })* } } on$k! { ha$k: |$n| { $rest } hb$k: |_x| { } }", "hb$k($v.clone()).await?; ha$k($v).await?;"),
    plain("while let iterator", "let mut $k = vec![$v].into_iter(); while let Some($n) = $k.next() { $rest }"),
    plain("while let stream", "let mut $k = futures::stream::iter([$v]); while let Some($n) = futures::StreamExt::next(&mut $k).await { $rest }"),
    plain("labeled", "'out: loop { for $n in [$v] { $rest break 'out; } }"),
    plain("select two", "tokio::select! { biased; $n = async { $v } => { $rest } _ = std::future::pending::<()>() => {} }"),
    plain("join three", "let (r, (), ()): (Result<()>, _, _) = tokio::join!(async { let $n = $v; $rest Ok(()) }, async {}, tokio::task::yield_now()); r?;"),
    plain("match on await", "match async { Some($v) }.await { Some($n) if true => { $rest } Some(_) | None => {} }"),
    plain("if else", "if std::hint::black_box(false) { let _ = $d; } else { let $n = $v; $rest }"),
    plain("shadowed", "let $n = $d; let _ = $n; let $n = $v; { let $n = $n; $rest }"),
    plain("inline fn", "{ async fn inner<X, F, U>(x: X, f: F) -> Result<()> where F: FnOnce(X) -> U, U: Future<Output = Result<()>> { f(x).await } inner($v, |$n| async move { let $n = $n; $rest Ok(()) }).await?; }"),
    plain("inline struct", "{ struct In<X> { x: X } impl<X> In<X> { fn out(self) -> X { self.x } } let $n = In { x: $v }.out(); $rest }"),
    plain("later closure", "let f = |x| x; let $n = f($v); $rest"),
    lasting("spawn", "", "let r: Result<()> = tokio::spawn(async move { let $n = $v; $rest Ok(()) }).await?; r?;"),
    lasting("join set", "", "let mut set = tokio::task::JoinSet::new(); set.spawn(async move { let $n = $v; $rest done() }); while let Some(r) = set.join_next().await { r??; }"),
    lasting("spawned later", "", "let handles: Vec<_> = [$v].into_iter().map(|$n| tokio::spawn(async move { let $n = $n; $rest done() })).collect(); for handle in handles { handle.await??; }"),
    lasting("method", "#[derive(Clone)] pub struct M$k { x: $T } impl M$k { async fn run(&self) -> Result<()> { let $n = self.x.clone(); $rest Ok(()) } }", "M$k { x: $v }.run().await?;"),
    lasting("method self", "#[derive(Clone)] pub struct M$k { x: $T } impl M$k { fn new(x: $T) -> Self { Self { x } } async fn run(self) -> Result<()> { let Self { x: $n } = self; $rest Ok(()) } }", "M$k::new($v).run().await?;"),
    lasting("method arc", "pub struct M$k { x: $T, y: $D } impl M$k { async fn run(self: std::sync::Arc<Self>) -> Result<()> { let _ = self.y; let $n = self.x.clone(); $rest Ok(()) } }", "let m = std::sync::Arc::new(M$k { x: $v, y: $d }); let other = std::sync::Arc::clone(&m); drop(m); other.run().await?;"),
    lasting("method path", "pub struct M$k(i32); impl M$k { async fn run(&self, $n: $T) -> Result<()> { let _ = self.0; $rest Ok(()) } }", "M$k::run(&M$k(1), $v).await?;"),
    lasting("static service", "static M$k: std::sync::OnceLock<S$k> = std::sync::OnceLock::new(); struct S$k { x: $T } impl S$k { fn get() -> &'static S$k { M$k.get().unwrap() } async fn run(&self) -> Result<()> { let $n = self.x.clone(); $rest Ok(()) } }", "M$k.set(S$k { x: $v }).ok(); S$k::get().run().await?;"),
    lasting("trait", "trait R$k { async fn run(&self) -> Result<()>; } struct RA$k { x: $T } struct RB$k { x: $D } impl R$k for RA$k { async fn run(&self) -> Result<()> { let $n = self.x.clone(); $rest Ok(()) } } impl R$k for RB$k { async fn run(&self) -> Result<()> { let _ = self.x; Ok(()) } } async fn drive$k<R: R$k>(r: &R) -> Result<()> { r.run().await }", "drive$k(&RA$k { x: $v }).await?; drive$k(&RB$k { x: $d }).await?;"),
    lasting("trait dyn", "trait R$k: Send + Sync { fn run<'a>(&'a self) -> std::pin::Pin<Box<dyn Future<Output = Result<()>> + 'a>>; } struct RA$k { x: $T } impl R$k for RA$k { fn run<'a>(&'a self) -> std::pin::Pin<Box<dyn Future<Output = Result<()>> + 'a>> { Box::pin(async { let $n = self.x.clone(); $rest Ok(()) }) } }", "let all: Vec<Box<dyn R$k>> = vec![Box::new(RA$k { x: $v })]; for r in &all { r.run().await?; }"),
    lasting("trait field", "trait R$k { async fn run(&self) -> Result<()>; } struct RA$k { x: $T } impl R$k for RA$k { async fn run(&self) -> Result<()> { let $n = self.x.clone(); $rest Ok(()) } } struct Sv$k<R> { r: R } impl<R: R$k> Sv$k<R> { async fn serve(&self) -> Result<()> { self.r.run().await } }", "Sv$k { r: RA$k { x: $v } }.serve().await?;"),
    lasting("trait blanket", "trait R$k { fn it(&self) -> $T; } trait T$k { async fn all(&self) -> Result<()>; } impl<R: R$k> T$k for R { async fn all(&self) -> Result<()> { let $n = self.it(); $rest Ok(()) } } struct RA$k { x: $T } impl R$k for RA$k { fn it(&self) -> $T { self.x.clone() } }", "RA$k { x: $v }.all().await?;"),
    lasting("trait default", "trait R$k { fn it(&self) -> $T; async fn run(&self) -> Result<()> { let $n = self.it(); $rest Ok(()) } } struct RA$k { x: $T } impl R$k for RA$k { fn it(&self) -> $T { self.x.clone() } }", "RA$k { x: $v }.run().await?;"),
    lasting("trait on value", "trait R$k { async fn run(self) -> Result<()>; } impl R$k for $T { async fn run(self) -> Result<()> { let $n = self; $rest Ok(()) } }", "R$k::run($v).await?;"),
    lasting("trait closure", "trait R$k { fn go(&self, x: $T) -> std::pin::Pin<Box<dyn Future<Output = Result<()>>>>; } impl<F, U> R$k for F where F: Fn($T) -> U, U: Future<Output = Result<()>> + 'static { fn go(&self, x: $T) -> std::pin::Pin<Box<dyn Future<Output = Result<()>>>> { Box::pin(self(x)) } } fn erased$k(f: impl R$k + 'static) -> Box<dyn R$k> { Box::new(f) }", "erased$k(|$n: $T| async move { let $n = $n; $rest Ok(()) }).go($v).await?;"),
    lasting("fn table", "async fn a$k($n: $T) -> Result<()> { $rest Ok(()) } type J$k = fn($T) -> std::pin::Pin<Box<dyn Future<Output = Result<()>>>>; const ALL$k: &[(&str, J$k)] = &[(\"a\", |x| Box::pin(a$k(x)))];", "for (name, job) in ALL$k { if *name == \"a\" { job($v.clone()).await?; } }"),
    lasting("boxed closures", "", "let mut all: Vec<(&str, Box<dyn Fn() -> std::pin::Pin<Box<dyn Future<Output = Result<()>>>>>)> = Vec::new(); all.push((\"a\", Box::new(move || { let $n = $v.clone(); Box::pin(async move { let $n = $n; $rest Ok(()) }) }))); for (_, job) in &all { job().await?; }"),
    lasting("future impl", "struct W$k { inner: std::pin::Pin<Box<dyn Future<Output = Result<()>>>> } impl Future for W$k { type Output = Result<()>; fn poll(mut self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<Result<()>> { self.inner.as_mut().poll(cx) } }", "W$k { inner: Box::pin(async move { let $n = $v; $rest Ok(()) }) }.await?;"),
    lasting("into future", "struct W$k { x: $T } impl IntoFuture for W$k { type Output = Result<()>; type IntoFuture = std::pin::Pin<Box<dyn Future<Output = Result<()>>>>; fn into_future(self) -> Self::IntoFuture { Box::pin(async move { let $n = self.x; $rest Ok(()) }) } }", "W$k { x: $v }.await?;"),
    lasting("local set", "", "let set = tokio::task::LocalSet::new(); set.run_until(async move { let r: Result<()> = tokio::task::spawn_local(async move { let $n = $v; $rest Ok(()) }).await?; r }).await?;"),
    lasting("block on", "", "let r: Result<()> = std::thread::spawn(move || futures::executor::block_on(async move { let $n = $v; $rest Ok(()) })).join().unwrap(); r?;"),
    lasting("state", "enum Q$k { One($T), Two } impl Q$k { async fn step(self) -> Result<Option<Self>> { match self { Q$k::One($n) => { $rest Ok(Some(Q$k::Two)) } Q$k::Two => Ok(None) } } }", "let mut state = Some(Q$k::One($v)); while let Some(now) = state { state = now.step().await?; }"),
    lasting("generic type", "struct W$k<F>(F); impl<F, U> W$k<F> where F: Fn($T) -> U, U: Future<Output = Result<()>> { async fn run(&self, x: $T) -> Result<()> { (self.0)(x).await } }", "W$k(|$n: $T| async move { let $n = $n; $rest Ok(()) }).run($v).await?;"),
    lasting("two impls", "trait R$k<K> { async fn run(&self, x: $T) -> Result<()>; } struct RA$k; impl R$k<u8> for RA$k { async fn run(&self, $n: $T) -> Result<()> { $rest Ok(()) } } impl R$k<u16> for RA$k { async fn run(&self, _: $T) -> Result<()> { Ok(()) } }", "R$k::<u8>::run(&RA$k, $v).await?;"),
    lasting("session", "struct Z$k { x: Option<$T> } impl Z$k { async fn with<F, U>(&mut self, f: F) -> Result<()> where F: FnOnce($T) -> U, U: Future<Output = Result<()>> { if let Some(x) = self.x.take() { f(x).await?; } Ok(()) } }", "let mut z = Z$k { x: None }; z.x = Some($v); z.with(|$n| async move { let $n = $n; $rest Ok(()) }).await?;"),
];

/// What every module has beside.
pub(crate) const SHARED: &str = "
fn done() -> Result<()> { Ok(()) }
fn okay<X>(x: X) -> Result<X> { Ok(x) }
async fn run_with<X, F, U>(x: X, f: F) -> Result<()> where F: FnOnce(X) -> U, U: Future<Output = Result<()>> { f(x).await }
async fn retry<F, U>(mut f: F) -> Result<()> where F: FnMut() -> U, U: Future<Output = Result<()>> {
    match f().await { Ok(done) => Ok(done), Err(_) => f().await }
}
fn around<X, F, U>(f: F) -> impl FnOnce(X) -> std::pin::Pin<Box<dyn Future<Output = Result<()>>>>
where F: FnOnce(X) -> U + 'static, U: Future<Output = Result<()>> + 'static, X: 'static {
    |x| Box::pin(f(x))
}
";
