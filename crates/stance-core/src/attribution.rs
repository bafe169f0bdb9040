//! Says of each statement who holds what it says, in which voice, by word or deed, on what source
//! and when.
//!
//! Kept apart from the [`Linker`](crate::Linker), which finds names, and from the classifiers, which
//! judge the stance: here the names around verbs, quotations and prepositions become the holder.
//! Shallow rules over words and names, in the order of the text; no parser, no model.
//!
//! * [`Attributor`]: the rules, made once of an atlas
//! * [`Discourse`]: what has been read of an article, by which "he" and "the ministry" are understood
//! * [`Attribution`]: the answer for one statement: [`Holder`]s, [`Voice`], [`Kind`], quotations,
//!   [`Citation`]s, date
//! * [`Trace`], [`Reason`]: why
//!
//! ```
//! use stance_core::{Atlas, Attributor, Discourse, Kind, Linker, Target, TargetId, Voice};
//! let target = Target::builtin(&TargetId::moscow()).expect("is built in");
//! let linker = Linker::new(Atlas::builtin(), target)?;
//! let attributor = Attributor::new(Atlas::builtin());
//! let date = "2023-07-05".parse().ok();
//! let mut discourse = Discourse::new(date);
//!
//! let text = "Tokayev called it Russia's “internal affair” (Akorda.kz, June 24).";
//! let found = attributor.attribute(&mut discourse, text, &linker.link(text));
//! assert_eq!(found.holders[0].country.as_ref().map(|c| c.as_str()), Some("KZ"));
//! assert_eq!(found.holders[0].office.as_deref(), Some("president"));
//! assert_eq!((found.voice, found.kind), (Voice::Holder, Kind::Speech));
//! assert_eq!(found.cited[0].outlet.as_ref(), "Akorda.kz");
//! assert_eq!(found.date.map(|date| date.to_string()).as_deref(), Some("2023-06-24"));
//!
//! let text = "He added that the decision was final.";
//! let found = attributor.attribute(&mut discourse, text, &linker.link(text));
//! assert_eq!(found.holders[0].name.as_deref(), Some("Kassym-Jomart Tokayev"));
//! # Ok::<(), stance_core::AtlasError>(())
//! ```
//!
//! English only. It does not say whether a statement shows any stance at all.

mod actors;
mod acts;
mod citations;
mod clauses;
mod dates;
mod decide;
mod discourse;
mod kinds;
mod parties;
mod phrases;
mod reading;
mod resolve;
mod sorts;
mod speech;
mod tokens;
mod words;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use citations::Citation;
pub use discourse::Discourse;
use kinds::Kinds;
pub use kinds::kind_evidence;
use words::Words;

use crate::{Atlas, CountryCode, Date, Mention, Office, Span};

/// Whose stance a statement shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The country, or the id of a territory or region.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub country: Option<CountryCode>,
    /// The person, body or group: canonical where the atlas knows it, else as written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<Arc<str>>,
    /// A person's office: as written, else the one held on the statement's date.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub office: Option<Arc<str>>,
}

/// Who utters the content of a statement.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Voice {
    /// The holder, by word or deed.
    Holder,
    /// The target: such a statement shows nobody's stance toward it.
    Target,
    /// The author of the article.
    #[default]
    Author,
}

/// By what a statement shows a stance.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What a state, an office holder or a body says, promises included.
    Speech,
    /// What one does: a signature, a vote, an absence.
    Deed,
    /// A view of the author, an analyst, a poll or the people in the street.
    #[default]
    Commentary,
}

/// Whose statement it is, how and on what ground, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// Whose stance it shows, the first the most prominent; none where nobody was found.
    pub holders: Vec<Holder>,
    /// Who utters it.
    pub voice: Voice,
    /// By what it shows a stance.
    pub kind: Kind,
    /// What stands between quotation marks, in bytes of the statement's text, by ascending start; a
    /// quotation that goes on in the next statement ends with this one.
    pub quotes: Vec<Span>,
    /// The inline citations, in order.
    pub cited: Vec<Citation>,
    /// When it was said or done: by the sentence, else by its citation, else the article's date.
    pub date: Option<Date>,
    /// What the decisions rest on.
    pub trace: Vec<Trace>,
}

/// What one decision rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The rule.
    pub reason: Reason,
    /// What stands for the holder or speaker, in bytes of the statement's text.
    pub name: Option<Span>,
    /// The word that decides.
    pub cue: Option<Span>,
}

/// A rule of attribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Subject of a reporting verb.
    Speaker,
    /// Named with "according to" or "in the words of".
    Source,
    /// Subject of a verb of acting.
    Actor,
    /// Named with "by" beside a passive.
    Agent,
    /// Possessor ("Bishkek's decision").
    Possessor,
    /// The only one named, in whatever place.
    Named,
    /// A quotation goes on from the sentence before.
    Continued,
    /// Nobody is named: whom the sentences before are about.
    Topic,
    /// The kind is not what the rules answer: this word, or these, weigh more.
    Words,
    /// The date stands in the sentence.
    Dated,
    /// The date is its citation's.
    Cited,
    /// The date is the article's.
    Article,
}

impl Reason {
    /// What the rule says, for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Speaker => "subject of a reporting verb",
            Self::Source => "named as the source",
            Self::Actor => "subject of the verb",
            Self::Agent => "agent of a passive",
            Self::Possessor => "possessor",
            Self::Named => "the only one named",
            Self::Continued => "goes on speaking",
            Self::Topic => "whom the text before is about",
            Self::Words => "words that weigh more",
            Self::Dated => "date in the sentence",
            Self::Cited => "date of the citation",
            Self::Article => "date of the article",
        }
    }
}

impl Kind {
    /// All kinds, in the order of what is given for each.
    pub const ALL: [Self; 3] = [Self::Speech, Self::Deed, Self::Commentary];
}

impl fmt::Display for Voice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Holder => "holder",
            Self::Target => "target",
            Self::Author => "author",
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Speech => "speech",
            Self::Deed => "deed",
            Self::Commentary => "commentary",
        })
    }
}

/// The rules, with what they need of an atlas.
///
/// Immutable; safe to share between threads.
#[derive(Clone, Debug)]
pub struct Attributor {
    words: Words,
    /// None where rules alone tell the kind.
    kinds: Option<Kinds>,
    offices: HashMap<Arc<str>, Vec<(Office, Arc<str>)>>,
}

impl Attributor {
    /// Makes the rules with the words for offices and the people of `atlas`; the kind is told by them
    /// and by the learned weights of words.
    #[must_use]
    pub fn new(atlas: &Atlas) -> Self {
        let mut attributor = Self::by_rules(atlas);
        attributor.kinds = Some(Kinds::new(&mut attributor.words));
        attributor
    }

    /// Makes the rules alone: what the weights of words are learned beside.
    #[must_use]
    pub fn by_rules(atlas: &Atlas) -> Self {
        let people = atlas.people().iter().filter(|person| !person.offices.is_empty());
        let titled = |office: &Office| (office.clone(), office.title.as_str().into());
        let offices = people
            .map(|person| {
                (person.name.as_str().into(), person.offices.iter().map(titled).collect())
            })
            .collect();
        Self { words: Words::new(atlas.offices()), kinds: None, offices }
    }

    /// Attributes the next sentence of an article: `mentions` are the names in `text`.
    ///
    /// Takes time linear in the text: of a sentence with more than some hundred words and marks only
    /// the beginning is read, but for quotations and citations.
    pub fn attribute(
        &self,
        discourse: &mut Discourse,
        text: &str,
        mentions: &[Mention],
    ) -> Attribution {
        self.decide(discourse, text, mentions)
    }

    /// The title of the office that `name` held on `date`, the last one where the date is unknown.
    fn office_of(&self, name: &str, date: Option<Date>) -> Option<Arc<str>> {
        let mut held = self.offices.get(name)?.iter().rev();
        let (_, title) = match date {
            Some(date) => held.find(|(office, _)| office.from.is_some() && office.held_on(date)),
            None => held.next(),
        }?;
        Some(Arc::clone(title))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Linker, Target, TargetId};

    fn tools() -> (Linker, Attributor) {
        let target = Target::builtin(&TargetId::moscow()).expect("is built in");
        let linker = Linker::new(Atlas::builtin(), target).expect("a test of the atlas");
        (linker, Attributor::new(Atlas::builtin()))
    }

    #[test]
    fn quotations_and_citations_are_found_behind_what_is_looked_at() {
        let (linker, attributor) = tools();
        let text = format!("{}“the end” (Akorda.kz, June 24).", "and so on, ".repeat(500));
        let mut discourse = Discourse::new("2023-07-05".parse().ok());
        let found = attributor.attribute(&mut discourse, &text, &linker.link(&text));
        let quotes: Vec<_> = found.quotes.iter().filter_map(|quote| quote.of(&text)).collect();
        assert_eq!(quotes, ["the end"]);
        assert_eq!(found.cited[0].outlet.as_ref(), "Akorda.kz");
    }
}
