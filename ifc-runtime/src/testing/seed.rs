//! The seed of a test.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};

use ifc_local::ids::Ids;

/// Chooses for all tests of a run.
pub(super) const VARIABLE: &str = "IFC_TEST_SEED";

/// The seed of a test: what the environment says, or else the attribute, or else one that belongs to the
/// name.
pub(super) fn choose(
    name: &str,
    fixed: Option<u64>,
    variable: Option<&str>,
) -> Result<u64, String> {
    match variable.map(str::trim) {
        None | Some("") => Ok(fixed.unwrap_or_else(|| of_name(name))),
        // The only randomness of the standard library is that of its hash maps.
        Some("random") => Ok(RandomState::new().hash_one(name)),
        Some(text) => text
            .parse()
            .map_err(|_| format!("`{VARIABLE}` is a number or `random`, and not `{text}`")),
    }
}

thread_local! {
    /// Ids for what the program of this thread's test makes up.
    static IDS: RefCell<Option<Ids>> = const { RefCell::new(None) };
}

/// Makes the ids of this thread those of a seed; none means no test.
pub(super) fn install(seed: Option<u64>) {
    // The engine's own ids are others.
    IDS.set(seed.map(|seed| Ids::new(!seed)));
}

/// The next id of the test that this thread belongs to.
pub(crate) fn new_id() -> Option<String> {
    IDS.with_borrow_mut(|ids| ids.as_mut().map(Ids::uuid))
}

/// FNV-1a.
fn of_name(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Numbers that a seed gives, for the order of deliveries (SplitMix64).
#[derive(Debug)]
pub(super) struct Numbers(u64);

impl Numbers {
    pub(super) fn new(seed: u64) -> Numbers {
        Numbers(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Puts a list into another order (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let bound = u64::try_from(last + 1).unwrap_or(u64::MAX);
            let other = usize::try_from(self.next() % bound).unwrap_or(0);
            list.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_chooses_before_the_attribute_before_the_name() {
        assert_eq!(choose("a", Some(7), Some("12")), Ok(12));
        assert_eq!(choose("a", Some(7), None), Ok(7));
        assert_eq!(choose("a", None, None), choose("a", None, Some("")));
        assert_ne!(choose("a", None, None), choose("b", None, None));
        assert!(choose("a", None, Some("-1")).is_err());
        let random = |()| choose("a", None, Some("random"));
        assert_ne!(random(()), random(()));
    }

    #[test]
    fn a_shuffle_keeps_everything_and_repeats_itself() {
        let shuffled = |seed| {
            let mut list: Vec<u32> = (0..20).collect();
            Numbers::new(seed).shuffle(&mut list);
            list
        };
        assert_eq!(shuffled(1), shuffled(1));
        assert_ne!(shuffled(1), shuffled(2));
        let mut sorted = shuffled(1);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..20).collect::<Vec<u32>>());
    }
}
