//! Items from all sources of a run, in order, with what was refused in between.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::{Result, bail};
use stance_core::{Article, StatementRow};
use stance_io::{
    ColumnMap, Field, FileFormat, Format, IdRegistry, ItemReader, ReadItem, ReadOptions, Rejected,
};

use crate::args::{InputArgs, InputFormat, Unit};
use crate::config::Config;
use crate::input::{CountingReader, Source, Unreadable, expand, reason_of};

/// Bytes that standard input is recognized by.
const HEAD_BYTES: u64 = 64 << 10;

/// What is read and how: the input's part of a plan.
#[derive(Debug)]
pub(crate) struct Reading {
    sources: Vec<Result<Source, Unreadable>>,
    unit: Unit,
    options: ReadOptions,
    /// Bytes read so far, of files as they lie on disk.
    pub(crate) bytes: Arc<AtomicU64>,
}

/// One thing that reading gave.
#[derive(Debug)]
pub(crate) enum Item {
    /// A whole article.
    Article(Article),
    /// A statement that is already cut, and where it stood.
    Row(Box<ReadItem<StatementRow>>),
    /// Something that was refused.
    Refused(Rejected),
    /// Something that was read, but not all as it stood; `source:line: …`.
    Warning(String),
}

impl Reading {
    /// Merges what was typed with the configuration and finds the files.
    pub(crate) fn new(paths: &[PathBuf], args: &InputArgs, config: &Config) -> Result<Self> {
        let unit = args.unit.or(config.unit).unwrap_or_default();
        let mut options = match unit {
            Unit::Article => ReadOptions::articles(),
            Unit::Statement => ReadOptions::statements(),
        };
        let keys = [
            (Field::Id, &args.id_key, &config.id_key),
            (Field::Body, &args.text_key, &config.text_key),
            (Field::Title, &args.title_key, &config.title_key),
            (Field::Date, &args.date_key, &config.date_key),
            (Field::Outlet, &args.outlet_key, &config.outlet_key),
            (Field::Url, &args.url_key, &config.url_key),
        ];
        for (field, typed, configured) in keys {
            if let Some(key) = typed.as_ref().or(configured.as_ref()) {
                let columns = std::mem::replace(&mut options.columns, ColumnMap::articles());
                options.columns = columns.with(field, key);
            }
        }
        options.date = args.article_date.or(config.article_date);
        options.outlet = args.outlet.as_deref().or(config.outlet.as_deref()).map(Into::into);
        if let Some(mib) = args.max_item_mib.or(config.max_item_mib) {
            if !(1..=1024).contains(&mib) {
                bail!("max-item-mib is {mib}, expected 1 to 1024");
            }
            options.max_item_bytes = (mib as usize) << 20;
        }
        let format = args.input_format.or(config.input_format).map(format_of);
        let sources = expand(paths, format);
        Ok(Self { sources, unit, options, bytes: Arc::default() })
    }

    /// Size of all files, in bytes; `None` when one is not a file.
    pub(crate) fn total_bytes(&self) -> Option<u64> {
        self.sources.iter().flatten().map(Source::bytes).sum()
    }

    /// Reads everything in order, giving each item to `take` until it says to stop.
    pub(crate) fn each(
        &self,
        stdin: &mut (dyn Read + Send),
        mut take: impl FnMut(Item) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut ids = IdRegistry::default();
        for source in &self.sources {
            match (source, self.unit) {
                (Err(unreadable), _) => take(Item::Refused(unreadable.clone().into_rejected()))?,
                (Ok(source), Unit::Article) => {
                    let wrap = |read: ReadItem<_>| Item::Article(read.item);
                    self.source(source, stdin, &mut ids, wrap, &mut take)?;
                }
                (Ok(source), Unit::Statement) => {
                    let wrap = |read| Item::Row(Box::new(read));
                    self.source(source, stdin, &mut ids, wrap, &mut take)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn source<T: stance_io::Item>(
        &self,
        source: &Source,
        stdin: &mut (dyn Read + Send),
        ids: &mut IdRegistry,
        wrap: impl Fn(ReadItem<T>) -> Item,
        take: &mut impl FnMut(Item) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let reader: ItemReader<'_, T> = match self.open(source, stdin) {
            Ok(reader) => reader,
            Err(error) => {
                let unreadable = Unreadable { name: source.name(), reason: reason_of(&error) };
                return take(Item::Refused(unreadable.into_rejected()));
            }
        };
        for read in reader {
            match read.and_then(|read| ids.admit(read)) {
                Ok(read) => {
                    for warning in &read.warnings {
                        let place = match read.line {
                            Some(line) => format!("{}:{line}", read.source),
                            None => read.source.to_string(),
                        };
                        take(Item::Warning(format!("{place}: {warning}")))?;
                    }
                    take(wrap(read))?;
                }
                Err(rejected) => take(Item::Refused(rejected))?,
            }
        }
        ControlFlow::Continue(())
    }

    fn open<'a, T: stance_io::Item>(
        &self,
        source: &Source,
        stdin: &'a mut (dyn Read + Send),
    ) -> io::Result<ItemReader<'a, T>> {
        let (name, options) = (source.name(), self.options.clone());
        match source {
            Source::File { path, format, .. } => {
                let file = CountingReader::new(File::open(path)?, Arc::clone(&self.bytes));
                Ok(ItemReader::seekable(&name, file, *format, options))
            }
            Source::Stdin(format) => {
                let mut stdin = CountingReader::new(stdin, Arc::clone(&self.bytes));
                let mut head = Vec::new();
                stdin.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
                let format = format.unwrap_or_else(|| FileFormat::sniff(&head, &options.columns));
                Ok(ItemReader::new(&name, io::Cursor::new(head).chain(stdin), format, options))
            }
        }
    }
}

fn format_of(format: InputFormat) -> Format {
    match format {
        InputFormat::Txt => Format::Text,
        InputFormat::Md => Format::Markdown,
        InputFormat::Html => Format::Html,
        InputFormat::Json => Format::Json,
        InputFormat::Jsonl => Format::JsonLines,
        InputFormat::Csv => Format::Csv,
        InputFormat::Tsv => Format::Tsv,
        InputFormat::Parquet => Format::Parquet,
    }
}
