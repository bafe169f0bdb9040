//! Labeled data for a comparison: statements, what else their rows say, and the task.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use stance_core::{Annotated, SentenceExtractor, Span, Statement, StatementRow};
use stance_eval::{Item, Purpose, Task, is_measure_only, read_annotated, shuffle};

use super::protocol::Protocol;
use crate::plan::read_text;

/// Columns that statements are told apart by.
const FACETS: [&str; 8] =
    ["kind", "country", "register", "hard", "split", "topic", "voice", "language"];

/// Where the facets of a sentence keep its article.
const ARTICLE: &str = "article";
/// Where they keep what it may be used for.
const USE: &str = "use";

/// A file of data and its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DataFile {
    pub(super) name: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub(super) sha256: String,
}

/// Labeled statements in the order of files and lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Gold {
    pub(super) files: Vec<DataFile>,
    pub(super) rows: Vec<GoldRow>,
    /// The task that the rows name, if they name one.
    named: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct GoldRow {
    pub(super) annotated: Annotated,
    facets: BTreeMap<String, String>,
}

impl GoldRow {
    /// Whether nothing may be trained on it.
    pub(super) fn is_measure_only(&self) -> bool {
        self.facets.get(USE).is_some_and(|purpose| purpose == "measure")
            || is_measure_only(&self.annotated.statement.text)
    }
}

impl Gold {
    /// Reads files of annotated statements; to train on, if they are of that `training` task.
    pub(super) fn read(
        paths: &[PathBuf],
        extractor: &SentenceExtractor,
        training: Option<&Task>,
    ) -> Result<Self> {
        let mut gold = Self::default();
        let mut ids: BTreeSet<String> = BTreeSet::new();
        for path in paths {
            let name = path.display().to_string();
            let text = read_text(path, "data")?;
            gold.files.push(DataFile { name: name.clone(), sha256: sha256(text.as_bytes()) });
            let purpose = match training {
                Some(task) => Purpose::Train { task: task.name() },
                None => Purpose::Measure,
            };
            let annotated = read_annotated(&name, &text, purpose, extractor)?;
            let mut facets = read_facets(&text, &mut gold.named);
            for annotated in annotated {
                let id = annotated.statement.id.as_str();
                if !ids.insert(id.to_owned()) {
                    bail!("{name}: id {id:?} also stands in another file");
                }
                let facets = facets.remove(id).unwrap_or_default();
                gold.rows.push(GoldRow { annotated, facets });
            }
        }
        Ok(gold)
    }

    /// The task asked for, else the one that the rows name, else stance.
    pub(super) fn task(&self, asked: Option<&str>) -> Result<Task> {
        let name = asked.or(self.named.as_deref()).unwrap_or("stance");
        Task::named(name)
            .ok_or_else(|| anyhow!("no task {name}, expected one of {}", Task::NAMES.join(", ")))
    }

    /// The rows whose label is of some class of `task`.
    pub(super) fn of_task(mut self, task: &Task, notes: &mut Vec<String>) -> Self {
        let before = self.rows.len();
        self.rows.retain(|row| task.class_of(row.annotated.gold).is_some());
        let left_out = before - self.rows.len();
        if left_out > 0 {
            notes.push(format!(
                "{left_out} of {before} statements are of no class of the task {}: left out",
                task.name()
            ));
        }
        self
    }

    /// At most `count` statements, drawn by whole groups.
    pub(super) fn sampled(mut self, count: Option<usize>, seed: u64) -> Result<Self> {
        if self.rows.is_empty() {
            bail!("no statement of the task is left");
        }
        let Some(count) = count.filter(|count| *count < self.rows.len()) else { return Ok(self) };
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &self.rows {
            *groups.entry(&row.annotated.group).or_default() += 1;
        }
        let mut order: Vec<(&str, usize)> = groups.into_iter().collect();
        shuffle(&mut ChaCha8Rng::seed_from_u64(seed), &mut order);
        let mut taken = BTreeSet::new();
        let mut rows = 0;
        for (group, size) in order {
            if rows + size <= count {
                rows += size;
                taken.insert(group.to_owned());
            }
        }
        if taken.is_empty() {
            bail!("no group has as few as {count} statements, and groups are drawn whole");
        }
        self.rows.retain(|row| taken.contains(row.annotated.group.as_ref()));
        Ok(self)
    }

    /// What is scored of one row.
    pub(super) fn item(&self, row: usize, task: &Task) -> Item {
        let GoldRow { annotated, facets } = &self.rows[row];
        let gold = task.class_of(annotated.gold).unwrap_or_default();
        let mut slices = facets.clone();
        for unneeded in ["split", ARTICLE, USE] {
            slices.remove(unneeded);
        }
        slices.insert("label".to_owned(), task.classes()[gold].name.clone());
        slices.insert("length".to_owned(), length(&annotated.statement.text).to_owned());
        slices.insert("file".to_owned(), annotated.source.to_string());
        Item {
            id: annotated.statement.id.to_string(),
            gold,
            group: annotated.group.to_string(),
            slices,
        }
    }

    /// The value of a column in each row.
    pub(super) fn facet(&self, name: &str) -> Vec<Option<&str>> {
        self.rows.iter().map(|row| row.facets.get(name).map(String::as_str)).collect()
    }

    /// The places among `tested` of statements that belong to contrast groups: that share a group
    /// and are of no article.
    pub(super) fn contrasts(&self, items: &[Item], tested: &[usize]) -> Vec<usize> {
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for item in items {
            *sizes.entry(&item.group).or_default() += 1;
        }
        (0..tested.len())
            .filter(|&place| {
                let facets = &self.rows[tested[place]].facets;
                !facets.contains_key(ARTICLE) && sizes[items[place].group.as_str()] > 1
            })
            .collect()
    }
}

/// How long a statement is, in three steps.
fn length(text: &str) -> &'static str {
    match text.split_whitespace().count() {
        0..=15 => "up to 15 words",
        16..=30 => "16 to 30 words",
        _ => "over 30 words",
    }
}

/// By id what the columns of [`FACETS`] say, and whether the row is a sentence of an article; rows
/// have been read before, so that what is malformed has been said.
fn read_facets(
    jsonl: &str,
    task: &mut Option<String>,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut facets = BTreeMap::new();
    for line in jsonl.lines() {
        let Ok(row) = serde_json::from_str::<Value>(line) else { continue };
        if let (None, Some(named)) = (&task, row["task"].as_str()) {
            *task = Some(named.to_owned());
        }
        let id = row["id"].as_str().unwrap_or_default();
        if let Some(sentences) = row["sentences"].as_array() {
            for (number, sentence) in sentences.iter().enumerate() {
                let mut found = facets_of(sentence);
                if let Some(purpose) = row[USE].as_str() {
                    found.insert(USE.to_owned(), purpose.to_owned());
                }
                found.insert(ARTICLE.to_owned(), id.to_owned());
                facets.insert(format!("{id}#{:03}", number + 1), found);
            }
        } else {
            let mut found = facets_of(&row);
            if let Some(article) = row["article"].as_str() {
                found.insert(ARTICLE.to_owned(), article.to_owned());
            }
            facets.insert(id.to_owned(), found);
        }
    }
    facets
}

fn facets_of(row: &Value) -> BTreeMap<String, String> {
    let told = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let names = FACETS.into_iter().chain([USE]);
    let facets = names.filter_map(|name| Some((name.to_owned(), told(&row[name])?)));
    facets.collect()
}

/// Hexadecimal SHA-256.
pub(super) fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// What is on both sides of a comparison.
pub(super) struct Leaks {
    /// Measured statements whose text is trained on too.
    pub(super) texts: usize,
    /// Of so many.
    pub(super) of: usize,
    /// Groups with statements on both sides.
    pub(super) groups: usize,
}

/// Counts what the parts of a protocol have on both sides.
pub(super) fn leaks(gold: &Gold, train: &Gold, protocol: &Protocol) -> Leaks {
    let rows: Vec<&Annotated> = gold.rows.iter().chain(&train.rows).map(|r| &r.annotated).collect();
    let mut leaks = Leaks { texts: 0, of: 0, groups: 0 };
    for part in &protocol.parts {
        let texts: HashSet<&str> =
            part.train.iter().map(|&row| rows[row].statement.text.as_ref()).collect();
        let groups: HashSet<&str> =
            part.train.iter().map(|&row| rows[row].group.as_ref()).collect();
        let tested = part.test.iter().map(|&row| rows[row]);
        leaks.of += part.test.len();
        leaks.texts +=
            tested.clone().filter(|row| texts.contains(row.statement.text.as_ref())).count();
        let both: BTreeSet<&str> =
            tested.map(|row| row.group.as_ref()).filter(|group| groups.contains(group)).collect();
        leaks.groups += both.len();
    }
    leaks
}

/// The statement with another text, names found anew; as it was where nothing is left of the text.
pub(super) fn retold(
    statement: &Statement,
    text: &str,
    extractor: &SentenceExtractor,
) -> Statement {
    let mention = (statement.target == stance_core::TargetId::mentioned())
        .then(|| statement.mentions.iter().find(|mention| mention.target.is_some()))
        .flatten()
        .and_then(|mention| {
            let name = mention.span.of(&statement.text)?.to_lowercase();
            let start = text.to_lowercase().find(&name)?;
            Some(Span::new(start, start + name.len()))
        });
    if statement.target == stance_core::TargetId::mentioned() && mention.is_none() {
        return statement.clone();
    }
    let row = StatementRow {
        id: statement.id.clone(),
        article: Some(statement.article.clone()),
        text: text.into(),
        context: statement.context.clone(),
        title: statement.title.clone(),
        target: None,
        mention,
        date: statement.date,
        outlet: statement.outlet.clone(),
        url: statement.url.clone(),
    };
    extractor.statement(row).unwrap_or_else(|_| statement.clone())
}

/// The digest of a file as it is now.
pub(super) fn digest_of(name: &str) -> Result<String> {
    Ok(sha256(&std::fs::read(name).with_context(|| format!("cannot read {name}"))?))
}
