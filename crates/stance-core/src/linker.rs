//! Finds the names of the atlas and of the target in a text.
//!
//! Kept apart from the [`Atlas`], which is only data, and from the
//! [`SentenceExtractor`](crate::SentenceExtractor), which only cuts: here all names become one
//! index, and what stands around a name decides what it means.
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
//! longest wins. They are found by their first words: an Aho-Corasick automaton finds the same, but
//! takes several times longer to make, and making the linker is most of the start of the program. It resolves no pronoun ("he") and no description without a name ("the minister"),
//! and does not say who holds the stance.

mod context;
mod index;
mod lexicon;
mod offices;
mod roles;

use std::borrow::Cow;

use context::{Evidence, Surroundings};
use index::NameIndex;
use lexicon::{Lexicon, Reading};
use offices::Offices;
pub use roles::{MentionRole, roles};

use crate::{Atlas, AtlasError, Mention, Span, Target, TargetId};

/// Finds names in texts, in time linear in the text.
///
/// Immutable and cheap to share; making one costs some milliseconds, so make one and keep it.
#[derive(Clone, Debug)]
pub struct Linker {
    names: NameIndex,
    /// What each name can mean; nothing for an exception.
    readings: Vec<Vec<Reading>>,
    offices: Offices,
    target: TargetId,
    atlas: Atlas,
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
    /// When there are more names than can be numbered.
    pub fn new(atlas: &Atlas, target: &Target) -> Result<Self, AtlasError> {
        let offices = Offices::new(atlas.offices());
        let Lexicon { names, readings } = Lexicon::new(atlas, target, &offices)?;
        let names = NameIndex::new(names).ok_or(AtlasError::TooLarge)?;
        Ok(Self { names, readings, offices, target: target.id().clone(), atlas: atlas.clone() })
    }

    /// The atlas whose names it finds: [`Atlas::entry`] tells what a mention stands for.
    #[must_use]
    pub fn atlas(&self) -> &Atlas {
        &self.atlas
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
        let undecided = |hit: &Hit| context::certain(self.readings_of(*hit)).is_none();
        let mut evidence = Evidence::default();
        if hits.iter().any(undecided) {
            for earlier in before {
                evidence.add(self.hits(earlier).iter().map(|hit| self.readings_of(*hit)));
            }
            evidence.add(hits.iter().map(|hit| self.readings_of(*hit)));
        }
        let around = Surroundings {
            text,
            hits: &hits,
            offices: &self.offices,
            atlas: &self.atlas,
            readings: &self.readings,
        };
        let read = hits.iter().enumerate().filter_map(|(at, hit)| {
            let reading = context::read(self.readings_of(*hit), at, &around, &evidence)?;
            Some(reading.at(hit.span))
        });
        self.offices.join(text, read, hits.len())
    }

    fn readings_of(&self, hit: Hit) -> &[Reading] {
        &self.readings[hit.surface]
    }

    /// The longest names that are whole words, leftmost first, exceptions among them.
    ///
    /// After a hyphen a name of one word goes before longer ones: "pro-Russian officials" are no
    /// officials of Russia's.
    fn hits(&self, text: &str) -> Vec<Hit> {
        let haystack = joined_lines(text);
        let mut hits = Vec::new();
        let mut at = 0;
        while let Some((start, word)) = self.names.next_start(text, &haystack, at) {
            let prefixed = text[..start].ends_with('-');
            let is_simple = |end: usize| !text[start..end].contains(' ');
            let mut names = self.names.find(text, &haystack, start, word);
            let word = word.text;
            let longest = names.next();
            let simple = longest.filter(|_| prefixed);
            let simple =
                simple.into_iter().chain(names).find(|(end, _)| prefixed && is_simple(*end));
            at = match simple.or(longest) {
                Some((end, surface)) => {
                    hits.push(Hit { span: Span::new(start, end), surface });
                    end
                }
                None => start + word.len(),
            };
        }
        hits
    }
}

/// `text` with each line break or tab as a space, byte for byte, so that a name may run over the
/// end of a line.
fn joined_lines(text: &str) -> Cow<'_, [u8]> {
    let is_break = |byte: u8| matches!(byte, b'\n' | b'\r' | b'\t');
    // Not `any`, which could not take many bytes at once.
    if text.bytes().fold(false, |found, byte| found | is_break(byte)) {
        text.bytes().map(|byte| if is_break(byte) { b' ' } else { byte }).collect()
    } else {
        Cow::Borrowed(text.as_bytes())
    }
}
