use serde::{Deserialize, Serialize};

use crate::confusion::{float, ratio};

/// The bin count used when none is given.
pub const DEFAULT_BINS: usize = 15;

/// Confidence against accuracy, by bins of equal width over [0, 1].
///
/// A bin holds the confidences from its lower bound up to, not including, its upper bound; the last
/// one also holds 1.
///
/// # Examples
/// ```
/// use stance_eval::Reliability;
/// let mut reliability = Reliability::new(10);
/// reliability.add(0.85, true);
/// reliability.add(0.85, false);
/// assert!((reliability.expected_error() - 0.35).abs() < 1e-12);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Reliability {
    counts: Vec<Counts>,
}

/// What one bin holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    total: u64,
    right: u64,
    confidence: f64,
}

/// One bin of a [`Reliability`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Lower bound of the confidence, inclusive.
    pub from: f64,
    /// Upper bound, exclusive but for the last bin's 1.
    pub to: f64,
    /// Number of statements in the bin.
    pub count: u64,
    /// Their mean confidence; 0 if there are none.
    pub confidence: f64,
    /// Share of them that was answered right; 0 if there are none.
    pub accuracy: f64,
}

impl Reliability {
    /// Makes empty bins.
    ///
    /// # Panics
    /// If `bins` is 0.
    #[must_use]
    pub fn new(bins: usize) -> Self {
        assert!(bins > 0, "a reliability needs at least one bin");
        Self { counts: vec![Counts::default(); bins] }
    }

    /// Counts one answer by its confidence, in [0, 1].
    pub fn add(&mut self, confidence: f64, right: bool) {
        let bin = bin_of(confidence, self.counts.len());
        self.counts[bin].add(confidence, right);
    }

    pub(crate) fn clear(&mut self) {
        self.counts.fill(Counts::default());
    }

    /// Counts `more` in a bin, `times` over.
    pub(crate) fn add_times(&mut self, bin: usize, more: Counts, times: u32) {
        let counts = &mut self.counts[bin];
        counts.total += more.total * u64::from(times);
        counts.right += more.right * u64::from(times);
        counts.confidence += more.confidence * f64::from(times);
    }

    /// The bins, by ascending confidence.
    #[expect(clippy::cast_precision_loss, reason = "bins are few")]
    #[must_use]
    pub fn bins(&self) -> Vec<Bin> {
        let width = 1.0 / self.counts.len() as f64;
        self.counts
            .iter()
            .enumerate()
            .map(|(i, counts)| Bin {
                from: i as f64 * width,
                to: (i + 1) as f64 * width,
                count: counts.total,
                confidence: counts.mean_confidence(),
                accuracy: ratio(counts.right, counts.total),
            })
            .collect()
    }

    /// The expected calibration error (ECE): the mean gap between confidence and accuracy over the
    /// bins, weighted by their share of the statements; 0 if there are none. In [0, 1].
    ///
    /// Only the confidence of the answer counts, and bins are of equal width (Naeini, Cooper and
    /// Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian binning"). It
    /// depends on the number of bins and is too high on few items.
    #[must_use]
    pub fn expected_error(&self) -> f64 {
        let total: u64 = self.counts.iter().map(|counts| counts.total).sum();
        self.counts
            .iter()
            .map(|counts| {
                let gap = ratio(counts.right, counts.total) - counts.mean_confidence();
                ratio(counts.total, total) * gap.abs()
            })
            .sum()
    }
}

impl Counts {
    pub(crate) fn add(&mut self, confidence: f64, right: bool) {
        self.total += 1;
        self.right += u64::from(right);
        self.confidence += confidence;
    }

    fn mean_confidence(self) -> f64 {
        if self.total == 0 { 0.0 } else { self.confidence / float(self.total) }
    }
}

/// The bin of a confidence.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a confidence is in [0, 1] and bins are few"
)]
pub(crate) fn bin_of(confidence: f64, bins: usize) -> usize {
    ((confidence * bins as f64) as usize).min(bins - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_error_of_a_worked_example() {
        // given: two bins in use of five
        let mut reliability = Reliability::new(5);
        for (confidence, right) in [(0.5, true), (0.55, false), (0.9, true), (1.0, true)] {
            reliability.add(confidence, right);
        }
        // then: half of the statements miss by .525 - .5, half by 1 - .95
        assert!((reliability.expected_error() - 0.5 * 0.025 - 0.5 * 0.05).abs() < 1e-12);
        let counts: Vec<u64> = reliability.bins().iter().map(|bin| bin.count).collect();
        assert_eq!(counts, [0, 0, 2, 0, 2]);
        assert!((reliability.bins()[2].confidence - 0.525).abs() < 1e-12);
    }

    #[test]
    fn empty_bins_have_no_error() {
        assert!(Reliability::new(DEFAULT_BINS).expected_error().abs() < f64::EPSILON);
    }
}
