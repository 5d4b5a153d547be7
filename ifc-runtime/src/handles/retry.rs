//! Waiting between attempts at what a service left over.

use std::time::Duration;

/// Attempts before giving up, about ten seconds of waiting in all.
pub(super) const ATTEMPTS: u32 = 9;

/// Before the given attempt (the first repetition is 1): doubles from 50 ms to 3 s, a random half of it
/// to keep callers apart.
pub(super) fn delay(attempt: u32) -> Duration {
    let full = Duration::from_millis(50 << attempt.min(6)).min(Duration::from_secs(3));
    let random = (uuid::Uuid::new_v4().as_u128() % 1024) as u32;
    full / 2 + full / 2 * random / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_and_is_bounded() {
        for attempt in 1..40 {
            let full = Duration::from_millis(50 << attempt.min(6)).min(Duration::from_secs(3));
            let delay = delay(attempt);
            assert!(delay >= full / 2 && delay <= full, "{attempt}: {delay:?}");
        }
        let most: Duration = (1..ATTEMPTS)
            .map(|a| Duration::from_millis(50 << a.min(6)).min(Duration::from_secs(3)))
            .sum();
        assert!(most < Duration::from_secs(16));
    }
}
