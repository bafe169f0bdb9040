//! The record as flat columns, for tables and Parquet alike: what nests is flattened with `_`, lists
//! are JSON.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use stance_core::{
    CountryCode, Date, Holder, LabelSet, Probabilities, RECORD_SCHEMA, Record, Stance,
};

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
pub(crate) const COLUMNS: [(&str, Kind); 29] = [
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
    ("set", Kind::OptionalText),
    ("abstained", Kind::OptionalText),
    ("target", Kind::Text),
    ("holder_country", Kind::OptionalText),
    ("holder_name", Kind::OptionalText),
    ("holder_office", Kind::OptionalText),
    ("holders", Kind::OptionalText),
    ("voice", Kind::OptionalText),
    ("kind", Kind::OptionalText),
    ("quotes", Kind::OptionalText),
    ("cited", Kind::OptionalText),
    ("date", Kind::OptionalText),
    ("published", Kind::OptionalText),
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
    let holder = record.holder.as_ref();
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
        record.set.map_or(Cell::Empty, |set| json(&set)),
        if record.abstained { text("true") } else { Cell::Empty },
        text(&record.target),
        shared(holder.and_then(|holder| holder.country.as_ref()).map(CountryCode::as_str)),
        shared(holder.and_then(|holder| holder.name.as_deref())),
        shared(holder.and_then(|holder| holder.office.as_deref())),
        list(&record.holders),
        record.voice.map_or(Cell::Empty, |voice| Cell::Text(voice.to_string().into())),
        record.kind.map_or(Cell::Empty, |kind| Cell::Text(kind.to_string().into())),
        list(&record.quotes),
        list(&record.cited),
        record.date.map_or(Cell::Empty, |date| Cell::Text(date.to_string().into())),
        record.published.map_or(Cell::Empty, |date| Cell::Text(date.to_string().into())),
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

fn shared(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Empty, |text| Cell::Text(Cow::Borrowed(text)))
}

/// A list as JSON; an empty one is an empty cell.
fn list<T: Serialize>(items: &[T]) -> Cell<'static> {
    if items.is_empty() { Cell::Empty } else { json(items) }
}

fn json<T: Serialize + ?Sized>(value: &T) -> Cell<'static> {
    // Texts, dates, codes and labels always make JSON.
    serde_json::to_string(value).map_or(Cell::Empty, |json| Cell::Text(json.into()))
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
    let mut filled = |name| take(name).filter(|text| !text.is_empty());
    let date = dated("date", filled("date"))?;
    let published = dated("published", filled("published"))?;
    let holder = Holder {
        country: filled("holder_country").map(|code| CountryCode::new(&code)),
        name: filled("holder_name").map(Into::into),
        office: filled("holder_office").map(Into::into),
    };
    let holder = (holder != Holder::default()).then_some(holder);
    let set = filled("set").map(|json| listed("set", Some(json)));
    let set = set.transpose()?.map(LabelSet::from);
    let abstained = match filled("abstained").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(word) => return Err(shape("abstained", word, "true, false or nothing")),
    };
    let holders = listed("holders", filled("holders"))?;
    let voice = worded("voice", filled("voice"), "holder, target, author or nothing")?;
    let kind = worded("kind", filled("kind"), "speech, deed, commentary or nothing")?;
    let quotes = listed("quotes", filled("quotes"))?;
    let cited = listed("cited", filled("cited"))?;
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
        set,
        abstained,
        target: given("target")?,
        holder,
        holders,
        voice,
        kind,
        quotes,
        cited,
        date,
        published,
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

fn dated(name: &str, text: Option<String>) -> Result<Option<Date>, RejectReason> {
    text.map(|text| parsed(name, &text, "a date such as 2023-06-24")).transpose()
}

fn listed<T: DeserializeOwned>(name: &str, json: Option<String>) -> Result<Vec<T>, RejectReason> {
    let Some(json) = json else { return Ok(Vec::new()) };
    serde_json::from_str(&json).map_err(|_| shape(name, &json, "a list in JSON"))
}

/// A word that serde reads: the name of a variant.
fn worded<T: DeserializeOwned>(
    name: &str,
    word: Option<String>,
    expected: &'static str,
) -> Result<Option<T>, RejectReason> {
    let Some(word) = word else { return Ok(None) };
    let value = serde_json::Value::String(word);
    match T::deserialize(&value) {
        Ok(found) => Ok(Some(found)),
        Err(_) => Err(shape(name, value.as_str().unwrap_or_default(), expected)),
    }
}

fn stance_of(word: &str) -> Result<Stance, RejectReason> {
    let found = Stance::ALL.into_iter().find(|stance| stance.as_str() == word);
    found.ok_or_else(|| shape("stance", word, "supportive, neutral, distancing or nothing"))
}

fn parsed<T: std::str::FromStr>(
    name: &str,
    text: &str,
    expected: &'static str,
) -> Result<T, RejectReason> {
    text.parse().map_err(|_| shape(name, text, expected))
}

fn shape(name: &str, found: &str, expected: &'static str) -> RejectReason {
    let found = found.chars().take(80).collect();
    RejectReason::Shape { what: format!("column {name:?}"), found, expected }
}
