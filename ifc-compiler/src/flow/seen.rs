//! Sets of units and instances by unit: units are numbered.

use super::InstanceId;
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

/// Instances by unit.
pub(super) struct Ids {
    list: Vec<InstanceId>,
}

impl Ids {
    const NONE: InstanceId = InstanceId(u32::MAX);

    pub(super) fn of(ordered: &[UnitId]) -> Self {
        let end = ordered.iter().map(|unit| unit.0 as usize + 1).max();
        let mut list = vec![Self::NONE; end.unwrap_or(0)];
        for (at, unit) in ordered.iter().enumerate() {
            list[unit.0 as usize] = InstanceId(at as u32);
        }
        Ids { list }
    }

    /// Of a unit that has one: a root, or what some instance calls.
    pub(super) fn get(&self, unit: UnitId) -> InstanceId {
        self.list[unit.0 as usize]
    }

    /// In order of the units.
    pub(super) fn iter(&self) -> impl Iterator<Item = (UnitId, InstanceId)> {
        let numbered = self.list.iter().enumerate();
        let numbered = numbered.map(|(at, &id)| (UnitId(at as u32), id));
        numbered.filter(|(_, id)| *id != Self::NONE)
    }
}
