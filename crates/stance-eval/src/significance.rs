use serde::{Deserialize, Serialize};

use crate::confusion::float;

/// McNemar's exact test of two models' accuracy on the same items.
///
/// Only the items that one of the two gets right count: were the models equally good, each such
/// item would be a fair coin. It takes items as independent, so that groups whose items succeed
/// and fail together make it too sure. (McNemar 1947, "Note on the sampling error of the
/// difference between correlated proportions or percentages".)
///
/// # Examples
/// ```
/// use stance_eval::McNemar;
/// // of 10 items, the first model alone gets 8 right
/// let test = McNemar::of(8, 2);
/// assert!((test.exact - 2.0 * 56.0 / 1024.0).abs() < 1e-12); // 1 + 10 + 45 of 1024, twice
/// assert!((test.mid_p - (2.0 * 56.0 - 45.0) / 1024.0).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct McNemar {
    /// Number of items that the first model alone gets right.
    pub b: u64,
    /// Number of items that the second model alone gets right.
    pub c: u64,
    /// The exact two-sided p: twice the smaller tail, at most 1. It errs on the safe side.
    pub exact: f64,
    /// The mid-p: the exact p less the probability of what was found, 1 where `b` equals `c`.
    /// Nearer to the nominal level, seldom above it (Fagerland, Lydersen and Laake 2013, "The
    /// McNemar test for binary matched-pairs data").
    pub mid_p: f64,
}

impl McNemar {
    /// The test on counts of items that one model alone gets right.
    #[must_use]
    pub fn of(b: u64, c: u64) -> Self {
        let (n, few) = (b + c, b.min(c));
        // The probability of `few` heads in `n` throws by logarithms, those of fewer from it.
        let ln: f64 = (1..=few).map(|i| (float(n - few + i) / float(i)).ln()).sum();
        let found = (ln - float(n) * std::f64::consts::LN_2).exp();
        let (mut tail, mut probability) = (0.0, found);
        for k in (0..=few).rev() {
            tail += probability;
            probability *= float(k) / float(n - k + 1);
        }
        let exact = (2.0 * tail).min(1.0);
        let mid_p = if b == c { 1.0 } else { (2.0 * tail - found).clamp(0.0, 1.0) };
        Self { b, c, exact, mid_p }
    }
}

/// Holm's adjustment of the p-values of several tests, each in [0, 1], in the order given.
///
/// Rejecting where an adjusted value is below α keeps the probability of any false rejection below
/// α, whatever the tests have to do with one another. (Holm 1979, "A simple sequentially rejective
/// multiple test procedure".)
///
/// # Examples
/// ```
/// let adjusted = stance_eval::holm(&[0.04, 0.01, 0.03]);
/// let expected = [0.06, 0.03, 0.06]; // .03 * 2, .01 * 3, .03 * 2
/// assert!(adjusted.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12));
/// ```
#[must_use]
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut least: f64 = 0.0;
    for (rank, &place) in order.iter().enumerate() {
        least = least.max(p[place] * float((p.len() - rank) as u64)).min(1.0);
        adjusted[place] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-9, "found {found}, expected {expected}");
    }

    #[test]
    fn a_test_of_many_items_neither_overflows_nor_loses_its_tail() {
        let even = McNemar::of(50_000, 50_000);
        assert_eq!((even.exact, even.mid_p), (1.0, 1.0));
        let sure = McNemar::of(3_000, 1_000);
        assert!(sure.exact > 0.0 && sure.exact < 1e-200, "{sure:?}");
        assert_eq!(McNemar::of(0, 0), McNemar { b: 0, c: 0, exact: 1.0, mid_p: 1.0 });
        close(McNemar::of(20, 0).exact, 2.0 / 1_048_576.0);
    }

    #[test]
    fn which_model_comes_first_makes_no_difference() {
        let (one, other) = (McNemar::of(31, 17), McNemar::of(17, 31));
        assert_eq!((one.exact, one.mid_p), (other.exact, other.mid_p));
    }

    #[test]
    fn adjusted_values_keep_the_order_and_stay_below_one() {
        let adjusted = holm(&[0.9, 0.001, 0.8, 0.02, 0.02]);
        for (found, expected) in adjusted.iter().zip([1.0, 0.005, 1.0, 0.08, 0.08]) {
            close(*found, expected);
        }
        assert!(holm(&[]).is_empty());
    }
}
