use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Task;
use crate::task::largest;

/// One gold item of a [`Task`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What names it in messages.
    pub id: String,
    /// The number of its class in the task.
    pub gold: usize,
    /// What is resampled and split as one: the article, or the contrast group.
    pub group: String,
    /// What it can be told apart by, such as `country` → `KZ`.
    #[serde(default)]
    pub slices: BTreeMap<String, String>,
}

/// A model's answer to one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The number of the class that it answers.
    pub class: usize,
    /// The probabilities of all classes, where it gives any. That of the class is its confidence.
    #[serde(default)]
    pub probabilities: Option<Vec<f64>>,
}

impl Prediction {
    /// An answer without probabilities.
    #[must_use]
    pub fn of_class(class: usize) -> Self {
        Self { class, probabilities: None }
    }

    /// The likeliest class of `probabilities`; a tie goes to the earlier class.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(stance_eval::Prediction::of_probabilities(vec![0.2, 0.4, 0.4]).class, 1);
    /// ```
    #[must_use]
    pub fn of_probabilities(probabilities: Vec<f64>) -> Self {
        Self { class: largest(&probabilities), probabilities: Some(probabilities) }
    }
}

/// The error of scoring answers.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// There was nothing to score.
    #[error("no answers, expected at least one")]
    Empty,
    /// A class never occurs in gold, so that its F1 means nothing.
    #[error("no item has the gold class {class}, macro-F1 needs at least one")]
    NoGold {
        /// The name of the class.
        class: String,
    },
    /// Answers are not as many as items.
    #[error("{found} answers, expected {expected}: one an item")]
    Answers {
        /// How many answers there are.
        found: usize,
        /// How many items there are.
        expected: usize,
    },
    /// A class that the task does not have.
    #[error("item {item:?}: {role} is class {found}, expected a number below {classes}")]
    Class {
        /// The item.
        item: String,
        /// `gold` or `answer`.
        role: &'static str,
        /// The number.
        found: usize,
        /// How many classes the task has.
        classes: usize,
    },
    /// Probabilities are not as many as classes.
    #[error("item {item:?}: {found} probabilities, expected {expected}: one a class")]
    Width {
        /// The item.
        item: String,
        /// How many probabilities there are.
        found: usize,
        /// How many classes the task has.
        expected: usize,
    },
    /// A probability that is none.
    #[error("item {item:?}: probability of {class} is {found}, expected a number from 0 to 1")]
    Probability {
        /// The item.
        item: String,
        /// The name of the class.
        class: String,
        /// What was given.
        found: f64,
    },
    /// Probabilities that do not sum to 1.
    #[error("item {item:?}: probabilities sum to {found}, expected 1")]
    Sum {
        /// The item.
        item: String,
        /// What they sum to.
        found: f64,
    },
    /// A model gives probabilities for some items and not for others.
    #[error("item {item:?} has no probabilities, though others of the same model have")]
    Missing {
        /// The first item without.
        item: String,
    },
    /// Two models of one name.
    #[error("two models are named {name:?}")]
    Name {
        /// The name.
        name: String,
    },
    /// A level that is none.
    #[error("alpha is {found}, expected a number between 0 and 1")]
    Alpha {
        /// What was given.
        found: f64,
    },
    /// The answers of one of several models cannot be scored.
    #[error("model {name:?} cannot be scored")]
    Model {
        /// Its name.
        name: String,
        /// Why.
        source: Box<EvalError>,
    },
}

/// How far probabilities may miss a sum of 1: what rounding them to four decimals can cost.
const SUM_TOLERANCE: f64 = 1e-3;

/// Checks that there are items, each of a class of the task, and that every class has one.
pub(crate) fn check_items(task: &Task, items: &[Item]) -> Result<(), EvalError> {
    let classes = task.classes();
    if items.is_empty() {
        return Err(EvalError::Empty);
    }
    let mut seen = vec![false; classes.len()];
    for item in items {
        check_class(item, "gold", item.gold, task)?;
        seen[item.gold] = true;
    }
    match seen.iter().position(|seen| !seen) {
        Some(class) => Err(EvalError::NoGold { class: classes[class].name.clone() }),
        None => Ok(()),
    }
}

/// Checks that there is one answer an item, of a class of the task, with honest probabilities.
pub(crate) fn check_predictions(
    task: &Task,
    items: &[Item],
    predictions: &[Prediction],
) -> Result<(), EvalError> {
    if predictions.len() != items.len() {
        return Err(EvalError::Answers { found: predictions.len(), expected: items.len() });
    }
    let any = predictions.iter().any(|prediction| prediction.probabilities.is_some());
    for (item, prediction) in items.iter().zip(predictions) {
        check_class(item, "answer", prediction.class, task)?;
        match &prediction.probabilities {
            Some(probabilities) => check_probabilities(item, probabilities, task)?,
            None if any => return Err(EvalError::Missing { item: item.id.clone() }),
            None => {}
        }
    }
    Ok(())
}

fn check_class(
    item: &Item,
    role: &'static str,
    found: usize,
    task: &Task,
) -> Result<(), EvalError> {
    let classes = task.classes().len();
    if found < classes {
        Ok(())
    } else {
        Err(EvalError::Class { item: item.id.clone(), role, found, classes })
    }
}

fn check_probabilities(item: &Item, probabilities: &[f64], task: &Task) -> Result<(), EvalError> {
    let (item, found, expected) = (item.id.clone(), probabilities.len(), task.classes().len());
    if found != expected {
        return Err(EvalError::Width { item, found, expected });
    }
    for (class, &found) in task.classes().iter().zip(probabilities) {
        if !(0.0..=1.0).contains(&found) {
            return Err(EvalError::Probability { item, class: class.name.clone(), found });
        }
    }
    let found: f64 = probabilities.iter().sum();
    if (found - 1.0).abs() > SUM_TOLERANCE {
        return Err(EvalError::Sum { item, found });
    }
    Ok(())
}
