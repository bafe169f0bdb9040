//! Annotated statements from the lines of a JSONL file.
//!
//! The schema is that of `seeds/corpus`: one object a line with `id`, `text` and `label`, optional
//! `title`, `context`, `date`, `group` and `article`, and columns that are not read here (`holder`,
//! `country`, `kind`, …). Whole articles, one a line with `sentences`, are read too. Lines in a row
//! with the same `article` are its sentences in order, and understood as such: names and speakers
//! carry over from one to the next, and the sentence before is the context.
//!
//! Data that exists for measuring only carries `"use": "measure"` and is refused where it would be
//! trained on, and so is a sentence of the benchmark without that mark: see [`Purpose`] and
//! [`is_measure_only`]. Rows of another task than stance say so in `task`, and are refused there too:
//! a negative sentiment is stored as `distancing` and is none.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use stance_core::{
    Annotated, Article, ArticleId, Date, Label, SentenceExtractor, Span, Statement, StatementId,
    StatementRow, UnknownLabel,
};

use crate::is_measure_only;

/// What annotated statements are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose<'t> {
    /// To fit something: data for measuring only is refused, and so is data of another task.
    Train {
        /// Name of the [`Task`](crate::Task). Rows of stance serve its parts `stances` and
        /// `distancing` too, not the other way round.
        task: &'t str,
    },
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
    /// The row's label answers another question than the one that is trained.
    #[error("{file}:{line}: the task of this row is {found:?}, expected {expected:?}")]
    Task {
        /// Name of the file.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// The row's task.
        found: String,
        /// What is trained.
        expected: String,
    },
    /// The file holds no statement.
    #[error("{file} holds no annotated statement")]
    Empty {
        /// Name of the file.
        file: String,
    },
}

/// The task of a row that names none.
const TASK: &str = "stance";

/// Whether rows of the task `found` may be trained on for `task`.
fn serves(found: &str, task: &str) -> bool {
    found == task || (found == TASK && matches!(task, "stances" | "distancing"))
}

#[derive(Deserialize)]
struct Row {
    id: String,
    task: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    title: String,
    date: Option<String>,
    group: Option<String>,
    article: Option<String>,
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
    mention: Option<Mention>,
}

/// Where the target is named, in bytes of the text.
#[derive(Clone, Copy, Deserialize)]
struct Mention {
    start: usize,
    end: usize,
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
/// When a line is malformed, an id stands twice, or nothing is there; where `purpose` is
/// [`Purpose::Train`], also when the data is for measuring only or of another task.
pub fn read_annotated(
    file: &str,
    jsonl: &str,
    purpose: Purpose<'_>,
    extractor: &SentenceExtractor,
) -> Result<Vec<Annotated>, CorpusError> {
    let mut reader = Reader {
        source: file.into(),
        extractor,
        ids: BTreeSet::new(),
        article: Vec::new(),
        annotated: Vec::new(),
    };
    for (number, line) in jsonl.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let at = Place { file, line: number + 1 };
        let row: Row = serde_json::from_str(line).map_err(|error| {
            at.error(format!("{error}; expected an object with id, text and label, or sentences"))
        })?;
        if let Purpose::Train { task } = purpose {
            let file = || file.to_owned();
            if row.is_measure_only() {
                return Err(CorpusError::MeasureOnly { file: file(), line: at.line });
            }
            let found = row.task.as_deref().unwrap_or(TASK);
            if !serves(found, task) {
                let (found, expected) = (found.to_owned(), task.to_owned());
                return Err(CorpusError::Task { file: file(), line: at.line, found, expected });
            }
        }
        reader.read(row, at)?;
    }
    reader.end_article()?;
    if reader.annotated.is_empty() {
        return Err(CorpusError::Empty { file: file.to_owned() });
    }
    Ok(reader.annotated)
}

/// Where a row stands.
#[derive(Clone, Copy)]
struct Place<'f> {
    file: &'f str,
    line: usize,
}

impl Place<'_> {
    fn error(self, reason: String) -> CorpusError {
        CorpusError::Line { file: self.file.to_owned(), line: self.line, reason }
    }
}

/// A sentence of an article that is being read.
struct Part<'f> {
    at: Place<'f>,
    id: String,
    article: String,
    group: Arc<str>,
    title: String,
    date: Option<Date>,
    gold: Label,
    text: String,
    mention: Option<Mention>,
}

/// Reads rows in order, and sentences of one article together: what stands before helps to understand
/// what follows.
struct Reader<'f> {
    source: Arc<str>,
    extractor: &'f SentenceExtractor,
    ids: BTreeSet<String>,
    /// The sentences of the article at hand.
    article: Vec<Part<'f>>,
    annotated: Vec<Annotated>,
}

impl<'f> Reader<'f> {
    fn read(&mut self, row: Row, at: Place<'f>) -> Result<(), CorpusError> {
        let Row { id, title, date, group, article, content, .. } = row;
        let date = date.as_deref().map(str::parse::<Date>).transpose();
        let date = date.map_err(|error| at.error(error.to_string()))?;
        let group: Arc<str> = group.as_deref().unwrap_or(&id).into();
        match (content, article) {
            (Content::Article { sentences }, _) => {
                self.end_article()?;
                for (index, sentence) in sentences.into_iter().enumerate() {
                    let (group, title) = (Arc::clone(&group), title.clone());
                    let part = format!("{id}#{:03}", index + 1);
                    let part = self.part(at, part, &id, group, title, date, sentence)?;
                    self.article.push(part);
                }
                self.end_article()
            }
            (Content::Statement(sentence), Some(article)) => {
                let part = self.part(at, id, &article, group, title, date, sentence)?;
                if self.article.last().is_some_and(|last| last.article != part.article) {
                    self.end_article()?;
                }
                self.article.push(part);
                Ok(())
            }
            (Content::Statement(sentence), None) => {
                self.end_article()?;
                let context = sentence.context.clone();
                let part = self.part(at, id, "", group, title, date, sentence)?;
                self.push_statement(part, &context)
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a row, taken apart")]
    fn part(
        &mut self,
        at: Place<'f>,
        id: String,
        article: &str,
        group: Arc<str>,
        title: String,
        date: Option<Date>,
        sentence: Sentence,
    ) -> Result<Part<'f>, CorpusError> {
        if !self.ids.insert(id.clone()) {
            return Err(at.error(format!("id {id:?} stands twice")));
        }
        let gold = sentence.label.parse().map_err(|e: UnknownLabel| at.error(e.to_string()))?;
        let (article, text, mention) = (article.to_owned(), sentence.text, sentence.mention);
        Ok(Part { at, id, article, group, title, date, gold, text, mention })
    }

    fn push_statement(&mut self, part: Part<'_>, context: &str) -> Result<(), CorpusError> {
        let filled = |text: &str| (!text.trim().is_empty()).then(|| Arc::from(text));
        let mention = match part.mention {
            Some(Mention { start, end }) if start > end => {
                let reason = format!("mention starts at {start} and ends at {end} before it");
                return Err(part.at.error(reason));
            }
            mention => mention.map(|mention| Span::new(mention.start, mention.end)),
        };
        let row = StatementRow {
            id: StatementId::new(&part.id),
            article: Some(ArticleId::new(&part.group)),
            text: part.text.as_str().into(),
            title: filled(&part.title),
            context: filled(context),
            target: None,
            mention,
            date: part.date,
            outlet: None,
            url: None,
        };
        let statement =
            self.extractor.statement(row).map_err(|error| part.at.error(error.to_string()))?;
        self.push(statement, part.gold, part.group);
        Ok(())
    }

    fn push(&mut self, statement: Statement, gold: Label, group: Arc<str>) {
        let source = Arc::clone(&self.source);
        self.annotated.push(Annotated { statement, gold, group, source });
    }

    /// Makes statements of the article at hand, of which each sentence is one.
    fn end_article(&mut self) -> Result<(), CorpusError> {
        let parts = std::mem::take(&mut self.article);
        let Some(first) = parts.first() else { return Ok(()) };
        let mut body = String::new();
        let mut spans = Vec::with_capacity(parts.len());
        for part in &parts {
            if !part.text.contains(char::is_alphabetic) {
                return Err(part.at.error("statement has no text".to_owned()));
            }
            if !body.is_empty() {
                body.push(' ');
            }
            let start = body.len();
            body.push_str(&part.text);
            spans.push(Span::new(start, body.len()));
        }
        let mut article = Article::new(ArticleId::new(&first.group), body)
            .map_err(|error| first.at.error(error.to_string()))?;
        article.title = (!first.title.trim().is_empty()).then(|| first.title.as_str().into());
        article.date = first.date;
        let statements = self.extractor.extract_spans(&article, &spans);
        for (part, statement) in parts.into_iter().zip(statements) {
            let span = Span::new(0, statement.text.len());
            let id = StatementId::new(&part.id);
            self.push(Statement { id, span, ..statement }, part.gold, part.group);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use stance_core::TargetId;

    use super::*;

    const TRAIN: Purpose<'_> = Purpose::Train { task: "stance" };
    const BENCHMARK: &str = include_str!("../../../seeds/benchmark/statements.jsonl");
    const ARTICLES: &str = include_str!("../../../seeds/benchmark/articles.jsonl");

    fn read(jsonl: &str, purpose: Purpose<'_>) -> Result<usize, CorpusError> {
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
            let refused = read(jsonl, TRAIN).expect_err("the benchmark is marked");
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
            let refused =
                read(&format!("{own}\n{pasted}\n"), TRAIN).expect_err("the sentence is known");
            assert!(matches!(refused, CorpusError::MeasureOnly { line: 2, .. }), "{refused}");
        }
        assert_eq!(read(own, TRAIN).expect("an ordinary row"), 1);
    }

    #[test]
    fn rows_of_another_task_are_measured_on_and_not_trained_on() {
        let row = |task: &str| {
            format!(r#"{{"id":"a","task":"{task}","text":"He won.","label":"neutral"}}"#)
        };
        assert_eq!(read(&row("stance"), TRAIN).expect("a row of stance"), 1);
        for task in ["sentiment", "stances", "distancing"] {
            assert_eq!(read(&row(task), Purpose::Measure).expect("measured"), 1);
            let refused = read(&format!("{}\n{}", row("stance"), row(task)), TRAIN);
            assert_eq!(
                refused.expect_err("another task").to_string(),
                format!("copy.jsonl:2: the task of this row is \"{task}\", expected \"stance\"")
            );
        }
    }
}
