//! The times of `cron(..)`, against those of Quartz Scheduler.

use ifc_catalog::schedule::{Minute, Times, parse};
use serde_json::{Value, json};

fn times(cron: &str) -> Times {
    let expression = parse(&format!("cron({cron})")).expect("AWS takes it");
    Times::of(&expression).expect("it is no rate")
}

fn text(minute: Minute) -> String {
    let Minute {
        year,
        month,
        day,
        hour,
        minute,
    } = minute;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
}

fn begin(year: u32) -> Minute {
    Minute {
        year,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
    }
}

/// All times of a year, in order.
fn of_year(times: &Times, year: u32) -> Vec<Minute> {
    let mut all = Vec::new();
    let mut from = begin(year);
    while let Some(time) = times.first(from).filter(|time| time.year == year) {
        all.push(time);
        from = time.next();
    }
    all
}

/// FNV-1a over the texts, one a line.
fn hash(all: &[Minute]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for time in all {
        for byte in (text(*time) + "\n").bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[test]
fn a_common_and_a_leap_year_are_those_of_quartz() {
    let data: Value = serde_json::from_str(include_str!("cron_times.json")).expect("JSON");
    let expressions = data["expressions"].as_object().expect("an object");
    assert!(expressions.len() > 40);
    for (cron, years) in expressions {
        let times = times(cron);
        for (year, expected) in years.as_object().expect("an object") {
            let all = of_year(&times, year.parse().expect("a year"));
            let first: Vec<String> = all.iter().take(6).map(|time| text(*time)).collect();
            assert_eq!(
                json!([all.len(), hash(&all), first]),
                *expected,
                "{cron} in {year}"
            );
        }
    }
}

#[test]
fn the_first_time_is_found_from_anywhere() {
    for cron in [
        "17 3 28,29,30 2 ? *",
        "0/25 2/9 ? * FRI-MON *",
        "59 23 LW * ? *",
    ] {
        let times = times(cron);
        let all = of_year(&times, 2028);
        let mut from = begin(2028);
        for expected in &all {
            while from <= *expected {
                let first = times.first(from);
                assert_eq!(first, Some(*expected), "{cron} from {}", text(from));
                from = (0..97).fold(from, |from, _| from.next());
            }
        }
    }
}

#[test]
fn years_end() {
    let leap = times("0 0 29 2 ? *");
    let found = leap.first(begin(2097)).map(text);
    // 2100 is no leap year.
    assert_eq!(found.as_deref(), Some("2104-02-29T00:00"));
    assert_eq!(times("0 0 1 1 ? 2030").first(begin(2031)), None);
    assert_eq!(times("0 0 30 2 ? *").first(begin(2026)), None);
    assert_eq!(
        times("59 23 31 12 ? 2199")
            .first(begin(2026))
            .map(|t| t.next().year),
        Some(2200)
    );
}

#[test]
fn rates_and_single_times_have_no_calendar() {
    for text in ["rate(5 minutes)", "at(2027-01-01T00:00:00)"] {
        assert_eq!(Times::of(&parse(text).expect("AWS takes it")), None);
    }
}
