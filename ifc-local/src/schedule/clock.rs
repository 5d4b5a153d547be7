//! When a schedule is due.
//!
//! Source: EventBridge Scheduler User Guide, "Schedule types". A `cron(..)` whose time does not exist
//! on a day, because clocks are put forward, is skipped; one whose time comes twice runs the first
//! time only. Days of a rate have 24 hours.

use ifc_catalog::schedule::{Expression, Minute, Times, parse};
use jiff::Timestamp;
use jiff::civil::{self, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

const MINUTE: u64 = 60 * 1000;

/// A time zone, from the data that this program carries.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// The first time of an expression that is not before `from`, in milliseconds since 1970. Rates
/// count from `anchor`.
pub(super) fn first(expression: &str, zone: &TimeZone, anchor: u64, from: u64) -> Option<u64> {
    match parse(expression).ok()? {
        Expression::Rate { minutes } => {
            let period = minutes.checked_mul(MINUTE)?;
            let periods = from.saturating_sub(anchor).div_ceil(period);
            anchor.checked_add(periods.checked_mul(period)?)
        }
        Expression::At { time } => {
            // A time that does not exist is taken as that much later.
            let at = zone.to_timestamp(time.parse().ok()?).ok()?;
            let at = u64::try_from(at.as_millisecond()).ok()?;
            (at >= from).then_some(at)
        }
        expression @ Expression::Cron { .. } => {
            let times = Times::of(&expression)?;
            let mut minute = local(zone, from.div_ceil(MINUTE).checked_mul(MINUTE)?)?;
            loop {
                minute = times.first(minute)?;
                if let Some(at) = exact(zone, minute).filter(|at| *at >= from) {
                    return Some(at);
                }
                minute = minute.next();
            }
        }
    }
}

/// What clocks of a zone show.
fn local(zone: &TimeZone, at: u64) -> Option<Minute> {
    let at = Timestamp::from_millisecond(i64::try_from(at).ok()?).ok()?;
    let shown = zone.to_datetime(at);
    Some(Minute {
        year: shown.year().try_into().ok()?,
        month: shown.month().try_into().ok()?,
        day: shown.day().try_into().ok()?,
        hour: shown.hour().try_into().ok()?,
        minute: shown.minute().try_into().ok()?,
    })
}

/// When clocks of a zone first show a time; none if they never do.
fn exact(zone: &TimeZone, minute: Minute) -> Option<u64> {
    let time = civil(minute)?;
    let offset = match zone.to_ambiguous_timestamp(time).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        AmbiguousOffset::Gap { .. } => return None,
        AmbiguousOffset::Fold { before, .. } => before,
    };
    let at = offset.to_timestamp(time).ok()?.as_millisecond();
    u64::try_from(at).ok()
}

fn civil(minute: Minute) -> Option<DateTime> {
    let year = minute.year.try_into().ok()?;
    let date = civil::Date::new(
        year,
        minute.month.try_into().ok()?,
        minute.day.try_into().ok()?,
    );
    let time = civil::Time::new(
        minute.hour.try_into().ok()?,
        minute.minute.try_into().ok()?,
        0,
        0,
    );
    Some(date.ok()?.to_datetime(time.ok()?))
}
