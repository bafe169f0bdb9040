//! Fitting: the sparse solver, linfa learners, calibration and cross-validation.
//!
//! What is fitted here runs elsewhere: `stance-models` holds the forms that are saved and does
//! not need this crate, nor linfa.
//!
//! * [`SparseRows`]: feature rows of a whole data set; [`Supervision`]: what they should answer.
//! * [`Softmax`]: multinomial logistic regression on sparse rows.
//! * [`LearnerConfig`]: all kinds of learners, those of linfa over components of the rows;
//!   [`Fitted`]: what they find.
//! * [`train`]: a whole run as a [`Recipe`] says, to an artifact.
//! * [`linfa`]: any linfa model of one's own as a classifier.
//! * [`fit_temperature`] and [`fit_vector_scaling`]: honest probabilities from held-out logits.
//! * [`fit_conformal`]: label sets that hold the gold label as often as asked.
//! * [`KindTable`]: the weights of words that tell kinds of statements.
//! * [`cross_validate`] and [`search_c`]: hyperparameters by grouped cross-validation.
//!
//! ```
//! use stance_core::{Distribution, Label};
//! use stance_train::{SoftmaxConfig, SoftmaxProblem, SparseRows, Supervision};
//! // four rows, each with a column of its own
//! let rows = SparseRows::from_rows(4, (0..4).map(|column| [(column, 1.0)]))?;
//! let problem = SoftmaxProblem::new(&rows, Supervision::of(&Label::ALL))?;
//! let softmax = SoftmaxConfig { c: 10.0, ..SoftmaxConfig::default() }.check()?;
//! let weights = softmax.fit(&problem, None)?.converged()?;
//! let answer = Distribution::from_logits(weights.logits(&[2], &[1.0]));
//! assert_eq!(answer.label(), Label::Distancing);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It opens no files: text and gold are read elsewhere.
#![warn(clippy::disallowed_methods)]

mod assemble;
mod bayes;
mod calibration;
mod card;
mod conformal;
mod cross_validation;
mod error;
mod forest;
mod kinds;
mod learner;
pub mod linfa;
mod logistic;
mod minimize;
mod multinomial;
mod recipe;
mod reduction;
mod rows;
mod softmax;
mod supervision;
mod svm;
mod train;
mod vector;

pub use bayes::BayesConfig;
pub use calibration::{Scaling, fit_temperature, fit_vector_scaling};
pub use conformal::fit_conformal;
pub use cross_validation::{
    CrossValidation, FoldScores, GridPoint, MeanSd, cross_validate, search_c,
};
pub use error::FitError;
pub use forest::{ForestConfig, TreeConfig};
pub use kinds::{KindError, KindRow, KindTable};
pub use learner::{Fitted, Learner, LearnerConfig, SoftmaxRecipe};
pub use logistic::LogisticConfig;
pub use minimize::{Convergence, Outcome};
pub use multinomial::MultinomialConfig;
pub use recipe::{CalibrationConfig, DataConfig, HoldOut, Recipe, RecipeError};
pub use reduction::ReductionConfig;
pub use rows::{RowsError, SparseRows};
pub use softmax::{Softmax, SoftmaxConfig, SoftmaxFit, SoftmaxProblem, SoftmaxWeights};
pub use supervision::{ClassWeights, Supervision};
pub use svm::SvmConfig;
pub use train::{TrainError, TrainStep, Trained, TrainingData, Trial, train};
