use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};
use stance_core::Label;
use stance_models::{DenseModel, Projection};

use crate::bayes::{BayesConfig, fit_bayes};
use crate::error::check_count;
use crate::forest::{ForestConfig, TreeConfig, fit_forest, fit_tree};
use crate::logistic::{LogisticConfig, fit_logistic};
use crate::multinomial::{MultinomialConfig, fit_multinomial};
use crate::reduction::{ReductionConfig, fit_projection};
use crate::svm::{SvmConfig, fit_svm};
use crate::{
    ClassWeights, FitError, SoftmaxConfig, SoftmaxProblem, SoftmaxWeights, SparseRows, Supervision,
};

/// What is fitted, each kind under a versioned name.
///
/// `softmax.v1` works on the sparse rows, those of linfa on a few components of them.
///
/// # Examples
/// ```
/// use stance_core::{Distribution, Label};
/// use stance_train::{LearnerConfig, SparseRows};
/// let config: LearnerConfig = toml::from_str(r#"
///     kind = "linfa-bayes.v1"
///     smoothing = 1e-3
///     reduction = { components = 3 }
/// "#)?;
/// // each label has a column of its own, more or less marked
/// let rows = SparseRows::from_rows(4, (0..16_u8).map(|row| [(u32::from(row % 4), f32::from(3 + row / 4))]))?;
/// let golds = [Label::ALL; 4].concat();
/// let groups: Vec<String> = (0..16).map(|row| row.to_string()).collect();
/// let fitted = config.check()?.fit(&rows, &golds, &groups, &Label::ALL)?;
/// let answer = Distribution::from_logits(fitted[0].logits(&[2], &[4.0]));
/// assert_eq!(answer.label(), Label::Distancing);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
#[non_exhaustive]
pub enum LearnerConfig {
    /// Sparse multinomial logistic regression.
    #[serde(rename = "softmax.v1")]
    Softmax(SoftmaxRecipe),
    /// Multinomial naive Bayes on the sparse row.
    #[serde(rename = "multinomial-bayes.v1")]
    Multinomial(MultinomialConfig),
    /// Multinomial logistic regression of linfa.
    #[serde(rename = "linfa-logistic.v1")]
    Logistic(LogisticConfig),
    /// Gaussian naive Bayes of linfa.
    #[serde(rename = "linfa-bayes.v1")]
    Bayes(BayesConfig),
    /// Linear support vector machines of linfa, one against the rest.
    #[serde(rename = "linfa-svm.v1")]
    Svm(SvmConfig),
    /// One decision tree of linfa a label.
    #[serde(rename = "linfa-tree.v1")]
    Tree(TreeConfig),
    /// A random forest of linfa's trees a label.
    #[serde(rename = "linfa-forest.v1")]
    Forest(ForestConfig),
}

/// Settings of `softmax.v1`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoftmaxRecipe {
    /// Inverse strengths of the penalty; of several the one with the lowest held-out log loss is
    /// taken.
    pub c: Vec<f64>,
    /// How much the labels count beside one another. Default: uniform.
    #[serde(default)]
    pub class_weights: ClassWeights,
    /// Share of each target that is spread evenly over the labels, in [0, 1). Default 0.
    #[serde(default)]
    pub label_smoothing: f64,
    /// Largest element of the gradient at which the solver stops. Default 1e-4.
    #[serde(default = "tolerance")]
    pub tolerance: f64,
}

fn tolerance() -> f64 {
    1e-4
}

impl SoftmaxRecipe {
    fn check(&self) -> Result<(), FitError> {
        if self.c.is_empty() {
            let expected = "at least 1";
            return Err(FitError::Setting { name: "number of c", found: 0.0, expected });
        }
        for &c in &self.c {
            self.solver(c).check()?;
        }
        self.supervise(Supervision::of(&Label::ALL)).map(drop)
    }

    fn solver(&self, c: f64) -> SoftmaxConfig {
        SoftmaxConfig { c, tolerance: self.tolerance, ..SoftmaxConfig::default() }
    }

    fn supervise(&self, supervision: Supervision) -> Result<Supervision, FitError> {
        supervision.class_weighted(self.class_weights)?.smoothed(self.label_smoothing)
    }

    /// One fit for each `C`, each started from the one before.
    fn fit(&self, rows: &SparseRows, supervision: Supervision) -> Result<Vec<Fitted>, FitError> {
        let problem = SoftmaxProblem::new(rows, self.supervise(supervision)?)?;
        let mut fits: Vec<SoftmaxWeights> = Vec::with_capacity(self.c.len());
        for &c in &self.c {
            let fit = self.solver(c).check()?.fit(&problem, fits.last())?;
            fits.push(fit.converged()?);
        }
        Ok(fits.into_iter().map(Fitted::Linear).collect())
    }
}

impl LearnerConfig {
    /// Checks the settings.
    ///
    /// # Errors
    /// When one is outside its range.
    pub fn check(self) -> Result<Learner, FitError> {
        match &self {
            Self::Softmax(config) => config.check()?,
            Self::Multinomial(config) => config.check()?,
            Self::Logistic(config) => config.check()?,
            Self::Bayes(config) => config.check()?,
            Self::Svm(config) => config.check()?,
            Self::Tree(config) => config.check()?,
            Self::Forest(config) => config.check()?,
        }
        Ok(Learner(self))
    }
}

/// A learner, its settings checked.
///
/// Two fits of the same rows give the same model, whatever the number of threads. The components of
/// linfa's learners come from ndarray's matrix products, so their last bits may differ from one
/// processor to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Learner(LearnerConfig);

/// What a [`Learner`] found.
#[derive(Clone, Debug, PartialEq)]
pub enum Fitted {
    /// Logits linear in the sparse row: softmax, logistic regression, SVM.
    Linear(SoftmaxWeights),
    /// Any other form over components of the row.
    Dense(DenseModel),
}

impl Fitted {
    /// Number of columns of the rows it answers.
    #[must_use]
    pub fn width(&self) -> usize {
        match self {
            Self::Linear(weights) => weights.width(),
            Self::Dense(model) => model.width(),
        }
    }

    /// The logits of one row, whose columns ascend, ordered as [`Label::ALL`].
    ///
    /// # Panics
    /// If a column of the row is not below the width.
    #[must_use]
    pub fn logits(&self, columns: &[u32], weights: &[f32]) -> [f64; Label::COUNT] {
        match self {
            Self::Linear(linear) => linear.logits(columns, weights),
            Self::Dense(model) => model.logits(columns, weights),
        }
    }

    /// The logits of all `rows`, in order.
    ///
    /// # Panics
    /// If `rows` are wider than what was fitted to.
    #[must_use]
    pub fn logits_of(&self, rows: &SparseRows) -> Vec<[f64; Label::COUNT]> {
        rows.par_map(|columns, weights| self.logits(columns, weights))
    }
}

impl Learner {
    /// What is tried, in words such as `C = 2`: one for each model that [`Learner::fit`] gives.
    #[must_use]
    pub fn settings(&self) -> Vec<String> {
        let of = |reduction: &ReductionConfig| format!("{} components", reduction.components);
        match &self.0 {
            LearnerConfig::Softmax(config) => config.c.iter().map(|c| format!("C = {c}")).collect(),
            LearnerConfig::Multinomial(config) => {
                vec![format!("multinomial-bayes.v1, smoothing {}", config.smoothing)]
            }
            LearnerConfig::Logistic(config) => {
                vec![format!("linfa-logistic.v1 on {}, C = {}", of(&config.reduction), config.c)]
            }
            LearnerConfig::Bayes(config) => {
                vec![format!("linfa-bayes.v1 on {}", of(&config.reduction))]
            }
            LearnerConfig::Svm(config) => {
                vec![format!("linfa-svm.v1 on {}, C = {}", of(&config.reduction), config.c)]
            }
            LearnerConfig::Tree(config) => {
                vec![format!("linfa-tree.v1 on {}, depth {}", of(&config.reduction), config.depth)]
            }
            LearnerConfig::Forest(config) => {
                let (trees, depth) = (config.trees, config.depth);
                let of = of(&config.reduction);
                vec![format!("linfa-forest.v1 on {of}, {trees} trees a label, depth {depth}")]
            }
        }
    }

    /// The same learner with one of its [`settings`](Learner::settings) alone.
    ///
    /// # Panics
    /// If there is no such setting.
    #[must_use]
    pub fn only(&self, setting: usize) -> Self {
        assert!(setting < self.settings().len(), "a setting of this learner");
        match &self.0 {
            LearnerConfig::Softmax(config) => {
                let c = vec![config.c[setting]];
                Self(LearnerConfig::Softmax(SoftmaxRecipe { c, ..config.clone() }))
            }
            other => Self(other.clone()),
        }
    }

    /// Fits one model to `rows` for each of the [`settings`](Learner::settings); `groups` names
    /// what must stay on one side of a split, one a row; `labels` are those that may be answered.
    ///
    /// # Errors
    /// When numbers of rows differ, one of `labels` has no gold, gold is none of them, a fit does not
    /// converge, or linfa refuses.
    pub fn fit<G: AsRef<str>>(
        &self,
        rows: &SparseRows,
        golds: &[Label],
        groups: &[G],
        labels: &[Label],
    ) -> Result<Vec<Fitted>, FitError> {
        check_count("golds", golds.len(), rows.len())?;
        check_count("groups", groups.len(), rows.len())?;
        let supervision = Supervision::of(golds).among(labels)?;
        supervision.check_gold()?;
        let reduced = |config| {
            let projection = fit_projection(rows, golds, config)?;
            let dense = project(&projection, rows);
            Ok::<_, FitError>((projection, dense))
        };
        let fitted = match &self.0 {
            LearnerConfig::Softmax(config) => return config.fit(rows, supervision),
            LearnerConfig::Multinomial(config) => {
                Fitted::Linear(fit_multinomial(rows, golds, labels, *config)?)
            }
            LearnerConfig::Logistic(config) => {
                let (projection, dense) = reduced(config.reduction)?;
                Fitted::Linear(fit_logistic(&projection, dense, golds, supervision, *config)?)
            }
            LearnerConfig::Bayes(config) => {
                let (projection, dense) = reduced(config.reduction)?;
                Fitted::Dense(fit_bayes(projection, dense, golds, labels, *config)?)
            }
            LearnerConfig::Svm(config) => {
                let (projection, dense) = reduced(config.reduction)?;
                let groups: Vec<&str> = groups.iter().map(AsRef::as_ref).collect();
                Fitted::Linear(fit_svm(&projection, &dense, golds, labels, &groups, *config)?)
            }
            LearnerConfig::Tree(config) => {
                let (projection, dense) = reduced(config.reduction)?;
                Fitted::Dense(fit_tree(projection, &dense, golds, *config)?)
            }
            LearnerConfig::Forest(config) => {
                let (projection, dense) = reduced(config.reduction)?;
                Fitted::Dense(fit_forest(projection, &dense, golds, *config)?)
            }
        };
        Ok(vec![fitted])
    }
}

/// The components of all rows.
fn project(projection: &Projection, rows: &SparseRows) -> Array2<f64> {
    let components = rows.par_map(|columns, weights| projection.project(columns, weights));
    Array2::from_shape_vec((rows.len(), projection.components()), components.concat())
        .expect("every row has all components")
}

/// Labels as linfa takes them.
pub(crate) fn indices(golds: &[Label]) -> Array1<usize> {
    golds.iter().map(|gold| gold.index()).collect()
}
