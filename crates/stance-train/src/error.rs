use stance_core::Label;
use stance_eval::SplitError;

use crate::Convergence;

/// The error of fitting.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// A setting is outside its range.
    #[error("{name} is {found}, expected {expected}")]
    Setting {
        /// Which one.
        name: &'static str,
        /// What it was.
        found: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// Two things that belong to the same rows, or columns, differ in number.
    #[error("{found} {name}, expected {expected}")]
    Count {
        /// What there is a wrong number of.
        name: &'static str,
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// There is nothing to fit to.
    #[error("no rows to fit to")]
    Empty,
    /// A label that nothing in the training rows asks for: its intercept has no finite optimum.
    #[error("no training row has the gold label {label}")]
    NoGold {
        /// The label.
        label: Label,
    },
    /// A row asks for a label that is not among those of the task.
    #[error("a training row has the gold label {label}, which is not among those to learn")]
    Stranger {
        /// The label.
        label: Label,
    },
    /// A foreign learner refused.
    #[error("{learner} failed: {reason}")]
    Learner {
        /// Which one.
        learner: &'static str,
        /// What it said.
        reason: String,
    },
    /// The solver stopped before its tolerance was met.
    #[error("fit did not converge: {0}")]
    NotConverged(Convergence),
    /// Rows could not be split into folds.
    #[error("rows cannot be split")]
    Split(#[from] SplitError),
}

impl FitError {
    /// The error `source` of a foreign learner, whose type is not part of this API.
    pub(crate) fn learner(learner: &'static str, source: &dyn std::error::Error) -> Self {
        Self::Learner { learner, reason: source.to_string() }
    }
}

/// Checks that `found` of what is called `name` are as many as `expected`.
pub(crate) fn check_count(
    name: &'static str,
    found: usize,
    expected: usize,
) -> Result<(), FitError> {
    if found == expected { Ok(()) } else { Err(FitError::Count { name, found, expected }) }
}

/// Checks that the setting `name` is positive and finite.
pub(crate) fn check_positive(name: &'static str, found: f64) -> Result<(), FitError> {
    if found > 0.0 && found.is_finite() {
        Ok(())
    } else {
        Err(FitError::Setting { name, found, expected: "a positive number" })
    }
}

/// Checks that the setting `name` is not 0.
pub(crate) fn check_at_least_one(name: &'static str, found: usize) -> Result<(), FitError> {
    if found > 0 {
        Ok(())
    } else {
        Err(FitError::Setting { name, found: 0.0, expected: "at least 1" })
    }
}
