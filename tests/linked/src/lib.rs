//! A crate that the analysis does not read: `some_crate` of the fixture `same_names`, whose methods are
//! named like those of a trait of the fixture.

use std::collections::BTreeMap;
use std::marker::PhantomData;

/// A value of a kind that the analysis does not know.
pub trait Made {
    /// Makes it.
    fn made() -> Self;
}

/// Makes a value.
pub fn value<T: Made>() -> T {
    T::made()
}

/// A map of texts that is also a list of bytes.
pub struct Value(BTreeMap<String, u8>);

impl Made for Value {
    fn made() -> Self {
        Value(BTreeMap::new())
    }
}

impl Value {
    /// The texts.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// The bytes.
    #[expect(clippy::should_implement_trait, reason = "it is only a method here")]
    pub fn into_iter(self) -> impl Iterator<Item = u8> {
        self.0.into_values()
    }

    /// What comes next.
    pub fn next(self) -> Next {
        Next
    }
}

/// Several values.
pub struct Many<T>(PhantomData<T>);

impl<T> Made for Many<T> {
    fn made() -> Self {
        Many(PhantomData)
    }
}

impl<T> Many<T> {
    /// What comes next.
    pub fn next(self) -> Next {
        Next
    }
}

/// What comes next.
pub struct Next;

impl Next {
    /// Does nothing.
    pub async fn collect(self) {}

    /// Does nothing.
    pub async fn map<T>(self) {}

    /// Does nothing.
    pub async fn gather(self) {}
}
