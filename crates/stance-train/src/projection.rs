use serde::{Deserialize, Serialize};

/// A linear map from sparse rows to a few dense numbers: `kept columns · matrix + offset`.
///
/// # Shape
/// `matrix` has one row for each kept column and one column for each component; kept columns ascend
/// and are below the width; all numbers are finite. Reading one back checks this.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawProjection")]
pub struct Projection {
    width: usize,
    columns: Vec<u32>,
    matrix: Vec<f64>,
    offset: Vec<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProjection {
    width: usize,
    columns: Vec<u32>,
    matrix: Vec<f64>,
    offset: Vec<f64>,
}

/// The error of making a [`Projection`] or a model over one from parts that do not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ShapeError(pub(crate) &'static str);

impl TryFrom<RawProjection> for Projection {
    type Error = ShapeError;

    fn try_from(raw: RawProjection) -> Result<Self, ShapeError> {
        Self::new(raw.width, raw.columns, raw.matrix, raw.offset)
    }
}

impl Projection {
    pub(crate) fn new(
        width: usize,
        columns: Vec<u32>,
        matrix: Vec<f64>,
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
        if !matrix.iter().chain(&offset).all(|value| value.is_finite()) {
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
                for (sum, value) in sum.iter_mut().zip(self.loadings(place)) {
                    *sum += f64::from(weight) * value;
                }
            }
        }
        sum
    }

    /// The linear map of `head`, four numbers for each component, seen through this projection: for
    /// each kept column its coefficients, and what the offset adds.
    pub(crate) fn pull_back(&self, head: &[[f64; 4]]) -> (Vec<(u32, [f64; 4])>, [f64; 4]) {
        let through = |components: &[f64]| {
            components.iter().zip(head).fold([0.0; 4], |mut sum, (component, head)| {
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
            .map(|(place, &column)| (column, through(self.loadings(place))))
            .collect();
        (coefficients, through(&self.offset))
    }

    fn loadings(&self, place: usize) -> &[f64] {
        &self.matrix[place * self.offset.len()..][..self.offset.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_the_weighted_sum_of_the_kept_columns_and_the_offset() {
        let projection = Projection::new(9, vec![2, 5], vec![1.0, 0.0, 0.5, 2.0], vec![0.25, -1.0])
            .expect("two by two");
        // column 3 is not kept
        assert_eq!(projection.project(&[2, 3, 5], &[2.0, 9.0, 1.0]), [2.75, 1.0]);
        let (coefficients, intercept) = projection.pull_back(&[[1.0; 4], [2.0; 4]]);
        assert_eq!(coefficients, [(2, [1.0; 4]), (5, [4.5; 4])]);
        assert_eq!(intercept.map(f64::to_bits), [(-1.75_f64).to_bits(); 4]);
    }

    #[test]
    fn parts_that_do_not_fit_are_refused_when_read() {
        let refused = |json: &str| serde_json::from_str::<Projection>(json).is_err();
        assert!(!refused(r#"{"width":3,"columns":[0,2],"matrix":[1,2],"offset":[0]}"#));
        assert!(refused(r#"{"width":2,"columns":[0,2],"matrix":[1,2],"offset":[0]}"#));
        assert!(refused(r#"{"width":3,"columns":[2,0],"matrix":[1,2],"offset":[0]}"#));
        assert!(refused(r#"{"width":3,"columns":[0,2],"matrix":[1],"offset":[0]}"#));
        assert!(refused(r#"{"width":3,"columns":[],"matrix":[],"offset":[]}"#));
        assert!(refused(r#"{"width":3,"columns":[0,2],"matrix":[1,2],"offset":[0],"x":1}"#));
    }
}
