//! Answers as tallies by group, so that a resample costs one pass over them.

use std::collections::BTreeMap;

use crate::bootstrap::{Bootstrap, Clusters, Draws};
use crate::reliability::{Counts, bin_of};
use crate::risk::Harmonic;
use crate::{Confusion, DEFAULT_BINS, Prediction, Reliability, RiskCoverage, brier, log_loss};

/// The answers of one model.
pub(crate) struct Tally<'t> {
    pub(crate) cells: Cells,
    /// Where the task has two poles, which classes they are.
    poles: Option<[usize; 2]>,
    sure: Option<Sure<'t>>,
}

/// How often each group has each pair of gold and answer.
pub(crate) struct Cells {
    classes: usize,
    counts: Vec<Cell>,
}

struct Cell {
    group: usize,
    place: usize,
    count: u64,
}

/// What follows from the probabilities of the answers.
struct Sure<'t> {
    clusters: &'t Clusters,
    /// Sums of log loss and Brier score by group.
    losses: Vec<[f64; 2]>,
    bins: Vec<(usize, usize, Counts)>,
    risk: RiskCoverage,
}

/// The scores that get an interval.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Main {
    pub(crate) accuracy: f64,
    pub(crate) macro_f1: f64,
    pub(crate) kappa: f64,
    pub(crate) mcc: f64,
    pub(crate) f_avg: Option<f64>,
    pub(crate) sure: Option<SureMain>,
}

/// Those that need probabilities.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SureMain {
    pub(crate) log_loss: f64,
    pub(crate) brier: f64,
    pub(crate) ece: f64,
    pub(crate) aurc: f64,
}

/// What the sums of resample after resample are written to.
pub(crate) struct Sums {
    pub(crate) confusion: Confusion,
    pub(crate) reliability: Reliability,
    harmonic: Harmonic,
}

impl Sums {
    pub(crate) fn new(classes: usize) -> Self {
        Self {
            confusion: Confusion::new(classes),
            reliability: Reliability::new(DEFAULT_BINS),
            harmonic: Harmonic::default(),
        }
    }
}

impl Cells {
    /// Tallies pairs of gold and answer, which `clusters` has the groups of.
    pub(crate) fn new(
        classes: usize,
        clusters: &Clusters,
        pairs: impl Iterator<Item = (usize, usize)>,
    ) -> Self {
        let mut counts: BTreeMap<(usize, usize), u64> = BTreeMap::new();
        for (&group, (gold, answered)) in clusters.of.iter().zip(pairs) {
            *counts.entry((group, gold * classes + answered)).or_default() += 1;
        }
        let cell = |((group, place), count)| Cell { group, place, count };
        Self { classes, counts: counts.into_iter().map(cell).collect() }
    }

    /// Writes to `confusion` the counts of a resample with each group so many `times`.
    pub(crate) fn sum(&self, times: &[u32], confusion: &mut Confusion) {
        confusion.clear();
        for cell in &self.counts {
            confusion.add_times(cell.place, cell.count * u64::from(times[cell.group]));
        }
    }

    pub(crate) fn classes(&self) -> usize {
        self.classes
    }
}

impl<'t> Tally<'t> {
    /// Tallies pairs of gold and prediction, which `clusters` has the groups of. Where not all have
    /// probabilities, none count.
    pub(crate) fn new(
        classes: usize,
        poles: Option<[usize; 2]>,
        clusters: &'t Clusters,
        answers: &[(usize, &Prediction)],
    ) -> Self {
        let pairs = answers.iter().map(|(gold, prediction)| (*gold, prediction.class));
        Self {
            cells: Cells::new(classes, clusters, pairs),
            poles,
            sure: Sure::new(clusters, answers),
        }
    }

    /// The scores of a resample with each group so many `times`; none where a class has no gold.
    pub(crate) fn main(&self, times: &[u32], sums: &mut Sums) -> Option<Main> {
        self.cells.sum(times, &mut sums.confusion);
        let confusion = &sums.confusion;
        let macro_f1 = confusion.macro_f1()?;
        Some(Main {
            accuracy: confusion.accuracy(),
            macro_f1,
            kappa: confusion.kappa()?,
            mcc: confusion.mcc(),
            f_avg: self.poles.and_then(|poles| confusion.f_avg(poles)),
            sure: self.sure.as_ref().map(|sure| sure.main(times, sums)),
        })
    }

    /// The risk-coverage curve, where there are probabilities.
    pub(crate) fn risk(&self) -> Option<&RiskCoverage> {
        self.sure.as_ref().map(|sure| &sure.risk)
    }
}

impl<'t> Sure<'t> {
    fn new(clusters: &'t Clusters, answers: &[(usize, &Prediction)]) -> Option<Self> {
        let mut losses = vec![[0.0; 2]; clusters.len];
        let mut bins: BTreeMap<(usize, usize), Counts> = BTreeMap::new();
        let mut ranked = Vec::with_capacity(answers.len());
        for (&group, (gold, prediction)) in clusters.of.iter().zip(answers) {
            let probabilities = prediction.probabilities.as_deref()?;
            let confidence = probabilities.get(prediction.class).copied()?;
            let right = prediction.class == *gold;
            losses[group][0] += log_loss(*gold, probabilities);
            losses[group][1] += brier(*gold, probabilities);
            bins.entry((group, bin_of(confidence, DEFAULT_BINS)))
                .or_default()
                .add(confidence, right);
            ranked.push((confidence, right));
        }
        let bins = bins.into_iter().map(|((group, bin), counts)| (group, bin, counts)).collect();
        Some(Self { clusters, losses, bins, risk: RiskCoverage::new(ranked) })
    }

    fn main(&self, times: &[u32], sums: &mut Sums) -> SureMain {
        sums.reliability.clear();
        for &(group, bin, counts) in &self.bins {
            sums.reliability.add_times(bin, counts, times[group]);
        }
        let mut totals = [0.0; 2];
        for (&times, losses) in times.iter().zip(&self.losses) {
            for (total, loss) in totals.iter_mut().zip(losses) {
                *total += f64::from(times) * loss;
            }
        }
        let count = crate::confusion::float(sums.confusion.total());
        SureMain {
            log_loss: totals[0] / count,
            brier: totals[1] / count,
            ece: sums.reliability.expected_error(),
            aurc: self.risk.aurc_of(|place| times[self.clusters.of[place]], &mut sums.harmonic),
        }
    }
}

/// Scores of several tallies of the same groups on the same resamples.
pub(crate) struct Samples {
    /// All scores, by tally: as many as resamples were asked for.
    pub(crate) main: Vec<Vec<Main>>,
    /// Macro-F1 alone, by tally: as many as `macro_f1s` asked for.
    pub(crate) macro_f1: Vec<Vec<f64>>,
}

/// Scores `tallies` on resamples of `groups` groups that have gold for every class: as many as
/// `bootstrap` says, and macro-F1 on further ones up to `macro_f1s`.
///
/// Draws in vain are few: four classes in four groups are all drawn 9 % of the time, in many
/// groups more often.
pub(crate) fn resample(
    tallies: &[&Tally<'_>],
    groups: usize,
    bootstrap: Bootstrap,
    macro_f1s: usize,
) -> Samples {
    let mut draws = Draws::new(bootstrap.seed, groups);
    let mut sums: Vec<Sums> =
        tallies.iter().map(|tally| Sums::new(tally.cells.classes())).collect();
    let mut samples = Samples {
        main: vec![Vec::new(); tallies.len()],
        macro_f1: vec![Vec::new(); tallies.len()],
    };
    let mut kept = 0;
    while kept < bootstrap.resamples.max(macro_f1s) {
        let times = draws.next();
        if kept < bootstrap.resamples {
            let scores: Option<Vec<Main>> = tallies
                .iter()
                .zip(&mut sums)
                .map(|(tally, sums)| tally.main(times, sums))
                .collect();
            let Some(scores) = scores else { continue };
            for (place, scores) in scores.into_iter().enumerate() {
                samples.main[place].push(scores);
                samples.macro_f1[place].push(scores.macro_f1);
            }
        } else {
            let scores: Option<Vec<f64>> = tallies
                .iter()
                .zip(&mut sums)
                .map(|(tally, sums)| {
                    tally.cells.sum(times, &mut sums.confusion);
                    sums.confusion.macro_f1()
                })
                .collect();
            let Some(scores) = scores else { continue };
            for (samples, macro_f1) in samples.macro_f1.iter_mut().zip(scores) {
                samples.push(macro_f1);
            }
        }
        kept += 1;
    }
    samples
}
