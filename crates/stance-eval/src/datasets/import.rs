use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, BufRead};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::short;
use super::records::Records;
use super::shapes::{self, Draft};
use super::{Dataset, Fault, ImportError, LabelMap, Slot};

/// The `use` of rows that are never trained on.
pub const MEASURE: &str = "measure";

/// Where a target is named in its row's text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mention {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// One row, as written: an object that [`read_annotated`](crate::read_annotated) reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DatasetRow {
    /// Unique within the set.
    pub id: String,
    /// Train, dev, test, as published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// What the label says, one of [`Task::NAMES`](crate::Task::NAMES).
    pub task: String,
    /// [`MEASURE`] for rows of a published test set, which are never trained on.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub purpose: Option<&'static str>,
    /// One of our four labels' names: the slot.
    pub label: String,
    /// The text.
    pub text: String,
    /// What the label is about, in the set's words: its target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Where the topic is named in the text, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mention: Option<Mention>,
    /// Who speaks, where the set says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// Whose country that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// What a split must not divide: the article, speech or comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The set's name in print.
    pub source: String,
}

/// The columns or keys of a table; where none is named, the usual ones are looked for.
///
/// In JSON lines `a.b` names the key `b` of the object `a`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The text: `text`.
    pub text: Option<String>,
    /// The label: `label`.
    pub label: Option<String>,
    /// The id: `id`, or else the file's name and the line.
    pub id: Option<String>,
    /// The target: `target` or `topic`, or else none.
    pub target: Option<String>,
    /// The group: `group`, or else each row is its own.
    pub group: Option<String>,
    /// The split: `split`, or else as [`ImportPlan::split`] says.
    pub split: Option<String>,
}

/// What is imported, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportPlan {
    /// Whose files are read.
    pub dataset: Dataset,
    /// The rows' task, one of [`Task::NAMES`](crate::Task::NAMES).
    pub task: String,
    /// The split of rows that name none; `None` takes it from the file's name, where that says
    /// `train`, `dev`, `test` or the like.
    pub split: Option<String>,
    /// Columns; read for [`Dataset::Table`] only.
    pub columns: Columns,
    /// What labels become.
    pub labels: LabelMap,
}

impl ImportPlan {
    /// The plan without a choice of one's own.
    #[must_use]
    pub fn new(dataset: Dataset) -> Self {
        let task = dataset.about().task;
        let (task, labels) = (task.to_owned(), dataset.labels(task));
        Self { dataset, task, split: None, columns: Columns::default(), labels }
    }
}

/// What was imported so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rows handed on.
    pub rows: usize,
    /// Rows by the set's label and ours.
    pub labels: BTreeMap<(String, &'static str), usize>,
    /// Rows by split; without one under the empty name.
    pub splits: BTreeMap<String, usize>,
    /// Rows in whose text the target's mention is known.
    pub mentions: usize,
    /// Rows left out, by why.
    pub left_out: BTreeMap<&'static str, usize>,
}

/// Imports the files of one data set, a row at a time; an id may stand once in all of them.
///
/// Holds one row and a hash of each id, nothing else.
#[derive(Debug)]
pub struct Importer {
    plan: ImportPlan,
    ids: HashSet<u64>,
    imported: Imported,
}

impl Importer {
    /// Imports as `plan` says.
    #[must_use]
    pub fn new(plan: ImportPlan) -> Self {
        Self { plan, ids: HashSet::new(), imported: Imported::default() }
    }

    /// Reads one file, which `file` names in messages and ids, and hands each row to `write`.
    ///
    /// # Errors
    /// At the first row that is not what it should be, an unknown label among them; when the file
    /// has no row; when reading or `write` fails.
    pub fn read<R: BufRead>(
        &mut self,
        file: &str,
        input: R,
        write: &mut dyn FnMut(&DatasetRow) -> io::Result<()>,
    ) -> Result<(), ImportError> {
        let dialect = shapes::dialect(self.plan.dataset);
        let empty = || ImportError::Empty { file: file.to_owned() };
        let opened = Records::open(input, dialect).map_err(|stop| stop.in_file(file))?;
        let mut records = opened.ok_or_else(empty)?;
        for expected in shapes::needed(&self.plan) {
            let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
            records.check_column(&expected).map_err(|stop| stop.in_file(file))?;
        }
        let stem = Path::new(file).file_stem().map_or(file.into(), |stem| stem.to_string_lossy());
        let split = self.plan.split.clone().or_else(|| split_of(&stem).map(ToOwned::to_owned));
        let mut any = false;
        while let Some(record) = records.read().map_err(|stop| stop.in_file(file))? {
            any = true;
            let in_row =
                |fault| ImportError::Row { file: file.to_owned(), line: record.line, fault };
            for draft in shapes::drafts(&self.plan, &record, &stem).map_err(in_row)? {
                let Some(row) = self.row(draft, split.as_deref()).map_err(in_row)? else {
                    continue;
                };
                write(&row).map_err(ImportError::Write)?;
            }
        }
        if any { Ok(()) } else { Err(empty()) }
    }

    /// What was imported so far.
    #[must_use]
    pub fn imported(&self) -> &Imported {
        &self.imported
    }

    /// The row of a draft, or `None` if it is left out.
    fn row(&mut self, draft: Draft, split: Option<&str>) -> Result<Option<DatasetRow>, Fault> {
        let left_out = |imported: &mut Imported, why| {
            *imported.left_out.entry(why).or_default() += 1;
            Ok(None)
        };
        Fault::check_id(&draft.id)?;
        let mut hasher = DefaultHasher::new();
        draft.id.hash(&mut hasher);
        if !self.ids.insert(hasher.finish()) {
            return Err(Fault::Twice(draft.id));
        }
        if let Some(why) = draft.left_out {
            return left_out(&mut self.imported, why);
        }
        let Some(slot) = self.plan.labels.find(&draft.label) else {
            let (found, expected) = (short(&draft.label), self.plan.labels.known());
            return Err(Fault::Label { found, expected });
        };
        let Slot::Label(label) = slot else {
            return left_out(&mut self.imported, "label is dropped");
        };
        if !draft.text.contains(char::is_alphabetic) {
            return left_out(&mut self.imported, "text has no letter");
        }
        let split = draft.split.or_else(|| split.map(ToOwned::to_owned));
        let counts = &mut self.imported;
        counts.rows += 1;
        counts.mentions += usize::from(draft.mention.is_some());
        *counts.labels.entry((draft.label.trim().to_owned(), label.as_str())).or_default() += 1;
        *counts.splits.entry(split.clone().unwrap_or_default()).or_default() += 1;
        Ok(Some(DatasetRow {
            purpose: (split.as_deref() == Some("test")).then_some(MEASURE),
            id: draft.id,
            split,
            task: self.plan.task.clone(),
            label: label.as_str().to_owned(),
            text: draft.text,
            topic: draft.topic,
            mention: draft.mention,
            holder: draft.holder,
            country: draft.country,
            group: draft.group,
            source: self.plan.dataset.about().title.to_owned(),
        }))
    }
}

/// The split that a file's name tells.
fn split_of(stem: &str) -> Option<&'static str> {
    let is_part = |c: char| !c.is_alphanumeric();
    stem.split(is_part).find_map(|part| match part.to_ascii_lowercase().as_str() {
        "train" | "training" | "traindata" | "trainingdata" => Some("train"),
        "dev" | "val" | "valid" | "validation" => Some("dev"),
        "test" | "testdata" | "devtest" => Some("test"),
        "trial" | "trialdata" => Some("trial"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_name_tells_the_split_as_a_part_of_its_own() {
        for (stem, split) in [
            ("semeval2016-task6-trainingdata", Some("train")),
            ("SemEval2016-Task6-subtaskA-testdata-gold", Some("test")),
            ("raw_val_trump", Some("dev")),
            ("devtest_rw", Some("test")),
            ("trialdata-all-annotations", Some("trial")),
            ("trainers", None),
            ("latest", None),
        ] {
            assert_eq!(split_of(stem), split, "{stem}");
        }
    }
}
