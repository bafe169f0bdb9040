use serde::Serialize;
use stance_core::{Distribution, Label, Stance};
use stance_eval::{Confusion, DEFAULT_BINS, Part, Reliability, log_loss};

use crate::error::check_count;
use crate::{Convergence, FitError, SoftmaxConfig, SoftmaxProblem, SparseRows, Supervision};

/// Scores on rows that a model was not fitted to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FoldScores {
    /// The fold, or `all` for all of them together.
    pub name: String,
    /// Number of rows.
    pub rows: usize,
    /// Share of right answers.
    pub accuracy: f64,
    /// Mean F1 of the four labels; none where a label has no gold.
    pub macro_f1: Option<f64>,
    /// Mean F1 of the three stances on rows whose gold is one; none where a stance has no gold.
    pub macro_f1_stances: Option<f64>,
    /// Mean log loss in nats.
    pub log_loss: f64,
    /// Expected calibration error, [`DEFAULT_BINS`] bins.
    pub ece: f64,
}

/// Mean and standard deviation of a score over folds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MeanSd {
    /// The mean.
    pub mean: f64,
    /// The sample standard deviation; 0 for one fold.
    pub sd: f64,
    /// Number of folds that have the score.
    pub folds: usize,
}

/// What cross-validation found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CrossValidation {
    /// Scores of each fold, in order.
    pub folds: Vec<FoldScores>,
    /// Scores of all held-out answers together.
    pub pooled: FoldScores,
    /// Mean F1 of the four labels over the folds that have gold for all; none if no fold has.
    pub macro_f1: Option<MeanSd>,
    /// The same of the three stances.
    pub macro_f1_stances: Option<MeanSd>,
    /// Mean log loss over the folds; none without folds.
    pub log_loss: Option<MeanSd>,
    /// The logits of each row from the model that had not seen it, in the order of the rows: what
    /// calibration is fitted to.
    #[serde(skip)]
    pub logits: Vec<[f64; Label::COUNT]>,
}

/// Scores each fold with what `answer` gives for its held-out rows: their logits, in the order of
/// [`Part::test`]. Whatever is being compared is fitted inside, to [`Part::train`] alone.
///
/// # Errors
/// When `answer` fails, gives another number of logits, or the folds do not hold out each row once.
///
/// # Examples
/// ```
/// use stance_core::Label;
/// use stance_eval::group_folds;
/// use stance_train::cross_validate;
/// let golds = Label::ALL;
/// let folds = group_folds(&["a", "a", "b", "b"], 2, 7)?;
/// let found = cross_validate(&golds, &folds, |fold| Ok(vec![[1.0, 0.0, 0.0, 0.0]; fold.test.len()]))?;
/// assert_eq!(found.pooled.accuracy, 0.25);
/// assert_eq!(found.logits.len(), 4);
/// # Ok::<(), stance_train::FitError>(())
/// ```
pub fn cross_validate(
    golds: &[Label],
    folds: &[Part],
    mut answer: impl FnMut(&Part) -> Result<Vec<[f64; Label::COUNT]>, FitError>,
) -> Result<CrossValidation, FitError> {
    check_partition(golds.len(), folds)?;
    let mut logits = vec![[0.0; Label::COUNT]; golds.len()];
    let mut scores = Vec::with_capacity(folds.len());
    for fold in folds {
        let answers = answer(fold)?;
        check_count("rows of logits", answers.len(), fold.test.len())?;
        for (&row, answer) in fold.test.iter().zip(answers) {
            logits[row] = answer;
        }
        scores.push(score(&fold.name, golds, &logits, fold.test.iter().copied()));
    }
    let over = |score: fn(&FoldScores) -> Option<f64>| mean_sd(scores.iter().filter_map(score));
    Ok(CrossValidation {
        pooled: score("all", golds, &logits, 0..golds.len()),
        macro_f1: over(|fold| fold.macro_f1),
        macro_f1_stances: over(|fold| fold.macro_f1_stances),
        log_loss: over(|fold| Some(fold.log_loss)),
        folds: scores,
        logits,
    })
}

/// One value of `C` and how it did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GridPoint {
    /// Inverse strength of the penalty.
    pub c: f64,
    /// Its scores.
    pub scores: CrossValidation,
    /// How the fit of each fold ended.
    pub fits: Vec<Convergence>,
}

/// Cross-validates the sparse solver for each `C` of `grid`, otherwise as in `config`.
///
/// Within a fold each fit starts from the one before it, so a grid that ascends costs little more
/// than its last value. Answers are scored against the likeliest gold of `supervision`, a tie to
/// the earlier label.
///
/// # Errors
/// When settings are out of range, a fold's training rows lack a label, a fit does not converge,
/// or the folds do not hold out each row once.
///
/// # Examples
/// ```
/// use stance_core::Label;
/// use stance_eval::group_folds;
/// use stance_train::{SoftmaxConfig, SparseRows, Supervision, search_c};
/// // each label has a column of its own, in two groups
/// let rows = SparseRows::from_rows(4, (0..8).map(|row| [(row % 4, 1.0)]))?;
/// let golds = [Label::ALL, Label::ALL].concat();
/// let folds = group_folds(&["a", "a", "a", "a", "b", "b", "b", "b"], 2, 7)?;
/// let found = search_c(&rows, &golds, &Supervision::of(&golds), &folds, SoftmaxConfig::default(), &[0.1, 10.0])?;
/// assert_eq!(found[1].scores.pooled.macro_f1, Some(1.0));
/// assert!(found[1].scores.pooled.log_loss < found[0].scores.pooled.log_loss);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn search_c(
    rows: &SparseRows,
    golds: &[Label],
    supervision: &Supervision,
    folds: &[Part],
    config: SoftmaxConfig,
    grid: &[f64],
) -> Result<Vec<GridPoint>, FitError> {
    check_count("golds", golds.len(), rows.len())?;
    check_count("targets", supervision.len(), rows.len())?;
    check_partition(rows.len(), folds)?;
    let solvers: Vec<_> =
        grid.iter().map(|&c| SoftmaxConfig { c, ..config }.check()).collect::<Result<_, _>>()?;
    let mut answers: Vec<Vec<Vec<[f64; Label::COUNT]>>> = vec![Vec::new(); grid.len()];
    let mut fits: Vec<Vec<Convergence>> = vec![Vec::new(); grid.len()];
    for fold in folds {
        let train = rows.select(&fold.train);
        let held_out = rows.select(&fold.test);
        let problem = SoftmaxProblem::new(&train, supervision.select(&fold.train))?;
        let mut before = None;
        for (place, solver) in solvers.iter().enumerate() {
            let fit = solver.fit(&problem, before.as_ref())?;
            fits[place].push(*fit.convergence());
            let weights = fit.converged()?;
            answers[place].push(weights.logits_of(&held_out));
            before = Some(weights);
        }
    }
    grid.iter()
        .zip(answers)
        .zip(fits)
        .map(|((&c, answers), fits)| {
            let mut answers = answers.into_iter();
            let scores = cross_validate(golds, folds, |_| Ok(answers.next().unwrap_or_default()))?;
            Ok(GridPoint { c, scores, fits })
        })
        .collect()
}

fn check_partition(rows: usize, folds: &[Part]) -> Result<(), FitError> {
    let mut held_out: Vec<usize> =
        folds.iter().flat_map(|fold| fold.test.iter().copied()).collect();
    check_count("rows held out", held_out.len(), rows)?;
    held_out.sort_unstable();
    held_out.dedup();
    check_count("different rows held out", held_out.len(), rows)?;
    match held_out.last() {
        Some(&last) => check_count("rows of the folds", last + 1, rows),
        None => Err(FitError::Empty),
    }
}

fn score(
    name: &str,
    golds: &[Label],
    logits: &[[f64; Label::COUNT]],
    rows: impl Iterator<Item = usize>,
) -> FoldScores {
    let (mut confusion, mut stances) =
        (Confusion::new(Label::COUNT), Confusion::new(Stance::ALL.len()));
    let mut reliability = Reliability::new(DEFAULT_BINS);
    let mut losses = Vec::new();
    for row in rows {
        let (gold, distribution) = (golds[row], Distribution::from_logits(logits[row]));
        let labeled = distribution.label();
        confusion.add(gold.index(), labeled.index());
        if let Some(stance) = gold.stance() {
            stances.add(stance.index(), distribution.stance_if_relevant().index());
        }
        reliability.add(distribution.confidence(), labeled == gold);
        losses.push(log_loss(gold.index(), distribution.as_array()));
    }
    FoldScores {
        name: name.to_owned(),
        rows: losses.len(),
        accuracy: confusion.accuracy(),
        macro_f1: confusion.macro_f1(),
        macro_f1_stances: stances.macro_f1(),
        log_loss: mean_sd(losses.into_iter()).map_or(0.0, |loss| loss.mean),
        ece: reliability.expected_error(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "rows and folds are far below 2^53")]
fn mean_sd(values: impl Iterator<Item = f64>) -> Option<MeanSd> {
    let values: Vec<f64> = values.collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let sd = match values.len() {
        0 => return None,
        1 => 0.0,
        folds => (squares / (folds - 1) as f64).sqrt(),
    };
    Some(MeanSd { mean, sd, folds: values.len() })
}

#[cfg(test)]
mod tests {
    use stance_eval::{group_folds, leave_one_out};

    use super::*;

    fn by_source(sources: &[&str]) -> Vec<Part> {
        let values: Vec<_> = sources.iter().map(Some).collect();
        leave_one_out(sources, &values).expect("two sources")
    }

    fn logits_for(label: Label) -> [f64; 4] {
        let mut logits = [0.0; 4];
        logits[label.index()] = 2.0;
        logits
    }

    #[test]
    fn scores_and_spread_over_folds_of_a_worked_example() {
        // given: in `a` all are right, in `b` the irrelevant one is called neutral
        let golds = [Label::ALL, Label::ALL].concat();
        let folds = by_source(&["a", "a", "a", "a", "b", "b", "b", "b"]);
        // when
        let found = cross_validate(&golds, &folds, |fold| {
            let mut logits = Label::ALL.map(logits_for).to_vec();
            if fold.name == "b" {
                logits[3] = logits_for(Label::Neutral);
            }
            Ok(logits)
        })
        .expect("each row is held out once");
        // then: F1 in b is 1, 2/3, 1, 0
        let b = (1.0 + 2.0 / 3.0 + 1.0) / 4.0;
        assert_eq!(found.folds[0].macro_f1, Some(1.0));
        assert!((found.folds[1].macro_f1.expect("all have gold") - b).abs() < 1e-12);
        let over = found.macro_f1.expect("two folds");
        assert!((over.mean - f64::midpoint(1.0, b)).abs() < 1e-12);
        assert!((over.sd - (1.0 - b) / 2_f64.sqrt()).abs() < 1e-12);
        assert_eq!(found.macro_f1_stances.map(|over| over.mean), Some(1.0));
        assert!((found.pooled.accuracy - 7.0 / 8.0).abs() < 1e-12);
        assert!(found.logits[7][1] > 1.0);
    }

    #[test]
    fn a_fold_without_gold_for_a_label_has_no_macro_f1() {
        let golds = [Label::ALL.to_vec(), vec![Label::Neutral]].concat();
        let folds = by_source(&["a", "a", "a", "a", "b"]);
        let found = cross_validate(&golds, &folds, |fold| Ok(vec![[0.0; 4]; fold.test.len()]))
            .expect("each row is held out once");
        assert_eq!(found.folds[1].macro_f1, None);
        assert_eq!(found.macro_f1.map(|over| over.folds), Some(1));
    }

    #[test]
    fn folds_that_do_not_hold_out_each_row_once_are_refused() {
        let mut folds = group_folds(&["a", "b", "c", "d"], 2, 1).expect("four groups");
        let answer = |fold: &Part| Ok(vec![[0.0; 4]; fold.test.len()]);
        assert!(cross_validate(&Label::ALL, &folds, answer).is_ok());
        folds[1].test = folds[0].test.clone();
        let expected = FitError::Count { name: "different rows held out", found: 2, expected: 4 };
        assert_eq!(cross_validate(&Label::ALL, &folds, answer), Err(expected));
        let expected = FitError::Count { name: "rows held out", found: 2, expected: 4 };
        assert_eq!(cross_validate(&Label::ALL, &folds[..1], answer), Err(expected));
    }

    #[test]
    fn a_grid_gives_what_each_value_gives_alone() {
        let rows = SparseRows::from_rows(
            5,
            (0..24).map(|row| {
                let noise = u32::from(row % 5 == 0);
                [(row % 4 * (1 - noise), 1.0), (4, 0.1)]
            }),
        )
        .expect("columns ascend");
        let golds = [Label::ALL; 6].concat();
        let groups: Vec<String> = (0..24).map(|row| (row / 4).to_string()).collect();
        let folds = group_folds(&groups, 3, 5).expect("six groups");
        let supervision = Supervision::of(&golds);
        let config = SoftmaxConfig { tolerance: 1e-8, ..SoftmaxConfig::default() };
        let search = |grid: &[f64]| {
            search_c(&rows, &golds, &supervision, &folds, config, grid).expect("converges")
        };
        let together = search(&[0.3, 3.0]);
        for (point, alone) in together.iter().zip([search(&[0.3]), search(&[3.0])]) {
            assert_eq!(point.fits.len(), 3);
            let pairs = point.scores.logits.iter().zip(&alone[0].scores.logits);
            for (found, expected) in pairs {
                for (found, expected) in found.iter().zip(expected) {
                    assert!((found - expected).abs() < 1e-4, "{found} {expected}");
                }
            }
        }
    }
}
