//! Where records go: a file format, or a table for people.

use std::io::{BufWriter, Write};

use anyhow::Result;
use stance_core::Record;
use stance_io::{FileFormat, Format, RecordWriter};

use crate::streams::Paint;
use crate::table::TableRenderer;

type Out<'a> = &'a mut (dyn Write + Send);

/// What records are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A file format.
    File(FileFormat),
    /// A table for people, wrapped to a terminal's columns where there is one.
    Table(Option<u16>),
}

/// Writes records in one layout.
pub(crate) enum Sink<'a> {
    /// JSON lines that the workers have made already.
    Lines(BufWriter<Out<'a>>),
    Records(RecordWriter<Out<'a>>),
    Table(TableRenderer, BufWriter<Out<'a>>),
}

impl<'a> Sink<'a> {
    pub(crate) fn new(layout: Layout, out: Out<'a>, paint: Paint) -> Result<Self> {
        Ok(match layout {
            Layout::File(format) if format == Format::JsonLines.plain() => {
                Self::Lines(BufWriter::with_capacity(1 << 16, out))
            }
            Layout::File(format) => Self::Records(RecordWriter::new(out, format)?),
            Layout::Table(width) => {
                Self::Table(TableRenderer::new(paint, width), BufWriter::new(out))
            }
        })
    }

    /// Whether [`Sink::write`] takes records as JSON lines.
    pub(crate) fn takes_json(&self) -> bool {
        matches!(self, Self::Lines(_))
    }

    /// Writes `records`, or `json`, the lines of as many, if [`Sink::takes_json`].
    pub(crate) fn write(&mut self, records: &[Record], json: &[u8]) -> Result<()> {
        match self {
            Self::Lines(out) => out.write_all(json)?,
            Self::Records(writer) => {
                for record in records {
                    writer.write(record)?;
                }
            }
            Self::Table(table, out) => {
                for record in records {
                    out.write_all(table.render(record).as_bytes())?;
                }
            }
        }
        Ok(())
    }

    /// Writes what is still held back.
    pub(crate) fn finish(self) -> Result<()> {
        match self {
            Self::Lines(mut out) | Self::Table(_, mut out) => out.flush()?,
            Self::Records(writer) => writer.finish()?.flush()?,
        }
        Ok(())
    }
}
