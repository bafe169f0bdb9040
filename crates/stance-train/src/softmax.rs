use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use stance_core::Label;
use stance_models::Projection;

use crate::error::{check_count, check_positive};
use crate::minimize::{Limits, Objective, minimize};
use crate::rows::{SparseColumns, accumulate};
use crate::{Convergence, FitError, Outcome, SparseRows, Supervision};

/// Rows that one task computes at least.
const ROWS_PER_TASK: usize = 64;

/// Columns that one task computes at least; also the chunk that penalties are summed by.
const COLUMNS_PER_TASK: usize = 1024;

/// The logit of a label that no row may ask for: nothing pulls at so small a probability.
pub(crate) const NEVER: f64 = -30.0;

/// Settings of the sparse solver.
///
/// The objective is scikit-learn's: `C · Σ w_i · loss_i + ½ · Σ p_j · ‖W_j‖²`, where `loss_i` is the
/// cross-entropy of row `i` in nats, `w_i` its weight, `W_j` the four coefficients of column `j`,
/// and `p_j` that column's penalty, 1 unless given. Intercepts are not penalized. In terms of an L2
/// weight on the mean loss, `C = 1 / (l2 · Σ w_i)`. The solver itself works on the objective divided
/// by `C · Σ w_i`, again as scikit-learn does, so that [`tolerance`](Self::tolerance) means the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SoftmaxConfig {
    /// Inverse strength of the penalty, positive; 1 by default.
    pub c: f64,
    /// Stop when no element of the mean loss's gradient is larger, positive; 1e-4 by default.
    pub tolerance: f64,
    /// Stop after so many L-BFGS iterations, at least 1; 1000 by default.
    pub iterations: usize,
    /// Past steps that the solver remembers, at least 1; 10 by default.
    pub memory: usize,
}

impl Default for SoftmaxConfig {
    fn default() -> Self {
        Self { c: 1.0, tolerance: 1e-4, iterations: 1000, memory: 10 }
    }
}

impl SoftmaxConfig {
    /// Checks the settings.
    ///
    /// # Errors
    /// When one is outside its range.
    pub fn check(self) -> Result<Softmax, FitError> {
        check_positive("c", self.c)?;
        check_positive("tolerance", self.tolerance)?;
        for (name, found) in [("iterations", self.iterations), ("memory", self.memory)] {
            if found == 0 {
                return Err(FitError::Setting { name, found: 0.0, expected: "at least 1" });
            }
        }
        Ok(Softmax(self))
    }
}

/// Multinomial logistic regression on sparse rows, its settings checked.
///
/// The fit is the same to the last bit for any number of threads of the current rayon pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Softmax(SoftmaxConfig);

/// Rows, what they should answer, and the penalties of their columns: what a [`Softmax`] fits to.
///
/// Holds the rows by column too, so that fits with several settings share the work.
#[derive(Clone, Debug)]
pub struct SoftmaxProblem<'a> {
    rows: &'a SparseRows,
    columns: SparseColumns,
    supervision: Supervision,
    penalties: Option<Vec<f64>>,
    total_weight: f64,
}

impl<'a> SoftmaxProblem<'a> {
    /// Puts rows and their supervision together.
    ///
    /// # Errors
    /// When there are no rows, not as many targets, or a label that no row asks for.
    pub fn new(rows: &'a SparseRows, supervision: Supervision) -> Result<Self, FitError> {
        if rows.is_empty() {
            return Err(FitError::Empty);
        }
        check_count("targets", supervision.len(), rows.len())?;
        supervision.check_gold()?;
        let total_weight = supervision.weights().iter().sum();
        let columns = rows.to_columns();
        Ok(Self { rows, columns, supervision, penalties: None, total_weight })
    }

    /// Penalizes column `j` with `penalties[j]` times the strength that `C` says.
    ///
    /// # Errors
    /// When there is not one penalty a column, or one is not positive.
    pub fn with_penalties(mut self, penalties: Vec<f64>) -> Result<Self, FitError> {
        check_count("penalties", penalties.len(), self.rows.width())?;
        for &penalty in &penalties {
            check_positive("column penalty", penalty)?;
        }
        self.penalties = Some(penalties);
        Ok(self)
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &SparseRows {
        self.rows
    }
}

impl Softmax {
    /// The settings.
    #[must_use]
    pub fn config(&self) -> &SoftmaxConfig {
        &self.0
    }

    /// Fits `problem`, from `start` or from zero. The optimum is unique but for rounding and the
    /// tolerance, so a start near it, such as the fit with a neighboring `C`, saves time alone.
    ///
    /// # Errors
    /// When `start` has another width.
    ///
    /// # Examples
    /// ```
    /// use stance_core::Label;
    /// use stance_train::{SoftmaxConfig, SoftmaxProblem, SparseRows, Supervision};
    /// let rows = SparseRows::from_rows(4, (0..4).map(|column| [(column, 1.0)]))?;
    /// let problem = SoftmaxProblem::new(&rows, Supervision::of(&Label::ALL))?;
    /// let fit = SoftmaxConfig::default().check()?.fit(&problem, None)?;
    /// println!("{}", fit.convergence());
    /// let weights = fit.converged()?;
    /// assert_eq!(weights.coefficients().len(), 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fit(
        &self,
        problem: &SoftmaxProblem<'_>,
        start: Option<&SoftmaxWeights>,
    ) -> Result<SoftmaxFit, FitError> {
        let width = problem.rows.width();
        let start = match start {
            None => {
                let mut blocks = vec![0.0; (width + 1) * Label::COUNT];
                let intercepts = &mut blocks[width * Label::COUNT..];
                for (intercept, label) in intercepts.iter_mut().zip(Label::ALL) {
                    if !problem.supervision.asks(label) {
                        *intercept = NEVER;
                    }
                }
                blocks
            }
            Some(weights) => {
                check_count("columns of the start", weights.coefficients.len(), width)?;
                let mut blocks = weights.coefficients.clone();
                blocks.push(weights.intercepts);
                blocks.into_flattened()
            }
        };
        let Self(SoftmaxConfig { c, tolerance, iterations, memory }) = *self;
        let objective = Penalized { problem, strength: 1.0 / (c * problem.total_weight) };
        let limits = Limits { tolerance, iterations, memory };
        let (point, convergence) = minimize(&objective, start, limits);
        let (mut coefficients, intercepts) = blocks_of(&point);
        let weights =
            SoftmaxWeights { coefficients: std::mem::take(&mut coefficients).to_vec(), intercepts };
        Ok(SoftmaxFit { weights, convergence })
    }
}

/// What a [`Softmax`] found, and whether it is the optimum.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a fit may not have converged"]
pub struct SoftmaxFit {
    weights: SoftmaxWeights,
    convergence: Convergence,
}

impl SoftmaxFit {
    /// How the fit ended.
    #[must_use]
    pub fn convergence(&self) -> &Convergence {
        &self.convergence
    }

    /// The weights of a fit that found the optimum.
    ///
    /// # Errors
    /// When it did not converge.
    pub fn converged(self) -> Result<SoftmaxWeights, FitError> {
        if self.convergence.is_converged() {
            Ok(self.weights)
        } else {
            Err(FitError::NotConverged(self.convergence))
        }
    }

    /// The weights as they are, converged or not, and how the fit ended.
    #[must_use]
    pub fn into_parts(self) -> (SoftmaxWeights, Convergence) {
        (self.weights, self.convergence)
    }
}

/// Coefficients and intercepts of a linear model with four logits.
#[derive(Clone, Debug, PartialEq)]
pub struct SoftmaxWeights {
    coefficients: Vec<[f64; Label::COUNT]>,
    intercepts: [f64; Label::COUNT],
}

impl SoftmaxWeights {
    /// Weights as another learner found them.
    pub(crate) fn new(
        coefficients: Vec<[f64; Label::COUNT]>,
        intercepts: [f64; Label::COUNT],
    ) -> Self {
        Self { coefficients, intercepts }
    }

    /// The weights of columns that `head`, four numbers for each component, and `intercepts` give
    /// through `projection`; `learner` is whose fault numbers are that are not finite.
    pub(crate) fn through(
        projection: &Projection,
        head: &[[f64; Label::COUNT]],
        intercepts: [f64; Label::COUNT],
        learner: &'static str,
    ) -> Result<Self, FitError> {
        let (kept, shift) = projection.pull_back(head);
        let mut coefficients = vec![[0.0; Label::COUNT]; projection.width()];
        for (column, block) in kept {
            coefficients[column as usize] = block;
        }
        let intercepts = std::array::from_fn(|label| intercepts[label] + shift[label]);
        // they are stored in fewer bits than they are found in
        let fits = |weight: &f64| weight.abs() < f64::from(f32::MAX);
        if !coefficients.iter().flatten().chain(&intercepts).all(fits) {
            let reason = "it found weights that are not finite".to_owned();
            return Err(FitError::Learner { learner, reason });
        }
        Ok(Self { coefficients, intercepts })
    }

    /// Number of columns of the rows it answers.
    #[must_use]
    pub fn width(&self) -> usize {
        self.coefficients.len()
    }

    /// The coefficients of each column, ordered as [`Label::ALL`].
    #[must_use]
    pub fn coefficients(&self) -> &[[f64; Label::COUNT]] {
        &self.coefficients
    }

    /// The intercepts, ordered as [`Label::ALL`].
    #[must_use]
    pub fn intercepts(&self) -> [f64; Label::COUNT] {
        self.intercepts
    }

    /// The logits of one row.
    ///
    /// # Panics
    /// If a column is not below the number of coefficients.
    #[must_use]
    pub fn logits(&self, columns: &[u32], weights: &[f32]) -> [f64; Label::COUNT] {
        accumulate(self.intercepts, columns, weights, |column| self.coefficients[column as usize])
    }

    /// The logits of all `rows`, in order.
    ///
    /// # Panics
    /// If `rows` are wider than the coefficients.
    #[must_use]
    pub fn logits_of(&self, rows: &SparseRows) -> Vec<[f64; Label::COUNT]> {
        rows.par_map(|columns, weights| self.logits(columns, weights))
    }

    /// The same model with the mean over the labels taken off: adding one number to all four logits
    /// changes no probability, so two fits are compared in this form.
    #[must_use]
    pub fn centered(&self) -> Self {
        Self {
            coefficients: self.coefficients.iter().map(|block| center(*block)).collect(),
            intercepts: center(self.intercepts),
        }
    }
}

fn center(block: [f64; Label::COUNT]) -> [f64; Label::COUNT] {
    let mean = block.iter().sum::<f64>() / 4.0;
    block.map(|value| value - mean)
}

/// The coefficients of each column and the intercepts, which stand last.
fn blocks_of(point: &[f64]) -> (&[[f64; Label::COUNT]], [f64; Label::COUNT]) {
    let (blocks, _) = point.as_chunks::<{ Label::COUNT }>();
    let (&intercepts, coefficients) = blocks.split_last().expect("the intercepts are there");
    (coefficients, intercepts)
}

/// The mean weighted loss with half of `strength` times the squares.
struct Penalized<'a> {
    problem: &'a SoftmaxProblem<'a>,
    strength: f64,
}

impl Objective for Penalized<'_> {
    fn evaluate(&self, point: &[f64]) -> (f64, Vec<f64>) {
        let SoftmaxProblem { rows, columns, penalties, .. } = self.problem;
        let (coefficients, intercepts) = blocks_of(point);
        let (mut losses, mut residuals) = (Vec::new(), Vec::new());
        (0..rows.len())
            .into_par_iter()
            .with_min_len(ROWS_PER_TASK)
            .map(|row| {
                let (columns, weights) = rows.row(row);
                let logits = accumulate(intercepts, columns, weights, |c| coefficients[c as usize]);
                self.loss(row, logits)
            })
            .unzip_into_vecs(&mut losses, &mut residuals);
        let strength = |column: usize| {
            penalties.as_ref().map_or(self.strength, |penalties| self.strength * penalties[column])
        };
        let mut gradient: Vec<[f64; Label::COUNT]> = Vec::with_capacity(coefficients.len() + 1);
        coefficients
            .par_iter()
            .enumerate()
            .with_min_len(COLUMNS_PER_TASK)
            .map(|(column, block)| {
                let mut slope = columns.product(column, &residuals);
                for (slope, coefficient) in slope.iter_mut().zip(block) {
                    *slope += strength(column) * coefficient;
                }
                slope
            })
            .collect_into_vec(&mut gradient);
        gradient.push(residuals.iter().fold([0.0; Label::COUNT], |mut sum, residual| {
            for (sum, residual) in sum.iter_mut().zip(residual) {
                *sum += residual;
            }
            sum
        }));
        let squares: Vec<f64> = coefficients
            .par_chunks(COLUMNS_PER_TASK)
            .enumerate()
            .map(|(chunk, blocks)| {
                let first = chunk * COLUMNS_PER_TASK;
                (first..)
                    .zip(blocks)
                    .map(|(column, block)| {
                        strength(column) * block.iter().map(|c| c * c).sum::<f64>()
                    })
                    .sum::<f64>()
            })
            .collect();
        let cost = losses.iter().sum::<f64>() + 0.5 * squares.iter().sum::<f64>();
        (cost, gradient.into_flattened())
    }
}

impl Penalized<'_> {
    /// The loss of one row and its slope by the logits, both times the row's share of the weight.
    fn loss(&self, row: usize, logits: [f64; Label::COUNT]) -> (f64, [f64; Label::COUNT]) {
        let supervision = &self.problem.supervision;
        let target = supervision.targets()[row];
        let share = supervision.weights()[row] / self.problem.total_weight;
        let (log_sum, probabilities) = log_softmax(logits);
        let asked: f64 = target.iter().zip(logits).map(|(t, logit)| t * logit).sum();
        let mut residual = probabilities;
        for (residual, t) in residual.iter_mut().zip(target) {
            *residual = share * (*residual - t);
        }
        (share * (log_sum - asked), residual)
    }
}

/// Checks that weights which another solver found for dense `rows` are the optimum for `c`, within
/// ten times the default tolerance.
pub(crate) fn check_optimum(
    rows: impl Iterator<Item = Vec<f64>>,
    supervision: Supervision,
    c: f64,
    coefficients: &[[f64; Label::COUNT]],
    intercepts: [f64; Label::COUNT],
    iterations: usize,
) -> Result<(), FitError> {
    #[expect(clippy::cast_possible_truncation, reason = "rounding is far below the tolerance")]
    let cells = |row: Vec<f64>| (0..).zip(row).map(|(column, value)| (column, value as f32));
    let rows = SparseRows::from_rows(coefficients.len(), rows.map(cells))
        .map_err(|source| FitError::learner("a dense learner", &source))?;
    let problem = SoftmaxProblem::new(&rows, supervision)?;
    let objective = Penalized { problem: &problem, strength: 1.0 / (c * problem.total_weight) };
    let point = [coefficients, &[intercepts]].concat().into_flattened();
    let (cost, gradient) = objective.evaluate(&point);
    let gradient_max = gradient.iter().fold(0.0_f64, |max, slope| max.max(slope.abs()));
    if gradient_max <= 10.0 * SoftmaxConfig::default().tolerance {
        return Ok(());
    }
    Err(FitError::NotConverged(Convergence {
        outcome: Outcome::IterationLimit,
        iterations,
        evaluations: iterations,
        gradient_max,
        objective: cost,
    }))
}

/// The logarithm of the sum of the exponentials, and the softmax.
///
/// Through libm, whose bits are the same on every platform.
pub(crate) fn log_softmax(logits: [f64; Label::COUNT]) -> (f64, [f64; Label::COUNT]) {
    let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exponentials = logits.map(|logit| libm::exp(logit - top));
    let sum: f64 = exponentials.iter().sum();
    (top + libm::log(sum), exponentials.map(|e| e / sum))
}
