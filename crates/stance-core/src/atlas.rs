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
//! Who held which office on a date it tells by [`Atlas::office_on`] and [`Atlas::holder_of`], whose
//! site a citation names by [`Atlas::outlet`], and what a [`Mention`](crate::Mention) stands for by
//! [`Atlas::entry`]. It does not find names in text.

mod check;
mod entry;
mod error;
mod locate;
mod lookup;
mod raw;
mod table;
mod target;
mod terms;

use std::fmt;
use std::sync::{Arc, LazyLock};

use check::Keys;
pub use entry::{Country, Institution, InstitutionKind, Office, OfficeWords, Person, Region};
pub use error::{AtlasError, Fault};
pub use lookup::Entry;
use lookup::Index;
use raw::RawAtlas;
use table::Table;
pub(crate) use target::NameSort;
pub use target::Target;

use crate::CountryCode;

/// The tables of countries, regions, people and institutions; cheap to clone.
///
/// Every entry has a name, no name is blank, and every region, country and organization that an
/// entry refers to exists. Two entries share a name only where both call it ambiguous, and an
/// office that one person at a time holds is never held by two.
#[derive(Clone, Default)]
pub struct Atlas {
    tables: Arc<Tables>,
    index: Arc<Index>,
}

#[derive(Clone, Default)]
struct Tables {
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
    /// Never: a test reads the embedded tables as it would a user's.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static ATLAS: LazyLock<Atlas> = LazyLock::new(|| {
            let mut tables = Tables::default();
            for toml in BUILTIN {
                tables.merge(toml).expect("the embedded tables are well-formed");
            }
            Atlas::new(tables)
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
    /// the others stay. Keys of the file are those of the built-in tables. Where a person of the
    /// file takes over an office that one person at a time holds, the term of somebody who held it
    /// so far, and has no end, ends.
    ///
    /// # Errors
    /// On malformed TOML, unknown keys, blank or repeated names, an entry that is given twice or
    /// lacks what it needs, a reference to a region, country or organization that does not exist, a
    /// name that two entries claim and not both call ambiguous, and terms that overlap, of one
    /// person in one office or of two in an office for one: each with the line.
    pub fn with(&self, toml: &str) -> Result<Self, AtlasError> {
        let mut tables = Tables::clone(&self.tables);
        let keys = tables.merge(toml)?;
        tables.check_entries(toml, &keys)?;
        tables.check_references(toml, &keys)?;
        tables.check_names(toml, &keys)?;
        tables.end_terms(&keys);
        tables.check_terms(toml, &keys)?;
        Ok(Self::new(tables))
    }

    /// Reads a target file as [`Target::parse`] does, whose countries and regions are in this atlas.
    ///
    /// # Errors
    /// As [`Target::parse`], and on codes that this atlas does not have: with the line.
    ///
    /// # Examples
    /// ```
    /// let toml = "id = 'minsk'\ncountry = 'BY'\nnames = ['Minsk']\nrivals = ['XX']";
    /// let error = stance_core::Atlas::builtin().target(toml).unwrap_err();
    /// assert_eq!(error.to_string(), "line 4: target minsk: unknown rival \"XX\"");
    /// ```
    pub fn target(&self, toml: &str) -> Result<Target, AtlasError> {
        let target = Target::parse(toml)?;
        let is_unknown = |code: &&CountryCode| self.country(code).is_none();
        let is_no_region = |id: &&CountryCode| self.tables.regions.find(id.as_str()).is_none();
        let unknown = [
            ("country", Some(target.country()).filter(is_unknown)),
            ("rival", target.rivals().iter().find(is_unknown)),
            ("rival region", target.rival_regions().iter().find(is_no_region)),
        ];
        let unknown = unknown.into_iter().find_map(|(field, code)| Some((field, code?)));
        if let Some((field, code)) = unknown {
            let fault = Fault::Unknown { field, value: code.as_str().to_owned() };
            return Err(AtlasError::of_target(toml, &target, fault));
        }
        Ok(target)
    }

    fn new(tables: Tables) -> Self {
        Self { tables: Arc::new(tables), index: Arc::default() }
    }

    /// All countries and territories, in the order of the files.
    #[must_use]
    pub fn countries(&self) -> &[Country] {
        self.tables.countries.entries()
    }

    /// All regions, in the order of the files.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        self.tables.regions.entries()
    }

    /// All people, in the order of the files.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        self.tables.people.entries()
    }

    /// All institutions, in the order of the files.
    #[must_use]
    pub fn institutions(&self) -> &[Institution] {
        self.tables.institutions.entries()
    }

    /// The words that name offices.
    #[must_use]
    pub fn offices(&self) -> &OfficeWords {
        &self.tables.offices
    }

    /// The country with this code.
    #[must_use]
    pub fn country(&self, code: &CountryCode) -> Option<&Country> {
        self.tables.countries.find(code.as_str())
    }

    /// The person with this canonical name.
    #[must_use]
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.tables.people.find(name)
    }

    /// The institution with this canonical name.
    #[must_use]
    pub fn institution(&self, name: &str) -> Option<&Institution> {
        self.tables.institutions.find(name)
    }

    /// The institution with this canonical name or, failing that, the first with this alias.
    #[must_use]
    pub fn organization(&self, name: &str) -> Option<&Institution> {
        self.tables.organization(name)
    }
}

/// How many entries there are: the entries themselves fill many pages.
impl fmt::Debug for Atlas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Atlas")
            .field("countries", &self.countries().len())
            .field("regions", &self.regions().len())
            .field("people", &self.people().len())
            .field("institutions", &self.institutions().len())
            .finish_non_exhaustive()
    }
}

impl Tables {
    /// Puts the entries of a file over those known and returns their keys; what is left after an
    /// error is of no use.
    fn merge(&mut self, toml: &str) -> Result<Keys, AtlasError> {
        let raw: RawAtlas =
            toml::from_str(toml).map_err(|error| AtlasError::malformed(toml, &error))?;
        let keys = Keys {
            regions: self.regions.merge(raw.region, toml)?,
            countries: self.countries.merge(raw.country, toml)?,
            institutions: self.institutions.merge(raw.institution, toml)?,
            people: self.people.merge(raw.person, toml)?,
        };
        if let Some(offices) = raw.offices {
            offices.apply(&mut self.offices);
        }
        Ok(keys)
    }

    fn organization(&self, name: &str) -> Option<&Institution> {
        let named = |i: &&Institution| i.aliases.iter().any(|alias| alias == name);
        self.institutions.find(name).or_else(|| self.institutions.entries().iter().find(named))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_tables_pass_every_check_of_a_users_file() {
        let whole = BUILTIN.iter().rev().take(1).chain(&BUILTIN[..3]);
        let mut atlas = Atlas::empty();
        for toml in whole {
            atlas = atlas.with(toml).unwrap_or_else(|error| panic!("{error}"));
        }
        assert_eq!(atlas.people(), Atlas::builtin().people());
    }

    #[test]
    fn the_embedded_targets_name_countries_of_the_embedded_atlas() {
        for (toml, target) in target::BUILTIN_TOML.iter().zip(Target::all_builtin()) {
            assert_eq!(Atlas::builtin().target(toml).as_ref(), Ok(target));
        }
    }
}
