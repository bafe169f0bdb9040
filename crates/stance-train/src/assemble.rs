//! From what was fitted to the files of a model.

use std::collections::{BTreeMap, BTreeSet};

use stance_core::{Label, ModelId, TargetId};
use stance_features::{Featurizer as _, FittedFeaturizer};
use stance_models::{
    Artifact, Calibration, Conformal, DataSummary, DenseClassifier, FORMAT, FORMAT_VERSION,
    LinearClassifier, LinearWeights, Manifest, Model,
};

use crate::card::card;
use crate::recipe::{CalibrationConfig, Recipe};
use crate::{FitError, Fitted, Scaling, TrainingData, Trial, fit_temperature, fit_vector_scaling};

/// The calibration of that kind which fits held-out `logits`.
pub(crate) fn calibrate(
    config: CalibrationConfig,
    logits: &[[f64; Label::COUNT]],
    golds: &[Label],
    labels: &[Label],
) -> Result<Calibration, FitError> {
    let scaling: Scaling = match config {
        CalibrationConfig::None {} => return Ok(Calibration::default()),
        CalibrationConfig::Temperature {} => fit_temperature(logits, golds)?,
        CalibrationConfig::Vector {} => fit_vector_scaling(logits, golds, labels)?,
    };
    Ok(Calibration::new(scaling.temperature, scaling.bias)
        .expect("a fitted temperature is positive and finite"))
}

/// All that a run learned.
pub(crate) struct Learned {
    pub(crate) featurizer: FittedFeaturizer,
    pub(crate) fitted: Fitted,
    pub(crate) calibration: Calibration,
    pub(crate) conformal: Conformal,
}

/// The files of a model.
pub(crate) fn assemble(
    recipe: &Recipe,
    data: &TrainingData,
    target: &TargetId,
    learned: Learned,
    trial: &Trial,
) -> Artifact {
    let Learned { featurizer, fitted, calibration, conformal } = learned;
    let width = featurizer.width();
    let model = model_of(recipe, featurizer, fitted, calibration);
    let Trial { setting, scores } = trial;
    let mut by_label = [0; Label::COUNT];
    for annotated in &data.annotated {
        by_label[annotated.gold.index()] += 1;
    }
    let groups: BTreeSet<_> = data.annotated.iter().map(|a| &a.group).collect();
    let files: BTreeSet<_> = data.annotated.iter().map(|a| &a.source).collect();
    let round = |score: f64| (score * 1e4).round() / 1e4;
    let pooled = &scores.pooled;
    let mut dev_scores = BTreeMap::from([
        ("accuracy".to_owned(), round(pooled.accuracy)),
        ("log_loss".to_owned(), round(pooled.log_loss)),
    ]);
    for (name, score) in
        [("macro_f1", pooled.macro_f1), ("macro_f1_stances", pooled.macro_f1_stances)]
    {
        dev_scores.extend(score.map(|score| (name.to_owned(), round(score))));
    }
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        version: FORMAT_VERSION,
        kind: model.kind().to_owned(),
        name: recipe.name.clone(),
        crate_version: env!("CARGO_PKG_VERSION").to_owned(),
        weights_sha256: String::new(),
        labels: Label::ALL.to_vec(),
        target: target.as_str().to_owned(),
        license: recipe.license.clone(),
        seed: recipe.seed,
        data: DataSummary {
            sha256: data.sha256.clone(),
            statements: data.annotated.len(),
            groups: groups.len(),
            files: files.len(),
            by_label,
        },
        recipe: recipe.to_toml(),
        dev_scores,
    };
    let card = card(recipe, &manifest, scores, setting, width, &calibration);
    Artifact::new(manifest, model.to_bytes(), card).with_conformal(conformal)
}

fn model_of(
    recipe: &Recipe,
    featurizer: FittedFeaturizer,
    fitted: Fitted,
    calibration: Calibration,
) -> Model {
    // The artifact's own id is that of its manifest; this one is never asked for.
    let id = ModelId { name: recipe.name.as_str().into(), version: "".into() };
    match fitted {
        Fitted::Linear(weights) => {
            let narrow = |row: [f64; Label::COUNT]| {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "weights are stored in 16 bits"
                )]
                row.map(|weight| weight as f32)
            };
            let columns = weights.coefficients().iter().map(|row| narrow(*row)).collect();
            let weights = LinearWeights::new(columns, narrow(weights.intercepts()))
                .expect("a converged fit is finite");
            LinearClassifier::new(id, featurizer, weights, calibration)
                .expect("the weights were fitted to rows of this featurizer")
                .into()
        }
        Fitted::Dense(model) => DenseClassifier::new(id, featurizer, model, calibration)
            .expect("the model was fitted to rows of this featurizer")
            .into(),
    }
}
