//! Methods of maps, cells, locks and futures.

use super::super::ty::Wrap;
use super::Method;
use super::Shape::*;
use super::methods::{SLOT, m, s};

pub(super) static REST: &[Method] = &[
    // Maps and their entries.
    m(
        Wrap::Map,
        &[
            "get",
            "get_mut",
            "remove",
            "pop",
            "swap_remove",
            "shift_remove",
            "peek",
        ],
        Opt(&In(1)),
    ),
    m(
        Wrap::Map,
        &[
            "get_key_value",
            "remove_entry",
            "first_key_value",
            "last_key_value",
            "pop_first",
            "pop_last",
        ],
        Opt(&Pair(&In(0), &In(1))),
    ),
    m(
        Wrap::Map,
        &[
            "iter",
            "into_iter",
            "iter_mut",
            "drain",
            "range",
            "extract_if",
        ],
        Seq(&Pair(&In(0), &In(1))),
    ),
    m(Wrap::Map, &["keys", "into_keys"], Seq(&In(0))),
    m(
        Wrap::Map,
        &["values", "values_mut", "into_values"],
        Seq(&In(1)),
    ),
    m(
        Wrap::Map,
        &["clone", "as_ref", "as_mut", "entry", "to_owned"],
        Recv,
    ),
    m(
        Wrap::Map,
        &["contains_key", "len", "is_empty", "capacity"],
        Plain,
    ),
    m(Wrap::Map, &["clear", "shrink_to_fit", "reserve"], Unit),
    m(
        Wrap::Map,
        &["retain"],
        Then(&[Call(0, &[In(0), In(1)]), Unit]),
    ),
    m(Wrap::Map, &["index", "or_default"], In(1)),
    s(
        Wrap::Map,
        &["insert", "try_insert", "insert_full"],
        Opt(&In(1)),
        &[(0, Arg(0)), (1, Arg(1))],
    ),
    s(
        Wrap::Map,
        &["or_insert"],
        Any(&[In(1), Arg(0)]),
        &[(1, Arg(0))],
    ),
    s(
        Wrap::Map,
        &["or_insert_with"],
        Any(&[In(1), Call(0, &[])]),
        &[(1, Call(0, &[]))],
    ),
    s(
        Wrap::Map,
        &["or_insert_with_key"],
        Any(&[In(1), Call(0, &[In(0)])]),
        &[(1, Call(0, &[In(0)]))],
    ),
    m(Wrap::Map, &["and_modify"], Then(&[Call(0, &[In(1)]), Recv])),
    s(
        Wrap::Map,
        &["extend", "append"],
        Unit,
        &[
            (0, Part(0, &Content(&Arg(0)))),
            (1, Part(1, &Content(&Arg(0)))),
        ],
    ),
    // Cells and locks.
    m(
        Wrap::Cell,
        &[
            "lock",
            "read",
            "write",
            "borrow",
            "borrow_mut",
            "get_mut",
            "into_inner",
            "load",
            "load_full",
            "try_lock",
            "try_read",
            "try_write",
            "blocking_lock",
            "blocking_read",
            "blocking_write",
            "lock_owned",
            "as_ref",
            "deref",
            "read_owned",
            "write_owned",
            "force",
            "lock_arc",
        ],
        SLOT,
    ),
    m(Wrap::Cell, &["get"], Opt(&In(0))),
    m(Wrap::Cell, &["take"], Any(&[In(0), Opt(&In(0))])),
    m(Wrap::Cell, &["clone"], Recv),
    m(
        Wrap::Cell,
        &["with", "with_borrow", "with_borrow_mut", "update"],
        Call(0, &[In(0)]),
    ),
    s(
        Wrap::Cell,
        &["set", "store", "init"],
        Res(&Unit, &Arg(0)),
        &[(0, Arg(0))],
    ),
    s(Wrap::Cell, &["replace", "swap"], In(0), &[(0, Arg(0))]),
    s(
        Wrap::Cell,
        &["get_or_init", "get_or_insert_with"],
        Any(&[In(0), Await(&Call(0, &[]))]),
        &[(0, Await(&Call(0, &[])))],
    ),
    s(
        Wrap::Cell,
        &["get_or_try_init"],
        Res(&Any(&[In(0), Try(&Await(&Call(0, &[])))]), &Plain),
        &[(0, Try(&Await(&Call(0, &[]))))],
    ),
    // Futures.
    m(
        Wrap::Future,
        &[
            "boxed",
            "boxed_local",
            "fuse",
            "shared",
            "into_future",
            "instrument",
            "in_current_span",
            "as_mut",
            "clone",
            "catch_unwind",
            "with_subscriber",
        ],
        Recv,
    ),
    m(Wrap::Future, &["then"], Fut(&Await(&Call(0, &[In(0)])))),
    m(Wrap::Future, &["map"], Fut(&Call(0, &[In(0)]))),
    m(
        Wrap::Future,
        &["map_ok"],
        Fut(&Res(&Call(0, &[Try(&In(0))]), &Plain)),
    ),
    m(
        Wrap::Future,
        &["and_then"],
        Fut(&Await(&Call(0, &[Try(&In(0))]))),
    ),
    m(
        Wrap::Future,
        &["map_err", "or_else"],
        Then(&[Call(0, &[Plain]), Recv]),
    ),
    m(
        Wrap::Future,
        &["inspect", "inspect_ok"],
        Then(&[Call(0, &[In(0)]), Recv]),
    ),
    m(
        Wrap::Future,
        &["abort", "abort_handle", "is_finished"],
        Plain,
    ),
    m(Wrap::Future, &["poll", "now_or_never"], Opt(&In(0))),
    m(Wrap::Future, &["join"], Res(&In(0), &Plain)),
];
