use serde::{Deserialize, Serialize};
use stance_core::Label;

use crate::FitError;
use crate::error::{check_count, check_positive};

/// What each training row should answer, and how much it counts.
///
/// # Shape
/// One target a row: four shares ordered as [`Label::ALL`] that sum to 1; one weight a row, at
/// least 0. Starts from gold with weights of 1.
///
/// # Examples
/// ```
/// use stance_core::Label;
/// use stance_train::{ClassWeights, Supervision};
/// let golds = [Label::Neutral, Label::Neutral, Label::Neutral, Label::Distancing];
/// let supervision = Supervision::of(&golds).class_weighted(ClassWeights::Balanced)?;
/// assert_eq!(supervision.weights(), [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 1.0]);
/// assert_eq!(supervision.smoothed(0.5)?.targets()[0], [0.125, 0.625, 0.125, 0.125]);
/// # Ok::<(), stance_train::FitError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Supervision {
    targets: Vec<[f64; Label::COUNT]>,
    weights: Vec<f64>,
    /// Whether a label is among those that may be asked for, ordered as [`Label::ALL`].
    among: [bool; Label::COUNT],
}

/// How much the labels count beside one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClassWeights {
    /// All rows alike.
    #[default]
    Uniform,
    /// Each label by rows / (labels × its rows), as scikit-learn's `balanced` where all labels
    /// occur; labels are the four, or those that the rows are [`among`](Supervision::among).
    Balanced,
    /// These weights, ordered as [`Label::ALL`].
    Given([f64; Label::COUNT]),
}

impl Supervision {
    /// Rows that should answer their gold label.
    #[must_use]
    pub fn of(golds: &[Label]) -> Self {
        let targets = golds
            .iter()
            .map(|gold| Label::ALL.map(|label| f64::from(u8::from(label == *gold))))
            .collect();
        Self { targets, weights: vec![1.0; golds.len()], among: [true; Label::COUNT] }
    }

    /// Says that only `labels` may be asked for: each of them must be, and no model of these rows
    /// answers another. A task of fewer classes than four is trained so.
    ///
    /// # Errors
    /// When a row asks for another label.
    ///
    /// # Examples
    /// ```
    /// use stance_core::Label::{Distancing, Neutral};
    /// use stance_train::Supervision;
    /// let two = Supervision::of(&[Neutral, Distancing]).among(&[Neutral, Distancing])?;
    /// assert_eq!(two.smoothed(0.5)?.targets()[0], [0.0, 0.75, 0.25, 0.0]);
    /// # Ok::<(), stance_train::FitError>(())
    /// ```
    pub fn among(self, labels: &[Label]) -> Result<Self, FitError> {
        let among = Label::ALL.map(|label| labels.contains(&label));
        for (label, mass) in Label::ALL.into_iter().zip(self.mass()) {
            if mass > 0.0 && !among[label.index()] {
                return Err(FitError::Stranger { label });
            }
        }
        Ok(Self { among, ..self })
    }

    /// Whether `label` may be asked for.
    pub(crate) fn asks(&self, label: Label) -> bool {
        self.among[label.index()]
    }

    /// Number of labels that may be asked for.
    #[expect(clippy::cast_precision_loss, reason = "at most four")]
    fn labels(&self) -> f64 {
        self.among.iter().filter(|among| **among).count() as f64
    }

    /// Rows that should answer a distribution, such as another model's or several annotators'.
    ///
    /// # Errors
    /// When a share is below 0 or not finite, or shares do not sum to 1 within 1e-6.
    pub fn soft(targets: Vec<[f64; Label::COUNT]>) -> Result<Self, FitError> {
        for target in &targets {
            if let Some(&found) = target.iter().find(|share| !(0.0..=1.0).contains(*share)) {
                return Err(FitError::Setting {
                    name: "target share",
                    found,
                    expected: "a number from 0 to 1",
                });
            }
            let found: f64 = target.iter().sum();
            if (found - 1.0).abs() > 1e-6 {
                return Err(FitError::Setting { name: "sum of a target", found, expected: "1" });
            }
        }
        let weights = vec![1.0; targets.len()];
        Ok(Self { targets, weights, among: [true; Label::COUNT] })
    }

    /// Moves `share` of each target evenly onto the labels that may be asked for (label smoothing).
    ///
    /// # Errors
    /// When `share` is not from 0 up to, not including, 1.
    pub fn smoothed(mut self, share: f64) -> Result<Self, FitError> {
        if !(0.0..1.0).contains(&share) {
            return Err(FitError::Setting {
                name: "label smoothing",
                found: share,
                expected: "a number from 0 to below 1",
            });
        }
        let even = self.among.map(|among| if among { share / self.labels() } else { 0.0 });
        for target in &mut self.targets {
            for (t, even) in target.iter_mut().zip(even) {
                *t = (1.0 - share) * *t + even;
            }
        }
        Ok(self)
    }

    /// Multiplies the weight of each row by `weights`.
    ///
    /// # Errors
    /// When there is not one weight a row, or one is below 0 or not finite.
    pub fn weighted(mut self, weights: &[f64]) -> Result<Self, FitError> {
        check_count("row weights", weights.len(), self.len())?;
        for (weight, &by) in self.weights.iter_mut().zip(weights) {
            if !(by >= 0.0 && by.is_finite()) {
                return Err(FitError::Setting {
                    name: "row weight",
                    found: by,
                    expected: "a number from 0",
                });
            }
            *weight *= by;
        }
        Ok(self)
    }

    /// Multiplies the weight of each row by that of its label; of a soft target, by the mean of the
    /// labels' weights under it. Targets count as they are now: smooth them later.
    ///
    /// # Errors
    /// When a given weight is not positive, or balanced weights meet a label without rows.
    pub fn class_weighted(mut self, weights: ClassWeights) -> Result<Self, FitError> {
        let by_label = match weights {
            ClassWeights::Uniform => return Ok(self),
            ClassWeights::Given(weights) => weights,
            ClassWeights::Balanced => {
                #[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
                let rows = self.len() as f64;
                let labels = self.labels();
                // a label without rows weighs nothing that occurs: any weight will do
                self.mass().map(|mass| if mass > 0.0 { rows / (labels * mass) } else { 1.0 })
            }
        };
        for weight in by_label {
            check_positive("class weight", weight)?;
        }
        for (weight, target) in self.weights.iter_mut().zip(&self.targets) {
            *weight *= target.iter().zip(by_label).map(|(t, by)| t * by).sum::<f64>();
        }
        Ok(self)
    }

    /// The given rows alone, in the given order, with their weights as they are.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            targets: rows.iter().map(|&row| self.targets[row]).collect(),
            weights: rows.iter().map(|&row| self.weights[row]).collect(),
            among: self.among,
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// The target of each row.
    #[must_use]
    pub fn targets(&self) -> &[[f64; Label::COUNT]] {
        &self.targets
    }

    /// The weight of each row.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The sum of the targets of each label, unweighted.
    fn mass(&self) -> [f64; Label::COUNT] {
        self.targets.iter().fold([0.0; Label::COUNT], |mut mass, target| {
            for (mass, t) in mass.iter_mut().zip(target) {
                *mass += t;
            }
            mass
        })
    }

    /// Checks that every label that may be asked for is, by a row that counts.
    pub(crate) fn check_gold(&self) -> Result<(), FitError> {
        for label in Label::ALL.into_iter().filter(|label| self.asks(*label)) {
            let asked = |(target, weight): (&[f64; Label::COUNT], &f64)| {
                target[label.index()] > 0.0 && *weight > 0.0
            };
            if !self.targets.iter().zip(&self.weights).any(asked) {
                return Err(FitError::NoGold { label });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_that_mean_nothing_are_refused() {
        let supervision = Supervision::of(&Label::ALL);
        assert!(supervision.clone().weighted(&[1.0, 1.0, 1.0, -1.0]).is_err());
        assert!(supervision.clone().weighted(&[1.0]).is_err());
        assert!(supervision.clone().smoothed(1.0).is_err());
        let given = ClassWeights::Given([1.0, 1.0, 0.0, 1.0]);
        assert!(supervision.class_weighted(given).is_err());
        assert!(Supervision::soft(vec![[0.5, 0.4, 0.0, 0.0]]).is_err());
        assert!(Supervision::soft(vec![[1.5, -0.5, 0.0, 0.0]]).is_err());
    }

    #[test]
    fn a_label_asked_for_by_weightless_rows_alone_has_no_gold() {
        let supervision = Supervision::of(&Label::ALL)
            .weighted(&[1.0, 0.0, 1.0, 1.0])
            .expect("weights are finite");
        let found = supervision.check_gold();
        assert_eq!(found, Err(FitError::NoGold { label: Label::Neutral }));
    }

    #[test]
    fn class_weights_read_from_configuration() {
        #[derive(Deserialize)]
        struct Config {
            weights: Vec<ClassWeights>,
        }
        let config: Config =
            toml::from_str(r#"weights = ["balanced", { given = [1.0, 2.0, 1.0, 0.5] }]"#)
                .expect("both forms are known");
        let expected = [ClassWeights::Balanced, ClassWeights::Given([1.0, 2.0, 1.0, 0.5])];
        assert_eq!(config.weights, expected);
    }
}
