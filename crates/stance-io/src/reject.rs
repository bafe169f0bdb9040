use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::SerializeStruct;

/// At most this many bytes of what was refused are kept in [`Rejected::raw`].
pub const MAX_RAW_BYTES: usize = 64 * 1024;

/// An article or row that was refused: where it stood, why, and what it was.
///
/// Its display is `source:line: reason`. Serialized, it is one object of `source`, `line`, `kind`
/// (see [`RejectReason::kind`]), `reason` and `raw`: a line of a rejects file.
#[derive(Debug)]
pub struct Rejected {
    /// Name of the file or stream.
    pub source: Arc<str>,
    /// Line it begins at, from 1, where the format has lines; the row's number in Parquet.
    pub line: Option<u64>,
    /// Why it was refused.
    pub reason: RejectReason,
    /// The first [`MAX_RAW_BYTES`] of it, bytes that are not UTF-8 replaced.
    pub raw: String,
}

/// Why an article or row was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RejectReason {
    /// There is a text, but it is blank or the file is empty.
    #[error("article has no text")]
    Blank,
    /// No key or column holds the text.
    #[error("no text column: found {}, expected one of {}", list(found), list(expected))]
    NoText {
        /// Keys or columns that are there.
        found: Vec<String>,
        /// Names that would have been read.
        expected: Vec<String>,
    },
    /// A web page without main text.
    #[error("no article text found")]
    NoArticle,
    /// A line, row or document over [`ReadOptions::max_item_bytes`](crate::ReadOptions).
    #[error("longer than the limit of {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// Not text at all.
    #[error("binary data ({found}), expected text")]
    Binary {
        /// What it looks like.
        found: &'static str,
    },
    /// Text in no encoding that is recognized.
    #[error("invalid UTF-8 at byte {at}, and no other known encoding")]
    Encoding {
        /// Offset of the first invalid byte, in the file or in the line.
        at: usize,
    },
    /// The text is not valid in the encoding that the caller named.
    #[error("not valid {expected}")]
    NotEncoded {
        /// Name of the encoding.
        expected: &'static str,
    },
    /// Not JSON.
    #[error("invalid JSON: {found}")]
    Json {
        /// What the parser met.
        found: String,
    },
    /// JSON, but not an object with strings.
    #[error("{what} is {found}, expected {expected}")]
    Shape {
        /// Key or place.
        what: String,
        /// What stands there.
        found: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// A row with more or fewer fields than the header.
    #[error("row has {found} fields, the header has {expected}{}", open_quote(*lines))]
    Ragged {
        /// Number of fields in the row.
        found: usize,
        /// Number of fields in the header.
        expected: usize,
        /// Number of lines that the row spans.
        lines: u64,
    },
    /// The same id was given twice.
    #[error("id {id:?} was already given at {first}")]
    Duplicate {
        /// The id.
        id: String,
        /// `source:line` of the first.
        first: String,
    },
    /// Reading failed, or the compressed data is damaged or ends early; nothing after it is read.
    #[error("reading stopped: {found}")]
    Broken {
        /// What the operating system or the decompressor says.
        found: String,
    },
    /// Not a Parquet file, or a damaged one; nothing after it is read.
    #[error("damaged Parquet: {found}")]
    Parquet {
        /// What the reader says.
        found: String,
    },
    /// The file cannot be opened, or is of no known format.
    #[error("{found}")]
    Unreadable {
        /// What is wrong.
        found: String,
    },
    /// The row is about another target than the one asked for.
    #[error("statement is about target {found}, expected {expected}")]
    Target {
        /// Id of the row's target.
        found: String,
        /// Id of the one asked for.
        expected: String,
    },
    /// The format holds articles where rows are needed.
    #[error("{found} holds one article, expected rows of statements")]
    NotRows {
        /// Name of the format.
        found: String,
    },
}

impl RejectReason {
    /// A word for the kind of reason, stable across versions: `blank`, `no-text`, `no-article`,
    /// `too-long`, `binary`, `encoding`, `json`, `shape`, `ragged`, `duplicate`, `broken`,
    /// `parquet`, `unreadable`, `target` or `not-rows`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::NoText { .. } => "no-text",
            Self::NoArticle => "no-article",
            Self::TooLong { .. } => "too-long",
            Self::Binary { .. } => "binary",
            Self::Encoding { .. } | Self::NotEncoded { .. } => "encoding",
            Self::Json { .. } => "json",
            Self::Shape { .. } => "shape",
            Self::Ragged { .. } => "ragged",
            Self::Duplicate { .. } => "duplicate",
            Self::Broken { .. } => "broken",
            Self::Parquet { .. } => "parquet",
            Self::Unreadable { .. } => "unreadable",
            Self::Target { .. } => "target",
            Self::NotRows { .. } => "not-rows",
        }
    }

    /// The parser's message with the place counted within the value: lines of the file are told
    /// elsewhere. Shortened: it may quote the value.
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        let full = error.to_string();
        let (line, column) = (error.line(), error.column());
        let place = format!(" at line {line} column {column}");
        let found = full.strip_suffix(&place).unwrap_or(&full);
        let found: String = found.chars().take(200).collect();
        let found = match line {
            0 | 1 => format!("{found} at column {column}"),
            _ => format!("{found} at line {line} of the value, column {column}"),
        };
        Self::Json { found }
    }

    pub(crate) fn broken(error: &std::io::Error) -> Self {
        Self::Broken { found: error.to_string() }
    }
}

/// The words of `reason` in one list, at most a dozen.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 12;
    if names.is_empty() {
        return "none".to_owned();
    }
    let short = |name: &String| name.chars().take(40).collect::<String>();
    let mut shown = names.iter().take(SHOWN).map(short).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        shown.push_str(", …");
    }
    shown
}

fn open_quote(lines: u64) -> &'static str {
    if lines > 20 { "; it spans many lines: is a quote left open?" } else { "" }
}

impl Rejected {
    pub(crate) fn new(
        source: &Arc<str>,
        line: Option<u64>,
        reason: RejectReason,
        raw: &[u8],
    ) -> Self {
        Self { source: Arc::clone(source), line, reason, raw: shortened(raw) }
    }
}

/// The first [`MAX_RAW_BYTES`] of `raw` as text, cut between characters.
fn shortened(raw: &[u8]) -> String {
    let head = &raw[..raw.len().min(MAX_RAW_BYTES)];
    let head = match std::str::from_utf8(head) {
        Err(error) if error.error_len().is_none() => &head[..error.valid_up_to()],
        _ => head,
    };
    String::from_utf8_lossy(head).into_owned()
}

/// `source:line`, or `source` alone.
pub(crate) struct Place<'a>(pub(crate) &'a str, pub(crate) Option<u64>);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)?;
        self.1.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", Place(&self.source, self.line), self.reason)
    }
}

impl std::error::Error for Rejected {}

impl Serialize for Rejected {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Rejected", 5)?;
        object.serialize_field("source", &*self.source)?;
        object.serialize_field("line", &self.line)?;
        object.serialize_field("kind", self.reason.kind())?;
        object.serialize_field("reason", &self.reason.to_string())?;
        object.serialize_field("raw", &self.raw)?;
        object.end()
    }
}

/// Something odd about an item that was read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The date was not understood and is left empty.
    UnknownDate {
        /// What stood there, shortened.
        found: String,
    },
    /// The id was taken already, so the item got another.
    Renamed {
        /// The id that was taken.
        from: String,
        /// The id that the item has now.
        to: String,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownDate { found } => {
                write!(f, "date {found:?} is not understood and left empty")
            }
            Self::Renamed { from, to } => write!(f, "id {from:?} is taken, renamed to {to:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejected_row_is_one_object_with_place_kind_reason_and_raw_text() {
        let reason = RejectReason::Ragged { found: 3, expected: 5, lines: 1 };
        let rejected = Rejected::new(&"a.csv".into(), Some(7), reason, b"1,2,\xff");
        assert_eq!(rejected.to_string(), "a.csv:7: row has 3 fields, the header has 5");
        assert_eq!(
            serde_json::to_string(&rejected).expect("plain strings"),
            "{\"source\":\"a.csv\",\"line\":7,\"kind\":\"ragged\",\
             \"reason\":\"row has 3 fields, the header has 5\",\"raw\":\"1,2,\u{fffd}\"}"
        );
    }

    #[test]
    fn raw_text_is_cut_between_characters() {
        let long = format!("a{}", "я".repeat(MAX_RAW_BYTES));
        let raw = shortened(long.as_bytes());
        assert_eq!(raw.len(), MAX_RAW_BYTES - 1);
        assert!(long.starts_with(&raw));
    }
}
