//! How a piece of text begins: whether a sentence could begin there.

use super::chars::{is_closer, is_dash, is_invisible, is_lower, is_opener, is_stop};
use super::vocabulary::is_starter;

/// A longer word is no name, in bytes.
const NAME: usize = 60;

/// The kind of character that a piece of text begins with, quotation marks and brackets aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    Upper,
    Lower,
    Digit,
    Symbol,
    /// A mark that continues a sentence.
    Other,
}

/// How the text after a stop begins.
pub(super) struct Opening<'t> {
    pub(super) first: First,
    /// Whether a dash comes before its first word.
    pub(super) dash: bool,
    /// From its first word on.
    pub(super) rest: &'t str,
}

impl<'t> Opening<'t> {
    pub(super) fn read(text: &'t str) -> Self {
        let mut dash = false;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if is_dash(c) {
                dash = true;
            } else if !(is_opener(c) || is_invisible(c) || dash && c.is_whitespace()) {
                break;
            }
            rest = &rest[c.len_utf8()..];
        }
        Self { first: Self::first(rest), dash, rest }
    }

    fn first(rest: &str) -> First {
        let Some(c) = rest.chars().next() else { return First::Symbol };
        if c.is_alphabetic() {
            return if is_lower(c) && !is_name_in_lower_case(rest) {
                First::Lower
            } else {
                First::Upper
            };
        }
        if c.is_numeric() {
            return First::Digit;
        }
        if is_stop(c) {
            // "…And then" begins a sentence, ". . ." does not.
            let after = rest.trim_start_matches(is_stop).chars().next();
            let opens = after.is_some_and(|c| c.is_alphabetic() && !is_lower(c));
            return if opens { First::Upper } else { First::Other };
        }
        let continues = is_closer(c)
            || c.is_whitespace()
            || matches!(
                c,
                ',' | ';' | ':' | '%' | '/' | '&' | '+' | '=' | '<' | '>' | '|' | '~' | '^'
            );
        if continues { First::Other } else { First::Symbol }
    }

    /// Its first word.
    pub(super) fn word(&self) -> &'t str {
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '-');
        &self.rest[..end.unwrap_or(self.rest.len())]
    }

    /// Whether it begins with a word that opens sentences and is no initial.
    pub(super) fn is_starter(&self) -> bool {
        let word = self.word();
        is_starter(word) && !self.rest[word.len()..].starts_with('.')
    }
}

/// Names that begin in lower case: "iPhone", "al-Assad", "kun.uz", "https://…".
fn is_name_in_lower_case(rest: &str) -> bool {
    let word = rest.split(char::is_whitespace).next().unwrap_or_default();
    let word = &word[..word.floor_char_boundary(NAME)];
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    let domain = word.rsplit_once('.').is_some_and(|(host, last)| {
        last.chars().count() >= 2
            && host.chars().count() >= 2
            && last.chars().all(char::is_alphanumeric)
    });
    domain || word.contains("://") || word.chars().any(char::is_uppercase)
}
