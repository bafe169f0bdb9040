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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use stance_core::Label;

    use super::*;
    use crate::{Class, McNemar};

    /// What scikit-learn and SciPy say; `fixtures/scikit_learn.py` writes it.
    #[derive(Deserialize)]
    struct Fixture {
        cases: Vec<Case>,
        mcnemar: Vec<McNemar>,
    }

    #[derive(Deserialize)]
    struct Case {
        gold: Vec<usize>,
        probabilities: Vec<Vec<f64>>,
        accuracy: f64,
        precision: Vec<f64>,
        recall: Vec<f64>,
        f1: Vec<f64>,
        macro_f1: f64,
        f_avg: Option<f64>,
        kappa: f64,
        mcc: f64,
        log_loss: f64,
        brier: f64,
        confusion: Confusion,
    }

    fn fixture() -> Fixture {
        let json = include_str!("../fixtures/scikit_learn.json");
        serde_json::from_str(json).expect("the script writes this shape")
    }

    fn close(name: &str, found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{name} is {found}, expected {expected}");
    }

    fn items(golds: &[usize]) -> Vec<Item> {
        let item = |(place, &gold): (usize, &usize)| Item {
            id: format!("s{place}"),
            gold,
            group: format!("a{}", place / 2),
            slices: BTreeMap::new(),
        };
        golds.iter().enumerate().map(item).collect()
    }

    #[test]
    fn scores_are_those_of_scikit_learn() {
        for case in fixture().cases {
            // given
            let classes = case.confusion.classes();
            let class = |label: &Label| Class { name: label.to_string(), labels: vec![*label] };
            let task = Task::new("random", Label::ALL[..classes].iter().map(class).collect());
            let task = task.expect("classes differ");
            let answers: Vec<Prediction> =
                case.probabilities.into_iter().map(Prediction::of_probabilities).collect();
            // when
            let scores = Scores::new(&task, &items(&case.gold), &answers, Bootstrap::NONE)
                .expect("gold for every class");
            // then
            assert_eq!(scores.confusion, case.confusion);
            close("accuracy", scores.accuracy.value, case.accuracy);
            close("macro-F1", scores.macro_f1.value, case.macro_f1);
            close("kappa", scores.kappa.value, case.kappa);
            close("MCC", scores.mcc.value, case.mcc);
            assert_eq!(scores.f_avg.is_some(), case.f_avg.is_some());
            if let (Some(found), Some(expected)) = (scores.f_avg, case.f_avg) {
                close("F_avg", found.value, expected);
            }
            for (place, class) in scores.classes.iter().enumerate() {
                close("precision", class.precision, case.precision[place]);
                close("recall", class.recall, case.recall[place]);
                close("F1", class.f1, case.f1[place]);
            }
            let probabilities = scores.probabilities.expect("are given");
            close("log loss", probabilities.log_loss.value, case.log_loss);
            close("Brier score", probabilities.brier.value, case.brier);
        }
    }

    #[test]
    fn tests_are_those_of_scipy() {
        for expected in fixture().mcnemar {
            let found = McNemar::of(expected.b, expected.c);
            close("exact p", found.exact, expected.exact);
            close("mid-p", found.mid_p, expected.mid_p);
        }
    }

    #[test]
    fn every_score_has_an_interval_around_it() {
        let case = fixture().cases.remove(0);
        let answers: Vec<Prediction> =
            case.probabilities.into_iter().map(Prediction::of_probabilities).collect();
        let bootstrap = Bootstrap { seed: 7, resamples: 200 };
        let scores = Scores::new(&Task::stance(), &items(&case.gold), &answers, bootstrap)
            .expect("gold for every class");
        let probabilities = scores.probabilities.as_ref().expect("are given");
        let with_f_avg = [scores.accuracy, scores.macro_f1, scores.kappa, scores.mcc]
            .into_iter()
            .chain(scores.f_avg);
        let sure = [probabilities.log_loss, probabilities.brier, probabilities.aurc];
        for estimate in with_f_avg.chain(sure) {
            let interval = estimate.interval.expect("resampled");
            assert!(
                interval.low < estimate.value && estimate.value < interval.high,
                "{estimate:?}"
            );
        }
        // of few items the calibration error is too high on resamples, which repeat items
        assert!(probabilities.ece.interval.is_some_and(|interval| interval.low < interval.high));
        let json = serde_json::to_string(&scores).expect("plain numbers");
        assert_eq!(serde_json::from_str::<Scores>(&json).expect("was written so"), scores);
    }

    #[test]
    fn a_model_without_probabilities_has_only_the_scores_that_need_none() {
        let answers = [0, 1, 1, 2].map(Prediction::of_class);
        let scores =
            Scores::new(&Task::stances(), &items(&[0, 1, 2, 2]), &answers, Bootstrap::NONE)
                .expect("gold for every class");
        assert_eq!((scores.n, scores.groups, scores.probabilities), (4, 2, None));
        assert_eq!(scores.f_avg.map(|f| f.value), Some(f64::midpoint(1.0, 2.0 / 3.0)));
    }

    #[test]
    fn answers_that_cannot_be_scored_are_errors_that_name_the_item() {
        let golds = [0, 1, 2, 1];
        let sure = |probabilities: [f64; 3]| Prediction::of_probabilities(probabilities.to_vec());
        let good = sure([0.5, 0.3, 0.2]);
        let said = |golds: &[usize], answers: &[Prediction]| {
            let scores = Scores::new(&Task::sentiment(), &items(golds), answers, Bootstrap::NONE);
            scores.expect_err("cannot be scored").to_string()
        };
        let with = |third: Prediction| [good.clone(), good.clone(), third, good.clone()];
        assert_eq!(said(&[], &[]), "no answers, expected at least one");
        assert_eq!(said(&golds, std::slice::from_ref(&good)), "1 answers, expected 4: one an item");
        assert_eq!(
            said(&[0, 1, 1], &with(good.clone())[..3]),
            "no item has the gold class negative, macro-F1 needs at least one"
        );
        assert_eq!(
            said(&[0, 1, 2, 3], &with(good.clone())),
            "item \"s3\": gold is class 3, expected a number below 3"
        );
        for (third, message) in [
            (Prediction::of_class(9), "answer is class 9, expected a number below 3"),
            (Prediction::of_class(0), "no probabilities, though others of the same model have"),
            (
                Prediction::of_probabilities(vec![0.5, 0.5]),
                "2 probabilities, expected 3: one a class",
            ),
            (sure([0.5, 0.3, 0.1]), "probabilities sum to 0.9, expected 1"),
            (
                sure([0.5, f64::NAN, 0.5]),
                "probability of neutral is NaN, expected a number from 0 to 1",
            ),
            (
                sure([1.5, -0.5, 0.0]),
                "probability of positive is 1.5, expected a number from 0 to 1",
            ),
        ] {
            let found = said(&golds, &with(third));
            assert!(found.starts_with("item \"s2\"") && found.ends_with(message), "{found}");
        }
        let rounded = [0.3333, 0.3333, 0.3333];
        let scores =
            Scores::new(&Task::sentiment(), &items(&golds), &with(sure(rounded)), Bootstrap::NONE);
        assert!(scores.is_ok(), "four decimals are enough");
    }
}
