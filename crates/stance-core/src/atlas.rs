//! The atlas: which countries, regions, people and institutions there are, and what text calls them.
//!
//! It is data, kept apart from the [`Linker`](crate::Linker) that finds the names, so that users
//! extend or correct it with TOML of their own ([`Atlas::with`]) and no code knows any name.
//! A [`Target`] says which of those names stand for what the stance is toward.
//!
//! * [`Atlas`]: the tables, parsed and checked
//! * [`Country`], [`Region`], [`Person`], [`Office`], [`Institution`], [`InstitutionKind`]: entries
//! * [`OfficeWords`]: the words that make an office of a country's adjective
//! * [`Target`]: the names of one target, its rivals, and phrases that only look like them
//! * [`AtlasError`], [`Fault`]: what can be wrong with a user's file, and on which line
//!
//! ```
//! use stance_core::{Atlas, CountryCode};
//! let kazakhstan = CountryCode::new("KZ");
//! let atlas = Atlas::builtin();
//! assert_eq!(atlas.country(&kazakhstan).map(|c| c.capitals[0].as_str()), Some("Astana"));
//!
//! let renamed = atlas.with("country = [{ code = 'KZ', capitals = ['Qonaev'] }]")?;
//! let country = renamed.country(&kazakhstan);
//! assert_eq!(country.map(|c| c.capitals[0].as_str()), Some("Qonaev"));
//! assert_eq!(country.map(|c| c.names[0].as_str()), Some("Kazakhstan"));
//! # Ok::<(), stance_core::AtlasError>(())
//! ```
//!
//! It does not find names in text, and it knows nothing that needs a date: whether an office was
//! held on a day is asked of [`Office`].

mod entry;
mod error;
mod raw;
mod table;
mod target;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use toml::Spanned;

pub use entry::{Country, Institution, InstitutionKind, Office, OfficeWords, Person, Region};
pub use error::{AtlasError, Fault};
use raw::RawAtlas;
use table::{Table, key_text};
pub(crate) use target::NameSort;
pub use target::Target;

use crate::CountryCode;

/// The tables of countries, regions, people and institutions; every entry has a name, no name is
/// blank, and every region, country and organization that an entry refers to exists.
#[derive(Clone, Debug, Default)]
pub struct Atlas {
    countries: Table<Country>,
    regions: Table<Region>,
    people: Table<Person>,
    institutions: Table<Institution>,
    offices: OfficeWords,
}

const BUILTIN: [&str; 4] = [
    include_str!("../atlas/countries.toml"),
    include_str!("../atlas/institutions.toml"),
    include_str!("../atlas/people.toml"),
    include_str!("../atlas/offices.toml"),
];

impl Atlas {
    /// The atlas that is built in; parsed at the first call.
    ///
    /// # Panics
    /// Never: a test parses the embedded tables.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static ATLAS: LazyLock<Atlas> = LazyLock::new(|| {
            let mut atlas = Atlas::default();
            for tables in BUILTIN {
                atlas.extend(tables).expect("the embedded tables are well-formed");
            }
            atlas
        });
        &ATLAS
    }

    /// An atlas without any entry.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// This atlas extended by the tables in `toml`.
    ///
    /// An entry with a new key (a country's `code`, a region's `id`, a person's or institution's
    /// `name`) is added. For a known key, each field that is given replaces the field of the entry;
    /// the others stay. Keys of the file are those of the built-in tables.
    ///
    /// # Errors
    /// On malformed TOML, unknown keys, blank or repeated names, an entry that is given twice or
    /// lacks what it needs, and references to regions, countries or organizations that do not
    /// exist: each with the line.
    pub fn with(&self, toml: &str) -> Result<Self, AtlasError> {
        let mut atlas = self.clone();
        atlas.extend(toml)?;
        Ok(atlas)
    }

    /// As [`with`](Self::with), in place; what is left after an error is of no use.
    fn extend(&mut self, toml: &str) -> Result<(), AtlasError> {
        let raw: RawAtlas =
            toml::from_str(toml).map_err(|error| AtlasError::malformed(toml, &error))?;
        self.regions.merge(raw.region, toml)?;
        let countries = self.countries.merge(raw.country, toml)?;
        let institutions = self.institutions.merge(raw.institution, toml)?;
        let people = self.people.merge(raw.person, toml)?;
        if let Some(offices) = raw.offices {
            offices.apply(&mut self.offices);
        }
        self.check_references(toml, &countries, &institutions, &people)
    }

    fn check_references(
        &self,
        toml: &str,
        countries: &[Spanned<String>],
        institutions: &[Spanned<String>],
        people: &[Spanned<String>],
    ) -> Result<(), AtlasError> {
        let codes: BTreeSet<&str> = self.countries().iter().map(|c| c.code.as_str()).collect();
        let unknown = |what, key: &Spanned<String>, field, value: &str| {
            let fault = Fault::Unknown { field, value: value.to_owned() };
            AtlasError::entry(toml, key.span(), key_text(what, key.get_ref()), fault)
        };
        for key in countries {
            let Some(country) = self.countries.find(key.get_ref()) else { continue };
            if let Some(id) = country.regions.iter().find(|id| self.regions.find(id).is_none()) {
                return Err(unknown("country", key, "region", id));
            }
        }
        for key in institutions {
            let country = self.institutions.find(key.get_ref()).and_then(|i| i.country.as_ref());
            if let Some(code) = country.filter(|code| !codes.contains(code.as_str())) {
                return Err(unknown("institution", key, "country", code.as_str()));
            }
        }
        for key in people {
            let Some(person) = self.people.find(key.get_ref()) else { continue };
            if let Some(code) = person.country.as_ref().filter(|c| !codes.contains(c.as_str())) {
                return Err(unknown("person", key, "country", code.as_str()));
            }
            let of_offices = person.offices.iter().filter_map(|o| o.organization.as_ref());
            let mut organizations = person.organization.iter().chain(of_offices);
            if let Some(name) = organizations.find(|name| self.organization(name).is_none()) {
                return Err(unknown("person", key, "organization", name));
            }
        }
        Ok(())
    }

    /// All countries and territories, in the order of the files.
    #[must_use]
    pub fn countries(&self) -> &[Country] {
        self.countries.entries()
    }

    /// All regions, in the order of the files.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        self.regions.entries()
    }

    /// All people, in the order of the files.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        self.people.entries()
    }

    /// All institutions, in the order of the files.
    #[must_use]
    pub fn institutions(&self) -> &[Institution] {
        self.institutions.entries()
    }

    /// The words that name offices.
    #[must_use]
    pub fn offices(&self) -> &OfficeWords {
        &self.offices
    }

    /// The country with this code.
    #[must_use]
    pub fn country(&self, code: &CountryCode) -> Option<&Country> {
        self.countries.find(code.as_str())
    }

    /// The person with this canonical name.
    #[must_use]
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.people.find(name)
    }

    /// The institution with this canonical name.
    #[must_use]
    pub fn institution(&self, name: &str) -> Option<&Institution> {
        self.institutions.find(name)
    }

    /// The institution with this canonical name or, failing that, the first with this alias.
    #[must_use]
    pub fn organization(&self, name: &str) -> Option<&Institution> {
        self.institution(name)
            .or_else(|| self.institutions().iter().find(|i| i.aliases.iter().any(|a| a == name)))
    }
}
