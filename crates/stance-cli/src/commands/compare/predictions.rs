//! Other people's answers, from a file.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Map, Value};
use stance_core::Label;
use stance_eval::{Prediction, Task};

/// How far probabilities may miss a sum of 1: what rounding costs.
const SLACK: f64 = 1e-3;

/// Reads the answers to the items of `ids`, in their order, from JSONL, or from CSV with a header.
///
/// A row names its item by `id` (or `statement`, as records do) and its answer by `label` (or
/// `stance`; empty there is irrelevant), `probabilities` (an object by class), or columns named after
/// the classes.
pub(super) fn read(path: &Path, text: &str, ids: &[&str], task: &Task) -> Result<Vec<Prediction>> {
    let name = path.display();
    let rows = if path.extension().is_some_and(|extension| extension == "csv") {
        csv_rows(text).with_context(|| format!("{name} is no CSV"))?
    } else {
        jsonl_rows(text).with_context(|| format!("{name} is no JSONL"))?
    };
    let places: BTreeMap<&str, usize> = ids.iter().enumerate().map(|(i, id)| (*id, i)).collect();
    let mut answers: Vec<Option<Prediction>> = vec![None; ids.len()];
    let (mut strangers, mut stranger) = (0_usize, None);
    for (line, row) in rows {
        let at = || format!("{name}:{line}");
        let id = ["id", "statement"].iter().find_map(|key| text_of(&row, key));
        let id = id.ok_or_else(|| anyhow!("{}: no id, expected a key `id`", at()))?;
        let Some(&place) = places.get(id.as_str()) else {
            strangers += 1;
            stranger.get_or_insert(id);
            continue;
        };
        let answer = prediction(&row, task).with_context(at)?;
        if answers[place].replace(answer).is_some() {
            bail!("{}: id {id:?} stands twice", at());
        }
    }
    if let Some(id) = stranger {
        bail!("{name}: {strangers} answers are to other items than the data has, such as {id:?}");
    }
    let missing: Vec<&str> =
        ids.iter().zip(&answers).filter(|(_, a)| a.is_none()).map(|(id, _)| *id).collect();
    if let Some(first) = missing.first() {
        bail!("{name}: no answer to {} of {} items, such as {first:?}", missing.len(), ids.len());
    }
    Ok(answers.into_iter().flatten().collect())
}

fn jsonl_rows(text: &str) -> Result<Vec<(usize, Map<String, Value>)>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            let row = serde_json::from_str(line).with_context(|| format!("line {}", number + 1))?;
            Ok((number + 1, row))
        })
        .collect()
}

fn csv_rows(text: &str) -> Result<Vec<(usize, Map<String, Value>)>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row?;
        let line = row.position().map_or(0, csv::Position::line);
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        let cells = header.iter().zip(&row).filter(|(_, cell)| !cell.is_empty());
        let cells = cells.map(|(name, cell)| (name.to_owned(), Value::String(cell.to_owned())));
        rows.push((line, cells.collect()));
    }
    Ok(rows)
}

fn text_of(row: &Map<String, Value>, key: &str) -> Option<String> {
    match row.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn prediction(row: &Map<String, Value>, task: &Task) -> Result<Prediction> {
    let probabilities = match row.get("probabilities") {
        Some(Value::Object(by_class)) => Some(probabilities(by_class, task)?),
        Some(Value::Null) | None if has_columns(row, task) => Some(probabilities(row, task)?),
        Some(Value::Null) | None => None,
        Some(other) => bail!("probabilities are {other}, expected an object by class"),
    };
    let label = row.get("label").or_else(|| row.get("stance"));
    let class = match label {
        Some(Value::String(name)) => Some(class_of(name, task)?),
        // A record without a stance is irrelevant.
        Some(Value::Null) if row.contains_key("stance") => task.class_of(Label::Irrelevant),
        _ => None,
    };
    match (class, probabilities) {
        (None, Some(probabilities)) => Ok(Prediction::of_probabilities(probabilities)),
        (Some(class), probabilities) => Ok(Prediction { class, probabilities }),
        (None, None) => bail!("no answer, expected `label` or `probabilities`"),
    }
}

/// The class of that name, or the one that holds the label of that name.
fn class_of(name: &str, task: &Task) -> Result<usize> {
    let by_label = || name.parse::<Label>().ok().and_then(|label| task.class_of(label));
    task.class(name).or_else(by_label).ok_or_else(|| {
        let names: Vec<&str> = task.classes().iter().map(|class| class.name.as_str()).collect();
        anyhow!("unknown label {name:?}, expected one of {}", names.join(", "))
    })
}

fn has_columns(row: &Map<String, Value>, task: &Task) -> bool {
    task.classes().iter().all(|class| row.contains_key(&class.name))
}

/// The probability of each class; those of a class's labels are added up. What a label of no class
/// has is left out, and the rest brought to 1.
fn probabilities(by_class: &Map<String, Value>, task: &Task) -> Result<Vec<f64>> {
    let mut sums = vec![0.0; task.classes().len()];
    let mut left_out = 0.0;
    for (name, value) in by_class {
        let label = name.parse::<Label>().ok();
        let class = task.class(name).or_else(|| task.class_of(label?));
        if class.is_none() && label.is_none() {
            continue;
        }
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|p| (0.0..=1.0).contains(p)).ok_or_else(|| {
            anyhow!("probability of {name} is {value}, expected a number from 0 to 1")
        })?;
        match class {
            Some(class) => sums[class] += number,
            None => left_out += number,
        }
    }
    let total: f64 = sums.iter().sum();
    if (total + left_out - 1.0).abs() > SLACK {
        bail!("probabilities sum to {}, expected 1", total + left_out);
    }
    if total <= 0.0 {
        bail!("no class of the task {} has a probability", task.name());
    }
    Ok(sums.into_iter().map(|sum| sum / total).collect())
}
