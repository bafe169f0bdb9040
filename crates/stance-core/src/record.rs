use serde::{Deserialize, Serialize};

use crate::{Date, Distribution, Label, Labeled, Stance};

/// The version of [`Record`]: raised when a field changes its meaning or goes.
pub const RECORD_SCHEMA: u32 = 1;

/// One labeled statement as it is written to files.
///
/// `start` and `end` are byte offsets into the article's body as read, half-open; `text` is exactly
/// that slice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// [`RECORD_SCHEMA`].
    pub schema: u32,
    /// Id of the article.
    pub article: String,
    /// Id of the statement.
    pub statement: String,
    /// First byte in the article's body.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The statement's text.
    pub text: String,
    /// The stance; empty when the statement is irrelevant.
    pub stance: Option<Stance>,
    /// The model's distribution.
    pub probabilities: Probabilities,
    /// Id of the target.
    pub target: String,
    /// Date of the statement.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<Date>,
    /// Title of the article.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// Outlet of the article.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outlet: Option<String>,
    /// Address of the article.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    /// Name of the model.
    pub model: String,
    /// Version of the model.
    pub model_version: String,
}

/// Whether a statement may turn out to be irrelevant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Relevance {
    /// The model decides: no stance when irrelevant is the likeliest label.
    #[default]
    Judged,
    /// The user vouches for it: always the likeliest of the three stances.
    Assumed,
}

impl Record {
    /// Makes the record of `labeled`.
    ///
    /// Probabilities are rounded to six decimals.
    #[must_use]
    pub fn new(labeled: &Labeled, relevance: Relevance) -> Self {
        let statement = labeled.statement();
        let distribution = labeled.distribution();
        let stance = match relevance {
            Relevance::Judged => distribution.label().stance(),
            Relevance::Assumed => Some(distribution.stance_if_relevant()),
        };
        let owned = |text: Option<&std::sync::Arc<str>>| text.map(|t| t.as_ref().to_owned());
        Self {
            schema: RECORD_SCHEMA,
            article: statement.article.as_str().to_owned(),
            statement: statement.id.as_str().to_owned(),
            start: statement.span.start(),
            end: statement.span.end(),
            text: statement.text.as_ref().to_owned(),
            stance,
            probabilities: distribution.into(),
            target: statement.target.as_str().to_owned(),
            date: statement.date,
            title: owned(statement.title.as_ref()),
            outlet: owned(statement.outlet.as_ref()),
            url: owned(statement.url.as_ref()),
            model: labeled.model().name.as_ref().to_owned(),
            model_version: labeled.model().version.as_ref().to_owned(),
        }
    }
}

impl From<&Distribution> for Probabilities {
    fn from(distribution: &Distribution) -> Self {
        let [supportive, neutral, distancing, irrelevant] =
            distribution.as_array().map(|p| (p * 1e6).round() / 1e6);
        Self { supportive, neutral, distancing, irrelevant }
    }
}

/// A [`Distribution`] with its labels spelled out, each in [0, 1].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is the probability of the label it is named after")]
pub struct Probabilities {
    pub supportive: f64,
    pub neutral: f64,
    pub distancing: f64,
    pub irrelevant: f64,
}

impl Probabilities {
    /// The probabilities, ordered as [`Label::ALL`].
    #[must_use]
    pub fn to_array(self) -> [f64; Label::COUNT] {
        [self.supportive, self.neutral, self.distancing, self.irrelevant]
    }
}
