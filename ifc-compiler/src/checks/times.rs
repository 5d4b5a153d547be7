//! Durations as they are in the end, for the checks that compare them.

use std::collections::BTreeMap;

use ifc_catalog::infra::{Computed, Kind, Value};
use ifc_catalog::manifest::Manifest;
use ifc_catalog::model::Function;
use ifc_catalog::span::Span;

use super::option;

/// The longest timeout of each function in any stage, in seconds, by name.
pub(super) fn timeouts(manifest: &Manifest) -> BTreeMap<&str, u64> {
    let nodes = manifest.infrastructure.values();
    nodes
        .filter_map(|node| match &node.kind {
            Kind::Function(node) => {
                let longest = numbers(&node.timeout).into_iter().max()?;
                Some((node.name.as_str(), longest))
            }
            _ => None,
        })
        .collect()
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
