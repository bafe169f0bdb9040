use std::ops::AddAssign;

use serde::Serialize;
use stance_core::{Distribution, Label, Stance};

use crate::EvalError;

/// Counts of gold label against answered label.
///
/// # Shape
/// Rows are gold, columns are labeled, both ordered as [`Label::ALL`].
///
/// # Examples
/// ```
/// use stance_core::Label;
/// use stance_eval::Confusion;
/// let mut confusion = Confusion::default();
/// confusion.add(Label::Neutral, Label::Neutral);
/// confusion.add(Label::Neutral, Label::Distancing);
/// assert_eq!(confusion.count(Label::Neutral, Label::Distancing), 1);
/// assert_eq!(confusion.scores(Label::Neutral).recall, 0.5);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Confusion([[u64; Label::COUNT]; Label::COUNT]);

/// Precision, recall and F1 of one label, each in [0, 1].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LabelScores {
    /// The label.
    pub label: Label,
    /// Number of statements with this gold label.
    pub gold: u64,
    /// Number of statements that were answered so.
    pub labeled: u64,
    /// Share of the answers that are right; 0 if it was never answered.
    pub precision: f64,
    /// Share of the gold that was found; 0 if there is no gold.
    pub recall: f64,
    /// Harmonic mean of both; 0 if nothing was right.
    pub f1: f64,
}

impl Confusion {
    /// Counts one statement.
    pub fn add(&mut self, gold: Label, labeled: Label) {
        self.0[gold.index()][labeled.index()] += 1;
    }

    /// Counts one statement as answered with its likeliest stance, whatever the probability of
    /// irrelevant; leaves out what has no stance in gold.
    pub fn add_if_stance(&mut self, gold: Label, distribution: &Distribution) {
        if gold.stance().is_some() {
            self.add(gold, distribution.stance_if_relevant().into());
        }
    }

    /// Number of statements with this gold label and this answer.
    #[must_use]
    pub fn count(&self, gold: Label, labeled: Label) -> u64 {
        self.0[gold.index()][labeled.index()]
    }

    /// The counts, rows gold, columns labeled.
    #[must_use]
    pub fn as_rows(&self) -> &[[u64; Label::COUNT]; Label::COUNT] {
        &self.0
    }

    /// Number of statements counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().flatten().sum()
    }

    /// Share of the statements answered with their gold label; 0 if none was counted.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        ratio(Label::ALL.into_iter().map(|label| self.count(label, label)).sum(), self.total())
    }

    /// Scores of one label.
    #[must_use]
    pub fn scores(&self, label: Label) -> LabelScores {
        let gold = self.gold(label);
        let labeled = self.0.iter().map(|row| row[label.index()]).sum();
        let right = self.count(label, label);
        LabelScores {
            label,
            gold,
            labeled,
            precision: ratio(right, labeled),
            recall: ratio(right, gold),
            f1: ratio(2 * right, gold + labeled),
        }
    }

    /// Mean F1 of the four labels.
    ///
    /// # Errors
    /// When a label has no gold.
    pub fn macro_f1(&self) -> Result<f64, EvalError> {
        self.mean_f1(&Label::ALL)
    }

    /// Mean F1 of the three stances; meant for counts by [`add_if_stance`](Self::add_if_stance).
    ///
    /// # Errors
    /// When a stance has no gold.
    pub fn macro_f1_stances(&self) -> Result<f64, EvalError> {
        self.mean_f1(&Stance::ALL.map(Label::from))
    }

    pub(crate) fn gold(&self, label: Label) -> u64 {
        self.0[label.index()].iter().sum()
    }

    fn mean_f1(&self, labels: &[Label]) -> Result<f64, EvalError> {
        if let Some(&label) = labels.iter().find(|&&label| self.gold(label) == 0) {
            return Err(EvalError::NoGold { label });
        }
        let sum: f64 = labels.iter().map(|&label| self.scores(label).f1).sum();
        #[expect(clippy::cast_precision_loss, reason = "three or four")]
        Ok(sum / labels.len() as f64)
    }
}

impl AddAssign<&Self> for Confusion {
    fn add_assign(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *count += more;
        }
    }
}

/// `part / whole`, and 0 for nothing of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of statements are far below 2^53")]
pub(crate) fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use Label::{Distancing, Irrelevant, Neutral, Supportive};

    use super::*;

    fn counted(pairs: &[(Label, Label, u64)]) -> Confusion {
        let mut confusion = Confusion::default();
        for &(gold, labeled, times) in pairs {
            for _ in 0..times {
                confusion.add(gold, labeled);
            }
        }
        confusion
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "found {found}, expected {expected}");
    }

    #[test]
    fn scores_of_a_worked_example() {
        // given: ten statements, seven answered right
        let confusion = counted(&[
            (Supportive, Supportive, 2),
            (Supportive, Neutral, 1),
            (Neutral, Neutral, 1),
            (Neutral, Distancing, 1),
            (Distancing, Distancing, 3),
            (Irrelevant, Irrelevant, 1),
            (Irrelevant, Distancing, 1),
        ]);
        // then: 2/2, 2/3 → .8; 1/2, 1/2 → .5; 3/5, 3/3 → .75; 1/1, 1/2 → 2/3
        close(confusion.accuracy(), 0.7);
        let distancing = confusion.scores(Distancing);
        assert_eq!((distancing.gold, distancing.labeled), (3, 5));
        close(distancing.precision, 0.6);
        close(distancing.recall, 1.0);
        close(distancing.f1, 0.75);
        close(confusion.macro_f1().expect("all have gold"), (0.8 + 0.5 + 0.75 + 2.0 / 3.0) / 4.0);
    }

    #[test]
    fn macro_f1_is_the_mean_of_f1_not_the_f1_of_the_means() {
        // mean precision (1 + 1/3 + 1 + 1) / 4 = 5/6, mean recall (1/3 + 1 + 1 + 1) / 4 = 5/6
        let confusion = counted(&[
            (Supportive, Supportive, 1),
            (Supportive, Neutral, 2),
            (Neutral, Neutral, 1),
            (Distancing, Distancing, 1),
            (Irrelevant, Irrelevant, 1),
        ]);
        close(confusion.macro_f1().expect("all have gold"), 0.75);
    }

    #[test]
    fn a_label_that_is_never_answered_scores_zero() {
        let confusion = counted(&[
            (Supportive, Neutral, 1),
            (Neutral, Neutral, 1),
            (Distancing, Distancing, 1),
            (Irrelevant, Irrelevant, 1),
        ]);
        let never = confusion.scores(Supportive);
        assert_eq!((never.precision, never.recall, never.f1), (0.0, 0.0, 0.0));
        close(confusion.macro_f1().expect("all have gold"), (2.0 / 3.0 + 2.0) / 4.0);
    }

    #[test]
    fn macro_f1_without_gold_of_a_label_is_an_error() {
        let confusion = counted(&[(Supportive, Neutral, 1), (Neutral, Neutral, 1)]);
        assert_eq!(confusion.macro_f1(), Err(EvalError::NoGold { label: Distancing }));
        assert_eq!(confusion.macro_f1_stances(), Err(EvalError::NoGold { label: Distancing }));
    }

    #[test]
    fn nothing_counted_scores_zero() {
        let empty = Confusion::default();
        close(empty.accuracy(), 0.0);
        close(empty.scores(Neutral).f1, 0.0);
    }
}
