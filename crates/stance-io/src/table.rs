//! Rows of CSV and TSV in bounded memory.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::columns::{ColumnMap, Field, Fields};
use crate::format::Format;
use crate::input::Stream;
use crate::reject::{MAX_RAW_BYTES, RejectReason};

/// A row under the header: its fields or why not, and where and what it is.
pub(crate) struct TableRow<'b> {
    pub(crate) fields: Result<Fields, RejectReason>,
    pub(crate) line: u64,
    pub(crate) raw: &'b [u8],
}

/// Reads the rows of a table, one at a time.
///
/// Built on `csv-core` rather than on `csv`, whose record grows as long as a quote stays open.
pub(crate) struct Table<'a> {
    records: Records<'a>,
    columns: Vec<Option<(Field, usize)>>,
}

/// What opening a table gave.
pub(crate) enum Opened<'a> {
    /// A table whose header names a text.
    Table(Box<Table<'a>>),
    /// No header, or one without a text; the header's line as read.
    Refused(RejectReason, Vec<u8>),
}

impl<'a> Table<'a> {
    /// Reads the header of `stream`.
    ///
    /// # Errors
    /// When reading fails.
    pub(crate) fn open(
        stream: Stream<'a>,
        format: Format,
        columns: &ColumnMap,
        limit: usize,
    ) -> io::Result<Opened<'a>> {
        let mut reader = BufReader::with_capacity(128 * 1024, stream);
        let head = reader.fill_buf()?;
        if let Some(found) = crate::encoding::binary(head) {
            let raw = head[..head.len().min(1024)].to_vec();
            return Ok(Opened::Refused(RejectReason::Binary { found }, raw));
        }
        let delimiter = if format == Format::Tsv { b'\t' } else { delimiter(head) };
        let mut records = Records::new(reader, delimiter, limit);
        let names: Vec<String> = match records.read()? {
            Some(Cut::Record { .. }) => records.cells().map(lossy).collect(),
            Some(Cut::TooLong { .. }) => {
                let reason = RejectReason::TooLong { limit };
                return Ok(Opened::Refused(reason, records.raw));
            }
            None => return Ok(Opened::Refused(RejectReason::Blank, Vec::new())),
        };
        let found: Vec<_> = names.iter().map(|name| columns.find(name.trim())).collect();
        if found.iter().flatten().all(|(field, _)| *field != Field::Body) {
            let expected = columns.names(Field::Body).to_vec();
            let reason = RejectReason::NoText { found: names, expected };
            return Ok(Opened::Refused(reason, records.raw));
        }
        Ok(Opened::Table(Box::new(Self { records, columns: found })))
    }

    /// Reads the next row; `None` at the end.
    ///
    /// # Errors
    /// When reading fails.
    pub(crate) fn read(&mut self) -> io::Result<Option<TableRow<'_>>> {
        let (line, fields) = match self.records.read()? {
            None => return Ok(None),
            Some(Cut::TooLong { line }) => {
                (line, Err(RejectReason::TooLong { limit: self.records.limit }))
            }
            Some(Cut::Record { line, lines }) => (line, self.fields(lines)),
        };
        Ok(Some(TableRow { fields, line, raw: self.records.raw() }))
    }

    /// Line that was reached, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.records.parser.line()
    }

    fn fields(&self, lines: u64) -> Result<Fields, RejectReason> {
        self.records.check_count(self.columns.len(), lines)?;
        let mut fields = Fields::default();
        for (cell, column) in self.records.cells().zip(&self.columns) {
            if let Some((field, rank)) = *column {
                fields.put(field, rank, utf8(cell)?.to_owned());
            }
        }
        Ok(fields)
    }
}

/// Rows of a table with their cells by the names of the header, for records.
pub(crate) struct NamedTable<'a> {
    records: Records<'a>,
    names: Vec<String>,
}

/// One row: its cells by name or why not, and where and what it is.
pub(crate) struct NamedCells<'b> {
    pub(crate) cells: Result<BTreeMap<String, String>, RejectReason>,
    pub(crate) line: u64,
    pub(crate) raw: &'b [u8],
}

impl<'a> NamedTable<'a> {
    /// Reads the header of `stream`; `None` if there is none.
    ///
    /// # Errors
    /// When reading fails.
    pub(crate) fn open(
        stream: Stream<'a>,
        format: Format,
        limit: usize,
    ) -> io::Result<Option<Self>> {
        let delimiter = if format == Format::Tsv { b'\t' } else { b',' };
        let reader = BufReader::with_capacity(128 * 1024, stream);
        let mut records = Records::new(reader, delimiter, limit);
        match records.read()? {
            Some(Cut::Record { .. }) => {
                let names = records.cells().map(lossy).collect();
                Ok(Some(Self { records, names }))
            }
            _ => Ok(None),
        }
    }

    /// Reads the next row; `None` at the end.
    ///
    /// # Errors
    /// When reading fails.
    pub(crate) fn read(&mut self) -> io::Result<Option<NamedCells<'_>>> {
        let (line, cells) = match self.records.read()? {
            None => return Ok(None),
            Some(Cut::TooLong { line }) => {
                (line, Err(RejectReason::TooLong { limit: self.records.limit }))
            }
            Some(Cut::Record { line, lines }) => (line, self.cells(lines)),
        };
        Ok(Some(NamedCells { cells, line, raw: self.records.raw() }))
    }

    fn cells(&self, lines: u64) -> Result<BTreeMap<String, String>, RejectReason> {
        self.records.check_count(self.names.len(), lines)?;
        let pair = |(name, cell): (&String, &[u8])| Ok((name.clone(), utf8(cell)?.to_owned()));
        self.names.iter().zip(self.records.cells()).map(pair).collect()
    }
}

fn utf8(cell: &[u8]) -> Result<&str, RejectReason> {
    std::str::from_utf8(cell).map_err(|error| RejectReason::Encoding { at: error.valid_up_to() })
}

fn lossy(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().to_owned()
}

/// The separator that the header line has most of, outside quotes; a comma where none is.
fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut in_quotes = false;
    for &byte in head.iter().take_while(|&&b| b != b'\n') {
        in_quotes ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(d, _)| *d == byte && !in_quotes) {
            *count += 1;
        }
    }
    counts.into_iter().fold((b',', 0), |best, next| if next.1 > best.1 { next } else { best }).0
}

/// Records of cells in buffers that never hold more than the limit.
struct Records<'a> {
    reader: BufReader<Stream<'a>>,
    parser: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    /// Number of cells of the record read last.
    count: usize,
    raw: Vec<u8>,
    limit: usize,
}

enum Cut {
    Record { line: u64, lines: u64 },
    TooLong { line: u64 },
}

/// A row of more cells is refused as too long.
const MAX_CELLS: usize = 1 << 16;

impl<'a> Records<'a> {
    fn new(reader: BufReader<Stream<'a>>, delimiter: u8, limit: usize) -> Self {
        let parser = ReaderBuilder::new().delimiter(delimiter).build();
        let text = vec![0; limit.min(64 * 1024)];
        Self { reader, parser, text, ends: vec![0; 64], count: 0, raw: Vec::new(), limit }
    }

    fn read(&mut self) -> io::Result<Option<Cut>> {
        self.raw.clear();
        let before = self.parser.line();
        let (mut used, mut too_long) = (0, false);
        self.count = 0;
        loop {
            let input = self.reader.fill_buf()?;
            let (text, ends) = (&mut self.text[used..], &mut self.ends[self.count..]);
            let (result, read, written, ended) = self.parser.read_record(input, text, ends);
            let kept = read.min(MAX_RAW_BYTES.saturating_sub(self.raw.len()));
            self.raw.extend_from_slice(&input[..kept]);
            self.reader.consume(read);
            used += written;
            self.count += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if used >= self.limit || too_long => {
                    (used, too_long) = (0, true);
                }
                ReadRecordResult::OutputFull => {
                    self.text.resize((2 * used.max(1)).min(self.limit), 0);
                }
                ReadRecordResult::OutputEndsFull if self.count >= MAX_CELLS || too_long => {
                    (self.count, too_long) = (0, true);
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.count, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        let blank = self.raw.iter().take_while(|b| matches!(b, b'\n' | b'\r'));
        let line = before + blank.filter(|&&b| b == b'\n').count() as u64;
        let lines = self.parser.line().saturating_sub(line).max(1);
        Ok(Some(if too_long { Cut::TooLong { line } } else { Cut::Record { line, lines } }))
    }

    /// Refuses the record unless it has as many cells as the header.
    fn check_count(&self, expected: usize, lines: u64) -> Result<(), RejectReason> {
        let found = self.count;
        if found == expected {
            Ok(())
        } else {
            Err(RejectReason::Ragged { found, expected, lines })
        }
    }

    fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let ends = &self.ends[..self.count];
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, &end)| &self.text[start..end])
    }

    /// The record as read, without the line ends around it.
    fn raw(&self) -> &[u8] {
        let is_end = |b: &u8| matches!(b, b'\n' | b'\r');
        let start = self.raw.iter().position(|b| !is_end(b)).unwrap_or(0);
        let end = self.raw.iter().rposition(|b| !is_end(b)).map_or(start, |at| at + 1);
        &self.raw[start..end]
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn rows(bytes: &[u8], format: Format, limit: usize) -> Vec<String> {
        let columns = ColumnMap::articles();
        let stream = Box::new(io::Cursor::new(bytes.to_vec()));
        let mut table = match Table::open(stream, format, &columns, limit).expect("no failure") {
            Opened::Table(table) => table,
            Opened::Refused(reason, _) => return vec![reason.to_string()],
        };
        let mut seen = Vec::new();
        while let Some(row) = table.read().expect("no failure") {
            seen.push(match row.fields {
                Ok(mut f) => format!("{} {}", row.line, f.take(Field::Body).unwrap_or_default()),
                Err(reason) => format!("{} {reason}", row.line),
            });
        }
        seen
    }

    #[test]
    fn quotes_line_ends_and_separators_of_every_kind_are_read() {
        assert_eq!(
            rows(b"id,text\r\n1,\"a, \"\"b\"\"\r\nc\"\r\n\r\n2,d", Format::Csv, 99),
            ["2 a, \"b\"\r\nc", "5 d"]
        );
        assert_eq!(rows(b"id;text\n1;a,b\n", Format::Csv, 99), ["2 a,b"]);
        assert_eq!(rows(b"id\ttext\n1\ta,b\n", Format::Tsv, 99), ["2 a,b"]);
    }

    #[test]
    fn ragged_and_invalid_rows_are_named_and_the_rest_is_read() {
        assert_eq!(
            rows(b"id,text\n1,a,x\n2\n3,\xff\n4,b\n", Format::Csv, 99),
            [
                "2 row has 3 fields, the header has 2",
                "3 row has 1 fields, the header has 2",
                "4 invalid UTF-8 at byte 0, and no other known encoding",
                "5 b"
            ]
        );
    }

    #[test]
    fn a_header_without_text_is_refused_by_its_columns() {
        assert_eq!(
            rows(b"id,summary\n1,a\n", Format::Csv, 99),
            ["no text column: found id, summary, expected one of body, text, content, article, \
              maintext, articlebody, article_text, full_text, fulltext, paragraphs"]
        );
        assert_eq!(rows(b"", Format::Csv, 99), ["article has no text"]);
    }

    #[test]
    fn a_row_over_the_limit_is_skipped_in_bounded_memory() {
        let head = b"id,text\n1,\"".chain(io::repeat(b'y').take(50_000_000));
        let stream = head.chain(&b"\"\n2,short\n"[..]);
        let opened = Table::open(Box::new(stream), Format::Csv, &ColumnMap::articles(), 1 << 20);
        let Ok(Opened::Table(mut table)) = opened else { panic!("a table") };
        let long = table.read().expect("no failure").expect("a row");
        assert!(matches!(long.fields, Err(RejectReason::TooLong { limit: 1_048_576 })));
        assert_eq!((long.line, long.raw.len()), (2, MAX_RAW_BYTES));
        let short = table.read().expect("no failure").expect("a row");
        assert_eq!(
            short.fields.map(|mut f| f.take(Field::Body)).ok().flatten().as_deref(),
            Some("short")
        );
        assert!(table.records.text.capacity() <= 1 << 21);
    }
}
