//! What may stand between a stop and the next sentence and belongs to the sentence before:
//! citations, references, emoji.

use super::chars::{is_emoji, is_invisible, is_quote, is_stop};
use super::opening::{First, Opening};

/// The longest inline citation, in bytes.
pub(super) const CITATION: usize = 240;

/// The length of the inline citation that `text` begins with: a short bracket that does not end as
/// a sentence does and after which a new sentence begins. After an abbreviation it must hold a
/// number: "the U.S. (Treasury) Department".
pub(super) fn citation(text: &str, abbreviated: bool) -> Option<usize> {
    let window = &text.as_bytes()[1..text.len().min(CITATION)];
    let close = 1 + window.iter().position(|&b| matches!(b, b'(' | b')'))?;
    if text.as_bytes()[close] == b'(' {
        return None;
    }
    let inside = text[1..close].trim_end_matches(is_quote);
    let sentence =
        inside.ends_with(is_stop) && !inside.trim_end_matches(is_stop).ends_with(char::is_numeric);
    let dated = inside.contains(|c: char| c.is_ascii_digit());
    if inside.is_empty() || sentence || (abbreviated && !dated) {
        return None;
    }
    let after = text[close + 1..].trim_start_matches(|c| is_stop(c) || is_invisible(c));
    let end = text.len() - after.len();
    if after.is_empty() {
        return Some(end);
    }
    if !after.starts_with(char::is_whitespace) {
        return None;
    }
    let opening = Opening::read(after.trim_start());
    (!opening.dash && !matches!(opening.first, First::Lower | First::Other)).then_some(end)
}

/// The length of the numbered reference that `text` begins with: "[12]".
pub(super) fn reference(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('[')?;
    let digits = inside.bytes().take(5).take_while(u8::is_ascii_digit).count();
    (digits > 0 && inside[digits..].starts_with(']')).then_some(digits + 2)
}

/// The length of the emoji that `text` begins with, if the line ends or a space follows.
pub(super) fn emoji(text: &str) -> Option<usize> {
    let after = text.trim_start_matches(|c| is_emoji(c) || is_invisible(c));
    let alone = after.is_empty() || after.starts_with(char::is_whitespace);
    alone.then_some(text.len() - after.len())
}
