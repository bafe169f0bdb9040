//! Rewrites of a text that leave its meaning as it is, to see whether a model's answer stays too.
//!
//! Apart from the scores because it makes inputs: whoever measures rewrites the statements, has
//! them answered again and scores both.
//!
//! * [`Perturbation`]: typos, letter case, truncation, quotes.
//!
//! Each rewrite depends on the text and the seed alone, not on the texts before it, and takes any
//! text.
//!
//! ```
//! use stance_eval::perturb::Perturbation;
//! let text = "Astana \"took note\" of the request.";
//! assert_eq!(Perturbation::CurlyQuotes.apply(text, 7), "Astana “took note” of the request.");
//! assert_eq!(Perturbation::FirstWords(2).apply(text, 7), "Astana \"took");
//! ```
//!
//! It does not judge whether the meaning is left: of a text that is cut short it often is not.

use std::fmt;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sha2::{Digest as _, Sha256};

use crate::below;

/// One way to rewrite a text.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Perturbation {
    /// In this share of the words of four letters and more, rounded up, two neighboring letters
    /// change places or one is dropped, never the first. A share outside [0, 1] counts as its nearer end.
    Typos(f64),
    /// All in lower case.
    Lower,
    /// All in upper case.
    Upper,
    /// The first letter of each word in upper case, the others in lower case.
    Title,
    /// The first so many words and what stands between them.
    FirstWords(usize),
    /// All but this share of the characters, cut off at the end. A share outside [0, 1] counts as
    /// its nearer end.
    CutEnd(f64),
    /// Straight quotes and apostrophes made curly: opening after a space, a bracket or a dash,
    /// else closing.
    CurlyQuotes,
    /// Curly quotes and apostrophes made straight.
    StraightQuotes,
}

impl Perturbation {
    /// What is tried where nothing else is said.
    pub const STANDARD: [Self; 9] = [
        Self::Typos(0.1),
        Self::Typos(0.3),
        Self::Lower,
        Self::Upper,
        Self::Title,
        Self::FirstWords(20),
        Self::CutEnd(0.2),
        Self::CurlyQuotes,
        Self::StraightQuotes,
    ];

    /// `text` rewritten. Only typos are drawn at random.
    ///
    /// # Examples
    /// ```
    /// use stance_eval::perturb::Perturbation;
    /// let typos = Perturbation::Typos(1.0);
    /// let text = "Tashkent declined";
    /// assert_ne!(typos.apply(text, 7), text);
    /// assert_eq!(typos.apply(text, 7), typos.apply(text, 7));
    /// assert_eq!(Perturbation::Title.apply("a CSTO base", 7), "A Csto Base");
    /// ```
    #[must_use]
    pub fn apply(&self, text: &str, seed: u64) -> String {
        match *self {
            Self::Typos(share) => typos(text, share, seed),
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
            Self::Title => title(text),
            Self::FirstWords(count) => first_words(text, count).to_owned(),
            Self::CutEnd(share) => cut_end(text, share).to_owned(),
            Self::CurlyQuotes => curly_quotes(text),
            Self::StraightQuotes => text
                .chars()
                .map(|c| match c {
                    '“' | '”' | '„' | '‟' => '"',
                    '‘' | '’' | '‚' | '‛' => '\'',
                    other => other,
                })
                .collect(),
        }
    }
}

impl fmt::Display for Perturbation {
    /// Its name in tables, such as `typos in 10 % of words`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Typos(share) => write!(f, "typos in {} % of words", 100.0 * share),
            Self::Lower => f.write_str("lower case"),
            Self::Upper => f.write_str("upper case"),
            Self::Title => f.write_str("title case"),
            Self::FirstWords(count) => write!(f, "first {count} words"),
            Self::CutEnd(share) => write!(f, "last {} % cut", 100.0 * share),
            Self::CurlyQuotes => f.write_str("curly quotes"),
            Self::StraightQuotes => f.write_str("straight quotes"),
        }
    }
}

/// Letters that a word must have to get a typo.
const LONG: usize = 4;

fn typos(text: &str, share: f64, seed: u64) -> String {
    let mut words = pieces(text);
    let is_long = |&place: &usize| {
        words[place].starts_with(char::is_alphabetic) && words[place].chars().count() >= LONG
    };
    let mut long: Vec<usize> = (0..words.len()).filter(is_long).collect();
    let mut rng = generator(text, seed);
    crate::shuffle(&mut rng, &mut long);
    long.truncate(share_of(long.len(), share));
    let rewritten: Vec<(usize, String)> =
        long.into_iter().map(|place| (place, typo(words[place], &mut rng))).collect();
    for (place, word) in &rewritten {
        words[*place] = word;
    }
    words.concat()
}

/// `word` with two neighboring letters exchanged, or one dropped, behind the first.
fn typo(word: &str, rng: &mut ChaCha8Rng) -> String {
    let mut chars: Vec<char> = word.chars().collect();
    let inner = chars.len() - 1;
    let different: Vec<usize> = (1..inner).filter(|&at| chars[at] != chars[at + 1]).collect();
    if below(rng, 2) == 0 && !different.is_empty() {
        let at = different[below(rng, different.len())];
        chars.swap(at, at + 1);
    } else {
        chars.remove(1 + below(rng, inner));
    }
    chars.into_iter().collect()
}

/// Runs of letters and what stands between them, in turn.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let letter = first.is_alphabetic();
        let end = rest.find(|c: char| c.is_alphabetic() != letter).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

fn generator(text: &str, seed: u64) -> ChaCha8Rng {
    let digest = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(text).finalize();
    ChaCha8Rng::from_seed(digest.into())
}

fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begun = false;
    for c in text.chars() {
        if c.is_whitespace() {
            begun = false;
        }
        if begun {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        begun |= c.is_alphabetic();
    }
    out
}

fn first_words(text: &str, count: usize) -> &str {
    let mut inside = false;
    let mut words = 0;
    for (at, c) in text.char_indices() {
        let word = !c.is_whitespace();
        words += usize::from(word && !inside);
        inside = word;
        if words > count || (words == count && !word) {
            return &text[..at];
        }
    }
    text
}

fn cut_end(text: &str, share: f64) -> &str {
    let total = text.chars().count();
    let kept = total - share_of(total, share);
    let end = text.char_indices().nth(kept).map_or(text.len(), |(at, _)| at);
    text[..end].trim_end()
}

fn curly_quotes(text: &str) -> String {
    let mut before = None;
    let curly = |c: char| {
        let opens = before.is_none_or(|b: char| b.is_whitespace() || "([{—–-“‘".contains(b));
        let c = match (c, opens) {
            ('"', true) => '“',
            ('"', false) => '”',
            ('\'', true) => '‘',
            ('\'', false) => '’',
            (other, _) => other,
        };
        before = Some(c);
        c
    };
    text.chars().map(curly).collect()
}

/// `share` of `count`, rounded up, at most `count`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a count is no larger than the count"
)]
fn share_of(count: usize, share: f64) -> usize {
    ((count as f64 * share.clamp(0.0, 1.0)).ceil() as usize).min(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "Kazakhstan's minister (in Astana) said: \"We took note of Moscow's offer.\"";

    #[test]
    fn typos_change_the_share_of_long_words_that_was_asked_for() {
        // given: Kazakhstan, minister, Astana, said, took, note, Moscow, offer are long
        for (share, expected) in [(0.0, 0), (0.1, 1), (0.25, 2), (0.5, 4), (1.0, 8), (7.0, 8)] {
            // when
            let typed = Perturbation::Typos(share).apply(TEXT, 7);
            // then
            let (before, after) = (pieces(TEXT), pieces(&typed));
            assert_eq!(before.len(), after.len(), "no word is joined or lost: {typed}");
            let changed: Vec<_> = before.iter().zip(&after).filter(|(b, a)| b != a).collect();
            assert_eq!(changed.len(), expected, "{typed}");
            for (before, after) in changed {
                assert!(before.chars().next() == after.chars().next(), "{before} {after}");
                let lost = before.chars().count() - after.chars().count();
                assert!(lost <= 1, "{before} {after}");
            }
        }
    }

    #[test]
    fn typos_are_drawn_by_the_seed_and_take_equal_letters() {
        let typos = Perturbation::Typos(0.5);
        assert_eq!(typos.apply(TEXT, 7), typos.apply(TEXT, 7));
        assert!((0..5).any(|seed| typos.apply(TEXT, seed) != typos.apply(TEXT, 7)));
        let same_letters = Perturbation::Typos(1.0).apply("aaaa", 1);
        assert_eq!(same_letters, "aaa", "equal letters cannot change places");
    }

    #[test]
    fn case_is_changed_letter_by_letter_and_word_by_word() {
        let of = |perturbation: Perturbation| perturbation.apply("Baku’s “NO” — straße", 1);
        assert_eq!(of(Perturbation::Lower), "baku’s “no” — straße");
        assert_eq!(of(Perturbation::Upper), "BAKU’S “NO” — STRASSE");
        assert_eq!(of(Perturbation::Title), "Baku’s “No” — Straße");
    }

    #[test]
    fn texts_are_cut_at_words_and_at_characters() {
        let text = " Минск  согласился. Да ";
        for (count, expected) in [
            (0, ""),
            (1, " Минск"),
            (2, " Минск  согласился."),
            (3, " Минск  согласился. Да"),
            (9, text),
        ] {
            assert_eq!(Perturbation::FirstWords(count).apply(text, 1), expected, "{count}");
        }
        assert_eq!(Perturbation::CutEnd(0.5).apply("Минск да", 1), "Минс");
        assert_eq!(Perturbation::CutEnd(1.0).apply("Минск да", 1), "");
        assert_eq!(Perturbation::CutEnd(0.0).apply("Минск да", 1), "Минск да");
    }

    #[test]
    fn quotes_become_curly_and_straight_again() {
        let straight = "\"It's 'no',\" he said (\"no\")—\"never\".";
        let curly = Perturbation::CurlyQuotes.apply(straight, 1);
        assert_eq!(curly, "“It’s ‘no’,” he said (“no”)—“never”.");
        assert_eq!(Perturbation::StraightQuotes.apply(&curly, 1), straight);
    }

    #[test]
    fn any_text_is_taken() {
        let odd = [
            "",
            " ",
            "\u{0}",
            "é\u{301}\u{301}",
            "👩‍👩‍👧‍👦👍🏽 ok",
            "ﬃﬃﬃﬃ",
            "ŉŉŉŉ İİİİ",
            "\u{202e}abcd\u{feff}",
            "''''\"\"\"\"",
        ];
        let shares = [f64::NAN, f64::INFINITY, -1.0, 0.5, 1.0];
        let of_share = |share| [Perturbation::Typos(share), Perturbation::CutEnd(share)];
        let all = Perturbation::STANDARD.into_iter().chain(shares.into_iter().flat_map(of_share));
        for perturbation in all {
            for text in odd.into_iter().chain([&*"äbcd ".repeat(1000)]) {
                for seed in 0..20 {
                    let once = perturbation.apply(text, seed);
                    assert_eq!(once, perturbation.apply(text, seed), "{perturbation}");
                }
            }
        }
    }

    #[test]
    fn every_standard_perturbation_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<String> =
            Perturbation::STANDARD.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), Perturbation::STANDARD.len());
        assert!(names.contains("typos in 10 % of words"), "{names:?}");
    }
}
