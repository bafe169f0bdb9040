use std::io::{self, Read, Seek};
use std::marker::PhantomData;
use std::sync::Arc;

use stance_core::{Article, Date, StatementRow};

use crate::columns::{ColumnMap, Fields};
use crate::encoding::{Legacy, TextEncoding, decode};
use crate::format::{FileFormat, Format, stem};
use crate::input::{Line, Lines, Stream, Whole, decompressed, read_whole, unicode};
use crate::item::{Item, Origin, ReadItem};
use crate::json::{Cut, Values, keys, object};
use crate::parquet_rows::{ParquetRows, Seekable};
use crate::reject::{RejectReason, Rejected};
use crate::table::{Opened, Table};
use crate::{html, markdown, text};

/// How articles or statements are read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Which keys and columns are read as what.
    pub columns: ColumnMap,
    /// Date of what has none.
    pub date: Option<Date>,
    /// Outlet of what has none.
    pub outlet: Option<Arc<str>>,
    /// A line, row or document over this many bytes, decompressed, is refused; 16 MiB by default.
    pub max_item_bytes: usize,
    /// A Parquet file that cannot be sought in, as it is compressed or comes through a pipe, is
    /// held in memory and refused over this many bytes; 128 MiB by default.
    pub max_held_bytes: usize,
    /// Encoding of the text; recognized by default.
    pub encoding: Option<TextEncoding>,
}

impl ReadOptions {
    /// The defaults for articles.
    #[must_use]
    pub fn articles() -> Self {
        Self::of(ColumnMap::articles())
    }

    /// The defaults for statements already cut.
    #[must_use]
    pub fn statements() -> Self {
        Self::of(ColumnMap::statements())
    }

    fn of(columns: ColumnMap) -> Self {
        Self {
            columns,
            date: None,
            outlet: None,
            max_item_bytes: 16 << 20,
            max_held_bytes: 128 << 20,
            encoding: None,
        }
    }
}

/// Reads articles from one file or stream; see [`ItemReader`].
pub type ArticleReader<'a> = ItemReader<'a, Article>;

/// Reads statements already cut from the rows of one file or stream; see [`ItemReader`].
pub type StatementReader<'a> = ItemReader<'a, StatementRow>;

/// Reads the items of one file or stream, one at a time, in memory bounded by
/// [`ReadOptions::max_item_bytes`] (and by a page of Parquet).
///
/// After a bad row the rest is read; where that is impossible (a truncated archive, damaged
/// Parquet) one [`Rejected`] is the last item. Ids are unique within the file only if they are
/// given so: pass the items through one [`IdRegistry`](crate::IdRegistry) for the whole batch.
///
/// # Examples
/// ```
/// use stance_io::{ArticleReader, Format, ReadOptions};
/// let lines = "{\"title\":\"No\",\"body\":\"Astana declined.\"}\n{\"body\":\n";
/// let mut reader = ArticleReader::new(
///     "news/day.jsonl",
///     lines.as_bytes(),
///     Format::JsonLines.plain(),
///     ReadOptions::articles(),
/// );
/// let first = reader.next().expect("two lines")?;
/// assert_eq!((first.item.id().as_str(), first.item.body()), ("day-1", "Astana declined."));
/// let second = reader.next().expect("two lines").expect_err("a broken line");
/// assert!(second.to_string().starts_with("news/day.jsonl:2: invalid JSON: EOF"));
/// # Ok::<(), stance_io::Rejected>(())
/// ```
pub struct ItemReader<'a, T> {
    rows: Rows<'a>,
    context: Context,
    kind: PhantomData<fn() -> T>,
}

/// What is the same for every item of a source.
struct Context {
    source: Arc<str>,
    stem: String,
    options: ReadOptions,
    /// Number of rows met so far, refused ones too: derived ids do not depend on what is refused.
    count: u64,
}

enum Rows<'a> {
    Unopened(Stream<'a>, Format),
    UnopenedParquet(Box<dyn Seekable>),
    Lines(Lines<'a>),
    Values(Values<'a>),
    Table(Box<Table<'a>>),
    Parquet(Box<ParquetRows>),
    Done,
}

impl<'a, T: Item> ItemReader<'a, T> {
    /// Makes a reader of `reader`; nothing is read yet.
    ///
    /// `source` is the name that messages give and ids are derived from: a path, or `-`. Parquet is
    /// held in memory: use [`ItemReader::seekable`] where the source can be sought in.
    #[must_use]
    pub fn new(
        source: &str,
        reader: impl Read + Send + 'a,
        format: FileFormat,
        options: ReadOptions,
    ) -> Self {
        let stream = decompressed(reader, format.compression);
        Self::of(source, Rows::Unopened(stream, format.format), options)
    }

    /// Makes a reader of what can be sought in, such as a file: uncompressed Parquet is then read
    /// page by page.
    #[must_use]
    pub fn seekable(
        source: &str,
        reader: impl Read + Seek + Send + 'static,
        format: FileFormat,
        options: ReadOptions,
    ) -> ItemReader<'static, T> {
        if format == Format::Parquet.plain() {
            ItemReader::of(source, Rows::UnopenedParquet(Box::new(reader)), options)
        } else {
            ItemReader::new(source, reader, format, options)
        }
    }

    fn of(source: &str, rows: Rows<'a>, options: ReadOptions) -> Self {
        let stem = stem(source).to_owned();
        let context = Context { source: source.into(), stem, options, count: 0 };
        Self { rows, context, kind: PhantomData }
    }
}

/// A whole file's only item, or one of its rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Row,
}

type Outcome<T> = Result<ReadItem<T>, Rejected>;

impl Context {
    /// Makes an item of `fields`, which were read from `raw`.
    fn item<T: Item>(
        &self,
        fields: Result<Fields, RejectReason>,
        part: Part,
        line: Option<u64>,
        raw: &[u8],
    ) -> Outcome<T> {
        let number = (part == Part::Row).then_some(self.count);
        let origin = Origin { options: &self.options, stem: &self.stem, number };
        let mut warnings = Vec::new();
        match fields.and_then(|fields| T::from_fields(fields, &origin, &mut warnings)) {
            Ok((item, id_origin)) => {
                Ok(ReadItem { item, source: Arc::clone(&self.source), line, id_origin, warnings })
            }
            Err(reason) => Err(Rejected::new(&self.source, line, reason, raw)),
        }
    }

    fn rejected(&self, line: Option<u64>, reason: RejectReason, raw: &[u8]) -> Rejected {
        Rejected::new(&self.source, line, reason, raw)
    }

    fn broken(&self, line: Option<u64>, error: &io::Error) -> Rejected {
        self.rejected(line, RejectReason::broken(error), b"")
    }

    fn document<T: Item>(&self, stream: Stream<'_>, format: Format) -> Outcome<T> {
        let limit = self.options.max_item_bytes;
        let bytes = match read_whole(stream, limit) {
            Whole::Read(bytes) => bytes,
            Whole::TooLong(start) => {
                return Err(self.rejected(None, RejectReason::TooLong { limit }, &start));
            }
            Whole::Failed(start, error) => {
                return Err(self.rejected(None, RejectReason::broken(&error), &start));
            }
        };
        let declared = (format == Format::Html).then(|| html::declared_encoding(&bytes)).flatten();
        let fields = decode(&bytes, self.options.encoding, declared).and_then(|decoded| {
            if decoded.trim().is_empty() {
                return Err(RejectReason::Blank);
            }
            match format {
                Format::Html => html::read(&decoded),
                Format::Markdown => Ok(markdown::read(&decoded, &self.options.columns)),
                _ => Ok(text::read(&decoded)),
            }
        });
        self.item(fields, Part::All, None, &bytes)
    }

    fn object<T: Item>(&self, bytes: &[u8], part: Part, line: u64) -> Outcome<T> {
        let mut outcome = self.item(object(bytes, &self.options.columns), part, Some(line), bytes);
        if let Err(Rejected { reason: RejectReason::NoText { found, .. }, .. }) = &mut outcome {
            *found = keys(bytes);
        }
        outcome
    }

    fn next_line<T: Item>(&mut self, lines: &mut Lines<'_>) -> Step<T> {
        loop {
            match lines.advance() {
                Ok(true) => {}
                Ok(false) => return Step::End,
                Err(error) => return Step::Last(Err(self.broken(Some(lines.number()), &error))),
            }
            let number = lines.number();
            match lines.current() {
                Line::Whole(line) if line.trim_ascii().is_empty() => {}
                Line::Whole(line) => {
                    self.count += 1;
                    return Step::Item(self.object(line, Part::Row, number));
                }
                Line::TooLong(start) => {
                    self.count += 1;
                    let reason = RejectReason::TooLong { limit: self.options.max_item_bytes };
                    return Step::Item(Err(self.rejected(Some(number), reason, start)));
                }
            }
        }
    }

    fn next_value<T: Item>(&mut self, values: &mut Values<'_>) -> Step<T> {
        let cut = match values.next_cut() {
            Ok(Some(cut)) => cut,
            Ok(None) if self.count == 0 && !values.has_seen_array() => {
                return Step::Last(Err(self.rejected(None, RejectReason::Blank, b"")));
            }
            Ok(None) => return Step::End,
            Err(error) => return Step::Last(Err(self.broken(Some(values.line()), &error))),
        };
        self.count += 1;
        match cut {
            Cut::Value { at_top, line } => {
                let is_alone = at_top && self.count == 1 && values.is_at_end();
                let part = if is_alone { Part::All } else { Part::Row };
                Step::Item(self.object(values.current(), part, line))
            }
            Cut::TooLong { line } => {
                let reason = RejectReason::TooLong { limit: self.options.max_item_bytes };
                Step::Item(Err(self.rejected(Some(line), reason, values.current())))
            }
            Cut::Lost { line, found } => {
                let reason = RejectReason::Json { found };
                Step::Last(Err(self.rejected(Some(line), reason, values.current())))
            }
        }
    }

    fn next_table_row<T: Item>(&mut self, table: &mut Table<'_>) -> Step<T> {
        match table.read() {
            Ok(Some(row)) => {
                self.count += 1;
                Step::Item(self.item(row.fields, Part::Row, Some(row.line), row.raw))
            }
            Ok(None) => Step::End,
            Err(error) => Step::Last(Err(self.broken(Some(table.line()), &error))),
        }
    }

    fn next_parquet_row<T: Item>(&mut self, rows: &mut ParquetRows) -> Step<T> {
        match rows.read() {
            Some(fields) => {
                self.count += 1;
                Step::Item(self.item(fields, Part::Row, Some(rows.number()), b""))
            }
            None => Step::End,
        }
    }

    fn open_table<'a>(
        &self,
        stream: Stream<'a>,
        format: Format,
    ) -> Result<Box<Table<'a>>, Rejected> {
        let columns = &self.options.columns;
        match Table::open(stream, format, columns, self.options.max_item_bytes) {
            Ok(Opened::Table(table)) => Ok(table),
            Ok(Opened::Refused(reason, raw)) => Err(self.rejected(Some(1), reason, &raw)),
            Err(error) => Err(self.broken(Some(1), &error)),
        }
    }

    fn hold(&self, stream: Stream<'_>) -> Result<Box<dyn Seekable>, Rejected> {
        let limit = self.options.max_held_bytes;
        match read_whole(stream, limit) {
            Whole::Read(bytes) => Ok(Box::new(io::Cursor::new(bytes))),
            Whole::TooLong(_) => Err(self.rejected(None, RejectReason::TooLong { limit }, b"")),
            Whole::Failed(_, error) => Err(self.broken(None, &error)),
        }
    }

    fn open_parquet(&self, source: Box<dyn Seekable>) -> Result<ParquetRows, Rejected> {
        ParquetRows::open(source, &self.options.columns, self.options.max_item_bytes)
            .map_err(|reason| self.rejected(None, reason, b""))
    }
}

/// What opening gives instead of rows: an only item, or why there is none.
type Only<T> = Box<Outcome<T>>;

impl Context {
    /// Opens `rows`, or reads the only item that they are.
    fn opened<'a, T: Item>(&self, rows: Rows<'a>) -> Result<Rows<'a>, Only<T>> {
        let refuse = |rejected: Rejected| Box::new(Err(rejected));
        let (stream, format) = match rows {
            Rows::Unopened(stream, format) => (stream, format),
            Rows::UnopenedParquet(source) => {
                return self
                    .open_parquet(source)
                    .map(|rows| Rows::Parquet(Box::new(rows)))
                    .map_err(refuse);
            }
            open => return Ok(open),
        };
        let unicode = |stream, legacy| unicode(stream, self.options.encoding, legacy);
        let limit = self.options.max_item_bytes;
        match format {
            Format::Text | Format::Markdown | Format::Html if T::NEEDS_ROWS => {
                let reason = RejectReason::NotRows { found: format.to_string() };
                Err(refuse(self.rejected(None, reason, b"")))
            }
            Format::Text | Format::Markdown | Format::Html => {
                Err(Box::new(self.document(stream, format)))
            }
            Format::JsonLines => {
                Ok(Rows::Lines(Lines::new(unicode(stream, Legacy::Excluded), limit)))
            }
            Format::Json => Ok(Rows::Values(Values::new(unicode(stream, Legacy::Excluded), limit))),
            Format::Csv | Format::Tsv => self
                .open_table(unicode(stream, Legacy::Guessed), format)
                .map(Rows::Table)
                .map_err(refuse),
            Format::Parquet => self
                .hold(stream)
                .and_then(|source| self.open_parquet(source))
                .map(|rows| Rows::Parquet(Box::new(rows)))
                .map_err(refuse),
        }
    }
}

/// What one look at the rows gave.
enum Step<T> {
    Item(Outcome<T>),
    /// Nothing comes after it.
    Last(Outcome<T>),
    End,
}

impl<T: Item> Iterator for ItemReader<'_, T> {
    type Item = Result<ReadItem<T>, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let step = match &mut self.rows {
                Rows::Lines(lines) => self.context.next_line(lines),
                Rows::Values(values) => self.context.next_value(values),
                Rows::Table(table) => self.context.next_table_row(table),
                Rows::Parquet(rows) => self.context.next_parquet_row(rows),
                Rows::Done => return None,
                unopened => match self.context.opened(std::mem::replace(unopened, Rows::Done)) {
                    Ok(rows) => {
                        *unopened = rows;
                        continue;
                    }
                    Err(only) => return Some(*only),
                },
            };
            let (outcome, is_last) = match step {
                Step::Item(outcome) => (Some(outcome), false),
                Step::Last(outcome) => (Some(outcome), true),
                Step::End => (None, true),
            };
            if is_last {
                self.rows = Rows::Done;
            }
            return outcome;
        }
    }
}
