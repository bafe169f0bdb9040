//! Trained artifacts: their format, loading and running them.
//!
//! An artifact is a folder with `manifest.json` (a [`Manifest`]: how the model was made), weights,
//! `card.md`, and `conformal.json` since models can abstain. Loading one gives a [`Model`], which is a
//! [`Classifier`](stance_core::Classifier); a linear one can also
//! [`explain`](LinearClassifier::explain) itself. Fitting is `stance-train`'s; nothing here needs a
//! learner.
//!
//! * [`Artifact`]: the files of one model, checked
//! * [`Model`]: a model of any kind
//! * [`LinearClassifier`]: features, weights, [`Calibration`]
//! * [`DenseClassifier`]: features, their components, a [`DenseModel`], calibration
//! * [`Conformal`]: label sets that hold the gold label as often as asked
//! * [`fast`]: the embedded default model, a linear one
//!
//! ```
//! use stance_core::{Article, ArticleId, Pipeline, SentenceExtractor, TargetId};
//!
//! let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is embedded");
//! let pipeline = Pipeline::new(extractor, stance_models::fast());
//! let body = "Armenia said on Monday that it would not host the bloc's drills.".to_owned();
//! let labeled = pipeline.label(&Article::new(ArticleId::new("a1"), body)?)?;
//! assert_eq!(labeled.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![warn(clippy::disallowed_methods)]

mod artifact;
mod calibration;
mod conformal;
mod dense;
mod dense_classifier;
mod embedded;
mod error;
mod linear;
mod manifest;
mod model;
mod projection;
mod scratch;
mod trees;
mod weights;
mod wire;

pub use artifact::{Artifact, CARD_FILE, CONFORMAL_FILE, MANIFEST_FILE, WEIGHTS_FILE};
pub use calibration::Calibration;
pub use conformal::{Alpha, CalibrationScores, Conformal, SetRule, nonconformity};
pub use dense::{DenseModel, Quadratic};
pub use dense_classifier::DenseClassifier;
pub use embedded::{EMBEDDED, embedded, fast};
pub use error::LoadError;
pub use linear::{Explanation, LinearClassifier, Term};
pub use manifest::{DataSummary, FORMAT, FORMAT_VERSION, Manifest, OLDEST_FORMAT_VERSION};
pub use model::Model;
pub use projection::{Projection, PulledBack, ShapeError};
pub use trees::{Node, Trees};
pub use weights::LinearWeights;

/// The library example of the workspace's README, as a test.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
