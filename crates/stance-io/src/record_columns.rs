//! The record as flat columns, for tables and Parquet alike.

use std::borrow::Cow;

use stance_core::{Probabilities, RECORD_SCHEMA, Record, Stance};

use crate::reject::RejectReason;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    OptionalText,
    Integer,
    Number,
}

/// Names and kinds of the columns, in order; nested fields are flattened with `_`.
pub(crate) const COLUMNS: [(&str, Kind); 18] = [
    ("schema", Kind::Integer),
    ("article", Kind::Text),
    ("statement", Kind::Text),
    ("start", Kind::Integer),
    ("end", Kind::Integer),
    ("text", Kind::Text),
    ("stance", Kind::OptionalText),
    ("probabilities_supportive", Kind::Number),
    ("probabilities_neutral", Kind::Number),
    ("probabilities_distancing", Kind::Number),
    ("probabilities_irrelevant", Kind::Number),
    ("target", Kind::Text),
    ("date", Kind::OptionalText),
    ("title", Kind::OptionalText),
    ("outlet", Kind::OptionalText),
    ("url", Kind::OptionalText),
    ("model", Kind::Text),
    ("model_version", Kind::Text),
];

/// The value of one column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Text(Cow<'a, str>),
    Empty,
    Integer(i64),
    Number(f64),
}

/// The values of `record`, ordered as [`COLUMNS`].
pub(crate) fn cells(record: &Record) -> [Cell<'_>; COLUMNS.len()] {
    // Offsets into a body that fits in memory always fit.
    let integer = |n: usize| Cell::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    let Probabilities { supportive, neutral, distancing, irrelevant } = record.probabilities;
    [
        Cell::Integer(i64::from(record.schema)),
        text(&record.article),
        text(&record.statement),
        integer(record.start),
        integer(record.end),
        text(&record.text),
        record.stance.map_or(Cell::Empty, |stance| Cell::Text(stance.as_str().into())),
        Cell::Number(supportive),
        Cell::Number(neutral),
        Cell::Number(distancing),
        Cell::Number(irrelevant),
        text(&record.target),
        record.date.map_or(Cell::Empty, |date| Cell::Text(date.to_string().into())),
        optional(record.title.as_ref()),
        optional(record.outlet.as_ref()),
        optional(record.url.as_ref()),
        text(&record.model),
        text(&record.model_version),
    ]
}

fn text(text: &str) -> Cell<'_> {
    Cell::Text(Cow::Borrowed(text))
}

fn optional(text: Option<&String>) -> Cell<'_> {
    text.map_or(Cell::Empty, |text| Cell::Text(Cow::Borrowed(text)))
}

/// Makes a record of the columns that `take` gives by name.
pub(crate) fn record(
    mut take: impl FnMut(&'static str) -> Option<String>,
) -> Result<Record, RejectReason> {
    let stance = take("stance").filter(|word| !word.is_empty());
    let stance = match stance.as_deref() {
        None => None,
        Some(word) => Some(stance_of(word)?),
    };
    let date = take("date").filter(|text| !text.is_empty());
    let date = match date.as_deref() {
        None => None,
        Some(text) => Some(parsed("date", text, "a date such as 2023-06-24")?),
    };
    let mut given = |name: &'static str| {
        take(name).ok_or_else(|| shape(name, "missing", "a column of every record"))
    };
    let record = Record {
        schema: parsed("schema", &given("schema")?, "a number")?,
        article: given("article")?,
        statement: given("statement")?,
        start: parsed("start", &given("start")?, "a byte offset")?,
        end: parsed("end", &given("end")?, "a byte offset")?,
        text: given("text")?,
        stance,
        probabilities: Probabilities {
            supportive: probability("probabilities_supportive", &mut given)?,
            neutral: probability("probabilities_neutral", &mut given)?,
            distancing: probability("probabilities_distancing", &mut given)?,
            irrelevant: probability("probabilities_irrelevant", &mut given)?,
        },
        target: given("target")?,
        date,
        model: given("model")?,
        model_version: given("model_version")?,
        title: None,
        outlet: None,
        url: None,
    };
    let mut optional = |name| take(name).filter(|text| !text.is_empty());
    let (title, outlet, url) = (optional("title"), optional("outlet"), optional("url"));
    checked(Record { title, outlet, url, ..record })
}

/// Refuses a record of a version that this build does not know.
pub(crate) fn checked(record: Record) -> Result<Record, RejectReason> {
    if record.schema != RECORD_SCHEMA {
        return Err(shape("schema", &record.schema.to_string(), "the version of this build"));
    }
    Ok(record)
}

fn probability(
    name: &'static str,
    given: &mut impl FnMut(&'static str) -> Result<String, RejectReason>,
) -> Result<f64, RejectReason> {
    parsed(name, &given(name)?, "a probability")
}

fn stance_of(word: &str) -> Result<Stance, RejectReason> {
    let found = Stance::ALL.into_iter().find(|stance| stance.as_str() == word);
    found.ok_or_else(|| shape("stance", word, "supportive, neutral, distancing or nothing"))
}

fn parsed<T: std::str::FromStr>(
    name: &'static str,
    text: &str,
    expected: &'static str,
) -> Result<T, RejectReason> {
    text.parse().map_err(|_| shape(name, text, expected))
}

fn shape(name: &str, found: &str, expected: &'static str) -> RejectReason {
    let found = found.chars().take(80).collect();
    RejectReason::Shape { what: format!("column {name:?}"), found, expected }
}
