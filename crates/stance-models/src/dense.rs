use stance_core::Label;

use crate::wire::{put_blocks, take, take_blocks};
use crate::{LoadError, Projection, ShapeError, Trees};

/// The byte that stands for each form.
const QUADRATIC: u8 = 1;
const TREES: u8 = 2;

/// What a learner found over a few components of the sparse row, in plain numbers.
///
/// Fitting one needs a learner; running, saving and reading one does not. What is linear in the
/// components is linear in the row too, and is a [`LinearClassifier`](crate::LinearClassifier).
#[derive(Clone, Debug, PartialEq)]
pub enum DenseModel {
    /// Logits quadratic in the components: Gaussian naive Bayes.
    Quadratic(Quadratic),
    /// Logits from the shares in the leaves of trees over the components.
    Trees(Trees),
}

impl DenseModel {
    /// Number of columns of the rows it answers.
    #[must_use]
    pub fn width(&self) -> usize {
        self.projection().width()
    }

    /// The way from the row to the components.
    #[must_use]
    pub fn projection(&self) -> &Projection {
        match self {
            Self::Quadratic(quadratic) => &quadratic.projection,
            Self::Trees(trees) => trees.projection(),
        }
    }

    /// The logits of one sparse row, whose columns ascend, ordered as [`Label::ALL`].
    #[must_use]
    pub fn logits(&self, columns: &[u32], weights: &[f32]) -> [f64; Label::COUNT] {
        let components = self.projection().project(columns, weights);
        match self {
            Self::Quadratic(quadratic) => quadratic.logits(&components),
            Self::Trees(trees) => trees.logits(&components),
        }
    }

    /// Appends the binary form: the projection, the form (one byte), then its numbers.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        self.projection().write(out);
        match self {
            Self::Quadratic(quadratic) => {
                out.push(QUADRATIC);
                quadratic.write(out);
            }
            Self::Trees(trees) => {
                out.push(TREES);
                trees.write(out);
            }
        }
    }

    /// Reads what [`DenseModel::write`] wrote, from the front of `bytes`.
    pub(crate) fn read(bytes: &mut &[u8]) -> Result<Self, LoadError> {
        let projection = Projection::read(bytes)?;
        match take::<1>(bytes)?[0] {
            QUADRATIC => Quadratic::read(projection, bytes).map(Self::Quadratic),
            TREES => Trees::read(projection, bytes).map(Self::Trees),
            form => Err(LoadError::Malformed(format!("form {form} of a dense model is unknown"))),
        }
    }
}

/// The form of [`DenseModel::Quadratic`]: for each component a slope and a curvature.
#[derive(Clone, Debug, PartialEq)]
pub struct Quadratic {
    projection: Projection,
    slopes: Vec<[f64; Label::COUNT]>,
    curvatures: Vec<[f64; Label::COUNT]>,
    intercepts: [f64; Label::COUNT],
}

impl Quadratic {
    /// Puts a model together; each item is ordered as [`Label::ALL`].
    ///
    /// # Errors
    /// When there is not one slope and one curvature a component, or a number is not finite.
    pub fn new(
        projection: Projection,
        slopes: Vec<[f64; Label::COUNT]>,
        curvatures: Vec<[f64; Label::COUNT]>,
        intercepts: [f64; Label::COUNT],
    ) -> Result<Self, ShapeError> {
        if [slopes.len(), curvatures.len()] != [projection.components(); 2] {
            return Err(ShapeError("not one slope and one curvature a component"));
        }
        check_finite(slopes.iter().chain(&curvatures).flatten().chain(&intercepts))?;
        Ok(Self { projection, slopes, curvatures, intercepts })
    }

    fn logits(&self, components: &[f64]) -> [f64; Label::COUNT] {
        let mut logits = self.intercepts;
        for ((x, slope), curvature) in components.iter().zip(&self.slopes).zip(&self.curvatures) {
            for ((logit, slope), curvature) in logits.iter_mut().zip(slope).zip(curvature) {
                *logit += x * (slope + x * curvature);
            }
        }
        logits
    }

    /// Appends slopes, curvatures and intercepts, each number f64, little-endian.
    fn write(&self, out: &mut Vec<u8>) {
        put_blocks(out, &self.slopes);
        put_blocks(out, &self.curvatures);
        put_blocks(out, &[self.intercepts]);
    }

    fn read(projection: Projection, bytes: &mut &[u8]) -> Result<Self, LoadError> {
        let slopes = take_blocks(bytes, projection.components())?;
        let curvatures = take_blocks(bytes, projection.components())?;
        let [intercepts] = take_blocks(bytes, 1)?[..] else {
            return Err(LoadError::malformed("cut off"));
        };
        Ok(Self::new(projection, slopes, curvatures, intercepts)?)
    }
}

fn check_finite<'a>(mut values: impl Iterator<Item = &'a f64>) -> Result<(), ShapeError> {
    if values.all(|value| value.is_finite()) {
        Ok(())
    } else {
        Err(ShapeError("a number of the model is not finite"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quadratic(curvature: f64) -> Result<Quadratic, ShapeError> {
        let projection = Projection::new(3, vec![0, 2], vec![1.0, 2.0], vec![0.0])?;
        let slopes = vec![[1.0, 0.0, 0.0, 0.0]];
        let curvatures = vec![[0.0, curvature, 0.0, 0.0]];
        Quadratic::new(projection, slopes, curvatures, [0.0, 0.0, 0.5, 0.0])
    }

    #[test]
    fn a_quadratic_form_answers_what_its_numbers_say() {
        let model = DenseModel::Quadratic(quadratic(-1.0).expect("one component"));
        // the component is 1 · 1 + 2 · 1 = 3
        let expected = [3.0, -9.0, 0.5, 0.0];
        assert_eq!(
            model.logits(&[0, 2], &[1.0, 1.0]).map(f64::to_bits),
            expected.map(f64::to_bits)
        );
        assert_eq!(model.width(), 3);
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        assert!(quadratic(f64::NAN).is_err());
        let fitting = quadratic(-1.0).expect("one component");
        let none = Quadratic::new(fitting.projection, vec![], vec![], [0.0; Label::COUNT]);
        assert!(none.is_err());
    }

    #[test]
    fn a_form_that_nobody_knows_is_refused() {
        let mut bytes = Vec::new();
        let model = DenseModel::Quadratic(quadratic(-1.0).expect("one component"));
        model.write(&mut bytes);
        let at = bytes.iter().rposition(|byte| *byte == QUADRATIC).expect("the form is there");
        assert_eq!(DenseModel::read(&mut bytes.as_slice()).expect("just written"), model);
        bytes[at] = 9;
        assert!(DenseModel::read(&mut bytes.as_slice()).is_err());
    }
}
