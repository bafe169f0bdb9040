use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A date of the Gregorian calendar known to the day, the month or the year.
///
/// The year is 1 to 9999; a day exists only with a month, and in that month. Ordered by what is
/// known: `2023` before `2023-06` before `2023-06-24`. Written as in ISO 8601.
///
/// # Examples
/// ```
/// use stance_core::Date;
/// let date: Date = "2023-06-24".parse()?;
/// assert_eq!((date.year(), date.month(), date.day()), (2023, Some(6), Some(24)));
/// assert!("2023-02-30".parse::<Date>().is_err());
/// # Ok::<(), stance_core::DateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

/// The error of making a [`Date`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date: {found:?}, expected YYYY-MM-DD, YYYY-MM or YYYY")]
pub struct DateError {
    found: String,
}

impl Date {
    /// Makes a date, or `None` if there is no such day.
    #[must_use]
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        let month_fits = month.is_none_or(|m| (1..=12).contains(&m));
        let day_fits = match (month, day) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(m), Some(d)) => (1..=days_in(year, m)).contains(&d),
        };
        ((1..=9999).contains(&year) && month_fits && day_fits).then_some(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12, if known.
    #[must_use]
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// The day of the month, from 1, if known.
    #[must_use]
    pub fn day(self) -> Option<u8> {
        self.day
    }

    /// The day `days` before this one; none if this is not known to the day.
    pub(crate) fn minus_days(self, days: u16) -> Option<Self> {
        let day = self.civil()?.checked_sub(i64::from(days).days()).ok()?;
        Self::of_civil(day)
    }

    /// The month `months` before this one, without a day; none if no month is known.
    pub(crate) fn minus_months(self, months: u16) -> Option<Self> {
        let first = Self { day: Some(1), month: Some(self.month?), ..self };
        let month = first.civil()?.checked_sub(i64::from(months).months()).ok()?;
        Self::of_civil(month).map(|date| Self { day: None, ..date })
    }

    /// The latest `weekday`, 0 for Monday, on or before this day.
    pub(crate) fn last_weekday(self, weekday: u8) -> Option<Self> {
        let today = self.civil()?.weekday().to_monday_zero_offset();
        let back = (today - i8::try_from(weekday).ok()?).rem_euclid(7);
        self.minus_days(u16::try_from(back).ok()?)
    }

    fn civil(self) -> Option<jiff::civil::Date> {
        let narrow = |part: Option<u8>| part.and_then(|part| i8::try_from(part).ok());
        let year = i16::try_from(self.year).ok()?;
        jiff::civil::Date::new(year, narrow(self.month)?, narrow(self.day)?).ok()
    }

    fn of_civil(date: jiff::civil::Date) -> Option<Self> {
        let narrow = |part: i8| u8::try_from(part).ok();
        Self::new(u16::try_from(date.year()).ok()?, narrow(date.month()), narrow(date.day()))
    }
}

/// The English names of the months, in lower case, January first.
pub(crate) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The English names of the weekdays, in lower case, Monday first.
pub(crate) const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The number of the month, 1 to 12, that `word` names in English, in any case: whole, or by its
/// first three letters ("Sept" too).
///
/// # Examples
/// ```
/// use stance_core::month_named;
/// assert_eq!((month_named("June"), month_named("sept"), month_named("Mon")), (Some(6), Some(9), None));
/// ```
#[must_use]
pub fn month_named(word: &str) -> Option<u8> {
    let fits = |name: &str| match word.len() {
        3 => name[..3].eq_ignore_ascii_case(word),
        4 if word.eq_ignore_ascii_case("sept") => name.starts_with("sept"),
        _ => name.eq_ignore_ascii_case(word),
    };
    MONTHS.iter().position(|name| fits(name)).and_then(|at| u8::try_from(at + 1).ok())
}

/// The number of the weekday, 0 for Monday, that `word` names in English, in any case.
pub(crate) fn weekday_named(word: &str) -> Option<u8> {
    let found = WEEKDAYS.iter().position(|name| name.eq_ignore_ascii_case(word));
    found.and_then(|at| u8::try_from(at).ok())
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let mut parts = text.split('-');
            let year = digits(parts.next()?, 4)?;
            let month = parts.next().map(|p| digits(p, 2)).map_or(Some(None), |m| m.map(Some))?;
            let day = parts.next().map(|p| digits(p, 2)).map_or(Some(None), |d| d.map(Some))?;
            let small = |n: Option<u16>| n.and_then(|n| u8::try_from(n).ok());
            parts.next().is_none().then_some(())?;
            Self::new(year, small(month), small(day))
        };
        parse().ok_or_else(|| DateError { found: text.chars().take(40).collect() })
    }
}

fn digits(part: &str, width: usize) -> Option<u16> {
    (part.len() == width && part.bytes().all(|b| b.is_ascii_digit()))
        .then(|| part.parse().ok())
        .flatten()
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_every_precision_read_back_as_written() {
        for text in ["2023", "2023-06", "2023-06-24", "2024-02-29", "0988-01-01"] {
            assert_eq!(text.parse::<Date>().map(|d| d.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in ["", "23-06-24", "2023-13", "2023-00", "2023-02-29", "2023-6-4", "2023-06-24-1"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
