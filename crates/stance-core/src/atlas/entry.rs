use std::collections::BTreeMap;

use serde::Deserialize;

use super::terms::{first_day, last_day};
use crate::{CountryCode, Date};

/// A country or territory and what text calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Country {
    /// Its code; the key.
    pub code: CountryCode,
    /// Names, the canonical one first; at least one.
    pub names: Vec<String>,
    /// The adjective first, then nouns and plurals.
    pub demonyms: Vec<String>,
    /// Capitals as metonyms of the government, the current one first, then former names.
    pub capitals: Vec<String>,
    /// Other places whose name implies the country.
    pub cities: Vec<String>,
    /// Ids of the regions that it belongs to.
    pub regions: Vec<String>,
    /// The office of whom text calls its leader, where that is not the head of state's.
    pub leader: Option<String>,
    /// Those of its names that also mean something else; context decides.
    pub ambiguous: Vec<String>,
    /// Phrases that contain one of its names but do not mean it.
    pub exceptions: Vec<String>,
    /// Words that, in a text without an unambiguous name of it, say that an ambiguous one means
    /// something else.
    pub unless: Vec<String>,
}

/// A group of countries by geography.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Region {
    /// Its id; the key.
    pub id: CountryCode,
    /// Names, the canonical one first; at least one.
    pub names: Vec<String>,
}

/// A person with offices.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// Full name, canonical; the key.
    pub name: String,
    /// The country that the person belongs to or holds office in.
    pub country: Option<CountryCode>,
    /// The organization, for those who serve one that is no country's.
    pub organization: Option<String>,
    /// Other spellings, and surnames by which text calls the person.
    pub aliases: Vec<String>,
    /// Offices held, in the order of the file.
    pub offices: Vec<Office>,
    /// Those of the names that others share: they count only beside an unambiguous one.
    pub ambiguous: Vec<String>,
}

/// An office that a person held for a time.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Office {
    /// What it is called, such as `president`.
    pub title: String,
    /// First day, month or year of the term.
    pub from: Option<Date>,
    /// Last day, month or year of the term; none while it lasts.
    pub to: Option<Date>,
    /// The organization that the person spoke for during the term, where it was not the country.
    pub organization: Option<String>,
}

/// A body, company, party, outlet or bloc.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Institution {
    /// Canonical name; the key.
    pub name: String,
    /// Other names and abbreviations.
    pub aliases: Vec<String>,
    /// The country that it speaks for or sits in; none for bodies of several states.
    pub country: Option<CountryCode>,
    /// What sort of body it is.
    pub kind: InstitutionKind,
    /// Its site, as citations name it.
    pub domain: Option<String>,
    /// Whether a state owns, runs or mostly funds it; none where unsure or mixed.
    pub state: Option<bool>,
    /// Those of its names that also mean something else; context decides.
    pub ambiguous: Vec<String>,
}

/// What sort of body an [`Institution`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each variant is named after what it is")]
pub enum InstitutionKind {
    Ministry,
    Parliament,
    Presidency,
    Party,
    Bank,
    Company,
    Media,
    Church,
    Bloc,
    Agency,
    Court,
    Military,
}

/// The words that, after a country's adjective or possessive, name an office ("Russian deputy
/// foreign minister", "Russia's embassy").
///
/// Words are in lower case; text matches them in any case, and [`persons`](Self::persons) and
/// [`bodies`](Self::bodies) also in the plural.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OfficeWords {
    /// Nouns for those at the head of a state: `president`, `leader`.
    pub heads: Vec<String>,
    /// Nouns for others who hold office: `minister`, `ambassador`.
    pub persons: Vec<String>,
    /// Nouns for bodies: `ministry`, `embassy`.
    pub bodies: Vec<String>,
    /// Words that may stand between: `foreign`, `deputy`.
    pub modifiers: Vec<String>,
    /// Titles of offices that one person of a country or organization holds at a time.
    pub single: Vec<String>,
    /// What an office is also called, and the titles that may be meant, the likeliest first.
    pub titles: BTreeMap<String, Vec<String>>,
}

impl Country {
    pub(super) fn named(code: &str) -> Self {
        Self {
            code: CountryCode::new(code),
            names: Vec::new(),
            demonyms: Vec::new(),
            capitals: Vec::new(),
            cities: Vec::new(),
            regions: Vec::new(),
            leader: None,
            ambiguous: Vec::new(),
            exceptions: Vec::new(),
            unless: Vec::new(),
        }
    }

    /// Names, demonyms, capitals and cities.
    pub(crate) fn all_names(&self) -> impl Iterator<Item = &str> {
        let lists = [&self.names, &self.demonyms, &self.capitals, &self.cities];
        lists.into_iter().flatten().map(String::as_str)
    }
}

impl Person {
    /// The canonical name and the aliases.
    pub(crate) fn all_names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.aliases).map(String::as_str)
    }
}

impl Institution {
    /// The canonical name and the aliases.
    pub(crate) fn all_names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.aliases).map(String::as_str)
    }
}

impl Office {
    /// Whether the office was held on `date`, as far as both are known: a month counts as within
    /// a term that began or ended in it, and every date as within a term without dates.
    ///
    /// # Examples
    /// ```
    /// use stance_core::{Atlas, Date};
    /// let tokayev = Atlas::builtin().person("Kassym-Jomart Tokayev").expect("is in the tables");
    /// let president = tokayev.offices.iter().find(|o| o.title == "president").expect("was one");
    /// assert!(president.held_on(Date::new(2023, Some(6), Some(24)).expect("exists")));
    /// assert!(!president.held_on(Date::new(2015, None, None).expect("exists")));
    /// ```
    #[must_use]
    pub fn held_on(&self, date: Date) -> bool {
        let begun = self.from.is_none_or(|from| first_day(from) <= last_day(date));
        begun && self.to.is_none_or(|to| first_day(date) <= last_day(to))
    }
}
