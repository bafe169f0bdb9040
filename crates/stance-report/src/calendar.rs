//! Dates as numbers of days, and which of them an axis of time names.

use stance_core::Date;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The middle of the year, month or day that `date` is known to, in days.
pub(crate) fn day_of(date: Date) -> f64 {
    let year = i32::from(date.year());
    match (date.month().map(i32::from), date.day()) {
        (None, _) => f64::midpoint(start(year, 1), start(year + 1, 1)),
        (Some(month), None) => f64::midpoint(start(year, month), start(year, month + 1)),
        (Some(month), Some(day)) => start(year, month) + f64::from(day) - 0.5,
    }
}

/// The day that a month begins on; months count on beyond 12 into the next years.
fn start(year: i32, month: i32) -> f64 {
    let months = year * 12 + month - 1;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    // Years that begin in March end with the day that leap years add.
    let year = if month <= 2 { year - 1 } else { year };
    let century = year.div_euclid(100);
    let days = year * 365 + year.div_euclid(4) - century + century.div_euclid(4);
    f64::from(days + (153 * ((month + 9) % 12) + 2) / 5)
}

/// `date` as it is written: `3 Mar 2024`, `Mar 2024`, `2024`.
pub(crate) fn show(date: Date) -> String {
    let month = date.month().and_then(|month| MONTHS.get(usize::from(month) - 1));
    match (month, date.day()) {
        (Some(month), Some(day)) => format!("{day} {month} {}", date.year()),
        (Some(month), None) => format!("{month} {}", date.year()),
        (None, _) => date.year().to_string(),
    }
}

/// The days between `first` and `last` to name, at most about `most`, each with its name: years,
/// months or days as there is room.
pub(crate) fn ticks(first: f64, last: f64, most: f64) -> Vec<(f64, String)> {
    const STEPS: [i32; 14] = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12_000];
    let months = (last - first) / 30.44;
    if months < 2.5 {
        return day_ticks(first, last, most);
    }
    let fits = STEPS.into_iter().find(|&step| months / f64::from(step) <= most.max(1.0));
    let step = fits.unwrap_or(12_000);
    let named = |month: i32| {
        let (year, month) = (month.div_euclid(12), month.rem_euclid(12));
        let name = usize::try_from(month).ok().and_then(|month| MONTHS.get(month));
        if step >= 12 { year.to_string() } else { format!("{} {year}", name.unwrap_or(&"")) }
    };
    let from = month_before(first);
    let from = from - from.rem_euclid(step);
    (0..)
        .map(|at| from + at * step)
        .map(|month| (start(0, month + 1), month))
        .skip_while(|(day, _)| *day < first)
        .take_while(|(day, _)| *day <= last)
        .map(|(day, month)| (day, named(month)))
        .collect()
}

/// The first month that begins no later than `day`, or one before it.
#[expect(clippy::cast_possible_truncation, reason = "a date's year is at most 9999")]
fn month_before(day: f64) -> i32 {
    (day / 30.436_875).floor() as i32 + 1
}

fn day_ticks(first: f64, last: f64, most: f64) -> Vec<(f64, String)> {
    let step = [1_i32, 2, 7, 14, 28, 56].into_iter().map(f64::from);
    let step = step.into_iter().find(|step| (last - first) / step <= most.max(1.0)).unwrap_or(91.0);
    let mut day = first.ceil();
    let mut ticks = Vec::new();
    while day <= last {
        ticks.push((day, day_name(day)));
        day += step;
    }
    ticks
}

fn day_name(day: f64) -> String {
    let mut month = month_before(day) + 2;
    while start(0, month + 1) > day {
        month -= 1;
    }
    let name = usize::try_from(month.rem_euclid(12)).ok().and_then(|month| MONTHS.get(month));
    let of_month = day.floor() - start(0, month + 1) + 1.0;
    format!("{of_month} {}", name.unwrap_or(&""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> f64 {
        day_of(text.parse().expect("a date"))
    }

    #[test]
    fn days_follow_each_other_across_months_and_leap_years() {
        let cases = [
            ("2024-02-28", "2024-03-01", 2.0),
            ("2023-02-28", "2023-03-01", 1.0),
            ("1900-02-28", "1900-03-01", 1.0),
            ("2000-02-28", "2000-03-01", 2.0),
            ("2024-01-01", "2025-01-01", 366.0),
            ("2024-06-01", "2024-06", 14.5),
            ("2023-01-01", "2023", 182.0),
        ];
        for (first, last, days) in cases {
            assert!((day(last) - day(first) - days).abs() < 1e-9, "{first} to {last}");
        }
    }

    #[test]
    fn an_axis_names_what_has_room() {
        let names = |first: &str, last: &str, most: f64| -> Vec<String> {
            ticks(day(first), day(last), most).into_iter().map(|(_, name)| name).collect()
        };
        assert_eq!(names("2023-01-01", "2023-12-31", 5.0), ["Apr 2023", "Jul 2023", "Oct 2023"]);
        assert_eq!(names("2020-05-01", "2024-05-01", 6.0), ["2021", "2022", "2023", "2024"]);
        assert_eq!(names("2024-02-27", "2024-03-02", 9.0), ["28 Feb", "29 Feb", "1 Mar", "2 Mar"]);
        assert!(names("0001-01-01", "9999-12-31", 8.0).len() <= 9);
        assert_eq!(ticks(day("2024-01-01"), day("2024-01-01"), 5.0).len(), 0);
    }
}
