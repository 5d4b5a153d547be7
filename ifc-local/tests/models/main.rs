//! Services against simple models that are written differently, under random calls: the seeds are
//! fixed, so that a failure comes again. Every so often the service is written and read back.

mod buckets;
mod queues;
mod tables;
mod values;

use ifc_local::ids::Ids;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Random choices.
struct Dice(Ids);

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice(Ids::new(seed))
    }

    /// A number below.
    fn below(&mut self, end: u64) -> u64 {
        self.0.number() % end
    }

    /// Yes once in so many times.
    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        match all.len() as u64 {
            0 => None,
            len => all.get(self.below(len) as usize),
        }
    }
}

/// The same state, written and read back: as JSON, and in a format that does not describe itself.
fn again<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(state: &T) -> T {
    let text = serde_json::to_string(state).expect("it can be written");
    let read: T = serde_json::from_str(&text).expect("it can be read");
    assert!(read == *state, "JSON gives another state");
    let bytes = postcard::to_stdvec(state).expect("it can be written");
    let read: T = postcard::from_bytes(&bytes).expect("it can be read");
    assert!(read == *state, "the compact format gives another state");
    read
}
