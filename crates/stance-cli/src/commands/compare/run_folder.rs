//! A run as a folder of plain files, and whether it still holds.
//!
//! `run.json` has the scores and where they come from, `items.jsonl` what was scored, without the
//! texts, and `predictions/NAME.jsonl` the answers of each model.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use stance_core::SentenceExtractor;
use stance_eval::{Comparison, Item, Prediction, Task};

use super::gold::{Gold, digest_of};
use super::result::{Compared, SCHEMA};
use super::{contender, html, text};
use crate::output::{Overwrite, write_file};
use crate::plan::{Globals, load_model, open_artifact, read_text};
use crate::{Outcome, Streams};

const RUN: &str = "run.json";
const ITEMS: &str = "items.jsonl";
const PREDICTIONS: &str = "predictions";

/// How far scores may differ on another machine.
const SLACK: f64 = 1e-9;
/// How far a probability may.
const PROBABILITY_SLACK: f64 = 1e-6;

#[derive(Serialize, Deserialize)]
struct ItemRow {
    id: String,
    gold: String,
    group: String,
    #[serde(default)]
    slices: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct AnswerRow {
    id: String,
    label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probabilities: Option<BTreeMap<String, f64>>,
}

/// Writes a run's folder.
pub(super) fn write(folder: &Path, compared: &Compared, overwrite: Overwrite) -> Result<()> {
    let Some(comparison) = &compared.comparison else { bail!("nothing was compared") };
    let predictions = folder.join(PREDICTIONS);
    fs::create_dir_all(&predictions)
        .with_context(|| format!("cannot make {}", predictions.display()))?;
    let put = |name: &str, text: String| write_file(&folder.join(name), text.as_bytes(), overwrite);
    put(RUN, compared.to_json()?)?;
    put(ITEMS, items_jsonl(&compared.items, &comparison.task)?)?;
    put("report.md", text::markdown(compared))?;
    put("report.html", html::page(compared).to_html())?;
    for (name, answers) in &compared.answers {
        let mut jsonl = String::new();
        for (item, answer) in compared.items.iter().zip(answers) {
            jsonl += &serde_json::to_string(&answer_row(&item.id, answer, &comparison.task))?;
            jsonl.push('\n');
        }
        write_file(&predictions.join(file_name(name)), jsonl.as_bytes(), overwrite)?;
    }
    Ok(())
}

/// Every answer to every item, one item a line.
pub(super) fn log(compared: &Compared) -> Result<String> {
    let Some(comparison) = &compared.comparison else { bail!("nothing was compared") };
    let task = &comparison.task;
    let mut jsonl = String::new();
    for (place, item) in compared.items.iter().enumerate() {
        let answers: BTreeMap<&str, AnswerRow> = compared
            .answers
            .iter()
            .map(|(name, answers)| (name.as_str(), answer_row(&item.id, &answers[place], task)))
            .collect();
        let row = serde_json::json!({
            "id": item.id, "gold": task.classes()[item.gold].name, "group": item.group,
            "answers": answers,
        });
        jsonl += &row.to_string();
        jsonl.push('\n');
    }
    Ok(jsonl)
}

fn items_jsonl(items: &[Item], task: &Task) -> Result<String> {
    let mut jsonl = String::new();
    for item in items {
        let row = ItemRow {
            id: item.id.clone(),
            gold: task.classes()[item.gold].name.clone(),
            group: item.group.clone(),
            slices: item.slices.clone(),
        };
        jsonl += &serde_json::to_string(&row)?;
        jsonl.push('\n');
    }
    Ok(jsonl)
}

fn answer_row(id: &str, answer: &Prediction, task: &Task) -> AnswerRow {
    let names = task.classes().iter().map(|class| class.name.clone());
    AnswerRow {
        id: id.to_owned(),
        label: task.classes()[answer.class].name.clone(),
        probabilities: answer
            .probabilities
            .as_ref()
            .map(|probabilities| names.zip(probabilities.iter().copied()).collect()),
    }
}

/// A model's name as a file's.
fn file_name(name: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    format!("{}.jsonl", name.chars().map(safe).collect::<String>())
}

/// Scores the answers of a run's folder anew, and answers anew where data and models are at hand.
pub(super) fn verify(
    folder: &Path,
    extractor: &SentenceExtractor,
    globals: &Globals,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let run: Compared = serde_json::from_str(&read_text(&folder.join(RUN), "run")?)
        .with_context(|| format!("{} is no run", folder.join(RUN).display()))?;
    if run.schema != SCHEMA {
        bail!("the run has schema {}, this build reads {SCHEMA}", run.schema);
    }
    let Some(stored) = &run.comparison else { bail!("the run has no scores") };
    let mut found = Findings::default();
    let task = &stored.task;
    let items = read_items(folder, task)?;
    let mut answers = Vec::new();
    for model in &run.models {
        answers.push((model.name.clone(), read_answers(folder, &model.name, &items, task)?));
    }
    let again = Comparison::new(task, &items, &answers, stored.plan)?;
    let far = furthest(&serde_json::to_value(stored)?, &serde_json::to_value(&again)?);
    match far {
        Some(far) if far <= SLACK => found.holds("scores follow from the answers in the folder"),
        Some(far) => {
            found.differs(&format!("scores differ by up to {far:e} from those of the answers"));
        }
        None => {
            found.differs("scores differ from those of the answers, in their order too");
        }
    }

    let mut data_at_hand = true;
    for file in run.provenance.data.iter().chain(&run.provenance.train) {
        match digest_of(&file.name) {
            Ok(digest) if digest == file.sha256 => {
                found.holds(&format!("{} is the same", file.name));
            }
            Ok(_) => {
                found.differs(&format!("{} has changed", file.name));
                data_at_hand = false;
            }
            Err(_) => {
                found.unknown(&format!("{} is not here", file.name));
                data_at_hand = false;
            }
        }
    }
    for model in &run.models {
        let Some(origin) = model.origin.as_ref().filter(|_| model.kind == "artifact") else {
            continue;
        };
        let Ok(artifact) = open_artifact(origin) else {
            found.unknown(&format!("model {origin} is not here"));
            continue;
        };
        let version = artifact.manifest().model_version();
        if Some(&version) != model.digest.as_ref() {
            let was = model.digest.as_deref().unwrap_or("unknown");
            found.differs(&format!("model {origin} is {version}, was {was}"));
        } else if data_at_hand {
            let stored = answers.iter().find(|(name, _)| *name == model.name);
            let stored = stored.map_or(&[][..], |(_, answers)| answers);
            let paths: Vec<_> =
                run.provenance.data.iter().map(|file| (&file.name).into()).collect();
            let gold = Gold::read(&paths, extractor, None)?;
            let by_id: BTreeMap<&str, &stance_core::Statement> = gold
                .rows
                .iter()
                .map(|row| (row.annotated.statement.id.as_str(), &row.annotated.statement))
                .collect();
            let statements: Option<Vec<_>> =
                items.iter().map(|item| by_id.get(item.id.as_str()).map(|&s| s.clone())).collect();
            let Some(statements) = statements else {
                found.differs(&format!("items of {} are not in the data", folder.display()));
                continue;
            };
            let again = contender::classify(&load_model(origin)?, &statements, task)?;
            let differ = again.iter().zip(stored).filter(|(a, b)| !same(a, b)).count();
            if differ == 0 {
                found.holds(&format!("{} answers {} items as it did", model.name, items.len()));
            } else {
                found.differs(&format!(
                    "{} answers {differ} of {} items otherwise",
                    model.name,
                    items.len()
                ));
            }
        }
    }
    for line in &found.lines {
        writeln!(streams.stdout, "{line}")?;
    }
    streams.stdout.flush()?;
    if found.differ {
        globals.warn(streams, &format!("{} no longer holds", folder.display()));
        return Ok(Outcome::Incomplete);
    }
    Ok(Outcome::Done)
}

#[derive(Default)]
struct Findings {
    lines: Vec<String>,
    differ: bool,
}

impl Findings {
    fn holds(&mut self, text: &str) {
        self.lines.push(format!("holds    {text}"));
    }

    fn unknown(&mut self, text: &str) {
        self.lines.push(format!("unknown  {text}"));
    }

    fn differs(&mut self, text: &str) {
        self.lines.push(format!("DIFFERS  {text}"));
        self.differ = true;
    }
}

fn same(one: &Prediction, other: &Prediction) -> bool {
    let near = match (&one.probabilities, &other.probabilities) {
        (Some(one), Some(other)) => {
            one.iter().zip(other).all(|(a, b)| (a - b).abs() <= PROBABILITY_SLACK)
        }
        (None, None) => true,
        _ => false,
    };
    one.class == other.class && near
}

fn read_items(folder: &Path, task: &Task) -> Result<Vec<Item>> {
    let path = folder.join(ITEMS);
    let text = read_text(&path, "items")?;
    let rows = text.lines().enumerate().map(|(line, text)| {
        let at = || format!("{}:{}", path.display(), line + 1);
        let row: ItemRow = serde_json::from_str(text).with_context(at)?;
        let gold = task.class(&row.gold).with_context(|| {
            format!("{}: {:?} is no class of the task {}", at(), row.gold, task.name())
        })?;
        Ok(Item { id: row.id, gold, group: row.group, slices: row.slices })
    });
    rows.collect()
}

fn read_answers(folder: &Path, name: &str, items: &[Item], task: &Task) -> Result<Vec<Prediction>> {
    let path = folder.join(PREDICTIONS).join(file_name(name));
    let ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
    super::predictions::read(&path, &read_text(&path, "answers")?, &ids, task)
}

/// How far the numbers of two values are apart at most; none if they differ in anything else.
fn furthest(one: &serde_json::Value, other: &serde_json::Value) -> Option<f64> {
    use serde_json::Value::{Array, Number, Object};
    match (one, other) {
        (Number(one), Number(other)) => Some((one.as_f64()? - other.as_f64()?).abs()),
        (Array(one), Array(other)) if one.len() == other.len() => {
            one.iter().zip(other).try_fold(0.0_f64, |far, (a, b)| Some(far.max(furthest(a, b)?)))
        }
        (Object(one), Object(other)) if one.len() == other.len() => one
            .iter()
            .try_fold(0.0_f64, |far, (key, a)| Some(far.max(furthest(a, other.get(key)?)?))),
        _ => (one == other).then_some(0.0),
    }
}
