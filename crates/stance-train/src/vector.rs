//! The vectors that argmin computes with.
//!
//! argmin's own operations on `Vec<f64>` run on one thread and copy a vector for each product with
//! a number: on a million coefficients that takes longer than the passes over the rows. Here such
//! a product only changes a factor, copies share their numbers, and the other operations run on
//! all threads, in chunks that do not depend on how many there are.

use std::borrow::Cow;
use std::sync::Arc;

use argmin_math::{
    ArgminAdd, ArgminDot, ArgminL1Norm, ArgminL2Norm, ArgminMinMax, ArgminMul, ArgminScaledAdd,
    ArgminSignum, ArgminSub, ArgminZeroLike,
};
use rayon::prelude::*;

/// Elements that one task works on. Sums are taken chunk by chunk, so it fixes their bits.
const CHUNK: usize = 8192;

/// `factor` times `values`.
#[derive(Clone, Debug)]
pub(crate) struct Vector {
    factor: f64,
    values: Arc<Vec<f64>>,
}

impl Vector {
    pub(crate) fn new(values: Vec<f64>) -> Self {
        Self { factor: 1.0, values: Arc::new(values) }
    }

    /// The numbers, copied where the factor is not 1.
    pub(crate) fn values(&self) -> Cow<'_, [f64]> {
        if self.factor.to_bits() == 1.0_f64.to_bits() {
            Cow::Borrowed(&self.values)
        } else {
            Cow::Owned(self.values.iter().map(|value| self.factor * value).collect())
        }
    }

    /// Whether both are the same numbers at the same place: cheap, and never wrongly true while
    /// both are alive.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.values, &other.values) && self.factor.to_bits() == other.factor.to_bits()
    }

    /// The largest absolute value.
    pub(crate) fn max_norm(&self) -> f64 {
        let largest = |chunk: &[f64]| chunk.iter().fold(0.0_f64, |max, value| max.max(value.abs()));
        let norms: Vec<f64> = self.values.par_chunks(CHUNK).map(largest).collect();
        self.factor.abs() * largest(&norms)
    }

    fn map(&self, of: impl Fn(f64) -> f64 + Sync) -> Self {
        let factor = self.factor;
        Self::new(
            self.values.par_iter().with_min_len(CHUNK).map(|&value| of(factor * value)).collect(),
        )
    }

    fn zip(&self, other: &Self, of: impl Fn(f64, f64) -> f64 + Sync) -> Self {
        let factors = (self.factor, other.factor);
        Self::new(
            self.values
                .par_iter()
                .with_min_len(CHUNK)
                .zip(other.values.par_iter())
                .map(|(&a, &b)| of(factors.0 * a, factors.1 * b))
                .collect(),
        )
    }
}

/// The sum of products of one chunk, in eight lanes so that it can use vector instructions.
fn dot_chunk(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (a, b) = (a.chunks(8), b.chunks(8));
    for (a, b) in a.zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    lanes.iter().sum()
}

impl ArgminDot<Self, f64> for Vector {
    fn dot(&self, other: &Self) -> f64 {
        let sums: Vec<f64> = self
            .values
            .par_chunks(CHUNK)
            .zip(other.values.par_chunks(CHUNK))
            .map(|(a, b)| dot_chunk(a, b))
            .collect();
        self.factor * other.factor * sums.iter().sum::<f64>()
    }
}

impl ArgminMul<f64, Self> for Vector {
    fn mul(&self, by: &f64) -> Self {
        Self { factor: self.factor * by, values: Arc::clone(&self.values) }
    }
}

impl ArgminAdd<Self, Self> for Vector {
    fn add(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
}

impl ArgminSub<Self, Self> for Vector {
    fn sub(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
}

impl ArgminScaledAdd<Self, f64, Self> for Vector {
    fn scaled_add(&self, factor: &f64, other: &Self) -> Self {
        self.add(&other.mul(factor))
    }
}

impl ArgminL2Norm<f64> for Vector {
    fn l2_norm(&self) -> f64 {
        self.dot(self).sqrt()
    }
}

// argmin's L-BFGS asks for what follows only for its L1 penalty, which is not used here.

impl ArgminMul<Self, Self> for Vector {
    fn mul(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a * b)
    }
}

impl ArgminAdd<f64, Self> for Vector {
    fn add(&self, other: &f64) -> Self {
        self.map(|a| a + other)
    }
}

impl ArgminSub<f64, Self> for Vector {
    fn sub(&self, other: &f64) -> Self {
        self.map(|a| a - other)
    }
}

impl ArgminL1Norm<f64> for Vector {
    fn l1_norm(&self) -> f64 {
        let sum = |chunk: &[f64]| chunk.iter().map(|value| value.abs()).sum::<f64>();
        let sums: Vec<f64> = self.values.par_chunks(CHUNK).map(sum).collect();
        self.factor.abs() * sum(&sums)
    }
}

impl ArgminSignum for Vector {
    fn signum(self) -> Self {
        self.map(f64::signum)
    }
}

impl ArgminZeroLike for Vector {
    fn zero_like(&self) -> Self {
        self.mul(&0.0)
    }
}

impl ArgminMinMax for Vector {
    fn min(x: &Self, y: &Self) -> Self {
        x.zip(y, f64::min)
    }

    fn max(x: &Self, y: &Self) -> Self {
        x.zip(y, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(values: &[f64]) -> Vector {
        Vector::new(values.to_vec())
    }

    #[test]
    fn factors_enter_every_operation() {
        let a = vector(&[1.0, -2.0, 3.0]).mul(&2.0);
        let b = vector(&[1.0, 1.0, -1.0]).mul(&-3.0);
        assert_eq!(a.dot(&b).to_bits(), 24.0_f64.to_bits());
        assert_eq!(a.add(&b).values()[..], [-1.0, -7.0, 9.0]);
        assert_eq!(a.sub(&b).values()[..], [5.0, -1.0, 3.0]);
        assert_eq!(a.scaled_add(&0.5, &b).values()[..], [0.5, -5.5, 7.5]);
        assert_eq!(ArgminMul::<Vector, Vector>::mul(&a, &b).values()[..], [-6.0, 12.0, 18.0]);
        assert_eq!(a.clone().signum().values()[..], [1.0, -1.0, 1.0]);
        assert_eq!(Vector::max(&a, &b).values()[..], [2.0, -3.0, 6.0]);
        assert_eq!(Vector::min(&a, &b).values()[..], [-3.0, -4.0, 3.0]);
        assert_eq!(ArgminAdd::<f64, Vector>::add(&a, &1.0).values()[..], [3.0, -3.0, 7.0]);
        assert_eq!(ArgminSub::<f64, Vector>::sub(&a, &1.0).values()[..], [1.0, -5.0, 5.0]);
        assert_eq!(b.max_norm().to_bits(), 3.0_f64.to_bits());
        assert_eq!(b.l1_norm().to_bits(), 9.0_f64.to_bits());
        assert_eq!(b.l2_norm().to_bits(), 27.0_f64.sqrt().to_bits());
        assert_eq!(b.zero_like().l1_norm().to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn a_product_with_a_number_shares_the_values() {
        let a = vector(&[1.0, 2.0]);
        assert!(a.is_same(&a.clone()));
        assert!(a.is_same(&a.mul(&2.0).mul(&0.5)));
        assert!(!a.is_same(&a.mul(&2.0)));
        assert!(!a.is_same(&vector(&[1.0, 2.0])));
        assert_eq!(a.mul(&2.0).values()[..], [2.0, 4.0]);
    }
}
