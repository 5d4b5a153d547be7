//! A value that is kept for a while, so that a warm function does not read it for each event.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::backend;

const DEFAULT: Duration = Duration::from_secs(300);

/// The text of a secret or parameter, as it was read last.
#[derive(Debug)]
pub(super) struct Cache {
    /// From `#[resource(cache = "...")]`, in seconds.
    seconds: Option<u64>,
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    text: String,
    read_at: Instant,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept")
    }
}

impl Cache {
    pub(super) const fn new(seconds: Option<u64>) -> Self {
        Cache {
            seconds,
            kept: Mutex::new(None),
        }
    }

    pub(super) const fn seconds(&self) -> Option<u64> {
        self.seconds
    }

    /// The text, if it is young enough. Local backends answer at once and may differ from task to task,
    /// so nothing is kept for them.
    pub(super) fn get(&self) -> Option<String> {
        if backend::current().is_some() {
            return None;
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref()
            .filter(|kept| kept.read_at.elapsed() < self.time_to_live())
            .map(|kept| kept.text.clone())
    }

    pub(super) fn keep(&self, text: &str) {
        if backend::current().is_none() && !self.time_to_live().is_zero() {
            let kept = Kept {
                text: text.to_owned(),
                read_at: Instant::now(),
            };
            *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        }
    }

    fn time_to_live(&self) -> Duration {
        self.seconds
            .map_or_else(default_time_to_live, Duration::from_secs)
    }
}

fn default_time_to_live() -> Duration {
    static SECONDS: OnceLock<Duration> = OnceLock::new();
    *SECONDS.get_or_init(|| {
        std::env::var("IFC_CACHE_SECONDS")
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .map_or(DEFAULT, Duration::from_secs)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn values_are_kept_for_the_given_time() {
        let (long, never) = (Cache::new(Some(60)), Cache::new(Some(0)));
        for cache in [&long, &never] {
            assert_eq!(cache.get(), None);
            cache.keep("a");
        }
        assert_eq!(long.get().as_deref(), Some("a"));
        assert_eq!(never.get(), None);
        let local = backend::scope(Default::default(), async { long.get() }).await;
        assert_eq!(local, None);
    }
}
