use stance_core::{Classifier, ClassifyError, Distribution, ModelId, Statement};
use stance_features::{Featurizer as _, FittedFeaturizer, Scratch};

use crate::scratch::ScratchPool;
use crate::{Calibration, DenseModel, LoadError, Manifest, ShapeError, wire};

/// What a weights file begins with.
const MAGIC: [u8; 8] = *b"STANCEDN";

/// A model over components of a statement's features, then [`Calibration`].
///
/// Answers depend on the statement alone. Safe to share between threads.
#[derive(Debug)]
pub struct DenseClassifier {
    id: ModelId,
    featurizer: FittedFeaturizer,
    model: DenseModel,
    calibration: Calibration,
    scratches: ScratchPool,
}

impl DenseClassifier {
    /// The kind that its manifest names.
    pub const KIND: &str = "dense.v1";

    /// Puts the parts together.
    ///
    /// # Errors
    /// When featurizer and model are not equally wide.
    pub fn new(
        id: ModelId,
        featurizer: FittedFeaturizer,
        model: DenseModel,
        calibration: Calibration,
    ) -> Result<Self, ShapeError> {
        if featurizer.width() != model.width() {
            return Err(ShapeError("featurizer and model are not equally wide"));
        }
        let scratches = ScratchPool::default();
        Ok(Self { id, featurizer, model, calibration, scratches })
    }

    /// What makes the rows.
    #[must_use]
    pub fn featurizer(&self) -> &FittedFeaturizer {
        &self.featurizer
    }

    /// What answers them.
    #[must_use]
    pub fn model(&self) -> &DenseModel {
        &self.model
    }

    /// The answer for one statement.
    #[must_use]
    pub fn answer(&self, statement: &Statement, scratch: &mut Scratch) -> Distribution {
        let row = self.featurizer.featurize_with(statement, scratch);
        self.calibration.distribution(self.model.logits(row.columns(), row.weights()))
    }

    /// The bytes of the weights file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::write(MAGIC, &self.featurizer, &self.calibration, |out| self.model.write(out))
    }

    /// Reads what [`DenseClassifier::to_bytes`] wrote.
    pub(crate) fn read(manifest: &Manifest, bytes: &[u8]) -> Result<Self, LoadError> {
        let (featurizer, model, calibration) = wire::read(MAGIC, bytes, DenseModel::read)?;
        Ok(Self::new(manifest.model_id(), featurizer, model, calibration)?)
    }
}

impl Classifier for DenseClassifier {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn classify(&self, batch: &[Statement]) -> Result<Vec<Distribution>, ClassifyError> {
        Ok(self.scratches.with(|scratch| batch.iter().map(|s| self.answer(s, scratch)).collect()))
    }
}
