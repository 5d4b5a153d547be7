//! The minutes that a `cron(..)` names, on a calendar without time zones.

use super::Expression;
use super::cron::{Days, FIELDS, Item, items, week_items};

/// A minute of a calendar and clock, wherever that hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minute {
    /// 1970 to 2199.
    pub year: u32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
}

impl Minute {
    /// The first minute of a day.
    fn of_day(year: u32, month: u32, day: u32) -> Minute {
        Minute {
            year,
            month,
            day,
            hour: 0,
            minute: 0,
        }
    }

    /// The minute after this one.
    #[must_use]
    pub fn next(self) -> Minute {
        let Minute {
            year, month, day, ..
        } = self;
        if self.minute < 59 {
            return Minute {
                minute: self.minute + 1,
                ..self
            };
        }
        if self.hour < 23 {
            return Minute {
                hour: self.hour + 1,
                minute: 0,
                ..self
            };
        }
        if day < days_in(year, month) {
            return Minute::of_day(year, month, day + 1);
        }
        match month {
            12 => Minute::of_day(year + 1, 1, 1),
            month => Minute::of_day(year, month + 1, 1),
        }
    }
}

/// Days of a month; 0 if there is no such month.
pub(super) fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// 1 for Sunday to 7 for Saturday (Sakamoto's method).
fn weekday(year: u32, month: u32, day: u32) -> u32 {
    const SHIFT: [u32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let year = if month < 3 { year - 1 } else { year };
    let shift = SHIFT[(month as usize - 1) % 12];
    (year + year / 4 - year / 100 + year / 400 + shift + day) % 7 + 1
}

/// When a `cron(..)` runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    minutes: Vec<u32>,
    hours: Vec<u32>,
    months: Vec<u32>,
    years: Vec<u32>,
    days: Days,
}

impl Times {
    /// Of an expression that [`super::parse`] gave; none for rates and single times.
    pub fn of(expression: &Expression) -> Option<Times> {
        let Expression::Cron { fields } = expression else {
            return None;
        };
        let numbers = |at: usize| {
            let (field, items) = (&FIELDS[at], items(&FIELDS[at], &fields[at]));
            (field.min..=field.max)
                .filter(|number| items.iter().any(|item| item.names(*number)))
                .collect()
        };
        Some(Times {
            minutes: numbers(0),
            hours: numbers(1),
            months: numbers(3),
            years: numbers(5),
            days: match fields[4].as_str() {
                "?" => Days::OfMonth(items(&FIELDS[2], &fields[2])),
                of_week => Days::OfWeek(week_items(of_week)),
            },
        })
    }

    /// The first time that is not before `from`.
    pub fn first(&self, from: Minute) -> Option<Minute> {
        for &year in since(&self.years, from.year) {
            let month = if year == from.year { from.month } else { 1 };
            for &month in since(&self.months, month) {
                let same = (year, month) == (from.year, from.month);
                let day = if same { from.day } else { 1 };
                let days = day..=days_in(year, month);
                for day in days.filter(|day| self.has_day(year, month, *day)) {
                    let start = Minute::of_day(year, month, day);
                    if let Some(found) = self.in_day(start.max(from)) {
                        return Some(found);
                    }
                }
            }
        }
        None
    }

    /// The first time on a day.
    fn in_day(&self, from: Minute) -> Option<Minute> {
        since(&self.hours, from.hour).iter().find_map(|&hour| {
            let minute = if hour == from.hour { from.minute } else { 0 };
            let minute = *since(&self.minutes, minute).first()?;
            Some(Minute {
                hour,
                minute,
                ..from
            })
        })
    }

    fn has_day(&self, year: u32, month: u32, day: u32) -> bool {
        let last = days_in(year, month);
        let of_week = weekday(year, month, day);
        match &self.days {
            Days::OfMonth(items) => items.iter().any(|item| match *item {
                Item::Last(before) => day + before == last,
                Item::Workday(near) => near <= last && day == workday(year, month, near),
                Item::LastWorkday => day == workday(year, month, last),
                ref item => item.names(day),
            }),
            Days::OfWeek(items) => items.iter().any(|item| match *item {
                Item::LastOfMonth(wanted) => of_week == wanted && day + 7 > last,
                Item::Nth(wanted, nth) => of_week == wanted && (day - 1) / 7 + 1 == nth,
                ref item => item.names(of_week),
            }),
        }
    }
}

/// The numbers of an ordered list that are not below one.
fn since(numbers: &[u32], from: u32) -> &[u32] {
    &numbers[numbers.partition_point(|number| *number < from)..]
}

/// The day from Monday to Friday that is nearest to a day, in the same month.
fn workday(year: u32, month: u32, day: u32) -> u32 {
    match weekday(year, month, day) {
        7 if day == 1 => 3,
        7 => day - 1,
        1 if day == days_in(year, month) => day - 2,
        1 => day + 1,
        _ => day,
    }
}
