use stance_core::{Label, Relevance, Stance};
use stance_models::{Calibration, CalibrationScores, Conformal, nonconformity};

use crate::FitError;
use crate::error::check_count;

/// Gathers, label by label, how strange the gold labels of held-out rows are to a model.
///
/// The logits must be of rows that the model was not fitted to; where those of several folds stand
/// together, each of the model of its fold, sets of a model fitted to all rows rest on its erring as
/// those did (cross-conformal prediction, Vovk 2015).
///
/// # Errors
/// When there are no rows, not one logit row a gold, or a logit is not finite.
///
/// # Panics
/// Never: a share of probability lies between 0 and 1.
///
/// # Examples
/// ```
/// use stance_core::{Distribution, Label, Relevance};
/// use stance_models::{Alpha, Calibration};
/// use stance_train::fit_conformal;
/// // a model that takes every other neutral statement for supportive, and is right otherwise
/// let mut logits = [[0.0, -9.0, -9.0, -9.0], [-9.0, 0.0, -9.0, -9.0], [-9.0, -9.0, 0.0, -9.0], [-9.0, -9.0, -9.0, 0.0]].repeat(10);
/// let golds = Label::ALL.repeat(10);
/// for row in (1..40).step_by(8) {
///     logits[row] = [2.0, 1.0, -9.0, -9.0];
/// }
/// let conformal = fit_conformal(&logits, &golds, &Calibration::default())?;
/// let alpha = Alpha::new(0.2).expect("a level");
/// let set = |logits| conformal.set(&Distribution::from_logits(logits), alpha, Relevance::Judged);
/// assert_eq!(set([2.0, 1.0, -9.0, -9.0]).to_string(), "supportive or neutral");
/// assert_eq!(set([1.0, -9.0, 2.0, -9.0]).to_string(), "distancing");
/// # Ok::<(), stance_train::FitError>(())
/// ```
pub fn fit_conformal(
    logits: &[[f64; Label::COUNT]],
    golds: &[Label],
    calibration: &Calibration,
) -> Result<Conformal, FitError> {
    if golds.is_empty() {
        return Err(FitError::Empty);
    }
    check_count("rows of logits", logits.len(), golds.len())?;
    if let Some(&found) = logits.iter().flatten().find(|logit| !logit.is_finite()) {
        return Err(FitError::Setting { name: "logit", found, expected: "a finite number" });
    }
    let of = |label: Label, relevance| {
        let rows = logits.iter().zip(golds).filter(|(_, gold)| **gold == label);
        let score = |logits| nonconformity(&calibration.distribution(logits), label, relevance);
        CalibrationScores::new(rows.map(|(logits, _)| score(*logits)).collect())
            .expect("shares of probability lie between 0 and 1")
    };
    Ok(Conformal::new(
        Label::ALL.map(|label| of(label, Relevance::Judged)),
        Stance::ALL.map(|stance| of(stance.into(), Relevance::Assumed)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_cannot_be_scored_are_refused() {
        let calibration = Calibration::default();
        let fit = |logits: &[[f64; 4]], golds: &[Label]| fit_conformal(logits, golds, &calibration);
        assert_eq!(fit(&[], &[]), Err(FitError::Empty));
        let few = FitError::Count { name: "rows of logits", found: 2, expected: 4 };
        assert_eq!(fit(&[[0.0; 4]; 2], &Label::ALL), Err(few));
        assert!(fit(&[[f64::NAN; 4]; 4], &Label::ALL).is_err());
        assert!(fit(&[[0.0; 4]; 4], &Label::ALL).is_ok());
    }
}
