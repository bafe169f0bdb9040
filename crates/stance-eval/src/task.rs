use serde::{Deserialize, Serialize};
use stance_core::{Distribution, Label, Stance};

use crate::Prediction;

/// What is scored: named classes, each made of one or more of the four labels.
///
/// There are at least two classes, their names differ and are not empty, and no label is in two of
/// them. A label may be in none: what has it in gold is then no item, and its probability is
/// dropped.
///
/// # Examples
/// ```
/// use stance_core::{Distribution, Label};
/// use stance_eval::Task;
/// let task = Task::distancing();
/// assert_eq!(task.class("rest"), Some(1));
/// assert_eq!(task.class_of(Label::Irrelevant), Some(1));
/// let answer = Distribution::new([0.2, 0.1, 0.4, 0.3])?;
/// let probabilities = task.project(&answer); // distancing; supportive, neutral and irrelevant
/// assert!((probabilities[0] - 0.4).abs() < 1e-12 && (probabilities[1] - 0.6).abs() < 1e-12);
/// assert_eq!(task.predict(&answer).class, 1);
/// # Ok::<(), stance_core::DistributionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Task {
    name: String,
    classes: Vec<Class>,
}

/// One class of a [`Task`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its name in files and tables.
    pub name: String,
    /// The labels that it is made of; the first one is what a trainer is given for it.
    pub labels: Vec<Label>,
}

/// The error of making a [`Task`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TaskError {
    /// Fewer than two classes.
    #[error("task {task:?} has {found} classes, expected at least 2")]
    Classes {
        /// Name of the task.
        task: String,
        /// How many it has.
        found: usize,
    },
    /// A class has no name or no label.
    #[error("class {number} of task {task:?} has no name or no label")]
    Blank {
        /// Name of the task.
        task: String,
        /// Which class, from 1.
        number: usize,
    },
    /// Two classes of one name.
    #[error("task {task:?} has two classes named {name:?}")]
    Name {
        /// Name of the task.
        task: String,
        /// The name.
        name: String,
    },
    /// A label stands twice.
    #[error("task {task:?} has the label {label} twice")]
    Label {
        /// Name of the task.
        task: String,
        /// The label.
        label: Label,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    name: String,
    classes: Vec<Class>,
}

impl TryFrom<Unchecked> for Task {
    type Error = TaskError;

    fn try_from(unchecked: Unchecked) -> Result<Self, TaskError> {
        Self::new(unchecked.name, unchecked.classes)
    }
}

impl Task {
    /// The names that [`Task::named`] knows.
    pub const NAMES: [&'static str; 4] = ["stance", "stances", "distancing", "sentiment"];

    /// Checks the classes of a task.
    ///
    /// # Errors
    /// When there are fewer than two classes, one has no name or no label, two have one name, or a
    /// label stands twice.
    pub fn new(name: impl Into<String>, classes: Vec<Class>) -> Result<Self, TaskError> {
        let task = name.into();
        if classes.len() < 2 {
            return Err(TaskError::Classes { task, found: classes.len() });
        }
        let mut seen = [false; Label::COUNT];
        for (place, class) in classes.iter().enumerate() {
            if class.name.trim().is_empty() || class.labels.is_empty() {
                return Err(TaskError::Blank { task, number: place + 1 });
            }
            if classes[..place].iter().any(|earlier| earlier.name == class.name) {
                return Err(TaskError::Name { task, name: class.name.clone() });
            }
            for &label in &class.labels {
                if std::mem::replace(&mut seen[label.index()], true) {
                    return Err(TaskError::Label { task, label });
                }
            }
        }
        Ok(Self { name: task, classes })
    }

    /// The four labels: supportive, neutral, distancing, irrelevant.
    #[must_use]
    pub fn stance() -> Self {
        Self::of_labels("stance", &Label::ALL)
    }

    /// The three stances, on items that have one; irrelevant is dropped.
    #[must_use]
    pub fn stances() -> Self {
        Self::of_labels("stances", &Stance::ALL.map(Label::from))
    }

    /// Distancing against the rest: supportive, neutral and irrelevant.
    #[must_use]
    pub fn distancing() -> Self {
        let rest = [Label::Neutral, Label::Supportive, Label::Irrelevant];
        Self::of("distancing", &[("distancing", &[Label::Distancing]), ("rest", &rest)])
    }

    /// Positive, neutral and negative tone.
    ///
    /// The labels are only where such data is stored: supportive holds positive, distancing holds
    /// negative. They say nothing of a stance then.
    #[must_use]
    pub fn sentiment() -> Self {
        Self::of(
            "sentiment",
            &[
                ("positive", &[Label::Supportive]),
                ("neutral", &[Label::Neutral]),
                ("negative", &[Label::Distancing]),
            ],
        )
    }

    /// The task of that name, one of [`Task::NAMES`].
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "stance" => Some(Self::stance()),
            "stances" => Some(Self::stances()),
            "distancing" => Some(Self::distancing()),
            "sentiment" => Some(Self::sentiment()),
            _ => None,
        }
    }

    /// A class for each of `labels`, under their own names.
    fn of_labels(name: &str, labels: &[Label]) -> Self {
        let class = |label: &Label| Class { name: label.to_string(), labels: vec![*label] };
        Self { name: name.to_owned(), classes: labels.iter().map(class).collect() }
    }

    fn of(name: &str, classes: &[(&str, &[Label])]) -> Self {
        let class = |&(name, labels): &(&str, &[Label])| Class {
            name: name.to_owned(),
            labels: labels.to_vec(),
        };
        Self { name: name.to_owned(), classes: classes.iter().map(class).collect() }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its classes, which fix the order of rows and columns everywhere.
    #[must_use]
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The number of the class of that name.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<usize> {
        self.classes.iter().position(|class| class.name == name)
    }

    /// The number of the class that `label` is in; none if it is dropped.
    #[must_use]
    pub fn class_of(&self, label: Label) -> Option<usize> {
        self.classes.iter().position(|class| class.labels.contains(&label))
    }

    /// The probabilities of the classes: the sums of their labels', made to sum to 1 where a label
    /// was dropped. All equal if nothing but dropped labels has a probability.
    #[must_use]
    pub fn project(&self, distribution: &Distribution) -> Vec<f64> {
        let mut sums = self.sums(distribution);
        let whole: f64 = sums.iter().sum();
        let every_label =
            self.classes.iter().map(|class| class.labels.len()).sum::<usize>() == Label::COUNT;
        #[expect(clippy::cast_precision_loss, reason = "at most four")]
        let even = 1.0 / sums.len() as f64;
        if whole <= 0.0 {
            sums.fill(even);
        } else if !every_label {
            for sum in &mut sums {
                *sum /= whole;
            }
        }
        sums
    }

    /// The likeliest class of `distribution` and its probabilities as by [`project`](Self::project);
    /// a tie goes to the earlier class.
    #[must_use]
    pub fn predict(&self, distribution: &Distribution) -> Prediction {
        let probabilities = Some(self.project(distribution));
        Prediction { class: largest(&self.sums(distribution)), probabilities }
    }

    /// The classes of the two poles, the one that is `supportive` alone and the one that is
    /// `distancing` alone; none where the task lacks one of them.
    #[must_use]
    pub fn poles(&self) -> Option<[usize; 2]> {
        let pole = |label| self.classes.iter().position(|class| class.labels == [label]);
        Some([pole(Label::Supportive)?, pole(Label::Distancing)?])
    }

    fn sums(&self, distribution: &Distribution) -> Vec<f64> {
        let sum =
            |class: &Class| class.labels.iter().map(|&label| distribution.probability(label)).sum();
        self.classes.iter().map(sum).collect()
    }
}

/// The place of the largest number; a tie goes to the earlier one, nothing to 0.
pub(crate) fn largest(numbers: &[f64]) -> usize {
    let better = |best: usize, (place, &number): (usize, &f64)| {
        if number > numbers[best] { place } else { best }
    };
    numbers.iter().enumerate().fold(0, better)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(name: &str, labels: &[Label]) -> Class {
        Class { name: name.to_owned(), labels: labels.to_vec() }
    }

    #[test]
    fn every_named_task_is_one_that_could_be_made() {
        for name in Task::NAMES {
            let task = Task::named(name).expect("is listed");
            assert_eq!(task.name(), name);
            assert_eq!(Task::new(name, task.classes().to_vec()).as_ref(), Ok(&task));
            let json = serde_json::to_string(&task).expect("plain text");
            assert_eq!(serde_json::from_str::<Task>(&json).expect("was written so"), task);
        }
        assert_eq!(Task::named("tone"), None);
    }

    #[test]
    fn classes_that_make_no_task_are_refused() {
        use Label::{Distancing, Neutral, Supportive};
        let said = |classes| Task::new("t", classes).expect_err("no task").to_string();
        let (pro, con) = (class("pro", &[Supportive]), class("con", &[Distancing]));
        assert_eq!(said(vec![pro.clone()]), "task \"t\" has 1 classes, expected at least 2");
        assert_eq!(
            said(vec![pro.clone(), class("con", &[])]),
            "class 2 of task \"t\" has no name or no label"
        );
        assert_eq!(
            said(vec![pro.clone(), class("pro", &[Neutral])]),
            "task \"t\" has two classes named \"pro\""
        );
        assert_eq!(
            said(vec![pro, con, class("both", &[Neutral, Supportive])]),
            "task \"t\" has the label supportive twice"
        );
        let json = r#"{"name":"t","classes":[]}"#;
        assert!(serde_json::from_str::<Task>(json).is_err(), "what is read is checked too");
    }

    #[test]
    fn dropped_labels_leave_a_distribution_behind() {
        let answer = Distribution::new([0.1, 0.1, 0.2, 0.6]).expect("sums to one");
        let projected = Task::stances().project(&answer);
        for (found, expected) in projected.iter().zip([0.25, 0.25, 0.5]) {
            assert!((found - expected).abs() < 1e-12, "{projected:?}");
        }
        let irrelevant = Distribution::new([0.0, 0.0, 0.0, 1.0]).expect("sums to one");
        assert_eq!(Task::stances().project(&irrelevant), [1.0 / 3.0; 3]);
        assert_eq!(Task::stances().predict(&irrelevant).class, 0);
        assert_eq!(Task::stance().project(&answer), answer.as_array());
        assert_eq!(Task::stances().class_of(Label::Irrelevant), None);
    }

    #[test]
    fn only_classes_that_are_a_pole_alone_are_poles() {
        assert_eq!(Task::stance().poles(), Some([0, 2]));
        assert_eq!(Task::sentiment().poles(), Some([0, 2]));
        assert_eq!(Task::distancing().poles(), None);
    }
}
