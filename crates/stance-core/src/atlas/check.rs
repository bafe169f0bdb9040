//! What must hold between the entries of all files.

use std::collections::BTreeMap;

use toml::Spanned;

use super::raw::{RawCountry, RawInstitution, RawPerson, RawRegion};
use super::table::{RawEntry, key_text};
use super::{AtlasError, Fault, Tables};

/// The keys of the entries of one file, with where they stand.
pub(super) struct Keys {
    pub(super) regions: Vec<Spanned<String>>,
    pub(super) countries: Vec<Spanned<String>>,
    pub(super) institutions: Vec<Spanned<String>>,
    pub(super) people: Vec<Spanned<String>>,
}

/// An entry that claims a name.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Claim<'a> {
    what: &'static str,
    key: &'a str,
    ambiguous: bool,
}

impl Tables {
    /// Each entry of `keys` is right in itself.
    pub(super) fn check_entries(&self, toml: &str, keys: &Keys) -> Result<(), AtlasError> {
        self.regions.check::<RawRegion>(&keys.regions, toml)?;
        self.countries.check::<RawCountry>(&keys.countries, toml)?;
        self.institutions.check::<RawInstitution>(&keys.institutions, toml)?;
        self.people.check::<RawPerson>(&keys.people, toml)
    }

    /// Every region, country and organization that the entries of `keys` refer to exists.
    pub(super) fn check_references(&self, toml: &str, keys: &Keys) -> Result<(), AtlasError> {
        let unknown = |what, key: &Spanned<String>, field, value: &str| {
            let fault = Fault::Unknown { field, value: value.to_owned() };
            AtlasError::entry(toml, key.span(), key_text(what, key.get_ref()), fault)
        };
        for key in &keys.countries {
            let Some(country) = self.countries.find(key.get_ref()) else { continue };
            if let Some(id) = country.regions.iter().find(|id| self.regions.find(id).is_none()) {
                return Err(unknown(COUNTRY, key, "region", id));
            }
        }
        for key in &keys.institutions {
            let country = self.institutions.find(key.get_ref()).and_then(|i| i.country.as_ref());
            if let Some(code) = country.filter(|code| self.countries.find(code.as_str()).is_none())
            {
                return Err(unknown(INSTITUTION, key, "country", code.as_str()));
            }
        }
        for key in &keys.people {
            let Some(person) = self.people.find(key.get_ref()) else { continue };
            let country = person.country.as_ref();
            if let Some(code) = country.filter(|code| self.countries.find(code.as_str()).is_none())
            {
                return Err(unknown(PERSON, key, "country", code.as_str()));
            }
            let of_offices = person.offices.iter().filter_map(|o| o.organization.as_ref());
            let mut organizations = person.organization.iter().chain(of_offices);
            if let Some(name) = organizations.find(|name| self.organization(name).is_none()) {
                return Err(unknown(PERSON, key, "organization", name));
            }
        }
        Ok(())
    }

    /// No name of the entries of `keys` names another entry, unless both call it ambiguous.
    pub(super) fn check_names(&self, toml: &str, keys: &Keys) -> Result<(), AtlasError> {
        let mut claims: BTreeMap<&str, Vec<Claim<'_>>> = BTreeMap::new();
        for (name, claim) in self.claims() {
            claims.entry(name).or_default().push(claim);
        }
        let mut clashes = BTreeMap::new();
        for (name, claims) in &claims {
            let mut certain = claims.iter().filter(|claim| !claim.ambiguous);
            if let (Some(first), Some(second)) = (certain.next(), certain.next()) {
                clashes.entry((first.what, first.key)).or_insert((*name, second));
                clashes.entry((second.what, second.key)).or_insert((*name, first));
            }
        }
        for (what, key) in keys.all() {
            if let Some((name, other)) = clashes.get(&(what, key.get_ref().as_str())) {
                let other = key_text(other.what, other.key);
                let fault = Fault::Shared { name: (*name).to_owned(), other };
                return Err(AtlasError::entry(
                    toml,
                    key.span(),
                    key_text(what, key.get_ref()),
                    fault,
                ));
            }
        }
        Ok(())
    }

    /// Each name with an entry that claims it.
    fn claims(&self) -> impl Iterator<Item = (&str, Claim<'_>)> {
        let countries = self.countries.entries().iter().flat_map(|country| {
            let key = country.code.as_str();
            country.all_names().map(move |name| (COUNTRY, key, name, &country.ambiguous))
        });
        let regions = self.regions.entries().iter().flat_map(|region| {
            let names = region.names.iter();
            names.map(|name| (REGION, region.id.as_str(), name.as_str(), NONE))
        });
        let institutions = self.institutions.entries().iter().flat_map(|body| {
            body.all_names().map(|name| (INSTITUTION, body.name.as_str(), name, &body.ambiguous))
        });
        let people = self.people.entries().iter().flat_map(|person| {
            person.all_names().map(|name| (PERSON, person.name.as_str(), name, &person.ambiguous))
        });
        countries.chain(regions).chain(institutions).chain(people).map(
            |(what, key, name, ambiguous)| {
                (name, Claim { what, key, ambiguous: ambiguous.iter().any(|a| a == name) })
            },
        )
    }
}

impl Keys {
    fn all(&self) -> impl Iterator<Item = (&'static str, &Spanned<String>)> {
        let lists = [
            (COUNTRY, &self.countries),
            (REGION, &self.regions),
            (INSTITUTION, &self.institutions),
            (PERSON, &self.people),
        ];
        lists.into_iter().flat_map(|(what, keys)| keys.iter().map(move |key| (what, key)))
    }
}

const COUNTRY: &str = RawCountry::WHAT;
const REGION: &str = RawRegion::WHAT;
const INSTITUTION: &str = RawInstitution::WHAT;
const PERSON: &str = RawPerson::WHAT;
const NONE: &Vec<String> = &Vec::new();
