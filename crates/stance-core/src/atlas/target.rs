use std::sync::LazyLock;

use serde::Deserialize;
use toml::Spanned;

use super::raw::{check_distinct, check_filled};
use super::{AtlasError, Fault};
use crate::{CountryCode, TargetId, TargetPart};

/// What a stance is toward: the names that stand for it, its rivals, and phrases that only look
/// like it.
///
/// A target is data: one TOML file of the keys that [`Target::parse`] names. No name comes twice
/// in it, and none is blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    id: TargetId,
    country: CountryCode,
    parts: Vec<(TargetPart, NameSort, Vec<String>)>,
    rivals: Vec<CountryCode>,
    rival_regions: Vec<CountryCode>,
    rival_names: Vec<String>,
    rival_blocs: Vec<String>,
    exceptions: Vec<String>,
}

/// What the names of one list name, where the atlas does not say better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameSort {
    State,
    Adjective,
    Person,
    Body,
    Outlet,
    Bloc,
    Place,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTarget {
    id: Spanned<String>,
    country: String,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    adjectives: Vec<String>,
    #[serde(default)]
    leaders: Vec<String>,
    #[serde(default)]
    voices: Vec<String>,
    #[serde(default)]
    organs: Vec<String>,
    #[serde(default)]
    companies: Vec<String>,
    #[serde(default)]
    media: Vec<String>,
    #[serde(default)]
    church: Vec<String>,
    #[serde(default)]
    blocs: Vec<String>,
    #[serde(default)]
    forces: Vec<String>,
    #[serde(default)]
    places: Vec<String>,
    #[serde(default)]
    rivals: Vec<String>,
    #[serde(default)]
    rival_regions: Vec<String>,
    #[serde(default)]
    rival_names: Vec<String>,
    #[serde(default)]
    rival_blocs: Vec<String>,
    #[serde(default)]
    exceptions: Vec<String>,
}

impl Target {
    /// The targets that are built in, in the order of their ids.
    ///
    /// # Panics
    /// Never: a test parses the embedded files.
    ///
    /// # Examples
    /// ```
    /// let ids: Vec<_> = stance_core::Target::all_builtin().map(|t| t.id().as_str()).collect();
    /// assert_eq!(ids, ["beijing", "moscow"]);
    /// ```
    pub fn all_builtin() -> impl Iterator<Item = &'static Self> {
        BUILTIN.iter().map(|(_, target)| &**target)
    }

    /// The target with this id that is built in, if there is one: see
    /// [`all_builtin`](Self::all_builtin).
    ///
    /// # Panics
    /// Never: a test parses the embedded files.
    #[must_use]
    pub fn builtin(id: &TargetId) -> Option<&'static Self> {
        BUILTIN.iter().find(|(known, _)| *known == id.as_str()).map(|(_, target)| &**target)
    }

    /// Reads a target file: `id` and `country`, and lists of names, each optional: `names`,
    /// `adjectives`, `leaders`, `voices` (people who speak for it), `organs` (bodies and offices
    /// that do), `companies`, `media`, `church`, `blocs`, `forces`, `places`; its `rivals` (codes),
    /// `rival_regions` (ids), `rival_names` and `rival_blocs`; and `exceptions`, phrases that
    /// contain a name but do not mean it.
    ///
    /// # Errors
    /// On malformed TOML, unknown keys, blank or repeated names, no names at all: with the line.
    /// Whether its countries exist is for [`Atlas::target`](crate::Atlas::target) to check.
    ///
    /// # Examples
    /// ```
    /// use stance_core::Target;
    /// let target = Target::parse("id = 'beijing'\ncountry = 'CN'\nnames = ['China', 'Beijing']")?;
    /// assert_eq!(target.id().as_str(), "beijing");
    /// let error = Target::parse("id = 'beijing'\ncountry = 'CN'\ncolour = 'red'").unwrap_err();
    /// assert!(error.to_string().starts_with("line 3: unknown field `colour`"));
    /// # Ok::<(), stance_core::AtlasError>(())
    /// ```
    pub fn parse(toml: &str) -> Result<Self, AtlasError> {
        let raw: RawTarget =
            toml::from_str(toml).map_err(|error| AtlasError::malformed(toml, &error))?;
        let id = raw.id.get_ref().clone();
        let key = raw.id.span();
        let fail = |fault| AtlasError::entry(toml, key.clone(), format!("target {id}"), fault);
        let target = raw.check().map_err(fail)?;
        Ok(target)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &TargetId {
        &self.id
    }

    /// The country that it is the government of.
    #[must_use]
    pub fn country(&self) -> &CountryCode {
        &self.country
    }

    /// The names that stand for it, each with its part.
    pub fn names(&self) -> impl Iterator<Item = (TargetPart, &str)> {
        self.sorted_names().map(|(part, _, name)| (part, name))
    }

    /// Countries and territories on the other side.
    #[must_use]
    pub fn rivals(&self) -> &[CountryCode] {
        &self.rivals
    }

    pub(crate) fn sorted_names(&self) -> impl Iterator<Item = (TargetPart, NameSort, &str)> {
        self.parts.iter().flat_map(|(part, sort, names)| {
            names.iter().map(move |name| (*part, *sort, name.as_str()))
        })
    }

    pub(crate) fn rival_regions(&self) -> &[CountryCode] {
        &self.rival_regions
    }

    pub(crate) fn rival_names(&self) -> &[String] {
        &self.rival_names
    }

    pub(crate) fn rival_blocs(&self) -> &[String] {
        &self.rival_blocs
    }

    pub(crate) fn exceptions(&self) -> &[String] {
        &self.exceptions
    }
}

const BEIJING: &str = include_str!("../../atlas/targets/beijing.toml");
const MOSCOW: &str = include_str!("../../atlas/targets/moscow.toml");

/// The embedded targets by id; only those that are asked for are parsed.
static BUILTIN: [(&str, LazyLock<Target>); 2] = [
    ("beijing", LazyLock::new(|| embedded(BEIJING))),
    ("moscow", LazyLock::new(|| embedded(MOSCOW))),
];

fn embedded(toml: &str) -> Target {
    Target::parse(toml).expect("the embedded targets are well-formed")
}

#[cfg(test)]
pub(super) const BUILTIN_TOML: [&str; 2] = [BEIJING, MOSCOW];

impl RawTarget {
    fn check(self) -> Result<Target, Fault> {
        let found = self.id.into_inner();
        let id = TargetId::new(&found).ok_or(Fault::NoTargetId { found })?;
        if self.country.trim().is_empty() {
            return Err(Fault::Missing { field: "country" });
        }
        if self.names.is_empty() {
            return Err(Fault::Missing { field: "names" });
        }
        let lists = [
            ("names", &self.names),
            ("adjectives", &self.adjectives),
            ("leaders", &self.leaders),
            ("voices", &self.voices),
            ("organs", &self.organs),
            ("companies", &self.companies),
            ("media", &self.media),
            ("church", &self.church),
            ("blocs", &self.blocs),
            ("forces", &self.forces),
            ("places", &self.places),
            ("rival_names", &self.rival_names),
            ("rival_blocs", &self.rival_blocs),
            ("exceptions", &self.exceptions),
        ];
        for (field, list) in lists {
            check_filled(field, list)?;
        }
        check_distinct(lists.into_iter().flat_map(|(_, list)| list).map(String::as_str))?;
        let parts = vec![
            (TargetPart::Name, NameSort::State, self.names),
            (TargetPart::Adjective, NameSort::Adjective, self.adjectives),
            (TargetPart::Leader, NameSort::Person, self.leaders),
            (TargetPart::Voice, NameSort::Person, self.voices),
            (TargetPart::Voice, NameSort::Body, self.organs),
            (TargetPart::Company, NameSort::Body, self.companies),
            (TargetPart::Media, NameSort::Outlet, self.media),
            (TargetPart::Church, NameSort::Body, self.church),
            (TargetPart::Bloc, NameSort::Bloc, self.blocs),
            (TargetPart::Forces, NameSort::Body, self.forces),
            (TargetPart::Place, NameSort::Place, self.places),
        ];
        let codes = |list: Vec<String>| list.iter().map(|code| CountryCode::new(code)).collect();
        Ok(Target {
            id,
            country: CountryCode::new(&self.country),
            parts,
            rivals: codes(self.rivals),
            rival_regions: codes(self.rival_regions),
            rival_names: self.rival_names,
            rival_blocs: self.rival_blocs,
            exceptions: self.exceptions,
        })
    }
}
