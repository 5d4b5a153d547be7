//! Values of types of the program around a handle or a text, and the ways in and out.

use crate::step::Wrap;

#[rustfmt::skip]
pub(crate) const OWN: &[Wrap] = &[
    Wrap {
        name: "struct",
        items: "#[derive(Clone)] pub struct S$i { a: $T, b: $D }
            impl S$i {
                fn new(a: $T) -> Self { Self { a, b: $d } }
                fn a(&self) -> $T { self.a.clone() }
                fn a_ref(&self) -> &$T { &self.a }
                fn a_mut(&mut self) -> &mut $T { &mut self.a }
                fn into_a(self) -> $T { self.a }
                fn b(&self) -> $D { self.b }
                fn parts(self) -> ($D, $T) { let Self { a, b } = self; (b, a) }
                fn with<R>(&self, f: impl FnOnce(&$T) -> R) -> R { f(&self.a) }
            }",
        makes: &[
            "let $n = S$i { a: $v, b: $d };",
            "let $n = S$i::new($v);",
            "let b = $d; let a = $v; let $n = S$i { b, a };",
            "let $n = [$v].map(S$i::new).into_iter().next().unwrap();",
            "let $k = |a| S$i { a, b: $d }; let $n = $k($v);",
            "let $n = S$i { b: $d, ..S$i::new($v) };",
        ],
        ty: "S$i",
        takes: &[
            "let $n = $v.a.clone();",
            "let S$i { a: $n, .. } = $v;",
            "let $n = $v.a();",
            "let $n = $v.into_a();",
            "let $n = $v.a_ref().clone();",
            "let $n = match $v { S$i { a, b: _ } => a };",
            "let $n = S$i::a(&$v);",
            "let [$n] = [$v].map(S$i::into_a);",
            "let $k = $v.b(); drop($k); let $n = $v.parts().1;",
            "let $n = $v.with(|x| x.clone());",
            "let $n = $v.with(Clone::clone);",
            "let mut $k = $v; let $n = $k.a_mut().clone();",
            "let S$i { ref a, b: _ } = $v; let $n = a.clone();",
            "let (_, $n) = $v.parts();",
            "let $k = &$v; let S$i { a, .. } = $k; let $n = a.clone();",
            "let $n = [&$v].iter().map(|s| s.a()).next().unwrap();",
        ],
        needs: "static",
    },
    Wrap {
        name: "newtype",
        items: "#[derive(Clone)] pub struct N$i($T);
            impl std::ops::Deref for N$i { type Target = $T; fn deref(&self) -> &$T { &self.0 } }
            impl std::ops::DerefMut for N$i { fn deref_mut(&mut self) -> &mut $T { &mut self.0 } }
            impl From<$T> for N$i { fn from(x: $T) -> Self { N$i(x) } }
            impl std::borrow::Borrow<$T> for N$i { fn borrow(&self) -> &$T { &self.0 } }",
        makes: &[
            "let $n = N$i($v);",
            "let $n = N$i::from($v);",
            "let $n: N$i = $v.into();",
            "let [$n] = [$v].map(N$i);",
            "let [$n] = [$v].map(N$i::from);",
            "let [$n] = [$v].map(Into::<N$i>::into);",
            "let $n = <N$i as From<$T>>::from($v);",
        ],
        ty: "N$i",
        takes: &[
            "let $n = $v.0.clone();",
            "let $n = (*$v).clone();",
            "let N$i($n) = $v;",
            "let $n = std::ops::Deref::deref(&$v).clone();",
            "let $n = std::borrow::Borrow::<$T>::borrow(&$v).clone();",
            "let N$i($k) = &$v; let $n = $k.clone();",
            "let mut $k = $v; let $n = std::ops::DerefMut::deref_mut(&mut $k).clone();",
            "let mut $k = $v; let $n = (*$k).clone();",
        ],
        needs: "static",
    },
    Wrap {
        name: "enum",
        items: "#[derive(Clone)] pub enum E$i { One($T), Two { b: $D }, Three }
            impl E$i {
                fn one(self) -> Option<$T> { match self { E$i::One(x) => Some(x), _ => None } }
                fn both(&self) -> (Option<&$T>, Option<&$D>) {
                    match self { Self::One(x) => (Some(x), None), Self::Two { b } => (None, Some(b)), Self::Three => (None, None) }
                }
            }",
        makes: &[
            "let $n = E$i::One($v);",
            "let $k = E$i::Two { b: $d }; drop($k); let $n = E$i::One($v);",
            "use E$i::*; let $n = One($v);",
            "let [$n] = [$v].map(E$i::One);",
        ],
        ty: "E$i",
        takes: &[
            "let $n = match $v { E$i::One(x) => x, E$i::Two { .. } | E$i::Three => return Ok(()) };",
            "let E$i::One($n) = $v else { return Ok(()) };",
            "let $n = if let E$i::One(x) = &$v { x.clone() } else { return Ok(()) };",
            "let $n = $v.one().unwrap();",
            "let (Some($k), None) = $v.both() else { return Ok(()) }; let $n = $k.clone();",
            "let $n = match &$v { E$i::Two { b } => { let _ = b; return Ok(()) } E$i::One(x) => x.clone(), E$i::Three => return Ok(()) };",
        ],
        needs: "static",
    },
    Wrap {
        name: "generic",
        items: "#[derive(Clone)] pub struct G$i<A, B = i32> { a: A, b: B }
            impl<A: Clone, B> G$i<A, B> {
                fn new(a: A, b: B) -> Self { G$i { a, b } }
                fn a(&self) -> A { self.a.clone() }
                fn map<C>(self, f: impl FnOnce(A) -> C) -> G$i<C, B> { G$i { a: f(self.a), b: self.b } }
                fn turn(self) -> G$i<B, A> { G$i { a: self.b, b: self.a } }
                fn b_ref(&self) -> &B { &self.b }
            }",
        makes: &[
            "let $n = G$i { a: $v, b: $d };",
            "let $n = G$i::new($v, $d);",
            "let $n = G$i::new($d, $v).turn();",
            "let $n = G$i::new(1, $d).map(|_| $v);",
            "let $n = G$i { b: 1, a: $v }.turn().map(|_| $d).turn();",
        ],
        ty: "G$i<$T, $D>",
        takes: &[
            "let $n = $v.a();",
            "let $n = $v.a.clone();",
            "let $n = $v.turn().b;",
            "let $n = $v.turn().b_ref().clone();",
            "let $n = $v.map(|x| (x, 1)).a().0;",
            "let G$i { a: $n, b: _ } = $v;",
            "let $n = G$i::a(&$v);",
        ],
        needs: "",
    },
    Wrap {
        name: "trait object",
        items: "pub trait D$i: Send + Sync {
                fn get(&self) -> $T;
                fn twice(&self) -> ($T, $T) { (self.get(), self.get()) }
                fn boxed(self: Box<Self>) -> $T { self.get() }
            }
            pub struct DA$i { x: $T }
            impl D$i for DA$i { fn get(&self) -> $T { self.x.clone() } }
            pub struct DB$i { x: $D, y: $T }
            impl D$i for DB$i { fn get(&self) -> $T { let _ = self.x; self.y.clone() } }
            fn via$i(x: &dyn D$i) -> $T { x.get() }
            fn of$i<X: D$i + ?Sized>(x: &X) -> $T { x.get() }",
        makes: &[
            "let $n: std::sync::Arc<dyn D$i> = std::sync::Arc::new(DA$i { x: $v });",
            "let $n = std::sync::Arc::new(DB$i { x: $d, y: $v }) as std::sync::Arc<dyn D$i>;",
            "let $n: std::sync::Arc<dyn D$i> = if true { std::sync::Arc::new(DA$i { x: $v }) } else { std::sync::Arc::new(DB$i { x: $d, y: $v }) };",
        ],
        ty: "std::sync::Arc<dyn D$i>",
        takes: &[
            "let $n = $v.get();",
            "let $n = D$i::get(&*$v);",
            "let $n = via$i(&*$v);",
            "let $n = of$i(&*$v);",
            "let $n = $v.twice().1;",
            "let $n = [&$v].into_iter().map(|x| x.get()).next().unwrap();",
            "let $n = <dyn D$i>::get($v.as_ref());",
        ],
        needs: "static",
    },
    Wrap {
        name: "lifetime",
        items: "#[derive(Clone)] pub struct L$i<'a> { x: &'a $T, y: $D }
            impl<'a> L$i<'a> { fn x(&self) -> &'a $T { self.x } fn own(self) -> $T { self.x.clone() } }",
        makes: &["let $n = L$i { x: &$v, y: $d };"],
        ty: "L$i<'_>",
        takes: &[
            "let $n = $v.x.clone();",
            "let $n = $v.x().clone();",
            "let $n = $v.own();",
            "let L$i { x, y: _ } = $v; let $n = x.clone();",
        ],
        needs: "static",
    },
    Wrap {
        name: "iterator",
        items: "#[derive(Clone)] pub struct I$i { x: Option<$T>, y: $D }
            impl Iterator for I$i { type Item = $T; fn next(&mut self) -> Option<$T> { self.x.take() } }",
        makes: &["let $n = I$i { x: Some($v), y: $d };", "let mut $n = I$i { x: None, y: $d }; $n.x = Some($v);"],
        ty: "I$i",
        takes: &[
            "let mut $k = $v; let $n = $k.next().unwrap();",
            "let $n = $v.map(|x| x).next().unwrap();",
            "let $n = $v.last().unwrap();",
            "let $n = $v.collect::<Vec<_>>().remove(0);",
            "let mut $k = None; for x in $v { $k = Some(x); } let $n = $k.unwrap();",
            "let mut $k = $v; let $n = $k.by_ref().filter(|_| true).next().unwrap();",
            "let $n = vec![$v].into_iter().flatten().next().unwrap();",
            "let $n = $v.fold(None, |_, x| Some(x)).unwrap();",
            "let $n = std::iter::empty().chain($v).next().unwrap();",
        ],
        needs: "static",
    },
    Wrap {
        name: "into iterator",
        items: "#[derive(Clone)] pub struct J$i { x: $T }
            impl IntoIterator for J$i { type Item = $T; type IntoIter = std::option::IntoIter<$T>; fn into_iter(self) -> Self::IntoIter { Some(self.x).into_iter() } }
            impl FromIterator<$T> for J$i { fn from_iter<I: IntoIterator<Item = $T>>(iter: I) -> Self { J$i { x: iter.into_iter().next().unwrap() } } }",
        makes: &["let $n = J$i { x: $v };", "let $n = std::iter::once($v).collect::<J$i>();", "let $n: J$i = [$v].into_iter().collect();", "let $n = J$i::from_iter([$v]);"],
        ty: "J$i",
        takes: &[
            "let $n = $v.into_iter().next().unwrap();",
            "let mut $k = None; for x in $v { $k = Some(x); } let $n = $k.unwrap();",
            "let mut $k = Vec::new(); $k.extend($v); let $n = $k.remove(0);",
            "let $n = [$v].into_iter().flatten().next().unwrap();",
            "let $n = (0..1).zip($v).next().unwrap().1;",
        ],
        needs: "static",
    },
    Wrap {
        name: "future",
        items: "#[derive(Clone)] pub struct F$i { x: $T, y: $D }
            impl Future for F$i {
                type Output = $T;
                fn poll(self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<$T> { std::task::Poll::Ready(self.x.clone()) }
            }",
        makes: &["let $n = F$i { x: $v, y: $d };"],
        ty: "F$i",
        takes: &[
            "let $n = $v.await;",
            "let ($n, _) = tokio::join!($v, async {});",
            "let $n = async move { $v.await }.await;",
            "let $n = Box::pin($v).await;",
            "let $n = tokio::time::timeout(std::time::Duration::from_secs(9), $v).await?;",
            "let $n = tokio::select! { x = $v => x };",
            "let $n = futures::future::join_all([$v]).await.remove(0);",
            "let mut $k = std::pin::pin!($v); let $n = $k.as_mut().await;",
        ],
        needs: "static",
    },
    Wrap {
        name: "operators",
        items: "#[derive(Clone)] pub struct O$i { x: $T, y: $D }
            impl std::ops::Add<i32> for O$i { type Output = $T; fn add(self, _: i32) -> $T { self.x } }
            impl std::ops::Not for O$i { type Output = $T; fn not(self) -> $T { self.x } }
            impl std::ops::Sub<O$i> for i32 { type Output = $T; fn sub(self, o: O$i) -> $T { o.x } }
            impl std::ops::Index<usize> for O$i { type Output = $T; fn index(&self, _: usize) -> &$T { &self.x } }
            impl std::ops::IndexMut<usize> for O$i { fn index_mut(&mut self, _: usize) -> &mut $T { &mut self.x } }
            impl std::ops::AddAssign<$T> for O$i { fn add_assign(&mut self, x: $T) { self.x = x; } }",
        makes: &["let $n = O$i { x: $v, y: $d };"],
        ty: "O$i",
        takes: &[
            "let $n = $v + 1;",
            "let $n = !$v;",
            "let $n = 1 - $v;",
            "let $n = $v[0].clone();",
            "let $k = &$v[0]; let $n = $k.clone();",
            "let mut $k = $v; let x = $k.x.clone(); $k += x; let $n = $k.x;",
        ],
        needs: "static",
    },
    Wrap {
        name: "function pointer",
        items: "static P$i: std::sync::OnceLock<$T> = std::sync::OnceLock::new();
            fn p$i() -> $T { P$i.get().unwrap().clone() }",
        makes: &["P$i.set($v).ok(); let $n: fn() -> $T = p$i;", "let _ = P$i.get_or_init(|| $v); let $n = p$i as fn() -> $T;"],
        ty: "fn() -> $T",
        takes: &["let $n = $v();", "let [$n] = [$v].map(|f| f());", "let $n = call(&$v);", "let $n = None.unwrap_or_else($v);"],
        needs: "static",
    },
    Wrap {
        name: "trait with associated type",
        items: "pub trait A$i { type Held; const OTHER: $D; fn held(self) -> Self::Held; }
            #[derive(Clone)] pub struct AA$i { x: $T }
            impl A$i for AA$i { type Held = $T; const OTHER: $D = $d; fn held(self) -> $T { self.x } }
            fn held$i<X: A$i>(x: X) -> X::Held { x.held() }",
        makes: &["let $n = AA$i { x: $v };"],
        ty: "AA$i",
        takes: &["let $n = $v.held();", "let $n = held$i($v);", "let $n = <AA$i as A$i>::held($v);", "let $k = AA$i::OTHER; drop($k); let $n = $v.held();"],
        needs: "static",
    },
    Wrap {
        name: "builder",
        items: "#[derive(Clone, Default)] pub struct B$i { a: Option<$T>, b: Option<$D> }
            impl B$i {
                fn a(mut self, a: $T) -> Self { self.a = Some(a); self }
                fn b(mut self, b: $D) -> Self { self.b.replace(b); self }
                fn set_a(&mut self, a: $T) -> &mut Self { self.a = Some(a); self }
                fn build(self) -> std::result::Result<($T, $D), String> { Ok((self.a.ok_or(\"a\")?, self.b.ok_or(\"b\")?)) }
            }",
        makes: &[
            "let $n = B$i::default().a($v).b($d);",
            "let mut $n = B$i::default(); $n.set_a($v).b = Some($d);",
            "let mut $n = B$i { b: Some($d), ..Default::default() }; $n.set_a($v);",
            "let $n = { let mut x = B$i::default(); x.set_a($v); x = x.b($d); x };",
        ],
        ty: "B$i",
        takes: &["let $n = $v.build()?.0;", "let ($n, _) = $v.build().unwrap();", "let $n = $v.a.unwrap();"],
        needs: "static",
    },
];
