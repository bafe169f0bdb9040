use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// The id of what a stance is toward, such as `moscow`: lower-case ASCII letters, digits and `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TargetId(Arc<str>);

impl TargetId {
    /// Takes `id` over, or `None` if it is empty or holds anything but lower-case ASCII letters,
    /// digits and `-`.
    #[must_use]
    pub fn new(id: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        (!id.is_empty() && id.chars().all(allowed)).then(|| Self(id.into()))
    }

    /// The default target.
    #[must_use]
    pub fn moscow() -> Self {
        Self("moscow".into())
    }

    /// The target of statements that each name their own: `mentioned`.
    #[must_use]
    pub fn mentioned() -> Self {
        Self("mentioned".into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TargetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
