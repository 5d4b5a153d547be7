//! A set of units, which are numbered.

use super::value::UnitId;

/// The set.
#[derive(Default)]
pub(super) struct Seen {
    list: Vec<bool>,
}

impl Seen {
    /// Whether it was not there yet.
    pub(super) fn insert(&mut self, unit: UnitId) -> bool {
        let at = unit.0 as usize;
        if self.list.len() <= at {
            self.list.resize(at + 1, false);
        }
        !std::mem::replace(&mut self.list[at], true)
    }

    pub(super) fn contains(&self, unit: UnitId) -> bool {
        self.list.get(unit.0 as usize).copied().unwrap_or_default()
    }

    /// In order.
    pub(super) fn iter(&self) -> impl Iterator<Item = UnitId> {
        let numbered = self.list.iter().enumerate();
        numbered.filter_map(|(at, seen)| seen.then_some(UnitId(at as u32)))
    }
}
