use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde::{Deserialize, Serialize};

use crate::random::below;

/// How intervals are drawn: a percentile bootstrap over groups.
///
/// A resample draws as many groups as there are, with replacement, each with all its items, since
/// the items of an article succeed and fail together (Field and Welsh 2007, "Bootstrapping
/// clustered data"). One that lacks gold for a class is drawn again. Fewer than some 30 groups give
/// intervals that are too narrow; one group gives none of any width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The score on all answers.
    pub value: f64,
    /// The range that holds it in 95 of 100 samples of such data: where nothing else is said, the
    /// middle 95 % of its values over the resamples, and none without resamples.
    pub interval: Option<Interval>,
}

/// A range of scores.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Its lower end: of resamples, the 2.5th percentile.
    pub low: f64,
    /// Its upper end: of resamples, the 97.5th percentile.
    pub high: f64,
}

impl Estimate {
    /// `value` with the middle 95 % of `samples`.
    pub(crate) fn new(value: f64, samples: impl Iterator<Item = f64>) -> Self {
        let mut samples: Vec<f64> = samples.collect();
        samples.sort_unstable_by(f64::total_cmp);
        let interval = percentile(&samples, 0.025)
            .zip(percentile(&samples, 0.975))
            .map(|(low, high)| Interval { low, high });
        Self { value, interval }
    }
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

/// The number of each item's group, in the order in which groups first occur.
#[derive(Clone, Debug)]
pub(crate) struct Clusters {
    pub(crate) of: Vec<usize>,
    pub(crate) len: usize,
}

impl Clusters {
    pub(crate) fn new<'g>(groups: impl Iterator<Item = &'g str>) -> Self {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let number = |group| {
            let next = numbers.len();
            *numbers.entry(group).or_insert(next)
        };
        let of = groups.map(number).collect();
        Self { of, len: numbers.len() }
    }
}

/// Resamples without end: how often each group is drawn.
pub(crate) struct Draws {
    rng: ChaCha8Rng,
    times: Vec<u32>,
}

impl Draws {
    pub(crate) fn new(seed: u64, groups: usize) -> Self {
        Self { rng: ChaCha8Rng::seed_from_u64(seed), times: vec![0; groups] }
    }

    pub(crate) fn next(&mut self) -> &[u32] {
        let groups = self.times.len();
        self.times.fill(0);
        for _ in 0..groups {
            self.times[below(&mut self.rng, groups)] += 1;
        }
        &self.times
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Item, Prediction, Scores, Task};

    /// How often the intervals of accuracy and of macro-F1 hold .75, over `repeats` samples of 100
    /// articles of 8 items. In every other article .95 of the answers are right, in the others
    /// .55, of both classes alike.
    fn coverage(repeats: u32, group: fn(article: usize, item: usize) -> String) -> [f64; 2] {
        let mut rng = ChaCha8Rng::seed_from_u64(41);
        let mut held = [0_u32; 2];
        for repeat in 0..repeats {
            let (mut items, mut answers) = (Vec::new(), Vec::new());
            for article in 0..100 {
                let right_of_100 = if below(&mut rng, 2) == 0 { 95 } else { 55 };
                for item in 0..8 {
                    let gold = below(&mut rng, 2);
                    let right = below(&mut rng, 100) < right_of_100;
                    answers.push(Prediction::of_class(if right { gold } else { 1 - gold }));
                    items.push(Item {
                        id: String::new(),
                        gold,
                        group: group(article, item),
                        slices: BTreeMap::new(),
                    });
                }
            }
            let bootstrap = Bootstrap { seed: u64::from(repeat), resamples: 300 };
            let scores = Scores::new(&Task::distancing(), &items, &answers, bootstrap);
            let scores = scores.expect("both classes have gold");
            for (held, estimate) in held.iter_mut().zip([scores.accuracy, scores.macro_f1]) {
                let Interval { low, high } = estimate.interval.expect("resampled");
                *held += u32::from((low..=high).contains(&0.75));
            }
        }
        held.map(|held| f64::from(held) / f64::from(repeats))
    }

    #[test]
    fn intervals_over_groups_hold_the_truth_as_often_as_they_say() {
        // given: 2,000 samples, so that the standard error of a coverage of .95 is .005
        let found = coverage(2000, |article, _| article.to_string());
        // then
        assert!(found.iter().all(|share| (0.93..=0.97).contains(share)), "{found:?}");
    }

    #[test]
    fn intervals_over_items_of_groups_are_too_narrow() {
        let found = coverage(200, |article, item| format!("{article} {item}"));
        assert!(found.iter().all(|&share| share < 0.85), "{found:?}");
    }

    #[test]
    fn percentiles_are_interpolated_between_neighbors() {
        let estimate = Estimate::new(7.0, (0..=10).rev().map(f64::from));
        let Interval { low, high } = estimate.interval.expect("eleven samples");
        assert!((low - 0.25).abs() < 1e-12 && (high - 9.75).abs() < 1e-12, "{low} {high}");
        assert_eq!(Estimate::new(7.0, std::iter::empty()).interval, None);
    }
}
