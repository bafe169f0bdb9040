use stance_core::Label;

use crate::LoadError;
use crate::wire::{put_count, take, take_count, take_many};

/// A linear map from sparse rows to a few dense numbers: `kept columns · matrix + offset`.
///
/// # Shape
/// `matrix` has one row for each kept column and one column for each component; kept columns ascend
/// and are below the width; there is at least one component; all numbers are finite.
///
/// # Examples
/// ```
/// use stance_models::Projection;
/// // of nine columns two count, for one component
/// let projection = Projection::new(9, vec![2, 5], vec![1.0, 0.5], vec![0.25])?;
/// assert_eq!(projection.project(&[2, 3, 5], &[2.0, 9.0, 1.0]), [2.75]);
/// # Ok::<(), stance_models::ShapeError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    width: usize,
    columns: Vec<u32>,
    matrix: Vec<f32>,
    offset: Vec<f64>,
}

/// The error of making a [`Projection`] or a model over one from parts that do not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ShapeError(pub(crate) &'static str);

/// A linear map on sparse rows: the kept columns, ascending, each with four coefficients ordered as
/// [`Label::ALL`], and what is added.
pub type PulledBack = (Vec<(u32, [f64; Label::COUNT])>, [f64; Label::COUNT]);

impl Projection {
    /// Puts a projection of rows of `width` columns together; `matrix` stands row after row.
    ///
    /// # Errors
    /// When the parts break the shape.
    pub fn new(
        width: usize,
        columns: Vec<u32>,
        matrix: Vec<f32>,
        offset: Vec<f64>,
    ) -> Result<Self, ShapeError> {
        if columns.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(ShapeError("kept columns do not ascend"));
        }
        if columns.last().is_some_and(|&column| column as usize >= width) {
            return Err(ShapeError("a kept column is not below the width"));
        }
        if offset.is_empty() || Some(matrix.len()) != columns.len().checked_mul(offset.len()) {
            return Err(ShapeError("the matrix is not kept columns by components"));
        }
        let finite =
            matrix.iter().all(|value| value.is_finite()) && offset.iter().all(|v| v.is_finite());
        if !finite {
            return Err(ShapeError("a number of the projection is not finite"));
        }
        Ok(Self { width, columns, matrix, offset })
    }

    /// Number of columns of the sparse rows.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of components.
    #[must_use]
    pub fn components(&self) -> usize {
        self.offset.len()
    }

    /// The components of one row, whose columns ascend.
    #[must_use]
    pub fn project(&self, columns: &[u32], weights: &[f32]) -> Vec<f64> {
        let mut sum = self.offset.clone();
        for (column, &weight) in columns.iter().zip(weights) {
            if let Ok(place) = self.columns.binary_search(column) {
                for (sum, &value) in sum.iter_mut().zip(self.loadings(place)) {
                    *sum += f64::from(weight) * f64::from(value);
                }
            }
        }
        sum
    }

    /// The linear map of `head`, four numbers for each component, seen through this projection: what
    /// makes a linear model of components one of the sparse rows themselves.
    ///
    /// # Panics
    /// If `head` has not one item a component.
    #[must_use]
    pub fn pull_back(&self, head: &[[f64; Label::COUNT]]) -> PulledBack {
        assert_eq!(head.len(), self.components(), "four numbers a component");
        let through = |components: &mut dyn Iterator<Item = f64>| {
            components.zip(head).fold([0.0; Label::COUNT], |mut sum, (component, head)| {
                for (sum, head) in sum.iter_mut().zip(head) {
                    *sum += component * head;
                }
                sum
            })
        };
        let coefficients = self
            .columns
            .iter()
            .enumerate()
            .map(|(place, &column)| {
                (column, through(&mut self.loadings(place).iter().copied().map(f64::from)))
            })
            .collect();
        (coefficients, through(&mut self.offset.iter().copied()))
    }

    fn loadings(&self, place: usize) -> &[f32] {
        &self.matrix[place * self.offset.len()..][..self.offset.len()]
    }

    /// Appends the binary form: width, number of kept columns and of components (u32), the columns
    /// (u32), the matrix (f32), the offset (f64), all little-endian.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        put_count(out, self.width);
        put_count(out, self.columns.len());
        put_count(out, self.offset.len());
        out.extend(self.columns.iter().flat_map(|column| column.to_le_bytes()));
        out.extend(self.matrix.iter().flat_map(|value| value.to_le_bytes()));
        out.extend(self.offset.iter().flat_map(|value| value.to_le_bytes()));
    }

    /// Reads what [`Projection::write`] wrote, from the front of `bytes`.
    pub(crate) fn read(bytes: &mut &[u8]) -> Result<Self, LoadError> {
        let width = u32::from_le_bytes(take(bytes)?) as usize;
        let (kept, components) = (take_count(bytes)?, take_count(bytes)?);
        let columns = take_many(bytes, kept, u32::from_le_bytes)?;
        // a product beyond the address space is beyond the bytes too
        let matrix = take_many(bytes, kept.saturating_mul(components), f32::from_le_bytes)?;
        let offset = take_many(bytes, components, f64::from_le_bytes)?;
        Ok(Self::new(width, columns, matrix, offset)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_map_of_components_is_one_of_the_row_itself() {
        let projection = Projection::new(9, vec![2, 5], vec![1.0, 0.0, 0.5, 2.0], vec![0.25, -1.0])
            .expect("two by two");
        // column 3 is not kept
        assert_eq!(projection.project(&[2, 3, 5], &[2.0, 9.0, 1.0]), [2.75, 1.0]);
        let (coefficients, added) = projection.pull_back(&[[1.0; 4], [2.0; 4]]);
        assert_eq!(coefficients, [(2, [1.0; 4]), (5, [4.5; 4])]);
        assert_eq!(added.map(f64::to_bits), [(-1.75_f64).to_bits(); 4]);
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let refused = |width, columns: &[u32], matrix: &[f32], offset: &[f64]| {
            Projection::new(width, columns.to_vec(), matrix.to_vec(), offset.to_vec()).is_err()
        };
        assert!(!refused(3, &[0, 2], &[1.0, 2.0], &[0.0]));
        assert!(refused(2, &[0, 2], &[1.0, 2.0], &[0.0]));
        assert!(refused(3, &[2, 0], &[1.0, 2.0], &[0.0]));
        assert!(refused(3, &[0, 2], &[1.0], &[0.0]));
        assert!(refused(3, &[], &[], &[]));
        assert!(refused(3, &[0, 2], &[1.0, f32::NAN], &[0.0]));
        assert!(refused(3, &[0, 2], &[1.0, 2.0], &[f64::INFINITY]));
    }
}
