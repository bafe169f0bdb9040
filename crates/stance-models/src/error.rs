use stance_core::Label;

use crate::{DenseClassifier, LinearClassifier, ShapeError};
use crate::{FORMAT, FORMAT_VERSION, OLDEST_FORMAT_VERSION};

/// The error of loading a model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file of the model cannot be read.
    #[error("cannot read model file {path}")]
    Read {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file of the model is larger than any model's.
    #[error("model file {path} has more than {limit} bytes")]
    TooLarge {
        /// Which file.
        path: String,
        /// The most that is read.
        limit: u64,
    },
    /// The manifest is no JSON of a manifest.
    #[error("model manifest is malformed")]
    Manifest(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The manifest belongs to something else.
    #[error("model format is {found:?}, expected {FORMAT:?}")]
    Format {
        /// What it says it is.
        found: String,
    },
    /// The model was written by another version.
    #[error(
        "model format is version {found}, this build reads {OLDEST_FORMAT_VERSION} to {FORMAT_VERSION}"
    )]
    Version {
        /// The version found.
        found: u32,
    },
    /// The model is of a kind that this build does not know.
    #[error(
        "model kind is {found:?}, this build runs {:?} and {:?}",
        LinearClassifier::KIND,
        DenseClassifier::KIND
    )]
    Kind {
        /// The kind found.
        found: String,
    },
    /// The model's columns stand in another order.
    #[error("model labels are {found:?}, expected {:?}", Label::ALL)]
    Labels {
        /// The order found.
        found: Vec<Label>,
    },
    /// The weights are not those that the manifest was written for.
    #[error("weights have SHA-256 {found}, the manifest says {expected}")]
    Digest {
        /// Digest of the weights.
        found: String,
        /// Digest that the manifest names.
        expected: String,
    },
    /// A weight is not a finite number.
    #[error("weights hold a number that is not finite")]
    NotFinite,
    /// The featurizer inside the weights cannot be read.
    #[error("features of the model cannot be read")]
    Features(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What the weights hold does not fit together.
    #[error("weights do not fit together")]
    Shape(#[from] ShapeError),
    /// What label sets are made by cannot be read.
    #[error("label sets of the model are malformed")]
    Conformal(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The label sets were made for other weights.
    #[error("label sets are of weights with SHA-256 {found}, the manifest says {expected}")]
    ConformalDigest {
        /// Digest that the label sets name.
        found: String,
        /// Digest that the manifest names.
        expected: String,
    },
    /// The weights are cut off or damaged.
    #[error("weights are malformed: {0}")]
    Malformed(String),
}

impl LoadError {
    pub(crate) fn manifest(cause: serde_json::Error) -> Self {
        Self::Manifest(Box::new(cause))
    }

    pub(crate) fn malformed(what: &str) -> Self {
        Self::Malformed(what.to_owned())
    }

    pub(crate) fn features(cause: stance_features::ReadError) -> Self {
        Self::Features(Box::new(cause))
    }
}
