//! `stance classify`: articles in, records out, in the order of the input.
//!
//! One thread reads and cuts the input into batches; the pool labels a batch's items side by side;
//! the calling thread writes. At most [`AHEAD`] batches wait, so that memory does not grow with the
//! input.

use std::fmt::Write as _;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use anstyle::{AnsiColor, Color, Style};
use anyhow::{Result, anyhow, bail};
use rayon::prelude::*;
use stance_core::{
    Classifier as _, ClassifyError, Extractor as _, Label, Labeled, Pipeline, Record, Relevance,
    RowError, SentenceExtractor, Statement, StatementRow,
};
use stance_io::{Compression, FileFormat, Format, ReadItem, RejectReason, Rejected};
use stance_models::{Alpha, Model, SetRule};

use crate::args::{ClassifyArgs, OutputFormat};
use crate::config::Config;
use crate::output::{OutputFile, Overwrite};
use crate::plan::{Globals, Verbosity, build_extractor, load_model, load_set_rule};
use crate::progress::Progress;
use crate::reading::{Item, Reading};
use crate::sink::{Layout, Sink};
use crate::streams::Paint;
use crate::table::{printable, style_of};
use crate::{Outcome, Streams};

/// Items of a batch, and bytes of text after which a batch ends early.
const BATCH_ITEMS: usize = 256;
const BATCH_BYTES: usize = 1 << 20;
/// Batches that wait between the reader and the pool.
const AHEAD: usize = 2;

type Labeler = Pipeline<SentenceExtractor, Model>;

/// What a whole run counted.
#[derive(Debug, Default)]
struct Tally {
    items: u64,
    refused: u64,
    answers: Answers,
}

/// What statements were answered with.
#[derive(Clone, Copy, Debug, Default)]
struct Answers {
    by_label: [u64; Label::COUNT],
    abstained: u64,
}

impl Answers {
    fn add(&mut self, record: &Record<&str>) {
        if record.abstained {
            self.abstained += 1;
        } else {
            self.by_label[Label::from(record.stance).index()] += 1;
        }
    }

    fn extend(&mut self, more: Self) {
        for (total, count) in self.by_label.iter_mut().zip(more.by_label) {
            *total += count;
        }
        self.abstained += more.abstained;
    }

    fn statements(&self) -> u64 {
        self.by_label.iter().sum::<u64>() + self.abstained
    }
}

pub(super) fn run(
    args: &ClassifyArgs,
    config: &Config,
    globals: &Globals,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let paths = match args.paths.as_slice() {
        [] if streams.stdin_is_terminal => {
            bail!("nothing to read: name files or folders, or pipe an article in (see --help)")
        }
        [] => vec![PathBuf::from("-")],
        paths => paths.to_vec(),
    };
    let overwrite = Overwrite::from(args.force);
    let reading = Reading::new(&paths, &args.input, config)?;
    let name = args.model.model.as_ref().or(config.model.as_ref());
    let name = name.map_or("fast", String::as_str);
    let model = load_model(name)?;
    let atlas = [config.atlas.as_slice(), &args.model.atlas].concat();
    let target = args.model.target.as_deref().or(config.target.as_deref());
    let pipeline = Pipeline::new(build_extractor(target, &atlas)?, model);
    let relevance = if args.assume_relevant || config.assume_relevant.unwrap_or(false) {
        Relevance::Assumed
    } else {
        Relevance::Judged
    };
    let alpha =
        match (args.abstain, config.abstain) {
            (None, Some(alpha)) => Some(Alpha::new(alpha).ok_or_else(|| {
                anyhow!("abstain is {alpha}, expected a number above 0 and below 1")
            })?),
            (typed, _) => typed,
        };
    let sets = alpha.map(|alpha| load_set_rule(name, alpha, relevance)).transpose()?;

    let layout = layout(args, config, streams.stdout_width)?;
    let output =
        args.output.as_deref().map(|path| OutputFile::create(path, overwrite)).transpose()?;
    let rejects = args.rejects.as_ref().or(config.rejects.as_ref());
    let rejects = rejects.map(|path| OutputFile::create(path, overwrite)).transpose()?;
    let messages = streams.stderr_paint(globals.color);
    let paint =
        if args.output.is_some() { Paint::none() } else { streams.stdout_paint(globals.color) };
    // Where results are read as they come, they are the progress.
    let is_shown = args.output.is_none() && streams.stdout_width.is_some();
    let draws = streams.stderr_width.is_some() && !is_shown;
    let progress =
        Progress::new(draws && globals.verbosity > Verbosity::Quiet, reading.total_bytes());
    let mut run = Run {
        pipeline,
        relevance,
        sets,
        pool: globals.pool()?,
        rejects,
        verbosity: globals.verbosity,
        messages,
        progress,
        tally: Tally::default(),
    };
    let started = Instant::now();
    let Streams { stdin, stdout, stderr, .. } = streams;
    if let Some(mut file) = output {
        let sink = Sink::new(layout, &mut file, paint)?;
        run.label_all(&reading, stdin, sink, stderr)?;
        file.commit()?;
    } else {
        let sink = Sink::new(layout, stdout, paint)?;
        run.label_all(&reading, stdin, sink, stderr)?;
    }
    run.finish(started, stderr)
}

/// By `--format`, else the output's extension, else the configuration, else what the output is.
fn layout(args: &ClassifyArgs, config: &Config, width: Option<u16>) -> Result<Layout> {
    let by_name =
        args.output.as_deref().and_then(|path| FileFormat::of_path(&path.to_string_lossy()));
    let named = match (args.format, by_name) {
        (Some(format), _) => Some(format),
        (None, Some(_)) => None,
        (None, None) => config.format,
    };
    if let Some(named) = named {
        let compression = by_name.map_or(Compression::None, |named| named.compression);
        return match file_format(named) {
            Some(format) => Ok(Layout::File(FileFormat { format, compression })),
            None if compression == Compression::None => Ok(Layout::Table(width)),
            None => bail!("a table is not compressed; name a file without .gz or .zst"),
        };
    }
    match (by_name, &args.output) {
        (Some(by_name), _) if by_name == Format::Text.plain() => Ok(Layout::Table(None)),
        (Some(by_name), _) => Ok(Layout::File(by_name)),
        (None, Some(path)) => bail!(
            "cannot tell the format of {}, expected .jsonl, .csv, .tsv or .parquet (or give --format)",
            path.display()
        ),
        (None, None) if width.is_some() => Ok(Layout::Table(width)),
        (None, None) => Ok(Layout::File(Format::JsonLines.plain())),
    }
}

fn file_format(format: OutputFormat) -> Option<Format> {
    match format {
        OutputFormat::Jsonl => Some(Format::JsonLines),
        OutputFormat::Csv => Some(Format::Csv),
        OutputFormat::Tsv => Some(Format::Tsv),
        OutputFormat::Parquet => Some(Format::Parquet),
        OutputFormat::Table => None,
    }
}

/// One run's parts that outlast a batch.
struct Run {
    pipeline: Labeler,
    relevance: Relevance,
    /// Where label sets were asked for.
    sets: Option<SetRule>,
    pool: rayon::ThreadPool,
    rejects: Option<OutputFile>,
    verbosity: Verbosity,
    messages: Paint,
    progress: Progress,
    tally: Tally,
}

/// Items that a thread takes at once.
const CHUNK_ITEMS: usize = 16;

/// What some items became.
enum Answer {
    /// What articles or rows that came one after another were labeled.
    Labeled(Made),
    Refused(Rejected),
    Warning(String),
}

/// The records of some items: as JSON lines where that is the format, else as they are.
#[derive(Default)]
struct Made {
    items: u64,
    answers: Answers,
    records: Vec<Record>,
    json: Vec<u8>,
}

/// Bytes of a JSON line that are set aside besides its text.
const JSON_OVERHEAD: usize = 512;

impl Run {
    fn label_all(
        &mut self,
        reading: &Reading,
        stdin: &mut (dyn std::io::Read + Send),
        mut sink: Sink<'_>,
        stderr: &mut (dyn Write + Send),
    ) -> Result<()> {
        std::thread::scope(|scope| {
            let (sender, batches) = sync_channel(AHEAD);
            scope.spawn(move || read_batches(reading, stdin, &sender));
            let written = self.write_all(reading, &batches, &mut sink, stderr);
            // A failed write drops the receiver, upon which the reader stops.
            drop(batches);
            written
        })?;
        self.progress.finish();
        sink.finish()
    }

    fn write_all(
        &mut self,
        reading: &Reading,
        batches: &Receiver<Vec<Item>>,
        sink: &mut Sink<'_>,
        stderr: &mut (dyn Write + Send),
    ) -> Result<()> {
        for batch in batches {
            let json = sink.takes_json();
            let answers: Result<Vec<Vec<Answer>>, ClassifyError> = self.pool.install(|| {
                let chunks = batch.into_par_iter().chunks(CHUNK_ITEMS);
                chunks.map(|items| self.answers(items, json)).collect()
            });
            for answer in answers?.into_iter().flatten() {
                match answer {
                    Answer::Labeled(made) => {
                        self.tally.items += made.items;
                        self.tally.answers.extend(made.answers);
                        sink.write(&made.records, &made.json)?;
                    }
                    Answer::Refused(rejected) => self.refuse(&rejected, stderr)?,
                    Answer::Warning(text) => {
                        if self.verbosity == Verbosity::Verbose {
                            self.say(stderr, "warning", &text);
                        }
                    }
                }
            }
            let bytes = reading.bytes.load(Ordering::Relaxed);
            self.progress.update(bytes, self.tally.answers.statements());
        }
        Ok(())
    }

    fn answers(&self, items: Vec<Item>, json: bool) -> Result<Vec<Answer>, ClassifyError> {
        let mut answers = Vec::new();
        let (mut count, mut statements) = (0, Vec::new());
        for item in items {
            let other = match item {
                Item::Article(article) => {
                    statements.extend(self.pipeline.extractor().extract(&article));
                    count += 1;
                    continue;
                }
                Item::Row(read) => match self.statement(*read) {
                    Ok(statement) => {
                        statements.push(statement);
                        count += 1;
                        continue;
                    }
                    Err(rejected) => Answer::Refused(rejected),
                },
                Item::Refused(rejected) => Answer::Refused(rejected),
                Item::Warning(text) => Answer::Warning(text),
            };
            let before = (std::mem::take(&mut count), std::mem::take(&mut statements));
            answers.extend([Answer::Labeled(self.label(before.0, before.1, json)?), other]);
        }
        answers.push(Answer::Labeled(self.label(count, statements, json)?));
        Ok(answers)
    }

    /// Labels the statements of so many items.
    fn label(
        &self,
        items: u64,
        statements: Vec<Statement>,
        json: bool,
    ) -> Result<Made, ClassifyError> {
        let labeled = self.pipeline.label_statements(statements)?;
        let mut made = Made { items, ..Made::default() };
        if json {
            let text = |labeled: &Labeled| labeled.statement().text.len() + JSON_OVERHEAD;
            made.json.reserve(labeled.iter().map(text).sum());
        }
        for labeled in &labeled {
            let mut record = Record::of(labeled, self.relevance);
            if let Some(sets) = &self.sets {
                record = record.with_set(sets.set(labeled.distribution()));
            }
            made.answers.add(&record);
            if json {
                serde_json::to_writer(&mut made.json, &record)
                    .map_err(|error| ClassifyError::Model(Box::new(error)))?;
                made.json.push(b'\n');
            } else {
                made.records.push(record.into_owned());
            }
        }
        Ok(made)
    }

    fn statement(&self, read: ReadItem<StatementRow>) -> Result<Statement, Rejected> {
        let text = Arc::clone(&read.item.text);
        self.pipeline.extractor().statement(read.item).map_err(|error| {
            let reason = match error {
                RowError::Target { found, expected } => RejectReason::Target {
                    found: found.as_str().to_owned(),
                    expected: expected.as_str().to_owned(),
                },
                error => RejectReason::Unreadable { found: error.to_string() },
            };
            Rejected { source: read.source, line: read.line, reason, raw: (*text).to_owned() }
        })
    }

    fn refuse(&mut self, rejected: &Rejected, stderr: &mut (dyn Write + Send)) -> Result<()> {
        self.tally.refused += 1;
        if self.verbosity > Verbosity::Quiet {
            self.say(stderr, "refused", &rejected.to_string());
        }
        if let Some(rejects) = &mut self.rejects {
            serde_json::to_writer(&mut *rejects, rejected)?;
            rejects.write_all(b"\n")?;
        }
        Ok(())
    }

    fn say(&self, stderr: &mut (dyn Write + Send), mark: &str, text: &str) {
        let style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Red))).bold();
        let mark = self.messages.paint(style, &format!("{mark}:"));
        // A lost message is no reason to lose the result.
        let _ = self.progress.suspend(|| writeln!(stderr, "{mark} {}", printable(text)));
    }

    fn finish(self, started: Instant, stderr: &mut (dyn Write + Send)) -> Result<Outcome> {
        if let Some(rejects) = self.rejects {
            rejects.commit()?;
        }
        if self.verbosity > Verbosity::Quiet {
            let model = self.pipeline.classifier().id();
            let counted = |count: u64, one: &str, many: &str| {
                format!("{count} {}", if count == 1 { one } else { many })
            };
            let mut line = format!(
                "{}, {}:",
                counted(self.tally.items, "item", "items"),
                counted(self.tally.answers.statements(), "statement", "statements")
            );
            for (label, count) in Label::ALL.into_iter().zip(self.tally.answers.by_label) {
                let text = self.messages.paint(style_of(label), label.as_str());
                write!(line, " {count} {text},").expect("a string takes every write");
            }
            if self.sets.is_some() {
                write!(line, " {} abstained,", self.tally.answers.abstained)
                    .expect("a string takes every write");
            }
            write!(
                line,
                " {} refused ({model}, {:.2} s)",
                self.tally.refused,
                started.elapsed().as_secs_f64()
            )
            .expect("a string takes every write");
            let _ = writeln!(stderr, "{line}");
        }
        Ok(if self.tally.refused > 0 { Outcome::Incomplete } else { Outcome::Done })
    }
}

/// Reads everything into batches; ends early when nobody takes them.
fn read_batches(
    reading: &Reading,
    stdin: &mut (dyn std::io::Read + Send),
    sender: &SyncSender<Vec<Item>>,
) {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    let flow = reading.each(stdin, |item| {
        bytes += match &item {
            Item::Article(article) => article.body().len(),
            Item::Row(read) => read.item.text.len(),
            Item::Refused(rejected) => rejected.raw.len(),
            Item::Warning(text) => text.len(),
        };
        batch.push(item);
        if batch.len() < BATCH_ITEMS && bytes < BATCH_BYTES {
            return ControlFlow::Continue(());
        }
        bytes = 0;
        match sender.send(std::mem::take(&mut batch)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    if flow.is_continue() && !batch.is_empty() {
        // An error means that nobody takes it.
        let _ = sender.send(batch);
    }
}
