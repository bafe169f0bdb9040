//! Whom pronouns, descriptions and lists stand for.

use super::clauses::is_list;
use super::discourse::Met;
use super::parties::{Actor, Head, Name, Parties, Party, PartyKind, Side};
use super::reading::Reading;
use super::sorts::Sorts;
use super::tokens::{Token, What};
use crate::CountryCode;

impl<'a> Reading<'a> {
    /// The parties that the actor at `at` stands for, with those that "and" joins to it.
    pub(super) fn resolve(&self, at: usize) -> Parties<'a> {
        let mut parties = self.resolve_one(at);
        // A list goes on to the last one before which "and" stands.
        let (mut last, mut next) = (at, at);
        while self.actors.get(next + 1).is_some_and(|next| !next.weak) {
            let between = self.between(next);
            let added = between.iter().any(|t| t.is(Sorts::JOINER | Sorts::COORDINATOR))
                && between.iter().all(joins);
            if !added && !is_list(between) {
                break;
            }
            next += 1;
            if added {
                last = next;
            }
        }
        for at in at + 1..=last {
            parties.extend(self.resolve_one(at).iter().copied());
        }
        parties
    }

    fn resolve_one(&self, at: usize) -> Parties<'a> {
        match self.actors[at].head {
            Head::Known(party) => Some(party).into(),
            Head::Pronoun(token) | Head::Owner(token) => self.antecedent(token, at),
            Head::Description(noun, party) => self.described(noun, party, at),
        }
    }

    /// Those met before, the nearest first: in this sentence before the actor at `at`, then earlier.
    fn before(&self, at: usize) -> impl Iterator<Item = Party<'a>> {
        let named = |actor: &Actor<'a>| actor.known().filter(|_| !actor.weak).copied();
        let here = self.actors[..at].iter().rev().filter_map(named);
        let memory = self.memory;
        let earlier = memory.speaker.iter().chain(&memory.holders).chain(memory.met.iter().rev());
        here.chain(earlier.map(Met::party))
    }

    fn antecedent(&self, token: usize, at: usize) -> Parties<'a> {
        let word = &self.tokens()[token];
        let found = if word.has(Sorts::SINGULAR) {
            let toward_target = self.acts_on_target(at);
            self.before(at).find(|party| {
                party.kind == PartyKind::Person && !(toward_target && party.is_target())
            })
        } else if word.has(Sorts::FIRST) {
            self.memory.speaker.as_ref().map(Met::party)
        } else if word.has(Sorts::NEUTER) {
            self.before(at).find(|party| {
                matches!(
                    party.kind,
                    PartyKind::Country | PartyKind::Body | PartyKind::Bloc | PartyKind::Region
                )
            })
        } else if self.memory.holders.len() > 1 {
            let mut all = Parties::default();
            all.extend(self.memory.holders.iter().map(Met::party));
            return all;
        } else {
            let group = self.before(at).find(|party| party.kind == PartyKind::Group);
            group.or_else(|| self.before(at).find(|party| !party.is_target()))
        };
        found.into()
    }

    /// Whether the target is the object of the verb behind the actor at `at`: "he thanked Russia".
    fn acts_on_target(&self, at: usize) -> bool {
        let end = self.actors[at].end;
        self.actors.get(at + 1).is_some_and(|next| {
            let near = next.start <= end + 2 && next.start > end;
            near && !next.owns && next.known().is_some_and(Party::is_target)
        })
    }

    fn described(&self, noun: usize, party: Party<'a>, at: usize) -> Parties<'a> {
        let sorts = self.tokens()[noun].sorts;
        if sorts.any(Sorts::COUNTRY) && !sorts.is_actor() {
            return self.places(sorts, at);
        }
        let written = Name::Written(self.sentence.word(noun));
        let title = party.office.unwrap_or(party.name.unwrap_or(written).as_str());
        let same_noun = |other: &Party<'_>| {
            other.office.is_some_and(|office| ends_alike(office, title))
                || other.kind != PartyKind::Person
                    && other.name.is_some_and(|name| ends_alike(name.as_str(), title))
        };
        let first = &self.tokens()[self.actors[at].start];
        if first.is(Sorts::DETERMINER | Sorts::POSSESSIVE)
            && let Some(found) = self.before(at).find(same_noun)
        {
            return Some(found).into();
        }
        let mut party = party;
        if party.country.is_none() && !party.comments {
            party.country = self.place().or_else(|| self.memory.main_country());
        }
        Some(party).into()
    }

    /// "the region", "these countries", "the republic": a noun of `sorts`.
    fn places(&self, sorts: Sorts, at: usize) -> Parties<'a> {
        let many = sorts.any(Sorts::PLURAL);
        let whole = many
            && self.memory.holders.len() < 2
            && self.sentence.before(self.actors[at].start).is_some_and(|t| t.has(Sorts::ALL));
        if whole || sorts.any(Sorts::REGION) {
            let fits =
                |party: &Party<'_>| party.kind == PartyKind::Region && party.side != Side::Rival;
            let region = self.before(at).find(fits);
            if region.is_some() || !whole {
                return region.into();
            }
        }
        self.countries(if many { 2 } else { 1 }, at)
    }

    /// The last `wanted` countries before the actor at `at`, in the order of the text.
    fn countries(&self, wanted: usize, at: usize) -> Parties<'a> {
        let mut last: Option<&CountryCode> = None;
        let mut countries = Parties::default();
        let mut found = 0;
        for party in self.before(at).filter(|party| !party.is_domestic()) {
            if found == wanted {
                break;
            }
            if party.country.is_some() && party.country != last {
                last = party.country;
                let country = Party { country: last, ..Party::blank(PartyKind::Country) };
                countries.push_front(country);
                found += 1;
            }
        }
        countries
    }

    /// The country of somebody whose own is not known: of an analyst the one that the sentence is
    /// about, else the one that the text is about.
    pub(super) fn country_beside(&self, speaker: usize, comments: bool) -> Option<&'a CountryCode> {
        let beside = || {
            let others = self.actors.iter().enumerate().filter(|&(at, _)| at != speaker);
            let mut named = others.filter_map(|(_, actor)| actor.known());
            named.find_map(|party| party.country.filter(|_| !party.is_domestic()))
        };
        let topic = || self.place().or_else(|| self.memory.main_country());
        if comments { beside().or_else(topic) } else { topic().or_else(beside) }
    }

    /// The country of the place that the sentence opens with: "In Baku, the ministry said".
    pub(super) fn place(&self) -> Option<&'a CountryCode> {
        let first = self.actors.first()?;
        let opens = self.is(0, Sorts::WITHIN) && first.governed && first.start <= 2;
        let place = first.known().filter(|_| opens)?;
        place.country.filter(|_| place.kind == PartyKind::Country && !place.is_domestic())
    }

    /// Whether the actor is "we", "I", "our" or "my" outside a quotation: the author.
    pub(super) fn is_author(&self, actor: usize) -> bool {
        let (Head::Pronoun(at) | Head::Owner(at)) = self.actors[actor].head else { return false };
        let token = &self.tokens()[at];
        token.has(Sorts::FIRST) && !token.has(Sorts::QUOTED)
    }
}

const JOINING: Sorts =
    Sorts::of(&[Sorts::COORDINATOR, Sorts::DETERMINER, Sorts::JOINER, Sorts::LINK]);

/// Whether a token between two actors can join them: "and the", "along with", "as well as".
fn joins(token: &Token) -> bool {
    token.what == What::Comma || token.is(JOINING)
}

/// Whether two titles are the same, or the longer ends in the shorter: "foreign minister", "minister".
fn ends_alike(one: &str, other: &str) -> bool {
    let (long, short) = if one.len() < other.len() { (other, one) } else { (one, other) };
    let (long, short) = (long.as_bytes(), short.as_bytes());
    let (before, end) = long.split_at(long.len() - short.len());
    end.eq_ignore_ascii_case(short) && before.last().is_none_or(|&byte| byte == b' ')
}
