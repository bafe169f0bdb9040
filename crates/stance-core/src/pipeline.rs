use std::fmt;
use std::sync::Arc;

use crate::{Article, Distribution, Statement};

/// Cuts an article into statements, in the order of the text.
pub trait Extractor: Send + Sync {
    /// Returns the statements of `article`, by ascending start.
    fn extract(&self, article: &Article) -> Vec<Statement>;
}

/// Gives each statement a distribution over the four labels.
pub trait Classifier: Send + Sync {
    /// The name and version that records carry.
    fn id(&self) -> &ModelId;

    /// Returns one distribution for each statement of `batch`, in order; no answer depends on what
    /// else is in the batch.
    ///
    /// # Errors
    /// When the model cannot answer.
    fn classify(&self, batch: &[Statement]) -> Result<Vec<Distribution>, ClassifyError>;
}

/// The name and version of a model, as records carry them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModelId {
    /// Name, such as `fast`.
    pub name: Arc<str>,
    /// Version: changes whenever an answer of the model can change.
    pub version: Arc<str>,
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

/// The error of classifying a batch.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClassifyError {
    /// The classifier gave another number of answers than it was asked for.
    #[error("model gave {found} answers for {expected} statements")]
    Count {
        /// Number of answers.
        found: usize,
        /// Number of statements.
        expected: usize,
    },
    /// The model itself failed.
    #[error("model failed")]
    Model(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A statement with the distribution that a model gave it; made by a [`Pipeline`] only.
#[derive(Clone, Debug, PartialEq)]
pub struct Labeled {
    statement: Statement,
    distribution: Distribution,
    model: ModelId,
}

impl Labeled {
    /// The statement.
    #[must_use]
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// What the model answered.
    #[must_use]
    pub fn distribution(&self) -> &Distribution {
        &self.distribution
    }

    /// Which model answered.
    #[must_use]
    pub fn model(&self) -> &ModelId {
        &self.model
    }
}

/// An extractor and a classifier put together: article in, labeled statements out.
#[derive(Clone, Debug)]
pub struct Pipeline<E, C> {
    extractor: E,
    classifier: C,
}

impl<E: Extractor, C: Classifier> Pipeline<E, C> {
    /// Puts `extractor` and `classifier` together.
    pub fn new(extractor: E, classifier: C) -> Self {
        Self { extractor, classifier }
    }

    /// The extractor.
    pub fn extractor(&self) -> &E {
        &self.extractor
    }

    /// The classifier.
    pub fn classifier(&self) -> &C {
        &self.classifier
    }

    /// Labels every statement of `article`, in the order of the text.
    ///
    /// # Errors
    /// When the classifier fails.
    pub fn label(&self, article: &Article) -> Result<Vec<Labeled>, ClassifyError> {
        self.label_statements(self.extractor.extract(article))
    }

    /// Labels statements that are already cut, in their order.
    ///
    /// # Errors
    /// When the classifier fails.
    pub fn label_statements(
        &self,
        statements: Vec<Statement>,
    ) -> Result<Vec<Labeled>, ClassifyError> {
        let distributions = self.classifier.classify(&statements)?;
        if distributions.len() != statements.len() {
            return Err(ClassifyError::Count {
                found: distributions.len(),
                expected: statements.len(),
            });
        }
        let model = self.classifier.id();
        Ok(statements
            .into_iter()
            .zip(distributions)
            .map(|(statement, distribution)| Labeled {
                statement,
                distribution,
                model: model.clone(),
            })
            .collect())
    }
}

impl<T: Extractor + ?Sized> Extractor for Box<T> {
    fn extract(&self, article: &Article) -> Vec<Statement> {
        (**self).extract(article)
    }
}

impl<T: Classifier + ?Sized> Classifier for Box<T> {
    fn id(&self) -> &ModelId {
        (**self).id()
    }

    fn classify(&self, batch: &[Statement]) -> Result<Vec<Distribution>, ClassifyError> {
        (**self).classify(batch)
    }
}

impl<T: Classifier + ?Sized> Classifier for Arc<T> {
    fn id(&self) -> &ModelId {
        (**self).id()
    }

    fn classify(&self, batch: &[Statement]) -> Result<Vec<Distribution>, ClassifyError> {
        (**self).classify(batch)
    }
}
