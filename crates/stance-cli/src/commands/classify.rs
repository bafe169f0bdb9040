//! `stance classify`: articles in, records out, in the order of the input.
//!
//! One thread reads and cuts the input into batches; the pool labels a batch's items side by side;
//! the calling thread writes. At most [`AHEAD`] batches wait, so that memory does not grow with the
//! input.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use rayon::prelude::*;
use stance_core::{Article, Label, Pipeline, Record, Relevance, SentenceExtractor};
use stance_io::Rejected;
use stance_models::LinearClassifier;

use crate::args::{ClassifyArgs, OutputFormat, Unit};
use crate::config::Config;
use crate::output::{OutputFile, refuse_existing};
use crate::plan::{Globals, Verbosity, build_extractor, load_model};
use crate::progress::Progress;
use crate::reading::{Input, Item, Reading};
use crate::sink::Sink;
use crate::{Outcome, Streams};

/// Items of a batch, and bytes of text after which a batch ends early.
const BATCH_ITEMS: usize = 128;
const BATCH_BYTES: usize = 1 << 20;
/// Batches that wait between reader and workers.
const AHEAD: usize = 2;

type Labeler = Pipeline<Arc<SentenceExtractor>, Arc<LinearClassifier>>;

/// What a whole run counted.
#[derive(Debug, Default)]
struct Tally {
    items: u64,
    refused: u64,
    by_label: [u64; Label::COUNT],
}
