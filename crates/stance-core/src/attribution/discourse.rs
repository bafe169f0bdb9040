//! What has been read of an article so far.

use std::sync::Arc;

use super::parties::{Actor, Name, Party, PartyKind, Side};
use super::tokens::Tokens;
use crate::{CountryCode, Date, EntityKind, Mention};

/// What has been read of an article: who was met, who spoke last, whom it is about.
///
/// Make a new one for each article, or [begin](Self::begin) one again, and attribute its sentences
/// in order.
#[derive(Debug, Default)]
pub struct Discourse {
    pub(super) memory: Memory,
    pub(super) tokens: Tokens,
    /// Those of the sentence, on their way to the memory.
    pub(super) fresh: Vec<Met>,
    /// Room for the next holders.
    pub(super) holders: Vec<Met>,
    /// Room for the actors of a sentence.
    pub(super) actors: Vec<Actor<'static>>,
}

/// What later sentences need to know of those before.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) article: Option<Date>,
    /// Those met, the most recent last; each once.
    pub(super) met: Vec<Met>,
    /// Who spoke last.
    pub(super) speaker: Option<Met>,
    /// The holders of the last sentence.
    pub(super) holders: Vec<Met>,
    /// The country of the last holder.
    pub(super) last: Option<CountryCode>,
    /// The countries that the article names.
    countries: Vec<Named>,
    /// Whether the last sentence ended inside a quotation.
    pub(super) quoting: bool,
}

/// Somebody who has been met.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Met {
    pub(super) kind: PartyKind,
    side: Side,
    comments: bool,
    listed: bool,
    pub(super) country: Option<CountryCode>,
    pub(super) name: Option<Arc<str>>,
    pub(super) office: Option<Arc<str>>,
}

/// How often the article names a country.
#[derive(Debug)]
struct Named {
    country: CountryCode,
    /// In all of it.
    times: f32,
    /// Lately: what a sentence adds fades with each one after it.
    lately: f32,
}

/// How many of those met are remembered.
const MEMORY: usize = 16;

/// What is left, after each further sentence, of having been named.
const FADING: f32 = 0.6;

/// What the share of a country in the whole article weighs against its having been named lately.
const OVERALL: f32 = 5.0;

/// How often a name of the title counts.
const TITLE: f32 = 5.0;

/// How much a name of a country counts that the target is at odds with: it is more often what the
/// others speak of.
const RIVAL: f32 = 0.3;

impl Discourse {
    /// The beginning of an article of that date.
    #[must_use]
    pub fn new(article: Option<Date>) -> Self {
        let mut discourse = Self::default();
        discourse.begin(article);
        discourse
    }

    /// Forgets all and begins an article of that date, in the memory that is there.
    pub fn begin(&mut self, article: Option<Date>) {
        let Memory { article: date, met, speaker, holders, last, countries, quoting } =
            &mut self.memory;
        *date = article;
        met.clear();
        *speaker = None;
        holders.clear();
        *last = None;
        countries.clear();
        *quoting = false;
    }

    /// Takes in the names of the article's title: whom it may be about.
    pub fn read_title(&mut self, mentions: &[Mention]) {
        let parties = mentions.iter().map(Party::of).filter(|party| !party.is_domestic());
        for party in parties {
            self.memory.meet(party.into());
        }
        self.memory.count(mentions, TITLE);
    }

    /// Counts the countries of `mentions`, the names of text that is still to be attributed: the one
    /// named most is taken for the country of offices and people without one.
    pub fn look_ahead(&mut self, mentions: &[Mention]) {
        self.memory.count(mentions, 1.0);
    }

    /// A paragraph has ended: an open quotation ends with it, unless the next one goes on.
    pub fn paragraph(&mut self, next_opens_quote: bool) {
        self.memory.quoting &= next_opens_quote;
    }
}

impl Memory {
    fn named(&mut self, country: &CountryCode) -> Option<&mut Named> {
        self.countries.iter_mut().find(|named| named.country == *country)
    }

    fn count(&mut self, mentions: &[Mention], times: f32) {
        for mention in mentions {
            let Some(country) = counted(mention) else { continue };
            let times = if mention.rival { RIVAL * times } else { times };
            if let Some(named) = self.named(country) {
                named.times += times;
            } else {
                self.countries.push(Named { country: country.clone(), times, lately: 0.0 });
            }
        }
    }

    /// A sentence of these names has been attributed.
    pub(super) fn pass(&mut self, mentions: &[Mention]) {
        for named in &mut self.countries {
            named.lately *= FADING;
        }
        for mention in mentions.iter().filter(|mention| !mention.rival) {
            let Some(country) = counted(mention) else { continue };
            if let Some(named) = self.named(country) {
                named.lately += 1.0;
            }
        }
    }

    /// Remembers who was met, the most important last, who spoke, and the holders.
    pub(super) fn remember(
        &mut self,
        met: impl Iterator<Item = Met>,
        speaker: Option<Met>,
        holders: &mut Vec<Met>,
    ) {
        for party in met {
            self.meet(party);
        }
        if speaker.is_some() {
            self.speaker = speaker;
        }
        if let Some(country) = holders.iter().find_map(|holder| holder.country.clone()) {
            self.last = Some(country);
        }
        std::mem::swap(&mut self.holders, holders);
        holders.clear();
    }

    /// The country of offices and people without one: named most in the article and lately.
    pub(super) fn main_country(&self) -> Option<&CountryCode> {
        let total: f32 = self.countries.iter().map(|named| named.times).sum();
        let mut best: Option<(&CountryCode, f32)> = None;
        for named in &self.countries {
            let score = OVERALL * named.times / total.max(1.0) + named.lately;
            if best.is_none_or(|(_, most)| score > most) {
                best = Some((&named.country, score));
            }
        }
        best.map(|(country, _)| country)
    }

    /// The country that the text is about where nobody is named.
    pub(super) fn topic(&self) -> Option<&CountryCode> {
        self.last.as_ref().or_else(|| self.main_country())
    }

    fn meet(&mut self, mut party: Met) {
        if party.country.is_none() && party.name.is_none() && party.side != Side::Target {
            return;
        }
        let same = |other: &Met| {
            other.kind == party.kind
                && match (&other.name, &party.name) {
                    (Some(a), Some(b)) => a == b,
                    (None, None) => other.country == party.country && other.office == party.office,
                    _ => false,
                }
        };
        if let Some(at) = self.met.iter().rposition(same) {
            let old = self.met.remove(at);
            party.country = party.country.or(old.country);
            party.office = party.office.or(old.office);
            party.comments |= old.comments;
        } else if self.met.len() >= MEMORY {
            self.met.remove(0);
        }
        self.met.push(party);
    }

    /// The person met whose name ends in `surname`.
    pub(super) fn surnamed(&self, surname: &str) -> Option<Party<'_>> {
        if surname.len() <= 2 {
            return None;
        }
        let ends = |met: &&Met| {
            met.kind == PartyKind::Person
                && met.name.as_deref().is_some_and(|name| {
                    name.strip_suffix(surname)
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with([' ', '-', '.']))
                })
        };
        self.met.iter().rev().find(ends).map(Met::party)
    }
}

/// The country that a name speaks for, where offices without one may belong to it.
fn counted(mention: &Mention) -> Option<&CountryCode> {
    let skip = mention.target.is_some()
        || mention.domestic
        || matches!(mention.kind, EntityKind::Outlet | EntityKind::Region | EntityKind::Bloc);
    mention.country.as_ref().filter(|_| !skip)
}

impl Met {
    pub(super) fn party(&self) -> Party<'_> {
        Party {
            kind: self.kind,
            side: self.side,
            comments: self.comments,
            listed: self.listed,
            country: self.country.as_ref(),
            name: self.name.as_ref().map(Name::Listed),
            office: self.office.as_deref(),
        }
    }
}

impl From<Party<'_>> for Met {
    fn from(party: Party<'_>) -> Self {
        Self {
            kind: party.kind,
            side: party.side,
            comments: party.comments,
            listed: party.listed,
            country: party.country.cloned(),
            name: party.name.map(Name::to_arc),
            office: party.office.map(lower),
        }
    }
}

/// An office in lower case.
fn lower(office: &str) -> Arc<str> {
    if office.chars().any(char::is_uppercase) {
        office.to_lowercase().into()
    } else {
        office.into()
    }
}
