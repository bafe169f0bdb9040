use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::offices::Offices;
use crate::atlas::NameSort;
use crate::{
    Atlas, AtlasError, Country, CountryCode, EntityKind, Institution, InstitutionKind, Mention,
    Person, Span, Target, TargetPart,
};

/// All names, and what each can mean.
pub(super) struct Lexicon {
    /// Each way to write a name, with its index into `readings`.
    pub(super) names: Vec<(String, u32)>,
    /// What a name can mean; nothing for an exception.
    pub(super) readings: Vec<Vec<Reading>>,
}

/// One thing that a name can mean.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// Which entry it is: names of one entry share it.
    pub(super) entry: u32,
    /// What is mentioned; the span is empty.
    pub(super) sense: Mention,
    /// Whether context must speak for it.
    pub(super) ambiguous: bool,
    /// Whether it is a seat of government, which acts like its country.
    pub(super) capital: bool,
}

impl Reading {
    fn new(entry: u32, kind: EntityKind, name: Arc<str>, country: Option<CountryCode>) -> Self {
        let sense = Mention {
            span: Span::new(0, 0),
            kind,
            name,
            country,
            target: None,
            domestic: false,
            rival: false,
        };
        Self { entry, sense, ambiguous: false, capital: false }
    }

    /// This reading of the name at `span`.
    pub(super) fn at(&self, span: Span) -> Mention {
        Mention { span, ..self.sense.clone() }
    }
}

/// What the target's file says of a name.
#[derive(Clone, Copy)]
enum Claim {
    Part(TargetPart, NameSort),
    Rival,
    RivalBloc,
}

struct Builder<'a> {
    target: &'a Target,
    offices: &'a Offices,
    claims: BTreeMap<&'a str, Claim>,
    rivals: BTreeSet<&'a str>,
    /// Each name with its readings.
    surfaces: Vec<(&'a str, Vec<Reading>)>,
    /// Name → place in `surfaces`.
    index: HashMap<&'a str, usize>,
    entries: u32,
}

impl Lexicon {
    /// # Errors
    /// When there are more names than can be numbered.
    pub(super) fn new(
        atlas: &Atlas,
        target: &Target,
        offices: &Offices,
    ) -> Result<Self, AtlasError> {
        let mut builder = Builder::new(target, offices);
        for country in atlas.countries() {
            builder.add_country(country);
        }
        for region in atlas.regions() {
            let rival = target.rival_regions().contains(&region.id);
            let entry = builder.next_entry();
            for name in &region.names {
                let code = Some(region.id.clone());
                let mut reading =
                    Reading::new(entry, EntityKind::Region, region.names[0].as_str().into(), code);
                reading.sense.rival = rival;
                builder.add(name, reading);
            }
        }
        for institution in atlas.institutions() {
            builder.add_institution(institution);
        }
        for person in atlas.people() {
            builder.add_person(person, atlas);
        }
        builder.add_target();
        let exceptions = atlas.countries().iter().flat_map(|country| &country.exceptions);
        builder.finish(exceptions.chain(target.exceptions()).map(String::as_str))
    }
}

impl<'a> Builder<'a> {
    fn new(target: &'a Target, offices: &'a Offices) -> Self {
        let parts = target.sorted_names().map(|(part, sort, name)| (name, Claim::Part(part, sort)));
        let rivals = target.rival_names().iter().map(|name| (name.as_str(), Claim::Rival));
        let blocs = target.rival_blocs().iter().map(|name| (name.as_str(), Claim::RivalBloc));
        Self {
            target,
            offices,
            claims: parts.chain(rivals).chain(blocs).collect(),
            rivals: target.rivals().iter().map(CountryCode::as_str).collect(),
            surfaces: Vec::new(),
            index: HashMap::new(),
            entries: 0,
        }
    }

    fn next_entry(&mut self) -> u32 {
        self.entries += 1;
        self.entries
    }

    fn add(&mut self, name: &'a str, reading: Reading) {
        self.readings_of(name).push(reading);
    }

    fn readings_of(&mut self, name: &'a str) -> &mut Vec<Reading> {
        let at = *self.index.entry(name).or_insert(self.surfaces.len());
        if at == self.surfaces.len() {
            self.surfaces.push((name, Vec::new()));
        }
        &mut self.surfaces[at].1
    }

    fn is_rival(&self, country: Option<&CountryCode>) -> bool {
        country.is_some_and(|code| self.rivals.contains(code.as_str()))
    }

    fn is_domestic(&self, country: Option<&CountryCode>) -> bool {
        country == Some(self.target.country())
    }

    fn add_country(&mut self, country: &'a Country) {
        let entry = self.next_entry();
        let canonical: Arc<str> = country.names[0].as_str().into();
        let lists = [
            (EntityKind::Country, &country.names, false),
            (EntityKind::Demonym, &country.demonyms, false),
            (EntityKind::City, &country.capitals, true),
            (EntityKind::City, &country.cities, false),
        ];
        let domestic = self.is_domestic(Some(&country.code));
        let rival = self.is_rival(Some(&country.code));
        for (kind, names, capital) in lists {
            for name in names {
                let is_city = kind == EntityKind::City;
                let canonical = if is_city { name.as_str().into() } else { Arc::clone(&canonical) };
                let mut reading = Reading::new(entry, kind, canonical, Some(country.code.clone()));
                // A town of the target's country stands for it; its other names are listed.
                reading.sense.target = (domestic && is_city).then_some(TargetPart::Place);
                reading.sense.domestic = domestic;
                reading.sense.rival = rival;
                reading.ambiguous = country.ambiguous.contains(name);
                reading.capital = capital;
                self.add(name, reading);
            }
        }
    }

    fn add_institution(&mut self, institution: &'a Institution) {
        let entry = self.next_entry();
        let kind = match institution.kind {
            InstitutionKind::Media => EntityKind::Outlet,
            InstitutionKind::Bloc => EntityKind::Bloc,
            _ if institution.country.is_none() => EntityKind::Bloc,
            _ => EntityKind::Institution,
        };
        let country = institution.country.as_ref();
        let (part, rival) = self.side(institution.all_names(), country);
        let domestic = self.is_domestic(country);
        let part = part.or_else(|| domestic.then(|| part_of_body(institution)).flatten());
        let canonical: Arc<str> = institution.name.as_str().into();
        for name in institution.all_names() {
            let mut reading = Reading::new(entry, kind, Arc::clone(&canonical), country.cloned());
            reading.sense.target = part;
            reading.sense.domestic = domestic;
            reading.sense.rival = rival;
            reading.ambiguous = institution.ambiguous.iter().any(|a| a == name);
            self.add(name, reading);
        }
    }

    fn add_person(&mut self, person: &'a Person, atlas: &'a Atlas) {
        let entry = self.next_entry();
        let country = person.country.as_ref();
        let (mut part, mut rival) = self.side(person.all_names(), country);
        if let Some(body) = person.organization.as_ref().and_then(|name| atlas.organization(name)) {
            let (of_body, rival_body) = self.side(body.all_names(), None);
            // Who serves a bloc of the target's speaks for it.
            part = part.or(of_body.map(|_| TargetPart::Voice));
            rival |= rival_body;
        }
        let domestic = self.is_domestic(country);
        if domestic && !person.offices.is_empty() {
            part = part.or(Some(TargetPart::Voice));
        }
        let canonical: Arc<str> = person.name.as_str().into();
        for name in person.all_names() {
            let mut reading =
                Reading::new(entry, EntityKind::Person, Arc::clone(&canonical), country.cloned());
            reading.sense.target = part;
            reading.sense.domestic = domestic;
            reading.sense.rival = rival;
            reading.ambiguous = person.ambiguous.iter().any(|a| a == name);
            self.add(name, reading);
        }
    }

    /// The part of the target that an entry is by any of its names, and whether it is a rival.
    fn side<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
        country: Option<&CountryCode>,
    ) -> (Option<TargetPart>, bool) {
        let mut side = (None, self.is_rival(country));
        for claim in names.filter_map(|name| self.claims.get(name)) {
            match claim {
                Claim::Part(part, _) => side.0 = side.0.or(Some(*part)),
                Claim::Rival | Claim::RivalBloc => side.1 = true,
            }
        }
        side
    }

    /// Lays what the target's file says over what the atlas says.
    fn add_target(&mut self) {
        let claims = std::mem::take(&mut self.claims);
        for (name, claim) in claims {
            let known = std::mem::take(self.readings_of(name));
            let reading = self.claimed(name, claim, &known);
            self.add(name, reading);
        }
    }

    /// The one reading of a name that the target's file lists; `known` is what the atlas reads.
    fn claimed(&mut self, name: &str, claim: Claim, known: &[Reading]) -> Reading {
        let part = match claim {
            Claim::Part(part, _) => Some(part),
            Claim::Rival | Claim::RivalBloc => None,
        };
        // The reading that is on the side which the target's file puts the name on, if any.
        let fits = |reading: &&Reading| match claim {
            Claim::Part(_, NameSort::Place) | Claim::Rival => true,
            Claim::Part(..) => reading.sense.domestic || reading.sense.target.is_some(),
            Claim::RivalBloc => reading.sense.kind != EntityKind::City,
        };
        let reading = known.iter().find(fits).cloned();
        let entry = reading.as_ref().map_or_else(|| self.next_entry(), |reading| reading.entry);
        let mut reading = reading.unwrap_or_else(|| {
            let (kind, country) = self.default_for(name, claim);
            Reading::new(entry, kind, name.into(), country)
        });
        reading.sense.target = part;
        reading.sense.domestic = self.is_domestic(reading.sense.country.as_ref());
        reading.sense.rival = part.is_none();
        reading.ambiguous = false;
        reading
    }

    /// What a name that only the target's file lists names, and whose it is.
    fn default_for(&self, name: &str, claim: Claim) -> (EntityKind, Option<CountryCode>) {
        let own = || Some(self.target.country().clone());
        match claim {
            Claim::Part(_, sort) => match sort {
                NameSort::Body => (self.offices.kind_of(name), own()),
                NameSort::State => (EntityKind::Institution, own()),
                NameSort::Adjective => (EntityKind::Demonym, own()),
                NameSort::Person => (EntityKind::Person, own()),
                NameSort::Outlet => (EntityKind::Outlet, own()),
                NameSort::Bloc => (EntityKind::Bloc, None),
                NameSort::Place => (EntityKind::City, None),
            },
            Claim::Rival => (EntityKind::Institution, self.target.rivals().first().cloned()),
            Claim::RivalBloc => (EntityKind::Bloc, None),
        }
    }

    fn finish(mut self, exceptions: impl Iterator<Item = &'a str>) -> Result<Lexicon, AtlasError> {
        // An exception that the atlas knows as a name is that name, and hides the target's.
        for name in exceptions {
            self.readings_of(name);
        }
        let mut names = Vec::with_capacity(2 * self.surfaces.len());
        let mut added = HashSet::new();
        for (at, (name, readings)) in self.surfaces.iter().enumerate() {
            let at = u32::try_from(at).map_err(|_| AtlasError::TooLarge)?;
            names.push(((*name).to_owned(), at));
            for variant in variants(name, readings) {
                if !self.index.contains_key(variant.as_str()) && added.insert(variant.clone()) {
                    names.push((variant, at));
                }
            }
        }
        let readings = self.surfaces.into_iter().map(|(_, readings)| readings).collect();
        Ok(Lexicon { names, readings })
    }
}

/// Other ways to write a name: a typographic apostrophe, capitals throughout, a regular plural.
fn variants(name: &str, readings: &[Reading]) -> Vec<String> {
    let mut variants = Vec::new();
    if readings.iter().any(|r| r.sense.kind == EntityKind::Demonym) && takes_plural(name) {
        variants.push(format!("{name}s"));
    }
    let geographic = |r: &Reading| {
        let leads = matches!(
            r.sense.target,
            Some(TargetPart::Name | TargetPart::Adjective | TargetPart::Leader)
        );
        leads
            || matches!(r.sense.kind, EntityKind::Country | EntityKind::Demonym | EntityKind::City)
    };
    let length = name.chars().count();
    let surname = |r: &Reading| r.sense.kind == EntityKind::Person && !name.contains(' ');
    if length >= SHORTEST_IN_CAPITALS && readings.iter().any(geographic)
        || length >= SHORTEST_SURNAME_IN_CAPITALS && readings.iter().any(surname)
    {
        variants.push(name.to_uppercase());
    }
    if name.contains('\'') {
        let curly: Vec<String> = std::iter::once(name.to_owned())
            .chain(variants.iter().cloned())
            .map(|variant| variant.replace('\'', "’"))
            .collect();
        variants.extend(curly);
    }
    variants
}

/// Names in capitals below this length are too often abbreviations of something else.
const SHORTEST_IN_CAPITALS: usize = 4;
const SHORTEST_SURNAME_IN_CAPITALS: usize = 6;

fn takes_plural(demonym: &str) -> bool {
    demonym.chars().next_back().is_some_and(|last| "abdgiklmnoprt".contains(last))
}

/// The part of the target that a body of its country is.
fn part_of_body(institution: &Institution) -> Option<TargetPart> {
    match institution.kind {
        InstitutionKind::Ministry
        | InstitutionKind::Parliament
        | InstitutionKind::Presidency
        | InstitutionKind::Agency
        | InstitutionKind::Court => Some(TargetPart::Voice),
        InstitutionKind::Company | InstitutionKind::Bank => {
            (institution.state != Some(false)).then_some(TargetPart::Company)
        }
        InstitutionKind::Media => (institution.state == Some(true)).then_some(TargetPart::Media),
        InstitutionKind::Church => Some(TargetPart::Church),
        InstitutionKind::Bloc => Some(TargetPart::Bloc),
        InstitutionKind::Military => Some(TargetPart::Forces),
        InstitutionKind::Party => None,
    }
}
