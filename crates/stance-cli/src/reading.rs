//! Items from all sources of a run, in order, with what was refused in between.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, bail};
use stance_core::{Article, StatementRow};
use stance_io::{
    ColumnMap, Field, FileFormat, Format, IdRegistry, ItemReader, ReadItem, ReadOptions,
    RejectReason, Rejected, Warning,
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
    /// A statement that is already cut.
    Row(StatementRow),
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
            if mib == 0 {
                bail!("max-item-mib is 0, expected at least 1");
            }
            options.max_item_bytes = (mib as usize) << 20;
        }
        let format = args.input_format.or(config.input_format).map(format_of);
        let sources = expand(paths, format);
        Ok(Self { sources, unit, options, bytes: Arc::default() })
    }

    /// What an item is.
    pub(crate) fn unit(&self) -> Unit {
        self.unit
    }

    /// Size of all files, in bytes; `None` when one is not a file.
    pub(crate) fn total_bytes(&self) -> Option<u64> {
        self.sources.iter().flatten().map(|source| source.bytes).sum()
    }

    /// Reads everything, giving each item to `take` until it says to stop.
    pub(crate) fn each(
        &self,
        stdin: &mut (dyn Read + Send),
        mut take: impl FnMut(Item) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut ids = IdRegistry::default();
        for source in &self.sources {
            match source {
                Err(unreadable) => take(Item::Refused(refused(unreadable)))?,
                Ok(source) => match self.unit {
                    Unit::Article => self.read(source, stdin, &mut |read: ReadItem<Article>| {
                        admit(&mut ids, read, Item::Article)
                    }, &mut take)?,
                    Unit::Statement => self.read(source, stdin, &mut |read| {
                        admit(&mut ids, read, Item::Row)
                    }, &mut take)?,
                },
            }
        }
        Ok(())
    }
}

/// The taker wants no more.
#[derive(Debug)]
pub(crate) struct Stop;
