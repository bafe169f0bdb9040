use std::io::{self, Read};
use std::sync::Arc;

use parquet::record::reader::RowIter;
use stance_core::Record;

use crate::encoding::Legacy;
use crate::format::{FileFormat, Format};
use crate::input::{Line, Lines, Stream, Whole, decompressed, read_whole, unicode};
use crate::parquet_rows::{column_names, next_row, open, rows, text_of};
use crate::record_columns::{COLUMNS, checked, record};
use crate::reject::{RejectReason, Rejected};
use crate::table::{NamedCells, NamedTable};

/// Reads back the records that a [`RecordWriter`](crate::RecordWriter) wrote, one at a time.
///
/// A record that cannot be read is refused, and the rest is read; further columns and keys are
/// passed over, so that records of later versions with the same schema number are read too. Parquet
/// is held in memory, at most 1 GiB of it.
pub struct RecordReader<'a> {
    source: Arc<str>,
    rows: Rows<'a>,
    number: u64,
}

enum Rows<'a> {
    Unopened(Stream<'a>, Format),
    Lines(Lines<'a>),
    Table(Box<NamedTable<'a>>),
    Parquet(Box<RowIter<'static>>),
    Done,
}

/// The longest record that is read.
const MAX_RECORD: usize = 64 << 20;
/// The longest Parquet file that is read.
const MAX_HELD: usize = 1 << 30;

type Outcome = Result<Record, Rejected>;

impl<'a> RecordReader<'a> {
    /// Makes a reader of `reader`; nothing is read yet. `source` is the name in messages.
    #[must_use]
    pub fn new(source: &str, reader: impl Read + Send + 'a, format: FileFormat) -> Self {
        let stream = decompressed(reader, format.compression);
        Self { source: source.into(), rows: Rows::Unopened(stream, format.format), number: 0 }
    }

    fn rejected(&self, line: Option<u64>, reason: RejectReason, raw: &[u8]) -> Rejected {
        Rejected::new(&self.source, line, reason, raw)
    }

    fn broken(&self, line: Option<u64>, error: &io::Error) -> Rejected {
        self.rejected(line, RejectReason::broken(error), b"")
    }

    fn opened(&self, stream: Stream<'a>, format: Format) -> Result<Rows<'a>, Box<Rejected>> {
        let refuse = |reason| Box::new(self.rejected(None, reason, b""));
        match format {
            Format::JsonLines => {
                Ok(Rows::Lines(Lines::new(unicode(stream, None, Legacy::Excluded), MAX_RECORD)))
            }
            Format::Csv | Format::Tsv => {
                let stream = unicode(stream, None, Legacy::Excluded);
                match NamedTable::open(stream, format, MAX_RECORD) {
                    Ok(Some(table)) => Ok(Rows::Table(Box::new(table))),
                    Ok(None) => Err(refuse(RejectReason::Blank)),
                    Err(error) => Err(Box::new(self.broken(Some(1), &error))),
                }
            }
            Format::Parquet => match read_whole(stream, MAX_HELD) {
                Whole::Read(bytes) => {
                    let reader = open(Box::new(io::Cursor::new(bytes))).map_err(refuse)?;
                    let names = column_names(&*reader);
                    let known = |name: &&str| COLUMNS.iter().any(|(column, _)| column == name);
                    let wanted: Vec<&str> =
                        names.iter().map(String::as_str).filter(known).collect();
                    Ok(Rows::Parquet(Box::new(rows(reader, &wanted).map_err(refuse)?)))
                }
                Whole::TooLong(_) => Err(refuse(RejectReason::TooLong { limit: MAX_HELD })),
                Whole::Failed(_, error) => Err(Box::new(self.broken(None, &error))),
            },
            other => Err(refuse(RejectReason::Shape {
                what: "format".to_owned(),
                found: other.to_string(),
                expected: "JSON lines, CSV, TSV or Parquet",
            })),
        }
    }

    /// The next record, and whether it is the last that can be read.
    fn step(&mut self, rows: &mut Rows<'a>) -> (Option<Outcome>, bool) {
        match rows {
            Rows::Lines(lines) => self.next_line(lines),
            Rows::Table(table) => match table.read() {
                Ok(None) => (None, true),
                Err(error) => (Some(Err(self.broken(None, &error))), true),
                Ok(Some(NamedCells { cells, line, raw })) => {
                    let read = cells.and_then(|mut cells| record(|name| cells.remove(name)));
                    (Some(read.map_err(|reason| self.rejected(Some(line), reason, raw))), false)
                }
            },
            Rows::Parquet(rows) => {
                self.number += 1;
                let row = match next_row(rows) {
                    None => return (None, true),
                    Some(Err(reason)) => {
                        return (Some(Err(self.rejected(Some(self.number), reason, b""))), true);
                    }
                    Some(Ok(row)) => row,
                };
                let mut cells = row.into_columns();
                let mut failure = None;
                let read = record(|name| {
                    let at = cells.iter().position(|(column, _)| column == name)?;
                    match text_of(cells.swap_remove(at).1) {
                        Ok(text) => text,
                        Err(reason) => {
                            failure = Some(reason);
                            None
                        }
                    }
                });
                let read = failure.map_or(read, Err);
                (Some(read.map_err(|reason| self.rejected(Some(self.number), reason, b""))), false)
            }
            Rows::Unopened(..) | Rows::Done => (None, true),
        }
    }

    fn next_line(&self, lines: &mut Lines<'_>) -> (Option<Outcome>, bool) {
        loop {
            match lines.advance() {
                Ok(true) => {}
                Ok(false) => return (None, true),
                Err(error) => {
                    return (Some(Err(self.broken(Some(lines.number()), &error))), true);
                }
            }
            let number = Some(lines.number());
            let (read, raw) = match lines.current() {
                Line::Whole(line) if line.trim_ascii().is_empty() => continue,
                Line::Whole(line) => {
                    let read = serde_json::from_slice(line)
                        .map_err(|error| RejectReason::json(&error))
                        .and_then(checked);
                    (read, line)
                }
                Line::TooLong(start) => (Err(RejectReason::TooLong { limit: MAX_RECORD }), start),
            };
            return (Some(read.map_err(|reason| self.rejected(number, reason, raw))), false);
        }
    }
}

impl Iterator for RecordReader<'_> {
    type Item = Result<Record, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut rows = std::mem::replace(&mut self.rows, Rows::Done);
        if let Rows::Unopened(stream, format) = rows {
            rows = match self.opened(stream, format) {
                Ok(rows) => rows,
                Err(rejected) => return Some(Err(*rejected)),
            };
        }
        let (outcome, is_last) = self.step(&mut rows);
        if !is_last {
            self.rows = rows;
        }
        outcome
    }
}
