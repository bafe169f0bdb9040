use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use stance_core::{Annotated, Label, ModelId, Statement, TargetId};
use stance_eval::{Fold, SplitError, Splits, group_folds};
use stance_features::{
    Features, Featurizer as _, FeaturizerConfig, FitContext, FittedFeaturizer, Lexicons, Scratch,
};
use stance_models::{
    Artifact, Calibration, DataSummary, FORMAT, FORMAT_VERSION, LinearClassifier, LinearWeights,
    Manifest,
};

use crate::card::card;
use crate::recipe::{CalibrationConfig, HoldOut, LearnerConfig, Recipe, SoftmaxRecipe};
use crate::{
    CrossValidation, FitError, Scaling, SoftmaxConfig, SoftmaxProblem, SoftmaxWeights, SparseRows,
    Supervision, cross_validate, fit_temperature, fit_vector_scaling,
};

/// Annotated statements and the digest of the files they came from.
#[derive(Clone, Debug)]
pub struct TrainingData {
    /// The statements, in the order of the files and lines.
    pub annotated: Vec<Annotated>,
    /// The fold of each group, where the recipe names a file of them.
    pub splits: Option<Splits>,
    /// SHA-256 over the bytes of all files, in the order of their names, hexadecimal.
    pub sha256: String,
}

/// What a training run made.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The model's files.
    pub artifact: Artifact,
    /// Each `C` of the recipe with its held-out scores, in order.
    pub grid: Vec<(f64, CrossValidation)>,
    /// The `C` that was taken.
    pub c: f64,
}

/// One step of a training run, for people who wait.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum TrainStep {
    /// One fold is fitted and scored.
    Fold {
        /// Which, from 1.
        number: usize,
        /// Of how many.
        of: usize,
    },
    /// The model itself is being fitted, on all statements.
    Final {
        /// Number of feature columns.
        width: usize,
        /// The `C` taken.
        c: f64,
    },
}

/// The error of a training run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// There is nothing to train on.
    #[error("no annotated statements to train on")]
    Empty,
    /// Statements are about several targets.
    #[error("statements are about {first} and {second}, expected one target")]
    Targets {
        /// Target of the first statement.
        first: TargetId,
        /// Another one.
        second: TargetId,
    },
    /// The features cannot be fitted.
    #[error("features cannot be fitted")]
    Features(#[from] stance_features::FitError),
    /// The data cannot be split.
    #[error("data cannot be split into folds")]
    Split(#[from] SplitError),
    /// The learner failed.
    #[error("weights cannot be fitted")]
    Fit(#[from] FitError),
}

/// Trains as `recipe` says: settings and calibration on held-out folds, then the model on all.
///
/// The same recipe, data and lexicons give the same bytes, whatever the number of threads.
///
/// # Errors
/// When the data does not serve, or a fit fails or does not converge.
pub fn train(
    recipe: &Recipe,
    data: &TrainingData,
    lexicons: &Lexicons,
    mut step: impl FnMut(TrainStep),
) -> Result<Trained, TrainError> {
    let target = one_target(&data.annotated)?;
    let LearnerConfig::Softmax(learner) = &recipe.learner;
    let golds: Vec<Label> = data.annotated.iter().map(|a| a.gold).collect();
    let folds = folds(recipe, data)?;

    // Features are fitted anew within each fold: document frequencies are learned too.
    let mut held_out: Vec<BTreeMap<usize, Vec<[f64; Label::COUNT]>>> =
        vec![BTreeMap::new(); learner.c.len()];
    for (index, fold) in folds.iter().enumerate() {
        let train_rows: Vec<&Annotated> = fold.train.iter().map(|&i| &data.annotated[i]).collect();
        let (featurizer, rows) = featurize(&recipe.features, &train_rows, lexicons)?;
        let test: Vec<_> = fold.held_out.iter().map(|&i| &data.annotated[i].statement).collect();
        let test = rows_of(&featurizer, &test);
        let fits = fit_grid(learner, &rows, &train_rows)?;
        for (held_out, weights) in held_out.iter_mut().zip(&fits) {
            held_out.insert(index, weights.logits_of(&test));
        }
        step(TrainStep::Fold { number: index + 1, of: folds.len() });
    }
    let grid = learner.c.iter().zip(held_out).map(|(&c, mut answers)| {
        let mut index = 0;
        let scores = cross_validate(&golds, &folds, |_| {
            index += 1;
            Ok(answers.remove(&(index - 1)).unwrap_or_default())
        })?;
        Ok((c, scores))
    });
    let grid: Vec<(f64, CrossValidation)> = grid.collect::<Result<_, FitError>>()?;
    let (c, scores) = grid
        .iter()
        .min_by(|a, b| a.1.pooled.log_loss.total_cmp(&b.1.pooled.log_loss))
        .ok_or(TrainError::Empty)?;
    let scaling = calibrate(recipe.calibration, &scores.logits, &golds)?;

    let all: Vec<&Annotated> = data.annotated.iter().collect();
    let (featurizer, rows) = featurize(&recipe.features, &all, lexicons)?;
    step(TrainStep::Final { width: featurizer.width(), c: *c });
    let taken = SoftmaxRecipe { c: vec![*c], ..learner.clone() };
    let weights = fit_grid(&taken, &rows, &all)?.remove(0);
    let artifact = assemble(recipe, data, &target, featurizer, &weights, (scores, *c), scaling);
    Ok(Trained { artifact, c: *c, grid })
}

fn one_target(annotated: &[Annotated]) -> Result<TargetId, TrainError> {
    let first = &annotated.first().ok_or(TrainError::Empty)?.statement.target;
    match annotated.iter().map(|a| &a.statement.target).find(|target| *target != first) {
        None => Ok(first.clone()),
        Some(second) => Err(TrainError::Targets { first: first.clone(), second: second.clone() }),
    }
}

fn folds(recipe: &Recipe, data: &TrainingData) -> Result<Vec<Fold>, SplitError> {
    let annotated = &data.annotated;
    if let Some(splits) = &data.splits {
        let groups: Vec<&Arc<str>> = annotated.iter().map(|a| &a.group).collect();
        return splits.folds(&groups);
    }
    let names: Vec<&Arc<str>> = match recipe.data.hold_out {
        HoldOut::Group => annotated.iter().map(|a| &a.group).collect(),
        HoldOut::Source => annotated.iter().map(|a| &a.source).collect(),
    };
    let mut folds = group_folds(&names, recipe.data.folds, recipe.seed)?;
    for fold in &mut folds {
        let seen: BTreeSet<&Arc<str>> =
            fold.held_out.iter().map(|&row| &annotated[row].group).collect();
        fold.train.retain(|&row| !seen.contains(&annotated[row].group));
    }
    Ok(folds)
}

fn featurize(
    config: &FeaturizerConfig,
    annotated: &[&Annotated],
    lexicons: &Lexicons,
) -> Result<(FittedFeaturizer, SparseRows), TrainError> {
    let statements: Vec<&Statement> = annotated.iter().map(|a| &a.statement).collect();
    let sources: Vec<Arc<str>> = annotated.iter().map(|a| Arc::clone(&a.source)).collect();
    let context = FitContext { lexicons, sources: Some(&sources) };
    let featurizer = config.fit(&statements, &context)?;
    let rows = rows_of(&featurizer, &statements);
    Ok((featurizer, rows))
}

fn rows_of(featurizer: &FittedFeaturizer, statements: &[&Statement]) -> SparseRows {
    /// Statements of one task: enough to warm up its scratch.
    const CHUNK: usize = 512;
    let chunks: Vec<_> = statements
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut scratch = Scratch::default();
            let row = |s: &&Statement| featurizer.featurize_with(s, &mut scratch);
            chunk.iter().map(row).collect::<Vec<_>>()
        })
        .collect();
    SparseRows::from_rows(featurizer.width(), chunks.iter().flatten().map(Features::iter))
        .expect("features are ascending, finite and below their width")
}

/// One fit for each `C`, each started from the one before.
fn fit_grid(
    learner: &SoftmaxRecipe,
    rows: &SparseRows,
    annotated: &[&Annotated],
) -> Result<Vec<SoftmaxWeights>, FitError> {
    let golds: Vec<Label> = annotated.iter().map(|a| a.gold).collect();
    let supervision = Supervision::of(&golds)
        .class_weighted(learner.class_weights)?
        .smoothed(learner.label_smoothing)?;
    let problem = SoftmaxProblem::new(rows, supervision)?;
    let mut fits: Vec<SoftmaxWeights> = Vec::with_capacity(learner.c.len());
    for &c in &learner.c {
        let config = SoftmaxConfig { c, tolerance: learner.tolerance, ..SoftmaxConfig::default() };
        let fit = config.check()?.fit(&problem, fits.last())?;
        fits.push(fit.converged()?);
    }
    Ok(fits)
}

fn calibrate(
    config: CalibrationConfig,
    logits: &[[f64; Label::COUNT]],
    golds: &[Label],
) -> Result<Calibration, FitError> {
    let scaling: Scaling = match config {
        CalibrationConfig::None {} => return Ok(Calibration::default()),
        CalibrationConfig::Temperature {} => fit_temperature(logits, golds)?,
        CalibrationConfig::Vector {} => fit_vector_scaling(logits, golds)?,
    };
    Ok(Calibration::new(scaling.temperature, scaling.bias)
        .expect("a fitted temperature is positive and finite"))
}

fn assemble(
    recipe: &Recipe,
    data: &TrainingData,
    target: &TargetId,
    featurizer: FittedFeaturizer,
    weights: &SoftmaxWeights,
    (scores, c): (&CrossValidation, f64),
    calibration: Calibration,
) -> Artifact {
    let narrow = |row: [f64; Label::COUNT]| {
        #[expect(clippy::cast_possible_truncation, reason = "weights are stored in 16 bits")]
        row.map(|weight| weight as f32)
    };
    let columns = weights.coefficients().iter().map(|row| narrow(*row)).collect();
    let weights = LinearWeights::new(columns, narrow(weights.intercepts()))
        .expect("a converged fit is finite");
    let width = weights.width();
    // The artifact's own id is that of its manifest; this one is never asked for.
    let id = ModelId { name: recipe.name.as_str().into(), version: "".into() };
    let classifier = LinearClassifier::new(id, featurizer, weights, calibration)
        .expect("the weights were fitted to rows of this featurizer");

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
        kind: LinearClassifier::KIND.to_owned(),
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
    let card = card(recipe, &manifest, scores, c, width, &calibration);
    Artifact::new(manifest, classifier.to_bytes(), card)
}
