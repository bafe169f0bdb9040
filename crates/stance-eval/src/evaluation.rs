use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde::Serialize;
use stance_core::{Distribution, Label};

use crate::random::below;
use crate::tally::{Scores, Tally};
use crate::{Bin, Confusion, DEFAULT_BINS, LabelScores};

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

/// How intervals are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bootstrap {
    /// The seed of the draws.
    pub seed: u64,
    /// Number of resamples; 0 for no intervals.
    pub resamples: usize,
}

impl Bootstrap {
    /// No intervals.
    pub const NONE: Self = Self { seed: 0, resamples: 0 };
}

/// A score with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The score on all answers.
    pub value: f64,
    /// The middle 95 % of its values over the resamples; none without resamples.
    pub interval: Option<Interval>,
}

/// A range of scores.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

/// The error of scoring answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// There was nothing to score.
    #[error("no answers, expected at least one")]
    Empty,
    /// A label never occurs in gold, so that its F1 means nothing.
    #[error("no statement has the gold label {label}, macro-F1 needs at least one")]
    NoGold {
        /// The label.
        label: Label,
    },
}

/// Every score of one model on one set of gold statements.
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
    /// Gold against labeled.
    pub confusion: Confusion,
    /// Confidence against accuracy.
    pub bins: Vec<Bin>,
    /// How the intervals were drawn.
    pub bootstrap: Bootstrap,
}

impl Evaluation {
    /// Scores `answers`, with [`DEFAULT_BINS`] bins for the calibration error.
    ///
    /// Intervals are percentile bootstrap intervals over groups: a resample draws as many groups as
    /// there are, with replacement, each with all its statements. One that lacks gold for a label
    /// is drawn again.
    ///
    /// # Errors
    /// When there are no answers, or when a label has no gold.
    pub fn new(answers: &[Answer<'_>], bootstrap: Bootstrap) -> Result<Self, EvalError> {
        Self::with_bins(answers, bootstrap, DEFAULT_BINS)
    }

    /// The same as [`Evaluation::new`] with another number of bins.
    ///
    /// # Errors
    /// As for [`Evaluation::new`].
    ///
    /// # Panics
    /// If `bins` is 0.
    pub fn with_bins(
        answers: &[Answer<'_>],
        bootstrap: Bootstrap,
        bins: usize,
    ) -> Result<Self, EvalError> {
        let groups = tally_groups(answers, bins);
        let mut all = Tally::new(bins);
        for group in &groups {
            all += group;
        }
        let scores = all.scores()?;
        let samples = resample(&groups, bootstrap, bins);
        let estimate = |score: fn(&Scores) -> f64| Estimate {
            value: score(&scores),
            interval: interval(samples.iter().map(score).collect()),
        };
        Ok(Self {
            statements: answers.len(),
            groups: groups.len(),
            accuracy: estimate(|s| s.accuracy),
            macro_f1: estimate(|s| s.macro_f1),
            macro_f1_stances: estimate(|s| s.macro_f1_stances),
            log_loss: estimate(|s| s.log_loss),
            brier: estimate(|s| s.brier),
            ece: estimate(|s| s.ece),
            labels: Label::ALL.map(|label| all.confusion.scores(label)),
            stances: stance_core::Stance::ALL.map(|stance| all.stances.scores(stance.into())),
            confusion: all.confusion,
            bins: all.reliability.bins(),
            bootstrap,
        })
    }
}

/// One tally a group, in the order in which groups first occur.
fn tally_groups(answers: &[Answer<'_>], bins: usize) -> Vec<Tally> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut tallies: Vec<Tally> = Vec::new();
    for answer in answers {
        let place = *places.entry(answer.group).or_insert(tallies.len());
        if place == tallies.len() {
            tallies.push(Tally::new(bins));
        }
        tallies[place].add(answer);
    }
    tallies
}

/// Scores of resamples of `groups`, which together have gold for every label.
///
/// Draws in vain are few: four labels in four groups are all drawn 9 % of the time, in many groups
/// more often.
fn resample(groups: &[Tally], bootstrap: Bootstrap, bins: usize) -> Vec<Scores> {
    let mut rng = ChaCha8Rng::seed_from_u64(bootstrap.seed);
    let mut kept = Vec::with_capacity(bootstrap.resamples);
    while kept.len() < bootstrap.resamples {
        let mut sample = Tally::new(bins);
        for _ in groups {
            sample += &groups[below(&mut rng, groups.len())];
        }
        kept.extend(sample.scores());
    }
    kept
}

fn interval(mut values: Vec<f64>) -> Option<Interval> {
    values.sort_by(f64::total_cmp);
    Some(Interval { low: percentile(&values, 0.025)?, high: percentile(&values, 0.975)? })
}

/// The value below which `share` of the ascending `values` lie, interpolated between neighbors.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "resamples are few"
)]
fn percentile(values: &[f64], share: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let place = share * last as f64;
    let (low, high) = (place.floor() as usize, place.ceil() as usize);
    let fraction = place - place.floor();
    Some(values[low] + fraction * (values[high] - values[low]))
}

#[cfg(test)]
mod tests {
    use Label::{Distancing, Irrelevant, Neutral, Supportive};

    use super::*;

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
        assert_eq!(evaluation.confusion.count(Distancing, Irrelevant), 1);
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
        assert_eq!(found, Err(EvalError::NoGold { label: Distancing }));
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
