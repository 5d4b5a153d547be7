//! Update expressions.

use super::path::Path;
use crate::error::ApiError;
use crate::table::value::{Attribute, Item};

/// The clauses of an update.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Update {
    pub(crate) set: Vec<(Path, Term)>,
    pub(crate) remove: Vec<Path>,
    pub(crate) add: Vec<(Path, Attribute)>,
    pub(crate) delete: Vec<(Path, Attribute)>,
}

/// What an attribute is set to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    Path(Path),
    Value(Attribute),
    Plus(Box<Term>, Box<Term>),
    Minus(Box<Term>, Box<Term>),
    IfNotExists(Path, Box<Term>),
    ListAppend(Box<Term>, Box<Term>),
}

impl Update {
    /// All paths that it changes.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        let set = self.set.iter().map(|(path, _)| path);
        let add = self.add.iter().map(|(path, _)| path);
        let delete = self.delete.iter().map(|(path, _)| path);
        set.chain(&self.remove).chain(add).chain(delete)
    }

    /// The item after the update; every right side sees the item before it.
    pub(crate) fn apply(&self, before: &Item) -> Result<Item, ApiError> {
        let mut item = before.clone();
        for (path, term) in &self.set {
            let value = term.value(before)?;
            if !path.set(&mut item, value) {
                return Err(ApiError::validation(
                    "The document path provided in the update expression is invalid for update",
                ));
            }
        }
        // From the last element to the first, so that indexes stay those of the item before.
        let mut remove: Vec<&Path> = self.remove.iter().collect();
        remove.sort();
        for path in remove.into_iter().rev() {
            path.remove(&mut item);
        }
        for (path, value) in &self.add {
            let sum = match path.get(before) {
                Some(there) => add(there, value)?,
                None => value.clone(),
            };
            path.set(&mut item, sum);
        }
        for (path, value) in &self.delete {
            if let Some(there) = path.get(before) {
                match delete(there, value)? {
                    Some(rest) => {
                        path.set(&mut item, rest);
                    }
                    None => path.remove(&mut item),
                }
            }
        }
        Ok(item)
    }
}

impl Term {
    fn value(&self, item: &Item) -> Result<Attribute, ApiError> {
        match self {
            Term::Value(value) => Ok(value.clone()),
            Term::Path(path) => path.get(item).cloned().ok_or_else(|| {
                ApiError::validation(
                    "The provided expression refers to an attribute that does not exist in the item",
                )
            }),
            Term::Plus(a, b) => match (a.value(item)?, b.value(item)?) {
                (Attribute::N(a), Attribute::N(b)) => Ok(Attribute::N(a.plus(&b)?)),
                _ => Err(wrong_type()),
            },
            Term::Minus(a, b) => match (a.value(item)?, b.value(item)?) {
                (Attribute::N(a), Attribute::N(b)) => Ok(Attribute::N(a.minus(&b)?)),
                _ => Err(wrong_type()),
            },
            Term::IfNotExists(path, other) => match path.get(item) {
                Some(value) => Ok(value.clone()),
                None => other.value(item),
            },
            Term::ListAppend(a, b) => match (a.value(item)?, b.value(item)?) {
                (Attribute::L(mut a), Attribute::L(b)) => {
                    a.extend(b);
                    Ok(Attribute::L(a))
                }
                _ => Err(wrong_type()),
            },
        }
    }
}

fn wrong_type() -> ApiError {
    ApiError::validation("An operand in the update expression has an incorrect data type")
}

fn add(there: &Attribute, value: &Attribute) -> Result<Attribute, ApiError> {
    fn union<T: Ord + Clone>(a: &[T], b: &[T]) -> Vec<T> {
        let mut all: Vec<T> = a.iter().chain(b).cloned().collect();
        all.sort();
        all.dedup();
        all
    }
    match (there, value) {
        (Attribute::N(a), Attribute::N(b)) => Ok(Attribute::N(a.plus(b)?)),
        (Attribute::Ss(a), Attribute::Ss(b)) => Ok(Attribute::Ss(union(a, b))),
        (Attribute::Ns(a), Attribute::Ns(b)) => Ok(Attribute::Ns(union(a, b))),
        (Attribute::Bs(a), Attribute::Bs(b)) => Ok(Attribute::Bs(union(a, b))),
        _ => Err(wrong_type()),
    }
}

/// What is left of a set; None for nothing.
fn delete(there: &Attribute, value: &Attribute) -> Result<Option<Attribute>, ApiError> {
    fn rest<T: PartialEq + Clone>(a: &[T], b: &[T]) -> Vec<T> {
        a.iter().filter(|one| !b.contains(one)).cloned().collect()
    }
    let left = match (there, value) {
        (Attribute::Ss(a), Attribute::Ss(b)) => Attribute::Ss(rest(a, b)),
        (Attribute::Ns(a), Attribute::Ns(b)) => Attribute::Ns(rest(a, b)),
        (Attribute::Bs(a), Attribute::Bs(b)) => Attribute::Bs(rest(a, b)),
        _ => return Err(wrong_type()),
    };
    let is_empty = match &left {
        Attribute::Ss(set) => set.is_empty(),
        Attribute::Ns(set) => set.is_empty(),
        Attribute::Bs(set) => set.is_empty(),
        _ => false,
    };
    Ok((!is_empty).then_some(left))
}
