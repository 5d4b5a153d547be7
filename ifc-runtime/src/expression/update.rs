//! Updates: how an item changes.

use serde_dynamo::AttributeValue;

use super::condition::{Attr, Condition, Expr, IntoOperand, Operand, attr};
use super::path::Path;
use crate::error::{Error, Result};

/// One change of an update as plain data, for backends.
#[derive(Clone, Debug, PartialEq)]
pub enum UpdateAction {
    /// Sets the attribute.
    Set(Path, Operand),
    /// Sets the attribute unless it exists.
    SetIfAbsent(Path, AttributeValue),
    /// Adds a number to the attribute, which has to exist.
    Increment(Path, AttributeValue),
    /// Puts elements at the end of a list; makes the list if it is missing.
    Append(Path, AttributeValue),
    /// Puts elements at the beginning of a list; makes the list if it is missing.
    Prepend(Path, AttributeValue),
    /// Adds a number (a missing attribute counts as 0), or elements to a set.
    Add(Path, AttributeValue),
    /// Takes elements out of a set.
    DeleteElements(Path, AttributeValue),
    /// Removes the attribute.
    Remove(Path),
}

impl UpdateAction {
    /// The attribute that changes.
    pub fn path(&self) -> &Path {
        match self {
            UpdateAction::Set(path, _)
            | UpdateAction::SetIfAbsent(path, _)
            | UpdateAction::Increment(path, _)
            | UpdateAction::Append(path, _)
            | UpdateAction::Prepend(path, _)
            | UpdateAction::Add(path, _)
            | UpdateAction::DeleteElements(path, _)
            | UpdateAction::Remove(path) => path,
        }
    }
}

/// How an item changes. The changes of one update happen together, and see the item as it was before.
///
/// ```
/// use ifc_runtime::Update;
///
/// let update = Update::new().set("status", "shipped").add("parcels", 1).remove("reserved_until");
/// # let _ = update;
/// ```
///
/// Paths are those of [`attr`]: `status`, `address.city`, `lines[0].sku`. An update changes an existing
/// item, and gives `NotFound` where there is none; [`upsert`](Update::upsert) makes it instead.
#[derive(Debug)]
#[must_use = "an update does nothing until it is given to a table"]
pub struct Update {
    actions: Result<Vec<UpdateAction>>,
    condition: Option<Condition>,
    upsert: bool,
}

impl Default for Update {
    fn default() -> Self {
        Self::new()
    }
}

impl Update {
    /// An update without changes, which is an error until it has some.
    pub fn new() -> Self {
        Update {
            actions: Ok(Vec::new()),
            condition: None,
            upsert: false,
        }
    }

    /// Sets an attribute to a value, or to that of another [`attr`].
    pub fn set(self, path: impl Into<AttrPath>, value: impl IntoOperand) -> Self {
        self.push(path, value, |path, value| {
            if matches!(value, Operand::Size(_)) {
                return Err(Error::invalid("an attribute cannot be set to a size"));
            }
            Ok(UpdateAction::Set(path, value))
        })
    }

    /// Sets an attribute unless the item has it.
    pub fn set_if_absent(self, path: impl Into<AttrPath>, value: impl IntoOperand) -> Self {
        self.push_value(path, value, UpdateAction::SetIfAbsent)
    }

    /// Adds a number, possibly negative, to an attribute that has to exist.
    pub fn increment(self, path: impl Into<AttrPath>, by: impl IntoOperand) -> Self {
        self.push_value(path, by, UpdateAction::Increment)
    }

    /// Adds a number to a top-level attribute (a missing one counts as 0), or elements to a set.
    pub fn add(self, path: impl Into<AttrPath>, value: impl IntoOperand) -> Self {
        self.push_value(path, value, UpdateAction::Add)
    }

    /// Puts the elements of a list at the end of a list.
    pub fn append(self, path: impl Into<AttrPath>, values: impl IntoOperand) -> Self {
        self.push_value(path, values, UpdateAction::Append)
    }

    /// Puts the elements of a list at the beginning of a list.
    pub fn prepend(self, path: impl Into<AttrPath>, values: impl IntoOperand) -> Self {
        self.push_value(path, values, UpdateAction::Prepend)
    }

    /// Takes elements out of a set.
    pub fn delete_elements(self, path: impl Into<AttrPath>, values: impl IntoOperand) -> Self {
        self.push_value(path, values, UpdateAction::DeleteElements)
    }

    /// Removes an attribute, or an element of a list.
    pub fn remove(mut self, path: impl Into<AttrPath>) -> Self {
        self.actions = self.actions.and_then(|mut actions| {
            actions.push(UpdateAction::Remove(path.into().0.path()?));
            Ok(actions)
        });
        self
    }

    /// Makes the item if there is none; it then has only its key and what this update sets.
    pub fn upsert(mut self) -> Self {
        self.upsert = true;
        self
    }

    /// Changes the item only if the condition holds for it; several conditions have to hold together.
    /// The form of `update_if` for transactions.
    pub fn only_if(mut self, condition: Condition) -> Self {
        self.condition = Some(match self.condition {
            Some(other) => other.and(condition),
            None => condition,
        });
        self
    }

    /// Whether a missing item is made.
    pub(crate) fn is_upsert(&self) -> bool {
        self.upsert
    }

    pub(crate) fn into_parts(self) -> Result<(Vec<UpdateAction>, Option<Expr>)> {
        let actions = self.actions?;
        if actions.is_empty() {
            return Err(Error::invalid("the update changes nothing"));
        }
        Ok((
            actions,
            self.condition.map(Condition::into_expr).transpose()?,
        ))
    }

    fn push(
        mut self,
        path: impl Into<AttrPath>,
        value: impl IntoOperand,
        make: impl FnOnce(Path, Operand) -> Result<UpdateAction>,
    ) -> Self {
        self.actions = self.actions.and_then(|mut actions| {
            actions.push(make(path.into().0.path()?, value.into_operand()?)?);
            Ok(actions)
        });
        self
    }

    fn push_value(
        self,
        path: impl Into<AttrPath>,
        value: impl IntoOperand,
        make: impl FnOnce(Path, AttributeValue) -> UpdateAction,
    ) -> Self {
        self.push(path, value, |path, value| match value {
            Operand::Value(value) => Ok(make(path, value)),
            _ => Err(Error::invalid(
                "only `set` takes another attribute as its value",
            )),
        })
    }
}

/// A path in an update: text as for [`attr`], or an [`Attr`].
#[derive(Clone, Debug)]
pub struct AttrPath(Attr);

impl From<&str> for AttrPath {
    fn from(path: &str) -> Self {
        AttrPath(attr(path))
    }
}

impl From<String> for AttrPath {
    fn from(path: String) -> Self {
        AttrPath(attr(path))
    }
}

impl From<Attr> for AttrPath {
    fn from(attr: Attr) -> Self {
        AttrPath(attr)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_reported_when_it_is_used() {
        assert!(Update::new().into_parts().is_err());
        assert!(Update::new().set("a[", 1).set("b", 2).into_parts().is_err());
        assert!(Update::new().add("a", attr("b")).into_parts().is_err());
        assert!(
            Update::new()
                .set("a", attr("b").size())
                .into_parts()
                .is_err()
        );
        assert_eq!(
            Update::new()
                .set("a", attr("b"))
                .remove("c")
                .into_parts()
                .map(|(actions, _)| actions.len())
                .ok(),
            Some(2)
        );
    }
}
