use std::sync::Arc;

use stance_core::{Classifier, ClassifyError, Distribution, ModelId, Statement};

use crate::{DenseClassifier, Explanation, LinearClassifier, LoadError, Manifest};

/// A model of any kind that an [`Artifact`](crate::Artifact) can hold; a copy shares it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Model {
    /// `linear.v1`: features times weights.
    Linear(Arc<LinearClassifier>),
    /// `dense.v1`: naive Bayes, trees and forests over components of the features.
    Dense(Arc<DenseClassifier>),
}

impl Model {
    pub(crate) fn read(manifest: &Manifest, weights: &[u8]) -> Result<Self, LoadError> {
        match manifest.kind.as_str() {
            LinearClassifier::KIND => Ok(LinearClassifier::read(manifest, weights)?.into()),
            DenseClassifier::KIND => Ok(DenseClassifier::read(manifest, weights)?.into()),
            found => Err(LoadError::Kind { found: found.to_owned() }),
        }
    }

    /// The kind that its manifest names.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Linear(_) => LinearClassifier::KIND,
            Self::Dense(_) => DenseClassifier::KIND,
        }
    }

    /// The bytes of the weights file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Linear(linear) => linear.to_bytes(),
            Self::Dense(dense) => dense.to_bytes(),
        }
    }

    /// What each feature of `statement` adds to each label, or `None` where a model's answer is no
    /// sum over features.
    ///
    /// # Examples
    /// ```
    /// use stance_core::{Article, ArticleId, Extractor, SentenceExtractor, TargetId};
    /// use stance_models::{Model, fast};
    /// let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("embedded");
    /// let article = Article::new(ArticleId::new("a"), "Baku condemned Moscow.".to_owned())?;
    /// let why = Model::from(fast()).explain(&extractor.extract(&article)[0]);
    /// assert!(why.is_some(), "a linear model explains itself");
    /// # Ok::<(), stance_core::ArticleError>(())
    /// ```
    #[must_use]
    pub fn explain(&self, statement: &Statement) -> Option<Explanation> {
        match self {
            Self::Linear(linear) => Some(linear.explain(statement)),
            Self::Dense(_) => None,
        }
    }
}

impl From<Arc<LinearClassifier>> for Model {
    fn from(linear: Arc<LinearClassifier>) -> Self {
        Self::Linear(linear)
    }
}

impl From<LinearClassifier> for Model {
    fn from(linear: LinearClassifier) -> Self {
        Self::Linear(Arc::new(linear))
    }
}

impl From<DenseClassifier> for Model {
    fn from(dense: DenseClassifier) -> Self {
        Self::Dense(Arc::new(dense))
    }
}

impl Classifier for Model {
    fn id(&self) -> &ModelId {
        match self {
            Self::Linear(linear) => linear.id(),
            Self::Dense(dense) => dense.id(),
        }
    }

    fn classify(&self, batch: &[Statement]) -> Result<Vec<Distribution>, ClassifyError> {
        match self {
            Self::Linear(linear) => linear.classify(batch),
            Self::Dense(dense) => dense.classify(batch),
        }
    }
}
