//! Datelines: "TASHKENT, Dec. 8 —", "MOSCOW, June 24. /TASS/.", "ALMATY (Reuters) -",
//! "АСТАНА, 5 мар — РИА Новости."

use super::chars::{is_dash, is_opener};
use super::vocabulary::{is_agency, is_day_name};

/// A dateline is no longer than this, in bytes.
const REACH: usize = 120;

/// The offset up to which the start of `block` is a dateline, or 0 if it has none.
pub(super) fn dateline_end(block: &str) -> usize {
    let from = block.find(|c| !is_opener(c)).unwrap_or(block.len());
    if !is_capitals(block[from..].split(char::is_whitespace).next().unwrap_or_default()) {
        return 0;
    }
    let mut at = from;
    let mut bracketed = false;
    let mut after_comma = false;
    for word in block[from..].split_inclusive(char::is_whitespace) {
        let start = at;
        at += word.len();
        if at > from + REACH {
            return 0;
        }
        let word = word.trim_end();
        if word == "--" || (word.chars().count() == 1 && word.starts_with(is_dash)) {
            return agency_end(block, at);
        }
        if let Some(dash) = word.find(['—', '–']) {
            return if is_part(&word[..dash], after_comma) { start + dash } else { 0 };
        }
        if word.starts_with('/') && word[1..].contains('/') {
            return start + word.len();
        }
        bracketed |= word.starts_with('(');
        if !bracketed && !is_part(word, after_comma) {
            return 0;
        }
        bracketed &= !word.contains(')');
        after_comma = word.ends_with(',');
    }
    0
}

/// Whether `word` may stand in a dateline: a place in capitals, a number, a month or a day, or,
/// after a comma, the country.
fn is_part(word: &str, after_comma: bool) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    bare.is_empty()
        || is_capitals(bare)
        || bare.starts_with(|c: char| c.is_ascii_digit())
        || is_day_name(bare)
        || (after_comma && bare.starts_with(char::is_uppercase))
}

/// Two letters or more, all of them capital.
fn is_capitals(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic()).peekable();
    let first = letters.next();
    first.is_some_and(char::is_uppercase)
        && letters.peek().is_some()
        && letters.all(char::is_uppercase)
}

/// Past the agency and its full stop, if that is what follows the dash that ends at `dash`.
fn agency_end(block: &str, dash: usize) -> usize {
    let rest = &block[dash..];
    match rest.find('.') {
        Some(stop) if is_agency(rest[..stop].trim()) => dash + stop + 1,
        _ => dash,
    }
}
