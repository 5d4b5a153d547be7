//! `cron(..)`: six fields, with the rules of EventBridge.

use super::{Expression, Invalid, invalid};

pub(super) struct Field {
    name: &'static str,
    pub(super) min: u32,
    pub(super) max: u32,
    /// Words for the numbers from `min` on.
    words: &'static [&'static str],
    /// Signs beside `,`, `-`, `*` that AWS takes here.
    signs: &'static str,
}

const MONTHS: &[&str] = &[
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

pub(super) const FIELDS: [Field; 6] = [
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

/// The days that an expression names, by one of two fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Days {
    OfMonth(Vec<Item>),
    OfWeek(Vec<Item>),
}

/// What stands between two commas of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// Every so many numbers within a range.
    Range { from: u32, to: u32, step: u32 },
    /// The same, from November to February: on from the first number behind the last one of the
    /// field, of which there are `span`.
    Around {
        from: u32,
        to: u32,
        step: u32,
        span: u32,
    },
    /// `L`, `L-3`: so many days before the last of the month.
    Last(u32),
    /// `3W`: the workday that is nearest to the day.
    Workday(u32),
    /// `LW`: the last workday of the month.
    LastWorkday,
    /// `6L`: the last such day of the month.
    LastOfMonth(u32),
    /// `6#3`: the third such day of the month.
    Nth(u32, u32),
}

impl Item {
    /// Whether a number is in the range; the other items are not about the number alone.
    pub(super) fn names(&self, number: u32) -> bool {
        match *self {
            Item::Range { from, to, step } => {
                (from..=to).contains(&number) && (number - from).is_multiple_of(step)
            }
            Item::Around {
                from,
                to,
                step,
                span,
            } => match number {
                number if number >= from => (number - from).is_multiple_of(step),
                number => number <= to && (number + span - from).is_multiple_of(step),
            },
            _ => false,
        }
    }
}

/// The items of a field that was checked.
pub(super) fn items(field: &Field, part: &str) -> Vec<Item> {
    part.split(',')
        .filter_map(|item| of_month(item).or_else(|| range(field, item)))
        .collect()
}

/// The items of the field day of week.
pub(super) fn week_items(part: &str) -> Vec<Item> {
    let field = &FIELDS[4];
    let of_week = |item: &str| {
        if item == "L" {
            // The last day of the week.
            return range(field, "SAT");
        }
        if let Some((day, nth)) = item.split_once('#') {
            return Some(Item::Nth(value(field, day)?, number(nth)?));
        }
        let last = item.strip_suffix('L').and_then(|day| value(field, day));
        last.map(Item::LastOfMonth).or_else(|| range(field, item))
    };
    part.split(',').filter_map(of_week).collect()
}

/// What only the field day of month has.
fn of_month(item: &str) -> Option<Item> {
    match item {
        "L" => Some(Item::Last(0)),
        "LW" => Some(Item::LastWorkday),
        item => match item.strip_prefix("L-") {
            Some(before) => number(before).map(Item::Last),
            None => item.strip_suffix('W').and_then(number).map(Item::Workday),
        },
    }
}

fn range(field: &Field, item: &str) -> Option<Item> {
    let (item, step) = match item.split_once('/') {
        Some((item, step)) => (item, Some(number(step)?)),
        None => (item, None),
    };
    let (from, to) = match item.split_once('-') {
        Some((from, to)) => (value(field, from)?, value(field, to)?),
        None if item == "*" => (field.min, field.max),
        None => {
            let from = value(field, item)?;
            // `5/15` goes on to the end.
            (from, if step.is_some() { field.max } else { from })
        }
    };
    let step = step.unwrap_or(1);
    Some(match from <= to {
        true => Item::Range { from, to, step },
        false => Item::Around {
            from,
            to,
            step,
            span: field.max - field.min + 1,
        },
    })
}
