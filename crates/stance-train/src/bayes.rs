use linfa::traits::Fit as _;
use linfa_bayes::{GaussianNb, NaiveBayes as _};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use stance_core::Label;
use stance_models::{DenseModel, Projection, Quadratic};

use crate::error::check_positive;
use crate::learner::indices;
use crate::softmax::NEVER;
use crate::{FitError, ReductionConfig};

/// Whose errors these are.
const NAME: &str = "linfa's naive Bayes";

/// Settings of Gaussian naive Bayes on components.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BayesConfig {
    /// The way to components.
    pub reduction: ReductionConfig,
    /// Added to every variance, as a share of the largest, positive; 1e-9 by default.
    pub smoothing: f64,
}

impl Default for BayesConfig {
    fn default() -> Self {
        Self { reduction: ReductionConfig::default(), smoothing: 1e-9 }
    }
}

impl BayesConfig {
    pub(crate) fn check(self) -> Result<(), FitError> {
        self.reduction.check()?;
        check_positive("smoothing", self.smoothing)
    }
}

/// Fits mean and variance of each component under each label.
pub(crate) fn fit_bayes(
    projection: Projection,
    dense: Array2<f64>,
    golds: &[Label],
    labels: &[Label],
    config: BayesConfig,
) -> Result<DenseModel, FitError> {
    let fitted = GaussianNb::params()
        .var_smoothing(config.smoothing)
        .fit(&linfa::Dataset::new(dense, indices(golds)))
        .map_err(|source| FitError::learner(NAME, &source))?;
    // linfa keeps its means and variances to itself, but its joint log likelihood is quadratic in
    // each component: three points of each give all there is
    let width = projection.components();
    let mut probes = Array2::zeros((2 * width + 1, width));
    for component in 0..width {
        probes[(2 * component, component)] = 1.0;
        probes[(2 * component + 1, component)] = -1.0;
    }
    let likelihood = fitted.joint_log_likelihood(probes.view());
    let mut slopes = vec![[0.0; Label::COUNT]; width];
    let mut curvatures = slopes.clone();
    let mut intercepts = [0.0; Label::COUNT];
    for label in labels.iter().map(|label| label.index()) {
        let values = likelihood.get(&label).ok_or(FitError::NoGold { label: Label::ALL[label] })?;
        let origin = values[2 * width];
        intercepts[label] = origin;
        for component in 0..width {
            let (plus, minus) =
                (values[2 * component] - origin, values[2 * component + 1] - origin);
            slopes[component][label] = f64::midpoint(plus, -minus);
            curvatures[component][label] = f64::midpoint(plus, minus);
        }
    }
    // a label that is never answered is always so much below one that is
    let first = labels.first().map_or(0, |label| label.index());
    for label in Label::ALL.iter().filter(|label| !labels.contains(label)).map(|l| l.index()) {
        for block in slopes.iter_mut().chain(&mut curvatures) {
            block[label] = block[first];
        }
        intercepts[label] = intercepts[first] + NEVER;
    }
    let quadratic = Quadratic::new(projection, slopes, curvatures, intercepts)
        .map_err(|source| FitError::learner(NAME, &source))?;
    Ok(DenseModel::Quadratic(quadratic))
}
