//! Trained artifacts: their format, loading and running them.
//!
//! An artifact is a folder with `manifest.json` (a [`Manifest`]: how the model was made), weights
//! and `card.md`. Loading one gives a [`LinearClassifier`], which is a
//! [`Classifier`](stance_core::Classifier) that can also [`explain`](LinearClassifier::explain)
//! itself. Fitting is `stance-train`'s; nothing here needs a learner.
//!
//! * [`Artifact`]: the files of one model, checked
//! * [`LinearClassifier`]: features, weights, [`Calibration`]
//! * [`fast`]: the embedded default model
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
mod embedded;
mod error;
mod linear;
mod manifest;
mod weights;

pub use artifact::{Artifact, CARD_FILE, MANIFEST_FILE, WEIGHTS_FILE};
pub use calibration::Calibration;
pub use embedded::{EMBEDDED, embedded, fast};
pub use error::LoadError;
pub use linear::{Explanation, LinearClassifier, Term};
pub use manifest::{DataSummary, FORMAT, FORMAT_VERSION, Manifest, OLDEST_FORMAT_VERSION};
pub use weights::LinearWeights;

/// The library example of the workspace's README, as a test.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
