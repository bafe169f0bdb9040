use std::collections::BTreeSet;

use crate::atlas::OfficeWords;
use crate::{EntityKind, Mention, Span, TargetPart};

/// Joins names of the target with the offices after them into one mention.
#[derive(Clone, Debug)]
pub(super) struct Offices {
    heads: BTreeSet<String>,
    persons: BTreeSet<String>,
    bodies: BTreeSet<String>,
    modifiers: BTreeSet<String>,
}

/// No office has more words than this ("deputy head of the security council" has six).
const LONGEST: usize = 7;

/// An office found after a name.
struct Found {
    end: usize,
    part: TargetPart,
    kind: EntityKind,
}

impl Offices {
    pub(super) fn new(words: &OfficeWords) -> Self {
        let set = |list: &[String]| list.iter().map(|word| word.to_lowercase()).collect();
        Self {
            heads: set(&words.heads),
            persons: set(&words.persons),
            bodies: set(&words.bodies),
            modifiers: set(&words.modifiers),
        }
    }

    /// Whether `word` is part of an office's name.
    pub(super) fn knows(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        self.noun(&word).is_some() || self.modifiers.contains(&word)
    }

    /// Whether `name` ends in a noun for a person; any other name is a body's.
    pub(super) fn kind_of(&self, name: &str) -> EntityKind {
        let last = name.rsplit(' ').next().unwrap_or(name).to_lowercase();
        self.noun(&last).unwrap_or(EntityKind::Institution)
    }

    /// `mentions`, each name of the target widened over the office after it; what that covers goes.
    /// There are `most` mentions at most.
    pub(super) fn join(
        &self,
        text: &str,
        mentions: impl Iterator<Item = Mention>,
        most: usize,
    ) -> Vec<Mention> {
        let mut joined: Vec<Mention> = Vec::with_capacity(most);
        for mut mention in mentions {
            let covered = joined.last().is_some_and(|last| mention.span.start() < last.span.end());
            if covered {
                continue;
            }
            if let Some(found) = self.after(text, &mention) {
                mention.span = Span::new(mention.span.start(), found.end);
                mention.name = mention.span.of(text).unwrap_or_default().into();
                mention.kind = found.kind;
                mention.target = Some(found.part);
                mention.domestic = true;
            }
            joined.push(mention);
        }
        joined
    }

    /// The office that follows a name of the target.
    fn after(&self, text: &str, mention: &Mention) -> Option<Found> {
        let part = mention.target?;
        // "pro-Russian officials" are nobody's ambassadors.
        if text[..mention.span.start()].ends_with('-') {
            return None;
        }
        let rest = &text[mention.span.end()..];
        let possessive = ["'s", "’s", "'", "’"]
            .into_iter()
            .find(|ending| rest.strip_prefix(ending).is_some_and(|rest| rest.starts_with(' ')));
        let is_body = mention.kind == EntityKind::Institution;
        let binds = match part {
            TargetPart::Adjective => true,
            TargetPart::Name | TargetPart::Voice | TargetPart::Forces => {
                is_body || (possessive.is_some() && part == TargetPart::Name)
            }
            TargetPart::Leader => possessive.is_some(),
            _ => false,
        };
        if !binds {
            return None;
        }
        let start = mention.span.end() + possessive.map_or(0, str::len);
        let mut found = self.phrase(text, start)?;
        if part != TargetPart::Name && part != TargetPart::Adjective {
            found.part = TargetPart::Voice;
        }
        Some(found)
    }

    /// The longest run of words from `start` that are modifiers and nouns and end in a noun, with
    /// "of" and what it governs.
    fn phrase(&self, text: &str, start: usize) -> Option<Found> {
        let mut found: Option<Found> = None;
        let mut words = String::new();
        let mut end = start;
        let mut governed = false;
        for _ in 0..LONGEST {
            let Some(word) = word_at(text, end) else { break };
            end += 1 + word.len();
            let word = word.to_lowercase();
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(&word);
            let noun = self.noun(&word);
            let is_head = self.heads.contains(&words);
            if let Some(kind) = noun.or(is_head.then_some(EntityKind::Person)) {
                let part = if is_head { TargetPart::Leader } else { TargetPart::Voice };
                // In "ministry of defense" the first noun says what it is.
                let kind = found.as_ref().filter(|_| governed).map_or(kind, |found| found.kind);
                found = Some(Found { end, part, kind });
            } else if self.modifiers.contains(&word) {
                if let Some(found) = found.as_mut().filter(|_| governed && word != "and") {
                    found.end = end;
                }
            } else if word == "of" && found.is_some() {
                governed = true;
            } else if !(word == "the" && governed) {
                break;
            }
        }
        found
    }

    fn noun(&self, word: &str) -> Option<EntityKind> {
        let among = |set: &BTreeSet<String>| {
            set.contains(word)
                || word.strip_suffix('s').is_some_and(|singular| set.contains(singular))
                || word.strip_suffix("ies").is_some_and(|stem| set.contains(&format!("{stem}y")))
        };
        if among(&self.persons) || among(&self.heads) {
            Some(EntityKind::Person)
        } else {
            among(&self.bodies).then_some(EntityKind::Institution)
        }
    }
}

/// The word that stands one space after `end`.
fn word_at(text: &str, end: usize) -> Option<&str> {
    let rest = text.get(end..)?.strip_prefix(' ')?;
    let len = rest.find(|c: char| !(c.is_alphabetic() || c == '-')).unwrap_or(rest.len());
    (len > 0).then(|| &rest[..len])
}
