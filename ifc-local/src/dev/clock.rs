//! The time of an application: that of the machine, and what it was moved on by.

use std::time::{SystemTime, UNIX_EPOCH};

/// A clock that never goes back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// Milliseconds that it is ahead of the machine's.
    ahead: u64,
    last: u64,
}

impl Clock {
    /// A clock that is ahead of the machine's by so many milliseconds, and not earlier than `last`.
    pub fn new(ahead: u64, last: u64) -> Clock {
        Clock { ahead, last }
    }

    /// Milliseconds since 1970.
    pub fn now(&mut self) -> u64 {
        let machine = SystemTime::now().duration_since(UNIX_EPOCH);
        let machine = machine.map_or(0, |since| since.as_millis());
        let machine = u64::try_from(machine).unwrap_or(u64::MAX - self.ahead);
        self.last = self.last.max(machine.saturating_add(self.ahead));
        self.last
    }

    /// Moves on to a time, if it is later.
    pub fn advance_to(&mut self, time: u64) {
        let now = self.now();
        let by = time.saturating_sub(now);
        self.ahead = self.ahead.saturating_add(by);
        self.last = self.last.max(time);
    }

    /// Milliseconds that it is ahead of the machine's.
    pub fn ahead(&self) -> u64 {
        self.ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_does_not_go_back() {
        let far = 1 << 50;
        let mut clock = Clock::new(0, far);
        assert_eq!(clock.now(), far);
        clock.advance_to(far + 5);
        assert!(clock.now() >= far + 5);
        clock.advance_to(3);
        assert!(clock.now() >= far + 5);
    }
}
