use crate::{Label, Stance};

/// Probabilities of the four labels: finite, in [0, 1], summing to 1, ordered as [`Label::ALL`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distribution([f64; Label::COUNT]);

/// The error of making a [`Distribution`] from numbers that are none.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DistributionError {
    /// A probability is not a finite number in [0, 1].
    #[error("probability of {label} is {found}, expected a number from 0 to 1")]
    Range {
        /// Whose probability it is.
        label: Label,
        /// What it was.
        found: f64,
    },
    /// The probabilities do not sum to 1.
    #[error("probabilities sum to {found}, expected 1")]
    Sum {
        /// What they sum to.
        found: f64,
    },
}

impl Distribution {
    /// Checks `probabilities`, ordered as [`Label::ALL`]; their sum may miss 1 by at most 1e-5.
    ///
    /// # Errors
    /// When one is not finite or outside [0, 1], or when they do not sum to 1.
    pub fn new(probabilities: [f64; Label::COUNT]) -> Result<Self, DistributionError> {
        for (label, found) in Label::ALL.into_iter().zip(probabilities) {
            if !(0.0..=1.0).contains(&found) {
                return Err(DistributionError::Range { label, found });
            }
        }
        let found: f64 = probabilities.iter().sum();
        if (found - 1.0).abs() > 1e-5 {
            return Err(DistributionError::Sum { found });
        }
        Ok(Self(probabilities))
    }

    /// The softmax of `logits`, ordered as [`Label::ALL`].
    ///
    /// Logits that are not finite count as zero evidence: the answer is then uniform.
    ///
    /// # Examples
    /// ```
    /// use stance_core::{Distribution, Label};
    /// let even = Distribution::from_logits([0.0; 4]);
    /// assert_eq!(even.probability(Label::Neutral), 0.25);
    /// ```
    #[must_use]
    pub fn from_logits(logits: [f64; Label::COUNT]) -> Self {
        let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let exponentials = logits.map(|logit| (logit - top).exp());
        let sum: f64 = exponentials.iter().sum();
        if sum.is_finite() && sum > 0.0 {
            Self(exponentials.map(|e| e / sum))
        } else {
            #[expect(clippy::cast_precision_loss, reason = "four is exact")]
            Self([1.0 / Label::COUNT as f64; Label::COUNT])
        }
    }

    /// The probabilities, ordered as [`Label::ALL`].
    #[must_use]
    pub fn as_array(&self) -> &[f64; Label::COUNT] {
        &self.0
    }

    /// The probability of `label`.
    #[must_use]
    pub fn probability(&self, label: impl Into<Label>) -> f64 {
        self.0[label.into().index()]
    }

    /// The most probable label; a tie goes to the earlier one in [`Label::ALL`].
    #[must_use]
    pub fn label(&self) -> Label {
        Label::ALL.into_iter().fold(Label::Supportive, |best, label| {
            if self.probability(label) > self.probability(best) { label } else { best }
        })
    }

    /// The most probable of the three stances, whatever the probability of irrelevant; a tie goes
    /// to the earlier one in [`Stance::ALL`].
    #[must_use]
    pub fn stance_if_relevant(&self) -> Stance {
        Stance::ALL.into_iter().fold(Stance::Supportive, |best, stance| {
            if self.probability(stance) > self.probability(best) { stance } else { best }
        })
    }

    /// The largest probability.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        self.probability(self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_goes_to_the_earlier_label() {
        let tied = Distribution::new([0.1, 0.4, 0.1, 0.4]).expect("sums to one");
        assert_eq!(tied.label(), Label::Neutral);
    }

    #[test]
    fn what_does_not_sum_to_one_or_is_not_finite_is_refused() {
        assert!(matches!(
            Distribution::new([0.5, 0.1, 0.1, 0.1]),
            Err(DistributionError::Sum { .. })
        ));
        assert!(matches!(
            Distribution::new([f64::NAN, 0.0, 0.0, 1.0]),
            Err(DistributionError::Range { label: Label::Supportive, .. })
        ));
    }

    #[test]
    fn logits_that_are_not_finite_give_the_uniform_answer() {
        let odd = Distribution::from_logits([f64::NAN, 0.0, 0.0, 0.0]);
        assert!(odd.as_array().iter().all(|p| (p - 0.25).abs() < 1e-12), "{odd:?}");
        let sure = Distribution::from_logits([1000.0, 0.0, 0.0, 0.0]);
        assert_eq!(sure.label(), Label::Supportive);
    }

    #[test]
    fn the_stance_if_relevant_ignores_irrelevant() {
        let d = Distribution::new([0.1, 0.1, 0.2, 0.6]).expect("sums to one");
        assert_eq!(d.label(), Label::Irrelevant);
        assert_eq!(d.stance_if_relevant(), Stance::Distancing);
    }
}
