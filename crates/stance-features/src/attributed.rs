//! What attribution says of a statement, as far as features tell it apart.

use stance_core::{Kind, Reason, Statement, Voice};

use crate::fingerprint;

/// Who holds a statement, in which voice and how: words that cues are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attributed {
    pub(crate) voice: &'static str,
    pub(crate) kind: &'static str,
    /// Whether anybody holds it, and whether several do.
    pub(crate) holders: &'static str,
    /// The rule that found the holder.
    pub(crate) reason: &'static str,
    /// Fingerprint of the word that decided, in lower case; 0 where none did.
    pub(crate) cue: u64,
    pub(crate) quoted: bool,
}

/// Longest word, in bytes, that is looked for.
const LONGEST: usize = 32;

impl Attributed {
    /// What the attribution of `statement` says.
    pub(crate) fn of(statement: &Statement) -> Self {
        let attribution = &statement.attribution;
        let first = attribution.trace.first();
        let cue = first
            .filter(|trace| {
                !matches!(trace.reason, Reason::Dated | Reason::Cited | Reason::Article)
            })
            .and_then(|trace| trace.cue?.of(&statement.text));
        Self {
            voice: match attribution.voice {
                Voice::Holder => "holder",
                Voice::Target => "target",
                Voice::Author => "author",
            },
            kind: match attribution.kind {
                Kind::Speech => "speech",
                Kind::Deed => "deed",
                Kind::Commentary => "commentary",
            },
            holders: match attribution.holders.len() {
                0 => "nobody",
                1 => "one",
                _ => "several",
            },
            reason: match first.map(|trace| trace.reason) {
                Some(Reason::Speaker | Reason::Source) => "speaker",
                Some(Reason::Actor | Reason::Agent) => "actor",
                Some(Reason::Possessor | Reason::Named) => "named",
                Some(Reason::Continued) => "continued",
                Some(Reason::Topic) => "topic",
                _ => "none",
            },
            cue: cue.map_or(0, fingerprint_of),
            quoted: !attribution.quotes.is_empty(),
        }
    }
}

fn fingerprint_of(word: &str) -> u64 {
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..word.len()) else { return 0 };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    fingerprint::of_bytes(lower)
}
