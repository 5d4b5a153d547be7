//! Moments, in milliseconds since 1970, as the services write and read them.

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// Milliseconds of a day.
pub(crate) const DAY: u64 = 24 * 60 * 60 * 1000;

fn timestamp(now: u64) -> Timestamp {
    let milliseconds = i64::try_from(now).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX)
}

/// `2013-05-24T00:00:00.000Z`.
pub(crate) fn iso(now: u64) -> String {
    timestamp(now)
        .strftime("%Y-%m-%dT%H:%M:%S.%3fZ")
        .to_string()
}

/// `2013-05-24T00:00:00Z`.
pub fn iso_seconds(now: u64) -> String {
    timestamp(now).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `20130524T000000Z`, as signatures have it.
pub(crate) fn basic(now: u64) -> String {
    timestamp(now).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Seconds since 1970 with milliseconds, as the services that speak JSON write a moment.
pub(crate) fn seconds(now: u64) -> serde_json::Value {
    match now % 1000 {
        0 => (now / 1000).into(),
        _ => (now as f64 / 1000.0).into(),
    }
}

/// Reads `20130524T000000Z`.
pub(crate) fn read_basic(text: &str) -> Option<u64> {
    let moment = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    let moment = jiff::tz::TimeZone::UTC.to_timestamp(moment).ok()?;
    u64::try_from(moment.as_millisecond()).ok()
}

/// Reads a moment: ISO 8601, a date of HTTP, or seconds since 1970.
pub fn read(value: &serde_json::Value) -> Option<u64> {
    if let Some(seconds) = value.as_f64() {
        return (seconds >= 0.0).then_some((seconds * 1000.0).round() as u64);
    }
    let text = value.as_str()?;
    let moment = match text.parse::<Timestamp>() {
        Ok(moment) => moment,
        // HTTP writes GMT, which the format of mail knows too.
        Err(_) => rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?,
    };
    u64::try_from(moment.as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn moments_come_back_as_they_went() {
        let moment = 1_369_353_600_000;
        assert_eq!(iso(moment), "2013-05-24T00:00:00.000Z");
        assert_eq!(iso_seconds(moment), "2013-05-24T00:00:00Z");
        assert_eq!(basic(moment), "20130524T000000Z");
        for millis in [moment, moment + 7, moment + 999] {
            assert_eq!(read(&seconds(millis)), Some(millis));
        }
        assert_eq!(read_basic("20130524T000000Z"), Some(moment));
        for text in [
            json!("2013-05-24T00:00:00.000Z"),
            json!("Fri, 24 May 2013 00:00:00 GMT"),
            json!(1_369_353_600),
        ] {
            assert_eq!(read(&text), Some(moment), "{text}");
        }
        assert_eq!(read(&json!("yesterday")), None);
        assert_eq!(read(&json!(-1)), None);
    }
}
