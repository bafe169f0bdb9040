use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Span;

/// A country's ISO 3166-1 alpha-2 code, or the lower-case id of a territory or region
/// (`abkhazia`, `central-asia`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CountryCode(Arc<str>);

impl CountryCode {
    /// Takes `code` over as it is.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self(code.into())
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What sort of thing a name in a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntityKind {
    /// A state or territory by name ("Kazakhstan").
    Country,
    /// The adjective or people of one ("Kazakh", "Kazakhs").
    Demonym,
    /// A capital, as metonym of its government, or another city.
    City,
    /// A group of countries by geography ("Central Asia").
    Region,
    /// A person.
    Person,
    /// A ministry, parliament, party, company, church or other body of one country.
    Institution,
    /// A paper, agency, channel or research house that texts cite.
    Outlet,
    /// An organization or group of several countries ("NATO", "the West").
    Bloc,
}

/// Which part of the target a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetPart {
    /// The state by name or metonym ("Russia", "the Kremlin").
    Name,
    /// Its adjective ("Russian").
    Adjective,
    /// A leader whose name stands for the state.
    Leader,
    /// A person or office that speaks for it.
    Voice,
    /// A state company.
    Company,
    /// A state outlet.
    Media,
    /// Its church.
    Church,
    /// A bloc or project that it leads.
    Bloc,
    /// Its armed or secret forces.
    Forces,
    /// A place, pipeline or symbol that stands for it.
    Place,
}

/// A name found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where it stands, in bytes of the text that was linked; a possessive ending is outside.
    pub span: Span,
    /// What sort of thing it names.
    pub kind: EntityKind,
    /// The canonical name of the thing.
    pub name: Arc<str>,
    /// The country it belongs to, if any.
    pub country: Option<CountryCode>,
    /// The part of the target it stands for, if it does.
    pub target: Option<TargetPart>,
    /// Whether it belongs to the target's country, be it a part of the target or not.
    pub domestic: bool,
    /// Whether it is on the side that the target opposes (its rivals and their blocs).
    pub rival: bool,
}
