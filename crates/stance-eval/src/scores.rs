use serde::{Deserialize, Serialize};

use crate::bootstrap::Clusters;
use crate::items::{check_items, check_predictions};
use crate::tally::{Main, Sums, SureMain, Tally, resample};
use crate::{
    Bin, Bootstrap, ClassScores, Confusion, Estimate, EvalError, Item, Prediction, RiskPoint, Task,
};

/// Every score of one model on the items of a task.
///
/// # Examples
/// ```
/// use stance_eval::{Bootstrap, Item, Prediction, Scores, Task};
/// let item = |gold: usize| Item {
///     id: gold.to_string(),
///     gold,
///     group: gold.to_string(),
///     slices: Default::default(),
/// };
/// let items = [item(0), item(1), item(2)];
/// let answers = [0, 1, 1].map(Prediction::of_class);
/// let scores = Scores::new(&Task::sentiment(), &items, &answers, Bootstrap::NONE)?;
/// assert_eq!(scores.accuracy.value, 2.0 / 3.0);
/// assert!((scores.macro_f1.value - (1.0 + 2.0 / 3.0 + 0.0) / 3.0).abs() < 1e-12);
/// assert!(scores.probabilities.is_none()); // no probabilities, no calibration
/// # Ok::<(), stance_eval::EvalError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Number of items.
    pub n: usize,
    /// Number of groups, which are what is resampled.
    pub groups: usize,
    /// Share of right answers: [`Confusion::accuracy`].
    pub accuracy: Estimate,
    /// Mean F1 of all classes: [`Confusion::macro_f1`].
    pub macro_f1: Estimate,
    /// Cohen's κ: [`Confusion::kappa`].
    pub kappa: Estimate,
    /// Matthews' correlation: [`Confusion::mcc`].
    pub mcc: Estimate,
    /// Mean F1 of the two poles, where the task has them: [`Confusion::f_avg`].
    pub f_avg: Option<Estimate>,
    /// Scores of each class, in the order of the task.
    pub classes: Vec<ClassScores>,
    /// Gold against answered.
    pub confusion: Confusion,
    /// What needs probabilities, where the model gives any.
    pub probabilities: Option<ProbabilityScores>,
}

/// The scores of a model's probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbabilityScores {
    /// Mean [`log_loss`](crate::log_loss), in nats.
    pub log_loss: Estimate,
    /// Mean [`brier`](crate::brier) score, 0 to 2.
    pub brier: Estimate,
    /// Expected calibration error over [`bins`](Self::bins): [`Reliability`](crate::Reliability).
    pub ece: Estimate,
    /// Area under [`risk_coverage`](Self::risk_coverage): [`RiskCoverage::aurc`].
    ///
    /// [`RiskCoverage::aurc`]: crate::RiskCoverage::aurc
    pub aurc: Estimate,
    /// Confidence against accuracy.
    pub bins: Vec<Bin>,
    /// The risk-coverage curve, at most [`RISK_POINTS`] points.
    pub risk_coverage: Vec<RiskPoint>,
}

/// How many points of a risk-coverage curve are kept.
pub const RISK_POINTS: usize = 100;

impl Scores {
    /// Scores the answers of one model.
    ///
    /// # Errors
    /// When there are no items, a class has no gold, answers are not as many as items, or an answer
    /// is none of the task: an unknown class, probabilities that are no distribution or that only
    /// some answers have.
    pub fn new(
        task: &Task,
        items: &[Item],
        predictions: &[Prediction],
        bootstrap: Bootstrap,
    ) -> Result<Self, EvalError> {
        check_items(task, items)?;
        check_predictions(task, items, predictions)?;
        let clusters = Clusters::new(items.iter().map(|item| item.group.as_str()));
        let tally = tally(task, &clusters, items, predictions);
        let samples = resample(&[&tally], clusters.len, bootstrap, 0);
        Self::of(task, items.len(), &clusters, &tally, &samples.main[0])
    }

    /// The scores of checked answers and of resamples of them.
    pub(crate) fn of(
        task: &Task,
        n: usize,
        clusters: &Clusters,
        tally: &Tally<'_>,
        samples: &[Main],
    ) -> Result<Self, EvalError> {
        let mut sums = Sums::new(task.classes().len());
        let all = tally.main(&vec![1; clusters.len], &mut sums).ok_or(EvalError::Empty)?;
        let estimate =
            |score: fn(&Main) -> f64| Estimate::new(score(&all), samples.iter().map(score));
        let f_avg = all
            .f_avg
            .map(|value| Estimate::new(value, samples.iter().filter_map(|sample| sample.f_avg)));
        let probabilities = all.sure.map(|value| {
            let estimate = |score: fn(&SureMain) -> f64| {
                let samples = samples.iter().filter_map(|sample| sample.sure.as_ref());
                Estimate::new(score(&value), samples.map(score))
            };
            ProbabilityScores {
                log_loss: estimate(|sure| sure.log_loss),
                brier: estimate(|sure| sure.brier),
                ece: estimate(|sure| sure.ece),
                aurc: estimate(|sure| sure.aurc),
                bins: sums.reliability.bins(),
                risk_coverage: tally.risk().map(|r| r.points(RISK_POINTS)).unwrap_or_default(),
            }
        });
        let class = |(place, class): (usize, &crate::Class)| {
            sums.confusion.scores(place, class.name.clone())
        };
        Ok(Self {
            n,
            groups: clusters.len,
            accuracy: estimate(|all| all.accuracy),
            macro_f1: estimate(|all| all.macro_f1),
            kappa: estimate(|all| all.kappa),
            mcc: estimate(|all| all.mcc),
            f_avg,
            classes: task.classes().iter().enumerate().map(class).collect(),
            confusion: sums.confusion.clone(),
            probabilities,
        })
    }
}

/// The tally of checked answers.
pub(crate) fn tally<'c>(
    task: &Task,
    clusters: &'c Clusters,
    items: &[Item],
    predictions: &[Prediction],
) -> Tally<'c> {
    let answers: Vec<_> = items.iter().map(|item| item.gold).zip(predictions).collect();
    Tally::new(task.classes().len(), task.poles(), clusters, &answers)
}
