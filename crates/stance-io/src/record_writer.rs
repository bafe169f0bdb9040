use std::error::Error;
use std::io::{self, BufWriter, Write};

use flate2::write::GzEncoder;
use stance_core::Record;

use crate::format::{Compression, FileFormat, Format};
use crate::parquet_writer::ParquetSink;
use crate::record_columns::{COLUMNS, Cell, cells};

/// The error of writing records.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The format holds no records.
    #[error("records cannot be written as {found}, expected JSON lines, CSV, TSV or Parquet")]
    Format {
        /// The format.
        found: Format,
    },
    /// Writing failed.
    #[error("cannot write")]
    Io(#[from] io::Error),
    /// A record does not fit into Parquet.
    #[error("cannot write Parquet")]
    Parquet(#[source] Box<dyn Error + Send + Sync>),
}

/// Writes records as JSON lines, CSV, TSV or Parquet, in bounded memory.
///
/// In tables and Parquet nested fields are flattened with `_` (`probabilities_neutral`), lists
/// (`set`, `holders`, `quotes`, `cited`) are JSON, and what is empty is an empty cell or null. Parquet is written in row groups of at most 32,768 records or
/// 16 MiB of text, compressed with Zstandard.
///
/// # Examples
/// ```
/// use stance_core::{Probabilities, Record, Stance};
/// use stance_io::{Format, RecordReader, RecordWriter};
/// let record = Record {
///     schema: stance_core::RECORD_SCHEMA,
///     article: "a".into(),
///     statement: "a#001".into(),
///     start: 0,
///     end: 11,
///     text: "It refused.".into(),
///     stance: Some(Stance::Distancing),
///     probabilities: Probabilities {
///         supportive: 0.1, neutral: 0.1, distancing: 0.7, irrelevant: 0.1,
///     },
///     set: None,
///     abstained: false,
///     target: "moscow".into(),
///     holder: None,
///     holders: Vec::new(),
///     voice: None,
///     kind: None,
///     quotes: Vec::new(),
///     cited: Vec::new(),
///     date: "2023-06-24".parse().ok(),
///     published: None,
///     title: None,
///     outlet: None,
///     url: None,
///     model: "fast".into(),
///     model_version: "1".into(),
/// };
/// let mut writer = RecordWriter::new(Vec::new(), Format::Csv.plain())?;
/// writer.write(&record)?;
/// let bytes = writer.finish()?;
/// let read: Vec<_> = RecordReader::new("x.csv", &bytes[..], Format::Csv.plain()).collect();
/// assert_eq!(read[0].as_ref().ok(), Some(&record));
/// # Ok::<(), stance_io::WriteError>(())
/// ```
pub struct RecordWriter<W: Write + Send> {
    sink: Sink<W>,
}

enum Sink<W: Write + Send> {
    JsonLines(Box<BufWriter<Compressed<W>>>),
    Table(Box<csv::Writer<Compressed<W>>>),
    Parquet(Box<ParquetSink<Compressed<W>>>),
}

impl<W: Write + Send> RecordWriter<W> {
    /// Makes a writer of `writer`, and writes what stands before the first record.
    ///
    /// # Errors
    /// When the format holds no records, or when writing fails.
    pub fn new(writer: W, format: FileFormat) -> Result<Self, WriteError> {
        let compressed = |writer| Compressed::new(writer, format.compression);
        let sink = match format.format {
            Format::JsonLines => Sink::JsonLines(Box::new(BufWriter::new(compressed(writer)?))),
            kind @ (Format::Csv | Format::Tsv) => {
                let delimiter = if kind == Format::Csv { b',' } else { b'\t' };
                let mut table =
                    csv::WriterBuilder::new().delimiter(delimiter).from_writer(compressed(writer)?);
                table.write_record(COLUMNS.map(|(name, _)| name)).map_err(io_error)?;
                Sink::Table(Box::new(table))
            }
            Format::Parquet => Sink::Parquet(Box::new(ParquetSink::new(compressed(writer)?)?)),
            found => return Err(WriteError::Format { found }),
        };
        Ok(Self { sink })
    }

    /// Writes one record.
    ///
    /// # Errors
    /// When writing fails.
    pub fn write(&mut self, record: &Record) -> Result<(), WriteError> {
        match &mut self.sink {
            Sink::JsonLines(writer) => {
                serde_json::to_writer(&mut *writer, record).map_err(io::Error::from)?;
                writer.write_all(b"\n")?;
            }
            Sink::Table(table) => {
                for cell in cells(record) {
                    match cell {
                        Cell::Text(text) => table.write_field(text.as_bytes()),
                        Cell::Empty => table.write_field(b""),
                        Cell::Integer(n) => table.write_field(n.to_string()),
                        Cell::Number(n) => table.write_field(n.to_string()),
                    }
                    .map_err(io_error)?;
                }
                table.write_record(None::<&[u8]>).map_err(io_error)?;
            }
            Sink::Parquet(sink) => sink.write(&cells(record))?,
        }
        Ok(())
    }

    /// Passes on what is held back, as far as the format allows: a pipe's reader then sees it.
    ///
    /// # Errors
    /// When writing fails.
    pub fn flush(&mut self) -> Result<(), WriteError> {
        match &mut self.sink {
            Sink::JsonLines(writer) => writer.flush()?,
            Sink::Table(table) => table.flush()?,
            Sink::Parquet(_) => {}
        }
        Ok(())
    }

    /// Ends the file, and returns what was written to. Without this a file is not whole.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(self) -> Result<W, WriteError> {
        let compressed = match self.sink {
            Sink::JsonLines(writer) => {
                writer.into_inner().map_err(std::io::IntoInnerError::into_error)?
            }
            Sink::Table(table) => table.into_inner().map_err(csv::IntoInnerError::into_error)?,
            Sink::Parquet(sink) => sink.finish()?,
        };
        Ok(compressed.finish()?)
    }
}

/// The error of the writer below a table: `csv` would hide its kind, such as a broken pipe.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

/// A writer that compresses.
pub(crate) enum Compressed<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Compressed<W> {
    fn new(writer: W, compression: Compression) -> io::Result<Self> {
        Ok(match compression {
            Compression::None => Self::Plain(writer),
            Compression::Gzip => Self::Gzip(GzEncoder::new(writer, flate2::Compression::default())),
            Compression::Zstd => Self::Zstd(zstd::Encoder::new(writer, 3)?),
        })
    }

    fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(mut writer) => {
                writer.flush()?;
                Ok(writer)
            }
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Compressed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(writer) => writer.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(writer) => writer.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}
