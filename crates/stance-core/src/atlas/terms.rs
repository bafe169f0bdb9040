//! Terms of office against each other.

use std::collections::BTreeMap;

use toml::Spanned;

use super::check::Keys;
use super::raw::RawPerson;
use super::table::{RawEntry, key_text};
use super::{AtlasError, Fault, Office, Person, Tables};
use crate::Date;

/// When those of a file begin who follow each other in one office, and whether the last stays.
#[derive(Default)]
struct Succession {
    begins: Vec<Date>,
    lasts: bool,
}

/// Year, month and day, so that dates of any precision compare.
type Day = (u16, u8, u8);

/// The first day that `date` can be.
pub(super) fn first_day(date: Date) -> Day {
    (date.year(), date.month().unwrap_or(1), date.day().unwrap_or(1))
}

/// The last day that `date` can be.
pub(super) fn last_day(date: Date) -> Day {
    (date.year(), date.month().unwrap_or(12), date.day().unwrap_or(31))
}

impl Office {
    /// Whether two terms share more than the day on which the one gives way to the other, as far as
    /// the dates tell.
    fn overlaps(&self, other: &Self) -> bool {
        let (Some(from), Some(since)) = (self.from, other.from) else { return false };
        let begun = last_day(from).max(last_day(since));
        [self.to, other.to].into_iter().flatten().all(|to| begun < first_day(to))
    }

    /// For whom the office is held by `person`: a country or an organization.
    pub(super) fn held_for<'a>(&'a self, person: &'a Person) -> Option<&'a str> {
        let country = || person.country.as_ref().map(crate::CountryCode::as_str);
        self.organization.as_deref().or_else(country).or(person.organization.as_deref())
    }
}

impl Tables {
    /// Whether one person at a time holds the office.
    fn is_single(&self, office: &Office) -> bool {
        self.offices.single.contains(&office.title)
    }

    /// Ends the open terms of those whom people of `keys` follow in an office for one, where the
    /// file tells who holds it since.
    pub(super) fn end_terms(&mut self, keys: &Keys) {
        let is_new = |name: &str| keys.people.iter().any(|key| key.get_ref() == name);
        let mut begun: BTreeMap<(String, String), Succession> = BTreeMap::new();
        for person in self.people.entries().iter().filter(|person| is_new(&person.name)) {
            for office in person.offices.iter().filter(|office| self.is_single(office)) {
                if let (Some(whose), Some(from)) = (office.held_for(person), office.from) {
                    let key = (whose.to_owned(), office.title.clone());
                    let succession = begun.entry(key).or_default();
                    succession.begins.push(from);
                    succession.lasts |= office.to.is_none();
                }
            }
        }
        begun.retain(|_, succession| succession.lasts);
        for person in self.people.entries_mut().iter_mut().filter(|p| !is_new(&p.name)) {
            for at in 0..person.offices.len() {
                let office = &person.offices[at];
                let (Some(since), None) = (office.from, office.to) else { continue };
                let Some(whose) = office.held_for(person) else { continue };
                let key = (whose.to_owned(), office.title.clone());
                let later = begun.get(&key).into_iter().flat_map(|s| &s.begins).copied();
                if let Some(next) = later.filter(|from| last_day(since) < first_day(*from)).min() {
                    person.offices[at].to = Some(next);
                }
            }
        }
    }

    /// No term of a person of `keys` overlaps another in the same office, of the same person or,
    /// where one at a time holds it, of another.
    pub(super) fn check_terms(&self, toml: &str, keys: &Keys) -> Result<(), AtlasError> {
        for key in &keys.people {
            let Some(person) = self.people.find(key.get_ref()) else { continue };
            for (at, office) in person.offices.iter().enumerate() {
                let own = person.offices[..at].iter().map(|office| (person, office));
                let single = self.is_single(office);
                let others =
                    self.people.entries().iter().filter(|p| single && p.name != person.name);
                let theirs = others.flat_map(|p| p.offices.iter().map(move |office| (p, office)));
                let rival = own.chain(theirs).find(|(other, term)| {
                    term.title == office.title
                        && term.held_for(other) == office.held_for(person)
                        && office.overlaps(term)
                });
                if let Some((other, term)) = rival
                    && let (Some(from), Some(since)) = (office.from, term.from)
                {
                    let title = office.title.clone();
                    let fault = Fault::Overlap { title, from, other: other.name.clone(), since };
                    let entry = key_text(RawPerson::WHAT, key.get_ref());
                    return Err(AtlasError::entry(toml, Spanned::span(key), entry, fault));
                }
            }
        }
        Ok(())
    }
}
