//! Questions to the atlas: who held an office, whose site this is, what a mention stands for.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Atlas, Country, Institution, InstitutionKind, Office, Person, Region};
use crate::{CountryCode, Date, EntityKind, Mention};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// A country or territory: by its name, its people, its capital or another place of it.
    Country(&'a Country),
    /// A region.
    Region(&'a Region),
    /// A person.
    Person(&'a Person),
    /// A body, company, party, outlet or bloc.
    Institution(&'a Institution),
}

/// Ways into the tables, made at the first question.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Country or organization → who held office for it: places in the table of people.
    officers: OnceLock<HashMap<String, Vec<usize>>>,
    /// Name or domain in lower case → place in the table of institutions.
    outlets: OnceLock<HashMap<String, usize>>,
}

/// The word for whom a country's [`leader`](Country::leader) is.
const LEADER: &str = "leader";

impl Atlas {
    /// The office that `person` held on `date` or, without a date, holds or held last.
    ///
    /// Of several the one that began last is returned; one whose dates are not known counts only
    /// where no other fits. A date that is known to the month or the year fits each term that has a
    /// day in it. Nobody holds an office after the term has ended.
    ///
    /// # Examples
    /// ```
    /// use stance_core::Atlas;
    /// let atlas = Atlas::builtin();
    /// let tokayev = atlas.person("Kassym-Jomart Tokayev").expect("is in the tables");
    /// let title = |date| atlas.office_on(tokayev, date).map(|office| office.title.as_str());
    /// assert_eq!(title(Some("2023-06-24".parse()?)), Some("president"));
    /// assert_eq!(title(Some("2017".parse()?)), Some("speaker of the Senate"));
    /// assert_eq!(title(Some("2012-05".parse()?)), None);
    /// assert_eq!(title(None), Some("president"));
    /// # Ok::<(), stance_core::DateError>(())
    /// ```
    #[must_use]
    pub fn office_on<'a>(&self, person: &'a Person, date: Option<Date>) -> Option<&'a Office> {
        // Of equals the first of the file is taken, as elsewhere.
        person.offices.iter().rev().filter(|o| fits(o, date)).max_by_key(|o| recency(o, date))
    }

    /// Who held the office called `title` for `country` on `date` or, without a date, holds it or
    /// held it last.
    ///
    /// The title is one of the tables or another name of it ("premier", "defence minister", "head
    /// of state", "leader"), in any case. On the day on which one gives way to another, and in such
    /// a month or year, it is the other one.
    ///
    /// # Examples
    /// ```
    /// use stance_core::{Atlas, CountryCode};
    /// let atlas = Atlas::builtin();
    /// let kazakhstan = CountryCode::new("KZ");
    /// let holder = |title, date| Some(atlas.holder_of(&kazakhstan, title, date)?.name.as_str());
    /// assert_eq!(holder("Foreign Minister", Some("2023-06".parse()?)), Some("Murat Nurtleu"));
    /// assert_eq!(holder("leader", Some("2010-12-01".parse()?)), Some("Nursultan Nazarbayev"));
    /// assert_eq!(holder("astronaut", None), None);
    /// # Ok::<(), stance_core::DateError>(())
    /// ```
    #[must_use]
    pub fn holder_of(
        &self,
        country: &CountryCode,
        title: &str,
        date: Option<Date>,
    ) -> Option<&Person> {
        let title = title.to_lowercase();
        let leads =
            self.country(country).filter(|_| title == LEADER).and_then(|c| c.leader.as_ref());
        let own = leads.and_then(|title| self.holder(country.as_str(), title, date));
        own.or_else(|| self.holder_by_any_title(country.as_str(), &title, date))
    }

    /// As [`holder_of`](Self::holder_of), for an organization by its name or an alias.
    ///
    /// # Examples
    /// ```
    /// let atlas = stance_core::Atlas::builtin();
    /// let holder = atlas.officer_of("NATO", "secretary general", Some("2020-05-01".parse()?));
    /// assert_eq!(holder.map(|person| person.name.as_str()), Some("Jens Stoltenberg"));
    /// # Ok::<(), stance_core::DateError>(())
    /// ```
    #[must_use]
    pub fn officer_of(
        &self,
        organization: &str,
        title: &str,
        date: Option<Date>,
    ) -> Option<&Person> {
        let body = self.organization(organization)?;
        let title = title.to_lowercase();
        body.all_names().find_map(|name| self.holder_by_any_title(name, &title, date))
    }

    /// The outlet or other body that a citation names: by its name, with or without "The", in any
    /// case, or by the domain of its site or a host below that.
    ///
    /// Other bodies than outlets are known by their domains only. Of several with one name or
    /// domain, the first of the files is returned.
    ///
    /// # Examples
    /// ```
    /// let atlas = stance_core::Atlas::builtin();
    /// let name = |cited| atlas.outlet(cited).map(|outlet| outlet.name.as_str());
    /// assert_eq!(name("The Astana Times"), Some("Astana Times"));
    /// assert_eq!(name("24.kg"), Some("24.kg"));
    /// assert_eq!(name("https://www.akorda.kz/en/events"), Some("Akorda.kz"));
    /// assert_eq!(name("rus.azattyk.org"), name("azattyk.org"));
    /// assert_eq!(name("a friend"), None);
    /// ```
    #[must_use]
    pub fn outlet(&self, cited: &str) -> Option<&Institution> {
        let outlets = self.index.outlets.get_or_init(|| self.outlets());
        let key = outlet_key(cited);
        let mut rest = key.as_str();
        loop {
            if let Some(&at) = outlets.get(rest) {
                return self.institutions().get(at);
            }
            let (_, above) = rest.split_once('.').filter(|_| !rest.contains(' '))?;
            rest = above;
        }
    }

    /// What a mention stands for; nothing for a name that only the target's file lists, and for an
    /// office without its holder's name.
    ///
    /// # Examples
    /// ```
    /// use stance_core::{Atlas, Entry, Linker, Target, TargetId};
    /// let target = Target::builtin(&TargetId::moscow()).expect("is built in");
    /// let linker = Linker::new(Atlas::builtin(), target)?;
    /// let mentions = linker.link("Tokayev spoke in Astana (24.kg).");
    /// let atlas = linker.atlas();
    /// let Some(Entry::Person(person)) = atlas.entry(&mentions[0]) else { panic!() };
    /// assert_eq!(person.name, "Kassym-Jomart Tokayev");
    /// let Some(Entry::Country(country)) = atlas.entry(&mentions[1]) else { panic!() };
    /// assert_eq!(country.names[0], "Kazakhstan");
    /// let Some(Entry::Institution(outlet)) = atlas.entry(&mentions[2]) else { panic!() };
    /// assert_eq!(outlet.domain.as_deref(), Some("24.kg"));
    /// # Ok::<(), stance_core::AtlasError>(())
    /// ```
    #[must_use]
    pub fn entry(&self, mention: &Mention) -> Option<Entry<'_>> {
        let code = mention.country.as_ref();
        match mention.kind {
            EntityKind::Person => self.person(&mention.name).map(Entry::Person),
            EntityKind::Institution | EntityKind::Outlet | EntityKind::Bloc => {
                self.institution(&mention.name).map(Entry::Institution)
            }
            EntityKind::Country | EntityKind::Demonym | EntityKind::City => {
                code.and_then(|code| self.country(code)).map(Entry::Country)
            }
            EntityKind::Region => {
                code.and_then(|id| self.tables.regions.find(id.as_str())).map(Entry::Region)
            }
        }
    }

    /// The holder of an office by one of the titles that `title` may mean.
    fn holder_by_any_title(&self, whose: &str, title: &str, date: Option<Date>) -> Option<&Person> {
        match self.offices().titles.get(title) {
            Some(titles) => titles.iter().find_map(|title| self.holder(whose, title, date)),
            None => self.holder(whose, title, date),
        }
    }

    fn holder(&self, whose: &str, title: &str, date: Option<Date>) -> Option<&Person> {
        let officers = self.index.officers.get_or_init(|| self.officers());
        let people = officers.get(whose)?.iter().rev().filter_map(|&at| self.people().get(at));
        let terms = people.flat_map(|p| p.offices.iter().map(move |office| (p, office)));
        terms
            .filter(|(person, office)| {
                office.title.eq_ignore_ascii_case(title)
                    && office.held_for(person) == Some(whose)
                    && fits(office, date)
            })
            .max_by_key(|(_, office)| recency(office, date))
            .map(|(person, _)| person)
    }

    fn officers(&self) -> HashMap<String, Vec<usize>> {
        let mut officers: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, person) in self.people().iter().enumerate() {
            for whose in person.offices.iter().filter_map(|office| office.held_for(person)) {
                let served = officers.entry(whose.to_owned()).or_default();
                if served.last() != Some(&at) {
                    served.push(at);
                }
            }
        }
        officers
    }

    fn outlets(&self) -> HashMap<String, usize> {
        let mut outlets = HashMap::new();
        for (at, body) in self.institutions().iter().enumerate() {
            let names = body.all_names().filter(|_| body.kind == InstitutionKind::Media);
            for name in names.chain(body.domain.as_deref()) {
                outlets.entry(outlet_key(name)).or_insert(at);
            }
        }
        outlets
    }
}

/// Whether the office was held on the date, if one is given.
fn fits(office: &Office, date: Option<Date>) -> bool {
    date.is_none_or(|date| office.held_on(date))
}

/// Of two terms that fit the date, the one to take has the greater of these: its dates are known,
/// it lasts (where no date is given), and it began last.
fn recency(office: &Office, date: Option<Date>) -> (bool, bool, Option<Date>) {
    let lasts = office.from.is_some() && office.to.is_none();
    (office.from.or(office.to).is_some(), date.is_none() && lasts, office.from)
}

/// How an outlet's name or site is looked up: in lower case, without article, scheme and path.
fn outlet_key(cited: &str) -> String {
    let mut key = cited.trim().to_lowercase();
    if let Some(at) = key.find("://") {
        key.drain(..at + 3);
    }
    if !key.contains(' ')
        && let Some(at) = key.find('/')
    {
        key.truncate(at);
    }
    let bare = key.strip_prefix("the ").or_else(|| key.strip_prefix("www.")).unwrap_or(&key);
    bare.trim_end_matches('.').to_owned()
}
