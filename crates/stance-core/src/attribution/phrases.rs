//! The words of a noun phrase for somebody: office, body, name, country.

use super::parties::{Actor, Head, Name, Party, PartyKind};
use super::sorts::Sorts;
use super::tokens::{Token, What};
use crate::{EntityKind, Mention};

/// The sentence that actors are looked for in.
#[derive(Clone, Copy)]
pub(super) struct Sentence<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) mentions: &'a [Mention],
}

/// Most words between a country's adjective and the noun for its people or bodies.
const REACH: usize = 5;

/// Most words of a name that no list has.
const NAME: usize = 5;

/// What no noun phrase runs over.
const STOPPERS: Sorts = Sorts::of(&[
    Sorts::PREPOSITION,
    Sorts::SUBORDINATOR,
    Sorts::DETERMINER,
    Sorts::AUXILIARY,
    Sorts::BE,
    Sorts::COORDINATOR,
    Sorts::RELATIVE,
    Sorts::THAT,
    Sorts::PRONOUN,
    Sorts::POSSESSIVE,
    Sorts::SAY,
    Sorts::MENTAL,
    Sorts::UTTERANCE,
    Sorts::DEED,
]);

/// What is no part of a name, be it written with a capital.
const UNNAMED: Sorts = Sorts::of(&[
    Sorts::TIME,
    Sorts::PRONOUN,
    Sorts::DETERMINER,
    Sorts::POSSESSIVE,
    Sorts::BE,
    Sorts::AUXILIARY,
    Sorts::COORDINATOR,
    Sorts::PREPOSITION,
]);

/// What stands between no preposition and its place.
const CLOSING: Sorts =
    Sorts::of(&[Sorts::PREPOSITION, Sorts::AUXILIARY, Sorts::BE, Sorts::SAY, Sorts::TIME]);

impl<'a> Sentence<'a> {
    pub(super) fn mention(self, token: &Token) -> Option<&'a Mention> {
        (token.what == What::Name).then(|| self.mentions.get(usize::from(token.number))).flatten()
    }

    pub(super) fn word(self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text(self.text))
    }

    /// The text of the tokens `start..end`; there is one at least.
    pub(super) fn slice(self, start: usize, end: usize) -> &'a str {
        &self.text[self.tokens[start].start as usize..self.tokens[end - 1].end as usize]
    }

    pub(super) fn get(self, at: usize) -> Option<&'a Token> {
        self.tokens.get(at)
    }

    /// The token before `at`.
    pub(super) fn before(self, at: usize) -> Option<&'a Token> {
        at.checked_sub(1).and_then(|at| self.tokens.get(at))
    }

    /// Whether a word of any of `sorts` stands at `at`.
    pub(super) fn is(self, at: usize, sorts: Sorts) -> bool {
        self.get(at).is_some_and(|token| token.is(sorts))
    }

    /// Whether modifiers and a noun for an office or a body stand at `start`.
    pub(super) fn office_after(self, start: usize) -> bool {
        (start..(start + 4).min(self.tokens.len()))
            .find(|&at| !self.is(at, Sorts::MODIFIER) || self.tokens[at].sorts.is_actor())
            .is_some_and(|at| self.is(at, Sorts::OFFICE | Sorts::BODY))
    }

    /// The noun for people or bodies that a country's adjective before `start` belongs to.
    pub(super) fn noun_after(self, start: usize) -> Option<usize> {
        let mut found = None;
        for at in start..(start + REACH).min(self.tokens.len()) {
            let token = &self.tokens[at];
            let part = token.is(Sorts::MODIFIER);
            if token.what != What::Word || token.has(Sorts::OWNS) && !token.sorts.is_actor() {
                break;
            }
            if token.sorts.is_actor() {
                found = Some(at);
                if token.has(Sorts::OWNS) {
                    break;
                }
            } else if !part && (found.is_some() || token.has(STOPPERS)) {
                break;
            }
        }
        found
    }

    /// The noun of the phrase that begins at `start` with a modifier or the noun itself.
    pub(super) fn noun_from(self, start: usize) -> Option<usize> {
        let mut found = None;
        for at in start..(start + REACH).min(self.tokens.len()) {
            let token = &self.tokens[at];
            if token.what != What::Word {
                break;
            }
            if token.sorts.is_actor() {
                found = Some(at);
                if token.has(Sorts::OWNS) {
                    break;
                }
            } else if !token.is(Sorts::MODIFIER) || token.is(Sorts::COORDINATOR) && found.is_some()
            {
                break;
            }
        }
        found
    }

    /// Adds to `party` what the words `start..=noun` say: an office or a group.
    pub(super) fn describe(self, start: usize, noun: usize, party: &mut Party<'a>) {
        let sorts = self.tokens[noun].sorts;
        let first = (start..noun)
            .rev()
            .take_while(|&at| self.is(at, Sorts::MODIFIER) || self.tokens[at].sorts.is_actor())
            .last();
        let title = self.slice(first.unwrap_or(noun), noun + 1);
        let many = sorts.any(Sorts::PLURAL);
        if sorts.any(Sorts::BODY) && !sorts.any(Sorts::OFFICE) {
            party.kind = PartyKind::Body;
            party.name = Some(Name::Written(title));
        } else {
            party.kind = if many { PartyKind::Group } else { PartyKind::Person };
            party.office = Some(title.strip_suffix('s').filter(|_| many).unwrap_or(title));
        }
        if sorts.any(Sorts::COMMENTATOR) {
            party.comment();
        }
    }

    /// Takes the name that begins at `at` as `party`'s; returns where it ends.
    pub(super) fn with_name(self, at: usize, party: &mut Party<'a>) -> usize {
        let Some(token) = self.get(at) else { return at };
        if let Some(mention) = self.mention(token) {
            if mention.kind != EntityKind::Person || token.has(Sorts::TIED) {
                return at;
            }
            party.kind = PartyKind::Person;
            party.name = Some(Name::Listed(&mention.name));
            party.side_with(mention);
            party.country = mention.country.as_ref().or(party.country);
            return at + 1;
        }
        let end = self.name_end(at);
        if end > at {
            party.kind = PartyKind::Person;
            party.name = Some(Name::Written(self.slice(at, end)));
        }
        end
    }

    /// Where the name ends that begins at `at` and that no list has.
    pub(super) fn name_end(self, at: usize) -> usize {
        let mut end = at;
        while self.get(end).is_some_and(is_name_part) && end - at < NAME {
            end += 1;
            if self.tokens[end - 1].has(Sorts::OWNS) {
                break;
            }
        }
        end
    }

    /// The country that stands with "of", "in" or "from" at `start`, perhaps after a few words
    /// ("of the Interior of Kazakhstan"); where it ends.
    pub(super) fn place_after(self, start: usize) -> Option<(usize, Party<'a>)> {
        let mut at = start;
        for _ in 0..2 {
            if !self.is(at, Sorts::OF | Sorts::WITHIN | Sorts::FOR) {
                return None;
            }
            at += 1;
            for _ in 0..4 {
                let token = self.get(at)?;
                if let Some(mention) = self.mention(token) {
                    let is_place = matches!(
                        mention.kind,
                        EntityKind::Country
                            | EntityKind::City
                            | EntityKind::Region
                            | EntityKind::Institution
                    );
                    let owner = token.has(Sorts::OWNS) || mention.kind == EntityKind::Demonym;
                    let noun = if owner { self.noun_after(at + 1) } else { None };
                    let fits = (is_place || owner) && !token.has(Sorts::TIED);
                    return fits.then(|| (noun.unwrap_or(at) + 1, Party::of(mention)));
                }
                if token.what != What::Word || token.has(CLOSING) {
                    break;
                }
                at += 1;
            }
        }
        None
    }

    /// "Roman Vasilenko, Kazakhstan's deputy foreign minister,": what stands between commas after a
    /// name.
    pub(super) fn apposition(self, end: usize, actor: &mut Actor<'a>) {
        if self.get(end).is_none_or(|token| token.what != What::Comma) {
            return;
        }
        let Head::Known(party) = &mut actor.head else { return };
        for token in self.tokens[end + 1..].iter().take(8) {
            if token.what == What::Comma {
                break;
            }
            if let Some(mention) = self.mention(token)
                && party.country.is_none()
            {
                party.country = mention.country.as_ref();
                party.side_with(mention);
            }
            if token.is(Sorts::OFFICE) {
                party.office = Some(token.text(self.text));
            }
            if token.is(Sorts::COMMENTATOR) {
                party.comment();
            }
            if token.is(Sorts::SAY) {
                break;
            }
        }
    }
}

/// Whether a word can be part of the name of somebody whom no list has.
pub(super) fn is_name_part(token: &Token) -> bool {
    token.what == What::Word && token.has(Sorts::CAPITAL) && !token.has(UNNAMED)
}
