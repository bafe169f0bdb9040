use stance_core::{Classifier, ClassifyError, Distribution, Label, ModelId, Statement};
use stance_features::{Contribution, Featurizer as _, FittedFeaturizer, Scorer, Scratch};

use crate::scratch::ScratchPool;
use crate::{Calibration, LinearWeights, LoadError, Manifest, weights, wire};

/// What a weights file begins with.
const MAGIC: [u8; 8] = *b"STANCELN";

/// A linear model: features of a statement times weights, then [`Calibration`].
///
/// Answers depend on the statement alone. Safe to share between threads.
#[derive(Debug)]
pub struct LinearClassifier {
    id: ModelId,
    scorer: Scorer,
    intercepts: [f32; Label::COUNT],
    calibration: Calibration,
    scratches: ScratchPool,
}

/// Why a [`LinearClassifier`] answered what it did: terms that sum to its logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Calibrated logits, ordered as [`Label::ALL`]: `bias` and all terms added up.
    pub logits: [f64; Label::COUNT],
    /// What the model says of a statement without features.
    pub bias: [f64; Label::COUNT],
    /// One for each feature of the statement, the strongest first.
    pub terms: Vec<Term>,
    /// The answer.
    pub distribution: Distribution,
}

/// What one feature adds to each label's logit.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The feature: its name, its weight in the row, where it stands.
    pub feature: Contribution,
    /// What it adds, ordered as [`Label::ALL`].
    pub logits: [f64; Label::COUNT],
}

impl Term {
    /// How far the feature moves the labels apart: the spread of what it adds.
    #[must_use]
    pub fn strength(&self) -> f64 {
        let top = self.logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        top - self.logits.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

impl LinearClassifier {
    /// The kind that its manifest names.
    pub const KIND: &str = "linear.v1";

    /// Puts a model together, or `None` when featurizer and weights are not equally wide.
    #[must_use]
    pub fn new(
        id: ModelId,
        featurizer: FittedFeaturizer,
        weights: LinearWeights,
        calibration: Calibration,
    ) -> Option<Self> {
        let intercepts = weights.intercepts();
        let scorer = Scorer::new(featurizer, weights.into_columns())?;
        Some(Self { id, scorer, intercepts, calibration, scratches: ScratchPool::default() })
    }

    /// Number of feature columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.scorer.weights().len()
    }

    /// What makes the rows that the weights are for.
    #[must_use]
    pub fn featurizer(&self) -> &FittedFeaturizer {
        self.scorer.featurizer()
    }

    /// The answer for one statement.
    #[must_use]
    pub fn answer(&self, statement: &Statement, scratch: &mut Scratch) -> Distribution {
        let mut logits = self.scorer.scores(statement, scratch);
        for (logit, intercept) in logits.iter_mut().zip(self.intercepts) {
            *logit += f64::from(intercept);
        }
        self.calibration.distribution(logits)
    }

    /// What each feature of `statement` adds to each label, the strongest first.
    ///
    /// # Examples
    /// ```
    /// use stance_core::{Article, ArticleId, Extractor, SentenceExtractor, TargetId};
    /// let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("embedded");
    /// let article = Article::new(ArticleId::new("a"), "Baku condemned Moscow.".to_owned())?;
    /// let why = stance_models::fast().explain(&extractor.extract(&article)[0]);
    /// let summed = why.bias[0] + why.terms.iter().map(|term| term.logits[0]).sum::<f64>();
    /// assert!((summed - why.logits[0]).abs() < 1e-4);
    /// # Ok::<(), stance_core::ArticleError>(())
    /// ```
    #[must_use]
    pub fn explain(&self, statement: &Statement) -> Explanation {
        let temperature = self.calibration.temperature();
        let bias = self.calibration.logits(self.intercepts.map(f64::from));
        let mut logits = bias;
        let term = |feature: Contribution| {
            let row = self.scorer.weights()[feature.column as usize];
            let value = f64::from(feature.weight);
            Term { logits: row.map(|w| f64::from(w) * value / temperature), feature }
        };
        let mut terms: Vec<_> =
            self.featurizer().explain(statement).into_iter().map(term).collect();
        for term in &terms {
            for (logit, added) in logits.iter_mut().zip(term.logits) {
                *logit += added;
            }
        }
        terms.sort_by(|a, b| b.strength().total_cmp(&a.strength()));
        Explanation { logits, bias, terms, distribution: Distribution::from_logits(logits) }
    }

    /// The bytes of the weights file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::write(MAGIC, self.featurizer(), &self.calibration, |out| {
            weights::write(self.scorer.weights(), self.intercepts, out);
        })
    }

    /// Reads what [`LinearClassifier::to_bytes`] wrote.
    pub(crate) fn read(manifest: &Manifest, bytes: &[u8]) -> Result<Self, LoadError> {
        let (featurizer, weights, calibration) = wire::read(MAGIC, bytes, LinearWeights::read)?;
        let widths = (featurizer.width(), weights.width());
        Self::new(manifest.model_id(), featurizer, weights, calibration).ok_or_else(|| {
            LoadError::Malformed(format!("{} features and {} weights", widths.0, widths.1))
        })
    }
}

impl Classifier for LinearClassifier {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn classify(&self, batch: &[Statement]) -> Result<Vec<Distribution>, ClassifyError> {
        Ok(self.scratches.with(|scratch| batch.iter().map(|s| self.answer(s, scratch)).collect()))
    }
}
