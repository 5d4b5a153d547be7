//! Durations as users write them: `"500ms"`, `"5s"`, `"10m"`, `"1h"`, `"4d"`.

/// Milliseconds of a second.
pub const SECOND: u64 = 1_000;
/// Milliseconds of a minute.
pub const MINUTE: u64 = 60 * SECOND;
/// Milliseconds of an hour.
pub const HOUR: u64 = 60 * MINUTE;
/// Milliseconds of a day.
pub const DAY: u64 = 24 * HOUR;

const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", SECOND),
    ("m", MINUTE),
    ("h", HOUR),
    ("d", DAY),
];

/// Milliseconds of a text, or what is wrong with it.
pub fn parse(text: &str) -> Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let Some((_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(match unit {
            "" if digits > 0 => "needs a unit: ms, s, m, h or d".into(),
            _ => "is not a duration such as \"500ms\", \"5s\", \"10m\", \"1h\" or \"4d\"".into(),
        });
    };
    if digits == 0 {
        return Err("needs a number before the unit".into());
    }
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(*factor))
        .ok_or_else(|| "is too large".into())
}

/// The shortest text of a duration in milliseconds.
pub fn text(milliseconds: u64) -> String {
    let (unit, factor) = UNITS
        .iter()
        .rev()
        .find(|(_, factor)| milliseconds.is_multiple_of(*factor) && milliseconds >= *factor)
        .unwrap_or(&("s", SECOND));
    format!("{}{unit}", milliseconds / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_unit() {
        assert_eq!(parse("500ms"), Ok(500));
        assert_eq!(parse("5s"), Ok(5_000));
        assert_eq!(parse("10m"), Ok(600_000));
        assert_eq!(parse("1h"), Ok(3_600_000));
        assert_eq!(parse("4d"), Ok(345_600_000));
        assert_eq!(parse("0s"), Ok(0));
    }

    #[test]
    fn refuses_what_has_no_meaning() {
        for text in [
            "",
            "s",
            "5",
            "5 s",
            "-5s",
            "5.5s",
            "5S",
            "5sec",
            "99999999999999999999d",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for given in ["0s", "1ms", "1500ms", "90s", "15m", "36h", "14d"] {
            assert_eq!(text(parse(given).unwrap_or(u64::MAX)), given);
        }
    }
}
