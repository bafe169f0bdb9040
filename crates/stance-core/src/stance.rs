use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A holder's position toward the target.
///
/// The order of [`Stance::ALL`] fixes every index and column order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// Aligns with the target, endorses, thanks, defends or obliges it, ties itself closer to it.
    Supportive,
    /// Deals with or speaks of the target without moving either way.
    Neutral,
    /// Moves away from the target, refuses, criticizes, mocks or fears it.
    Distancing,
}

impl Stance {
    /// All stances, in column order.
    pub const ALL: [Self; 3] = [Self::Supportive, Self::Neutral, Self::Distancing];

    /// Position in [`Stance::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// The word used in files and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Label::from(self).as_str()
    }
}

impl fmt::Display for Stance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One of the four answers about a statement: a [`Stance`], or that there is none.
///
/// The first three of [`Label::ALL`] are [`Stance::ALL`], in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// See [`Stance::Supportive`].
    Supportive,
    /// See [`Stance::Neutral`].
    Neutral,
    /// See [`Stance::Distancing`].
    Distancing,
    /// No holder's stance toward the target is in the statement.
    Irrelevant,
}

impl Label {
    /// All labels, in column order.
    pub const ALL: [Self; 4] =
        [Self::Supportive, Self::Neutral, Self::Distancing, Self::Irrelevant];

    /// Number of labels.
    pub const COUNT: usize = Self::ALL.len();

    /// Position in [`Label::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// The stance, or `None` when irrelevant.
    #[must_use]
    pub fn stance(self) -> Option<Stance> {
        match self {
            Self::Supportive => Some(Stance::Supportive),
            Self::Neutral => Some(Stance::Neutral),
            Self::Distancing => Some(Stance::Distancing),
            Self::Irrelevant => None,
        }
    }

    /// The word used in files and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supportive => "supportive",
            Self::Neutral => "neutral",
            Self::Distancing => "distancing",
            Self::Irrelevant => "irrelevant",
        }
    }
}

impl From<Stance> for Label {
    fn from(stance: Stance) -> Self {
        match stance {
            Stance::Supportive => Self::Supportive,
            Stance::Neutral => Self::Neutral,
            Stance::Distancing => Self::Distancing,
        }
    }
}

impl From<Option<Stance>> for Label {
    fn from(stance: Option<Stance>) -> Self {
        stance.map_or(Self::Irrelevant, Self::from)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The error of reading a [`Label`] from a word that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown label {found:?}, expected supportive, neutral, distancing or irrelevant")]
pub struct UnknownLabel {
    found: String,
}

impl FromStr for Label {
    type Err = UnknownLabel;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|label| label.as_str() == word)
            .ok_or_else(|| UnknownLabel { found: word.chars().take(40).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_begin_with_the_stances_in_the_same_order() {
        for (stance, label) in Stance::ALL.into_iter().zip(Label::ALL) {
            assert_eq!(label.stance(), Some(stance));
            assert_eq!(label.index(), stance.index());
        }
        assert_eq!(Label::Irrelevant.stance(), None);
    }

    #[test]
    fn every_label_reads_back_from_its_word() {
        for label in Label::ALL {
            assert_eq!(label.as_str().parse(), Ok(label));
        }
        assert!("Supportive".parse::<Label>().is_err());
    }
}
