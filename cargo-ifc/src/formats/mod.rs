//! Policies of programs in the languages that people paste them into. What only the deployment
//! knows is written as each language writes it; names from environment variables are placeholders
//! or parameters.

pub(crate) mod cloudformation;
pub(crate) mod iam;
pub(crate) mod terraform;

use std::collections::{BTreeMap, BTreeSet};

use ifc_compiler::catalog::manifest::Permission;
use serde_json::Value;

/// Permissions of programs by name.
pub(crate) type Programs<'a> = BTreeMap<&'a str, &'a [Permission]>;

/// A piece of an ARN pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    Text(&'t str),
    /// `${AWS::Region}`: a name that CloudFormation gives.
    Given(&'t str),
    /// `${env:TABLE}`: a name that an environment variable gives.
    Variable(&'t str),
}

/// The pieces of a pattern as the compiler writes it. What IAM itself reads, such as the `${*}` of a
/// literal star, is text.
pub(crate) fn pieces(pattern: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut rest, mut from) = (pattern, 0);
    while let Some(start) = rest[from..].find("${").map(|at| from + at) {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        let name = &rest[start + 2..start + length];
        let piece = match name.strip_prefix("env:") {
            Some(variable) => Piece::Variable(variable),
            None if name.starts_with("AWS::") => Piece::Given(name),
            None => {
                from = start + length;
                continue;
            }
        };
        if start > 0 {
            pieces.push(Piece::Text(&rest[..start]));
        }
        pieces.push(piece);
        (rest, from) = (&rest[start + length + 1..], 0);
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// The values of a permission's conditions, as patterns.
fn values(permission: &Permission) -> impl Iterator<Item = &str> {
    let keys = permission.conditions.values().filter_map(Value::as_object);
    let values = keys.flat_map(|keys| keys.values());
    values
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(Value::as_str)
}

/// The pieces of all patterns of programs, in resources and conditions.
fn all_pieces<'p>(programs: &Programs<'p>) -> impl Iterator<Item = Piece<'p>> {
    let permissions = programs.values().flat_map(|list| list.iter());
    let patterns = permissions.flat_map(|permission| {
        let resources = permission.resources.iter().map(String::as_str);
        resources.chain(values(permission))
    });
    patterns.flat_map(pieces)
}

/// Environment variables that the patterns of programs name, in order.
pub(crate) fn variables<'p>(programs: &Programs<'p>) -> BTreeSet<&'p str> {
    all_pieces(programs)
        .filter_map(|piece| match piece {
            Piece::Variable(name) => Some(name),
            _ => None,
        })
        .collect()
}

/// `TABLE_NAME` or `put-order` as `TableName`, `PutOrder`.
pub(crate) fn pascal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .map(|word| {
            let shout = word.chars().all(|c| !c.is_ascii_lowercase());
            let mut letters = word.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            let rest = letters.map(|c| if shout { c.to_ascii_lowercase() } else { c });
            first.into_iter().chain(rest).collect::<String>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fall_into_pieces() {
        assert_eq!(
            pieces("arn:${AWS::Partition}:s3:::${env:BUCKET}/in/*"),
            [
                Piece::Text("arn:"),
                Piece::Given("AWS::Partition"),
                Piece::Text(":s3:::"),
                Piece::Variable("BUCKET"),
                Piece::Text("/in/*"),
            ]
        );
        assert_eq!(pieces("*"), [Piece::Text("*")]);
        assert_eq!(pieces("${open"), [Piece::Text("${open")]);
        assert_eq!(
            pieces("a${*}${env:B}"),
            [Piece::Text("a${*}"), Piece::Variable("B")]
        );
    }

    #[test]
    fn names_in_pascal_case() {
        assert_eq!(pascal("TABLE_NAME"), "TableName");
        assert_eq!(pascal("put-order"), "PutOrder");
        assert_eq!(pascal("putOrder2"), "PutOrder2");
    }
}
