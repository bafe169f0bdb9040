//! Dates as sentences write them, and the day that is meant.

use super::sorts::Sorts;
use super::tokens::{Token, Tokens, What};
use crate::date::{self, Date};

/// A date as written: perhaps without a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    year: Option<u16>,
    month: Option<u8>,
    day: Option<u8>,
}

impl Written {
    /// The date, where the year is missing the latest one up to the article's date; none if neither
    /// has a year, or there is no such day.
    pub(super) fn resolved(self, article: Option<Date>) -> Option<Date> {
        if let Some(year) = self.year {
            return Date::new(year, self.month, self.day);
        }
        let article = article?;
        let this = Date::new(article.year(), self.month, self.day);
        let later = this.is_none_or(|this| begins_after(this, article));
        if later { Date::new(article.year().checked_sub(1)?, self.month, self.day) } else { this }
    }
}

/// Whether `date` begins after all that is known of `article`.
fn begins_after(date: Date, article: Date) -> bool {
    let key = |date: Date, open: u8| (date.month().unwrap_or(open), date.day().unwrap_or(open));
    date.year() > article.year()
        || date.year() == article.year() && key(date, 1) > key(article, u8::MAX)
}

/// Reads a text that is a date and nothing else: "June 24", "24 June 2023", "June 24, 2023",
/// "June 2023", "June 24–26", "2023-06-24"; of a range the first day.
pub(super) fn written(text: &str) -> Option<Written> {
    if text.is_empty() || text.len() > 60 {
        return None;
    }
    if let Ok(date) = text.parse::<Date>() {
        let only_year = date.month().is_none();
        let (month, day) = (date.month(), date.day());
        let year = Some(date.year()).filter(|year| (1900..2100).contains(year));
        return (!only_year || year.is_some()).then_some(Written { year, month, day });
    }
    let is_part = |c: char| c.is_alphanumeric();
    let words: Vec<&str> = text.split(|c: char| !is_part(c)).filter(|w| !w.is_empty()).collect();
    let marks_fit = text.chars().all(|c| is_part(c) || " ,.–—-/&".contains(c));
    if !marks_fit || words.len() > 7 {
        return None;
    }
    let (mut year, mut month, mut day) = (None, None, None);
    for word in words {
        if let Some(found) = date::month_named(word) {
            month = month.or(Some(found));
        } else if let Some(found) = year_of(word) {
            year = year.or(Some(found));
        } else if let Some(found) = day_of(word) {
            day = day.or(Some(found));
        } else if word != "and" {
            return None;
        }
    }
    month.map(|month| Written { year, month: Some(month), day })
}

fn year_of(word: &str) -> Option<u16> {
    let year = (word.len() == 4).then(|| word.parse().ok()).flatten()?;
    (1900..2100).contains(&year).then_some(year)
}

fn day_of(word: &str) -> Option<u8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = &word[digits.len()..];
    let fits = matches!(ending, "" | "st" | "nd" | "rd" | "th");
    let day = (fits && (1..=2).contains(&digits.len())).then(|| digits.parse().ok()).flatten()?;
    (1..=31).contains(&day).then_some(day)
}

/// A date found in a sentence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The first of its tokens.
    pub(super) at: usize,
    pub(super) date: Date,
}

/// The date of what the first of `tokens` report: the first of those that stand outside quotations,
/// say nothing of the future and do not lie in the article's, those known to the day first.
pub(super) fn of_sentence(text: &str, tokens: &Tokens, article: Option<Date>) -> Option<Found> {
    const DATES: Sorts = Sorts::of(&[Sorts::TIME, Sorts::NUMBER, Sorts::PERIOD]);
    if !tokens.sorts.any(DATES) {
        return None;
    }
    let mut best: Option<Found> = None;
    let mut future = false;
    let precision = |date: Date| u8::from(date.month().is_some()) + u8::from(date.day().is_some());
    for (at, token) in tokens.list.iter().enumerate() {
        if matches!(token.what, What::Comma | What::Break | What::Close) {
            future = false;
        }
        future |= token.is(Sorts::FUTURE);
        if future || !token.is(DATES) || token.has(Sorts::QUOTED | Sorts::ASIDE) {
            continue;
        }
        let Some(date) = date_at(text, &tokens.list, at, article) else { continue };
        let later = article.is_some_and(|article| begins_after(date, article));
        if !later && best.is_none_or(|best| precision(date) > precision(best.date)) {
            best = Some(Found { at, date });
        }
    }
    best
}

fn date_at(text: &str, tokens: &[Token], at: usize, article: Option<Date>) -> Option<Date> {
    let word = |at: usize| tokens.get(at).filter(|t| t.what == What::Word).map(|t| t.text(text));
    let before = at.checked_sub(1).and_then(word).unwrap_or("");
    let token = word(at)?;
    if is_listed(&["since", "until", "till", "by", "from", "before", "next"], before) {
        return None;
    }
    if tokens[at].is(Sorts::TIME) {
        if let Some(month) = date::month_named(token) {
            return month_at(text, tokens, at, month, article);
        }
        let article = article?;
        if let Some(weekday) = date::weekday_named(token) {
            return article.last_weekday(weekday);
        }
        let days_ago = ["today", "yesterday"].iter().position(|d| d.eq_ignore_ascii_case(token))?;
        return article.minus_days(u16::try_from(days_ago).ok()?);
    }
    if let Some(year) = year_of(token) {
        let alone = is_listed(&["in", "during", "throughout"], before);
        return alone.then(|| Date::new(year, None, None)).flatten();
    }
    let article = article?;
    match token {
        "week" | "month" | "year" => {
            let back =
                ["this", "last", "previous"].iter().position(|w| w.eq_ignore_ascii_case(before));
            period(token, u16::from(back? > 0), article)
        }
        "ago" | "earlier" => {
            let count = at.checked_sub(2).and_then(word).and_then(number)?;
            period(before.trim_end_matches('s'), count, article)
        }
        "morning" | "evening" | "afternoon" if before == "this" => article.minus_days(0),
        _ => None,
    }
}

/// `back` days, weeks, months or years before `article`, as precise as that says.
fn period(unit: &str, back: u16, article: Date) -> Option<Date> {
    match unit {
        "day" => article.minus_days(back),
        "week" if back == 0 => Date::new(article.year(), article.month(), None),
        "week" => {
            let day = article.minus_days(back.checked_mul(7)?)?;
            Date::new(day.year(), day.month(), None)
        }
        "month" => article.minus_months(back),
        "year" => Date::new(article.year().checked_sub(back)?, None, None),
        _ => None,
    }
}

fn month_at(
    text: &str,
    tokens: &[Token],
    at: usize,
    month: u8,
    article: Option<Date>,
) -> Option<Date> {
    let word = |at: usize| tokens.get(at).filter(|t| t.what == What::Word).map(|t| t.text(text));
    let before = at.checked_sub(1).and_then(word);
    let behind = word(at + 1);
    // "may" and "march" are months only as names are written.
    if !tokens[at].has(Sorts::CAPITAL) {
        return None;
    }
    if let Some(day) = behind.and_then(|w| day_of(w.split(['-', '–']).next().unwrap_or(w))) {
        let after_comma = tokens.get(at + 2).filter(|t| t.what == What::Comma);
        let year = word(at + 2 + usize::from(after_comma.is_some())).and_then(year_of);
        return Written { year, month: Some(month), day: Some(day) }.resolved(article);
    }
    let year = behind.and_then(year_of);
    let day = before.and_then(day_of).or_else(|| {
        let of = before.is_some_and(|before| before == "of");
        at.checked_sub(2).filter(|_| of).and_then(word).and_then(day_of)
    });
    let introduced = before.is_some_and(|w| {
        is_listed(&["in", "during", "late", "early", "mid", "last", "of", "this"], w)
    });
    let found = Written { year, month: Some(month), day };
    (day.is_some() || year.is_some() || introduced).then(|| found.resolved(article)).flatten()
}

fn number(word: &str) -> Option<u16> {
    const WORDS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    if is_listed(&["a", "an"], word) {
        return Some(1);
    }
    let spelled = WORDS.iter().position(|known| known.eq_ignore_ascii_case(word)).map(|at| at + 1);
    spelled.and_then(|n| u16::try_from(n).ok()).or_else(|| word.parse().ok().filter(|n| *n < 400))
}

fn is_listed(words: &[&str], word: &str) -> bool {
    words.iter().any(|listed| listed.eq_ignore_ascii_case(word))
}
