use serde::Serialize;
use stance_core::Label;

use crate::FitError;
use crate::error::check_count;
use crate::minimize::{Limits, Objective, minimize};
use crate::softmax::log_softmax;
use crate::supervision::Supervision;

const LIMITS: Limits = Limits { tolerance: 1e-8, iterations: 500, memory: 10 };

/// Weight of the squared log temperature in the objective: far below what any gold can say, and
/// enough to keep the temperature finite where held-out logits are always right or say nothing.
const PRIOR: f64 = 1e-6;

/// A map from a model's logits to honest ones: `logits / temperature + bias`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Scaling {
    /// Positive; above 1 it makes a model less sure.
    pub temperature: f64,
    /// Added after the division, ordered as [`Label::ALL`]; sums to 0.
    pub bias: [f64; Label::COUNT],
    /// Mean log loss of the logits as they were, in nats.
    pub log_loss_before: f64,
    /// Mean log loss of the scaled logits, in nats; on the same rows, so a little too good.
    pub log_loss: f64,
}

/// Finds the temperature under which held-out `logits` fit `golds` best (temperature scaling).
///
/// The logits must be of rows that the model was not fitted to. No answer changes, only its
/// confidence.
///
/// # Errors
/// When there are no rows, not one logit row a gold, or a logit is not finite.
///
/// # Examples
/// ```
/// use stance_core::Label;
/// use stance_train::fit_temperature;
/// // a model that is sure of supportive four times, and right three times
/// let logits = [[6.0, 0.0, 0.0, 0.0]; 4];
/// let golds = [Label::Supportive, Label::Supportive, Label::Supportive, Label::Neutral];
/// let scaling = fit_temperature(&logits, &golds)?;
/// // then it should give supportive 3/4, that is e^(6/t) = 9
/// assert!((scaling.temperature - 6.0 / 9_f64.ln()).abs() < 1e-3);
/// # Ok::<(), stance_train::FitError>(())
/// ```
pub fn fit_temperature(
    logits: &[[f64; Label::COUNT]],
    golds: &[Label],
) -> Result<Scaling, FitError> {
    fit(logits, golds, Freedom::Temperature)
}

/// Finds temperature and bias of each label together (vector scaling with one temperature).
///
/// # Errors
/// As for [`fit_temperature`], and when one of `labels`, those that may be answered, has no gold: its
/// bias has no finite optimum.
///
/// # Examples
/// ```
/// use stance_core::Label;
/// use stance_train::fit_vector_scaling;
/// // logits that say nothing: the bias alone gives the shares of the labels
/// let golds = [Label::ALL[0], Label::ALL[0], Label::ALL[1], Label::ALL[2], Label::ALL[3]];
/// let scaling = fit_vector_scaling(&[[0.0; 4]; 5], &golds, &Label::ALL)?;
/// assert!((scaling.bias[0] - scaling.bias[1] - 2_f64.ln()).abs() < 1e-6);
/// # Ok::<(), stance_train::FitError>(())
/// ```
pub fn fit_vector_scaling(
    logits: &[[f64; Label::COUNT]],
    golds: &[Label],
    labels: &[Label],
) -> Result<Scaling, FitError> {
    Supervision::of(golds).among(labels)?.check_gold()?;
    fit(logits, golds, Freedom::TemperatureAndBias)
}

/// What may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Freedom {
    Temperature,
    TemperatureAndBias,
}

fn fit(
    logits: &[[f64; Label::COUNT]],
    golds: &[Label],
    freedom: Freedom,
) -> Result<Scaling, FitError> {
    if golds.is_empty() {
        return Err(FitError::Empty);
    }
    check_count("rows of logits", logits.len(), golds.len())?;
    if let Some(&found) = logits.iter().flatten().find(|logit| !logit.is_finite()) {
        return Err(FitError::Setting { name: "logit", found, expected: "a finite number" });
    }
    let held_out = HeldOut { logits, golds, freedom };
    let start = vec![0.0; 1 + Label::COUNT];
    let (log_loss_before, _) = held_out.log_loss(&start);
    let (point, convergence) = minimize(&held_out, start, LIMITS);
    if !convergence.is_converged() {
        return Err(FitError::NotConverged(convergence));
    }
    let (log_loss, _) = held_out.log_loss(&point);
    let (inverse, bias) = held_out.parameters(&point);
    Ok(Scaling { temperature: 1.0 / inverse, bias, log_loss_before, log_loss })
}

struct HeldOut<'a> {
    logits: &'a [[f64; Label::COUNT]],
    golds: &'a [Label],
    freedom: Freedom,
}

impl HeldOut<'_> {
    /// The inverse temperature, whose logarithm stands first, and the bias.
    #[expect(clippy::unused_self, reason = "belongs with the layout of the point")]
    fn parameters(&self, point: &[f64]) -> (f64, [f64; Label::COUNT]) {
        (libm::exp(point[0]), std::array::from_fn(|label| point[1 + label]))
    }

    /// The mean log loss and its slope.
    fn log_loss(&self, point: &[f64]) -> (f64, Vec<f64>) {
        let (inverse, bias) = self.parameters(point);
        let mut cost = 0.0;
        let mut slope = vec![0.0; point.len()];
        for (logits, gold) in self.logits.iter().zip(self.golds) {
            let scaled: [f64; Label::COUNT] =
                std::array::from_fn(|label| inverse * logits[label] + bias[label]);
            let (log_sum, probabilities) = log_softmax(scaled);
            cost += log_sum - scaled[gold.index()];
            for (label, probability) in probabilities.into_iter().enumerate() {
                let residual = probability - f64::from(u8::from(label == gold.index()));
                slope[0] += residual * inverse * logits[label];
                slope[1 + label] += residual;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
        let rows = self.golds.len() as f64;
        for slope in &mut slope {
            *slope /= rows;
        }
        if self.freedom == Freedom::Temperature {
            slope[1..].fill(0.0);
        }
        (cost / rows, slope)
    }
}

impl Objective for HeldOut<'_> {
    fn evaluate(&self, point: &[f64]) -> (f64, Vec<f64>) {
        let (cost, mut slope) = self.log_loss(point);
        slope[0] += PRIOR * point[0];
        (cost + 0.5 * PRIOR * point[0] * point[0], slope)
    }
}

#[cfg(test)]
mod tests {
    use Label::{Distancing, Irrelevant, Neutral, Supportive};

    use super::*;

    /// Logits of four labels, each right three times of four, `scale` times the honest ones.
    fn biased(scale: f64) -> (Vec<[f64; 4]>, Vec<Label>) {
        let mut logits = Vec::new();
        let mut golds = Vec::new();
        for label in Label::ALL {
            for turn in 0..4 {
                let mut row = [0.0; 4];
                row[label.index()] = scale * 9_f64.ln();
                logits.push(row);
                golds.push(if turn == 3 { Label::ALL[(label.index() + 1) % 4] } else { label });
            }
        }
        (logits, golds)
    }

    #[test]
    fn honest_logits_keep_a_temperature_of_one_and_loud_ones_lose_their_factor() {
        for scale in [0.2, 1.0, 5.0] {
            let (logits, golds) = biased(scale);
            let scaling = fit_temperature(&logits, &golds).expect("finite logits");
            assert!((scaling.temperature - scale).abs() < 1e-4, "{scaling:?}");
            assert_eq!(scaling.bias.map(f64::to_bits), [0.0_f64.to_bits(); 4]);
            assert!(scaling.log_loss <= scaling.log_loss_before);
        }
    }

    #[test]
    fn a_shift_of_one_label_is_taken_back_by_its_bias() {
        let (mut logits, golds) = biased(2.0);
        for row in &mut logits {
            row[2] += 3.0;
        }
        let scaling = fit_vector_scaling(&logits, &golds, &Label::ALL).expect("finite logits");
        assert!((scaling.temperature - 2.0).abs() < 1e-3, "{scaling:?}");
        assert!((scaling.bias[0] - scaling.bias[2] - 1.5).abs() < 1e-3, "{scaling:?}");
        assert!(scaling.bias.iter().sum::<f64>().abs() < 1e-9);
    }

    #[test]
    fn logits_that_are_always_right_or_always_wrong_give_a_finite_temperature() {
        let right = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]];
        let scaling = fit_temperature(&right, &[Supportive, Neutral]).expect("finite logits");
        assert!(scaling.temperature > 0.0 && scaling.temperature < 0.2, "{scaling:?}");
        let scaling = fit_temperature(&right, &[Neutral, Supportive]).expect("finite logits");
        assert!(scaling.temperature > 5.0 && scaling.temperature.is_finite(), "{scaling:?}");
    }

    #[test]
    fn rows_that_cannot_be_scaled_are_refused() {
        let golds = [Supportive, Neutral, Distancing];
        assert_eq!(fit_temperature(&[], &[]), Err(FitError::Empty));
        let few = fit_temperature(&[[0.0; 4]; 2], &golds);
        assert_eq!(few, Err(FitError::Count { name: "rows of logits", found: 2, expected: 3 }));
        assert!(fit_temperature(&[[f64::NAN; 4]; 3], &golds).is_err());
        let missing = fit_vector_scaling(&[[0.0; 4]; 3], &golds, &Label::ALL);
        assert_eq!(missing, Err(FitError::NoGold { label: Irrelevant }));
    }
}
