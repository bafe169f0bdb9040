use serde::{Deserialize, Serialize};
use stance_core::Label;

use crate::error::check_positive;
use crate::softmax::NEVER;
use crate::{FitError, SoftmaxWeights, SparseRows};

/// Settings of multinomial naive Bayes on the sparse row (Nigam and `McCallum` 1998).
///
/// A column counts under a label by the sum of its weights there, so that counts and TF-IDF both
/// serve; a weight below 0 does not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MultinomialConfig {
    /// Added to every count (Laplace, Lidstone), positive; 1 by default.
    pub smoothing: f64,
}

impl Default for MultinomialConfig {
    fn default() -> Self {
        Self { smoothing: 1.0 }
    }
}

impl MultinomialConfig {
    pub(crate) fn check(self) -> Result<(), FitError> {
        check_positive("smoothing", self.smoothing)
    }
}

/// Counts what stands under each label: the logits are linear in the row.
pub(crate) fn fit_multinomial(
    rows: &SparseRows,
    golds: &[Label],
    labels: &[Label],
    config: MultinomialConfig,
) -> Result<SoftmaxWeights, FitError> {
    let mut counts = vec![[config.smoothing; Label::COUNT]; rows.width()];
    let mut priors = [0.0; Label::COUNT];
    for (row, gold) in golds.iter().enumerate() {
        priors[gold.index()] += 1.0;
        let (columns, weights) = rows.row(row);
        for (&column, &weight) in columns.iter().zip(weights) {
            if weight < 0.0 {
                let (name, found) = ("weight of a column", f64::from(weight));
                return Err(FitError::Setting { name, found, expected: "at least 0" });
            }
            counts[column as usize][gold.index()] += f64::from(weight);
        }
    }
    let mut totals = [0.0; Label::COUNT];
    for block in &counts {
        for (total, count) in totals.iter_mut().zip(block) {
            *total += count;
        }
    }
    for block in &mut counts {
        for (count, total) in block.iter_mut().zip(totals) {
            *count = libm::log(*count / total);
        }
    }
    let mut intercepts = priors.map(libm::log);
    // a label that is never answered is always so much below one that is
    let first = labels.first().map_or(0, |label| label.index());
    for label in Label::ALL.iter().filter(|label| !labels.contains(label)).map(|l| l.index()) {
        for block in &mut counts {
            block[label] = block[first];
        }
        intercepts[label] = intercepts[first] + NEVER;
    }
    Ok(SoftmaxWeights::new(counts, intercepts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worked_example() {
        // given: "aa", "ab" neutral; "bb" distancing, of a vocabulary of two
        let rows = [vec![(0, 2.0)], vec![(0, 1.0), (1, 1.0)], vec![(1, 2.0)]];
        let rows = SparseRows::from_rows(2, rows).expect("columns ascend");
        let golds = [Label::Neutral, Label::Neutral, Label::Distancing];
        // when
        let labels = [Label::Neutral, Label::Distancing];
        let weights = fit_multinomial(&rows, &golds, &labels, MultinomialConfig::default())
            .expect("no weight is below 0");
        // then: P(a | neutral) = (3 + 1) / (4 + 2), P(a | distancing) = (0 + 1) / (2 + 2)
        let [_, neutral, distancing, never] = weights.logits(&[0], &[1.0]);
        let expected = (2.0_f64 / 3.0 * (4.0 / 6.0)) / (1.0 / 3.0 * (1.0 / 4.0));
        assert!((neutral - distancing - expected.ln()).abs() < 1e-12);
        assert!(never < neutral - 20.0);
    }

    #[test]
    fn a_weight_below_zero_is_refused() {
        let rows = SparseRows::from_rows(1, [[(0, -1.0)]]).expect("finite");
        let labels = [Label::Neutral];
        assert!(fit_multinomial(&rows, &labels, &labels, MultinomialConfig::default()).is_err());
    }
}
