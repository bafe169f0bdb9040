use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::io::BufRead;

use serde::Deserialize;
use stance_core::{Label, NearDuplicates, UnknownLabel};

use super::findings::{Check, Finding, Leaks, Place, SplitCounts};
use super::import::Mention;
use super::lines::{Lines, Stop};
use super::{Fault, ImportError};

/// The name under which rows without a split are counted.
const NO_SPLIT: &str = "-";
/// Rows of an example that are shown.
const SHOWN: usize = 4;

/// What a row's split is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SplitBy {
    /// Its `split`.
    #[default]
    Row,
    /// The file it stands in.
    File,
}

/// How rows are checked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckPlan {
    /// From which similarity on texts are near-duplicates, 0.5 to 1.
    pub similarity: f64,
    /// Seed of the hash functions.
    pub seed: u64,
    /// What a row's split is.
    pub split_by: SplitBy,
    /// Sets of each finding that are told as examples.
    pub examples: usize,
}

impl Default for CheckPlan {
    /// Similarity .8, seed 7, splits by the row, five examples.
    fn default() -> Self {
        Self { similarity: 0.8, seed: 7, split_by: SplitBy::Row, examples: 5 }
    }
}

/// Checks the rows of files: JSON lines that [`read_annotated`](crate::read_annotated) reads.
///
/// Keeps of a row its id and some numbers, and of a text what [`NearDuplicates`] keeps; time and
/// memory are linear in the rows.
#[derive(Debug)]
pub struct Checker {
    plan: CheckPlan,
    files: Vec<String>,
    rows: Vec<Row>,
    splits: Names,
    groups: Names,
    tasks: BTreeMap<String, usize>,
    countries: BTreeMap<String, usize>,
    /// Hash of a text → its number among the different ones.
    texts: HashMap<u64, u32>,
    near: NearDuplicates,
}

/// What is kept of a row; names as numbers.
#[derive(Debug)]
struct Row {
    file: usize,
    line: usize,
    id: Box<str>,
    split: Option<u32>,
    group: Option<u32>,
    label: Label,
    text: u32,
    /// Hash of task, topic and mention: what the label is about.
    subject: u64,
}

/// Names by number.
#[derive(Debug, Default)]
struct Names {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }

    fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }
}

/// A line, as far as it is checked.
#[derive(Deserialize)]
struct Line {
    id: String,
    text: Option<String>,
    label: Option<String>,
    sentences: Option<Vec<Sentence>>,
    split: Option<String>,
    group: Option<String>,
    topic: Option<String>,
    task: Option<String>,
    country: Option<String>,
    mention: Option<Mention>,
}

#[derive(Deserialize)]
struct Sentence {
    text: String,
    label: String,
    country: Option<String>,
}

impl Checker {
    /// Checks as `plan` says.
    ///
    /// # Panics
    /// If the similarity is not within [0.5, 1].
    #[must_use]
    pub fn new(plan: CheckPlan) -> Self {
        Self {
            plan,
            files: Vec::new(),
            rows: Vec::new(),
            splits: Names::default(),
            groups: Names::default(),
            tasks: BTreeMap::new(),
            countries: BTreeMap::new(),
            texts: HashMap::new(),
            near: NearDuplicates::new(plan.similarity, plan.seed),
        }
    }

    /// Takes in the rows of one file, which `file` names in messages.
    ///
    /// # Errors
    /// When reading fails, a line is no row, or the file has none.
    pub fn read<R: BufRead>(&mut self, file: &str, input: R) -> Result<(), ImportError> {
        self.files.push(file.to_owned());
        let before = self.rows.len();
        let mut lines = Lines::new(input);
        loop {
            let read = lines.read().map_err(|stop| stop.in_file(file))?;
            let Some((line, text)) = read else { break };
            let row = serde_json::from_str(text).map_err(|error| {
                Fault::json(&error, "an object with id, text and label, or sentences")
            });
            row.and_then(|row| self.take(row, line))
                .map_err(|fault| Stop::Row { line, fault }.in_file(file))?;
        }
        if self.rows.len() == before {
            return Err(ImportError::Empty { file: file.to_owned() });
        }
        Ok(())
    }

    fn take(&mut self, row: Line, line: usize) -> Result<(), Fault> {
        let Line { id, text, label, sentences, split, group, topic, task, country, mention } = row;
        Fault::check_id(&id)?;
        let file = self.files.len() - 1;
        let split = match self.plan.split_by {
            SplitBy::Row => split.as_deref().map(|split| self.splits.number(split)),
            SplitBy::File => {
                let name = self.files[file].clone();
                Some(self.splits.number(&name))
            }
        };
        let task = task.as_deref().unwrap_or("stance");
        let subject = hash(&(task, &topic, mention));
        let is_article = sentences.is_some();
        let group = group.as_deref().or(is_article.then_some(id.as_str()));
        let group = group.map(|group| self.groups.number(group));
        let sentences = match (sentences, text, label) {
            (Some(sentences), ..) => sentences,
            (None, Some(text), Some(label)) => vec![Sentence { text, label, country: None }],
            (None, text, _) => {
                let key = if text.is_some() { "label" } else { "text" };
                return Err(Fault::Json(format!("missing field `{key}`")));
            }
        };
        for (index, sentence) in sentences.into_iter().enumerate() {
            let Sentence { text, label, country: own } = sentence;
            let is_outside = |m: &Mention| {
                !is_article && (m.start >= m.end || text.get(m.start..m.end).is_none())
            };
            if let Some(Mention { start, end }) = mention.filter(is_outside) {
                let (start, end) = (start.to_string(), end.to_string());
                return Err(Fault::Outside { start, end, length: text.len() });
            }
            let label = label.parse().map_err(|_: UnknownLabel| Fault::Label {
                found: super::error::short(&label),
                expected: Label::ALL.map(|label| label.to_string()).to_vec(),
            })?;
            let id = if is_article { format!("{id}#{:03}", index + 1) } else { id.clone() };
            if let Some(country) = own.as_deref().or(country.as_deref()) {
                count(&mut self.countries, country);
            }
            count(&mut self.tasks, task);
            let text = self.text(&text);
            let id = id.into_boxed_str();
            self.rows.push(Row { file, line, id, split, group, label, text, subject });
        }
        Ok(())
    }

    /// The number of `text`, whatever its spaces.
    fn text(&mut self, text: &str) -> u32 {
        let words: Vec<&str> = text.split_whitespace().collect();
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let number = *self.texts.entry(hash(&words)).or_insert(next);
        if number == next {
            self.near.insert(text);
        }
        number
    }

    /// What was found in all files.
    #[must_use]
    pub fn finish(self) -> Check {
        let by_id = self.sets(|row| Some(hash(&row.id)));
        let by_text = self.sets(|row| Some(u64::from(row.text)));
        let by_subject = self.sets(|row| Some(hash(&(row.text, row.subject))));
        let by_group = self.sets(|row| row.group.map(u64::from));
        let mut cluster = vec![None; self.near.len()];
        for (number, texts) in (0_u64..).zip(self.near.groups()) {
            for text in texts {
                cluster[text] = Some(number);
            }
        }
        let by_cluster = self.sets(|row| cluster.get(row.text as usize).copied().flatten());

        let differ = |set: &[u32], of: fn(&Row) -> Option<u32>| {
            let values: BTreeSet<u32> = set.iter().filter_map(|&row| of(self.row(row))).collect();
            values.len() > 1
        };
        let leaks = |set: &[u32]| differ(set, |row| row.split);
        let conflicts = |set: &[u32]| differ(set, |row| u32::try_from(row.label.index()).ok());
        // One text in two splits is a leak of texts; here it takes two texts.
        let near_leaks = |set: &[u32]| {
            let apart: Vec<&Row> =
                set.iter().map(|&row| self.row(row)).filter(|row| row.split.is_some()).collect();
            let texts: BTreeSet<u32> = apart.iter().map(|row| row.text).collect();
            texts.len() > 1 && leaks(set)
        };
        let all = |_: &[u32]| true;
        let alone = self.rows.iter().filter(|row| row.group.is_none()).count();
        Check {
            rows: self.rows.len(),
            texts: self.texts.len(),
            groups: self.groups.names.len() + alone,
            splits: self.split_counts(),
            similarity: self.plan.similarity,
            seed: self.plan.seed,
            duplicate_ids: self.finding(&by_id, all),
            duplicate_texts: self.finding(&by_subject, all),
            near_duplicates: self.finding(&by_cluster, all),
            conflicts: self.finding(&by_subject, conflicts),
            leaks: Leaks {
                texts: self.finding(&by_text, leaks),
                near_duplicates: self.finding(&by_cluster, near_leaks),
                groups: self.finding(&by_group, leaks),
            },
            files: self.files,
            tasks: self.tasks,
            countries: self.countries,
        }
    }

    fn row(&self, row: u32) -> &Row {
        &self.rows[row as usize]
    }

    fn split_of(&self, row: &Row) -> Option<&str> {
        row.split.map(|split| self.splits.name(split))
    }

    fn split_counts(&self) -> BTreeMap<String, SplitCounts> {
        let mut counts: BTreeMap<String, SplitCounts> = BTreeMap::new();
        for row in &self.rows {
            let name = self.split_of(row).unwrap_or(NO_SPLIT).to_owned();
            let split = counts.entry(name).or_default();
            split.rows += 1;
            *split.labels.entry(row.label.as_str()).or_default() += 1;
        }
        counts
    }

    /// The rows that share a key, two at least, in the order of their first.
    fn sets(&self, key: impl Fn(&Row) -> Option<u64>) -> Vec<Vec<u32>> {
        let mut keyed: Vec<(u64, u32)> =
            (0..).zip(&self.rows).filter_map(|(at, row)| Some((key(row)?, at))).collect();
        keyed.sort_unstable();
        let sets = keyed.chunk_by(|one, other| one.0 == other.0).filter(|set| set.len() > 1);
        let mut sets: Vec<Vec<u32>> =
            sets.map(|set| set.iter().map(|&(_, row)| row).collect()).collect();
        sets.sort_unstable();
        sets
    }

    fn finding(&self, sets: &[Vec<u32>], is_one: impl Fn(&[u32]) -> bool) -> Finding {
        let mut finding = Finding::default();
        for set in sets.iter().filter(|set| is_one(set)) {
            finding.sets += 1;
            finding.rows += set.len();
            for &row in set {
                let split = self.split_of(self.row(row)).unwrap_or(NO_SPLIT);
                *finding.by_split.entry(split.to_owned()).or_default() += 1;
            }
            if finding.examples.len() < self.plan.examples {
                finding.examples.push(self.example(set));
            }
        }
        finding
    }

    /// The first rows of a set, one of each split before a second of any.
    fn example(&self, set: &[u32]) -> Vec<Place> {
        let mut splits = BTreeSet::new();
        let mut order: Vec<(bool, u32)> =
            set.iter().map(|&row| (!splits.insert(self.row(row).split), row)).collect();
        order.sort_unstable();
        order.truncate(SHOWN);
        order.sort_unstable_by_key(|&(_, row)| row);
        order.into_iter().map(|(_, row)| self.place(row)).collect()
    }

    fn place(&self, row: u32) -> Place {
        let row = self.row(row);
        Place {
            file: self.files[row.file].clone(),
            line: row.line,
            id: row.id.to_string(),
            split: self.split_of(row).map(ToOwned::to_owned),
            label: row.label.as_str(),
        }
    }
}

fn count(counts: &mut BTreeMap<String, usize>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => drop(counts.insert(name.to_owned(), 1)),
    }
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    // Its keys are fixed: the same on every run.
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
