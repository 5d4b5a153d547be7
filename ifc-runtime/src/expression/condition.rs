//! Conditions: what has to hold for an item.

use serde::Serialize;
use serde_dynamo::AttributeValue;

use super::path::Path;
use crate::error::{Error, Result};

/// A condition as plain data, for backends.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Compares two operands; false when an attribute is missing.
    Compare(Operand, Comparison, Operand),
    /// From the second to the third, both included.
    Between(Operand, Operand, Operand),
    /// Equal to one of these, at most 100.
    In(Operand, Vec<Operand>),
    /// The attribute exists.
    Exists(Path),
    /// The attribute does not exist.
    NotExists(Path),
    /// The attribute has this type.
    HasType(Path, AttributeType),
    /// The string or bytes begin with this.
    BeginsWith(Path, Operand),
    /// The string contains this, or the set or list has this element.
    Contains(Path, Operand),
    /// All hold.
    And(Vec<Expr>),
    /// At least one holds.
    Or(Vec<Expr>),
    /// Does not hold.
    Not(Box<Expr>),
}

/// A side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A value.
    Value(AttributeValue),
    /// The value of an attribute.
    Attribute(Path),
    /// The size of an attribute: length of a string in bytes, number of elements.
    Size(Path),
}

/// How two operands compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// The type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeType {
    /// A string.
    S,
    /// A number.
    N,
    /// Bytes.
    B,
    /// A boolean.
    Bool,
    /// Null, which is what serde writes for `None`.
    Null,
    /// A list.
    L,
    /// A map.
    M,
    /// A set of strings.
    Ss,
    /// A set of numbers.
    Ns,
    /// A set of bytes.
    Bs,
}

/// What has to hold for an item. Made by [`attr`].
///
/// A path or value that cannot be used is reported by the operation that gets the condition, as
/// [`Invalid`](crate::ErrorKind::Invalid).
#[derive(Debug)]
pub struct Condition(pub(super) Result<Expr>);

/// An attribute in a condition or update, see [`attr`].
#[derive(Clone, Debug)]
pub struct Attr {
    path: PathText,
    size: bool,
}

#[derive(Clone, Debug)]
enum PathText {
    Path(String),
    Exact(String),
}

/// The attribute at this path, for conditions: `attr("status")`, `attr("address.city")`,
/// `attr("lines[0].sku")`. Names are those in the table, which serde's `rename` decides.
pub fn attr(path: impl Into<String>) -> Attr {
    Attr {
        path: PathText::Path(path.into()),
        size: false,
    }
}

/// A value or another attribute, to compare with.
pub trait IntoOperand {
    /// The operand.
    #[doc(hidden)]
    fn into_operand(self) -> Result<Operand>;
}

impl<T: Serialize> IntoOperand for T {
    fn into_operand(self) -> Result<Operand> {
        serde_dynamo::to_attribute_value(self)
            .map(Operand::Value)
            .map_err(|error| Error::serialization("a value of an expression", error))
    }
}

impl IntoOperand for Attr {
    fn into_operand(self) -> Result<Operand> {
        let path = self.path()?;
        Ok(if self.size {
            Operand::Size(path)
        } else {
            Operand::Attribute(path)
        })
    }
}

impl Attr {
    /// The attribute of exactly this name, even if it has dots or brackets.
    pub fn exact(name: impl Into<String>) -> Self {
        Attr {
            path: PathText::Exact(name.into()),
            size: false,
        }
    }

    /// The attribute's size instead of its value: bytes of a string, elements of a list, map or set.
    pub fn size(mut self) -> Self {
        self.size = true;
        self
    }

    pub(super) fn path(&self) -> Result<Path> {
        match &self.path {
            PathText::Path(text) => Path::parse(text),
            PathText::Exact(name) => Ok(Path::exact(name.clone())),
        }
    }

    fn plain_path(self) -> Result<Path> {
        if self.size {
            return Err(Error::invalid("`size()` can only be compared"));
        }
        self.path()
    }

    fn compare(self, comparison: Comparison, other: impl IntoOperand) -> Condition {
        Condition(both(self.into_operand(), other.into_operand(), |a, b| {
            Expr::Compare(a, comparison, b)
        }))
    }

    /// Is equal.
    pub fn eq(self, other: impl IntoOperand) -> Condition {
        self.compare(Comparison::Equal, other)
    }

    /// Is not equal; also true when the attribute is missing.
    pub fn ne(self, other: impl IntoOperand) -> Condition {
        self.compare(Comparison::NotEqual, other)
    }

    /// Is less.
    pub fn lt(self, other: impl IntoOperand) -> Condition {
        self.compare(Comparison::Less, other)
    }

    /// Is less or equal.
    pub fn le(self, other: impl IntoOperand) -> Condition {
        self.compare(Comparison::AtMost, other)
    }

    /// Is greater.
    pub fn gt(self, other: impl IntoOperand) -> Condition {
        self.compare(Comparison::Greater, other)
    }

    /// Is greater or equal.
    pub fn ge(self, other: impl IntoOperand) -> Condition {
        self.compare(Comparison::AtLeast, other)
    }

    /// Lies between the two, both included.
    pub fn between(self, low: impl IntoOperand, high: impl IntoOperand) -> Condition {
        Condition(self.into_operand().and_then(|this| {
            both(low.into_operand(), high.into_operand(), |low, high| {
                Expr::Between(this, low, high)
            })
        }))
    }

    /// Is one of these, at most 100.
    pub fn is_in<O: IntoOperand>(self, values: impl IntoIterator<Item = O>) -> Condition {
        Condition(self.into_operand().and_then(|this| {
            let values: Vec<Operand> = values
                .into_iter()
                .map(IntoOperand::into_operand)
                .collect::<Result<_>>()?;
            match values.len() {
                1..=100 => Ok(Expr::In(this, values)),
                n => Err(Error::invalid(format!(
                    "`is_in` takes 1 to 100 values, not {n}"
                ))),
            }
        }))
    }

    /// Exists, also as null.
    pub fn exists(self) -> Condition {
        Condition(self.plain_path().map(Expr::Exists))
    }

    /// Does not exist.
    pub fn not_exists(self) -> Condition {
        Condition(self.plain_path().map(Expr::NotExists))
    }

    /// Has this type.
    pub fn has_type(self, kind: AttributeType) -> Condition {
        Condition(self.plain_path().map(|path| Expr::HasType(path, kind)))
    }

    /// The string begins with this.
    pub fn begins_with(self, prefix: impl IntoOperand) -> Condition {
        Condition(both(
            self.plain_path(),
            prefix.into_operand(),
            Expr::BeginsWith,
        ))
    }

    /// The string contains this, or the list or set has this element.
    pub fn contains(self, value: impl IntoOperand) -> Condition {
        Condition(both(
            self.plain_path(),
            value.into_operand(),
            Expr::Contains,
        ))
    }
}

impl Condition {
    /// Both hold.
    pub fn and(self, other: Condition) -> Condition {
        Condition(both(self.0, other.0, |a, b| {
            let mut all = match a {
                Expr::And(list) => list,
                one => vec![one],
            };
            all.push(b);
            Expr::And(all)
        }))
    }

    /// At least one holds.
    pub fn or(self, other: Condition) -> Condition {
        Condition(both(self.0, other.0, |a, b| {
            let mut any = match a {
                Expr::Or(list) => list,
                one => vec![one],
            };
            any.push(b);
            Expr::Or(any)
        }))
    }

    /// Does not hold; also written `!condition`.
    #[allow(
        clippy::should_implement_trait,
        reason = "the operator exists too; this chains better"
    )]
    pub fn not(self) -> Condition {
        Condition(self.0.map(|expr| Expr::Not(Box::new(expr))))
    }

    pub(crate) fn into_expr(self) -> Result<Expr> {
        self.0
    }
}

impl std::ops::Not for Condition {
    type Output = Condition;
    fn not(self) -> Condition {
        Condition::not(self)
    }
}

fn both<A, B, C>(a: Result<A>, b: Result<B>, make: impl FnOnce(A, B) -> C) -> Result<C> {
    Ok(make(a?, b?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_is_kept() {
        let condition = attr("a..b").eq(1).and(attr("c").eq(2)).not();
        assert!(
            condition
                .into_expr()
                .is_err_and(|e| e.message().contains("`a..b`"))
        );
        assert!(attr("a").is_in(Vec::<i32>::new()).into_expr().is_err());
        assert!(attr("a").size().exists().into_expr().is_err());
    }

    #[test]
    fn chains_stay_flat() {
        let all = attr("a")
            .eq(1)
            .and(attr("b").eq(2))
            .and(attr("c").eq(3))
            .into_expr();
        assert!(matches!(all, Ok(Expr::And(list)) if list.len() == 3));
    }
}
