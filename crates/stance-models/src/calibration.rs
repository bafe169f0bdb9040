use serde::{Deserialize, Serialize};
use stance_core::{Distribution, Label};

/// The map from raw logits to honest probabilities: `softmax(logits / temperature + bias)`.
///
/// Temperature scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks") with an
/// optional bias per label; the temperature is finite and positive, the biases are finite.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, try_from = "RawCalibration")]
pub struct Calibration {
    temperature: f64,
    bias: [f64; Label::COUNT],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCalibration {
    temperature: f64,
    bias: [f64; Label::COUNT],
}

impl TryFrom<RawCalibration> for Calibration {
    type Error = String;

    fn try_from(raw: RawCalibration) -> Result<Self, Self::Error> {
        Self::new(raw.temperature, raw.bias).ok_or_else(|| {
            format!(
                "temperature is {} and biases are {:?}, expected a positive number and finite ones",
                raw.temperature, raw.bias
            )
        })
    }
}

impl Default for Calibration {
    /// Leaves the logits as they are.
    fn default() -> Self {
        Self { temperature: 1.0, bias: [0.0; Label::COUNT] }
    }
}

impl Calibration {
    /// Makes a calibration, or `None` unless `temperature` is finite and positive and every bias
    /// (ordered as [`Label::ALL`]) finite.
    #[must_use]
    pub fn new(temperature: f64, bias: [f64; Label::COUNT]) -> Option<Self> {
        let fits = temperature.is_finite() && temperature > 0.0;
        (fits && bias.iter().all(|b| b.is_finite())).then_some(Self { temperature, bias })
    }

    /// What logits are divided by.
    #[must_use]
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// What is added to the divided logits, ordered as [`Label::ALL`].
    #[must_use]
    pub fn bias(&self) -> [f64; Label::COUNT] {
        self.bias
    }

    /// Calibrated logits.
    #[must_use]
    pub fn logits(&self, raw: [f64; Label::COUNT]) -> [f64; Label::COUNT] {
        let mut logits = raw;
        for (logit, bias) in logits.iter_mut().zip(self.bias) {
            *logit = *logit / self.temperature + bias;
        }
        logits
    }

    /// Calibrated probabilities.
    ///
    /// # Examples
    /// ```
    /// use stance_models::Calibration;
    /// let warm = Calibration::new(2.0, [0.0; 4]).expect("finite and positive");
    /// let sure = Calibration::default().distribution([4.0, 0.0, 0.0, 0.0]).confidence();
    /// assert!(warm.distribution([4.0, 0.0, 0.0, 0.0]).confidence() < sure);
    /// ```
    #[must_use]
    pub fn distribution(&self, raw: [f64; Label::COUNT]) -> Distribution {
        Distribution::from_logits(self.logits(raw))
    }
}
