//! Cuts articles into statements: one sentence each, with its context and the names in it.
//!
//! Puts the sentence segmentation and the [`Linker`] together; neither knows of the other.
//!
//! * [`SentenceExtractor`]: the [`Extractor`] that the program uses
//! * [`StatementRow`]: a statement that is cut already
//!
//! ```
//! use stance_core::{Article, ArticleId, Atlas, Extractor, Linker, SentenceExtractor, Target, TargetId};
//! let target = Target::builtin(&TargetId::moscow()).expect("is built in");
//! let extractor = SentenceExtractor::new(Linker::new(Atlas::builtin(), target)?);
//! let body = "Astana refused. Moscow was not amused.".to_owned();
//! let statements = extractor.extract(&Article::new(ArticleId::new("a1"), body)?);
//! assert_eq!(statements[1].id.as_str(), "a1#002");
//! assert_eq!(statements[1].context.as_deref(), Some("Astana refused."));
//! assert_eq!(statements[1].mentions.len(), 1);
//! assert_eq!(statements[1].context_mentions, statements[0].mentions);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It does not say whose stance a statement shows, nor whether it shows any.

use std::sync::Arc;

use crate::{
    Article, ArticleId, Date, Extractor, Linker, Mention, Span, Statement, StatementId, TargetId,
    sentences,
};

/// Makes each sentence that holds a letter a statement, with its mentions, the sentence before,
/// and the article's title and date.
#[derive(Clone, Debug)]
pub struct SentenceExtractor {
    linker: Linker,
}

/// A statement that is cut already, as read from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    /// The statement's id, unique within a batch.
    pub id: StatementId,
    /// The article it stood in; where unknown, the statement's id takes its place.
    pub article: Option<ArticleId>,
    /// The passage itself.
    pub text: Arc<str>,
    /// The sentence before it.
    pub context: Option<Arc<str>>,
    /// The title of its article.
    pub title: Option<Arc<str>>,
    /// What the stance is toward; the extractor's target where the row does not say.
    pub target: Option<TargetId>,
    /// The date of the statement.
    pub date: Option<Date>,
}

/// The error of making a statement of a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// The text holds nothing but white space.
    #[error("statement has no text")]
    Blank,
    /// The row is about another target than the extractor's.
    #[error("statement is about target {found}, expected {expected}")]
    Target {
        /// The row's target.
        found: TargetId,
        /// The extractor's.
        expected: TargetId,
    },
}

impl SentenceExtractor {
    /// Makes an extractor that finds names with `linker` and is about the linker's target.
    #[must_use]
    pub fn new(linker: Linker) -> Self {
        Self { linker }
    }

    /// The linker.
    #[must_use]
    pub fn linker(&self) -> &Linker {
        &self.linker
    }

    /// Makes a statement of a row; its span is the whole of `text`.
    ///
    /// # Errors
    /// When the text is blank, or the row is about another target than the linker's.
    ///
    /// # Examples
    /// ```
    /// # use stance_core::*;
    /// # let target = Target::builtin(&TargetId::moscow()).expect("is built in");
    /// # let extractor = SentenceExtractor::new(Linker::new(Atlas::builtin(), target)?);
    /// let row = StatementRow {
    ///     id: StatementId::new("r7"),
    ///     article: None,
    ///     text: "Minsk agreed.".into(),
    ///     context: None,
    ///     title: None,
    ///     target: None,
    ///     date: None,
    /// };
    /// assert_eq!(extractor.statement(row)?.mentions[0].name.as_ref(), "Minsk");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn statement(&self, row: StatementRow) -> Result<Statement, RowError> {
        if row.text.trim().is_empty() {
            return Err(RowError::Blank);
        }
        let expected = self.linker.target();
        if let Some(found) = row.target.filter(|found| found != expected) {
            return Err(RowError::Target { found, expected: expected.clone() });
        }
        let title = row.title.as_deref().unwrap_or_default();
        let context = row.context.as_deref().unwrap_or_default();
        Ok(Statement {
            mentions: self.linker.link_after(&[title, context], &row.text).into(),
            context_mentions: self.linker.link_after(&[title], context).into(),
            title_mentions: self.linker.link(title).into(),
            article: row.article.unwrap_or_else(|| ArticleId::new(row.id.as_str())),
            id: row.id,
            span: Span::new(0, row.text.len()),
            text: row.text,
            target: expected.clone(),
            context: row.context,
            title: row.title,
            date: row.date,
        })
    }
}

impl Extractor for SentenceExtractor {
    fn extract(&self, article: &Article) -> Vec<Statement> {
        let body = article.body();
        let title = article.title.as_deref().unwrap_or_default();
        let title_mentions: Arc<[Mention]> = self.linker.link(title).into();
        // The whole body is linked at once, so that a full name speaks for the surnames after it.
        let mut mentions = self.linker.link_after(&[title], body).into_iter().peekable();
        let mut statements: Vec<Statement> = Vec::new();
        for span in sentences(body) {
            let Some(text) = span.of(body).filter(|text| text.contains(char::is_alphabetic)) else {
                continue;
            };
            let before = statements.last();
            statements.push(Statement {
                id: StatementId::in_article(article.id(), statements.len() + 1),
                article: article.id().clone(),
                span,
                text: text.into(),
                target: self.linker.target().clone(),
                context: before.map(|before| Arc::clone(&before.text)),
                title: article.title.clone(),
                date: article.date,
                mentions: mentions_within(&mut mentions, span).into(),
                context_mentions: before.map(|b| Arc::clone(&b.mentions)).unwrap_or_default(),
                title_mentions: Arc::clone(&title_mentions),
            });
        }
        statements
    }
}

/// Takes the next mentions up to the end of `sentence` and returns those that lie in it, counted
/// from its start.
fn mentions_within(
    mentions: &mut std::iter::Peekable<impl Iterator<Item = Mention>>,
    sentence: Span,
) -> Vec<Mention> {
    let mut within = Vec::new();
    while let Some(mention) = mentions.next_if(|m| m.span.start() < sentence.end()) {
        let Some(start) = mention.span.start().checked_sub(sentence.start()) else { continue };
        if mention.span.end() <= sentence.end() {
            let span = Span::new(start, start + mention.span.len());
            within.push(Mention { span, ..mention });
        }
    }
    within
}
