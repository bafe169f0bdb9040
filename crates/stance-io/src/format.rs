use std::fmt;
use std::io::Read;

use crate::columns::{ColumnMap, Field};
use crate::input::decompressed;

/// What a file's bytes mean, once decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text, one article.
    Text,
    /// Markdown, one article, with or without front matter.
    Markdown,
    /// A web page, one article.
    Html,
    /// One JSON object, an array of them, or several one after another.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// Comma-separated rows under a header; semicolons and `|` are recognized too.
    Csv,
    /// Tab-separated rows under a header.
    Tsv,
    /// Parquet.
    Parquet,
}

/// How a file's bytes are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip, also of several members.
    Gzip,
    /// Zstandard, with a window of at most 128 MiB.
    Zstd,
}

/// The format and the compression of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileFormat {
    /// What the decompressed bytes mean.
    pub format: Format,
    /// How they are compressed.
    pub compression: Compression,
}

const EXTENSIONS: [(&str, Format); 12] = [
    ("txt", Format::Text),
    ("text", Format::Text),
    ("md", Format::Markdown),
    ("markdown", Format::Markdown),
    ("html", Format::Html),
    ("htm", Format::Html),
    ("json", Format::Json),
    ("jsonl", Format::JsonLines),
    ("ndjson", Format::JsonLines),
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("parquet", Format::Parquet),
];

const COMPRESSIONS: [(&str, Compression); 2] =
    [("gz", Compression::Gzip), ("zst", Compression::Zstd)];

impl Format {
    /// The format without compression.
    #[must_use]
    pub fn plain(self) -> FileFormat {
        FileFormat { format: self, compression: Compression::None }
    }

    /// Whether a file of this format holds rows rather than one document.
    #[must_use]
    pub fn has_rows(self) -> bool {
        !matches!(self, Self::Text | Self::Markdown | Self::Html)
    }
}

impl FileFormat {
    /// Returns the format that the extensions of `path` say, or `None` for an unknown one.
    ///
    /// Upper and lower case are the same; `/` and `\` both end a folder.
    ///
    /// # Examples
    /// ```
    /// use stance_io::{Compression, FileFormat, Format};
    /// let found = FileFormat::of_path("news/2023.JSONL.gz").expect("a known extension");
    /// assert_eq!((found.format, found.compression), (Format::JsonLines, Compression::Gzip));
    /// assert_eq!(FileFormat::of_path("news.docx"), None);
    /// ```
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let name = file_name(path);
        let (stem, compression) = strip(name, &COMPRESSIONS).unwrap_or((name, Compression::None));
        strip(stem, &EXTENSIONS).map(|(_, format)| Self { format, compression })
    }

    /// Guesses the format from the first bytes of a file that has no name, such as standard input.
    ///
    /// Sees compression, Parquet, JSON, JSON lines, HTML, Markdown front matter or a first heading,
    /// and a CSV or TSV header that names a text column of `columns`; all else is text. A few
    /// kilobytes are enough.
    #[must_use]
    pub fn sniff(head: &[u8], columns: &ColumnMap) -> Self {
        let compression = match head {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
            _ => {
                return Self { format: sniff_plain(head, columns), compression: Compression::None };
            }
        };
        let mut inner = Vec::new();
        // The head breaks off in the middle: what came out before that is all that is asked for.
        let _ = decompressed(head, compression).take(SNIFFED).read_to_end(&mut inner);
        Self { format: sniff_plain(&inner, columns), compression }
    }
}

const SNIFFED: u64 = 64 * 1024;

fn sniff_plain(head: &[u8], columns: &ColumnMap) -> Format {
    if head.starts_with(b"PAR1") {
        return Format::Parquet;
    }
    let decoded = crate::encoding::decode_head(head);
    let text = decoded.trim_start();
    let line = text.lines().next().unwrap_or_default().trim_end();
    let is_object =
        |s: &str| s.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(s).is_ok();
    match text.chars().next() {
        Some('{') if is_object(line) || !text.contains('\n') => Format::JsonLines,
        Some('{' | '[') => Format::Json,
        Some('<') => Format::Html,
        Some(_) if matches!(line, "---" | "+++") || line.starts_with("# ") => Format::Markdown,
        Some(_) => sniff_header(line, columns),
        None => Format::Text,
    }
}

fn sniff_header(line: &str, columns: &ColumnMap) -> Format {
    let names_text = |separator: char| {
        line.contains(separator)
            && line
                .split(separator)
                .filter_map(|cell| columns.find(cell.trim().trim_matches('"')))
                .any(|(field, _)| field == Field::Body)
    };
    if names_text('\t') {
        Format::Tsv
    } else if names_text(',') || names_text(';') {
        Format::Csv
    } else {
        Format::Text
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Text => "text",
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
            Self::Json => "JSON",
            Self::JsonLines => "JSON lines",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Parquet => "Parquet",
        })
    }
}

/// The name of `path` without folders and known extensions: what ids are derived from.
pub(crate) fn stem(path: &str) -> &str {
    let name = match file_name(path) {
        "-" | "" => "stdin",
        name => name,
    };
    let name = strip(name, &COMPRESSIONS).map_or(name, |(stem, _)| stem);
    match strip(name, &EXTENSIONS) {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn strip<'a, T: Copy>(name: &'a str, known: &[(&str, T)]) -> Option<(&'a str, T)> {
    let (stem, extension) = name.rsplit_once('.')?;
    let found = known.iter().find(|(e, _)| e.eq_ignore_ascii_case(extension))?;
    Some((stem, found.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_name_format_and_compression() {
        let cases = [
            ("a.txt", Some((Format::Text, Compression::None))),
            ("a.b/c.md.zst", Some((Format::Markdown, Compression::Zstd))),
            ("a.markdown", Some((Format::Markdown, Compression::None))),
            ("A.HTM", Some((Format::Html, Compression::None))),
            ("a.ndjson.gz", Some((Format::JsonLines, Compression::Gzip))),
            ("c:\\x\\a.parquet", Some((Format::Parquet, Compression::None))),
            ("a.gz", None),
            ("a", None),
            ("json", None),
        ];
        for (path, expected) in cases {
            let found = FileFormat::of_path(path).map(|f| (f.format, f.compression));
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn the_stem_has_no_folder_and_no_known_extension() {
        let cases = [
            ("news/a.b.html.gz", "a.b"),
            ("-", "stdin"),
            ("x/.txt", ".txt"),
            ("report.v2", "report.v2"),
        ];
        for (path, expected) in cases {
            assert_eq!(stem(path), expected, "{path}");
        }
    }

    #[test]
    fn the_first_bytes_tell_the_format() {
        let cases: [(&[u8], Format); 12] = [
            (b"PAR1\x15\x04", Format::Parquet),
            (b"\n {\"body\":\"x\"}\n{\"body\":\"y\"}\n", Format::JsonLines),
            (b"{\"body\":\"a long line that the head does not end", Format::JsonLines),
            (b"{\n  \"body\": \"x\"\n}", Format::Json),
            (b"[{\"body\":\"x\"}]", Format::Json),
            (b"<!doctype html><p>x", Format::Html),
            (b"---\ntitle: x\n---\nBody", Format::Markdown),
            (b"# Title\n\nBody", Format::Markdown),
            (b"id,title,text\n1,a,b\n", Format::Csv),
            (b"id;\"body\"\n1;a\n", Format::Csv),
            (b"id\ttext\n1\ta\n", Format::Tsv),
            (b"Astana, which said no, gave no text.\n", Format::Text),
        ];
        for (head, expected) in cases {
            let found = FileFormat::sniff(head, &ColumnMap::articles());
            assert_eq!(found, expected.plain(), "{}", String::from_utf8_lossy(head));
        }
    }
}
