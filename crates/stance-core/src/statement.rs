use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ArticleId, Attribution, Date, Label, Mention, Span, TargetId};

/// The id of a statement: its article's id and its place (`seed-article#004`), or the id of the
/// row it was read from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatementId(Arc<str>);

impl StatementId {
    /// Takes `id` over as it is.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }

    /// The id of the `ordinal`-th statement of an article, counted from 1.
    #[must_use]
    pub fn in_article(article: &ArticleId, ordinal: usize) -> Self {
        Self(format!("{article}#{ordinal:03}").into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StatementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A passage, as a rule one sentence, that may take a position on one target.
///
/// `text` equals the article's body at `span`. Made by an [`Extractor`](crate::Extractor).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The statement's id, unique within a batch.
    pub id: StatementId,
    /// The article it stands in.
    pub article: ArticleId,
    /// Where it stands in the article's body.
    pub span: Span,
    /// The passage itself.
    pub text: Arc<str>,
    /// What the stance is toward.
    pub target: TargetId,
    /// The sentence before it.
    pub context: Option<Arc<str>>,
    /// The article's title.
    pub title: Option<Arc<str>>,
    /// The article's date.
    pub date: Option<Date>,
    /// Who published the article.
    pub outlet: Option<Arc<str>>,
    /// Where the article stands on the web.
    pub url: Option<Arc<str>>,
    /// Names found in `text`, by ascending start, none overlapping another.
    pub mentions: Arc<[Mention]>,
    /// Names found in `context`, likewise; none where there is no context.
    pub context_mentions: Arc<[Mention]>,
    /// Names found in `title`, likewise; none where there is no title.
    pub title_mentions: Arc<[Mention]>,
    /// Whose statement it is, how and on what ground.
    pub attribution: Attribution,
}

impl Statement {
    /// Makes a statement that is all of `text`, with nothing else known: no names, no
    /// context, no attribution.
    ///
    /// # Examples
    /// ```
    /// use stance_core::{ArticleId, Statement, StatementId, TargetId};
    /// let (id, article) = (StatementId::new("s"), ArticleId::new("a"));
    /// let statement = Statement::new(id, article, "Astana refused.".into(), TargetId::moscow());
    /// assert_eq!(statement.span.len(), 15);
    /// ```
    #[must_use]
    pub fn new(id: StatementId, article: ArticleId, text: Arc<str>, target: TargetId) -> Self {
        Self {
            id,
            article,
            span: Span::new(0, text.len()),
            text,
            target,
            context: None,
            title: None,
            date: None,
            outlet: None,
            url: None,
            mentions: Arc::default(),
            context_mentions: Arc::default(),
            title_mentions: Arc::default(),
            attribution: Attribution::default(),
        }
    }
}

/// A statement with the label that people gave it; made from files only, never from
/// [`Labeled`](crate::Labeled).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotated {
    /// The statement.
    pub statement: Statement,
    /// The label assigned by the annotator.
    pub gold: Label,
    /// What must stay on one side of a split: the article, or the contrast group.
    pub group: Arc<str>,
    /// The file that the statement came from: one file, one writer.
    pub source: Arc<str>,
}
