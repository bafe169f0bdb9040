use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Label;

/// Some of the four labels, each once: those that a model does not rule out.
///
/// Written as a list in the order of [`Label::ALL`].
///
/// # Examples
/// ```
/// use stance_core::{Label, LabelSet};
/// let set: LabelSet = [Label::Distancing, Label::Neutral].into_iter().collect();
/// assert_eq!(set.iter().collect::<Vec<_>>(), [Label::Neutral, Label::Distancing]);
/// assert_eq!(set.single(), None);
/// assert_eq!(set.to_string(), "neutral or distancing");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Label>", into = "Vec<Label>")]
pub struct LabelSet([bool; Label::COUNT]);

impl LabelSet {
    /// Whether `label` is one of them.
    #[must_use]
    pub fn contains(self, label: impl Into<Label>) -> bool {
        self.0[label.into().index()]
    }

    /// How many there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.iter().count()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }

    /// The only one, or `None` when there are several or none.
    #[must_use]
    pub fn single(self) -> Option<Label> {
        let mut labels = self.iter();
        labels.next().filter(|_| labels.next().is_none())
    }

    /// Whether all of these are in `other` too.
    #[must_use]
    pub fn is_subset(self, other: Self) -> bool {
        self.iter().all(|label| other.contains(label))
    }

    /// The labels, in the order of [`Label::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Label> {
        Label::ALL.into_iter().filter(move |label| self.contains(*label))
    }
}

impl FromIterator<Label> for LabelSet {
    fn from_iter<I: IntoIterator<Item = Label>>(labels: I) -> Self {
        let mut set = Self::default();
        for label in labels {
            set.0[label.index()] = true;
        }
        set
    }
}

impl From<Vec<Label>> for LabelSet {
    fn from(labels: Vec<Label>) -> Self {
        labels.into_iter().collect()
    }
}

impl From<LabelSet> for Vec<Label> {
    fn from(set: LabelSet) -> Self {
        set.iter().collect()
    }
}

impl fmt::Display for LabelSet {
    /// The labels in words, with "or" between them; "none" of an empty set.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(Label::as_str).collect();
        match words.as_slice() {
            [] => f.write_str("none"),
            [one] => f.write_str(one),
            [first @ .., last] => write!(f, "{} or {last}", first.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use Label::{Distancing, Irrelevant, Neutral, Supportive};

    use super::*;

    fn of(labels: &[Label]) -> LabelSet {
        labels.iter().copied().collect()
    }

    #[test]
    fn only_a_set_of_one_has_a_single_label() {
        assert_eq!(of(&[]).single(), None);
        assert_eq!(of(&[Irrelevant]).single(), Some(Irrelevant));
        assert_eq!(of(&[Supportive, Irrelevant]).single(), None);
        assert!(of(&[]).is_empty() && !of(&[Neutral]).is_empty());
        assert_eq!(of(&[Neutral, Neutral, Supportive]).len(), 2);
    }

    #[test]
    fn a_set_is_part_of_another_when_all_its_labels_are() {
        assert!(of(&[Neutral]).is_subset(of(&[Neutral, Distancing])));
        assert!(!of(&[Neutral, Irrelevant]).is_subset(of(&[Neutral, Distancing])));
        assert!(of(&[]).is_subset(of(&[])));
    }

    #[test]
    fn a_set_is_told_in_words() {
        assert_eq!(of(&[Neutral]).to_string(), "neutral");
        assert_eq!(of(&Label::ALL).to_string(), "supportive, neutral, distancing or irrelevant");
        assert_eq!(of(&[]).to_string(), "none");
    }
}
