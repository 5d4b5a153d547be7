//! Types outside the program by role.

use super::super::sdk;
use super::super::ty::Wrap;
use crate::symbol::Symbol;

/// What a type is to the analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::flow) enum TypeRole {
    /// A handle, by position of its kind in the catalog.
    Handle(u8),
    /// It is what it points to.
    Pointer,
    /// A tuple of the one value in it.
    Single,
    /// A text.
    Text,
    /// A well-known wrapper.
    Wrap(Wrap),
    /// A client or a request's builder of the AWS SDK, by the path that names it everywhere.
    Sdk(Symbol),
    /// Anything else.
    Other,
}

const POINTERS: &[&str] = &[
    // A thread-local is what it holds; `with` gives the content of the cell inside.
    "LocalKey",
    // A lazy value has no methods but those of what it holds.
    "Lazy",
    "LazyCell",
    "LazyLock",
    "SyncLazy",
    "Arc",
    "ArcRwLockReadGuard",
    "AssertUnwindSafe",
    "Box",
    "Cow",
    "Guard",
    "ManuallyDrop",
    "MappedMutexGuard",
    "MutexGuard",
    "NonNull",
    "OwnedMutexGuard",
    "OwnedRwLockReadGuard",
    "OwnedRwLockWriteGuard",
    "Pin",
    "Rc",
    "Ref",
    "RefMut",
    "RwLockReadGuard",
    "RwLockWriteGuard",
    "ScopeGuard",
    "Wrapping",
];

const CELLS: &[&str] = &[
    "ArcSwap",
    "ArcSwapOption",
    "AsyncOnce",
    "Cell",
    "Mutex",
    "RefCell",
    "RwLock",
    "UnsafeCell",
];

const SEQS: &[&str] = &[
    "ArrayVec",
    "BTreeSet",
    "BinaryHeap",
    "BoxStream",
    "DashSet",
    "Drain",
    "Enumerate",
    "FuturesOrdered",
    "FuturesUnordered",
    "HashSet",
    "IndexSet",
    "IntoIter",
    "Iter",
    "IterMut",
    "JoinSet",
    "LinkedList",
    "LocalBoxStream",
    "Peekable",
    "Range",
    "RangeFrom",
    "RangeFull",
    "RangeInclusive",
    "RangeTo",
    "RangeToInclusive",
    "SmallVec",
    "ThinVec",
    "Vec",
    "VecDeque",
    "Weak",
];

const MAPS: &[&str] = &[
    "BTreeMap",
    "DashMap",
    "FxHashMap",
    "HashMap",
    "IndexMap",
    "LruCache",
];

const FUTURES: &[&str] = &[
    "BoxFuture",
    "JoinHandle",
    "LocalBoxFuture",
    "Ready",
    "ScopedJoinHandle",
];

const TEXTS: &[&str] = &["String", "SmolStr", "CompactString", "ByteString"];

pub(super) fn role(path: &str) -> TypeRole {
    let name = super::last(path);
    if path.starts_with("ifc_runtime::") {
        return match super::handle_kind(name) {
            Some(kind) => TypeRole::Handle(kind),
            None if name == "Result" => TypeRole::Wrap(Wrap::Result),
            None => TypeRole::Other,
        };
    }
    if let Some(path) = sdk::canonical(path) {
        return TypeRole::Sdk(Symbol::new(&path));
    }
    match name {
        "Option" | "Poll" => TypeRole::Wrap(Wrap::Option),
        "Result" => TypeRole::Wrap(Wrap::Result),
        _ if TEXTS.contains(&name) => TypeRole::Text,
        // A URL is the text that it was made of, apart from what it means the same by.
        "Url"
            if ["url::", "reqwest::"]
                .iter()
                .any(|krate| path.starts_with(krate)) =>
        {
            TypeRole::Text
        }
        "Reverse" => TypeRole::Single,
        _ if POINTERS.contains(&name) => TypeRole::Pointer,
        "AsyncOnceCell" | "OnceBox" | "OnceCell" | "OnceLock" => TypeRole::Wrap(Wrap::Once),
        "Mutex" | "RwLock" if path.starts_with("std::") => TypeRole::Wrap(Wrap::Lock),
        _ if CELLS.contains(&name) => TypeRole::Wrap(Wrap::Cell),
        _ if SEQS.contains(&name) => TypeRole::Wrap(Wrap::Seq),
        _ if MAPS.contains(&name) => TypeRole::Wrap(Wrap::Map),
        _ if FUTURES.contains(&name) => TypeRole::Wrap(Wrap::Future),
        _ => TypeRole::Other,
    }
}
