use serde::{Deserialize, Serialize};

use crate::confusion::float;

/// What a model gets wrong when it answers only where it is surest: risk against coverage.
///
/// Answers are taken by falling confidence. The coverage is the share of the items that are
/// answered, the risk is the share of those that is wrong. Where answers are equally confident,
/// their mistakes count as spread evenly among them, so that the order of the items makes no
/// difference. (Geifman, Uziel and El-Yaniv 2018, "Bias-reduced uncertainty estimation for deep
/// neural classifiers"; the curve is El-Yaniv and Wiener's, 2010.)
///
/// # Examples
/// ```
/// use stance_eval::RiskCoverage;
/// // risks: 0/1, 1/2, 1/3, 2/4
/// let answers = [(0.9, true), (0.8, false), (0.7, true), (0.6, false)];
/// let risk = RiskCoverage::new(answers);
/// assert!((risk.aurc() - (0.0 + 0.5 + 1.0 / 3.0 + 0.5) / 4.0).abs() < 1e-12);
/// assert_eq!(risk.points(4)[1], stance_eval::RiskPoint { coverage: 0.5, risk: 0.5 });
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RiskCoverage {
    /// By falling confidence.
    ranked: Vec<Ranked>,
}

/// One point of a [`RiskCoverage`], both in [0, 1].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskPoint {
    /// Share of the items that are answered.
    pub coverage: f64,
    /// Share of the answers that are wrong.
    pub risk: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Ranked {
    /// Which of the answers, in the order in which they were given.
    place: usize,
    wrong: bool,
    /// Whether the next one is less confident.
    last: bool,
}

impl RiskCoverage {
    /// Ranks answers by their confidence; the second of a pair is whether the answer is right. A
    /// confidence that is not a number ranks last.
    pub fn new(answers: impl IntoIterator<Item = (f64, bool)>) -> Self {
        let known =
            |confidence: f64| if confidence.is_nan() { f64::NEG_INFINITY } else { confidence };
        let mut sorted: Vec<(f64, usize, bool)> = answers
            .into_iter()
            .enumerate()
            .map(|(place, (confidence, right))| (known(confidence), place, !right))
            .collect();
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
        let next = sorted.iter().skip(1).map(|next| Some(next.0)).chain([None]);
        let ranked = sorted
            .iter()
            .zip(next)
            .map(|(&(confidence, place, wrong), next)| Ranked {
                place,
                wrong,
                last: next.is_none_or(|next| next < confidence),
            })
            .collect();
        Self { ranked }
    }

    /// The area under the curve: the mean risk over all coverages `1/n` to `n/n`, in [0, 1]; 0 for
    /// no answers. Less is better; a model whose confidence says nothing has its share of mistakes.
    #[must_use]
    pub fn aurc(&self) -> f64 {
        let mut area = Area::default();
        let mut harmonic = Harmonic::default();
        for answer in &self.ranked {
            area.add(1, answer.wrong, answer.last, &mut harmonic);
        }
        area.mean()
    }

    /// The same of a resample in which the answer at `place` occurs `times(place)` times.
    pub(crate) fn aurc_of(&self, times: impl Fn(usize) -> u32, harmonic: &mut Harmonic) -> f64 {
        let mut area = Area::default();
        for answer in &self.ranked {
            area.add(times(answer.place) as usize, answer.wrong, answer.last, harmonic);
        }
        area.mean()
    }

    /// At most `limit` points of the curve, evenly spaced in coverage, full coverage the last.
    #[must_use]
    pub fn points(&self, limit: usize) -> Vec<RiskPoint> {
        let total = self.ranked.len();
        let risks = self.risks();
        let steps = limit.min(total);
        let point = |step: usize| {
            let answered = step * total / steps;
            RiskPoint {
                coverage: float(answered as u64) / float(total as u64),
                risk: risks[answered - 1],
            }
        };
        (1..=steps).map(point).collect()
    }

    /// The risk at every coverage.
    fn risks(&self) -> Vec<f64> {
        let mut risks = Vec::with_capacity(self.ranked.len());
        let mut before = 0.0;
        for block in self.ranked.split_inclusive(|answer| answer.last) {
            let wrong = float(block.iter().filter(|answer| answer.wrong).count() as u64);
            let size = float(block.len() as u64);
            for taken in 1..=block.len() {
                let mistakes = before + wrong * float(taken as u64) / size;
                risks.push(mistakes / float(risks.len() as u64 + 1));
            }
            before += wrong;
        }
        risks
    }
}

/// The sums 1/1 + … + 1/n, grown as they are asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Harmonic(Vec<f64>);

impl Harmonic {
    fn number(&mut self, n: usize) -> f64 {
        while self.0.len() <= n {
            let next = self.0.last().map_or(0.0, |last| last + 1.0 / float(self.0.len() as u64));
            self.0.push(next);
        }
        self.0[n]
    }
}

/// The sum of the risks at all coverages, one block of equal confidence at a time.
///
/// With `m` mistakes in `b` answers after `w` mistakes in `n`, the risks of a block are
/// `(w + m j / b) / (n + j)` for `j` from 1 to `b`, whose sum needs only harmonic numbers.
#[derive(Default)]
struct Area {
    sum: f64,
    before: usize,
    wrong_before: usize,
    block: usize,
    wrong: usize,
}

impl Area {
    fn add(&mut self, times: usize, wrong: bool, last: bool, harmonic: &mut Harmonic) {
        self.block += times;
        self.wrong += if wrong { times } else { 0 };
        if !last || self.block == 0 {
            return;
        }
        let reciprocals = harmonic.number(self.before + self.block) - harmonic.number(self.before);
        let (size, before) = (float(self.block as u64), float(self.before as u64));
        let share = float(self.wrong as u64) / size;
        self.sum +=
            float(self.wrong_before as u64) * reciprocals + share * (size - before * reciprocals);
        self.before += self.block;
        self.wrong_before += self.wrong;
        (self.block, self.wrong) = (0, 0);
    }

    fn mean(&self) -> f64 {
        if self.before == 0 { 0.0 } else { self.sum / float(self.before as u64) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "found {found}, expected {expected}");
    }

    #[test]
    fn the_area_is_the_mean_of_the_risks() {
        let answers = (0..200_u32).map(|i| (f64::from(i * 37 % 50) / 50.0, i * 31 % 7 < 5));
        let risk = RiskCoverage::new(answers);
        let risks = risk.risks();
        close(risk.aurc(), risks.iter().sum::<f64>() / 200.0);
    }

    #[test]
    fn answers_of_one_confidence_risk_their_mean_whatever_their_order() {
        let mut answers = [(0.5, true), (0.5, true), (0.5, false), (0.5, true)];
        close(RiskCoverage::new(answers).aurc(), 0.25);
        answers.reverse();
        close(RiskCoverage::new(answers).aurc(), 0.25);
        assert!(
            RiskCoverage::new(answers)
                .points(4)
                .iter()
                .all(|point| { (point.risk - 0.25).abs() < 1e-12 })
        );
    }

    #[test]
    fn a_resample_scores_as_its_items_written_out() {
        let answers = [(0.9, true), (0.8, false), (0.8, true), (0.6, false), (0.2, true)];
        let times = [2, 0, 3, 1, 0_u32];
        let written = answers.iter().zip(times).flat_map(|(&a, n)| vec![a; n as usize]);
        let found =
            RiskCoverage::new(answers).aurc_of(|place| times[place], &mut Harmonic::default());
        close(found, RiskCoverage::new(written).aurc());
    }

    #[test]
    fn points_are_thinned_to_the_limit_and_end_with_every_item() {
        let risk = RiskCoverage::new((0..1000_u32).map(|i| (f64::from(i), i >= 100)));
        let points = risk.points(7);
        assert_eq!(points.len(), 7);
        assert!(points.is_sorted_by(|a, b| a.coverage < b.coverage));
        assert_eq!(points[6], RiskPoint { coverage: 1.0, risk: 0.1 });
        assert!(risk.points(0).is_empty());
    }

    #[test]
    fn nothing_risks_nothing_and_what_is_no_number_ranks_last() {
        let empty = RiskCoverage::new([]);
        assert!(empty.points(5).is_empty());
        close(empty.aurc(), 0.0);
        let answers = [(f64::NAN, false), (0.1, true)];
        close(RiskCoverage::new(answers).aurc(), 0.25);
    }
}
