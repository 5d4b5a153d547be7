//! A function as something to invoke: its handler is lowered as a function already.

use crate::lower::{Identity, Lowering};

pub(super) fn identity(lowering: &Lowering<'_>, index: usize) -> Option<Identity> {
    lowering.handler_identity(index)
}

pub(super) fn lower(_: &mut Lowering<'_>, _: usize) {}
