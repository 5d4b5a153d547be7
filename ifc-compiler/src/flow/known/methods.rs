//! Methods of wrappers outside the program.

use super::super::ty::Wrap;
use super::Method;
use super::Shape::{self, *};

pub(super) const fn m(wrap: Wrap, names: &'static [&'static str], out: Shape) -> Method {
    Method {
        wrap,
        names,
        out,
        stores: &[],
    }
}

pub(super) const fn s(
    wrap: Wrap,
    names: &'static [&'static str],
    out: Shape,
    stores: &'static [(usize, Shape)],
) -> Method {
    Method {
        wrap,
        names,
        out,
        stores,
    }
}

/// Methods that give back what they are called on, as far as the analysis tells values apart.
pub(super) const IDENTITY: &[&str] = &[
    "as_deref",
    "as_deref_mut",
    "as_mut",
    "as_ref",
    "borrow",
    "borrow_mut",
    "by_ref",
    "clone",
    "cloned",
    "copied",
    "deref",
    "deref_mut",
    "into_boxed_slice",
    "into_future",
    "into_inner",
    "into_owned",
    "leak",
    "upgrade",
    "to_owned",
    "boxed",
    "boxed_local",
    "downgrade",
    "instrument",
    "in_current_span",
    "as_slice",
    "as_mut_slice",
    "get_mut",
    "into_arc",
    "unwrap",
    "expect",
    "await",
    "lock",
    "read",
    "write",
    "get_ref",
    "in_scope",
    "as_any",
    "downcast_ref",
    "downcast",
    "downcast_mut",
    "load",
    "load_full",
    "with_context",
    "context",
    "wrap_err",
    "into_box",
    "into_ref",
    "as_box",
    "as_pin_mut",
    "fuse",
    "shared",
];

/// Methods that do nothing with what they are given beyond looking at it.
pub(super) const INERT: &[&str] = &[
    "add",
    "add_assign",
    "bitand",
    "bitor",
    "cmp",
    "div",
    "eq",
    "fmt",
    "ge",
    "gt",
    "hash",
    "le",
    "lt",
    "mul",
    "ne",
    "neg",
    "not",
    "partial_cmp",
    "rem",
    "shl",
    "shr",
    "sub",
    "sub_assign",
    "type_id",
    "to_string",
];

/// Methods whose result type is chosen by the caller, not by the receiver.
pub(super) const OPEN: &[&str] = &[
    "collect",
    "convert",
    "decode",
    "deserialize",
    "extract",
    "from_ref",
    "get",
    "into",
    "json",
    "parse",
    "product",
    "read",
    "sum",
    "try_from",
    "try_get",
    "try_into",
    "unwrap_or_default",
    "body",
    "extension",
    "state",
];

/// Methods that lend a place inside their receiver.
pub(super) const LENDING: &[&str] = &[
    "back_mut",
    "entry",
    "first_mut",
    "front_mut",
    "get_mut",
    "get_or_insert",
    "get_or_insert_with",
    "iter",
    "iter_mut",
    "into_iter",
    "last_mut",
    "or_default",
    "or_insert",
    "or_insert_with",
    "values_mut",
    "get",
    "get_or_init",
    "next",
    "enumerate",
    "try_lock",
    "blocking_lock",
    "peek_mut",
];

pub(super) const SLOT: Shape = In(0);

pub(super) static METHODS: &[Method] = &[
    // Option.
    m(
        Wrap::Option,
        &[
            "unwrap",
            "expect",
            "unwrap_or_default",
            "unwrap_unchecked",
            "flatten",
        ],
        SLOT,
    ),
    m(Wrap::Option, &["unwrap_or"], Any(&[In(0), Arg(0)])),
    m(
        Wrap::Option,
        &["unwrap_or_else"],
        Any(&[In(0), Call(0, &[])]),
    ),
    m(Wrap::Option, &["map"], Opt(&Call(0, &[In(0)]))),
    m(Wrap::Option, &["and_then"], Call(0, &[In(0)])),
    m(Wrap::Option, &["map_or"], Any(&[Arg(0), Call(1, &[In(0)])])),
    m(
        Wrap::Option,
        &["map_or_else"],
        Any(&[Call(0, &[]), Call(1, &[In(0)])]),
    ),
    m(Wrap::Option, &["ok_or", "context"], Res(&In(0), &Arg(0))),
    m(
        Wrap::Option,
        &["ok_or_else", "with_context"],
        Res(&In(0), &Call(0, &[])),
    ),
    m(
        Wrap::Option,
        &["filter", "inspect", "take_if"],
        Then(&[Call(0, &[In(0)]), Recv]),
    ),
    m(Wrap::Option, &["or", "xor"], Any(&[Recv, Arg(0)])),
    m(Wrap::Option, &["or_else"], Any(&[Recv, Call(0, &[])])),
    m(Wrap::Option, &["and"], Arg(0)),
    m(
        Wrap::Option,
        &["unzip"],
        Pair(&Opt(&Part(0, &In(0))), &Opt(&Part(1, &In(0)))),
    ),
    m(
        Wrap::Option,
        &["zip"],
        Opt(&Pair(&In(0), &Content(&Arg(0)))),
    ),
    m(
        Wrap::Option,
        &[
            "take",
            "as_ref",
            "as_mut",
            "as_deref",
            "as_deref_mut",
            "cloned",
            "copied",
            "clone",
            "as_pin_mut",
        ],
        Recv,
    ),
    m(
        Wrap::Option,
        &["iter", "iter_mut", "into_iter", "as_slice", "as_mut_slice"],
        Seq(&In(0)),
    ),
    m(
        Wrap::Option,
        &["is_some_and", "is_none_or"],
        Then(&[Call(0, &[In(0)]), Plain]),
    ),
    m(
        Wrap::Option,
        &["is_some", "is_none", "is_ready", "is_pending"],
        Plain,
    ),
    s(
        Wrap::Option,
        &["insert", "get_or_insert"],
        Any(&[In(0), Arg(0)]),
        &[(0, Arg(0))],
    ),
    s(Wrap::Option, &["replace"], Recv, &[(0, Arg(0))]),
    s(
        Wrap::Option,
        &["get_or_insert_with"],
        Any(&[In(0), Call(0, &[])]),
        &[(0, Call(0, &[]))],
    ),
    // Result.
    m(
        Wrap::Result,
        &[
            "unwrap",
            "expect",
            "unwrap_or_default",
            "into_ok",
            "flatten",
        ],
        SLOT,
    ),
    m(
        Wrap::Result,
        &["unwrap_err", "expect_err", "into_err"],
        In(1),
    ),
    m(Wrap::Result, &["ok", "continue_value"], Opt(&In(0))),
    m(Wrap::Result, &["err", "break_value"], Opt(&In(1))),
    m(Wrap::Result, &["map"], Res(&Call(0, &[In(0)]), &In(1))),
    m(Wrap::Result, &["map_err"], Res(&In(0), &Call(0, &[In(1)]))),
    m(
        Wrap::Result,
        &["and_then"],
        Any(&[Call(0, &[In(0)]), Res(&Empty, &In(1))]),
    ),
    m(
        Wrap::Result,
        &["or_else"],
        Any(&[Call(0, &[In(1)]), Res(&In(0), &Empty)]),
    ),
    m(Wrap::Result, &["unwrap_or"], Any(&[In(0), Arg(0)])),
    m(
        Wrap::Result,
        &["unwrap_or_else"],
        Any(&[In(0), Call(0, &[In(1)])]),
    ),
    m(Wrap::Result, &["map_or"], Any(&[Arg(0), Call(1, &[In(0)])])),
    m(
        Wrap::Result,
        &["map_or_else"],
        Any(&[Call(0, &[In(1)]), Call(1, &[In(0)])]),
    ),
    m(
        Wrap::Result,
        &["inspect", "is_ok_and"],
        Then(&[Call(0, &[In(0)]), Recv]),
    ),
    m(
        Wrap::Result,
        &["inspect_err", "is_err_and"],
        Then(&[Call(0, &[In(1)]), Recv]),
    ),
    m(
        Wrap::Result,
        &[
            "context", "wrap_err", "as_ref", "as_mut", "as_deref", "cloned", "copied", "clone",
        ],
        Recv,
    ),
    m(
        Wrap::Result,
        &["with_context", "wrap_err_with"],
        Then(&[Call(0, &[]), Recv]),
    ),
    m(Wrap::Result, &["iter", "into_iter"], Seq(&In(0))),
    m(
        Wrap::Result,
        &["is_ok", "is_err", "is_break", "is_continue"],
        Plain,
    ),
    m(Wrap::Result, &["or"], Any(&[Recv, Arg(0)])),
    m(Wrap::Result, &["and"], Arg(0)),
    m(
        Wrap::Result,
        &["transpose"],
        Opt(&Res(&Content(&In(0)), &In(1))),
    ),
    m(
        Wrap::Option,
        &["transpose"],
        Res(&Opt(&Try(&In(0))), &Plain),
    ),
];
