use stance_core::{Date, month_named};

/// Reads a date as news items write it; `None` when it is not understood.
///
/// Understands ISO 8601 dates, months, years and date-times (the calendar day as written, whatever
/// the offset), `2023/06/24`, `20230624`, `24.06.2023`, `24/06/2023` where only one reading is
/// possible, RFC 2822, and days with a month's name in English or Russian in either order, with
/// words around them. Numbers that count seconds are no dates.
///
/// # Examples
/// ```
/// use stance_io::parse_date;
/// let day = "2023-06-24".parse().ok();
/// assert_eq!(parse_date("2023-06-24T23:30:00+06:00"), day);
/// assert_eq!(parse_date("Sat, 24 Jun 2023 10:00:00 GMT"), day);
/// assert_eq!(parse_date("Jun. 24, 2023"), day);
/// assert_eq!(parse_date("24 июня 2023 года"), day);
/// assert_eq!(parse_date("yesterday"), None);
/// ```
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.len() > 200 {
        return None;
    }
    numeric(text).or_else(|| with_month_name(text))
}

/// Dates of digits alone, perhaps followed by a time.
fn numeric(text: &str) -> Option<Date> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !"-/.".contains(c));
    let (date, rest) = text.split_at(end.unwrap_or(text.len()));
    if !(rest.is_empty() || rest.starts_with(['T', 't', ' ', ',', 'Z', '\u{a0}'])) {
        return None;
    }
    let date = date.trim_end_matches('.');
    let separator = date.chars().find(|c| !c.is_ascii_digit());
    let parts: Vec<&str> = separator.map_or_else(|| vec![date], |s| date.split(s).collect());
    match parts.as_slice() {
        [all] if all.len() == 8 => day(&all[..4], &all[4..6], &all[6..]),
        [year] if year.len() == 4 && rest.is_empty() => Date::new(year.parse().ok()?, None, None),
        [year, month] if year.len() == 4 => {
            Date::new(year.parse().ok()?, Some(small(month)?), None)
        }
        [year, month, d] if year.len() == 4 => day(year, month, d),
        [d, month, year] if year.len() == 4 && separator == Some('.') => day(year, month, d),
        [a, b, year] if year.len() == 4 => match (day(year, b, a), day(year, a, b)) {
            (Some(one), Some(other)) if one != other => None,
            (one, other) => one.or(other),
        },
        _ => None,
    }
}

/// Dates with a month's name, wherever in `text` they stand.
fn with_month_name(text: &str) -> Option<Date> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let year_at = |at: usize| words.get(at).filter(|w| w.len() == 4)?.parse::<u16>().ok();
    let day_at = |at: usize| words.get(at).and_then(|w| small(w.trim_end_matches(ORDINAL)));
    words.iter().enumerate().find_map(|(at, word)| {
        let month = Some(month(word)?);
        if let (Some(d), Some(year)) = (day_at(at + 1), year_at(at + 2)) {
            return Date::new(year, month, Some(d));
        }
        let year = year_at(at + 1)?;
        let before = at.checked_sub(1).and_then(day_at);
        Date::new(year, month, before)
    })
}

const ORDINAL: [char; 6] = ['s', 't', 'n', 'd', 'r', 'h'];

fn day(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, Some(small(month)?), Some(small(day)?))
}

fn small(digits: &str) -> Option<u8> {
    let fits = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten()
}

fn month(word: &str) -> Option<u8> {
    const RUSSIAN: [&str; 12] = [
        "январ",
        "феврал",
        "март",
        "апрел",
        "ма",
        "июн",
        "июл",
        "август",
        "сентябр",
        "октябр",
        "ноябр",
        "декабр",
    ];
    let word = word.to_lowercase();
    let russian = |stem: &&str| {
        word.strip_prefix(stem).is_some_and(|end| matches!(end, "я" | "ь" | "а" | "" | "й"))
            && word != "ма"
    };
    let found = || RUSSIAN.iter().position(russian).and_then(|at| u8::try_from(at + 1).ok());
    month_named(&word).or_else(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_however_they_are_written() {
        let cases = [
            ("2023-06-24", "2023-06-24"),
            ("2023-06-24T00:30:00+06:00", "2023-06-24"),
            ("2023-06-24 10:00", "2023-06-24"),
            ("20230624T101500Z", "2023-06-24"),
            ("20230624", "2023-06-24"),
            ("2023/6/4", "2023-06-04"),
            ("24.06.2023", "2023-06-24"),
            ("24.06.2023, 18:05", "2023-06-24"),
            ("24/06/2023", "2023-06-24"),
            ("06/24/2023", "2023-06-24"),
            ("05/05/2023", "2023-05-05"),
            ("2023-06", "2023-06"),
            ("2023", "2023"),
            ("24 June 2023", "2023-06-24"),
            ("June 24, 2023", "2023-06-24"),
            ("Jun. 24, 2023", "2023-06-24"),
            ("Sept. 4th 2023", "2023-09-04"),
            ("24-Jun-2023", "2023-06-24"),
            ("Saturday, June 24, 2023 at 6:05 pm", "2023-06-24"),
            ("Sat, 24 Jun 2023 23:00:00 +0600", "2023-06-24"),
            ("Published: 24 May 2023", "2023-05-24"),
            ("June 2023", "2023-06"),
            ("24 июня 2023 г.", "2023-06-24"),
            ("1 мая 2023", "2023-05-01"),
        ];
        for (text, expected) in cases {
            let found = parse_date(text).map(|date| date.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_single_date_is_left_alone() {
        for text in [
            "",
            "today",
            "1687600000",
            "1687600000000",
            "05/06/2023",
            "2023-02-30",
            "24.06.23",
            "June",
            "Marching 24 2023",
            "99999999",
            "2023-06-24abc",
            "31 June 2023",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
