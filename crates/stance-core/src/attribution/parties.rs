//! Somebody whose words or deeds a sentence reports, and how a sentence names them.

use std::sync::Arc;

use crate::{CountryCode, EntityKind, Mention, TargetPart};

/// What sort of holder somebody is, by which descriptions find it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartyKind {
    Person,
    Body,
    Country,
    Region,
    Group,
    Bloc,
    Outlet,
}

/// How somebody stands to the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Other,
    /// On the side that the target opposes.
    Rival,
    /// Of its country.
    Domestic,
    /// It, or who speaks for it.
    Target,
}

impl Side {
    fn of(mention: &Mention) -> Self {
        match mention.target {
            Some(part) if part != TargetPart::Place => Self::Target,
            _ if mention.domestic => Self::Domestic,
            _ if mention.rival => Self::Rival,
            _ => Self::Other,
        }
    }
}

/// The name of a person, body or bloc.
#[derive(Clone, Copy, Debug)]
pub(super) enum Name<'a> {
    /// Canonical.
    Listed(&'a Arc<str>),
    /// As written.
    Written(&'a str),
}

impl<'a> Name<'a> {
    pub(super) fn as_str(self) -> &'a str {
        match self {
            Self::Listed(name) => name,
            Self::Written(name) => name,
        }
    }

    pub(super) fn to_arc(self) -> Arc<str> {
        match self {
            Self::Listed(name) => Arc::clone(name),
            Self::Written(name) => name.into(),
        }
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

/// Somebody whose words or deeds a sentence reports.
#[derive(Clone, Copy, Debug)]
pub(super) struct Party<'a> {
    pub(super) kind: PartyKind,
    pub(super) side: Side,
    /// Gives views, not decisions: analysts, polls, the people in the street.
    pub(super) comments: bool,
    /// Stands in the atlas, which knows its country if it has one.
    pub(super) listed: bool,
    pub(super) country: Option<&'a CountryCode>,
    pub(super) name: Option<Name<'a>>,
    /// Office as written, in any case: "energy minister".
    pub(super) office: Option<&'a str>,
}

impl<'a> Party<'a> {
    pub(super) fn blank(kind: PartyKind) -> Self {
        Self {
            kind,
            side: Side::Other,
            comments: false,
            listed: false,
            country: None,
            name: None,
            office: None,
        }
    }

    /// The party that a mention names.
    pub(super) fn of(mention: &'a Mention) -> Self {
        let kind = match mention.kind {
            EntityKind::Country | EntityKind::City | EntityKind::Demonym => PartyKind::Country,
            EntityKind::Region => PartyKind::Region,
            EntityKind::Person => PartyKind::Person,
            EntityKind::Institution => PartyKind::Body,
            EntityKind::Outlet => PartyKind::Outlet,
            EntityKind::Bloc => PartyKind::Bloc,
        };
        let is_named = !matches!(kind, PartyKind::Country | PartyKind::Region);
        Self {
            side: Side::of(mention),
            listed: true,
            country: mention.country.as_ref(),
            name: is_named.then_some(Name::Listed(&mention.name)),
            ..Self::blank(kind)
        }
    }

    /// Whether it has a country that is not known yet.
    pub(super) fn needs_country(&self) -> bool {
        self.country.is_none() && !self.is_domestic() && !self.listed
    }

    /// Whether it speaks for the target, or is it.
    pub(super) fn is_target(&self) -> bool {
        self.side == Side::Target
    }

    /// Whether it is of the target's country, speaking for the target or not.
    pub(super) fn is_domestic(&self) -> bool {
        self.side >= Side::Domestic
    }

    /// Takes it for the target's where `mention`, even of a place, is.
    pub(super) fn side_with(&mut self, mention: &Mention) {
        if mention.target.is_some() {
            self.side = Side::Target;
        } else if mention.domestic {
            self.side = self.side.max(Side::Domestic);
        }
    }

    /// Takes it for somebody who gives views: nobody speaks for the target then.
    pub(super) fn comment(&mut self) {
        self.comments = true;
        self.side = self.side.min(Side::Domestic);
    }
}

/// Those that one phrase stands for: as a rule one, which takes no memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Parties<'a> {
    first: Option<Party<'a>>,
    more: Vec<Party<'a>>,
}

impl<'a> Parties<'a> {
    pub(super) fn first(&self) -> Option<&Party<'a>> {
        self.first.as_ref()
    }

    pub(super) fn first_mut(&mut self) -> Option<&mut Party<'a>> {
        self.first.as_mut()
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Party<'a>> {
        self.first.iter().chain(&self.more)
    }

    pub(super) fn push_front(&mut self, party: Party<'a>) {
        if let Some(second) = self.first.replace(party) {
            self.more.insert(0, second);
        }
    }

    pub(super) fn push(&mut self, party: Party<'a>) {
        if self.first.is_none() {
            self.first = Some(party);
        } else {
            self.more.push(party);
        }
    }
}

impl<'a> From<Option<Party<'a>>> for Parties<'a> {
    fn from(first: Option<Party<'a>>) -> Self {
        Self { first, more: Vec::new() }
    }
}

impl<'a> Extend<Party<'a>> for Parties<'a> {
    fn extend<T: IntoIterator<Item = Party<'a>>>(&mut self, parties: T) {
        for party in parties {
            self.push(party);
        }
    }
}

/// How an actor is named.
#[derive(Clone, Copy, Debug)]
pub(super) enum Head<'a> {
    Known(Party<'a>),
    /// "he", "they", "it": the token.
    Pronoun(usize),
    /// "the minister", "both countries": the noun's token, and what is known without the article.
    Description(usize, Party<'a>),
    /// "his remarks", "its refusal": the pronoun's token.
    Owner(usize),
}

/// A noun phrase for somebody.
#[derive(Clone, Copy, Debug)]
pub(super) struct Actor<'a> {
    /// Its first token, and one past its last.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) head: Head<'a>,
    /// A possessive ("Bishkek's decision").
    pub(super) owns: bool,
    /// Only an attribute ("Kazakh gas"), or tied by a hyphen.
    pub(super) weak: bool,
    /// Governed by a preposition.
    pub(super) governed: bool,
}

impl<'a> Actor<'a> {
    pub(super) fn new(start: usize, end: usize, head: Head<'a>) -> Self {
        Self { start, end, head, owns: false, weak: false, governed: false }
    }

    /// The party, where the sentence names it.
    pub(super) fn known(&self) -> Option<&Party<'a>> {
        match &self.head {
            Head::Known(party) => Some(party),
            _ => None,
        }
    }

    /// Whether a pronoun stands for it.
    pub(super) fn is_pronoun(&self) -> bool {
        matches!(self.head, Head::Pronoun(_) | Head::Owner(_))
    }

    /// Whether it can be a subject.
    pub(super) fn is_free(&self) -> bool {
        !self.weak && !self.governed
    }
}
