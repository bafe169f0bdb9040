use std::collections::BTreeMap;

use serde::Serialize;

/// What a set of rows is, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// Names of the files.
    pub files: Vec<String>,
    /// Rows; of an article, its sentences.
    pub rows: usize,
    /// Different texts, spaces apart.
    pub texts: usize,
    /// Groups; a row without one is its own.
    pub groups: usize,
    /// Rows by task.
    pub tasks: BTreeMap<String, usize>,
    /// Rows by country; those without one are not counted.
    pub countries: BTreeMap<String, usize>,
    /// Counts by split; rows without one under `-`.
    pub splits: BTreeMap<String, SplitCounts>,
    /// From which similarity on texts are near-duplicates.
    pub similarity: f64,
    /// Seed of the hash functions that find them.
    pub seed: u64,
    /// Rows that share an id.
    pub duplicate_ids: Finding,
    /// Rows that share text, task, topic and mention.
    pub duplicate_texts: Finding,
    /// Rows whose different texts are nearly the same.
    pub near_duplicates: Finding,
    /// Rows that share text, task, topic and mention, and differ in their label.
    pub conflicts: Finding,
    /// What stands on both sides of a split.
    pub leaks: Leaks,
}

impl Check {
    /// Whether no id stands twice, no labels conflict and nothing leaks.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let Leaks { texts, near_duplicates, groups } = &self.leaks;
        [&self.duplicate_ids, &self.conflicts, texts, near_duplicates, groups]
            .into_iter()
            .all(|finding| finding.sets == 0)
    }
}

/// Counts of one split.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SplitCounts {
    /// Rows.
    pub rows: usize,
    /// Rows by label.
    pub labels: BTreeMap<&'static str, usize>,
}

/// What stands in more than one split; rows without a split take no part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Leaks {
    /// The same text.
    pub texts: Finding,
    /// Nearly the same text.
    pub near_duplicates: Finding,
    /// The same group.
    pub groups: Finding,
}

/// Sets of rows that have something in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Number of sets.
    pub sets: usize,
    /// Rows in all of them.
    pub rows: usize,
    /// These rows by split; those without one under `-`.
    pub by_split: BTreeMap<String, usize>,
    /// The first sets, and of each the first rows.
    pub examples: Vec<Vec<Place>>,
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Name of the file.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// The row's id.
    pub id: String,
    /// Its split, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Its label.
    pub label: &'static str,
}
