use std::sync::{Mutex, PoisonError};

use stance_core::{Classifier, ClassifyError, Distribution, Label, ModelId, Statement};
use stance_features::{Contribution, Featurizer, FittedFeaturizer, Scratch};

use crate::weights::{LinearWeights, take};
use crate::{Calibration, LoadError, Manifest};

/// What a weights file begins with.
const MAGIC: [u8; 8] = *b"STANCELN";

/// A linear model: features of a statement times weights, then [`Calibration`].
///
/// Answers depend on the statement alone. Safe to share between threads.
#[derive(Debug)]
pub struct LinearClassifier {
    id: ModelId,
    featurizer: FittedFeaturizer,
    weights: LinearWeights,
    calibration: Calibration,
    /// Buffers of earlier calls, one for each thread that has called at the same time.
    scratches: Mutex<Vec<Scratch>>,
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
        let scratches = Mutex::default();
        (featurizer.width() == weights.width()).then_some(Self {
            id,
            featurizer,
            weights,
            calibration,
            scratches,
        })
    }

    /// Number of feature columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.weights.width()
    }

    /// What makes the rows that the weights are for.
    #[must_use]
    pub fn featurizer(&self) -> &FittedFeaturizer {
        &self.featurizer
    }

    /// The answer for one statement.
    #[must_use]
    pub fn answer(&self, statement: &Statement, scratch: &mut Scratch) -> Distribution {
        let mut logits = self.weights.intercepts();
        let columns = self.weights.columns();
        for &(column, value) in self.featurizer.entries(statement, scratch) {
            for (logit, weight) in logits.iter_mut().zip(columns[column as usize]) {
                *logit += weight * value;
            }
        }
        self.calibration.distribution(logits.map(f64::from))
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
        let bias = self.calibration.logits(self.weights.intercepts().map(f64::from));
        let mut logits = bias;
        let term = |feature: Contribution| {
            let row = self.weights.columns()[feature.column as usize];
            let value = f64::from(feature.weight);
            Term { logits: row.map(|w| f64::from(w) * value / temperature), feature }
        };
        let mut terms: Vec<_> = self.featurizer.explain(statement).into_iter().map(term).collect();
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
        let featurizer = self.featurizer.to_bytes();
        let mut bytes = MAGIC.to_vec();
        bytes.extend((featurizer.len() as u64).to_le_bytes());
        bytes.extend(featurizer);
        self.weights.write(&mut bytes);
        bytes.extend(self.calibration.temperature().to_le_bytes());
        for bias in self.calibration.bias() {
            bytes.extend(bias.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`LinearClassifier::to_bytes`] wrote.
    pub(crate) fn read(manifest: &Manifest, bytes: &[u8]) -> Result<Self, LoadError> {
        if manifest.kind != Self::KIND {
            return Err(LoadError::Kind { found: manifest.kind.clone(), expected: Self::KIND });
        }
        let malformed = |what: &str| LoadError::Malformed(what.to_owned());
        let mut rest = bytes;
        if take::<8>(&mut rest)? != MAGIC {
            return Err(malformed("no weights of a linear model"));
        }
        let length = usize::try_from(u64::from_le_bytes(take(&mut rest)?)).unwrap_or(usize::MAX);
        let featurizer = rest.get(..length).ok_or_else(|| malformed("cut off in the features"))?;
        rest = &rest[length..];
        let featurizer = FittedFeaturizer::from_bytes(featurizer).map_err(LoadError::features)?;
        let weights = LinearWeights::read(&mut rest)?;
        let mut numbers = [0.0; 1 + Label::COUNT];
        for number in &mut numbers {
            *number = f64::from_le_bytes(take(&mut rest)?);
        }
        let [temperature, bias @ ..] = numbers;
        let calibration = Calibration::new(temperature, bias).ok_or(LoadError::NotFinite)?;
        if !rest.is_empty() {
            return Err(malformed("more bytes than the model has"));
        }
        let id = ModelId {
            name: manifest.name.as_str().into(),
            version: manifest.model_version().into(),
        };
        let widths = (featurizer.width(), weights.width());
        Self::new(id, featurizer, weights, calibration).ok_or_else(|| {
            LoadError::Malformed(format!("{} features and {} weights", widths.0, widths.1))
        })
    }
}

impl Classifier for LinearClassifier {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn classify(&self, batch: &[Statement]) -> Result<Vec<Distribution>, ClassifyError> {
        let lock = || self.scratches.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = lock().pop().unwrap_or_default();
        let answers = batch.iter().map(|statement| self.answer(statement, &mut scratch)).collect();
        lock().push(scratch);
        Ok(answers)
    }
}
