use linfa::traits::Fit as _;
use linfa_bayes::{GaussianNb, NaiveBayes as _};
use linfa_logistic::MultiLogisticRegression;
use linfa_svm::Svm;
use ndarray::{Array1, Array2};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use stance_core::Label;
use stance_eval::{group_folds, shuffle};

use crate::calibration::fit_vector_scaling;
use crate::dense::{DenseModel, Linear, Quadratic};
use crate::error::{check_count, check_positive};
use crate::forest::{ForestConfig, TreeConfig, fit_forest, fit_tree};
use crate::reduction::fit_projection;
use crate::softmax::check_optimum;
use crate::{FitError, Projection, ReductionConfig, SparseRows, Supervision};

/// Where the SVM's solver stops, as in LIBSVM; linfa's own 1e-7 takes many times as long.
const TOLERANCE: f64 = 1e-3;

/// A learner of linfa by its versioned kind, with the settings of the reduction before it.
///
/// # Examples
/// ```
/// use stance_core::{Distribution, Label};
/// use stance_train::{LinfaConfig, SparseRows};
/// let config: LinfaConfig = toml::from_str(r#"
///     kind = "linfa-bayes.v1"
///     smoothing = 1e-3
///     reduction = { components = 3 }
/// "#)?;
/// // each label has a column of its own, more or less marked
/// let rows = SparseRows::from_rows(4, (0..16_u8).map(|row| [(u32::from(row % 4), f32::from(3 + row / 4))]))?;
/// let golds = [Label::ALL; 4].concat();
/// let groups: Vec<String> = (0..16).map(|row| row.to_string()).collect();
/// let model = config.check()?.fit(&rows, &golds, &groups)?;
/// let answer = Distribution::from_logits(model.logits(&[2], &[4.0]));
/// assert_eq!(answer.label(), Label::Distancing);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
#[non_exhaustive]
pub enum LinfaConfig {
    /// Multinomial logistic regression.
    #[serde(rename = "linfa-logistic.v1")]
    Logistic(LogisticConfig),
    /// Gaussian naive Bayes.
    #[serde(rename = "linfa-bayes.v1")]
    Bayes(BayesConfig),
    /// Linear support vector machines, one against the rest.
    #[serde(rename = "linfa-svm.v1")]
    Svm(SvmConfig),
    /// One decision tree a label.
    #[serde(rename = "linfa-tree.v1")]
    Tree(TreeConfig),
    /// A random forest a label.
    #[serde(rename = "linfa-forest.v1")]
    Forest(ForestConfig),
}

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

/// Settings of linear support vector machines on components.
///
/// Margins become logits by [`fit_vector_scaling`] on margins of held-out folds (Platt's method
/// for four labels at once).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SvmConfig {
    /// The way to components.
    pub reduction: ReductionConfig,
    /// Cost of a violated margin, positive; 1 by default. Components are brought to a mean squared
    /// length of 1 first, so that it means the same whatever the features.
    pub c: f64,
    /// Most rows to fit to, at least 4; 2000 by default. linfa keeps a square matrix of them:
    /// 32 MB for each label at 2000, 2.4 GB at 17,000. Groups are drawn whole.
    pub rows: usize,
    /// Folds for held-out margins, at least 2; 3 by default.
    pub folds: usize,
    /// Seed of the draw and the folds; 7 by default.
    pub seed: u64,
}

impl Default for SvmConfig {
    fn default() -> Self {
        let reduction = ReductionConfig::default();
        Self { reduction, c: 1.0, rows: 2000, folds: 3, seed: 7 }
    }
}

impl LinfaConfig {
    /// Checks the settings.
    ///
    /// # Errors
    /// When one is outside its range.
    pub fn check(self) -> Result<LinfaLearner, FitError> {
        let at_least = |name, found: f64, least: f64, expected| {
            if found < least { Err(FitError::Setting { name, found, expected }) } else { Ok(()) }
        };
        match &self {
            Self::Logistic(LogisticConfig { reduction, c, iterations }) => {
                reduction.check()?;
                check_positive("c", *c)?;
                if *iterations == 0 {
                    return Err(FitError::Setting {
                        name: "iterations",
                        found: 0.0,
                        expected: "at least 1",
                    });
                }
            }
            Self::Bayes(BayesConfig { reduction, smoothing }) => {
                reduction.check()?;
                check_positive("smoothing", *smoothing)?;
            }
            Self::Svm(SvmConfig { reduction, c, rows, folds, .. }) => {
                reduction.check()?;
                check_positive("c", *c)?;
                #[expect(clippy::cast_precision_loss, reason = "only compared with 4 and 2")]
                let (rows, folds) = (*rows as f64, *folds as f64);
                at_least("rows", rows, 4.0, "at least 4")?;
                at_least("folds", folds, 2.0, "at least 2")?;
            }
            Self::Tree(config) => config.check()?,
            Self::Forest(config) => config.check()?,
        }
        Ok(LinfaLearner(self))
    }
}

/// A learner of linfa, its settings checked.
///
/// Two fits of the same rows give the same model; matrix products come from ndarray, so its last
/// bits may differ from one processor to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinfaLearner(LinfaConfig);

impl LinfaLearner {
    /// Reduces `rows` and fits the learner to them; `groups` names what must stay on one side of a
    /// split, one a row.
    ///
    /// # Errors
    /// When numbers of rows differ, a label has no gold, linfa refuses, or, for logistic
    /// regression, its iterations ran out.
    pub fn fit<G: AsRef<str>>(
        &self,
        rows: &SparseRows,
        golds: &[Label],
        groups: &[G],
    ) -> Result<DenseModel, FitError> {
        check_count("golds", golds.len(), rows.len())?;
        check_count("groups", groups.len(), rows.len())?;
        Supervision::of(golds).check_gold()?;
        let reduction = match &self.0 {
            LinfaConfig::Logistic(config) => config.reduction,
            LinfaConfig::Bayes(config) => config.reduction,
            LinfaConfig::Svm(config) => config.reduction,
            LinfaConfig::Tree(config) => config.reduction,
            LinfaConfig::Forest(config) => config.reduction,
        };
        let projection = fit_projection(rows, golds, reduction)?;
        let dense = project(&projection, rows);
        match self.0 {
            LinfaConfig::Logistic(config) => fit_logistic(&projection, dense, golds, config),
            LinfaConfig::Bayes(config) => fit_bayes(projection, dense, golds, config),
            LinfaConfig::Svm(config) => {
                let groups: Vec<&str> = groups.iter().map(AsRef::as_ref).collect();
                fit_svm(&projection, &dense, golds, &groups, config)
            }
            LinfaConfig::Tree(config) => fit_tree(projection, &dense, golds, config),
            LinfaConfig::Forest(config) => fit_forest(projection, &dense, golds, config),
        }
    }
}

/// The components of all rows.
fn project(projection: &Projection, rows: &SparseRows) -> Array2<f64> {
    let components: Vec<Vec<f64>> = (0..rows.len())
        .into_par_iter()
        .map(|row| {
            let (columns, weights) = rows.row(row);
            projection.project(columns, weights)
        })
        .collect();
    Array2::from_shape_vec((rows.len(), projection.components()), components.concat())
        .expect("every row has all components")
}

fn indices(golds: &[Label]) -> Array1<usize> {
    golds.iter().map(|gold| gold.index()).collect()
}

fn fit_logistic(
    projection: &Projection,
    dense: Array2<f64>,
    golds: &[Label],
    LogisticConfig { c, iterations, .. }: LogisticConfig,
) -> Result<DenseModel, FitError> {
    #[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
    let tolerance = 1e-5 * golds.len() as f64;
    let dataset = linfa::Dataset::new(dense, indices(golds));
    let fitted = MultiLogisticRegression::default()
        .alpha(1.0 / c)
        .gradient_tolerance(tolerance)
        .max_iterations(iterations as u64)
        .fit(&dataset)
        .map_err(|source| FitError::learner("linfa's logistic regression", &source))?;
    // classes are sorted and all there, so they are the columns
    let head: Vec<[f64; Label::COUNT]> = fitted
        .params()
        .rows()
        .into_iter()
        .map(|row| std::array::from_fn(|label| row[label]))
        .collect();
    let intercepts = std::array::from_fn(|label| fitted.intercept()[label]);
    // linfa does not tell when its iterations ran out
    check_optimum(
        dataset.records().rows().into_iter().map(|row| row.to_vec()),
        golds,
        c,
        &head,
        intercepts,
        iterations,
    )?;
    let linear = Linear::through(projection, &head, intercepts)
        .map_err(|source| FitError::learner("linfa's logistic regression", &source))?;
    Ok(DenseModel::Linear(linear))
}

fn fit_bayes(
    projection: Projection,
    dense: Array2<f64>,
    golds: &[Label],
    config: BayesConfig,
) -> Result<DenseModel, FitError> {
    let name = "linfa's naive Bayes";
    let fitted = GaussianNb::params()
        .var_smoothing(config.smoothing)
        .fit(&linfa::Dataset::new(dense, indices(golds)))
        .map_err(|source| FitError::learner(name, &source))?;
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
    for label in 0..Label::COUNT {
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
    let quadratic = Quadratic::new(projection, slopes, curvatures, intercepts)
        .map_err(|source| FitError::learner(name, &source))?;
    Ok(DenseModel::Quadratic(quadratic))
}

fn fit_svm(
    projection: &Projection,
    dense: &Array2<f64>,
    golds: &[Label],
    groups: &[&str],
    config: SvmConfig,
) -> Result<DenseModel, FitError> {
    let drawn = draw_groups(groups, config.rows, config.seed);
    let golds: Vec<Label> = drawn.iter().map(|&row| golds[row]).collect();
    let groups: Vec<&str> = drawn.iter().map(|&row| groups[row]).collect();
    let mut dense = dense.select(ndarray::Axis(0), &drawn);
    let unit = unit_length(&dense);
    dense *= unit;
    let mut margins = vec![[0.0; Label::COUNT]; drawn.len()];
    for fold in group_folds(&groups, config.folds, config.seed)? {
        let machines = fit_machines(&dense, &golds, &fold.train, config.c)?;
        for &row in &fold.held_out {
            margins[row] =
                std::array::from_fn(|label| machines[label].margin(dense.row(row).iter()));
        }
    }
    let scaling = fit_vector_scaling(&margins, &golds)?;
    let all: Vec<usize> = (0..drawn.len()).collect();
    let machines = fit_machines(&dense, &golds, &all, config.c)?;
    let head: Vec<[f64; Label::COUNT]> = (0..projection.components())
        .map(|j| {
            std::array::from_fn(|label| unit * machines[label].normal[j] / scaling.temperature)
        })
        .collect();
    let intercepts = std::array::from_fn(|label| {
        scaling.bias[label] - machines[label].offset / scaling.temperature
    });
    let linear = Linear::through(projection, &head, intercepts)
        .map_err(|source| FitError::learner("linfa's SVM", &source))?;
    Ok(DenseModel::Linear(linear))
}

/// The factor that brings the rows to a mean squared length of 1; 1 where they are all zero.
fn unit_length(dense: &Array2<f64>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
    let mean = dense.iter().map(|x| x * x).sum::<f64>() / dense.nrows() as f64;
    if mean > 0.0 { 1.0 / mean.sqrt() } else { 1.0 }
}

/// A separating plane.
struct Machine {
    normal: Vec<f64>,
    offset: f64,
}

impl Machine {
    fn margin<'a>(&self, components: impl Iterator<Item = &'a f64>) -> f64 {
        self.normal.iter().zip(components).map(|(n, x)| n * x).sum::<f64>() - self.offset
    }
}

/// One machine a label, ordered as [`Label::ALL`], fitted to the given rows.
fn fit_machines(
    dense: &Array2<f64>,
    golds: &[Label],
    rows: &[usize],
    c: f64,
) -> Result<Vec<Machine>, FitError> {
    let golds: Vec<Label> = rows.iter().map(|&row| golds[row]).collect();
    Supervision::of(&golds).check_gold()?;
    let dense = dense.select(ndarray::Axis(0), rows);
    Label::ALL
        .into_par_iter()
        .map(|label| {
            let targets: Array1<bool> = golds.iter().map(|gold| *gold == label).collect();
            let fitted = Svm::<f64, bool>::params()
                .pos_neg_weights(c, c)
                .eps(TOLERANCE)
                .linear_kernel()
                .fit(&linfa::Dataset::new(dense.clone(), targets))
                .map_err(|source| FitError::learner("linfa's SVM", &source))?;
            // the plane's normal is private, its product with a vector is not
            let normal = (0..dense.ncols())
                .map(|component| {
                    let mut unit = Array1::zeros(dense.ncols());
                    unit[component] = 1.0;
                    fitted.weighted_sum(&unit)
                })
                .collect();
            Ok(Machine { normal, offset: fitted.rho })
        })
        .collect()
}

/// Rows of whole groups, in a random order of groups, at most `count` of them; ascending.
fn draw_groups(groups: &[&str], count: usize, seed: u64) -> Vec<usize> {
    let mut members: std::collections::BTreeMap<&str, Vec<usize>> =
        std::collections::BTreeMap::new();
    for (row, group) in groups.iter().enumerate() {
        members.entry(group).or_default().push(row);
    }
    let mut members: Vec<Vec<usize>> = members.into_values().collect();
    shuffle(&mut ChaCha8Rng::seed_from_u64(seed), &mut members);
    let mut drawn = Vec::new();
    for rows in members {
        if drawn.len() + rows.len() <= count {
            drawn.extend(rows);
        }
    }
    drawn.sort_unstable();
    drawn
}
