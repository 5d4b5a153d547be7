//! How long services wait before they try a delivery again.
//!
//! Services take an attempt and a seed, so that the same run waits the same times.

use crate::ids::Ids;

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;

/// Who tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backoff {
    /// Lambda, after an asynchronous invocation ended with an error of the function: one minute
    /// before the second attempt, two minutes before the third.
    ///
    /// Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous
    /// invocation".
    FunctionError,
    /// Lambda, when a function has no concurrency left for an asynchronous invocation: from one
    /// second up to five minutes, for as long as the event may age (six hours).
    ///
    /// Source: the same page.
    FunctionBusy,
    /// EventBridge and EventBridge Scheduler: exponential with jitter, by default up to 185 times
    /// within 24 hours. AWS does not publish the steps; doubling from one second up to 7 minutes and
    /// 45 seconds is what lets 185 tries fit into 24 hours.
    ///
    /// Source: EventBridge User Guide, "How EventBridge retries delivering events".
    Bus,
    /// SNS to an endpoint that AWS runs: three times at once, twice after a second, ten times
    /// from one up to 20 seconds, then every 20 seconds; 100,015 times over 23 days.
    ///
    /// Source: SNS Developer Guide, "Amazon SNS message delivery retries".
    Topic,
}

impl Backoff {
    /// Milliseconds until the next attempt after so many have failed, with jitter from the seed; none
    /// if the service gives up by itself. What a subscription, rule or function sets (number of
    /// retries, age of the event) is for the caller to compare.
    pub fn wait(self, failures: u32, seed: u64) -> Option<u64> {
        match (self, failures) {
            (_, 0) => Some(0),
            (Backoff::FunctionError, 1) => Some(MINUTE),
            (Backoff::FunctionError, 2) => Some(2 * MINUTE),
            (Backoff::FunctionError, _) => None,
            (Backoff::FunctionBusy, _) => Some(doubled(failures, SECOND, 5 * MINUTE)),
            (Backoff::Bus, 1..=185) => {
                let wait = doubled(failures, SECOND, 465 * SECOND);
                // Not longer than the step, and at least half of it.
                let jitter = Ids::new(seed ^ u64::from(failures)).number() % (wait / 2 + 1);
                Some(wait - jitter)
            }
            (Backoff::Bus, _) => None,
            (Backoff::Topic, 1..=3) => Some(0),
            (Backoff::Topic, 4..=5) => Some(SECOND),
            (Backoff::Topic, 6..=15) => Some(doubled(failures - 5, SECOND, 20 * SECOND)),
            (Backoff::Topic, 16..=100_015) => Some(20 * SECOND),
            (Backoff::Topic, _) => None,
        }
    }
}

/// `first` for the first failure, twice as much for each further one.
fn doubled(failures: u32, first: u64, most: u64) -> u64 {
    1_u64
        .checked_shl(failures - 1)
        .and_then(|factor| first.checked_mul(factor))
        .map_or(most, |wait| wait.min(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(backoff: Backoff, seed: u64) -> (u32, u64) {
        let waits = (1..).map_while(|failures| backoff.wait(failures, seed));
        waits.fold((0, 0), |(tries, sum), wait| (tries + 1, sum + wait))
    }

    #[test]
    fn functions_are_tried_twice_more_after_errors() {
        assert_eq!(total(Backoff::FunctionError, 1), (2, 3 * MINUTE));
    }

    #[test]
    fn busy_functions_are_tried_for_as_long_as_the_event_lives() {
        let waits: Vec<_> = (1..12)
            .filter_map(|n| Backoff::FunctionBusy.wait(n, 1))
            .collect();
        assert_eq!(waits[..3], [SECOND, 2 * SECOND, 4 * SECOND]);
        assert_eq!(waits[10], 5 * MINUTE);
        assert_eq!(Backoff::FunctionBusy.wait(u32::MAX, 1), Some(5 * MINUTE));
    }

    #[test]
    fn buses_retry_185_times_within_a_day() {
        for seed in 0..50 {
            let (tries, time) = total(Backoff::Bus, seed);
            assert_eq!(tries, 185);
            assert!(time < 24 * 60 * MINUTE, "{time}");
            for failures in 1..=185 {
                let step = doubled(failures, SECOND, 465 * SECOND);
                let wait = Backoff::Bus
                    .wait(failures, seed)
                    .expect("within the number");
                assert!((step / 2..=step).contains(&wait));
            }
        }
        assert_eq!(total(Backoff::Bus, 3), total(Backoff::Bus, 3));
        assert_ne!(total(Backoff::Bus, 3), total(Backoff::Bus, 4));
    }

    #[test]
    fn topics_retry_for_23_days() {
        let (tries, time) = total(Backoff::Topic, 1);
        assert_eq!(tries, 100_015);
        assert_eq!(time / (24 * 60 * MINUTE), 23);
    }
}
