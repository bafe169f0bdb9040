//! Plain text: an optional title and header lines, then the body as it is.

use crate::columns::{Field, Fields};
use crate::dates::parse_date;

/// Splits `text` into title, header lines and body.
///
/// The body is what follows the header block, untouched; without such a block it is all of `text`.
pub(crate) fn read(text: &str) -> Fields {
    let mut fields = Fields::default();
    let mut rest = text;
    let is_titled = match title(text) {
        Some((title, after)) => {
            fields.set(Field::Title, Some(title.to_owned()));
            rest = after;
            true
        }
        None => false,
    };
    let mut is_headed = is_titled;
    loop {
        let (line, mut after) = cut_line(rest);
        if let Some((field, value)) = header(line) {
            fields.set(field, Some(value.to_owned()));
            // Under a bare date, a short line before a blank one names the outlet.
            let (below, beyond) = cut_line(after);
            if value == line && is_name(below) && cut_line(beyond).0.is_empty() {
                fields.set(Field::Outlet, Some(below.to_owned()));
                after = beyond;
            }
        } else if !(is_headed && is_byline(line) && next_is_header_or_blank(after)) {
            break;
        }
        is_headed = true;
        rest = after;
        // Blank lines between header lines belong to the header.
        let ahead = skip_blank(rest);
        if header(cut_line(ahead).0).is_some() {
            rest = ahead;
        }
    }
    let body = if is_headed { skip_blank(rest) } else { text };
    fields.set(Field::Body, Some(body.to_owned()));
    fields
}

fn cut_line(text: &str) -> (&str, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (line.trim(), rest)
}

fn skip_blank(mut text: &str) -> &str {
    while let (line, rest) = cut_line(text)
        && line.is_empty()
        && !rest.is_empty()
    {
        text = rest;
    }
    text
}

/// A first short line without final punctuation, set off by a blank line or a header line.
fn title(text: &str) -> Option<(&str, &str)> {
    const LONGEST: usize = 200;
    let (line, rest) = cut_line(skip_blank(text));
    let ends_open = !line.ends_with(['.', '!', '…', ':', ';', ',']);
    let is_set_off = !rest.trim().is_empty() && next_is_header_or_blank(rest);
    let fits = !line.is_empty() && line.chars().count() <= LONGEST && header(line).is_none();
    (fits && ends_open && is_set_off).then(|| (line, skip_blank(rest)))
}

fn next_is_header_or_blank(rest: &str) -> bool {
    let line = cut_line(rest).0;
    line.is_empty() || header(line).is_some() || is_byline(line)
}

/// `By Aigerim Toleuova`, which no field holds.
fn is_byline(line: &str) -> bool {
    line.strip_prefix("By ").is_some_and(|names| {
        let starts_upper = |word: &str| word.starts_with(char::is_uppercase) || word == "and";
        names.len() <= 80 && !names.ends_with('.') && names.split_whitespace().all(starts_upper)
    })
}

/// A short line that could be the name of an outlet.
fn is_name(line: &str) -> bool {
    let starts_upper = line.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    starts_upper && line.chars().count() <= 60 && !line.ends_with(['.', '!', '?', ':', ';', ','])
}

/// The field and the value of a header line such as `Date: 24 June 2023`, or of a bare date.
fn header(line: &str) -> Option<(Field, &str)> {
    const LONGEST: usize = 300;
    const KEYS: [(&str, Field); 11] = [
        ("title", Field::Title),
        ("headline", Field::Title),
        ("date", Field::Date),
        ("published", Field::Date),
        ("source", Field::Outlet),
        ("outlet", Field::Outlet),
        ("publisher", Field::Outlet),
        ("url", Field::Url),
        ("link", Field::Url),
        ("id", Field::Id),
        ("target", Field::Target),
    ];
    let field = |key: &str| {
        KEYS.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(key.trim())).map(|(_, f)| f)
    };
    let named = line.split_once(':').and_then(|(key, value)| Some((field(key)?, value.trim())));
    if let Some((field, value)) = named {
        return (!value.is_empty() && line.len() <= LONGEST).then_some((field, value));
    }
    let is_date = line.len() <= 40 && parse_date(line).is_some_and(|d| d.day().is_some());
    is_date.then_some((Field::Date, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> [String; 5] {
        let mut fields = read(text);
        [Field::Title, Field::Date, Field::Outlet, Field::Url, Field::Body]
            .map(|f| fields.take(f).unwrap_or_default())
    }

    #[test]
    fn a_header_block_is_cut_off_and_the_body_is_left_as_it_is() {
        let text = "Astana declines\r\n\r\nBy Aigerim Toleuova\r\nDate: 24 June 2023\r\n\
                    Source: Steppe Wire\r\nURL: https://steppe.example/1\r\n\r\n\
                    ASTANA, June 24 — It declined.\r\n\r\nIt gave no reason. \r\n";
        assert_eq!(
            fields(text),
            [
                "Astana declines",
                "24 June 2023",
                "Steppe Wire",
                "https://steppe.example/1",
                "ASTANA, June 24 — It declined.\r\n\r\nIt gave no reason. \r\n",
            ]
        );
    }

    #[test]
    fn header_lines_without_a_title_are_read() {
        let text = "Date: 2023-06-24\n\nOutlet: Kun.uz\nTashkent would not intervene.";
        let body = "Tashkent would not intervene.";
        assert_eq!(fields(text), ["", "2023-06-24", "Kun.uz", "", body]);
    }

    #[test]
    fn a_bare_date_and_an_outlet_under_the_title_are_read() {
        let text = "Astana declines\nJune 24, 2023\nSteppe Wire\n\nASTANA — It declined.";
        let expected =
            ["Astana declines", "June 24, 2023", "Steppe Wire", "", "ASTANA — It declined."];
        assert_eq!(fields(text), expected);
        let text = "Astana declines\n2023-06-24\n\nIt declined.";
        assert_eq!(fields(text), ["Astana declines", "2023-06-24", "", "", "It declined."]);
    }

    #[test]
    fn a_text_without_header_is_all_body() {
        for text in [
            "\n It was clear.\nSecond paragraph.\nSource: jamestown",
            "By the time it ended, Astana had said no.\n\nIt did not change its mind.",
            "Only a line",
            "He said: no.\n\nThen he left.",
        ] {
            assert_eq!(fields(text), ["", "", "", "", text], "{text}");
        }
    }

    #[test]
    fn a_title_that_asks_is_a_title() {
        let expected = ["Whither Tashkent?", "", "", "", "It stays."];
        assert_eq!(fields("Whither Tashkent?\n\nIt stays."), expected);
    }
}
