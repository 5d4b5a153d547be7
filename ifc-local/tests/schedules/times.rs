//! When schedules run.

use serde_json::json;

use ifc_local::schedule::{Fired, Schedules};

use super::{Account, DAY, HOUR, MINUTE, YEAR_2027};

fn shown(times: &[u64]) -> Vec<String> {
    let time = |at: &u64| jiff::Timestamp::from_millisecond(*at as i64).expect("in range");
    times.iter().map(|at| time(at).to_string()).collect()
}

fn at(text: &str) -> u64 {
    let time: jiff::Timestamp = text.parse().expect("a time");
    time.as_millisecond() as u64
}

#[test]
fn rates_begin_at_once_and_have_hours_of_the_same_length() {
    let mut account = Account::new();
    let zone = json!({ "ScheduleExpressionTimezone": "Europe/Berlin" });
    account.create("daily", "rate(1 day)", zone);
    let all = account.until(YEAR_2027 + 120 * DAY);
    // Clocks are put forward within.
    let expected: Vec<u64> = (0..120).map(|day| YEAR_2027 + day * DAY).collect();
    assert_eq!(all, expected);
}

#[test]
fn rates_count_from_the_start_to_the_end() {
    let mut account = Account::new();
    let dates = json!({ "StartDate": "2027-01-01T00:30:00Z", "EndDate": "2027-01-01T01:00:00Z" });
    account.create("some", "rate(10 minutes)", dates);
    let all = account.until(YEAR_2027 + DAY);
    assert_eq!(
        all,
        [30, 40, 50, 60].map(|minute| YEAR_2027 + minute * MINUTE)
    );
    assert_eq!(account.schedules.next(), None);
    // It is still there, without anything to do.
    account.call("GetSchedule", json!({ "Name": "some" }));
}

#[test]
fn a_year_of_cron_in_a_zone() {
    let mut account = Account::new();
    let zone = json!({ "ScheduleExpressionTimezone": "America/New_York" });
    account.create("mornings", "cron(0 8 ? * MON-FRI *)", zone);
    let all = account.until(YEAR_2027 + 365 * DAY);
    assert_eq!(all.len(), 261);
    let shown = shown(&all);
    assert_eq!(shown[0], "2027-01-01T13:00:00Z");
    // From 14 March to 7 November clocks are an hour ahead.
    assert!(shown.contains(&"2027-03-12T13:00:00Z".to_owned()));
    assert!(shown.contains(&"2027-03-15T12:00:00Z".to_owned()));
    assert!(shown.contains(&"2027-11-05T12:00:00Z".to_owned()));
    assert!(shown.contains(&"2027-11-08T13:00:00Z".to_owned()));
}

#[test]
fn times_that_do_not_exist_are_skipped_and_those_that_come_twice_run_once() {
    for (zone, forward, back) in [
        // 02:00 becomes 03:00 at 01:00 UTC; 03:00 becomes 02:00 at 01:00 UTC.
        (
            "Europe/Berlin",
            "2027-03-28T01:00:00Z",
            "2027-10-31T01:00:00Z",
        ),
        // 02:00 becomes 03:00 at 07:00 UTC; 02:00 becomes 01:00 at 06:00 UTC.
        (
            "America/New_York",
            "2027-03-14T07:00:00Z",
            "2027-11-07T06:00:00Z",
        ),
    ] {
        let zone = json!({ "ScheduleExpressionTimezone": zone });
        let mut account = Account::new();
        account.create("half", "cron(30 * * * ? *)", zone.clone());
        let (forward, back) = (at(forward), at(back));
        account.until(forward - 2 * HOUR);
        let around = account.until(forward + 2 * HOUR);
        // No hour is missing in UTC, although 02:30 is on the clock.
        let half = |hours: [i64; 4]| hours.map(|hour| hour * 30 * MINUTE as i64);
        let expected = half([-3, -1, 1, 3]).map(|after| forward.saturating_add_signed(after));
        assert_eq!(around, expected, "{zone}");
        account.until(back - 2 * HOUR);
        let around = account.until(back + 2 * HOUR);
        // The second half past is not run.
        let expected =
            [-3, -1, 3].map(|half| back.saturating_add_signed(half * 30 * MINUTE as i64));
        assert_eq!(around, expected, "{zone}");
    }
}

#[test]
fn a_time_within_the_gap_runs_on_all_other_days() {
    let mut account = Account::new();
    let zone = json!({ "ScheduleExpressionTimezone": "Europe/Berlin" });
    account.create("night", "cron(30 2 * * ? *)", zone);
    let all = account.until(YEAR_2027 + 365 * DAY);
    assert_eq!(all.len(), 364);
    let shown = shown(&all);
    let spring: Vec<&String> = shown
        .iter()
        .filter(|time| time.starts_with("2027-03-2"))
        .collect();
    assert_eq!(
        spring.last().map(|time| time.as_str()),
        Some("2027-03-29T00:30:00Z")
    );
    assert!(!shown.iter().any(|time| time.starts_with("2027-03-28")));
    let autumn: Vec<&String> = shown
        .iter()
        .filter(|time| time.starts_with("2027-10-31"))
        .collect();
    assert_eq!(autumn, ["2027-10-31T00:30:00Z"]);
}

/// Independent of the product's way: every fifth minute of UTC is looked up on the zone's clock, and a
/// clock time counts the first time it is shown.
#[test]
fn a_year_agrees_with_looking_at_every_clock() {
    for name in ["America/New_York", "Australia/Lord_Howe"] {
        let zone = jiff::tz::TimeZone::get(name).expect("it is bundled");
        let mut account = Account::new();
        let settings = json!({ "ScheduleExpressionTimezone": name });
        account.create("some", "cron(5/10 0-4 ? * SAT-MON *)", settings);
        let mut seen = std::collections::BTreeSet::new();
        let mut expected = Vec::new();
        for minute in (0..365 * 24 * 60).step_by(5) {
            let at = YEAR_2027 + minute * MINUTE;
            let clock = jiff::Timestamp::from_millisecond(at as i64).expect("in range");
            let clock = zone.to_datetime(clock);
            let day = clock.date().weekday().to_sunday_zero_offset();
            let wanted = clock.minute() % 10 == 5 && clock.hour() < 5 && [6, 0, 1].contains(&day);
            if wanted && seen.insert(clock) {
                expected.push(at);
            }
        }
        assert!(expected.len() > 4_000);
        assert_eq!(account.until(YEAR_2027 + 365 * DAY), expected, "{name}");
    }
}

#[test]
fn single_times_run_once_and_may_remove_the_schedule() {
    let mut account = Account::new();
    let zone = json!({
        "ScheduleExpressionTimezone": "Asia/Tokyo", "ActionAfterCompletion": "DELETE",
    });
    account.create("once", "at(2027-02-01T09:00:00)", zone);
    account.create("kept", "at(2027-02-01T00:00:01)", json!({}));
    account.create("past", "at(2026-01-01T00:00:00)", json!({}));
    let all = account.until(YEAR_2027 + 365 * DAY);
    assert_eq!(
        shown(&all),
        ["2027-02-01T00:00:00Z", "2027-02-01T00:00:01Z"]
    );
    let rest = account.call("ListSchedules", json!({}));
    let rest: Vec<&str> = rest["Schedules"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["Name"].as_str())
        .collect();
    assert_eq!(rest, ["kept", "past"]);
}

#[test]
fn the_last_run_before_the_end_removes_a_schedule_that_wants_it() {
    let mut account = Account::new();
    let end = json!({ "EndDate": "2027-01-03T00:00:00Z", "ActionAfterCompletion": "DELETE" });
    account.create("short", "cron(0 12 * * ? *)", end);
    assert_eq!(account.until(YEAR_2027 + 30 * DAY).len(), 2);
    let gone = account.try_call("GetSchedule", json!({ "Name": "short" }));
    assert_eq!(
        gone,
        Err("ResourceNotFoundException: Schedule short does not exist.".into())
    );
}

#[test]
fn flexible_windows_choose_from_the_seed() {
    let times = |seed: u64| {
        let mut account = Account::new();
        account.schedules = Schedules::new(seed);
        let window = json!({
            "FlexibleTimeWindow": { "Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15 },
        });
        account.create("loose", "rate(1 hour)", window);
        account.run(YEAR_2027 + 2 * DAY)
    };
    let fired = times(1);
    assert!(fired.len() >= 47);
    for (hour, (at, one)) in fired.iter().enumerate() {
        let named = YEAR_2027 + hour as u64 * HOUR;
        assert_eq!(one.scheduled, named);
        assert!((named..named + 15 * MINUTE).contains(at));
    }
    assert!(fired.windows(2).any(|two| two[1].0 - two[0].0 != HOUR));
    let only = |fired: &[(u64, Fired)]| fired.iter().map(|(at, _)| *at).collect::<Vec<_>>();
    assert_eq!(only(&fired), only(&times(1)));
    assert_ne!(only(&fired), only(&times(2)));
}
