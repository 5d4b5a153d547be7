//! What handles do, and the ways to do it.

use crate::step::{Carry, plain, with};

/// A kind of resource: its type, and its operations.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) ty: &'static str,
    pub(crate) operations: &'static [&'static str],
}

pub(crate) const KINDS: &[Kind] = &[
    Kind {
        name: "TABLE",
        ty: "Table<Row>",
        operations: &[
            "get(\"k\")",
            "put(&Row { id: \"k\".to_owned() })",
            "delete(\"k\")",
            "scan().all()",
        ],
    },
    Kind {
        name: "QUEUE",
        ty: "Queue<u32>",
        operations: &["send(&1)", "depth()"],
    },
    Kind {
        name: "BUCKET",
        ty: "Bucket",
        operations: &["put(\"k\", \"x\")", "delete(\"k\")", "list(\"p\").all()"],
    },
    Kind {
        name: "TOPIC",
        ty: "Topic<u32>",
        operations: &["publish(&1)"],
    },
];

/// Resources of each kind.
pub(crate) const EACH: usize = 5;

/// `$v` is a handle, `$L` its type, `$o` the operation.
#[rustfmt::skip]
pub(crate) const DONE: &[Carry] = &[
    plain("await", "$v.$o.await?;"),
    plain("ignored", "let _ = $v.$o.await;"),
    plain("ok", "$v.$o.await.ok();"),
    plain("dropped", "drop($v.$o.await);"),
    plain("if let", "if let Err(error) = $v.$o.await { return Err(error.into()); }"),
    plain("match", "match $v.$o.await { Ok(_) => {} Err(error) => return Err(error.into()) }"),
    plain("map_err", "$v.$o.await.map_err(|error| error.to_string())?;"),
    plain("deref", "(*$v).$o.await?;"),
    plain("boxed", "Box::pin(async { $v.$o.await }).await?;"),
    plain("join", "tokio::join!(async { $v.$o.await }, async {}).0?;"),
    plain("try_join", "tokio::try_join!(async { $v.$o.await }, async { Ok(()) })?;"),
    plain("timeout", "tokio::time::timeout(std::time::Duration::from_secs(60), async { $v.$o.await }).await??;"),
    plain("spawn", "tokio::spawn(async move { $v.$o.await.map(drop) }).await??;"),
    plain("closure", "let $k = async |x: &'static $L| x.$o.await; $k($v).await?;"),
    plain("closure captures", "let $k = || async { $v.$o.await }; $k().await?;"),
    plain("retried", "let $k = async || $v.$o.await; if $k().await.is_err() { $k().await?; }"),
    plain("rebound", "let $k: &$L = $v; $k.$o.await?;"),
    plain("select", "tokio::select! { r = async { $v.$o.await } => { r?; } }"),
    plain("select arm", "tokio::select! { _ = std::future::ready(1) => { $v.$o.await?; } }"),
    plain("in condition", "if $v.$o.await.is_ok() {}"),
    plain("in argument", "std::hint::black_box($v.$o.await?);"),
    plain("in format", "let _ = format!(\"{}\", $v.$o.await.is_ok());"),
    plain("in macro", "assert!($v.$o.await.is_ok());"),
    plain("in vec", "let _ = vec![$v.$o.await?];"),
    plain("in matches", "let _ = matches!($v.$o.await, Ok(_));"),
    plain("in tuple", "let _ = (1, $v.$o.await?, 2);"),
    plain("in struct", "struct Holds(bool); let _ = Holds($v.$o.await.is_ok()).0;"),
    plain("in operator", "let _ = 1 + i32::from($v.$o.await.is_ok());"),
    plain("in and", "let _ = true && $v.$o.await.is_ok();"),
    plain("in index", "let _ = [1, 2][usize::from($v.$o.await.is_ok())];"),
    plain("in range", "for _ in 0..i32::from($v.$o.await.is_ok()) {}"),
    plain("in while", "let mut again = true; while again && $v.$o.await.is_ok() { again = false; }"),
    plain("in let else", "let Ok(_) = $v.$o.await else { return Ok(()) };"),
    plain("in return", "if std::hint::black_box(true) { let r: Result<()> = async { return $v.$o.await.map(drop).map_err(Into::into); }.await; r?; }"),
    plain("in break", "loop { break $v.$o.await?; };"),
    plain("in guard", "let $k = $v.$o.await.is_ok(); match 1 { 1 if $k => {} _ => {} }"),
    with("fn", "async fn op$k(x: &$L) -> Result<()> { x.$o.await?; Ok(()) }", "op$k($v).await?;"),
    with("fn static", "async fn op$k(x: &'static $L) -> Result<()> { let y = x; y.$o.await?; Ok(()) }", "op$k($v).await?;"),
    with("fn future", "fn op$k<'a>(x: &'a $L) -> impl Future<Output = bool> + 'a { async move { x.$o.await.is_ok() } }", "op$k($v).await;"),
    with("extension", "trait Op$k { async fn run$k(&self) -> Result<()>; } impl Op$k for $L { async fn run$k(&self) -> Result<()> { self.$o.await?; Ok(()) } }", "$v.run$k().await?;"),
    with("extension path", "trait Op$k { async fn run$k(&self) -> Result<()>; } impl Op$k for $L { async fn run$k(&self) -> Result<()> { self.$o.await?; Ok(()) } }", "Op$k::run$k($v).await?; let _ = <$L as Op$k>::run$k($v).await;"),
    with("extension generic", "trait Op$k { async fn run$k(&self) -> Result<()>; } impl Op$k for $L { async fn run$k(&self) -> Result<()> { self.$o.await?; Ok(()) } } async fn g$k<X: Op$k>(x: &X) -> Result<()> { x.run$k().await }", "g$k($v).await?;"),
    with("extension of reference", "trait Op$k { async fn run$k(self) -> Result<()>; } impl Op$k for &'static $L { async fn run$k(self) -> Result<()> { self.$o.await?; Ok(()) } }", "$v.run$k().await?;"),
    with("extension dyn", "trait Op$k: Sync { fn run$k(&self) -> std::pin::Pin<Box<dyn Future<Output = Result<()>> + '_>>; } impl Op$k for $L { fn run$k(&self) -> std::pin::Pin<Box<dyn Future<Output = Result<()>> + '_>> { Box::pin(async { self.$o.await?; Ok(()) }) } }", "let $k: &dyn Op$k = $v; $k.run$k().await?;"),
    with("repository", "struct Repo$k<'a> { inner: &'a $L } impl Repo$k<'_> { async fn go(&self) -> Result<()> { self.inner.$o.await?; Ok(()) } }", "Repo$k { inner: $v }.go().await?;"),
    with("repository deref", "struct Repo$k(&'static $L); impl std::ops::Deref for Repo$k { type Target = $L; fn deref(&self) -> &$L { self.0 } }", "let $k = Repo$k($v); $k.$o.await?;"),
    with("wrapper of same name", "struct Repo$k(&'static $L); impl Repo$k { async fn get(&self, x: bool) -> Result<bool> { if x { self.0.$o.await?; } Ok(x) } }", "Repo$k($v).get(true).await?;"),
    with("stream", "", "use futures::StreamExt as _; futures::stream::once(async { $v.$o.await }).for_each(|r| async move { drop(r); }).await;"),
    with("macro", "macro_rules! do$k { ($h:expr) => { $h.$o.await? } }", "do$k!($v);"),
    with("macro method", "macro_rules! do$k { ($h:ident . $($call:tt)*) => { $h . $($call)* .await? } }", "do$k!($v.$o);"),
];
