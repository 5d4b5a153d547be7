//! Conditions and filters.

use std::cmp::Ordering;

use super::path::Path;
use crate::table::value::{Attribute, Item, Number};

/// A condition on an item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
    Compare(Operand, Comparison, Operand),
    Between(Operand, Operand, Operand),
    In(Operand, Vec<Operand>),
    Exists(Path),
    NotExists(Path),
    HasType(Path, Operand),
    BeginsWith(Operand, Operand),
    Contains(Operand, Operand),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// Something that has a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    Path(Path),
    Value(Attribute),
    Size(Path),
}

impl Operand {
    fn value(&self, item: &Item) -> Option<Attribute> {
        match self {
            Operand::Path(path) => path.get(item).cloned(),
            Operand::Value(value) => Some(value.clone()),
            Operand::Size(path) => {
                let size = match path.get(item)? {
                    Attribute::S(text) => text.chars().count(),
                    Attribute::B(bytes) => bytes.len(),
                    Attribute::M(map) => map.len(),
                    Attribute::L(list) => list.len(),
                    Attribute::Ss(set) => set.len(),
                    Attribute::Ns(set) => set.len(),
                    Attribute::Bs(set) => set.len(),
                    Attribute::N(_) | Attribute::Bool(_) | Attribute::Null => return None,
                };
                Some(Attribute::N(Number::of(size)))
            }
        }
    }
}

impl Comparison {
    /// Values of different types are only ever unequal.
    pub(crate) fn holds(self, a: &Attribute, b: &Attribute) -> bool {
        match self {
            Comparison::Equal => a == b,
            Comparison::NotEqual => a != b,
            _ => a.order(b).is_some_and(|order| match self {
                Comparison::Less => order == Ordering::Less,
                Comparison::AtMost => order != Ordering::Greater,
                Comparison::Greater => order == Ordering::Greater,
                _ => order != Ordering::Less,
            }),
        }
    }
}

impl Condition {
    /// Whether an item satisfies it. What is not there satisfies nothing but `<>` and
    /// `attribute_not_exists`.
    pub(crate) fn holds(&self, item: &Item) -> bool {
        let both = |a: &Operand, b: &Operand| Some((a.value(item)?, b.value(item)?));
        match self {
            Condition::And(a, b) => a.holds(item) && b.holds(item),
            Condition::Or(a, b) => a.holds(item) || b.holds(item),
            Condition::Not(inner) => !inner.holds(item),
            Condition::Compare(a, comparison, b) => match (a.value(item), b.value(item)) {
                (Some(a), Some(b)) => comparison.holds(&a, &b),
                (None, None) => false,
                _ => *comparison == Comparison::NotEqual,
            },
            Condition::Between(value, low, high) => {
                both(value, low).is_some_and(|(a, b)| Comparison::AtLeast.holds(&a, &b))
                    && both(value, high).is_some_and(|(a, b)| Comparison::AtMost.holds(&a, &b))
            }
            Condition::In(value, list) => list
                .iter()
                .any(|one| both(value, one).is_some_and(|(a, b)| a == b)),
            Condition::Exists(path) => path.get(item).is_some(),
            Condition::NotExists(path) => path.get(item).is_none(),
            Condition::HasType(path, kind) => match (path.get(item), kind.value(item)) {
                (Some(value), Some(Attribute::S(kind))) => value.kind() == kind,
                _ => false,
            },
            Condition::BeginsWith(value, prefix) => {
                both(value, prefix).is_some_and(|pair| match pair {
                    (Attribute::S(text), Attribute::S(prefix)) => text.starts_with(&prefix),
                    (Attribute::B(bytes), Attribute::B(prefix)) => bytes.starts_with(&prefix),
                    _ => false,
                })
            }
            Condition::Contains(value, part) => both(value, part).is_some_and(|pair| match pair {
                (Attribute::S(text), Attribute::S(part)) => text.contains(&part),
                (Attribute::B(bytes), Attribute::B(part)) => {
                    part.is_empty() || bytes.windows(part.len()).any(|window| window == part)
                }
                (Attribute::L(list), part) => list.contains(&part),
                (Attribute::Ss(set), Attribute::S(part)) => set.contains(&part),
                (Attribute::Ns(set), Attribute::N(part)) => set.contains(&part),
                (Attribute::Bs(set), Attribute::B(part)) => set.contains(&part),
                _ => false,
            }),
        }
    }
}
