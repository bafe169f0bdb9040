//! Cuts articles into statements: one sentence each, with its context and the names in it.
//!
//! Puts the sentence segmentation, the [`Linker`] and the [`Attributor`] together; none knows of the
//! others.
//!
//! * [`SentenceExtractor`]: the [`Extractor`] that the program uses
//! * [`StatementRow`]: a statement that is cut already
//!
//! ```
//! use stance_core::{Article, ArticleId, Atlas, Extractor, SentenceExtractor, Target, TargetId};
//! let target = Target::builtin(&TargetId::moscow()).expect("is built in");
//! let extractor = SentenceExtractor::new(Atlas::builtin(), target)?;
//! let body = "Astana refused. Moscow was not amused.".to_owned();
//! let statements = extractor.extract(&Article::new(ArticleId::new("a1"), body)?);
//! assert_eq!(statements[1].id.as_str(), "a1#002");
//! assert_eq!(statements[1].context.as_deref(), Some("Astana refused."));
//! assert_eq!(statements[1].mentions.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It does not say whether a statement shows any stance.

use std::cell::Cell;
use std::sync::Arc;

use crate::{
    Article, ArticleId, Atlas, AtlasError, Attributor, Date, Discourse, EntityKind, Extractor,
    Linker, Mention, Span, Statement, StatementId, Target, TargetId, TargetPart, sentences,
};

thread_local! {
    /// The memory of the last discourse: rows are many, and each begins one.
    static SPARE: Cell<Discourse> = Cell::default();
}

/// Makes each sentence that holds a letter a statement, with its mentions and attribution, the
/// sentence before, and the article's title and date.
#[derive(Clone, Debug)]
pub struct SentenceExtractor {
    linker: Linker,
    attributor: Attributor,
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
    /// Where in `text` the target is named, in bytes, for a target that the atlas does not know; what
    /// the extractor knows of its own target then counts for nothing in this row.
    pub mention: Option<Span>,
    /// The date of the statement.
    pub date: Option<Date>,
    /// Who published it.
    pub outlet: Option<Arc<str>>,
    /// Where it stands on the web.
    pub url: Option<Arc<str>>,
}

/// The error of making a statement of a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// The text holds nothing but white space.
    #[error("statement has no text")]
    Blank,
    /// The target is said to be named where the text has no such place.
    #[error("mention {start}..{end} is no part of a text of {bytes} bytes", start = .span.start(), end = .span.end())]
    Mention {
        /// The place.
        span: Span,
        /// Length of the text.
        bytes: usize,
    },
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
    /// Makes an extractor that finds the names of `atlas` and is about `target`.
    ///
    /// # Errors
    /// When two entries of the atlas claim a name and not both call it ambiguous.
    pub fn new(atlas: &Atlas, target: &Target) -> Result<Self, AtlasError> {
        Ok(Self { linker: Linker::new(atlas, target)?, attributor: Attributor::new(atlas) })
    }

    /// The same with another attributor.
    #[must_use]
    pub fn with_attributor(self, attributor: Attributor) -> Self {
        Self { attributor, ..self }
    }

    /// Makes an extractor with the embedded atlas and the embedded target of that id, or `None` if
    /// there is no such target.
    ///
    /// # Panics
    /// Never: the embedded files are checked by the tests.
    ///
    /// # Examples
    /// ```
    /// use stance_core::{SentenceExtractor, TargetId};
    /// assert!(SentenceExtractor::builtin(&TargetId::moscow()).is_some());
    /// ```
    #[must_use]
    pub fn builtin(target: &TargetId) -> Option<Self> {
        let target = Target::builtin(target)?;
        let extractor = Self::new(Atlas::builtin(), target);
        Some(extractor.expect("the embedded atlas and targets are checked by the tests"))
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
    /// # let extractor = SentenceExtractor::new(Atlas::builtin(), target)?;
    /// let row = StatementRow {
    ///     id: StatementId::new("r7"),
    ///     article: None,
    ///     text: "Minsk agreed.".into(),
    ///     context: None,
    ///     title: None,
    ///     target: None,
    ///     mention: None,
    ///     date: None,
    ///     outlet: None,
    ///     url: None,
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
        let (title, context) = (row.title.as_deref(), row.context.as_deref());
        let before = |texts: &[Option<&str>], text: Option<&str>| {
            let texts: Vec<&str> = texts.iter().copied().flatten().collect();
            text.map_or_else(Arc::default, |text| self.linker.link_after(&texts, text).into())
        };
        let mut title_mentions = before(&[], title);
        let mut context_mentions = before(&[title], context);
        let mut mentions = before(&[title, context], Some(&row.text));
        let mut target = expected.clone();
        if let Some(span) = row.mention {
            let name = span.of(&row.text).filter(|name| !name.is_empty());
            let name = name.ok_or(RowError::Mention { span, bytes: row.text.len() })?;
            title_mentions = about(&title_mentions, None);
            context_mentions = about(&context_mentions, None);
            mentions = about(&mentions, Some((span, name)));
            target = TargetId::mentioned();
        }
        let mut discourse = SPARE.take();
        discourse.begin(row.date);
        discourse.read_title(&title_mentions);
        discourse.look_ahead(&mentions);
        if let Some(context) = context {
            discourse.look_ahead(&context_mentions);
            self.attributor.attribute(&mut discourse, context, &context_mentions);
        }
        let attribution = self.attributor.attribute(&mut discourse, &row.text, &mentions);
        SPARE.set(discourse);
        let article = row.article.unwrap_or_else(|| ArticleId::new(row.id.as_str()));
        Ok(Statement {
            attribution,
            context: row.context,
            title: row.title,
            date: row.date,
            outlet: row.outlet,
            url: row.url,
            mentions,
            context_mentions,
            title_mentions,
            ..Statement::new(row.id, article, row.text, target)
        })
    }

    /// Makes statements of the sentences of `article` that stand at `spans`, ascending and apart from
    /// each other; as [`Extractor::extract`], for text that somebody else has cut.
    ///
    /// # Examples
    /// ```
    /// # use stance_core::*;
    /// let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is embedded");
    /// let body = "Tokayev refused. He gave no reason.".to_owned();
    /// let article = Article::new(ArticleId::new("a"), body)?;
    /// let statements = extractor.extract_spans(&article, &[Span::new(0, 16), Span::new(17, 35)]);
    /// assert_eq!(statements, extractor.extract(&article));
    /// # Ok::<(), ArticleError>(())
    /// ```
    #[must_use]
    pub fn extract_spans(&self, article: &Article, spans: &[Span]) -> Vec<Statement> {
        let body = article.body();
        let title: Vec<&str> = article.title.as_deref().into_iter().collect();
        let title_mentions: Arc<[Mention]> =
            title.iter().flat_map(|title| self.linker.link(title)).collect();
        // The whole body is linked at once, so that a full name speaks for the surnames after it.
        let mentions = self.linker.link_after(&title, body);
        let mut discourse = Discourse::new(article.date);
        discourse.read_title(&title_mentions);
        discourse.look_ahead(&mentions);
        let mut mentions = mentions.into_iter().peekable();
        let mut statements: Vec<Statement> = Vec::new();
        let mut read = 0;
        for &span in spans {
            let Some(text) = span.of(body).filter(|text| text.contains(char::is_alphabetic)) else {
                continue;
            };
            let within = mentions_within(&mut mentions, span);
            if body[read..span.start()].contains('\n') {
                discourse.paragraph(text.starts_with(['"', '“', '«', '„']));
            }
            read = span.end();
            let attribution = self.attributor.attribute(&mut discourse, text, &within);
            let before = statements.last();
            statements.push(Statement {
                id: StatementId::in_article(article.id(), statements.len() + 1),
                article: article.id().clone(),
                span,
                text: text.into(),
                target: self.linker.target().clone(),
                context: before.map(|before| Arc::clone(&before.text)),
                context_mentions: before.map_or_else(Arc::default, |b| Arc::clone(&b.mentions)),
                title_mentions: Arc::clone(&title_mentions),
                title: article.title.clone(),
                date: article.date,
                outlet: article.outlet.clone(),
                url: article.url.clone(),
                mentions: within.into(),
                attribution,
            });
        }
        statements
    }
}

impl Extractor for SentenceExtractor {
    fn extract(&self, article: &Article) -> Vec<Statement> {
        self.extract_spans(article, &sentences(article.body()))
    }
}

/// The same mentions with the target at `place`, and nowhere else.
fn about(mentions: &[Mention], place: Option<(Span, &str)>) -> Arc<[Mention]> {
    let apart = |mention: &&Mention| {
        place.is_none_or(|(span, _)| {
            mention.span.end() <= span.start() || span.end() <= mention.span.start()
        })
    };
    let mut others: Vec<Mention> = mentions
        .iter()
        .filter(apart)
        .map(|mention| Mention { target: None, domestic: false, rival: false, ..mention.clone() })
        .collect();
    if let Some((span, name)) = place {
        let at = others.partition_point(|mention| mention.span.start() < span.start());
        let named = Mention {
            span,
            kind: EntityKind::Person,
            name: name.into(),
            country: None,
            target: Some(TargetPart::Name),
            domestic: true,
            rival: false,
        };
        others.insert(at, named);
    }
    others.into()
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
