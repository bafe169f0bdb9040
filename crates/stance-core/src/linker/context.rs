//! What a name means where it stands.
//!
//! Simple rules over the words beside an ambiguous name and the unambiguous names of the text; no
//! rule knows a name. English only, as the atlas.

use std::collections::BTreeSet;

use super::Hit;
use super::lexicon::Reading;
use super::offices::Offices;
use crate::date::{MONTHS, WEEKDAYS};
use crate::{Atlas, CountryCode, EntityKind, Office};

/// The unambiguous names of what has been read.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    entries: BTreeSet<u32>,
    countries: BTreeSet<CountryCode>,
}

impl Evidence {
    /// Takes in the readings of each name of a text.
    pub(super) fn add<'r>(&mut self, names: impl Iterator<Item = &'r [Reading]>) {
        for reading in names.filter_map(certain) {
            self.entries.insert(reading.entry);
            // Where an outlet sits says nothing about what an article is about.
            if reading.sense.kind != EntityKind::Outlet
                && let Some(country) = &reading.sense.country
                && !self.countries.contains(country)
            {
                self.countries.insert(country.clone());
            }
        }
    }

    fn of_country(&self, reading: &Reading) -> bool {
        reading.sense.country.as_ref().is_some_and(|code| self.countries.contains(code))
    }
}

/// A text with the names found in it.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) text: &'a str,
    pub(super) hits: &'a [Hit],
    pub(super) offices: &'a Offices,
    pub(super) atlas: &'a Atlas,
    /// What the name of each hit can mean.
    pub(super) readings: &'a [Vec<Reading>],
}

/// The reading that context never decides on, if there is one.
pub(super) fn certain(readings: &[Reading]) -> Option<&Reading> {
    readings.iter().find(|reading| !reading.ambiguous)
}

/// What the name at `hits[at]` means; nothing for an exception, and where nothing speaks for an
/// ambiguous name.
///
/// Of several people that one whose title stands before the name wins, else the one whose
/// unambiguous name came last before it; of several other readings one that the text speaks for,
/// else the first.
pub(super) fn read<'r>(
    readings: &'r [Reading],
    at: usize,
    around: &Surroundings<'_>,
    evidence: &Evidence,
) -> Option<&'r Reading> {
    if let Some(reading) = certain(readings) {
        return Some(reading);
    }
    let named_elsewhere =
        |r: &&Reading| evidence.entries.contains(&r.entry) || evidence.of_country(r);
    let fits = |r: &&Reading| match r.sense.kind {
        EntityKind::Person => {
            evidence.entries.contains(&r.entry) || around.title_before(at, r).is_some()
        }
        EntityKind::Country | EntityKind::Demonym | EntityKind::City | EntityKind::Region => {
            around.allow_place(at, r, evidence)
        }
        EntityKind::Institution | EntityKind::Outlet | EntityKind::Bloc => {
            named_elsewhere(r) && !around.stands_alone_at_start(at)
        }
    };
    let fitting: Vec<&Reading> = readings.iter().filter(fits).collect();
    let [first, others @ ..] = fitting.as_slice() else { return None };
    if !others.is_empty() && first.sense.kind == EntityKind::Person {
        let titled = fitting.iter().rev().filter_map(|r| Some((around.title_before(at, r)?, *r)));
        let titled = titled.max_by_key(|(office, _)| office.from).map(|(_, reading)| reading);
        return titled.or_else(|| around.last_named(at, &fitting)).or(Some(first));
    }
    fitting.iter().copied().find(named_elsewhere).or(Some(first))
}

impl Surroundings<'_> {
    /// Whether the name can be the place: nothing beside it makes it a person's or another town's,
    /// here or where the text used it before, and no word in the text speaks against it.
    fn allow_place(&self, at: usize, reading: &Reading, evidence: &Evidence) -> bool {
        let supported = evidence.of_country(reading);
        let surface = self.hits[at].surface;
        let same = |other: &usize| *other == at || self.hits[*other].surface == surface;
        let denied = || {
            let country = reading.sense.country.as_ref().and_then(|code| self.atlas.country(code));
            let unless = country.map_or(&[][..], |country| &country.unless);
            unless.iter().any(|phrase| self.text.contains(phrase.as_str()))
        };
        if supported {
            self.allow_place_here(at, reading, Support::Named)
        } else {
            let mut uses = (0..=at).filter(same);
            uses.all(|at| self.allow_place_here(at, reading, Support::Unnamed)) && !denied()
        }
    }

    fn allow_place_here(&self, at: usize, reading: &Reading, support: Support) -> bool {
        let supported = support == Support::Named;
        // Where all is in capitals they say nothing.
        let in_capitals = self.hits[at].span.of(self.text).is_some_and(is_upper);
        let tells = |word: &Word<'_>| !(in_capitals && is_upper(word.text));
        let before = self.word_before(at).filter(tells);
        let after = self.word_after(at).filter(tells);
        // "Michael Jordan", but "Unlike Jordan" and "EU, Georgia".
        if let Some(word) = before.filter(|w| w.is_capitalized() && !w.ends_in_comma) {
            let opens = word.starts_sentence && is_listed(OPENERS, word.text);
            if !word.is_name && !opens {
                return false;
            }
        }
        // "Jordan Peterson", but "Georgia Foreign Minister".
        if let Some(word) = after.filter(Word::is_capitalized) {
            let office = self.offices.knows(word.text) || is_time(word.text);
            if !word.is_name && !office && !supported {
                return false;
            }
        }
        // "in Atlanta, Georgia.", but "On Tuesday, Georgia said".
        if let Some(word) = before.filter(|w| w.is_capitalized() && w.ends_in_comma) {
            let known = word.is_name
                || is_time(word.text)
                || (word.starts_sentence && is_listed(OPENERS, word.text));
            if !known && !supported && self.ends_phrase(at) {
                return false;
            }
        }
        let acts_as_country = reading.sense.kind != EntityKind::City || reading.capital;
        acts_as_country || supported || before.is_some_and(|w| is_listed(LOCATIVES, w.text))
    }

    /// The latest office of the person of a reading whose title stands before the name.
    fn title_before(&self, at: usize, reading: &Reading) -> Option<&Office> {
        let head = self.text[..self.hits[at].span.start()].strip_suffix(' ')?;
        let stands = |title: &str| {
            let start = head.len().checked_sub(title.len());
            start.and_then(|start| Some((head.get(..start)?, head.get(start..)?))).is_some_and(
                |(before, last)| {
                    let is_whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '-');
                    is_whole && last.eq_ignore_ascii_case(title)
                },
            )
        };
        let offices = &self.atlas.person(&reading.sense.name)?.offices;
        offices.iter().filter(|office| stands(&office.title)).max_by_key(|office| office.from)
    }

    /// Of some people the one whose unambiguous name came last before `hits[at]`.
    fn last_named<'r>(&self, at: usize, people: &[&'r Reading]) -> Option<&'r Reading> {
        let named = self.hits[..at].iter().rev();
        let mut named = named.filter_map(|hit| certain(&self.readings[hit.surface]));
        named.find_map(|named| people.iter().find(|r| r.entry == named.entry)).copied()
    }

    /// Whether the name is one word that opens a sentence, where any word has a capital.
    fn stands_alone_at_start(&self, at: usize) -> bool {
        let span = self.hits[at].span;
        let is_word = span.of(self.text).is_some_and(|name| !name.contains(' '));
        is_word && opens_sentence(&self.text[..span.start()])
    }

    /// Whether a comma, stop, bracket or the end of the text follows the name.
    fn ends_phrase(&self, at: usize) -> bool {
        let rest = &self.text[self.hits[at].span.end()..];
        rest.chars().next().is_none_or(|c| ",.;:()\n".contains(c))
    }

    /// The word before the name on its line, with one space or a comma and a space between.
    fn word_before(&self, at: usize) -> Option<Word<'_>> {
        let head = self.text[..self.hits[at].span.start()].strip_suffix(' ')?;
        let (head, ends_in_comma) = match head.strip_suffix(',') {
            Some(head) => (head, true),
            None => (head, false),
        };
        let is_part = |c: char| c.is_alphanumeric() || ".'’-".contains(c);
        let start = head
            .rfind(|c| !is_part(c))
            .map_or(0, |at| at + head[at..].chars().next().map_or(0, char::len_utf8));
        let text = &head[start..];
        let starts_sentence = opens_sentence(&head[..start]);
        // A stop that ends a sentence parts what stands beside it; an initial's does not.
        let ends_sentence = text.ends_with('.') && text.trim_end_matches('.').chars().count() > 2;
        let is_name = at > 0 && self.hits[at - 1].span.end() > start;
        (!text.is_empty() && !ends_sentence).then_some(Word {
            text,
            ends_in_comma,
            starts_sentence,
            is_name,
        })
    }

    /// The word after the name, with one space between.
    fn word_after(&self, at: usize) -> Option<Word<'_>> {
        let end = self.hits[at].span.end();
        let rest = self.text[end..].strip_prefix(' ')?;
        let len = rest.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(rest.len());
        let is_name = self.hits.get(at + 1).is_some_and(|next| next.span.start() < end + 1 + len);
        let word =
            Word { text: &rest[..len], ends_in_comma: false, starts_sentence: false, is_name };
        (len > 0).then_some(word)
    }
}

/// Whether the text holds an unambiguous name of a reading's country.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Support {
    Named,
    Unnamed,
}

/// A word beside a name.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    ends_in_comma: bool,
    starts_sentence: bool,
    /// Whether a name was found in it.
    is_name: bool,
}

impl Word<'_> {
    fn is_capitalized(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }
}

/// Whether what follows `head` opens a sentence, a quotation, a heading or a list item.
fn opens_sentence(head: &str) -> bool {
    let head = head.trim_end_matches([' ', '\t']);
    head.is_empty() || head.ends_with(|c| ".!?:…\n\r\"“‘„«([*•—–".contains(c))
}

/// Whether `text` has two letters or more and none in lower case.
fn is_upper(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() > 1 && !text.chars().any(char::is_lowercase)
}

/// Whether `word` names a month or a weekday.
fn is_time(word: &str) -> bool {
    is_listed(&MONTHS, word) || is_listed(&WEEKDAYS, word)
}

fn is_listed(words: &[&str], word: &str) -> bool {
    words.iter().any(|listed| listed.eq_ignore_ascii_case(word))
}

/// Words that open a sentence before a country's name and are no part of another name.
const OPENERS: &[&str] = &[
    "a",
    "about",
    "across",
    "after",
    "against",
    "all",
    "although",
    "among",
    "and",
    "as",
    "at",
    "because",
    "before",
    "besides",
    "between",
    "beyond",
    "both",
    "but",
    "by",
    "can",
    "despite",
    "did",
    "does",
    "during",
    "earlier",
    "even",
    "except",
    "finally",
    "first",
    "for",
    "former",
    "from",
    "given",
    "has",
    "here",
    "how",
    "however",
    "if",
    "in",
    "indeed",
    "inside",
    "instead",
    "into",
    "is",
    "its",
    "later",
    "like",
    "likewise",
    "many",
    "meanwhile",
    "moreover",
    "most",
    "nearby",
    "neighboring",
    "neighbouring",
    "neither",
    "nevertheless",
    "no",
    "nor",
    "not",
    "now",
    "of",
    "on",
    "once",
    "only",
    "or",
    "our",
    "outside",
    "over",
    "rather",
    "should",
    "since",
    "so",
    "still",
    "than",
    "that",
    "the",
    "their",
    "then",
    "therefore",
    "these",
    "this",
    "those",
    "though",
    "through",
    "throughout",
    "thus",
    "to",
    "today",
    "toward",
    "towards",
    "under",
    "unless",
    "unlike",
    "until",
    "was",
    "what",
    "when",
    "where",
    "whereas",
    "whether",
    "while",
    "why",
    "will",
    "with",
    "within",
    "without",
    "yesterday",
    "yet",
];

/// Words after which a place is named.
const LOCATIVES: &[&str] = &[
    "in", "at", "from", "to", "near", "of", "outside", "around", "into", "through", "between",
    "toward", "towards", "via",
];
