//! Functions outside the program, by name or by type and name. Crates of the ecosystem re-export
//! each other's functions under many paths, so the crate is not asked for.

use super::Function;
use super::Shape::{self, *};

const fn f(names: &'static [&'static str], out: Shape) -> Function {
    lends(names, out, &[])
}

const fn lends(
    names: &'static [&'static str],
    out: Shape,
    stores: &'static [(usize, Shape)],
) -> Function {
    Function { names, out, stores }
}

pub(super) static FUNCTIONS: &[Function] = &[
    // Constructors of wrappers.
    f(&["Option::Some", "Poll::Ready"], Opt(&Arg(0))),
    f(&["Option::None", "Poll::Pending"], Opt(&Empty)),
    f(
        &["Result::Ok", "ControlFlow::Continue"],
        Res(&Arg(0), &Empty),
    ),
    f(&["Result::Err", "ControlFlow::Break"], Res(&Empty, &Arg(0))),
    f(
        &[
            "Box::new",
            "Arc::new",
            "Rc::new",
            "Pin::new",
            "Box::pin",
            "Arc::pin",
            "Rc::pin",
            "Cow::Borrowed",
            "Cow::Owned",
            "Reverse",
            "Wrapping",
            "AssertUnwindSafe",
            "ManuallyDrop::new",
            "Box::leak",
            "Box::from",
            "Arc::from",
            "Rc::from",
            "Cow::from",
            "Arc::clone",
            "Rc::clone",
            "Clone::clone",
            "dyn_clone::clone",
            "dyn_clone::clone_box",
            "Arc::downgrade",
            "Rc::downgrade",
            "Arc::unwrap_or_clone",
            "Arc::make_mut",
            "Arc::get_mut",
            "Box::into_inner",
            "Pin::as_mut",
            "Pin::get_mut",
            "Pin::into_inner",
            "PoisonError::into_inner",
            "ManuallyDrop::new",
            "ManuallyDrop::into_inner",
            "ManuallyDrop::take",
            "PoisonError::get_mut",
            "PoisonError::get_ref",
            "identity",
            "black_box",
            "ToOwned::to_owned",
            "Borrow::borrow",
            "AsRef::as_ref",
            "Deref::deref",
            "DerefMut::deref_mut",
            "ptr::from_ref",
            "slice::from_ref",
            "Bytes::from",
            "Wrapping::new",
            "SyncUnsafeCell::new",
            "Arc::as_ref",
            "Box::as_ref",
            "IntoFuture::into_future",
            "LazyLock::force",
            "LazyCell::force",
            "Lazy::force",
        ],
        Arg(0),
    ),
    f(
        &["Arc::try_unwrap", "Rc::try_unwrap"],
        Res(&Arg(0), &Arg(0)),
    ),
    f(&["Arc::into_inner", "Rc::into_inner"], Opt(&Arg(0))),
    lends(&["mem::take"], Arg(0), &[(0, Emptied)]),
    lends(&["mem::replace"], Arg(0), &[(0, Arg(1))]),
    lends(&["mem::swap"], Unit, &[(0, Arg(1)), (1, Arg(0))]),
    f(
        &[
            "Mutex::new",
            "RwLock::new",
            "RefCell::new",
            "Cell::new",
            "UnsafeCell::new",
            "ArcSwap::new",
            "ArcSwap::from_pointee",
            "ArcSwap::from",
            "Mutex::const_new",
            "RwLock::const_new",
        ],
        Cell(&Arg(0)),
    ),
    f(
        &[
            "std::sync::Mutex::new",
            "std::sync::Mutex::from",
            "std::sync::RwLock::new",
            "std::sync::RwLock::from",
        ],
        Lock(&Arg(0)),
    ),
    f(
        &[
            "LazyLock::new",
            "LazyCell::new",
            "Lazy::new",
            "SyncLazy::new",
        ],
        Made,
    ),
    f(&["AsyncOnce::new"], Cell(&Await(&Arg(0)))),
    f(
        &[
            "OnceCell::from",
            "OnceLock::from",
            "OnceCell::new_with",
            "OnceCell::with_value",
            "OnceCell::const_new_with",
        ],
        Once(&Arg(0)),
    ),
    f(
        &[
            "OnceLock::new",
            "OnceCell::new",
            "OnceBox::new",
            "OnceCell::const_new",
            "AsyncOnceCell::new",
            "OnceCell::default",
            "OnceLock::default",
        ],
        Once(&Empty),
    ),
    f(
        &[
            "ArcSwapOption::empty",
            "ArcSwapOption::const_empty",
            "Mutex::default",
            "RwLock::default",
            "RefCell::default",
            "Cell::default",
        ],
        Cell(&Empty),
    ),
    f(
        &["std::sync::Mutex::default", "std::sync::RwLock::default"],
        Lock(&Empty),
    ),
    f(
        &[
            "Vec::new",
            "Vec::with_capacity",
            "VecDeque::new",
            "VecDeque::with_capacity",
            "HashSet::new",
            "HashSet::with_capacity",
            "BTreeSet::new",
            "BinaryHeap::new",
            "LinkedList::new",
            "IndexSet::new",
            "SmallVec::new",
            "FuturesUnordered::new",
            "FuturesOrdered::new",
            "JoinSet::new",
            "iter::empty",
            "stream::empty",
            "Weak::new",
            "Vec::default",
            "DashSet::new",
        ],
        Seq(&Empty),
    ),
    f(
        &[
            "Vec::from",
            "VecDeque::from",
            "HashSet::from",
            "BTreeSet::from",
            "BinaryHeap::from",
            "Vec::from_iter",
            "HashSet::from_iter",
            "BTreeSet::from_iter",
            "VecDeque::from_iter",
            "FuturesUnordered::from_iter",
            "FromIterator::from_iter",
            "stream::iter",
            "StreamExt::from",
            "IntoIterator::into_iter",
            "LinkedList::from",
        ],
        Seq(&Content(&Arg(0))),
    ),
    f(
        &[
            "HashMap::new",
            "HashMap::with_capacity",
            "BTreeMap::new",
            "IndexMap::new",
            "DashMap::new",
            "FxHashMap::default",
            "HashMap::default",
            "BTreeMap::default",
            "LruCache::new",
        ],
        Map(&Empty, &Empty),
    ),
    f(
        &[
            "HashMap::from",
            "BTreeMap::from",
            "IndexMap::from",
            "HashMap::from_iter",
            "BTreeMap::from_iter",
        ],
        Map(&Part(0, &Content(&Arg(0))), &Part(1, &Content(&Arg(0)))),
    ),
    // Iterators and streams.
    f(
        &[
            "iter::once",
            "stream::once",
            "iter::repeat",
            "stream::repeat",
            "iter::repeat_n",
        ],
        Seq(&Await(&Arg(0))),
    ),
    f(
        &["iter::from_fn", "stream::poll_fn"],
        Seq(&Content(&Call(0, &[]))),
    ),
    f(
        &["iter::repeat_with", "iter::once_with"],
        Seq(&Call(0, &[])),
    ),
    f(
        &["iter::successors"],
        Seq(&Any(&[
            Content(&Arg(0)),
            Content(&Call(1, &[Content(&Arg(0))])),
        ])),
    ),
    f(
        &["iter::zip", "stream::zip"],
        Seq(&Pair(&Content(&Arg(0)), &Content(&Arg(1)))),
    ),
    f(&["array::from_fn"], Seq(&Call(0, &[Plain]))),
    f(
        &["stream::unfold", "stream::try_unfold"],
        Seq(&Part(
            0,
            &Content(&Await(&Call(
                1,
                &[Any(&[
                    Arg(0),
                    Part(1, &Content(&Await(&Call(1, &[Arg(0)])))),
                ])],
            ))),
        )),
    ),
    // Futures and tasks.
    f(
        &[
            "join_all",
            "try_join_all",
            "future::join_all",
            "JoinAll",
            "select_all",
            "select_ok",
        ],
        Fut(&Seq(&Await(&Content(&Arg(0))))),
    ),
    f(
        &[
            "future::ready",
            "future::ok",
            "future::err",
            "future::Ready",
        ],
        Fut(&Arg(0)),
    ),
    f(
        &["future::join", "future::select", "future::try_join"],
        Fut(&Pair(&Await(&Arg(0)), &Await(&Arg(1)))),
    ),
    f(
        &["future::poll_fn", "future::lazy"],
        Fut(&Content(&Call(0, &[]))),
    ),
    f(
        &[
            "tokio::spawn",
            "task::spawn",
            "task::spawn_local",
            "spawn_local",
            "Handle::spawn",
            "async_std::spawn",
            "smol::spawn",
        ],
        Fut(&Res(&Await(&Arg(0)), &Plain)),
    ),
    f(
        &["task::spawn_blocking", "spawn_blocking", "thread::spawn"],
        Fut(&Res(&Call(0, &[]), &Plain)),
    ),
    f(
        &["block_in_place", "catch_unwind", "panic::catch_unwind"],
        Call(0, &[]),
    ),
    f(
        &[
            "block_on",
            "unconstrained",
            "Box::into_pin",
            "pin",
            "FutureExt::boxed",
        ],
        Arg(0),
    ),
    f(
        &["time::timeout", "timeout", "timeout_at", "time::timeout_at"],
        Fut(&Res(&Await(&Arg(1)), &Plain)),
    ),
    // Texts.
    f(&["Url::parse", "Url::from_str"], Res(&Arg(0), &Plain)),
    f(
        &[
            "String::from",
            "str::to_owned",
            "str::to_string",
            "ToString::to_string",
            "String::from_str",
        ],
        Arg(0),
    ),
    f(
        &[
            "String::new",
            "String::with_capacity",
            "String::from_utf8",
            "String::from_utf8_lossy",
        ],
        Text,
    ),
    // What does nothing to what it gets.
    f(
        &[
            "mem::drop",
            "mem::forget",
            "ptr::eq",
            "Arc::ptr_eq",
            "mem::size_of_val",
            "any::type_name_of_val",
        ],
        Unit,
    ),
];
