//! The Queue handle.

use std::marker::PhantomData;

use super::declared::Declared;

/// A queue.
pub struct Queue<T, O = super::Standard> {
    declared: Declared,
    payload: PhantomData<fn() -> (T, O)>,
}

impl<T, O> Queue<T, O> {
    /// The initialiser of a static with `#[resource]`.
    #[allow(clippy::new_without_default, reason = "resources are statics")]
    pub const fn new() -> Self {
        Self {
            declared: Declared::unnamed(),
            payload: PhantomData,
        }
    }

    #[doc(hidden)]
    pub const fn __declared(self, name: &'static str) -> Self {
        std::mem::forget(self);
        Self {
            declared: Declared::named(name),
            payload: PhantomData,
        }
    }

    /// The physical name.
    pub fn name(&self) -> &'static str {
        self.declared.physical_or_panic()
    }
}
