use std::cmp::Reverse;

use linfa::traits::Fit as _;
use linfa_reduction::Pca;
use ndarray::{Array2, ArrayView2};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use stance_core::Label;
use stance_models::Projection;

use crate::error::check_at_least_one;
use crate::rows::SparseColumns;
use crate::{FitError, SparseRows};

/// Directions that the search keeps beyond those asked for: they make the last ones reliable.
const OVERSAMPLING: usize = 16;

/// Passes over the rows that sharpen the directions.
const POWER_ITERATIONS: usize = 3;

/// Settings of the way from sparse rows to a few dense numbers, which linfa's learners need.
///
/// The columns that tell the labels apart best (by chi-squared) are kept, and of those the
/// principal components: a randomized search (Halko, Martinsson and Tropp 2011) finds their space
/// on the sparse rows, linfa's PCA the components in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReductionConfig {
    /// Columns to keep, at least 1; 8192 by default.
    pub columns: usize,
    /// Components to make of them, at least 1; 64 by default. Fewer come out where rows or columns
    /// are fewer.
    pub components: usize,
    /// Seed of the search's random start; 7 by default.
    pub seed: u64,
}

impl Default for ReductionConfig {
    fn default() -> Self {
        Self { columns: 8192, components: 64, seed: 7 }
    }
}

impl ReductionConfig {
    pub(crate) fn check(self) -> Result<(), FitError> {
        check_at_least_one("columns", self.columns)?;
        check_at_least_one("components", self.components)
    }
}

/// Fits a projection to `rows` and `golds`, which are as many.
pub(crate) fn fit_projection(
    rows: &SparseRows,
    golds: &[Label],
    config: ReductionConfig,
) -> Result<Projection, FitError> {
    config.check()?;
    let all = rows.to_columns();
    let kept = most_telling(&all, rows.width(), golds, config.columns);
    let narrow = rows.narrow(&kept);
    if kept.is_empty() {
        return Err(FitError::Empty);
    }
    let width = (config.components + OVERSAMPLING).min(kept.len()).min(rows.len());
    let columns = narrow.to_columns();
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
    let mut basis = Dense::signs(kept.len(), width, &mut rng);
    for _ in 0..POWER_ITERATIONS {
        let images = basis.under_rows(&narrow);
        basis = images.under_columns(&columns, kept.len()).orthonormal();
    }
    // rows that lie in fewer directions have no more components
    let components = config.components.min(basis.width);
    let images = basis.under_rows(&narrow);
    let images =
        Array2::from_shape_vec((rows.len(), basis.width), images.values).expect("one image a row");
    let pca = Pca::params(components)
        .fit(&linfa::DatasetBase::from(images))
        .map_err(|source| FitError::learner("linfa's PCA", &source))?;
    let basis = ArrayView2::from_shape((kept.len(), basis.width), &basis.values)
        .expect("one basis row a column");
    let matrix = basis.dot(&pca.components().t());
    let offset = pca.components().dot(pca.mean()).mapv(|value| -value);
    #[expect(clippy::cast_possible_truncation, reason = "what runs is fitted to what is stored")]
    let matrix = matrix.iter().map(|value| *value as f32).collect();
    Projection::new(rows.width(), kept, matrix, offset.to_vec())
        .map_err(|source| FitError::learner("linfa's PCA", &source))
}

/// The `count` columns whose weight is spread over the labels least like the rows are, by
/// chi-squared as in scikit-learn; ascending. A tie goes to the earlier column.
fn most_telling(columns: &SparseColumns, width: usize, golds: &[Label], count: usize) -> Vec<u32> {
    let mut shares = [0.0; Label::COUNT];
    #[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
    for gold in golds {
        shares[gold.index()] += 1.0 / golds.len() as f64;
    }
    let mut scored: Vec<(f64, u32)> = (0..u32::try_from(width).unwrap_or(u32::MAX))
        .into_par_iter()
        .filter_map(|column| {
            let mut observed = [0.0; Label::COUNT];
            let (rows, weights) = columns.column(column as usize);
            for (&row, &weight) in rows.iter().zip(weights) {
                observed[golds[row as usize].index()] += f64::from(weight.abs());
            }
            let total: f64 = observed.iter().sum();
            let distance: f64 = observed
                .iter()
                .zip(shares)
                .filter(|(_, share)| *share > 0.0)
                .map(|(observed, share)| (observed - total * share).powi(2) / (total * share))
                .sum();
            (total > 0.0).then_some((distance, column))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| Reverse(b.1).cmp(&Reverse(a.1))));
    let mut kept: Vec<u32> = scored.into_iter().take(count).map(|(_, column)| column).collect();
    kept.sort_unstable();
    kept
}

/// A dense matrix, row after row.
struct Dense {
    width: usize,
    values: Vec<f64>,
}

impl Dense {
    fn signs(height: usize, width: usize, rng: &mut ChaCha8Rng) -> Self {
        let sign = |_| if rng.next_u32() >> 31 == 0 { 1.0 } else { -1.0 };
        Self { width, values: (0..height * width).map(sign).collect() }
    }

    fn row(&self, row: u32) -> &[f64] {
        &self.values[row as usize * self.width..][..self.width]
    }

    /// `rows · self`.
    fn under_rows(&self, rows: &SparseRows) -> Self {
        self.combined(rows.len(), |row| rows.row(row))
    }

    /// `columns' rowsᵀ · self`.
    fn under_columns(&self, columns: &SparseColumns, height: usize) -> Self {
        self.combined(height, |column| columns.column(column))
    }

    /// For each of `height` sets of cells the sum of this matrix's rows, each times its weight.
    fn combined<'c>(
        &self,
        height: usize,
        cells: impl Fn(usize) -> (&'c [u32], &'c [f32]) + Sync,
    ) -> Self {
        let mut values = vec![0.0; height * self.width];
        values.par_chunks_mut(self.width).enumerate().for_each(|(place, sum)| {
            let (indices, weights) = cells(place);
            for (&index, &weight) in indices.iter().zip(weights) {
                for (sum, value) in sum.iter_mut().zip(self.row(index)) {
                    *sum += f64::from(weight) * value;
                }
            }
        });
        Self { width: self.width, values }
    }

    /// An orthonormal basis of the columns, by Gram and Schmidt, twice for accuracy; columns that
    /// depend on earlier ones are left out.
    fn orthonormal(&self) -> Self {
        let mut basis: Vec<Vec<f64>> = Vec::with_capacity(self.width);
        for column in 0..self.width {
            let mut vector: Vec<f64> =
                self.values.iter().skip(column).step_by(self.width).copied().collect();
            let before = dot(&vector, &vector).sqrt();
            for _ in 0..2 {
                for other in &basis {
                    let along = dot(&vector, other);
                    for (value, other) in vector.iter_mut().zip(other) {
                        *value -= along * other;
                    }
                }
            }
            let norm = dot(&vector, &vector).sqrt();
            if norm > 1e-10 * before {
                basis.push(vector.into_iter().map(|value| value / norm).collect());
            }
        }
        let height = self.values.len() / self.width;
        let width = basis.len();
        let basis = &basis;
        let values =
            (0..height).flat_map(|row| basis.iter().map(move |vector| vector[row])).collect();
        Self { width, values }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twelve rows along two directions of five columns, the second half as long.
    fn flat() -> (SparseRows, Vec<Label>) {
        let cells = |turn: u16| -> Vec<(u32, f32)> {
            let (a, b) = (f32::from(turn % 4) - 1.5, 0.5 * (f32::from(turn % 3) - 1.0));
            [(0, a), (1, b), (2, -a), (4, b)].into_iter().filter(|(_, w)| *w != 0.0).collect()
        };
        let golds = (0..12).map(|turn| Label::ALL[turn % 4]).collect();
        (SparseRows::from_rows(5, (0..12).map(cells)).expect("columns ascend"), golds)
    }

    #[test]
    fn components_keep_the_distances_of_rows_that_lie_in_few_directions() {
        let (rows, golds) = flat();
        let config = ReductionConfig { components: 2, ..ReductionConfig::default() };
        let projection = fit_projection(&rows, &golds, config).expect("twelve rows");
        let dense: Vec<Vec<f64>> =
            (0..12).map(|row| projection.project(rows.row(row).0, rows.row(row).1)).collect();
        let distance = |i: usize, j: usize| -> (f64, f64) {
            let cell = |row: usize, column: u32| {
                let (columns, weights) = rows.row(row);
                columns.iter().position(|c| *c == column).map_or(0.0, |at| f64::from(weights[at]))
            };
            let sparse = (0..5).map(|c| (cell(i, c) - cell(j, c)).powi(2)).sum::<f64>();
            let reduced = dense[i].iter().zip(&dense[j]).map(|(a, b)| (a - b).powi(2)).sum();
            (sparse, reduced)
        };
        for (i, j) in [(0, 1), (0, 11), (3, 7), (5, 10)] {
            let (sparse, reduced) = distance(i, j);
            assert!((sparse - reduced).abs() < 1e-5, "{i} {j}: {sparse} {reduced}");
        }
        // centered: the mean of the reduced rows is zero
        let mean: f64 = dense.iter().map(|row| row[0]).sum();
        assert!(mean.abs() < 1e-5, "{mean}");
    }

    #[test]
    fn the_columns_that_tell_labels_apart_are_kept() {
        // given: column 1 marks neutral, 3 marks irrelevant, the others mark nothing
        let golds = [Label::ALL, Label::ALL].concat();
        let rows = SparseRows::from_rows(
            5,
            (0..8).map(|row| match row % 4 {
                1 => vec![(0, 1.0), (1, 1.0), (2, 0.3)],
                3 => vec![(0, 1.0), (2, 0.3), (3, 1.0)],
                _ => vec![(0, 1.0), (2, 0.3)],
            }),
        )
        .expect("columns ascend");
        let kept = most_telling(&rows.to_columns(), 5, &golds, 2);
        assert_eq!(kept, [1, 3]);
    }

    #[test]
    fn fewer_rows_than_components_give_as_many_as_there_are() {
        let (rows, golds) = flat();
        let four = rows.select(&[0, 1, 2, 3]);
        let projection = fit_projection(&four, &golds[..4], ReductionConfig::default());
        assert!(projection.expect("four rows").components() <= 4);
    }
}
