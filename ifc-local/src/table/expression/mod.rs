//! The expression language of DynamoDB: conditions, filters, key conditions, projections, updates.
//!
//! Source: Amazon DynamoDB Developer Guide, "Using expressions in DynamoDB".

mod condition;
mod lexer;
mod parser;
mod path;
mod reserved;
mod update;

use std::collections::BTreeSet;

use serde_json::Value;

use super::value::{Attribute, Item};
use crate::error::ApiError;

pub(super) use condition::{Comparison, Condition, Operand};
pub(super) use path::{Path, project};
pub(super) use update::Update;

/// The names and values that a request gives to its expressions.
#[derive(Debug, Default)]
pub(super) struct Names<'r> {
    names: Option<&'r Value>,
    values: Item,
    used: BTreeSet<String>,
}

impl<'r> Names<'r> {
    /// Those of a request.
    pub(super) fn of(request: &'r Value) -> Result<Names<'r>, ApiError> {
        let values = match request.get("ExpressionAttributeValues") {
            Some(values) if !values.is_null() => super::value::read_item(values)?,
            _ => Item::new(),
        };
        Ok(Names {
            names: request
                .get("ExpressionAttributeNames")
                .filter(|names| !names.is_null()),
            values,
            used: BTreeSet::new(),
        })
    }

    fn name(&mut self, kind: &str, alias: &str) -> Result<String, ApiError> {
        self.used.insert(alias.to_owned());
        let name = self
            .names
            .and_then(|names| names.get(alias))
            .and_then(Value::as_str);
        name.map(str::to_owned).ok_or_else(|| {
            ApiError::validation(format!(
                "Invalid {kind}: An expression attribute name used in the document path is not defined; attribute name: {alias}"
            ))
        })
    }

    fn value(&mut self, kind: &str, alias: &str) -> Result<Attribute, ApiError> {
        self.used.insert(alias.to_owned());
        self.values.get(alias).cloned().ok_or_else(|| {
            ApiError::validation(format!(
                "Invalid {kind}: An expression attribute value used in expression is not defined; attribute value: {alias}"
            ))
        })
    }

    /// DynamoDB refuses what no expression uses.
    pub(super) fn all_used(&self) -> Result<(), ApiError> {
        let unused = |all: &mut dyn Iterator<Item = &String>| {
            let left: Vec<&str> = all
                .filter(|alias| !self.used.contains(*alias))
                .map(String::as_str)
                .collect();
            (!left.is_empty()).then(|| left.join(", "))
        };
        let names = self.names.and_then(Value::as_object);
        if let Some(left) = names.and_then(|names| unused(&mut names.keys())) {
            return Err(ApiError::validation(format!(
                "Value provided in ExpressionAttributeNames unused in expressions: keys: {{{left}}}"
            )));
        }
        if let Some(left) = unused(&mut self.values.keys()) {
            return Err(ApiError::validation(format!(
                "Value provided in ExpressionAttributeValues unused in expressions: keys: {{{left}}}"
            )));
        }
        Ok(())
    }
}

/// Reads the condition in a member of a request, if it has one.
pub(super) fn condition(
    request: &Value,
    member: &str,
    names: &mut Names<'_>,
) -> Result<Option<Condition>, ApiError> {
    match request.get(member).and_then(Value::as_str) {
        Some(text) => parser::Parser::new(member, text, names)?
            .whole_condition()
            .map(Some),
        None => Ok(None),
    }
}

/// Reads the update of a request, if it has one.
pub(super) fn update(request: &Value, names: &mut Names<'_>) -> Result<Option<Update>, ApiError> {
    match request.get("UpdateExpression").and_then(Value::as_str) {
        Some(text) => parser::Parser::new("UpdateExpression", text, names)?
            .whole_update()
            .map(Some),
        None => Ok(None),
    }
}

/// Reads the projection of a request, if it has one.
pub(super) fn projection(
    request: &Value,
    names: &mut Names<'_>,
) -> Result<Option<Vec<Path>>, ApiError> {
    match request.get("ProjectionExpression").and_then(Value::as_str) {
        Some(text) => parser::Parser::new("ProjectionExpression", text, names)?
            .whole_projection()
            .map(Some),
        None => Ok(None),
    }
}
