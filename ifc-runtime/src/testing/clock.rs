//! The clock of a test: the engine's time follows that of the paused runtime.

use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// When each test begins: 2026-01-01T00:00:00Z, in milliseconds since 1970.
pub const START: u64 = 1_767_225_600_000;

thread_local! {
    /// The clock of the test that this thread belongs to.
    static CLOCK: Cell<Option<Clock>> = const { Cell::new(None) };
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    began: Instant,
}

impl Clock {
    /// A clock that begins now, on a runtime whose time is paused.
    pub(crate) fn start() -> Clock {
        Clock {
            began: Instant::now(),
        }
    }

    /// Makes it the clock of this thread.
    pub(crate) fn install(self) {
        CLOCK.set(Some(self));
    }

    /// Takes the clock from this thread.
    pub(crate) fn uninstall() {
        CLOCK.set(None);
    }

    /// Milliseconds since 1970.
    pub(crate) fn now(self) -> u64 {
        let passed = self.began.elapsed().as_millis();
        START + u64::try_from(passed).unwrap_or(u64::MAX - START)
    }

    /// The moment at which [`Clock::now`] gives this.
    pub(crate) fn at(self, milliseconds: u64) -> Instant {
        self.began + Duration::from_millis(milliseconds.saturating_sub(START))
    }
}

/// Now on the clock of the test that this thread belongs to.
pub(crate) fn now() -> Option<SystemTime> {
    let clock = CLOCK.get()?;
    Some(UNIX_EPOCH + Duration::from_millis(clock.now()))
}

/// So many seconds.
pub const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// So many minutes.
pub const fn minutes(count: u64) -> Duration {
    seconds(60 * count)
}

/// So many hours.
pub const fn hours(count: u64) -> Duration {
    minutes(60 * count)
}

/// So many days.
pub const fn days(count: u64) -> Duration {
    hours(24 * count)
}
