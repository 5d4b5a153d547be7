//! `cron(..)`: six fields, with the rules of EventBridge.

use super::{Expression, Invalid, invalid};

struct Field {
    name: &'static str,
    min: u32,
    max: u32,
    /// Words for the numbers from `min` on.
    words: &'static [&'static str],
    /// Signs beside `,`, `-`, `*` that AWS takes here.
    signs: &'static str,
}

const MONTHS: &[&str] = &[
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS: [Field; 6] = [
    Field {
        name: "minutes",
        min: 0,
        max: 59,
        words: &[],
        signs: "/",
    },
    Field {
        name: "hours",
        min: 0,
        max: 23,
        words: &[],
        signs: "/",
    },
    Field {
        name: "day of month",
        min: 1,
        max: 31,
        words: &[],
        signs: "/?LW",
    },
    Field {
        name: "month",
        min: 1,
        max: 12,
        words: MONTHS,
        signs: "/",
    },
    Field {
        name: "day of week",
        min: 1,
        max: 7,
        words: DAYS,
        signs: "?L#",
    },
    Field {
        name: "year",
        min: 1970,
        max: 2199,
        words: &[],
        signs: "/",
    },
];

pub(super) fn parse(inner: &str) -> Result<Expression, Invalid> {
    let parts: Vec<&str> = inner.split_ascii_whitespace().collect();
    let Ok(parts) = <[&str; 6]>::try_from(parts.as_slice()) else {
        return invalid(
            format!("has {} fields instead of six", parts.len()),
            Some("write minutes, hours, day of month, month, day of week, year: \"cron(0 8 * * ? *)\"".into()),
        );
    };
    for (field, part) in FIELDS.iter().zip(parts) {
        check(field, part)?;
    }
    match (parts[2], parts[4]) {
        ("?", "?") => invalid(
            "has `?` for both the day of month and the day of week",
            Some("write `*` in one of them".into()),
        ),
        ("?", _) | (_, "?") => Ok(Expression::Cron {
            fields: parts.map(str::to_owned),
        }),
        _ => invalid(
            "names both the day of month and the day of week",
            Some("write `?` in one of them".into()),
        ),
    }
}

fn check(field: &Field, part: &str) -> Result<(), Invalid> {
    if part == "?" {
        return if field.signs.contains('?') {
            Ok(())
        } else {
            invalid(format!("has `?` in the field {}", field.name), None)
        };
    }
    for item in part.split(',') {
        if !item_fits(field, item) {
            return invalid(
                format!("has `{item}` in the field {}", field.name),
                Some(range_help(field)),
            );
        }
    }
    Ok(())
}

fn range_help(field: &Field) -> String {
    let words = match field.words {
        [first, .., last] => format!(" or {first} to {last}"),
        _ => String::new(),
    };
    let signs: Vec<String> = field
        .signs
        .chars()
        .map(|sign| format!("`{sign}`"))
        .collect();
    format!(
        "it takes {} to {}{words}, with `,`, `-`, `*`, {}",
        field.min,
        field.max,
        signs.join(", ")
    )
}

fn item_fits(field: &Field, item: &str) -> bool {
    if let Some((from, step)) = item.split_once('/') {
        let span = field.max - field.min + 1;
        return field.signs.contains('/')
            && number(step).is_some_and(|step| step >= 1 && step <= span)
            && (from == "*" || value(field, from).is_some() || range_fits(field, from));
    }
    if field.signs.contains('W') {
        if item == "L" || item == "LW" {
            return true;
        }
        if let Some(day) = item.strip_suffix('W') {
            return value(field, day).is_some();
        }
        if let Some(offset) = item.strip_prefix("L-") {
            return number(offset).is_some_and(|offset| (1..=30).contains(&offset));
        }
    }
    if field.signs.contains('#') {
        if item == "L" {
            return true;
        }
        if let Some(day) = item.strip_suffix('L')
            && value(field, day).is_some()
        {
            return true;
        }
        if let Some((day, week)) = item.split_once('#') {
            return value(field, day).is_some()
                && number(week).is_some_and(|week| (1..=5).contains(&week));
        }
    }
    item == "*" || value(field, item).is_some() || range_fits(field, item)
}

fn range_fits(field: &Field, item: &str) -> bool {
    item.split_once('-').is_some_and(|(from, to)| {
        match (value(field, from), value(field, to)) {
            // Weeks and months may wrap: FRI-MON.
            (Some(from), Some(to)) => from <= to || !field.words.is_empty(),
            _ => false,
        }
    })
}

fn value(field: &Field, text: &str) -> Option<u32> {
    let upper = text.to_ascii_uppercase();
    if let Some(at) = field.words.iter().position(|word| *word == upper) {
        return Some(field.min + at as u32);
    }
    number(text).filter(|number| (field.min..=field.max).contains(number))
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
