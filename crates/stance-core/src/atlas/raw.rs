use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::table::RawEntry;
use super::terms::{first_day, last_day};
use super::{Country, Fault, Institution, InstitutionKind, Office, OfficeWords, Person, Region};
use crate::CountryCode;

/// An atlas file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAtlas {
    #[serde(default)]
    pub(super) country: Vec<RawCountry>,
    #[serde(default)]
    pub(super) region: Vec<RawRegion>,
    #[serde(default)]
    pub(super) person: Vec<RawPerson>,
    #[serde(default)]
    pub(super) institution: Vec<RawInstitution>,
    pub(super) offices: Option<RawOfficeWords>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCountry {
    code: Spanned<String>,
    names: Option<Vec<String>>,
    demonyms: Option<Vec<String>>,
    capitals: Option<Vec<String>>,
    cities: Option<Vec<String>>,
    regions: Option<Vec<String>>,
    leader: Option<String>,
    ambiguous: Option<Vec<String>>,
    exceptions: Option<Vec<String>>,
    unless: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRegion {
    id: Spanned<String>,
    names: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPerson {
    name: Spanned<String>,
    country: Option<String>,
    organization: Option<String>,
    aliases: Option<Vec<String>>,
    offices: Option<Vec<Office>>,
    ambiguous: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInstitution {
    name: Spanned<String>,
    aliases: Option<Vec<String>>,
    country: Option<String>,
    kind: Option<InstitutionKind>,
    domain: Option<String>,
    state: Option<bool>,
    ambiguous: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOfficeWords {
    heads: Option<Vec<String>>,
    persons: Option<Vec<String>>,
    bodies: Option<Vec<String>>,
    modifiers: Option<Vec<String>>,
    single: Option<Vec<String>>,
    titles: Option<BTreeMap<String, Vec<String>>>,
}

fn replace<T>(field: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *field = given;
    }
}

impl RawOfficeWords {
    pub(super) fn apply(self, words: &mut OfficeWords) {
        replace(&mut words.heads, self.heads);
        replace(&mut words.persons, self.persons);
        replace(&mut words.bodies, self.bodies);
        replace(&mut words.modifiers, self.modifiers);
        replace(&mut words.single, self.single);
        replace(&mut words.titles, self.titles);
    }
}

impl RawEntry for RawCountry {
    type Entry = Country;
    const WHAT: &'static str = "country";

    fn key(&self) -> &Spanned<String> {
        &self.code
    }

    fn new_entry(key: &str) -> Country {
        Country::named(key)
    }

    fn apply(self, entry: &mut Country) {
        replace(&mut entry.names, self.names);
        replace(&mut entry.demonyms, self.demonyms);
        replace(&mut entry.capitals, self.capitals);
        replace(&mut entry.cities, self.cities);
        replace(&mut entry.regions, self.regions);
        replace(&mut entry.leader, self.leader.map(Some));
        replace(&mut entry.ambiguous, self.ambiguous);
        replace(&mut entry.exceptions, self.exceptions);
        replace(&mut entry.unless, self.unless);
    }

    fn check(entry: &Country) -> Result<(), Fault> {
        if entry.names.is_empty() {
            return Err(Fault::Missing { field: "names" });
        }
        check_filled("names", &entry.names)?;
        check_filled("demonyms", &entry.demonyms)?;
        check_filled("capitals", &entry.capitals)?;
        check_filled("cities", &entry.cities)?;
        check_filled("exceptions", &entry.exceptions)?;
        check_filled("unless", &entry.unless)?;
        check_distinct(entry.exceptions.iter().map(String::as_str))?;
        check_ambiguous(entry.all_names(), &entry.ambiguous)
    }
}

impl RawEntry for RawRegion {
    type Entry = Region;
    const WHAT: &'static str = "region";

    fn key(&self) -> &Spanned<String> {
        &self.id
    }

    fn new_entry(key: &str) -> Region {
        Region { id: CountryCode::new(key), names: Vec::new() }
    }

    fn apply(self, entry: &mut Region) {
        replace(&mut entry.names, self.names);
    }

    fn check(entry: &Region) -> Result<(), Fault> {
        if entry.names.is_empty() {
            return Err(Fault::Missing { field: "names" });
        }
        check_filled("names", &entry.names)?;
        check_distinct(entry.names.iter().map(String::as_str)).map(drop)
    }
}

impl RawEntry for RawPerson {
    type Entry = Person;
    const WHAT: &'static str = "person";

    fn key(&self) -> &Spanned<String> {
        &self.name
    }

    fn new_entry(key: &str) -> Person {
        Person {
            name: key.to_owned(),
            country: None,
            organization: None,
            aliases: Vec::new(),
            offices: Vec::new(),
            ambiguous: Vec::new(),
        }
    }

    fn apply(self, entry: &mut Person) {
        // Whom a person serves is one fact: giving the one takes the other away.
        if self.country.is_some() || self.organization.is_some() {
            entry.country = self.country.as_deref().map(CountryCode::new);
            entry.organization = self.organization;
        }
        replace(&mut entry.aliases, self.aliases);
        replace(&mut entry.offices, self.offices);
        replace(&mut entry.ambiguous, self.ambiguous);
    }

    fn check(entry: &Person) -> Result<(), Fault> {
        if entry.country.is_none() && entry.organization.is_none() {
            return Err(Fault::Missing { field: "country and no organization" });
        }
        check_filled("aliases", &entry.aliases)?;
        for office in &entry.offices {
            if office.title.trim().is_empty() {
                return Err(Fault::Blank { field: "offices" });
            }
            if let (Some(from), Some(to)) = (office.from, office.to)
                && last_day(to) < first_day(from)
            {
                return Err(Fault::Term { from, to });
            }
        }
        check_ambiguous(entry.all_names(), &entry.ambiguous)
    }
}

impl RawEntry for RawInstitution {
    type Entry = Institution;
    const WHAT: &'static str = "institution";

    fn key(&self) -> &Spanned<String> {
        &self.name
    }

    fn new_entry(key: &str) -> Institution {
        Institution {
            name: key.to_owned(),
            aliases: Vec::new(),
            country: None,
            kind: InstitutionKind::Agency,
            domain: None,
            state: None,
            ambiguous: Vec::new(),
        }
    }

    fn apply(self, entry: &mut Institution) {
        replace(&mut entry.aliases, self.aliases);
        replace(&mut entry.country, self.country.as_deref().map(CountryCode::new).map(Some));
        replace(&mut entry.kind, self.kind);
        replace(&mut entry.domain, self.domain.map(Some));
        replace(&mut entry.state, self.state.map(Some));
        replace(&mut entry.ambiguous, self.ambiguous);
    }

    fn check(entry: &Institution) -> Result<(), Fault> {
        check_filled("aliases", &entry.aliases)?;
        check_ambiguous(entry.all_names(), &entry.ambiguous)
    }
}

/// No name is empty or begins or ends in white space.
pub(super) fn check_filled(field: &'static str, names: &[String]) -> Result<(), Fault> {
    if names.iter().all(|name| !name.is_empty() && name.trim() == name) {
        Ok(())
    } else {
        Err(Fault::Blank { field })
    }
}

/// No name comes twice; returns them all.
pub(super) fn check_distinct<'a>(
    names: impl Iterator<Item = &'a str>,
) -> Result<BTreeSet<&'a str>, Fault> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(Fault::Repeated { name: name.to_owned() });
        }
    }
    Ok(seen)
}

/// No name comes twice, and only names are called ambiguous.
fn check_ambiguous<'a>(
    names: impl Iterator<Item = &'a str>,
    ambiguous: &[String],
) -> Result<(), Fault> {
    let names = check_distinct(names)?;
    match ambiguous.iter().find(|name| !names.contains(name.as_str())) {
        Some(name) => Err(Fault::Stray { name: name.clone() }),
        None => Ok(()),
    }
}
