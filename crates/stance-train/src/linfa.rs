//! The bridge by which any linfa model becomes a [`Classifier`].
//!
//! This is the one place whose signatures name types of linfa and ndarray: a researcher brings a
//! model that linfa's traits can predict with, and says how a statement becomes its row.
//!
//! * [`LinfaClassifier`]: model and rows put together
//! * [`LinfaAnswers`]: what a model may predict, labels or probabilities
//!
//! ```
//! use linfa::traits::Fit;
//! use linfa_trees::DecisionTree;
//! use ndarray::{Array1, array};
//! use stance_core::{ArticleId, Classifier, Label, ModelId, Statement, StatementId, TargetId};
//! use stance_train::linfa::LinfaClassifier;
//!
//! // a model of one's own: a tree over two counts
//! let rows = array![[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [0.0, 2.0]];
//! let golds = array![Label::Distancing.index(), 2, Label::Supportive.index(), 0];
//! let tree = DecisionTree::params().fit(&linfa::Dataset::new(rows, golds))?;
//!
//! // and how a statement becomes its row
//! let count = |statement: &Statement, word| statement.text.matches(word).count() as f64;
//! let row = move |s: &Statement| array![count(s, "refused"), count(s, "thanked")];
//!
//! let id = ModelId { name: "my-tree".into(), version: "1".into() };
//! let classifier = LinfaClassifier::<_, _, Array1<usize>>::new(id, tree, 2, row);
//! let text = "Astana refused to join Moscow.".into();
//! let (id, article) = (StatementId::new("a#001"), ArticleId::new("a"));
//! let statement = Statement::new(id, article, text, TargetId::moscow());
//! assert_eq!(classifier.classify(&[statement])?[0].label(), Label::Distancing);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It saves nothing: a model that should be saved is one of the kinds of
//! [`LearnerConfig`](crate::LearnerConfig).

use std::fmt;
use std::marker::PhantomData;

use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2};
use stance_core::{
    Classifier, ClassifyError, Distribution, DistributionError, Label, ModelId, Statement,
};

/// What a linfa model may predict for a batch, read as distributions.
pub trait LinfaAnswers {
    /// Returns one distribution a row, in order.
    ///
    /// # Errors
    /// When an answer is no label or no distribution.
    fn distributions(&self) -> Result<Vec<Distribution>, AnswerError>;
}

/// The error of reading a model's answers, or of making its rows.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// A label is not the index of one.
    #[error("model answered label {found}, expected 0 to 3")]
    Label {
        /// What it was.
        found: usize,
    },
    /// There are not four probabilities a row.
    #[error("model answered {found} probabilities a row, expected 4")]
    Width {
        /// How many there were.
        found: usize,
    },
    /// Probabilities are none.
    #[error("model answered no distribution")]
    Distribution(#[from] DistributionError),
    /// A row has another length than the model expects.
    #[error("a statement became a row of {found} numbers, expected {expected}")]
    Row {
        /// How long it was.
        found: usize,
        /// How long it should be.
        expected: usize,
    },
}

/// Labels by their index in [`Label::ALL`]; each is taken as certain.
impl LinfaAnswers for Array1<usize> {
    fn distributions(&self) -> Result<Vec<Distribution>, AnswerError> {
        self.iter()
            .map(|&found| {
                let label = *Label::ALL.get(found).ok_or(AnswerError::Label { found })?;
                let certain = Label::ALL.map(|other| f64::from(u8::from(other == label)));
                Ok(Distribution::new(certain)?)
            })
            .collect()
    }
}

/// Probabilities, one column a label, ordered as [`Label::ALL`].
impl LinfaAnswers for Array2<f64> {
    fn distributions(&self) -> Result<Vec<Distribution>, AnswerError> {
        if self.ncols() != Label::COUNT {
            return Err(AnswerError::Width { found: self.ncols() });
        }
        self.rows()
            .into_iter()
            .map(|row| Ok(Distribution::new(std::array::from_fn(|label| row[label]))?))
            .collect()
    }
}

/// A linfa model and the way from a statement to its row, as a [`Classifier`].
///
/// `M` predicts `T` from an [`Array2<f64>`]: labels as [`Array1<usize>`], or probabilities as
/// [`Array2<f64>`]. Its answer for a row must not depend on the other rows.
pub struct LinfaClassifier<M, F, T> {
    id: ModelId,
    model: M,
    width: usize,
    row: F,
    answers: PhantomData<fn() -> T>,
}

impl<M, F, T> LinfaClassifier<M, F, T>
where
    M: PredictInplace<Array2<f64>, T> + Send + Sync,
    F: Fn(&Statement) -> Array1<f64> + Send + Sync,
    T: LinfaAnswers,
{
    /// Puts `model` and `row` together; `width` is the length of the rows that the model was
    /// fitted to.
    pub fn new(id: ModelId, model: M, width: usize, row: F) -> Self {
        Self { id, model, width, row, answers: PhantomData }
    }

    /// The model.
    pub fn model(&self) -> &M {
        &self.model
    }

    fn answer(&self, batch: &[Statement]) -> Result<Vec<Distribution>, AnswerError> {
        // models assert on the width: a wrong one must stop here
        let mut rows = Array2::zeros((batch.len(), self.width));
        for (statement, mut row) in batch.iter().zip(rows.rows_mut()) {
            let made = (self.row)(statement);
            if made.len() != self.width {
                return Err(AnswerError::Row { found: made.len(), expected: self.width });
            }
            row.assign(&made);
        }
        let mut answers = self.model.default_target(&rows);
        self.model.predict_inplace(&rows, &mut answers);
        answers.distributions()
    }
}

impl<M, F, T> fmt::Debug for LinfaClassifier<M, F, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinfaClassifier")
            .field("id", &self.id)
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}

impl<M, F, T> Classifier for LinfaClassifier<M, F, T>
where
    M: PredictInplace<Array2<f64>, T> + Send + Sync,
    F: Fn(&Statement) -> Array1<f64> + Send + Sync,
    T: LinfaAnswers,
{
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn classify(&self, batch: &[Statement]) -> Result<Vec<Distribution>, ClassifyError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        self.answer(batch).map_err(|error| ClassifyError::Model(Box::new(error)))
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use ndarray::array;
    use stance_core::{ArticleId, StatementId, TargetId};

    use super::*;

    /// Gives every row the same probabilities.
    struct Constant(Vec<f64>);

    impl PredictInplace<Array2<f64>, Array2<f64>> for Constant {
        fn predict_inplace(&self, rows: &Array2<f64>, answers: &mut Array2<f64>) {
            assert_eq!(rows.ncols(), 1, "as linfa's models do");
            for mut answer in answers.rows_mut() {
                answer.assign(&Array1::from(self.0.clone()));
            }
        }

        fn default_target(&self, rows: &Array2<f64>) -> Array2<f64> {
            Array2::zeros((rows.nrows(), self.0.len()))
        }
    }

    fn statement() -> Statement {
        let (id, article) = (StatementId::new("a#001"), ArticleId::new("a"));
        Statement::new(id, article, "Minsk thanked.".into(), TargetId::moscow())
    }

    fn classify(model: Constant, row: Array1<f64>) -> Result<Vec<Distribution>, ClassifyError> {
        let id = ModelId { name: "constant".into(), version: "1".into() };
        let classifier = LinfaClassifier::new(id, model, 1, move |_: &Statement| row.clone());
        assert_eq!(classifier.classify(&[]).expect("nothing to do"), []);
        classifier.classify(&[statement(), statement()])
    }

    #[test]
    fn probabilities_of_a_model_are_taken_as_they_are() {
        let model = Constant(vec![0.5, 0.25, 0.25, 0.0]);
        let answers = classify(model, array![1.0]).expect("a distribution");
        assert_eq!(answers, [Distribution::new([0.5, 0.25, 0.25, 0.0]).expect("sums to one"); 2]);
    }

    #[test]
    fn answers_and_rows_that_do_not_fit_are_errors_not_panics() {
        let cause = |probabilities: &[f64], row| {
            let error = classify(Constant(probabilities.to_vec()), row).expect_err("does not fit");
            error.source().map(ToString::to_string)
        };
        assert_eq!(
            cause(&[0.5, 0.5], array![1.0]).as_deref(),
            Some("model answered 2 probabilities a row, expected 4")
        );
        assert_eq!(
            cause(&[0.5, 0.25, 0.25, 0.0], array![1.0, 2.0]).as_deref(),
            Some("a statement became a row of 2 numbers, expected 1")
        );
        assert_eq!(
            cause(&[0.5, f64::NAN, 0.25, 0.0], array![1.0]).as_deref(),
            Some("model answered no distribution")
        );
        let labels = array![0, 4].distributions();
        assert_eq!(labels, Err(AnswerError::Label { found: 4 }));
    }
}
