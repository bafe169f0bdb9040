//! Rows of Parquet, page by page.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field as Cell, Row};
use parquet::schema::types::Type;

use crate::columns::{ColumnMap, Field, Fields};
use crate::guard::guarded;
use crate::reject::RejectReason;

/// Bytes that can be read from any place.
pub(crate) trait Seekable: Read + Seek + Send {}

impl<T: Read + Seek + Send> Seekable for T {}

/// Opens a Parquet file, or says why it cannot.
pub(crate) fn open(source: Box<dyn Seekable>) -> Result<Box<dyn FileReader>, RejectReason> {
    let opened = guarded(|| SerializedFileReader::new(Shared::new(source)?));
    match opened {
        Some(Ok(reader)) => Ok(Box::new(reader)),
        Some(Err(error)) => Err(damaged(&error)),
        None => Err(panicked()),
    }
}

/// The rows of `reader`, with the columns of these top-level names only.
pub(crate) fn rows(
    reader: Box<dyn FileReader>,
    names: &[&str],
) -> Result<RowIter<'static>, RejectReason> {
    let projected = guarded(|| {
        let root = reader.metadata().file_metadata().schema();
        let wanted = root.get_fields().iter().filter(|f| names.contains(&f.name()));
        let wanted = wanted.cloned().collect();
        let schema = Type::group_type_builder(root.name()).with_fields(wanted).build()?;
        RowIter::from_file_into(reader).project(Some(schema))
    });
    match projected {
        Some(Ok(rows)) => Ok(rows.with_batch_size(256)),
        Some(Err(error)) => Err(damaged(&error)),
        None => Err(panicked()),
    }
}

/// The next row of `rows`.
pub(crate) fn next_row(rows: &mut RowIter<'static>) -> Option<Result<Row, RejectReason>> {
    match guarded(|| rows.next()) {
        Some(next) => next.map(|row| row.map_err(|error| damaged(&error))),
        None => Some(Err(panicked())),
    }
}

/// Names of the top-level columns.
pub(crate) fn column_names(reader: &dyn FileReader) -> Vec<String> {
    let schema = reader.metadata().file_metadata().schema();
    if !schema.is_group() {
        return Vec::new();
    }
    schema.get_fields().iter().map(|f| f.name().to_owned()).collect()
}

fn damaged(error: &ParquetError) -> RejectReason {
    RejectReason::Parquet { found: error.to_string().chars().take(300).collect() }
}

fn panicked() -> RejectReason {
    RejectReason::Parquet { found: "its pages contradict its header".to_owned() }
}

/// Rows as fields, for articles and statements.
pub(crate) struct ParquetRows {
    rows: Option<RowIter<'static>>,
    columns: ColumnMap,
    limit: usize,
    number: u64,
}

impl ParquetRows {
    /// Opens a file of rows with a text.
    pub(crate) fn open(
        source: Box<dyn Seekable>,
        columns: &ColumnMap,
        limit: usize,
    ) -> Result<Self, RejectReason> {
        let reader = open(source)?;
        let names = column_names(&*reader);
        let is_text =
            |name: &String| columns.find(name).is_some_and(|(field, _)| field == Field::Body);
        if !names.iter().any(is_text) {
            let expected = columns.names(Field::Body).to_vec();
            return Err(RejectReason::NoText { found: names, expected });
        }
        let wanted: Vec<&str> =
            names.iter().map(String::as_str).filter(|n| columns.find(n).is_some()).collect();
        let rows = Some(rows(reader, &wanted)?);
        Ok(Self { rows, columns: columns.clone(), limit, number: 0 })
    }

    /// Number of the row read last, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The fields of the next row; nothing more comes after damage.
    pub(crate) fn read(&mut self) -> Option<Result<Fields, RejectReason>> {
        let next = next_row(self.rows.as_mut()?);
        self.number += 1;
        match next {
            Some(Ok(row)) => Some(self.fields(row)),
            end => {
                self.rows = None;
                end.map(|failed| failed.map(|_| Fields::default()))
            }
        }
    }

    fn fields(&self, row: Row) -> Result<Fields, RejectReason> {
        let mut fields = Fields::default();
        for (name, cell) in row.into_columns() {
            let Some((field, rank)) = self.columns.find(&name) else { continue };
            match text_of(cell)? {
                Some(text) if text.len() > self.limit => {
                    return Err(RejectReason::TooLong { limit: self.limit });
                }
                Some(text) => fields.put(field, rank, text),
                None if field == Field::Body => {
                    return Err(RejectReason::Shape {
                        what: format!("column {name:?}"),
                        found: "no text".to_owned(),
                        expected: "a string or a list of paragraphs",
                    });
                }
                None => {}
            }
        }
        Ok(fields)
    }
}

/// A cell as text: empty for null, the calendar day in UTC for a point in time, `None` for what
/// has no text.
pub(crate) fn text_of(cell: Cell) -> Result<Option<String>, RejectReason> {
    let day = |stamp: Result<Timestamp, jiff::Error>| {
        stamp.ok().map(|s| s.to_zoned(TimeZone::UTC).date().to_string())
    };
    Ok(match cell {
        Cell::Null => Some(String::new()),
        Cell::Str(text) => Some(text),
        Cell::Bytes(bytes) => {
            let at =
                |error: std::str::Utf8Error| RejectReason::Encoding { at: error.valid_up_to() };
            Some(std::str::from_utf8(bytes.data()).map_err(at)?.to_owned())
        }
        Cell::Date(days) => day(Timestamp::from_second(i64::from(days) * 86_400)),
        Cell::TimestampMillis(ms) => day(Timestamp::from_millisecond(ms)),
        Cell::TimestampMicros(us) => day(Timestamp::from_microsecond(us)),
        Cell::Byte(n) => Some(n.to_string()),
        Cell::Short(n) => Some(n.to_string()),
        Cell::Int(n) => Some(n.to_string()),
        Cell::Long(n) => Some(n.to_string()),
        Cell::UByte(n) => Some(n.to_string()),
        Cell::UShort(n) => Some(n.to_string()),
        Cell::UInt(n) => Some(n.to_string()),
        Cell::ULong(n) => Some(n.to_string()),
        Cell::Float(n) => Some(n.to_string()),
        Cell::Double(n) => Some(n.to_string()),
        Cell::ListInternal(list) => {
            let parts: Vec<&str> = list
                .elements()
                .iter()
                .filter_map(|e| if let Cell::Str(text) = e { Some(text.as_str()) } else { None })
                .collect();
            Some(parts.join("\n\n")).filter(|_| parts.len() == list.len())
        }
        Cell::Group(row) => {
            let mut columns = row.into_columns().into_iter();
            columns.find_map(|(name, cell)| match cell {
                Cell::Str(text) if name == "name" => Some(text),
                _ => None,
            })
        }
        _ => None,
    })
}

/// A seekable source as `parquet` wants it: read from many places by turns.
struct Shared {
    source: Arc<Mutex<Box<dyn Seekable>>>,
    length: u64,
}

/// No page or footer of a sane file is longer, compressed.
const LONGEST_CHUNK: usize = 128 << 20;

impl Shared {
    fn new(mut source: Box<dyn Seekable>) -> io::Result<Self> {
        let length = source.seek(SeekFrom::End(0))?;
        Ok(Self { source: Arc::new(Mutex::new(source)), length })
    }
}

impl Length for Shared {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Shared {
    type T = io::BufReader<SharedReader>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        let reader = SharedReader { source: Arc::clone(&self.source), at: start };
        Ok(io::BufReader::with_capacity(16 * 1024, reader))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let is_inside = start.checked_add(length as u64).is_some_and(|end| end <= self.length);
        if !is_inside || length > LONGEST_CHUNK {
            let message = format!("{length} bytes at {start} of a file of {}", self.length);
            return Err(ParquetError::EOF(message));
        }
        let mut bytes = vec![0; length];
        SharedReader { source: Arc::clone(&self.source), at: start }.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

struct SharedReader {
    source: Arc<Mutex<Box<dyn Seekable>>>,
    at: u64,
}

impl Read for SharedReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut source = self.source.lock().map_err(|_| io::Error::other("an earlier panic"))?;
        source.seek(SeekFrom::Start(self.at))?;
        let count = source.read(out)?;
        self.at += count as u64;
        Ok(count)
    }
}
