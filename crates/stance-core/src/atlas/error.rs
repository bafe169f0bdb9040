use std::fmt;
use std::ops::Range;

use super::Target;
use super::locate::{locate, locate_in_root};
use crate::Date;

/// What is wrong with an atlas or target file, or with the names of both together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AtlasError {
    /// The text is no TOML, or has a key or value that is not of the format.
    #[error("line {line}: {message}")]
    Malformed {
        /// Line of the file, from 1.
        line: usize,
        /// What was found and what was expected.
        message: String,
    },
    /// An entry is wrong in itself.
    #[error("line {line}: {entry}: {fault}")]
    Entry {
        /// Line of what is wrong or, where that is not one place, of the entry's key; from 1.
        line: usize,
        /// The entry, such as `country KZ`.
        entry: String,
        /// What is wrong with it.
        fault: Fault,
    },
    /// There are more names than an automaton can hold.
    #[error("too many names")]
    TooLarge,
}

/// What is wrong with one entry of an atlas or target file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the display of each variant says what it means")]
pub enum Fault {
    Twice,
    Missing { field: &'static str },
    Blank { field: &'static str },
    Repeated { name: String },
    Stray { name: String },
    Unknown { field: &'static str, value: String },
    Term { from: Date, to: Date },
    Overlap { title: String, from: Date, other: String, since: Date },
    Shared { name: String, other: String },
    NoTargetId { found: String },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice => f.write_str("is given twice"),
            Self::Missing { field } => write!(f, "has no {field}"),
            Self::Blank { field } => {
                write!(f, "has a name in {field} that is empty or padded with white space")
            }
            Self::Repeated { name } => write!(f, "lists {name:?} twice"),
            Self::Stray { name } => {
                write!(f, "calls {name:?} ambiguous, which is none of its names")
            }
            Self::Unknown { field, value } => write!(f, "unknown {field} {value:?}"),
            Self::Term { from, to } => {
                write!(f, "has a term that ends {to}, before it begins {from}")
            }
            Self::Overlap { title, from, other, since } => {
                write!(f, "is {title} from {from}, during the term of {other} from {since}")
            }
            Self::Shared { name, other } => {
                write!(f, "{name:?} also names {other}, and not both call it ambiguous")
            }
            Self::NoTargetId { found } => write!(
                f,
                "{found:?} is no target id, expected lower-case ASCII letters, digits and \"-\""
            ),
        }
    }
}

impl AtlasError {
    /// The line of the file that the error is about, from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Malformed { line, .. } | Self::Entry { line, .. } => Some(*line),
            Self::TooLarge => None,
        }
    }

    /// The message as `FILE:LINE: message`, for the file that the text was read from.
    ///
    /// # Examples
    /// ```
    /// let error = stance_core::Atlas::builtin().with("\n[[person]]\nname = 'A B'").unwrap_err();
    /// let expected = "mine.toml:3: person A B: has no country and no organization";
    /// assert_eq!(error.in_file("mine.toml"), expected);
    /// ```
    #[must_use]
    pub fn in_file(&self, file: &str) -> String {
        match self {
            Self::Malformed { line, message } => format!("{file}:{line}: {message}"),
            Self::Entry { line, entry, fault } => format!("{file}:{line}: {entry}: {fault}"),
            Self::TooLarge => format!("{file}: {self}"),
        }
    }

    pub(super) fn malformed(toml: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        Self::Malformed { line: line_at(toml, start), message: error.message().to_owned() }
    }

    /// The error of a target that was read from `toml`.
    pub(super) fn of_target(toml: &str, target: &Target, fault: Fault) -> Self {
        let at = locate_in_root(toml, &fault).unwrap_or(0);
        Self::Entry { line: line_at(toml, at), entry: format!("target {}", target.id()), fault }
    }

    /// The error of the entry whose key stands at `key`.
    pub(super) fn entry(toml: &str, key: Range<usize>, entry: String, fault: Fault) -> Self {
        let at = locate(toml, key.start, &fault).unwrap_or(key.start);
        Self::Entry { line: line_at(toml, at), entry, fault }
    }
}

/// The line of `text`, from 1, that byte `at` stands in.
fn line_at(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|&byte| byte == b'\n').count()
}
