/// A sparse row: columns ascending and below the width, weights finite.
///
/// # Examples
/// ```
/// use stance_features::Features;
/// let row = Features::new(10, vec![2, 7], vec![0.6, 0.8])?;
/// assert_eq!(row.iter().collect::<Vec<_>>(), [(2, 0.6), (7, 0.8)]);
/// assert!(Features::new(10, vec![7, 2], vec![0.6, 0.8]).is_err());
/// # Ok::<(), stance_features::FeaturesError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    columns: Vec<u32>,
    weights: Vec<f32>,
}

/// The error of making [`Features`] from parts that are no row.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FeaturesError {
    /// There are not as many weights as columns.
    #[error("row has {columns} columns and {weights} weights")]
    Length {
        /// Number of columns.
        columns: usize,
        /// Number of weights.
        weights: usize,
    },
    /// A column does not come after the one before it.
    #[error("column {column} follows column {previous}, expected ascending columns")]
    Order {
        /// The column before.
        previous: u32,
        /// The column at fault.
        column: u32,
    },
    /// A column is outside the row.
    #[error("column {column} is outside a row of {width}")]
    Width {
        /// The column at fault.
        column: u32,
        /// Number of columns of the row.
        width: usize,
    },
    /// A weight is NaN or infinite.
    #[error("weight of column {column} is {weight}, expected a finite number")]
    Weight {
        /// Whose weight it is.
        column: u32,
        /// What it was.
        weight: f32,
    },
}

impl Features {
    /// Checks a row of `width` columns, of which those not in `columns` are zero.
    ///
    /// # Errors
    /// When lengths differ, columns do not ascend or reach `width`, or a weight is not finite.
    pub fn new(width: usize, columns: Vec<u32>, weights: Vec<f32>) -> Result<Self, FeaturesError> {
        if columns.len() != weights.len() {
            return Err(FeaturesError::Length { columns: columns.len(), weights: weights.len() });
        }
        for pair in columns.windows(2) {
            if pair[0] >= pair[1] {
                return Err(FeaturesError::Order { previous: pair[0], column: pair[1] });
            }
        }
        if let Some(&column) = columns.last()
            && column as usize >= width
        {
            return Err(FeaturesError::Width { column, width });
        }
        match columns.iter().zip(&weights).find(|(_, weight)| !weight.is_finite()) {
            Some((&column, &weight)) => Err(FeaturesError::Weight { column, weight }),
            None => Ok(Self { columns, weights }),
        }
    }

    /// The row of `entries`, each column at most once and every weight finite.
    pub(crate) fn from_entries(entries: &mut [(u32, f32)]) -> Self {
        entries.sort_unstable_by_key(|&(column, _)| column);
        let (columns, weights) = entries.iter().copied().unzip();
        Self { columns, weights }
    }

    /// The columns that are not zero, ascending.
    #[must_use]
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The weights of [`Self::columns`], in the same order.
    #[must_use]
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// Column and weight of each entry, by ascending column.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u32, f32)> + '_ {
        self.columns.iter().copied().zip(self.weights.iter().copied())
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether the row is all zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_breaks_its_invariant_is_refused() {
        let error = |columns: &[u32], weights: &[f32]| {
            Features::new(3, columns.to_vec(), weights.to_vec()).expect_err("refused")
        };
        assert!(matches!(error(&[0, 1], &[1.0]), FeaturesError::Length { .. }));
        assert!(matches!(error(&[1, 1], &[1.0, 1.0]), FeaturesError::Order { .. }));
        assert!(matches!(error(&[1, 3], &[1.0, 1.0]), FeaturesError::Width { column: 3, .. }));
        assert!(matches!(error(&[1], &[f32::NAN]), FeaturesError::Weight { column: 1, .. }));
    }
}
