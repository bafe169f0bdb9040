//! Text in markup: escaping, and estimates of how much room it takes.

use std::borrow::Cow;
use std::fmt::{Arguments, Write as _};

use unicode_width::UnicodeWidthChar;

/// Appends to `out`.
pub(crate) fn put(out: &mut String, more: Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = out.write_fmt(more);
}

/// `text` as the content of an element or of a quoted attribute, in HTML and XML alike.
///
/// What XML 1.0 cannot hold (control characters, non-characters) becomes U+FFFD.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    let plain = |c: char| {
        !matches!(c, '&' | '<' | '>' | '"' | '\'' | '\r' | '\u{7f}'..='\u{9f}') && is_xml(c)
    };
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\r' => out.push(' '),
            c if plain(c) => out.push(c),
            _ => out.push('\u{fffd}'),
        }
    }
    Cow::Owned(out)
}

fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{20}'..='\u{fffd}' | '\u{10000}'..)
        && u32::from(c) & 0xfffe != 0xfffe
}

/// The width of `text` in pixels when set in `size` pixels of a sans-serif like Arial.
///
/// An estimate, some per cent above what Arial, Helvetica and Roboto take, so that what is laid out
/// by it does not overlap in any of them.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size * 1.04
}

/// The advance of a character in ems.
fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' => 0.222,
        ' ' | '.' | ',' | ':' | ';' | '!' | '/' | '\\' | '|' | 'I' | 'f' | 't' | '·' => 0.278,
        '(' | ')' | '[' | ']' | '-' | 'r' | '`' | '"' | '{' | '}' => 0.345,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 0.5,
        '0'..='9' | 'a' | 'b' | 'd' | 'e' | 'g' | 'h' | 'n'..='q' | 'u' | 'L' | '_' | '?' | '–' => {
            0.556
        }
        '+' | '−' | '=' | '<' | '>' | '~' | '×' => 0.584,
        'F' | 'T' | 'Z' => 0.611,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' | '&' => 0.667,
        'C' | 'D' | 'H' | 'N' | 'R' | 'U' | 'w' => 0.722,
        'G' | 'O' | 'Q' => 0.778,
        'm' | 'M' => 0.833,
        'W' => 0.944,
        '%' => 0.889,
        '…' | '→' | '←' | '↑' | '↓' | '@' | '—' => 1.0,
        c => match c.width() {
            Some(0) => 0.0,
            Some(1) if c.is_uppercase() => 0.76,
            Some(1) => 0.62,
            _ => 1.0,
        },
    }
}

/// `text`, or its beginning and "…" if it is wider than `room` pixels.
pub(crate) fn shorten(text: &str, room: f64, size: f64) -> Cow<'_, str> {
    if width(text, size) <= room {
        return Cow::Borrowed(text);
    }
    let room = room - width("…", size);
    let mut taken = 0.0;
    let end = text.char_indices().find(|&(_, c)| {
        taken += width(c.encode_utf8(&mut [0; 4]), size);
        taken > room
    });
    let kept = end.map_or(text, |(at, _)| &text[..at]);
    Cow::Owned(format!("{}…", kept.trim_end()))
}

/// `text` cut at spaces into lines of at most `room` pixels; a longer word is shortened.
pub(crate) fn wrap(text: &str, room: f64, size: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = shorten(word, room, size);
        match lines.last_mut() {
            Some(line) if width(line, size) + width(" ", size) + width(&word, size) <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word.into_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_what_xml_cannot_hold_is_replaced() {
        assert_eq!(escape("Kazakhstan"), "Kazakhstan");
        assert_eq!(
            escape("<b a=\"1\" c='2'>&]]>"),
            "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;]]&gt;"
        );
        assert_eq!(
            escape("a\0b\u{1b}c\u{ffff}d\u{1fffe}\u{85}"),
            "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn a_long_name_is_shortened_to_its_room() {
        let name = "Collective Security Treaty Organization";
        assert_eq!(shorten(name, 400.0, 12.0), name);
        let short = shorten(name, 100.0, 12.0);
        assert!(short.ends_with('…') && width(&short, 12.0) <= 100.0, "{short}");
        assert_eq!(shorten("ab", 0.0, 12.0), "…");
        assert_eq!(shorten("", 0.0, 12.0), "");
    }

    #[test]
    fn lines_break_at_spaces() {
        let lines = wrap("net stance of member states over time", 110.0, 12.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| width(line, 12.0) <= 110.0));
        assert_eq!(lines.join(" "), "net stance of member states over time");
        assert_eq!(wrap("  ", 10.0, 12.0), Vec::<String>::new());
    }

    #[test]
    fn wide_and_combining_characters_take_the_room_that_they_take() {
        assert!(width("哈薩克", 10.0) > width("abc", 10.0));
        assert!((width("e\u{301}", 10.0) - width("e", 10.0)).abs() < 1e-9);
    }
}
