//! Records into Parquet, a row group at a time.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use crate::record_columns::{COLUMNS, Cell, Kind};
use crate::record_writer::WriteError;

/// A row group is written when it has this many rows or bytes of text.
const MAX_ROWS: usize = 32_768;
const MAX_BYTES: usize = 16 << 20;

/// Gathers rows by column, and writes them in groups.
pub(crate) struct ParquetSink<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Gathered>,
    rows: usize,
    bytes: usize,
}

/// One column of the row group at hand.
enum Gathered {
    Text(Vec<ByteArray>),
    /// The values that are there, and for each row 1 if there is one.
    OptionalText(Vec<ByteArray>, Vec<i16>),
    Integer(Vec<i64>),
    Number(Vec<f64>),
}

impl<W: Write + Send> ParquetSink<W> {
    pub(crate) fn new(writer: W) -> std::result::Result<Self, WriteError> {
        let open = || {
            let properties = WriterProperties::builder()
                .set_compression(Compression::ZSTD(ZstdLevel::default()))
                .set_created_by("stance".to_owned())
                .build();
            SerializedFileWriter::new(writer, Arc::new(schema()?), Arc::new(properties))
        };
        let writer = open().map_err(refused)?;
        Ok(Self { writer, columns: empty_columns(), rows: 0, bytes: 0 })
    }

    pub(crate) fn write(
        &mut self,
        cells: &[Cell<'_>; COLUMNS.len()],
    ) -> std::result::Result<(), WriteError> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            self.bytes += column.push(cell);
        }
        self.rows += 1;
        if self.rows >= MAX_ROWS || self.bytes >= MAX_BYTES {
            self.write_group().map_err(refused)?;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> std::result::Result<W, WriteError> {
        if self.rows > 0 {
            self.write_group().map_err(refused)?;
        }
        self.writer.into_inner().map_err(refused)
    }

    fn write_group(&mut self) -> Result<()> {
        let columns = std::mem::replace(&mut self.columns, empty_columns());
        (self.rows, self.bytes) = (0, 0);
        let mut group = self.writer.next_row_group()?;
        for column in columns {
            let Some(mut writer) = group.next_column()? else { break };
            column.write(&mut writer)?;
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }
}

impl Gathered {
    /// Returns how many bytes were added.
    fn push(&mut self, cell: &Cell<'_>) -> usize {
        match (self, cell) {
            (Self::Text(values), Cell::Text(text)) => {
                values.push(text.as_bytes().to_vec().into());
                text.len()
            }
            (Self::OptionalText(values, there), Cell::Text(text)) => {
                values.push(text.as_bytes().to_vec().into());
                there.push(1);
                text.len()
            }
            (Self::OptionalText(_, there), _) => {
                there.push(0);
                2
            }
            (Self::Integer(values), Cell::Integer(n)) => {
                values.push(*n);
                8
            }
            (Self::Number(values), Cell::Number(n)) => {
                values.push(*n);
                8
            }
            // The order of `cells` is that of `COLUMNS`, which a test checks.
            _ => 0,
        }
    }

    fn write(self, writer: &mut SerializedColumnWriter<'_>) -> Result<()> {
        match self {
            Self::Text(values) => {
                writer.typed::<ByteArrayType>().write_batch(&values, None, None)?;
            }
            Self::OptionalText(values, there) => {
                writer.typed::<ByteArrayType>().write_batch(&values, Some(&there), None)?;
            }
            Self::Integer(values) => {
                writer.typed::<Int64Type>().write_batch(&values, None, None)?;
            }
            Self::Number(values) => {
                writer.typed::<DoubleType>().write_batch(&values, None, None)?;
            }
        }
        Ok(())
    }
}

fn empty_columns() -> Vec<Gathered> {
    let empty = |(_, kind): (&str, Kind)| match kind {
        Kind::Text => Gathered::Text(Vec::new()),
        Kind::OptionalText => Gathered::OptionalText(Vec::new(), Vec::new()),
        Kind::Integer => Gathered::Integer(Vec::new()),
        Kind::Number => Gathered::Number(Vec::new()),
    };
    COLUMNS.map(empty).into()
}

fn schema() -> Result<Type> {
    let columns = COLUMNS.map(|(name, kind)| {
        let (physical, logical) = match kind {
            Kind::Text | Kind::OptionalText => {
                (PhysicalType::BYTE_ARRAY, Some(LogicalType::String))
            }
            Kind::Integer => (PhysicalType::INT64, None),
            Kind::Number => (PhysicalType::DOUBLE, None),
        };
        let repetition = match kind {
            Kind::OptionalText => Repetition::OPTIONAL,
            _ => Repetition::REQUIRED,
        };
        let column = Type::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()?;
        Ok(Arc::new(column))
    });
    let columns = columns.into_iter().collect::<Result<Vec<_>>>()?;
    Type::group_type_builder("record").with_fields(columns).build()
}

/// A failure of the writer below comes out as what it was.
fn refused(error: ParquetError) -> WriteError {
    match error {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(error) => WriteError::Io(*error),
            Err(cause) => WriteError::Parquet(cause),
        },
        error => WriteError::Parquet(error.into()),
    }
}
