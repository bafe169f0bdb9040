use serde::Serialize;
use stance_core::{Distribution, Label, Stance};

use crate::bootstrap::Clusters;
use crate::tally::{Main, Sums, SureMain, Tally, resample};
use crate::{Bin, Bootstrap, Confusion, Estimate, EvalError, Prediction, Task};

/// What a model answered about one statement, beside its gold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer<'a> {
    /// The label that people gave.
    pub gold: Label,
    /// What the model answered.
    pub distribution: Distribution,
    /// What must be resampled together: the article, or the contrast group.
    pub group: &'a str,
}

/// The scores of one model on one set of gold statements, as labels and as stances.
///
/// It is what [`Scores`](crate::Scores) says of two tasks at once, [`Task::stance`] and
/// [`Task::stances`], on the same resamples.
///
/// # Examples
/// ```
/// use stance_core::{Distribution, Label};
/// use stance_eval::{Answer, Bootstrap, Evaluation};
/// let uniform = Distribution::from_logits([0.0; 4]);
/// let answers = Label::ALL.map(|gold| Answer { gold, distribution: uniform, group: "a" });
/// let evaluation = Evaluation::new(&answers, Bootstrap::NONE)?;
/// assert_eq!(evaluation.accuracy.value, 0.25); // a tie goes to the first label
/// assert!((evaluation.log_loss.value - 4_f64.ln()).abs() < 1e-12);
/// # Ok::<(), stance_eval::EvalError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Number of statements.
    pub statements: usize,
    /// Number of groups, which are what is resampled.
    pub groups: usize,
    /// Share of right answers.
    pub accuracy: Estimate,
    /// Mean F1 of the four labels.
    pub macro_f1: Estimate,
    /// Mean F1 of the three stances, on the statements whose gold is a stance, each answered with
    /// its likeliest stance whatever the probability of irrelevant.
    pub macro_f1_stances: Estimate,
    /// Mean negative log probability of gold, in nats; a probability below 1e-15 counts as 1e-15.
    pub log_loss: Estimate,
    /// Mean squared distance of the distribution from gold, summed over the labels: 0 to 2.
    pub brier: Estimate,
    /// Expected calibration error over [`bins`](Self::bins).
    pub ece: Estimate,
    /// Scores of each label, in the order of [`Label::ALL`].
    pub labels: [LabelScores; Label::COUNT],
    /// Scores of each stance as counted for [`macro_f1_stances`](Self::macro_f1_stances).
    pub stances: [LabelScores; 3],
    /// Gold against labeled, both in the order of [`Label::ALL`].
    pub confusion: Confusion,
    /// Confidence against accuracy.
    pub bins: Vec<Bin>,
    /// How the intervals were drawn.
    pub bootstrap: Bootstrap,
}

/// Precision, recall and F1 of one label, each in [0, 1]: see [`Confusion`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LabelScores {
    /// The label.
    pub label: Label,
    /// Number of statements with this gold label.
    pub gold: u64,
    /// Number of statements that were answered so.
    pub labeled: u64,
    /// Share of the answers that are right; 0 if it was never answered.
    pub precision: f64,
    /// Share of the gold that was found; 0 if there is no gold.
    pub recall: f64,
    /// Harmonic mean of both; 0 if nothing was right.
    pub f1: f64,
}

impl LabelScores {
    fn of(confusion: &Confusion, label: Label) -> Self {
        let class = label.index();
        Self {
            label,
            gold: confusion.gold(class),
            labeled: confusion.answered(class),
            precision: confusion.precision(class),
            recall: confusion.recall(class),
            f1: confusion.f1(class),
        }
    }
}

impl Evaluation {
    /// Scores `answers`, with [`DEFAULT_BINS`](crate::DEFAULT_BINS) bins for the calibration error.
    ///
    /// # Errors
    /// When there are no answers, or when a label has no gold.
    pub fn new(answers: &[Answer<'_>], bootstrap: Bootstrap) -> Result<Self, EvalError> {
        if answers.is_empty() {
            return Err(EvalError::Empty);
        }
        let without = Label::ALL.into_iter().find(|&l| answers.iter().all(|a| a.gold != l));
        if let Some(label) = without {
            return Err(EvalError::NoGold { class: label.as_str().to_owned() });
        }
        let clusters = Clusters::new(answers.iter().map(|answer| answer.group));
        let (labels, stances) = (Task::stance(), Task::stances());
        let of_stance = Asked::new(&labels, answers, clusters.clone());
        let of_stances = Asked::new(&stances, answers, clusters);
        let (four, three) = (of_stance.tally(&labels), of_stances.tally(&stances));

        let (mut sums, mut stance_sums) = (Sums::new(Label::COUNT), Sums::new(Stance::ALL.len()));
        let times = vec![1; of_stance.clusters.len];
        let all = four.main(&times, &mut sums).ok_or(EvalError::Empty)?;
        let all_stances = three.main(&times, &mut stance_sums).ok_or(EvalError::Empty)?;
        let sure = all.sure.ok_or(EvalError::Empty)?;
        let samples = resample(&[&four, &three], of_stance.clusters.len, bootstrap, 0).main;
        let estimate =
            |score: fn(&Main) -> f64| Estimate::new(score(&all), samples[0].iter().map(score));
        let estimate_sure = |score: fn(&SureMain) -> f64| {
            let samples = samples[0].iter().filter_map(|sample| sample.sure.as_ref());
            Estimate::new(score(&sure), samples.map(score))
        };
        Ok(Self {
            statements: answers.len(),
            groups: of_stance.clusters.len,
            accuracy: estimate(|all| all.accuracy),
            macro_f1: estimate(|all| all.macro_f1),
            macro_f1_stances: Estimate::new(
                all_stances.macro_f1,
                samples[1].iter().map(|sample| sample.macro_f1),
            ),
            log_loss: estimate_sure(|sure| sure.log_loss),
            brier: estimate_sure(|sure| sure.brier),
            ece: estimate_sure(|sure| sure.ece),
            labels: Label::ALL.map(|label| LabelScores::of(&sums.confusion, label)),
            stances: Stance::ALL.map(|s| LabelScores::of(&stance_sums.confusion, s.into())),
            confusion: sums.confusion,
            bins: sums.reliability.bins(),
            bootstrap,
        })
    }
}

/// The answers to the statements that a task has a class for.
struct Asked {
    clusters: Clusters,
    golds: Vec<usize>,
    predictions: Vec<Prediction>,
}

impl Asked {
    fn new(task: &Task, answers: &[Answer<'_>], all: Clusters) -> Self {
        let mut asked = Self {
            clusters: Clusters { of: Vec::new(), len: all.len },
            golds: Vec::new(),
            predictions: Vec::new(),
        };
        for (answer, group) in answers.iter().zip(all.of) {
            if let Some(gold) = task.class_of(answer.gold) {
                asked.clusters.of.push(group);
                asked.golds.push(gold);
                asked.predictions.push(task.predict(&answer.distribution));
            }
        }
        asked
    }

    fn tally(&self, task: &Task) -> Tally<'_> {
        let answers: Vec<_> = self.golds.iter().copied().zip(&self.predictions).collect();
        Tally::new(task.classes().len(), None, &self.clusters, &answers)
    }
}
#[cfg(test)]
mod tests {
    use Label::{Distancing, Irrelevant, Neutral, Supportive};

    use super::*;
    use crate::Interval;

    fn answer(gold: Label, probabilities: [f64; 4], group: &str) -> Answer<'_> {
        let distribution = Distribution::new(probabilities).expect("sums to one");
        Answer { gold, distribution, group }
    }

    fn five() -> [Answer<'static>; 5] {
        [
            answer(Supportive, [0.7, 0.1, 0.1, 0.1], "a"),
            answer(Neutral, [0.5, 0.3, 0.1, 0.1], "a"),
            answer(Distancing, [0.1, 0.1, 0.2, 0.6], "b"),
            answer(Irrelevant, [0.0, 0.0, 0.0, 1.0], "b"),
            answer(Irrelevant, [0.1, 0.2, 0.1, 0.6], "c"),
        ]
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "found {found}, expected {expected}");
    }

    #[test]
    fn scores_of_a_worked_example() {
        let evaluation = Evaluation::new(&five(), Bootstrap::NONE).expect("gold for every label");
        assert_eq!((evaluation.statements, evaluation.groups), (5, 3));
        // labeled: supportive, supportive, irrelevant, irrelevant, irrelevant
        close(evaluation.accuracy.value, 0.6);
        // F1: 2/3, 0, 0, 4/5
        close(evaluation.macro_f1.value, (2.0 / 3.0 + 0.8) / 4.0);
        // of the stances: supportive, supportive, distancing; F1 2/3, 0, 1
        close(evaluation.macro_f1_stances.value, (2.0 / 3.0 + 1.0) / 3.0);
        let log_loss = -(0.7_f64.ln() + 0.3_f64.ln() + 0.2_f64.ln() + 0.6_f64.ln()) / 5.0;
        close(evaluation.log_loss.value, log_loss);
        // .09+.03, .25+.49+.02, .02+.64+.36, 0, .16+.01+.04+.01
        close(evaluation.brier.value, (0.12 + 0.76 + 1.02 + 0.0 + 0.22) / 5.0);
        // bins of 1/15: {.7 right}, {.5 wrong}, {.6 wrong, .6 right}, {1 right}
        close(evaluation.ece.value, (0.3 + 0.5 + 2.0 * 0.1 + 0.0) / 5.0);
        assert_eq!(evaluation.bins.len(), 15);
        assert_eq!(evaluation.confusion.count(Distancing.index(), Irrelevant.index()), 1);
        assert_eq!(evaluation.accuracy.interval, None);
    }

    #[test]
    fn a_certain_mistake_costs_a_finite_log_loss() {
        let mut answers = five();
        answers[3] = answer(Irrelevant, [1.0, 0.0, 0.0, 0.0], "b");
        let evaluation = Evaluation::new(&answers, Bootstrap::NONE).expect("gold for every label");
        assert!(evaluation.log_loss.value > 34.5 / 5.0 && evaluation.log_loss.value < 10.0);
    }

    #[test]
    fn no_answers_and_missing_gold_are_errors() {
        assert_eq!(Evaluation::new(&[], Bootstrap::NONE), Err(EvalError::Empty));
        let found = Evaluation::new(&five()[..2], Bootstrap::NONE);
        assert_eq!(found, Err(EvalError::NoGold { class: "distancing".into() }));
    }

    #[test]
    fn one_group_without_spread_has_an_interval_without_width() {
        let answers = five().map(|a| Answer { group: "all", ..a });
        let bootstrap = Bootstrap { seed: 7, resamples: 50 };
        let evaluation = Evaluation::new(&answers, bootstrap).expect("gold for every label");
        let value = evaluation.macro_f1.value;
        assert_eq!(evaluation.macro_f1.interval, Some(Interval { low: value, high: value }));
    }

    #[test]
    fn a_resample_without_gold_for_a_label_is_drawn_again() {
        let answers = Label::ALL.map(|gold| answer(gold, [0.25; 4], gold.as_str()));
        let bootstrap = Bootstrap { seed: 1, resamples: 20 };
        let evaluation = Evaluation::new(&answers, bootstrap).expect("gold for every label");
        // only the resample with each group once has gold for all: no spread is left
        assert_eq!(evaluation.accuracy.interval, Some(Interval { low: 0.25, high: 0.25 }));
    }

    #[test]
    fn intervals_depend_on_the_seed_alone_and_match_the_binomial() {
        // given: 400 groups of one statement, 300 right in each label
        let names: Vec<String> = (0..400).map(|i| format!("g{i}")).collect();
        let answers: Vec<Answer> = names
            .iter()
            .enumerate()
            .map(|(i, group)| {
                let gold = Label::ALL[i % 4];
                let labeled = if (i / 4) % 4 == 0 { (i + 1) % 4 } else { i % 4 };
                let mut probabilities = [0.1; 4];
                probabilities[labeled] = 0.7;
                answer(gold, probabilities, group)
            })
            .collect();
        let bootstrap = Bootstrap { seed: 11, resamples: 1000 };
        // when
        let evaluation = Evaluation::new(&answers, bootstrap).expect("gold for every label");
        // then: the standard error of .75 over 400 is .02165
        let Interval { low, high } = evaluation.accuracy.interval.expect("resampled");
        assert!((low - (0.75 - 1.96 * 0.02165)).abs() < 0.008, "{low}");
        assert!((high - (0.75 + 1.96 * 0.02165)).abs() < 0.008, "{high}");
        assert_eq!(Evaluation::new(&answers, bootstrap).as_ref(), Ok(&evaluation));
        let other = Evaluation::new(&answers, Bootstrap { seed: 12, ..bootstrap });
        assert_ne!(other.expect("gold").log_loss.interval, evaluation.log_loss.interval);
    }

    #[test]
    fn groups_widen_the_interval_when_their_statements_fail_together() {
        // given: runs of twenty statements, every second run all wrong
        let width = |group_size: usize| {
            let names: Vec<String> = (0..200).map(|i| (i / group_size).to_string()).collect();
            let answers: Vec<Answer> = (0..200)
                .zip(&names)
                .map(|(i, group)| {
                    let labeled = if (i / 20) % 2 == 0 { i % 4 } else { (i + 1) % 4 };
                    let mut probabilities = [0.1; 4];
                    probabilities[labeled] = 0.7;
                    answer(Label::ALL[i % 4], probabilities, group)
                })
                .collect();
            let bootstrap = Bootstrap { seed: 3, resamples: 500 };
            let evaluation = Evaluation::new(&answers, bootstrap).expect("gold for every label");
            let Interval { low, high } = evaluation.accuracy.interval.expect("resampled");
            high - low
        };
        // then
        assert!(width(20) > 3.0 * width(1));
    }

    #[test]
    fn a_report_is_written_as_json_with_names() {
        let evaluation = Evaluation::new(&five(), Bootstrap::NONE).expect("gold for every label");
        let json = serde_json::to_value(&evaluation).expect("plain numbers");
        assert_eq!(json["labels"][3]["label"], "irrelevant");
        assert_eq!(json["confusion"][2], serde_json::json!([0, 0, 0, 1]));
        assert_eq!(json["accuracy"]["value"], 0.6);
    }
}
