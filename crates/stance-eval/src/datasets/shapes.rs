//! How a row of each set is understood.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::import::Mention;
use super::lines::MAX_ROW;
use super::mentions::{at_chars, of_name};
use super::records::{Dialect, Record, text_of};
use super::unscon::{Speech, joined};
use super::{Dataset, Fault, ImportPlan};

/// A row before its label is mapped.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) text: String,
    pub(super) topic: Option<String>,
    pub(super) mention: Option<Mention>,
    pub(super) holder: Option<String>,
    pub(super) country: Option<String>,
    pub(super) group: Option<String>,
    pub(super) split: Option<String>,
    /// Why the row is not imported.
    pub(super) left_out: Option<&'static str>,
}

/// How the files of a set are written.
pub(super) fn dialect(dataset: Dataset) -> Dialect {
    match dataset {
        Dataset::SemEval2016 | Dataset::PStance => Dialect::Tweets,
        _ => Dialect::Plain,
    }
}

/// For each column that a table must have, the names under which it may stand.
pub(super) fn needed(plan: &ImportPlan) -> Vec<Vec<String>> {
    let columns = &plan.columns;
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    match plan.dataset {
        Dataset::SemEval2016 | Dataset::PStance => {
            ["Target", "Tweet", "Stance"].map(|name| owned(&[name])).to_vec()
        }
        Dataset::Vast => {
            ["post", "new_topic", "label", "new_id"].map(|name| owned(&[name])).to_vec()
        }
        // One target a line is read from tables too.
        Dataset::NewsMtsc => vec![owned(&SENTENCE), owned(&POLARITY), owned(&["id"])],
        Dataset::UnsCon => {
            let names: [&[&str]; 4] = [&["file_id"], &UNIT, &["A4"], &["B3"]];
            names.into_iter().map(owned).collect()
        }
        Dataset::Table => {
            let optional = [&columns.id, &columns.target, &columns.group, &columns.split];
            let named = optional.into_iter().flatten().map(|name| vec![name.clone()]);
            let needed = [(&columns.text, "text"), (&columns.label, "label")];
            let needed = needed.map(|(name, usual)| vec![name.clone().unwrap_or(usual.to_owned())]);
            needed.into_iter().chain(named).collect()
        }
    }
}

/// The rows that a record of the set holds; `stem` is the file's name without its extension.
pub(super) fn drafts(
    plan: &ImportPlan,
    record: &Record<'_>,
    stem: &str,
) -> Result<Vec<Draft>, Fault> {
    let line = record.line;
    let draft = match plan.dataset {
        Dataset::SemEval2016 | Dataset::PStance => tweet(plan.dataset, record, stem)?,
        Dataset::Vast => comment(record)?,
        Dataset::NewsMtsc if record.value("targets").is_some() => return sentence(record),
        Dataset::NewsMtsc => target(record)?,
        Dataset::UnsCon if record.value("text").is_some() => statement(record)?,
        Dataset::UnsCon => speech(record)?,
        Dataset::Table => row(plan, record, &format!("{stem}:{line}"))?,
    };
    Ok(vec![draft])
}

fn tweet(dataset: Dataset, record: &Record<'_>, stem: &str) -> Result<Draft, Fault> {
    let name = dataset.about().name;
    let text = record.take(&["Tweet"])?.into_owned();
    let topic = record.take(&["Target"])?.trim().to_owned();
    let id = match record.find(&["ID"])? {
        Some(id) => format!("{name}:{}", id.trim()),
        None => format!("{name}:{stem}:{}", record.line),
    };
    Ok(Draft {
        id,
        label: record.take(&["Stance"])?.into_owned(),
        mention: of_name(&text, &topic),
        text,
        topic: Some(topic),
        ..Draft::default()
    })
}

fn comment(record: &Record<'_>) -> Result<Draft, Fault> {
    if record.find(&["change_lst"])?.is_some() {
        return Err(Fault::Variant(
            "words are swapped in the tokens of this variant, not in post: it cannot be read",
        ));
    }
    let text = record.take(&["post"])?.into_owned();
    let topic = record.take(&["new_topic"])?.trim().to_owned();
    // The same comment stands once for each of its topics.
    let digest = format!("{:x}", Sha256::digest(text.trim()));
    Ok(Draft {
        id: format!("vast:{}", record.take(&["new_id"])?.trim()),
        label: record.take(&["label"])?.trim().trim_end_matches(".0").to_owned(),
        mention: of_name(&text, &topic),
        group: Some(format!("vast:post-{}", &digest[..12])),
        text,
        topic: Some(topic),
        ..Draft::default()
    })
}

const SENTENCE: [&str; 3] = ["sentence", "text", "sentence_normalized"];
const POLARITY: [&str; 2] = ["polarity", "label"];

/// A target of `NewsMTSC`'s original lines.
#[derive(Deserialize)]
struct Target {
    #[serde(rename = "Input.gid")]
    id: String,
    from: usize,
    to: usize,
    mention: String,
    polarity: serde_json::Value,
}

/// `NewsMTSC` as published: a sentence with its targets.
fn sentence(record: &Record<'_>) -> Result<Vec<Draft>, Fault> {
    let text = record.take(&["sentence_normalized"])?;
    let Some(targets) = record.value("targets") else { return Ok(Vec::new()) };
    let targets: Vec<Target> = Deserialize::deserialize(targets).map_err(|error| {
        Fault::json(&error, "targets with Input.gid, from, to, mention, polarity")
    })?;
    // Each target is a row with the whole text: a hostile line would fill the memory.
    if targets.len().saturating_mul(text.len()) > MAX_ROW {
        return Err(Fault::TooLong { limit: MAX_ROW });
    }
    let draft = |target: Target| {
        let polarity = text_of(&target.polarity)
            .map_err(|found| Fault::Shape { key: "polarity".to_owned(), found })?
            .unwrap_or_default();
        // The original counts 2, 4, 6.
        let label = match polarity.as_ref() {
            "2" => "negative",
            "4" => "neutral",
            "6" => "positive",
            other => other,
        };
        Ok(Draft {
            id: format!("newsmtsc:{}", target.id),
            label: label.to_owned(),
            mention: Some(at_chars(&text, target.from, target.to, Some(&target.mention))?),
            text: text.clone().into_owned(),
            topic: Some(target.mention),
            group: article(&target.id),
            ..Draft::default()
        })
    };
    targets.into_iter().map(draft).collect()
}

/// `NewsMTSC` with one target a line.
fn target(record: &Record<'_>) -> Result<Draft, Fault> {
    let text = record.take(&SENTENCE)?.into_owned();
    let topic = record.take(&["mention", "target"])?.into_owned();
    let id = record.take(&["id"])?.into_owned();
    let id = id.strip_prefix("newsmtsc:").unwrap_or(&id);
    let label = match record.take(&POLARITY)?.as_ref() {
        "-1" => "negative".to_owned(),
        "0" => "neutral".to_owned(),
        "1" => "positive".to_owned(),
        other => other.to_owned(),
    };
    let (from, to) = (record.take(&["from", "start"])?, record.take(&["to", "end"])?);
    let outside = || Fault::Outside {
        start: super::error::short(&from),
        end: super::error::short(&to),
        length: text.chars().count(),
    };
    let offset = |offset: &str| offset.trim().parse().map_err(|_| outside());
    Ok(Draft {
        mention: Some(at_chars(&text, offset(&from)?, offset(&to)?, Some(&topic))?),
        group: article(id),
        id: format!("newsmtsc:{id}"),
        label,
        text,
        topic: Some(topic),
        ..Draft::default()
    })
}

/// The article in an id of `NewsMTSC`: `allsides_1000_401_25_…` is sentence 25 of
/// `allsides_1000_401`, and `polusa_v1_4307505_-1_11_…` sentence 11 of `polusa_v1_4307505_-1`.
fn article(id: &str) -> Option<String> {
    let parts = match id.split('_').next() {
        Some("allsides") => 3,
        Some("polusa") => 4,
        _ => return None,
    };
    let (end, _) = id.match_indices('_').nth(parts - 1)?;
    Some(format!("newsmtsc:{}", &id[..end]))
}

/// `UNSCon`'s text: a sentence, or a clause of one.
const UNIT: [&str; 2] = ["sentence_text", "EDU_text"];

/// `UNSCon` as published: a sentence or clause of a speech.
///
/// The speaker is read from `file_id`: the `country` of the published sentences is out of step
/// with them.
fn speech(record: &Record<'_>) -> Result<Draft, Fault> {
    let file_id = record.take(&["file_id"])?;
    let Some(speech) = Speech::of(&file_id) else {
        return Err(Fault::Variant(
            "file_id names no speech, expected UNSC_…_spch004_France_02.txt",
        ));
    };
    let offsets = record.take(&["sentence_char_offsets", "EDU_char_offsets"])?;
    let is_target = |field: &str| field.trim() == "russian_federation";
    let conflict = is_target(&record.take(&["A4"])?) || is_target(&record.take(&["B3"])?);
    let text = joined(&record.take(&UNIT)?);
    Ok(Draft {
        id: format!("unscon:{}:{}", file_id.trim_end_matches(".txt"), offsets.trim()),
        label: if conflict { "distancing" } else { "neutral" }.to_owned(),
        mention: of_name(&text, "Russia"),
        text,
        topic: Some("Russia".to_owned()),
        holder: Some(speech.speaker.replace('_', " ")),
        country: speech.country.map(ToOwned::to_owned),
        group: Some(format!("unscon:{}", speech.id)),
        left_out: (speech.country == Some("RU")).then_some("the target's own speech"),
        ..Draft::default()
    })
}

/// `UNSCon` as JSON lines that somebody made of it.
fn statement(record: &Record<'_>) -> Result<Draft, Fault> {
    let text = record.take(&["text"])?.into_owned();
    let topic = record.take(&["target"])?.into_owned();
    Ok(Draft {
        id: record.take(&["id"])?.into_owned(),
        label: record.take(&["label"])?.into_owned(),
        mention: of_name(&text, &topic),
        text,
        topic: Some(topic),
        group: record.find(&["meta.speech"])?.map(|speech| format!("unscon:{speech}")),
        ..Draft::default()
    })
}

fn row(plan: &ImportPlan, record: &Record<'_>, place: &str) -> Result<Draft, Fault> {
    let columns = &plan.columns;
    let needed = |name: &Option<String>, usual| {
        record.take(&[name.as_deref().unwrap_or(usual)]).map(std::borrow::Cow::into_owned)
    };
    // A column that was asked for must be there; its fields may be blank.
    let optional = |name: &Option<String>, usual: &[&str]| {
        let found = match name {
            Some(name) => Some(record.take(&[name])?),
            None => record.find(usual)?,
        };
        let found = found.map(|found| found.trim().to_owned());
        Ok::<_, Fault>(found.filter(|found| !found.is_empty()))
    };
    let text = needed(&columns.text, "text")?;
    let topic = optional(&columns.target, &["target", "topic"])?;
    Ok(Draft {
        id: optional(&columns.id, &["id"])?.unwrap_or_else(|| place.to_owned()),
        label: needed(&columns.label, "label")?,
        mention: topic.as_deref().and_then(|topic| of_name(&text, topic)),
        text,
        topic,
        group: optional(&columns.group, &["group"])?,
        split: optional(&columns.split, &["split"])?,
        ..Draft::default()
    })
}
