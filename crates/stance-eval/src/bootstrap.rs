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
    /// The middle 95 % of its values over the resamples; none without resamples.
    pub interval: Option<Interval>,
}

/// A range of scores.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
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
