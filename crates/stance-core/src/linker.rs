//! Finds the names of the atlas and of the target in a text.
//!
//! Kept apart from the [`Atlas`], which is only data, and from the
//! [`SentenceExtractor`](crate::SentenceExtractor), which only cuts: here all names become one
//! automaton, and what stands around a name decides what it means.
//!
//! * [`Linker`]: text in, [`Mention`]s out
//! * [`roles`], [`MentionRole`]: what each mention of a sentence is masked as
//!
//! ```
//! use stance_core::{Atlas, Linker, Target, TargetId, TargetPart};
//! let target = Target::builtin(&TargetId::moscow()).expect("is built in");
//! let linker = Linker::new(Atlas::builtin(), target)?;
//! let text = "Astana’s answer came after Russia's foreign minister had called.";
//! let mentions = linker.link(text);
//! let slices: Vec<_> = mentions.iter().filter_map(|m| m.span.of(text)).collect();
//! assert_eq!(slices, ["Astana", "Russia's foreign minister"]);
//! assert_eq!(mentions[0].country.as_ref().map(|c| c.as_str()), Some("KZ"));
//! assert_eq!(mentions[1].target, Some(TargetPart::Voice));
//! # Ok::<(), stance_core::AtlasError>(())
//! ```
//!
//! Names are matched as they are written, or in capitals throughout; of overlapping names the
//! longest wins. It resolves no pronoun ("he") and no description without a name ("the minister"),
//! and does not say who holds the stance.

mod context;
mod lexicon;
mod offices;
mod roles;

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};

use context::{Evidence, Surroundings};
use lexicon::{Lexicon, Reading};
use offices::Offices;
pub use roles::{MentionRole, roles};

use crate::{Atlas, AtlasError, Mention, Span, Target, TargetId};

/// Finds names in texts, in time linear in the text.
///
/// Immutable and cheap to share; making one costs some milliseconds, so make one and keep it.
#[derive(Clone, Debug)]
pub struct Linker {
    automaton: AhoCorasick,
    /// Pattern of the automaton → index into `readings`.
    surface_of: Vec<u32>,
    /// What each name can mean; nothing for an exception.
    readings: Vec<Vec<Reading>>,
    offices: Offices,
    target: TargetId,
}

/// A name found, not yet read.
#[derive(Clone, Copy, Debug)]
struct Hit {
    span: Span,
    surface: usize,
}

impl Linker {
    /// Makes a linker of the names of `atlas` and `target`.
    ///
    /// # Errors
    /// When two entries of the atlas claim a name and not both call it ambiguous.
    pub fn new(atlas: &Atlas, target: &Target) -> Result<Self, AtlasError> {
        let offices = Offices::new(atlas.offices());
        let Lexicon { patterns, surface_of, readings } = Lexicon::new(atlas, target, &offices)?;
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Both)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&patterns)
            .map_err(|_| AtlasError::TooLarge)?;
        Ok(Self { automaton, surface_of, readings, offices, target: target.id().clone() })
    }

    /// The target whose parts the mentions name.
    #[must_use]
    pub fn target(&self) -> &TargetId {
        &self.target
    }

    /// Returns the names in `text`, by ascending start, none overlapping another.
    ///
    /// A name is a whole word or several ("pro-Russian" and "Russian-led" hold one, "Russianness"
    /// does not); a possessive ending is outside the span. A name that is also something else, such
    /// as "Georgia" or a surname, is linked only where the words around it or an unambiguous name
    /// elsewhere in `text` speak for it. The adjective or possessive of the target and the office
    /// after it ("Russian deputy foreign minister") are one mention.
    ///
    /// # Examples
    /// ```
    /// # use stance_core::{Atlas, Linker, Target, TargetId};
    /// # let target = Target::builtin(&TargetId::moscow()).expect("is built in");
    /// let linker = Linker::new(Atlas::builtin(), target)?;
    /// assert!(linker.link("He moved from Moscow, Idaho, to Atlanta, Georgia.").is_empty());
    /// # Ok::<(), stance_core::AtlasError>(())
    /// ```
    #[must_use]
    pub fn link(&self, text: &str) -> Vec<Mention> {
        self.link_after(&[], text)
    }

    /// As [`link`](Self::link), where the reader has read `before` (a title, the sentence before):
    /// names there speak for ambiguous ones in `text`.
    #[must_use]
    pub fn link_after(&self, before: &[&str], text: &str) -> Vec<Mention> {
        let hits = self.hits(text);
        let mut evidence = Evidence::default();
        for earlier in before {
            evidence.add(self.hits(earlier).iter().map(|hit| self.readings_of(*hit)));
        }
        evidence.add(hits.iter().map(|hit| self.readings_of(*hit)));
        let around = Surroundings { text, hits: &hits, offices: &self.offices };
        let read = hits.iter().enumerate().filter_map(|(at, hit)| {
            let reading = context::read(self.readings_of(*hit), at, &around, &evidence)?;
            Some(reading.at(hit.span))
        });
        self.offices.join(text, read.collect())
    }

    fn readings_of(&self, hit: Hit) -> &[Reading] {
        &self.readings[hit.surface]
    }

    /// The longest names that are whole words, leftmost first, exceptions among them.
    fn hits(&self, text: &str) -> Vec<Hit> {
        let haystack = joined_lines(text);
        let mut hits = Vec::new();
        let mut at = 0;
        while let Some(found) = self.automaton.find(Input::new(&*haystack).span(at..text.len())) {
            let start = found.start();
            if follows_word(text, start) {
                at = word_end(text, start);
                continue;
            }
            let Some((end, pattern)) = self.whole_words(&haystack, text, start, found.end()) else {
                at = word_end(text, start);
                continue;
            };
            let surface = self.surface_of[pattern] as usize;
            hits.push(Hit { span: Span::new(start, end), surface });
            at = end;
        }
        hits
    }

    /// The longest name at `start` that ends by `longest` and with a word: its end and pattern.
    ///
    /// After a hyphen a name of one word goes before longer ones: "pro-Russian officials" are no
    /// officials of Russia's.
    fn whole_words(
        &self,
        haystack: &[u8],
        text: &str,
        start: usize,
        longest: usize,
    ) -> Option<(usize, usize)> {
        let prefixed = text[..start].ends_with('-');
        let mut best = None;
        let mut limit = longest;
        loop {
            let input = Input::new(haystack).span(start..limit).anchored(Anchored::Yes);
            let Some(found) = self.automaton.find(input) else { break };
            if !precedes_word(text, found.end()) {
                best = Some((found.end(), found.pattern().as_usize()));
                if !(prefixed && text[start..found.end()].contains(' ')) {
                    break;
                }
            }
            limit = found.end() - 1;
        }
        best
    }
}

/// `text` with each line break or tab as a space, byte for byte, so that a name may run over the
/// end of a line.
fn joined_lines(text: &str) -> Cow<'_, [u8]> {
    let is_break = |byte: u8| matches!(byte, b'\n' | b'\r' | b'\t');
    if text.bytes().any(is_break) {
        text.bytes().map(|byte| if is_break(byte) { b' ' } else { byte }).collect()
    } else {
        Cow::Borrowed(text.as_bytes())
    }
}

/// Whether a letter or digit ends at `at`.
fn follows_word(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_some_and(char::is_alphanumeric)
}

/// Whether a letter or digit begins at `at`.
fn precedes_word(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(char::is_alphanumeric)
}

/// The end of the word that `at` stands in; at least one character on.
fn word_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let first = rest.chars().next().map_or(1, char::len_utf8);
    rest[first..].find(|c: char| !c.is_alphanumeric()).map_or(text.len(), |end| at + first + end)
}
