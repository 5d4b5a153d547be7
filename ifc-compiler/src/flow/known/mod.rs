//! What is known of code outside the program, as data: the roles of types, the methods of
//! wrappers, free functions. What is not in these tables is treated as able to do anything with
//! what it is given.

mod containers;
mod functions;
mod methods;
mod sequences;
mod types;

use ifc_catalog::resources;

use super::ty::Wrap;
use crate::symbol::{FastMap, Symbol};

pub(super) use types::TypeRole;

/// What a call gives and does, in terms of its receiver and arguments.
#[derive(Debug)]
pub(super) enum Shape {
    /// The receiver.
    Recv,
    /// A content of the receiver, by slot.
    In(usize),
    /// An argument, the receiver not counted.
    Arg(usize),
    /// What calling an argument with these gives.
    Call(usize, &'static [Shape]),
    /// What calling the first argument makes: of the type that is asked for.
    Made,
    /// What a collection, option or iterator contains.
    Content(&'static Shape),
    /// What awaiting gives.
    Await(&'static Shape),
    /// What `?` gives.
    Try(&'static Shape),
    /// `Option`.
    Opt(&'static Shape),
    /// `Result`.
    Res(&'static Shape, &'static Shape),
    /// A collection or iterator.
    Seq(&'static Shape),
    /// A map.
    Map(&'static Shape, &'static Shape),
    /// A future.
    Fut(&'static Shape),
    /// A cell.
    Cell(&'static Shape),
    /// A cell that is filled once.
    Once(&'static Shape),
    /// A lock of the standard library.
    Lock(&'static Shape),
    /// The collections in the receiver as one, or its texts.
    Joined,
    /// A tuple of one.
    Single(&'static Shape),
    /// A pair.
    Pair(&'static Shape, &'static Shape),
    /// A component of a pair.
    Part(usize, &'static Shape),
    /// Any of these.
    Any(&'static [Shape]),
    /// All are evaluated, the last counts.
    Then(&'static [Shape]),
    /// A number, a truth value.
    Plain,
    /// A text.
    Text,
    /// `()`.
    Unit,
    /// Nothing yet.
    Empty,
    /// What is left of the first argument when it was taken: of a text, one without letters.
    Emptied,
}

/// A method of a wrapper.
#[derive(Debug)]
pub(super) struct Method {
    wrap: Wrap,
    names: &'static [&'static str],
    /// What it gives.
    pub(super) out: Shape,
    /// What it puts into the receiver, by slot.
    pub(super) stores: &'static [(usize, Shape)],
}

/// A function outside the program.
#[derive(Debug)]
pub(super) struct Function {
    names: &'static [&'static str],
    /// What it gives.
    pub(super) out: Shape,
    /// What it puts into places that it is lent, by argument.
    pub(super) stores: &'static [(usize, Shape)],
}

/// The tables, by name.
pub(super) struct Known {
    pub(super) self_: Symbol,
    pub(super) next: Symbol,
    pub(super) deref: Symbol,
    pub(super) deref_mut: Symbol,
    pub(super) index: Symbol,
    pub(super) index_mut: Symbol,
    /// Methods that own futures and own iterators are run by.
    pub(super) awaiting: [Symbol; 2],
    pub(super) iterating: [Symbol; 3],
    pub(super) from: Symbol,
    pub(super) try_from: Symbol,
    pub(super) from_iter: Symbol,
    pub(super) default: Symbol,
    pub(super) drop: Symbol,
    pub(super) yield_: Symbol,
    pub(super) then: Symbol,
    pub(super) then_some: Symbol,
    /// Stands for a type that code cannot tell apart from any other.
    pub(super) opaque: Symbol,
    methods: FastMap<(Wrap, Symbol), &'static Method>,
    functions: FastMap<&'static str, &'static Function>,
    by_path: FastMap<Symbol, Option<&'static Function>>,
    roles: FastMap<Symbol, TypeRole>,
    identity: FastMap<Symbol, ()>,
    inert: FastMap<Symbol, ()>,
    open: FastMap<Symbol, ()>,
}

impl Known {
    pub(super) fn new() -> Self {
        let set = |names: &[&str]| names.iter().map(|name| (Symbol::new(name), ())).collect();
        let mut known = Known {
            self_: Symbol::new("Self"),
            next: Symbol::new("next"),
            deref: Symbol::new("deref"),
            deref_mut: Symbol::new("deref_mut"),
            index: Symbol::new("index"),
            index_mut: Symbol::new("index_mut"),
            awaiting: ["into_future", "poll"].map(Symbol::new),
            iterating: ["next", "poll_next", "into_iter"].map(Symbol::new),
            from: Symbol::new("from"),
            try_from: Symbol::new("try_from"),
            from_iter: Symbol::new("from_iter"),
            default: Symbol::new("default"),
            drop: Symbol::new("Drop"),
            yield_: Symbol::new("yield"),
            then: Symbol::new("then"),
            then_some: Symbol::new("then_some"),
            opaque: Symbol::new("_"),
            methods: FastMap::default(),
            functions: FastMap::default(),
            by_path: FastMap::default(),
            roles: FastMap::default(),
            identity: set(methods::IDENTITY),
            inert: set(methods::INERT),
            open: set(methods::OPEN),
        };
        for method in methods::METHODS
            .iter()
            .chain(sequences::SEQ)
            .chain(containers::REST)
        {
            for name in method.names {
                known
                    .methods
                    .insert((method.wrap, Symbol::new(name)), method);
            }
        }
        for function in functions::FUNCTIONS {
            for name in function.names {
                known.functions.insert(name, function);
            }
        }
        known
    }

    /// A wrapper's method.
    pub(super) fn method(&self, wrap: Wrap, name: Symbol) -> Option<&'static Method> {
        self.methods.get(&(wrap, name)).copied()
    }

    /// Whether all wrappers that have such a method keep nothing of what it is given.
    pub(super) fn keeps_nothing(&self, name: Symbol) -> bool {
        let wraps = [
            Wrap::Option,
            Wrap::Result,
            Wrap::Seq,
            Wrap::Map,
            Wrap::Cell,
            Wrap::Once,
            Wrap::Lock,
            Wrap::Future,
        ];
        let mut found = wraps
            .iter()
            .filter_map(|&wrap| self.method(wrap, name))
            .peekable();
        found.peek().is_some() && found.all(|method| method.stores.is_empty())
    }

    /// A function by its path: `tokio::spawn`, `std::sync::Mutex::new`.
    pub(super) fn function(&mut self, path: Symbol) -> Option<&'static Function> {
        if let Some(&known) = self.by_path.get(&path) {
            return known;
        }
        let text = path.as_str();
        let name = last(text);
        let parent = last(
            text.strip_suffix(name)
                .and_then(|t| t.strip_suffix("::"))
                .unwrap_or(""),
        );
        let pair = format!("{parent}::{name}");
        let found = (self.functions.get(text))
            .or_else(|| self.functions.get(pair.as_str()))
            .or_else(|| {
                // What belongs to a type is something else than the function of that name.
                let is_free = !parent.starts_with(char::is_uppercase);
                is_free.then(|| self.functions.get(name)).flatten()
            })
            .copied();
        self.by_path.insert(path, found);
        found
    }

    /// What a type from outside is, by its path.
    pub(super) fn type_role(&mut self, path: Symbol) -> TypeRole {
        if let Some(&role) = self.roles.get(&path) {
            return role;
        }
        let role = types::role(path.as_str());
        self.roles.insert(path, role);
        role
    }

    /// Methods that give their receiver back, whatever it is.
    pub(super) fn is_identity(&self, method: Symbol) -> bool {
        self.identity.contains_key(&method)
    }

    /// Methods that are harmless unless they keep what they are given: comparisons, operators,
    /// formatting.
    pub(super) fn is_inert(&self, method: Symbol) -> bool {
        self.inert.contains_key(&method)
    }

    /// Methods that give a place inside their receiver, so that writing there changes it.
    pub(super) fn lends(&self, method: Symbol) -> bool {
        methods::LENDING.contains(&method.as_str())
    }

    /// Methods that compare their receiver with what they are given.
    pub(super) fn compares(&self, method: Symbol) -> bool {
        methods::COMPARING.contains(&method.as_str())
    }

    /// Methods of iterators and streams.
    pub(super) fn is_iterator_method(&self, method: Symbol) -> bool {
        self.methods.contains_key(&(Wrap::Seq, method))
    }

    /// Whether a type is of a crate that sends requests: its `get` and `body` make one.
    pub(super) fn sends_requests(&self, path: Symbol) -> bool {
        let krate = path.as_str().split("::").next().unwrap_or_default();
        ["isahc", "reqwest", "reqwest_middleware", "surf", "ureq"].contains(&krate)
    }

    /// Whether a type is of a crate whose types hold nothing of the program's, unless their
    /// parameters say so: requests, headers, events.
    pub(super) fn describes_events(&self, path: Symbol) -> bool {
        let krate = path.as_str().split("::").next().unwrap_or_default();
        ["aws_lambda_events", "axum", "http", "hyper", "lambda_http"].contains(&krate)
    }

    /// Methods whose result is of the type that their caller asks for.
    pub(super) fn is_open(&self, method: Symbol) -> bool {
        self.open.contains_key(&method)
    }
}

/// The type of the end of a channel that takes values, by the function that makes both ends. What
/// comes out at the other is not known.
pub(super) fn sender(function: &str) -> Option<String> {
    let (module, name) = function.rsplit_once("::")?;
    let makes = [
        "bounded",
        "channel",
        "sync_channel",
        "unbounded",
        "unbounded_channel",
    ];
    let modules = [
        "async_channel",
        "broadcast",
        "crossbeam_channel",
        "flume",
        "mpsc",
        "oneshot",
    ];
    let is_channel = makes.contains(&name) && modules.contains(&last(module));
    is_channel.then(|| format!("{module}::Sender"))
}

/// Whether a list's parameter is the array that it has room for: `SmallVec<[T; 4]>`.
pub(super) fn is_of_array(path: &str) -> bool {
    matches!(last(path), "ArrayVec" | "SmallVec" | "TinyVec")
}

/// The last segment of a path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// The position in the catalog of a handle type of the runtime.
fn handle_kind(name: &str) -> Option<u8> {
    let at = resources::KINDS
        .iter()
        .position(|kind| kind.handle == name)?;
    u8::try_from(at).ok()
}
