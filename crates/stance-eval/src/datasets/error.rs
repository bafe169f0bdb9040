use std::io;

/// The error of importing or checking rows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A row is not what it should be.
    #[error("{file}:{line}: {fault}")]
    Row {
        /// Name of the file.
        file: String,
        /// Line where the row begins, counted from 1.
        line: usize,
        /// What is wrong.
        fault: Fault,
    },
    /// The file holds no row.
    #[error("{file} holds no row")]
    Empty {
        /// Name of the file.
        file: String,
    },
    /// Reading failed.
    #[error("cannot read {file}")]
    Read {
        /// Name of the file.
        file: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A row could not be handed on.
    #[error("cannot write the rows")]
    Write(#[source] io::Error),
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The label has no place among ours.
    #[error("unknown label {found:?}, expected {}", .expected.join(", "))]
    Label {
        /// The label, shortened.
        found: String,
        /// The labels that are known.
        expected: Vec<String>,
    },
    /// A column or key that is needed is not there.
    #[error("no column {}: found {}", .expected.join(" or "), .found.join(", "))]
    Column {
        /// Its names.
        expected: Vec<String>,
        /// The columns that are there, the first 20.
        found: Vec<String>,
    },
    /// A row has not as many fields as the header.
    #[error("row has {found} fields, the header has {expected}")]
    Ragged {
        /// Fields of the row.
        found: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// The text is not UTF-8.
    #[error("invalid UTF-8 at byte {at} of the line or field")]
    Utf8 {
        /// Offset in bytes, from 0.
        at: usize,
    },
    /// The row is longer than is read.
    #[error("row is longer than {} MiB", .limit >> 20)]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The header has more columns than are read.
    #[error("header has more than {limit} columns")]
    Wide {
        /// The limit.
        limit: usize,
    },
    /// A line is no JSON object of the right shape.
    #[error("{0}")]
    Json(String),
    /// A key holds something else than a text or number.
    #[error("key {key:?} is {found}, expected a string or a number")]
    Shape {
        /// The key.
        key: String,
        /// What it holds.
        found: &'static str,
    },
    /// The target's mention lies outside the text.
    #[error("target at {start} to {end} is not within the text, which ends at {length}")]
    Outside {
        /// First offset, as it stands in the data.
        start: String,
        /// Offset after the last, as it stands in the data.
        end: String,
        /// Length of the text in the same unit.
        length: usize,
    },
    /// Another text stands where the target's mention should.
    #[error("target {expected:?} is not at {start} to {end}, where {found:?} stands")]
    Elsewhere {
        /// First offset, in characters.
        start: usize,
        /// Offset after the last, in characters.
        end: usize,
        /// The mention as named.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// An id is longer than is read.
    #[error("id is longer than {limit} bytes")]
    LongId {
        /// The limit.
        limit: usize,
    },
    /// An id was seen before.
    #[error("id {0:?} stands twice")]
    Twice(String),
    /// The file is a variant of the set that cannot be read as it is meant.
    #[error("{0}")]
    Variant(&'static str),
}

impl Fault {
    /// What is wrong with a JSON text; `expected` says what would be right. A message may quote
    /// what it found, which is cut.
    pub(super) fn json(error: &serde_json::Error, expected: &str) -> Self {
        let error: String = error.to_string().chars().take(200).collect();
        Self::Json(format!("{error}; expected {expected}"))
    }

    /// Refuses ids of more than a thousand bytes: they are kept and repeated.
    pub(super) fn check_id(id: &str) -> Result<(), Self> {
        const LIMIT: usize = 1000;
        if id.len() > LIMIT { Err(Self::LongId { limit: LIMIT }) } else { Ok(()) }
    }
}

/// `text`, at most 60 characters of it: messages do not carry whole rows.
pub(super) fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
