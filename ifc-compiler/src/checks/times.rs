//! Durations as they are in the end, for the checks that compare them.

use ifc_catalog::infra::{Computed, Kind, Value};
use ifc_catalog::manifest::Manifest;
use ifc_catalog::model::Function;
use ifc_catalog::span::Span;

use super::option;

/// The longest timeout of a function in any stage, in seconds.
pub(super) fn timeout(manifest: &Manifest, function: &Function) -> Option<u64> {
    let node = manifest
        .infrastructure
        .values()
        .find_map(|node| match &node.kind {
            Kind::Function(node) if node.name == function.name => Some(node),
            _ => None,
        })?;
    numbers(&node.timeout).into_iter().max()
}

/// Where the timeout is written, or else the function's name.
pub(super) fn place(function: &Function) -> Span {
    option(&function.options, "timeout").map_or(function.span, |option| option.span)
}

/// Every number that a value may be.
pub(super) fn numbers(value: &Value) -> Vec<u64> {
    match value {
        Value::Number(number) => u64::try_from(*number).into_iter().collect(),
        Value::Computed(Computed::Staged { stages, otherwise }) => {
            let values = stages.values().chain(otherwise.as_deref());
            values.flat_map(numbers).collect()
        }
        _ => Vec::new(),
    }
}
