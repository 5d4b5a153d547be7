//! Document paths: `lines[0].sku`.

use crate::table::value::{Attribute, Item};

/// A path into an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path {
    pub(crate) root: String,
    pub(crate) steps: Vec<Step>,
}

/// A step from a value into it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl Path {
    /// The value at the path.
    pub(crate) fn get<'i>(&self, item: &'i Item) -> Option<&'i Attribute> {
        let root = item.get(&self.root)?;
        self.steps
            .iter()
            .try_fold(root, |value, step| match (step, value) {
                (Step::Key(key), Attribute::M(map)) => map.get(key),
                (Step::Index(at), Attribute::L(list)) => list.get(*at),
                _ => None,
            })
    }

    /// Sets the value at the path; false if there is nothing to set it in.
    pub(crate) fn set(&self, item: &mut Item, value: Attribute) -> bool {
        let Some((last, before)) = self.steps.split_last() else {
            item.insert(self.root.clone(), value);
            return true;
        };
        let Some(parent) = descend(item, &self.root, before) else {
            return false;
        };
        match (last, parent) {
            (Step::Key(key), Attribute::M(map)) => {
                map.insert(key.clone(), value);
                true
            }
            (Step::Index(at), Attribute::L(list)) => {
                // An index beyond the end appends.
                match list.get_mut(*at) {
                    Some(place) => *place = value,
                    None => list.push(value),
                }
                true
            }
            _ => false,
        }
    }

    /// Removes the value at the path.
    pub(crate) fn remove(&self, item: &mut Item) {
        let Some((last, before)) = self.steps.split_last() else {
            item.remove(&self.root);
            return;
        };
        match (last, descend(item, &self.root, before)) {
            (Step::Key(key), Some(Attribute::M(map))) => {
                map.remove(key);
            }
            (Step::Index(at), Some(Attribute::L(list))) if *at < list.len() => {
                list.remove(*at);
            }
            _ => {}
        }
    }

    /// Whether one path is the other or leads into it.
    pub(crate) fn overlaps(&self, other: &Path) -> bool {
        let shorter = self.steps.len().min(other.steps.len());
        self.root == other.root && self.steps[..shorter] == other.steps[..shorter]
    }
}

fn descend<'i>(item: &'i mut Item, root: &str, steps: &[Step]) -> Option<&'i mut Attribute> {
    let root = item.get_mut(root)?;
    steps
        .iter()
        .try_fold(root, |value, step| match (step, value) {
            (Step::Key(key), Attribute::M(map)) => map.get_mut(key),
            (Step::Index(at), Attribute::L(list)) => list.get_mut(*at),
            _ => None,
        })
}

/// The parts of an item that paths name.
pub(crate) fn project(item: &Item, paths: &[Path]) -> Item {
    let mut projected = Item::new();
    for path in paths {
        if let Some(value) = path.get(item) {
            put(&mut projected, path, value.clone());
        }
    }
    projected
}

/// Sets a value, making the maps and lists on the way; indexes close up.
fn put(item: &mut Item, path: &Path, value: Attribute) {
    let empty = |step: Option<&Step>| match step {
        Some(Step::Key(_)) => Attribute::M(Item::new()),
        _ => Attribute::L(Vec::new()),
    };
    if path.steps.is_empty() {
        item.insert(path.root.clone(), value);
        return;
    }
    let mut here = item
        .entry(path.root.clone())
        .or_insert_with(|| empty(path.steps.first()));
    for (at, step) in path.steps.iter().enumerate() {
        let next = path.steps.get(at + 1);
        let last = next.is_none();
        match (step, here) {
            (Step::Key(key), Attribute::M(map)) => {
                if last {
                    map.insert(key.clone(), value);
                    return;
                }
                here = map.entry(key.clone()).or_insert_with(|| empty(next));
            }
            (Step::Index(_), Attribute::L(list)) => {
                list.push(if last { value.clone() } else { empty(next) });
                if last {
                    return;
                }
                let Some(end) = list.last_mut() else { return };
                here = end;
            }
            _ => return,
        }
    }
}
