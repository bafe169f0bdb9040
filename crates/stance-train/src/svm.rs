use std::collections::BTreeMap;

use linfa::traits::Fit as _;
use linfa_svm::Svm;
use ndarray::{Array1, Array2, Axis};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use stance_core::Label;
use stance_eval::{group_folds, shuffle};
use stance_models::Projection;

use crate::calibration::fit_vector_scaling;
use crate::error::check_positive;
use crate::softmax::NEVER;
use crate::{FitError, ReductionConfig, SoftmaxWeights, Supervision};

/// Whose errors these are.
const NAME: &str = "linfa's SVM";

/// Where the SVM's solver stops, as in LIBSVM; linfa's own 1e-7 takes many times as long.
const TOLERANCE: f64 = 1e-3;

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

impl SvmConfig {
    pub(crate) fn check(self) -> Result<(), FitError> {
        self.reduction.check()?;
        check_positive("c", self.c)?;
        let least = [("rows", self.rows, 4, "at least 4"), ("folds", self.folds, 2, "at least 2")];
        for (name, found, least, expected) in least {
            if found < least {
                #[expect(clippy::cast_precision_loss, reason = "below 4")]
                return Err(FitError::Setting { name, found: found as f64, expected });
            }
        }
        Ok(())
    }
}

/// Fits one machine a label and the logits of their margins, as weights of the rows' columns.
pub(crate) fn fit_svm(
    projection: &Projection,
    dense: &Array2<f64>,
    golds: &[Label],
    labels: &[Label],
    groups: &[&str],
    config: SvmConfig,
) -> Result<SoftmaxWeights, FitError> {
    let drawn = draw_groups(groups, config.rows, config.seed);
    let golds: Vec<Label> = drawn.iter().map(|&row| golds[row]).collect();
    let groups: Vec<&str> = drawn.iter().map(|&row| groups[row]).collect();
    let mut dense = dense.select(Axis(0), &drawn);
    let unit = unit_length(&dense);
    dense *= unit;
    let mut margins = vec![[0.0; Label::COUNT]; drawn.len()];
    for fold in group_folds(&groups, config.folds, config.seed)? {
        let machines = fit_machines(&dense, &golds, labels, &fold.train, config.c)?;
        for &row in &fold.test {
            margins[row] = std::array::from_fn(|label| {
                machines[label].as_ref().map_or(FAR, |m| m.margin(dense.row(row).iter()))
            });
        }
    }
    let scaling = fit_vector_scaling(&margins, &golds, labels)?;
    let all: Vec<usize> = (0..drawn.len()).collect();
    let machines = fit_machines(&dense, &golds, labels, &all, config.c)?;
    let head: Vec<[f64; Label::COUNT]> = (0..projection.components())
        .map(|j| {
            std::array::from_fn(|label| {
                let slope = machines[label].as_ref().map_or(0.0, |machine| machine.normal[j]);
                unit * slope / scaling.temperature
            })
        })
        .collect();
    let intercepts = std::array::from_fn(|label| {
        machines[label]
            .as_ref()
            .map_or(NEVER, |machine| scaling.bias[label] - machine.offset / scaling.temperature)
    });
    SoftmaxWeights::through(projection, &head, intercepts, NAME)
}

/// The factor that brings the rows to a mean squared length of 1; 1 where they are all zero.
fn unit_length(dense: &Array2<f64>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
    let mean = dense.iter().map(|x| x * x).sum::<f64>() / dense.nrows() as f64;
    if mean > 0.0 { 1.0 / mean.sqrt() } else { 1.0 }
}

/// The margin of a label that is never answered: no temperature brings it near.
const FAR: f64 = -1e6;

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

/// One machine for each of `labels`, ordered as [`Label::ALL`], fitted to the given rows.
fn fit_machines(
    dense: &Array2<f64>,
    golds: &[Label],
    labels: &[Label],
    rows: &[usize],
    c: f64,
) -> Result<Vec<Option<Machine>>, FitError> {
    let golds: Vec<Label> = rows.iter().map(|&row| golds[row]).collect();
    Supervision::of(&golds).among(labels)?.check_gold()?;
    let dense = dense.select(Axis(0), rows);
    Label::ALL
        .into_par_iter()
        .map(|label| {
            if !labels.contains(&label) {
                return Ok(None);
            }
            let targets: Array1<bool> = golds.iter().map(|gold| *gold == label).collect();
            let fitted = Svm::<f64, bool>::params()
                .pos_neg_weights(c, c)
                .eps(TOLERANCE)
                .linear_kernel()
                .fit(&linfa::Dataset::new(dense.clone(), targets))
                .map_err(|source| FitError::learner(NAME, &source))?;
            // the plane's normal is private, its product with a vector is not
            let normal = (0..dense.ncols())
                .map(|component| {
                    let mut unit = Array1::zeros(dense.ncols());
                    unit[component] = 1.0;
                    fitted.weighted_sum(&unit)
                })
                .collect();
            Ok(Some(Machine { normal, offset: fitted.rho }))
        })
        .collect()
}

/// Rows of whole groups, in a random order of groups, at most `count` of them; ascending.
fn draw_groups(groups: &[&str], count: usize, seed: u64) -> Vec<usize> {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
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
