use serde::{Deserialize, Serialize};
use stance_core::Label;
use stance_eval::Task;
use stance_features::FeaturizerConfig;

use crate::{FitError, LearnerConfig};

/// A whole training run as one TOML file: data, seed, and each component by a versioned kind.
///
/// Unknown keys and kinds are errors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The model's name, as records carry it.
    pub name: String,
    /// One paragraph on what the model is, for its card.
    pub description: String,
    /// Licence of the weights.
    pub license: String,
    /// Which classes are learned: the name of a [`Task`]. Default: `stance`. Data of another task is
    /// refused.
    #[serde(default = "stance", skip_serializing_if = "is_stance")]
    pub task: String,
    /// The seed of the folds; learners that draw have a seed among their own settings.
    pub seed: u64,
    /// What is trained on.
    pub data: DataConfig,
    /// What a statement becomes.
    pub features: FeaturizerConfig,
    /// What is fitted.
    pub learner: LearnerConfig,
    /// How logits become honest probabilities.
    pub calibration: CalibrationConfig,
}

/// What is trained on, and how it is held out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// Files or glob patterns of annotated JSONL, relative to the recipe.
    pub files: Vec<String>,
    /// TOML files whose lexicon classes replace or extend the built-in ones, relative to the
    /// recipe. None by default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lexicons: Vec<String>,
    /// A file that names the fold of each group, relative to the recipe; goes before `folds` and
    /// `hold_out`. None by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub splits: Option<String>,
    /// Number of folds that settings and calibration are measured on, at least 2. Default 5.
    #[serde(default = "five")]
    pub folds: usize,
    /// What a fold never cuts through.
    #[serde(default)]
    pub hold_out: HoldOut,
}

fn stance() -> String {
    Task::stance().name().to_owned()
}

fn is_stance(task: &str) -> bool {
    task == Task::stance().name()
}

fn five() -> usize {
    5
}

/// What a fold never cuts through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HoldOut {
    /// Articles and contrast groups: how well the model does on new text by the same hands.
    #[default]
    Group,
    /// Whole files, each by one writer: how well it does on another hand's text. Statements whose
    /// group also occurs in the files held out are left out of training.
    Source,
}

/// How logits become honest probabilities, each kind under a versioned name.
///
/// The variants have braces because serde looks for unknown keys only in those that have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields)]
pub enum CalibrationConfig {
    /// Not at all.
    #[serde(rename = "none")]
    None {},
    /// One temperature for all labels, fitted on held-out logits (Guo et al. 2017).
    #[serde(rename = "temperature.v1")]
    Temperature {},
    /// A temperature and one bias a label.
    #[serde(rename = "vector.v1")]
    Vector {},
}

/// The error of reading a [`Recipe`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecipeError {
    /// Not the TOML of a recipe.
    #[error("recipe is malformed")]
    Malformed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A value is outside its range.
    #[error("{name} is {found}, expected {expected}")]
    Value {
        /// The key.
        name: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The features cannot be meant.
    #[error("features are refused")]
    Features(#[source] stance_features::ConfigError),
    /// The learner's settings are out of range.
    #[error("learner is refused")]
    Learner(#[source] FitError),
}

impl Recipe {
    /// Reads and checks a recipe.
    ///
    /// # Errors
    /// When it is malformed, or a value is outside its range.
    pub fn parse(toml: &str) -> Result<Self, RecipeError> {
        let recipe: Self =
            toml::from_str(toml).map_err(|error| RecipeError::Malformed(Box::new(error)))?;
        recipe.check()?;
        Ok(recipe)
    }

    /// The labels that a model of this recipe answers: the first of each class of its task.
    pub(crate) fn labels(&self) -> Vec<Label> {
        let task = Task::named(&self.task).unwrap_or_else(Task::stance);
        task.classes().iter().filter_map(|class| class.labels.first().copied()).collect()
    }

    /// The label that stands for the class of `label` in the recipe's task; itself where it is of none.
    pub(crate) fn gold(&self, label: Label) -> Label {
        let task = Task::named(&self.task).unwrap_or_else(Task::stance);
        let class = task.class_of(label).and_then(|class| task.classes().get(class));
        class.and_then(|class| class.labels.first().copied()).unwrap_or(label)
    }

    /// The recipe as TOML, every default spelled out.
    pub(crate) fn to_toml(&self) -> String {
        toml::to_string(self).expect("a recipe has only string keys")
    }

    fn check(&self) -> Result<(), RecipeError> {
        let value =
            |name, found: String, expected| Err(RecipeError::Value { name, found, expected });
        if self.name.is_empty() {
            return value("name", "empty".to_owned(), "a word");
        }
        if Task::named(&self.task).is_none() {
            let expected = "stance, stances, distancing or sentiment";
            return value("task", self.task.clone(), expected);
        }
        if self.data.files.is_empty() {
            return value("data.files", "empty".to_owned(), "at least one file");
        }
        if self.data.folds < 2 {
            return value("data.folds", self.data.folds.to_string(), "at least 2");
        }
        self.features.check().map_err(RecipeError::Features)?;
        self.learner.clone().check().map_err(RecipeError::Learner)?;
        Ok(())
    }
}
