use std::borrow::Cow;
use std::io::{BufRead, Chain, Cursor, Read as _};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use encoding_rs::WINDOWS_1252;
use serde_json::{Map, Value};

use super::Fault;
use super::lines::{Lines, MAX_ROW, Stop};

/// More columns are refused.
const MAX_COLUMNS: usize = 1024;

/// How the files of a set are written where their head does not say it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// UTF-8, quotes as usual.
    Plain,
    /// Fields that are no UTF-8 are Windows-1252, and tabs separate fields that are never quoted.
    Tweets,
}

/// The rows of a file: CSV, TSV or JSON lines, told apart by the first line.
pub(super) enum Records<R> {
    Table(Box<Table<R>>),
    Objects(Lines<R>),
}

/// A row: where it begins, and its fields by name.
pub(super) struct Record<'r> {
    pub(super) line: usize,
    fields: Fields<'r>,
}

enum Fields<'r> {
    Cells { names: &'r [String], cells: Vec<Cow<'r, str>> },
    Object(Map<String, Value>),
}

/// A stream whose head was read and put back.
type Reread<R> = Chain<Cursor<Vec<u8>>, R>;

impl<R: BufRead> Records<Reread<R>> {
    /// Reads the head of `input`; `None` where nothing but spaces is there.
    pub(super) fn open(mut input: R, dialect: Dialect) -> Result<Option<Self>, Stop> {
        let mut head = Vec::new();
        // Up to the end of the first line that is not blank.
        while head.len() < MAX_ROW && !head.trim_ascii_start().contains(&b'\n') {
            let more = input.fill_buf()?;
            if more.is_empty() {
                break;
            }
            let count = more.len();
            head.extend_from_slice(more);
            input.consume(count);
        }
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        let line = head.trim_ascii_start().split(|&byte| byte == b'\n').next().unwrap_or_default();
        let Some(first) = line.first().copied() else { return Ok(None) };
        let count = |wanted: u8| line.split(|&byte| byte == wanted).count();
        let is_tsv = count(b'\t') > count(b',');
        let input = Cursor::new(head).chain(input);
        if first == b'{' {
            return Ok(Some(Self::Objects(Lines::new(input))));
        }
        let mut builder = ReaderBuilder::new();
        builder.delimiter(if is_tsv { b'\t' } else { b',' });
        builder.quoting(!(is_tsv && dialect == Dialect::Tweets));
        Table::open(input, builder.build(), dialect)
            .map(|table| table.map(|table| Self::Table(Box::new(table))))
    }
}

impl<R: BufRead> Records<R> {
    /// Checks that a table has a column of one of these names; an object is asked row by row.
    pub(super) fn check_column(&self, expected: &[&str]) -> Result<(), Stop> {
        let Self::Table(table) = self else { return Ok(()) };
        if expected.iter().any(|name| position(&table.names, name).is_some()) {
            return Ok(());
        }
        let fault = missing(expected, table.names.iter().map(String::as_str));
        Err(Stop::Row { line: table.header_line, fault })
    }

    /// The next row.
    pub(super) fn read(&mut self) -> Result<Option<Record<'_>>, Stop> {
        match self {
            Self::Table(table) => table.record(),
            Self::Objects(lines) => {
                let Some((line, text)) = lines.read()? else { return Ok(None) };
                let object = serde_json::from_str(text)
                    .map_err(|error| Stop::Row { line, fault: Fault::json(&error, "an object") })?;
                Ok(Some(Record { line, fields: Fields::Object(object) }))
            }
        }
    }
}

impl Record<'_> {
    /// The field of the first of these names that is there and not blank.
    pub(super) fn find(&self, names: &[&str]) -> Result<Option<Cow<'_, str>>, Fault> {
        for name in names {
            if let Some(found) = self.field(name)?.filter(|found| !found.trim().is_empty()) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The field of the first of these names that is there, blank or not.
    pub(super) fn take(&self, names: &[&str]) -> Result<Cow<'_, str>, Fault> {
        for name in names {
            if let Some(found) = self.field(name)? {
                return Ok(found);
            }
        }
        Err(match &self.fields {
            Fields::Cells { names: found, .. } => missing(names, found.iter().map(String::as_str)),
            Fields::Object(object) => missing(names, object.keys().map(String::as_str)),
        })
    }

    /// The field of this name as it stands in a JSON object.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        match &self.fields {
            Fields::Cells { .. } => None,
            Fields::Object(object) => object.get(name),
        }
    }

    fn field(&self, name: &str) -> Result<Option<Cow<'_, str>>, Fault> {
        match &self.fields {
            Fields::Cells { names, cells } => {
                Ok(position(names, name).map(|at| Cow::Borrowed(cells[at].as_ref())))
            }
            Fields::Object(object) => {
                // `a.b` is the key `a.b`, or else `b` of the object `a`.
                let within = || {
                    let (outer, inner) = name.split_once('.')?;
                    object.get(outer)?.get(inner)
                };
                let Some(value) = object.get(name).or_else(within) else { return Ok(None) };
                text_of(value).map_err(|found| Fault::Shape { key: name.to_owned(), found })
            }
        }
    }
}

/// A text or number as text; a number that is whole has no point.
pub(super) fn text_of(value: &Value) -> Result<Option<Cow<'_, str>>, &'static str> {
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::String(text) => Cow::Borrowed(text),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => Cow::Owned(float.to_string()),
            _ => Cow::Owned(number.to_string()),
        },
        Value::Bool(answer) => Cow::Borrowed(if *answer { "true" } else { "false" }),
        Value::Array(_) => return Err("a list"),
        Value::Object(_) => return Err("an object"),
    }))
}

fn missing<'n>(expected: &[&str], found: impl Iterator<Item = &'n str>) -> Fault {
    let expected = expected.iter().map(|&name| name.to_owned()).collect();
    Fault::Column { expected, found: found.take(20).map(super::error::short).collect() }
}

fn position(names: &[String], wanted: &str) -> Option<usize> {
    let exact = names.iter().position(|name| name == wanted);
    exact.or_else(|| names.iter().position(|name| name.eq_ignore_ascii_case(wanted)))
}

/// A table with a header, in buffers that hold at most [`MAX_ROW`] bytes of a row.
pub(super) struct Table<R> {
    input: R,
    parser: Reader,
    dialect: Dialect,
    names: Vec<String>,
    header_line: usize,
    text: Vec<u8>,
    ends: Vec<usize>,
    cells: usize,
    /// Line ends that were read.
    lines: usize,
}

impl<R: BufRead> Table<R> {
    fn open(input: R, parser: Reader, dialect: Dialect) -> Result<Option<Self>, Stop> {
        let (text, ends) = (vec![0; 64 * 1024], vec![0; MAX_COLUMNS + 1]);
        let (names, lines) = (Vec::new(), 0);
        let mut table =
            Self { input, parser, dialect, names, header_line: 1, text, ends, cells: 0, lines };
        let Some(line) = table.read()? else { return Ok(None) };
        table.header_line = line;
        if table.cells > MAX_COLUMNS {
            return Err(Stop::Row { line, fault: Fault::Wide { limit: MAX_COLUMNS } });
        }
        let names: Result<_, Fault> =
            table.decoded().map(|cell| cell.map(|cell| cell.trim().to_owned())).collect();
        table.names = names.map_err(|fault| Stop::Row { line, fault })?;
        Ok(Some(table))
    }

    fn record(&mut self) -> Result<Option<Record<'_>>, Stop> {
        let Some(line) = self.read()? else { return Ok(None) };
        let (found, expected) = (self.cells, self.names.len());
        if found != expected {
            return Err(Stop::Row { line, fault: Fault::Ragged { found, expected } });
        }
        let cells: Result<_, Fault> = self.decoded().collect();
        let cells = cells.map_err(|fault| Stop::Row { line, fault })?;
        Ok(Some(Record { line, fields: Fields::Cells { names: &self.names, cells } }))
    }

    fn decoded(&self) -> impl Iterator<Item = Result<Cow<'_, str>, Fault>> {
        let ends = &self.ends[..self.cells];
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, &end)| {
            let cell = &self.text[start..end];
            match std::str::from_utf8(cell) {
                Ok(text) => Ok(Cow::Borrowed(text)),
                Err(_) if self.dialect == Dialect::Tweets => {
                    Ok(WINDOWS_1252.decode_without_bom_handling(cell).0)
                }
                Err(error) => Err(Fault::Utf8 { at: error.valid_up_to() }),
            }
        })
    }

    /// Cuts the next row into the buffers, and returns the line on which it begins.
    fn read(&mut self) -> Result<Option<usize>, Stop> {
        self.cells = 0;
        let (mut used, mut line) = (0, None);
        loop {
            let input = self.input.fill_buf()?;
            let (text, ends) = (&mut self.text[used..], &mut self.ends[self.cells..]);
            let (result, read, written, ended) = self.parser.read_record(input, text, ends);
            for &byte in &input[..read] {
                // Line ends before the row belong to the row before it or to blank lines.
                if line.is_none() && !matches!(byte, b'\n' | b'\r') {
                    line = Some(self.lines + 1);
                }
                self.lines += usize::from(byte == b'\n');
            }
            self.input.consume(read);
            used += written;
            self.cells += ended;
            let at = line.unwrap_or(self.lines + 1);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.text.len() >= MAX_ROW => {
                    return Err(Stop::Row { line: at, fault: Fault::TooLong { limit: MAX_ROW } });
                }
                ReadRecordResult::OutputFull => {
                    let size = (2 * self.text.len()).min(MAX_ROW);
                    self.text.resize(size, 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    return Err(Stop::Row { line: at, fault: Fault::Wide { limit: MAX_COLUMNS } });
                }
                ReadRecordResult::Record => return Ok(Some(at)),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, repeat};

    use super::*;

    fn stopped(head: &[u8], filler: u8) -> (usize, Fault) {
        let endless = BufReader::new(head.chain(repeat(filler)));
        let opened = match Records::open(endless, Dialect::Plain) {
            Ok(records) => records,
            Err(Stop::Row { line, fault }) => return (line, fault),
            Err(Stop::Io(error)) => panic!("{error}"),
        };
        let mut records = opened.expect("it does not end");
        loop {
            match records.read() {
                Ok(row) => assert!(row.is_some(), "it does not end"),
                Err(Stop::Row { line, fault }) => return (line, fault),
                Err(Stop::Io(error)) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn rows_without_end_are_refused_in_bounded_memory() {
        let too_long = Fault::TooLong { limit: MAX_ROW };
        assert_eq!(stopped(b"{\"text\":\"a\"}\n{\"text\":\"", b'a'), (2, too_long.clone()));
        assert_eq!(stopped(b"text,label\n\n\"open", b'a'), (3, too_long.clone()));
        assert_eq!(stopped(b"\n\n", b'a'), (3, too_long));
        assert_eq!(stopped(b"a,b\n", b','), (2, Fault::Wide { limit: MAX_COLUMNS }));
    }
}
