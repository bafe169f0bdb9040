use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Classes of words and phrases, by name: what a cue block looks for.
///
/// A pattern is one or more lower-case words with one blank between. A word that ends in `*` stands
/// for every word that begins so; the name of a mask, such as `<target>`, for that mask. Four
/// classes also rule scopes: `negator`, `not-negator` (phrases whose negator negates nothing),
/// `modal`, and `scope-end` (words that end a scope, as clause punctuation does).
///
/// # Examples
/// ```
/// use stance_features::Lexicons;
/// let mine = Lexicons::parse(r#"
///     [refusal]
///     about = "The holder says no to what was asked of it."
///     words = ["refus*", "turn* down"]
/// "#)?;
/// let lexicons = Lexicons::builtin().overlaid(mine);
/// assert!(lexicons.classes().any(|name| name == "negator"));
/// # Ok::<(), stance_features::LexiconError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, LexiconClass>", into = "BTreeMap<String, LexiconClass>")]
pub struct Lexicons {
    classes: BTreeMap<String, LexiconClass>,
}

/// One class of a [`Lexicons`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LexiconClass {
    /// What its members have in common; for people.
    about: String,
    /// The patterns.
    words: Vec<String>,
}

/// The error of reading [`Lexicons`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LexiconError {
    /// The text is no TOML, or a class has other fields than `about` and `words`.
    #[error("lexicons are malformed")]
    Malformed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A pattern could never be found.
    #[error(
        "class {class:?} has the pattern {pattern:?}, expected lower-case words with one blank \
         between, `*` at most at their ends"
    )]
    Pattern {
        /// The class.
        class: String,
        /// The pattern.
        pattern: String,
    },
    /// More than a matcher can hold.
    #[error("lexicons have {found} classes and words, expected at most {MAX_SIZE}")]
    Size {
        /// Number of classes, and words of all patterns.
        found: usize,
    },
}

const MAX_SIZE: usize = 60_000;

impl Lexicons {
    /// The lexicons that come with this crate: our own lists, made for stance toward Moscow.
    ///
    /// # Panics
    /// Never: a test reads them.
    #[must_use]
    pub fn builtin() -> Self {
        Self::parse(include_str!("../lexicons/stance.toml")).expect("the file is tested")
    }

    /// Reads a TOML text of one table for each class, with `about` and `words`.
    ///
    /// # Errors
    /// When the text is malformed or a pattern could never be found.
    pub fn parse(toml: &str) -> Result<Self, LexiconError> {
        let classes: BTreeMap<String, LexiconClass> =
            toml::from_str(toml).map_err(|error| LexiconError::Malformed(Box::new(error)))?;
        Self::try_from(classes)
    }

    /// These lexicons with the classes of `other` put in place of those of the same name.
    #[must_use]
    pub fn overlaid(mut self, other: Self) -> Self {
        self.classes.extend(other.classes);
        self
    }

    /// The names of the classes, in alphabetical order.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.classes.keys().map(String::as_str)
    }

    /// Only the classes that `keep` says.
    pub(crate) fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        let kept = self.classes.iter().filter(|(name, _)| keep(name));
        Self { classes: kept.map(|(name, class)| (name.clone(), class.clone())).collect() }
    }

    /// Class and pattern, in alphabetical order of the classes.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = (&str, &str)> {
        self.classes.iter().flat_map(|(name, class)| {
            class.words.iter().map(move |pattern| (name.as_str(), pattern.as_str()))
        })
    }
}

impl TryFrom<BTreeMap<String, LexiconClass>> for Lexicons {
    type Error = LexiconError;

    fn try_from(classes: BTreeMap<String, LexiconClass>) -> Result<Self, LexiconError> {
        let lexicons = Self { classes };
        let words = lexicons.patterns().map(|(_, pattern)| pattern.split(' ').count());
        let found = lexicons.classes.len() + words.sum::<usize>();
        if found > MAX_SIZE {
            return Err(LexiconError::Size { found });
        }
        let fault = lexicons.patterns().find(|(_, pattern)| !is_pattern(pattern));
        match fault {
            Some((class, pattern)) => Err(LexiconError::Pattern {
                class: class.to_owned(),
                pattern: pattern.chars().take(80).collect(),
            }),
            None => Ok(lexicons),
        }
    }
}

impl From<Lexicons> for BTreeMap<String, LexiconClass> {
    fn from(lexicons: Lexicons) -> Self {
        lexicons.classes
    }
}

fn is_pattern(pattern: &str) -> bool {
    let is_letter = |c: char| c == '_' || c.is_alphanumeric() && c.to_lowercase().eq([c]);
    pattern.split(' ').all(|word| {
        let masked = word.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        let letters = masked.unwrap_or_else(|| word.strip_suffix('*').unwrap_or(word));
        let hyphen = masked.is_some();
        !letters.is_empty() && letters.chars().all(|c| is_letter(c) || hyphen && c == '-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicons_of_this_crate_read() {
        let builtin = Lexicons::parse(include_str!("../lexicons/stance.toml"));
        let classes: Vec<_> = builtin.expect("reads").classes().map(str::to_owned).collect();
        for needed in ["modal", "negator", "not-negator", "scope-end"] {
            assert!(classes.iter().any(|class| class == needed), "{needed}");
        }
    }

    #[test]
    fn a_pattern_that_could_never_be_found_is_refused() {
        for pattern in
            ["", "Refused", "turn  down", "turn down ", "ref*sed", "don't", "pro-russian"]
        {
            let toml = format!("[c]\nabout = ''\nwords = [\"{pattern}\"]");
            assert!(
                matches!(Lexicons::parse(&toml), Err(LexiconError::Pattern { .. })),
                "{pattern:?}"
            );
        }
        assert!(
            Lexicons::parse("[c]\nabout = ''\nwords = ['turn* down', '<target-adj> gas']").is_ok()
        );
    }

    #[test]
    fn an_overlay_replaces_classes_of_the_same_name_only() {
        let class = |name: &str, word: &str| {
            Lexicons::parse(&format!("[{name}]\nabout = ''\nwords = ['{word}']")).expect("reads")
        };
        let both = class("a", "one").overlaid(class("b", "two")).overlaid(class("a", "three"));
        assert_eq!(both.patterns().collect::<Vec<_>>(), [("a", "three"), ("b", "two")]);
    }
}
