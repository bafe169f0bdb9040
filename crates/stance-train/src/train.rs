use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use stance_core::{Annotated, Label, Statement, TargetId};
use stance_eval::{Part, SplitError, Splits, group_folds};
use stance_features::{
    Features, Featurizer as _, FeaturizerConfig, FitContext, FittedFeaturizer, Lexicons, Scratch,
};
use stance_models::Artifact;

use crate::assemble::{Learned, assemble, calibrate};
use crate::recipe::{HoldOut, Recipe};
use crate::{CrossValidation, FitError, SparseRows, cross_validate, fit_conformal};

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
    /// What was tried, in the order of the recipe.
    pub trials: Vec<Trial>,
    /// Which of the trials was taken.
    pub taken: usize,
}

/// One setting of the learner and its scores.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The setting in words, such as `C = 2`.
    pub setting: String,
    /// Scores on held-out folds.
    pub scores: CrossValidation,
}

/// One step of a training run, for people who wait.
#[derive(Clone, Debug, PartialEq)]
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
        /// The setting taken, in words such as `C = 2`.
        setting: String,
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

/// Trains as `recipe` says: settings, calibration and label sets on held-out folds, then the model
/// on all.
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
    let learner = recipe.learner.clone().check()?;
    let settings = learner.settings();
    let all: Vec<&Annotated> = data.annotated.iter().collect();
    let labels = recipe.labels();
    let golds = golds_of(recipe, &all);
    let folds = folds(recipe, data)?;

    // Features are fitted anew within each fold: document frequencies are learned too.
    let mut held_out: Vec<Vec<Vec<[f64; Label::COUNT]>>> = vec![Vec::new(); settings.len()];
    for (index, fold) in folds.iter().enumerate() {
        let seen: Vec<&Annotated> = fold.train.iter().map(|&row| all[row]).collect();
        let (featurizer, rows) = featurize(&recipe.features, &seen, lexicons)?;
        let test: Vec<_> = fold.test.iter().map(|&row| &all[row].statement).collect();
        let test = rows_of(&featurizer, &test);
        let fits = learner.fit(&rows, &golds_of(recipe, &seen), &groups_of(&seen), &labels)?;
        for (held_out, fitted) in held_out.iter_mut().zip(&fits) {
            held_out.push(fitted.logits_of(&test));
        }
        step(TrainStep::Fold { number: index + 1, of: folds.len() });
    }
    let trials = settings.into_iter().zip(held_out).map(|(setting, answers)| {
        let mut answers = answers.into_iter();
        let scores = cross_validate(&golds, &folds, |_| Ok(answers.next().unwrap_or_default()))?;
        Ok(Trial { setting, scores })
    });
    let trials: Vec<Trial> = trials.collect::<Result<_, FitError>>()?;
    let (taken, trial) = trials
        .iter()
        .enumerate()
        .min_by(|(_, a), (_, b)| a.scores.pooled.log_loss.total_cmp(&b.scores.pooled.log_loss))
        .ok_or(TrainError::Empty)?;
    let calibration = calibrate(recipe.calibration, &trial.scores.logits, &golds, &labels)?;
    let conformal = fit_conformal(&trial.scores.logits, &golds, &calibration)?;

    let (featurizer, rows) = featurize(&recipe.features, &all, lexicons)?;
    step(TrainStep::Final { width: featurizer.width(), setting: trial.setting.clone() });
    let fitted = learner.only(taken).fit(&rows, &golds, &groups_of(&all), &labels)?.remove(0);
    let parts = Learned { featurizer, fitted, calibration, conformal };
    let artifact = assemble(recipe, data, &target, parts, trial);
    Ok(Trained { artifact, trials, taken })
}

/// What each statement should be answered: the first label of its class in the recipe's task, where
/// it has one.
fn golds_of(recipe: &Recipe, annotated: &[&Annotated]) -> Vec<Label> {
    annotated.iter().map(|a| recipe.gold(a.gold)).collect()
}

fn groups_of<'a>(annotated: &[&'a Annotated]) -> Vec<&'a Arc<str>> {
    annotated.iter().map(|a| &a.group).collect()
}

/// The target of all statements; those that name their own serve any.
fn one_target(annotated: &[Annotated]) -> Result<TargetId, TrainError> {
    let mut targets = annotated.iter().map(|a| &a.statement.target);
    let any = targets.clone().next().ok_or(TrainError::Empty)?;
    let first = targets.clone().find(|target| **target != TargetId::mentioned()).unwrap_or(any);
    let other = |target: &&TargetId| *target != first && **target != TargetId::mentioned();
    match targets.find(other) {
        None => Ok(first.clone()),
        Some(second) => Err(TrainError::Targets { first: first.clone(), second: second.clone() }),
    }
}

fn folds(recipe: &Recipe, data: &TrainingData) -> Result<Vec<Part>, SplitError> {
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
            fold.test.iter().map(|&row| &annotated[row].group).collect();
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
