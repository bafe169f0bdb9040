use linfa::traits::Fit as _;
use linfa_logistic::MultiLogisticRegression;
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use stance_core::Label;
use stance_models::Projection;

use crate::error::{check_at_least_one, check_positive};
use crate::learner::indices;
use crate::softmax::{NEVER, check_optimum};
use crate::{FitError, ReductionConfig, SoftmaxWeights, Supervision};

/// Whose errors these are.
const NAME: &str = "linfa's logistic regression";

/// Settings of multinomial logistic regression on components.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogisticConfig {
    /// The way to components.
    pub reduction: ReductionConfig,
    /// Inverse strength of the penalty as in [`SoftmaxConfig::c`](crate::SoftmaxConfig::c),
    /// positive; 10 by default. linfa's `alpha` is its inverse.
    pub c: f64,
    /// L-BFGS iterations, at least 1; 500 by default.
    pub iterations: usize,
}

impl Default for LogisticConfig {
    fn default() -> Self {
        Self { reduction: ReductionConfig::default(), c: 10.0, iterations: 500 }
    }
}

impl LogisticConfig {
    pub(crate) fn check(self) -> Result<(), FitError> {
        self.reduction.check()?;
        check_positive("c", self.c)?;
        check_at_least_one("iterations", self.iterations)
    }
}

/// Fits the weights of components, as weights of the rows' columns.
pub(crate) fn fit_logistic(
    projection: &Projection,
    dense: Array2<f64>,
    golds: &[Label],
    supervision: Supervision,
    LogisticConfig { c, iterations, .. }: LogisticConfig,
) -> Result<SoftmaxWeights, FitError> {
    #[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
    let tolerance = 1e-5 * golds.len() as f64;
    let dataset = linfa::Dataset::new(dense, indices(golds));
    let fitted = MultiLogisticRegression::default()
        .alpha(1.0 / c)
        .gradient_tolerance(tolerance)
        .max_iterations(iterations as u64)
        .fit(&dataset)
        .map_err(|source| FitError::learner(NAME, &source))?;
    // classes are sorted, and those that may be answered are all there: they are the columns
    let mut columns = [None; Label::COUNT];
    let answered = Label::ALL.into_iter().filter(|label| supervision.asks(*label));
    for (column, label) in answered.enumerate() {
        columns[label.index()] = Some(column);
    }
    let head: Vec<[f64; Label::COUNT]> = fitted
        .params()
        .rows()
        .into_iter()
        .map(|row| columns.map(|column| column.map_or(0.0, |column| row[column])))
        .collect();
    let intercepts = columns.map(|column| column.map_or(NEVER, |c| fitted.intercept()[c]));
    // linfa does not tell when its iterations ran out
    check_optimum(
        dataset.records().rows().into_iter().map(|row| row.to_vec()),
        supervision,
        c,
        &head,
        intercepts,
        iterations,
    )?;
    SoftmaxWeights::through(projection, &head, intercepts, NAME)
}
