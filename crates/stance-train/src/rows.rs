use rayon::prelude::*;
use stance_core::Label;

/// Feature rows of a data set, compressed: only the weights that are not zero, row after row.
///
/// # Shape
/// Columns ascend strictly within a row and are below [`width`](Self::width); weights are finite.
///
/// # Examples
/// ```
/// use stance_train::SparseRows;
/// let rows = SparseRows::from_rows(3, [vec![(0, 1.0), (2, 0.5)], vec![]])?;
/// assert_eq!((rows.len(), rows.nonzeros()), (2, 2));
/// assert_eq!(rows.row(0), (&[0, 2][..], &[1.0, 0.5][..]));
/// assert!(SparseRows::from_rows(3, [vec![(3, 1.0)]]).is_err());
/// # Ok::<(), stance_train::RowsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SparseRows {
    width: usize,
    /// Where each row starts in `columns`; one more at the end.
    offsets: Vec<usize>,
    columns: Vec<u32>,
    weights: Vec<f32>,
}

/// The error of making [`SparseRows`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RowsError {
    /// A column is not below the width.
    #[error("row {row} has column {column}, expected below {width}")]
    Width {
        /// Row, from 0.
        row: usize,
        /// Its column.
        column: u32,
        /// The width of the rows.
        width: usize,
    },
    /// Columns of a row do not ascend strictly.
    #[error("row {row} has column {column} after one that is not below it")]
    Order {
        /// Row, from 0.
        row: usize,
        /// The later column.
        column: u32,
    },
    /// A weight is infinite or not a number.
    #[error("row {row} has weight {weight} in column {column}, expected a finite number")]
    Weight {
        /// Row, from 0.
        row: usize,
        /// The column.
        column: u32,
        /// The weight.
        weight: f32,
    },
}

impl SparseRows {
    /// Copies rows of `(column, weight)`.
    ///
    /// # Errors
    /// When a column is not below `width`, columns do not ascend, or a weight is not finite.
    pub fn from_rows<R>(width: usize, rows: R) -> Result<Self, RowsError>
    where
        R: IntoIterator,
        R::Item: IntoIterator<Item = (u32, f32)>,
    {
        let mut built = Self { width, offsets: vec![0], columns: Vec::new(), weights: Vec::new() };
        for (row, cells) in rows.into_iter().enumerate() {
            let mut before = None;
            for (column, weight) in cells {
                if column as usize >= width {
                    return Err(RowsError::Width { row, column, width });
                }
                if before.is_some_and(|before| before >= column) {
                    return Err(RowsError::Order { row, column });
                }
                if !weight.is_finite() {
                    return Err(RowsError::Weight { row, column, weight });
                }
                before = Some(column);
                built.columns.push(column);
                built.weights.push(weight);
            }
            built.offsets.push(built.columns.len());
        }
        Ok(built)
    }

    /// Number of columns, used or not.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of stored weights.
    #[must_use]
    pub fn nonzeros(&self) -> usize {
        self.columns.len()
    }

    /// Columns and weights of one row.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn row(&self, row: usize) -> (&[u32], &[f32]) {
        let cells = self.offsets[row]..self.offsets[row + 1];
        (&self.columns[cells.clone()], &self.weights[cells])
    }

    /// What `of` makes of the columns and weights of each row, in order.
    pub(crate) fn par_map<T: Send>(&self, of: impl Fn(&[u32], &[f32]) -> T + Sync) -> Vec<T> {
        /// Rows that one task computes at least.
        const ROWS_PER_TASK: usize = 64;
        (0..self.len())
            .into_par_iter()
            .with_min_len(ROWS_PER_TASK)
            .map(|row| {
                let (columns, weights) = self.row(row);
                of(columns, weights)
            })
            .collect()
    }

    /// The given rows alone, in the given order.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let mut selected =
            Self { width: self.width, offsets: vec![0], columns: Vec::new(), weights: Vec::new() };
        for &row in rows {
            let (columns, weights) = self.row(row);
            selected.columns.extend_from_slice(columns);
            selected.weights.extend_from_slice(weights);
            selected.offsets.push(selected.columns.len());
        }
        selected
    }

    /// The same rows with the given ascending columns alone, numbered anew in their order.
    pub(crate) fn narrow(&self, kept: &[u32]) -> Self {
        let mut narrow =
            Self { width: kept.len(), offsets: vec![0], columns: Vec::new(), weights: Vec::new() };
        for row in 0..self.len() {
            let (columns, weights) = self.row(row);
            for (column, &weight) in columns.iter().zip(weights) {
                if let Ok(place) = kept.binary_search(column) {
                    narrow.columns.push(u32::try_from(place).expect("no more than the columns"));
                    narrow.weights.push(weight);
                }
            }
            narrow.offsets.push(narrow.columns.len());
        }
        narrow
    }

    /// The same cells, column after column.
    pub(crate) fn to_columns(&self) -> SparseColumns {
        let mut offsets = vec![0_usize; self.width + 1];
        for &column in &self.columns {
            offsets[column as usize + 1] += 1;
        }
        for column in 0..self.width {
            offsets[column + 1] += offsets[column];
        }
        let mut next = offsets.clone();
        let mut rows = vec![0_u32; self.columns.len()];
        let mut weights = vec![0_f32; self.columns.len()];
        for row in 0..self.len() {
            let (columns, values) = self.row(row);
            for (&column, &weight) in columns.iter().zip(values) {
                let place = &mut next[column as usize];
                rows[*place] = u32::try_from(row).expect("rows are fewer than 2^32");
                weights[*place] = weight;
                *place += 1;
            }
        }
        SparseColumns { offsets, rows, weights }
    }
}

/// The cells of [`SparseRows`] by column, rows ascending: a gradient by columns needs no partial
/// sums and is the same for any number of threads.
#[derive(Clone, Debug)]
pub(crate) struct SparseColumns {
    offsets: Vec<usize>,
    rows: Vec<u32>,
    weights: Vec<f32>,
}

impl SparseColumns {
    /// Rows and weights of one column.
    pub(crate) fn column(&self, column: usize) -> (&[u32], &[f32]) {
        let cells = self.offsets[column]..self.offsets[column + 1];
        (&self.rows[cells.clone()], &self.weights[cells])
    }

    /// The sum over the cells of `column` of the weight times the row's values.
    pub(crate) fn product(
        &self,
        column: usize,
        by_row: &[[f64; Label::COUNT]],
    ) -> [f64; Label::COUNT] {
        let (rows, weights) = self.column(column);
        accumulate([0.0; Label::COUNT], rows, weights, |row| by_row[row as usize])
    }
}

/// `sum` and each weight times the values at its index, added in order.
pub(crate) fn accumulate(
    mut sum: [f64; Label::COUNT],
    indices: &[u32],
    weights: &[f32],
    values: impl Fn(u32) -> [f64; Label::COUNT],
) -> [f64; Label::COUNT] {
    for (&index, &weight) in indices.iter().zip(weights) {
        let weight = f64::from(weight);
        for (sum, value) in sum.iter_mut().zip(values(index)) {
            *sum += weight * value;
        }
    }
    sum
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "small whole numbers are exact")]
mod tests {
    use super::*;

    fn rows() -> SparseRows {
        SparseRows::from_rows(3, [vec![(0, 1.0), (2, 2.0)], vec![], vec![(2, 3.0)]])
            .expect("columns ascend")
    }

    #[test]
    fn products_by_column_are_those_of_the_transposed_rows() {
        let columns = rows().to_columns();
        let by_row = [[1.0, 10.0, 0.0, 0.0], [5.0; 4], [2.0, 0.0, 1.0, 0.0]];
        assert_eq!(columns.product(0, &by_row), [1.0, 10.0, 0.0, 0.0]);
        assert_eq!(columns.product(1, &by_row), [0.0; 4]);
        assert_eq!(columns.product(2, &by_row), [8.0, 20.0, 3.0, 0.0]);
    }

    #[test]
    fn selected_rows_come_in_the_order_asked_for() {
        let selected = rows().select(&[2, 0]);
        assert_eq!(selected.row(0), (&[2][..], &[3.0][..]));
        assert_eq!(selected.row(1), (&[0, 2][..], &[1.0, 2.0][..]));
        assert_eq!((selected.len(), selected.width()), (2, 3));
    }

    #[test]
    fn cells_that_break_the_shape_are_refused() {
        let refused = |cells: &[(u32, f32)]| SparseRows::from_rows(3, [cells.to_vec()]).err();
        assert_eq!(refused(&[(3, 1.0)]), Some(RowsError::Width { row: 0, column: 3, width: 3 }));
        assert_eq!(refused(&[(1, 1.0), (1, 1.0)]), Some(RowsError::Order { row: 0, column: 1 }));
        assert!(matches!(refused(&[(1, f32::NAN)]), Some(RowsError::Weight { .. })));
    }
}
