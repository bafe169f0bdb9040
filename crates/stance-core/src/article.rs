use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Date;

/// The id of an article, unique within a batch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(Arc<str>);

impl ArticleId {
    /// Takes `id` over as it is.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One news item as read; its body is not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    id: ArticleId,
    body: String,
    /// Headline.
    pub title: Option<Arc<str>>,
    /// Day, month or year of publication.
    pub date: Option<Date>,
    /// Who published it.
    pub outlet: Option<Arc<str>>,
    /// Where it stands on the web.
    pub url: Option<Arc<str>>,
}

/// The error of making an [`Article`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArticleError {
    /// The body holds nothing but white space.
    #[error("article has no text")]
    Blank,
}

impl Article {
    /// Makes an article of an id and a body; the other fields start empty.
    ///
    /// # Errors
    /// When the body is blank.
    ///
    /// # Examples
    /// ```
    /// use stance_core::{Article, ArticleId};
    /// let article = Article::new(ArticleId::new("a1"), "Astana refused.".to_owned())?;
    /// assert_eq!(article.body(), "Astana refused.");
    /// # Ok::<(), stance_core::ArticleError>(())
    /// ```
    pub fn new(id: ArticleId, body: String) -> Result<Self, ArticleError> {
        if body.trim().is_empty() {
            return Err(ArticleError::Blank);
        }
        Ok(Self { id, body, title: None, date: None, outlet: None, url: None })
    }

    /// The article's id.
    #[must_use]
    pub fn id(&self) -> &ArticleId {
        &self.id
    }

    /// The text that all spans of the article's statements count from.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The same article under another id.
    #[must_use]
    pub fn with_id(self, id: ArticleId) -> Self {
        Self { id, ..self }
    }
}
