use serde::{Deserialize, Serialize};

use crate::{Citation, Date, Distribution, Holder, Kind, Label, LabelSet, Labeled, Stance, Voice};

/// The version of [`Record`]: raised when a field changes its meaning or goes.
pub const RECORD_SCHEMA: u32 = 1;

/// One labeled statement as it is written to files.
///
/// `start` and `end` are byte offsets into the article's body as read, half-open; `text` is exactly
/// that slice. Texts are owned by default; [`Record::of`] borrows them, for writing a record without
/// a copy: the bytes are the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record<T = String> {
    /// [`RECORD_SCHEMA`].
    pub schema: u32,
    /// Id of the article.
    pub article: T,
    /// Id of the statement.
    pub statement: T,
    /// First byte in the article's body.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The statement's text.
    pub text: T,
    /// The stance; empty when the statement is irrelevant, and when the model `abstained`.
    pub stance: Option<Stance>,
    /// The model's distribution.
    pub probabilities: Probabilities,
    /// The labels that the model does not rule out, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub set: Option<LabelSet>,
    /// Whether `set` is not a single label, so that the stance is left open.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub abstained: bool,
    /// Id of the target.
    pub target: T,
    /// Whose stance it is, the most prominent one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub holder: Option<Holder>,
    /// All holders, `holder` first, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub holders: Vec<Holder>,
    /// Who utters it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub voice: Option<Voice>,
    /// By what it shows a stance.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<Kind>,
    /// What stands between quotation marks.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub quotes: Vec<T>,
    /// The inline citations.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub cited: Vec<Citation>,
    /// Date of the statement: by its sentence, else its citation, else the article's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<Date>,
    /// Date of the article.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub published: Option<Date>,
    /// Title of the article.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<T>,
    /// Outlet of the article.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outlet: Option<T>,
    /// Address of the article.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<T>,
    /// Name of the model.
    pub model: T,
    /// Version of the model.
    pub model_version: T,
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

impl<'l> Record<&'l str> {
    /// Makes the record of `labeled`, with its texts borrowed.
    ///
    /// Probabilities are rounded to six decimals.
    ///
    /// # Examples
    /// ```
    /// use stance_core::*;
    /// # struct Even(ModelId);
    /// # impl Classifier for Even {
    /// #     fn id(&self) -> &ModelId {
    /// #         &self.0
    /// #     }
    /// #     fn classify(&self, batch: &[Statement]) -> Result<Vec<Distribution>, ClassifyError> {
    /// #         Ok(vec![Distribution::from_logits([0.0; 4]); batch.len()])
    /// #     }
    /// # }
    /// # let classifier = Even(ModelId { name: "even".into(), version: "1".into() });
    /// let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is embedded");
    /// let article = Article::new(ArticleId::new("a"), "Astana refused.".to_owned())?;
    /// let labeled = Pipeline::new(extractor, classifier).label(&article)?;
    /// let borrowed = Record::of(&labeled[0], Relevance::Judged);
    /// assert_eq!(borrowed.text, "Astana refused.");
    /// assert_eq!(borrowed.into_owned(), Record::new(&labeled[0], Relevance::Judged));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of(labeled: &'l Labeled, relevance: Relevance) -> Self {
        let statement = labeled.statement();
        let distribution = labeled.distribution();
        let attribution = &statement.attribution;
        let several = attribution.holders.len() > 1;
        let quotes = attribution.quotes.iter().filter_map(|quote| quote.of(&statement.text));
        let stance = match relevance {
            Relevance::Judged => distribution.label().stance(),
            Relevance::Assumed => Some(distribution.stance_if_relevant()),
        };
        Self {
            schema: RECORD_SCHEMA,
            article: statement.article.as_str(),
            statement: statement.id.as_str(),
            start: statement.span.start(),
            end: statement.span.end(),
            text: &statement.text,
            stance,
            probabilities: distribution.into(),
            set: None,
            abstained: false,
            target: statement.target.as_str(),
            holder: attribution.holders.first().cloned(),
            holders: if several { attribution.holders.clone() } else { Vec::new() },
            voice: Some(attribution.voice),
            kind: Some(attribution.kind),
            quotes: quotes.collect(),
            cited: attribution.cited.clone(),
            date: attribution.date.or(statement.date),
            published: statement.date,
            title: statement.title.as_deref(),
            outlet: statement.outlet.as_deref(),
            url: statement.url.as_deref(),
            model: &labeled.model().name,
            model_version: &labeled.model().version,
        }
    }

    /// The same record as `set` answers: with the stance of its one label, or abstained.
    ///
    /// # Examples
    /// ```
    /// # use stance_core::*;
    /// # struct Even(ModelId);
    /// # impl Classifier for Even {
    /// #     fn id(&self) -> &ModelId {
    /// #         &self.0
    /// #     }
    /// #     fn classify(&self, batch: &[Statement]) -> Result<Vec<Distribution>, ClassifyError> {
    /// #         Ok(vec![Distribution::from_logits([0.0; 4]); batch.len()])
    /// #     }
    /// # }
    /// # let classifier = Even(ModelId { name: "even".into(), version: "1".into() });
    /// # let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is embedded");
    /// # let article = Article::new(ArticleId::new("a"), "Astana refused.".to_owned())?;
    /// # let labeled = Pipeline::new(extractor, classifier).label(&article)?;
    /// let record = Record::of(&labeled[0], Relevance::Judged);
    /// let sure = record.clone().with_set([Label::Distancing].into_iter().collect());
    /// assert_eq!((sure.stance, sure.abstained), (Some(Stance::Distancing), false));
    /// let unsure = record.with_set([Label::Neutral, Label::Distancing].into_iter().collect());
    /// assert_eq!((unsure.stance, unsure.abstained), (None, true));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_set(self, set: LabelSet) -> Self {
        let single = set.single();
        Self {
            stance: single.and_then(Label::stance),
            set: Some(set),
            abstained: single.is_none(),
            ..self
        }
    }

    /// The same record with texts of its own.
    #[must_use]
    pub fn into_owned(self) -> Record {
        Record {
            schema: self.schema,
            article: self.article.to_owned(),
            statement: self.statement.to_owned(),
            start: self.start,
            end: self.end,
            text: self.text.to_owned(),
            stance: self.stance,
            probabilities: self.probabilities,
            set: self.set,
            abstained: self.abstained,
            target: self.target.to_owned(),
            holder: self.holder,
            holders: self.holders,
            voice: self.voice,
            kind: self.kind,
            quotes: self.quotes.into_iter().map(str::to_owned).collect(),
            cited: self.cited,
            date: self.date,
            published: self.published,
            title: self.title.map(str::to_owned),
            outlet: self.outlet.map(str::to_owned),
            url: self.url.map(str::to_owned),
            model: self.model.to_owned(),
            model_version: self.model_version.to_owned(),
        }
    }
}

impl Record {
    /// Makes the record of `labeled`, as [`Record::of`], with texts of its own.
    #[must_use]
    pub fn new(labeled: &Labeled, relevance: Relevance) -> Self {
        Record::of(labeled, relevance).into_owned()
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
