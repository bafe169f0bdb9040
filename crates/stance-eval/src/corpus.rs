//! Annotated statements from the lines of a JSONL file.
//!
//! The schema is that of `seeds/corpus`: one object a line with `id`, `text` and `label`, optional
//! `title`, `context`, `date`, `group` and `article`, and columns that are not read here (`holder`,
//! `country`, `kind`, …). Whole articles, one a line with `sentences`, are read too.
//!
//! Data that exists for measuring only carries `"use": "measure"` and is refused where it would be
//! trained on, and so is a sentence of the benchmark without that mark: see [`Purpose`] and
//! [`is_measure_only`].

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use stance_core::{
    Annotated, ArticleId, Date, Label, SentenceExtractor, StatementId, StatementRow, UnknownLabel,
};

use crate::is_measure_only;

/// What annotated statements are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To fit something: data for measuring only is refused.
    Train,
    /// To score something.
    Measure,
}

/// The error of reading annotated statements.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CorpusError {
    /// A line is no annotated statement.
    #[error("{file}:{line}: {reason}")]
    Line {
        /// Name of the file.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// The data may be measured on, not trained on.
    #[error("{file}:{line}: this data is for measuring only and is never trained on")]
    MeasureOnly {
        /// Name of the file.
        file: String,
        /// Line, counted from 1.
        line: usize,
    },
    /// The file holds no statement.
    #[error("{file} holds no annotated statement")]
    Empty {
        /// Name of the file.
        file: String,
    },
}

#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    title: String,
    date: Option<String>,
    group: Option<String>,
    #[serde(flatten)]
    content: Content,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Article { sentences: Vec<Sentence> },
    Statement(Sentence),
}

#[derive(Deserialize)]
struct Sentence {
    text: String,
    label: String,
    #[serde(default)]
    context: String,
}

impl Row {
    /// Whether the row is marked so, or is a sentence of the benchmark that has lost its mark.
    fn is_measure_only(&self) -> bool {
        let sentences = match &self.content {
            Content::Article { sentences } => sentences.as_slice(),
            Content::Statement(sentence) => std::slice::from_ref(sentence),
        };
        self.purpose.as_deref() == Some("measure")
            || sentences.iter().any(|sentence| is_measure_only(&sentence.text))
    }
}

/// Reads the JSONL of one file; `file` names it in messages and as the statements' source.
///
/// # Errors
/// When a line is malformed, an id stands twice, the data is for measuring only and `purpose` is
/// [`Purpose::Train`], or nothing is there.
pub fn read_annotated(
    file: &str,
    jsonl: &str,
    purpose: Purpose,
    extractor: &SentenceExtractor,
) -> Result<Vec<Annotated>, CorpusError> {
    let source: Arc<str> = file.into();
    let mut ids = BTreeSet::new();
    let mut annotated = Vec::new();
    for (number, line) in jsonl.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line_number = number + 1;
        let at =
            |reason: String| CorpusError::Line { file: file.to_owned(), line: line_number, reason };
        let row: Row = serde_json::from_str(line).map_err(|error| {
            at(format!("{error}; expected an object with id, text and label, or sentences"))
        })?;
        if purpose == Purpose::Train && row.is_measure_only() {
            return Err(CorpusError::MeasureOnly { file: file.to_owned(), line: line_number });
        }
        let date = row
            .date
            .as_deref()
            .map(str::parse::<Date>)
            .transpose()
            .map_err(|e| at(e.to_string()))?;
        let group: Arc<str> = row.group.as_deref().unwrap_or(&row.id).into();
        let filled = |text: &str| (!text.trim().is_empty()).then(|| Arc::from(text));
        let mut push = |id: String, sentence: &Sentence, context: &str| {
            if !ids.insert(id.clone()) {
                return Err(at(format!("id {id:?} stands twice")));
            }
            let gold: Label =
                sentence.label.parse().map_err(|e: UnknownLabel| at(e.to_string()))?;
            let statement = StatementRow {
                id: StatementId::new(&id),
                article: Some(ArticleId::new(&group)),
                text: sentence.text.as_str().into(),
                title: filled(&row.title),
                context: filled(context),
                target: None,
                date,
                outlet: None,
                url: None,
            };
            let statement = extractor.statement(statement).map_err(|e| at(e.to_string()))?;
            annotated.push(Annotated {
                statement,
                gold,
                group: Arc::clone(&group),
                source: Arc::clone(&source),
            });
            Ok(())
        };
        match &row.content {
            Content::Statement(sentence) => push(row.id.clone(), sentence, &sentence.context)?,
            Content::Article { sentences } => {
                let mut before = "";
                for (index, sentence) in sentences.iter().enumerate() {
                    push(format!("{}#{:03}", row.id, index + 1), sentence, before)?;
                    before = &sentence.text;
                }
            }
        }
    }
    if annotated.is_empty() {
        return Err(CorpusError::Empty { file: file.to_owned() });
    }
    Ok(annotated)
}

#[cfg(test)]
mod tests {
    use stance_core::TargetId;

    use super::*;

    const BENCHMARK: &str = include_str!("../../../seeds/benchmark/statements.jsonl");
    const ARTICLES: &str = include_str!("../../../seeds/benchmark/articles.jsonl");

    fn read(jsonl: &str, purpose: Purpose) -> Result<usize, CorpusError> {
        let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("it is built in");
        read_annotated("copy.jsonl", jsonl, purpose, &extractor).map(|annotated| annotated.len())
    }

    #[test]
    fn the_benchmark_is_read_for_measuring_and_refused_for_training() {
        for (jsonl, sentences) in [(BENCHMARK, 306), (ARTICLES, 89)] {
            assert_eq!(
                read(jsonl, Purpose::Measure).expect("the benchmark is readable"),
                sentences
            );
            let refused = read(jsonl, Purpose::Train).expect_err("the benchmark is marked");
            assert!(matches!(refused, CorpusError::MeasureOnly { line: 1, .. }), "{refused}");
        }
    }

    #[test]
    fn a_benchmark_sentence_without_its_mark_is_refused_among_training_rows() {
        let own = r#"{"id":"a","text":"Astana refused the request.","label":"distancing"}"#;
        for jsonl in [BENCHMARK, ARTICLES] {
            let pasted =
                jsonl.lines().next().expect("a row").replacen(r#""use": "measure", "#, "", 1);
            assert!(!pasted.contains("measure\""));
            let refused = read(&format!("{own}\n{pasted}\n"), Purpose::Train)
                .expect_err("the sentence is known");
            assert!(matches!(refused, CorpusError::MeasureOnly { line: 2, .. }), "{refused}");
        }
        assert_eq!(read(own, Purpose::Train).expect("an ordinary row"), 1);
    }
}
