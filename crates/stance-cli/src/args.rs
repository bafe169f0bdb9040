//! What the user typed: every value that a configuration file may also give is an `Option`.

mod compare;
mod data;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use stance_models::Alpha;

pub(crate) use compare::{CompareArgs, CompareFormat};
pub(crate) use data::{
    DataArgs, DataCheckArgs, DataCommand, DataImportArgs, DataListArgs, ReportFormat,
};

/// Label the statements of news articles by stance toward Moscow: supportive, neutral, distancing.
#[derive(Debug, Parser)]
#[command(name = "stance", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Exit status: 0 done; 1 done, but input was refused or a gate failed; 2 \
                        misuse or error.")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct GlobalArgs {
    /// Read default values from this TOML file; flags win over it
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say more: warnings about single articles
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,

    /// Worker threads [default: the number of processors]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,

    /// When to color text for people [default: auto]
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    pub(crate) color: Option<ColorWhen>,
}

/// When to color.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Label the statements of articles: files in, records out
    Classify(ClassifyArgs),
    /// Show what moves the model: what each feature adds to each label
    Explain(ExplainArgs),
    /// Train a model from a configuration file into a folder
    Train(TrainArgs),
    /// Score a model on annotated data
    Evaluate(EvaluateArgs),
    /// Compare models on labeled data: a leaderboard that says which differences are real
    Compare(CompareArgs),
    /// Import published data sets, and check data for duplicates and leaks
    Data(DataArgs),
    /// List the models at hand, or show a model's card
    Models(ModelsArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write one page per command into a folder
    Man(ManArgs),
}

/// Which model, toward which target, with which names.
#[derive(Debug, Args)]
pub(crate) struct ModelArgs {
    /// `fast` (embedded), or the folder of a model [default: fast]
    #[arg(short, long, value_name = "NAME|DIR")]
    pub(crate) model: Option<String>,

    /// Id of an embedded target, or a TOML file that describes one [default: moscow]
    #[arg(long, value_name = "ID|FILE")]
    pub(crate) target: Option<String>,

    /// Extend or override the embedded atlas with this TOML file (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) atlas: Vec<PathBuf>,
}

/// How input is read.
#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// Format of the input [default: by each file's extension; standard input: recognized]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) input_format: Option<InputFormat>,

    /// What an input row is: an article, or a statement that is already cut [default: article]
    #[arg(long, value_enum, value_name = "UNIT")]
    pub(crate) unit: Option<Unit>,

    /// Date of articles that have none (YYYY, YYYY-MM or YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    pub(crate) article_date: Option<stance_core::Date>,

    /// Outlet of articles that have none
    #[arg(long, value_name = "NAME")]
    pub(crate) outlet: Option<String>,

    /// Key or column of the text [default: body, text, content, …]
    #[arg(long, value_name = "KEY")]
    pub(crate) text_key: Option<String>,

    /// Key or column of the id [default: id, …]
    #[arg(long, value_name = "KEY")]
    pub(crate) id_key: Option<String>,

    /// Key or column of the title [default: title, headline, …]
    #[arg(long, value_name = "KEY")]
    pub(crate) title_key: Option<String>,

    /// Key or column of the date [default: date, published, …]
    #[arg(long, value_name = "KEY")]
    pub(crate) date_key: Option<String>,

    /// Key or column of the outlet [default: outlet, source, publisher, …]
    #[arg(long, value_name = "KEY")]
    pub(crate) outlet_key: Option<String>,

    /// Key or column of the address [default: url, link, …]
    #[arg(long, value_name = "KEY")]
    pub(crate) url_key: Option<String>,

    /// Longest article or row that is read, in MiB [default: 16]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) max_item_mib: Option<u32>,
}

/// What an input row is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    /// A whole article
    #[default]
    Article,
    /// A statement that is already cut
    Statement,
}

/// Formats of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InputFormat {
    Txt,
    #[value(alias = "markdown")]
    Md,
    Html,
    Json,
    #[value(alias = "ndjson")]
    Jsonl,
    Csv,
    Tsv,
    Parquet,
}

/// Formats of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OutputFormat {
    /// One JSON object a line
    Jsonl,
    /// Comma-separated, with a header
    Csv,
    /// Tab-separated, with a header
    Tsv,
    /// Apache Parquet
    Parquet,
    /// A table for people
    Table,
}

/// `stance classify`
#[derive(Debug, Args)]
#[command(
    after_help = "Reads .txt .md .html .json .jsonl .ndjson .csv .tsv .parquet, each also as \
                        .gz and .zst; folders recursively, in sorted order."
)]
pub(crate) struct ClassifyArgs {
    /// Files, folders, glob patterns, or `-` for standard input [default: -]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Write records here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Format of the records [default: by the output's extension; a table on a terminal, else jsonl]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<OutputFormat>,

    /// Write refused input here: one JSON object a line with reason and raw text
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,

    /// Take every statement for relevant: always give the likeliest of the three stances
    #[arg(long)]
    pub(crate) assume_relevant: bool,

    /// Give no stance where more than one label may be right: labels are ruled out so that at most
    /// this share of the statements of each label loses its own, above 0 and below 1 (such as 0.1)
    #[arg(long, value_name = "ALPHA", value_parser = alpha)]
    pub(crate) abstain: Option<Alpha>,

    /// Overwrite files that exist
    #[arg(long)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) model: ModelArgs,

    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// `stance explain`
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The statement's text, or the id of a statement in the articles given with --in
    #[arg(value_name = "TEXT|ID")]
    pub(crate) statement: String,

    /// Article files in which to look up the id (repeatable)
    #[arg(long = "in", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// The sentence before the statement
    #[arg(long, value_name = "TEXT")]
    pub(crate) context: Option<String>,

    /// The article's title
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,

    /// Show at most this many features in the table [default: 20]
    #[arg(long, value_name = "N")]
    pub(crate) top: Option<usize>,

    /// Format of the answer [default: table]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<ExplainFormat>,

    #[command(flatten)]
    pub(crate) model: ModelArgs,

    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// Formats of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// A table for people
    Table,
    /// One JSON object
    Json,
}

/// `stance train`
#[derive(Debug, Args)]
pub(crate) struct TrainArgs {
    /// The training configuration (TOML); the paths in it are relative to its folder
    #[arg(value_name = "CONFIG")]
    pub(crate) recipe: PathBuf,

    /// Folder to write the model into
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,

    /// Overwrite a folder that exists
    #[arg(long)]
    pub(crate) force: bool,
}

/// `stance evaluate`
#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    /// `fast` (embedded), or the folder of a model
    #[arg(value_name = "MODEL")]
    pub(crate) model: String,

    /// Annotated data: JSONL with `text` and `label`, or articles with `sentences` (repeatable)
    #[arg(value_name = "DATA", required = true)]
    pub(crate) data: Vec<PathBuf>,

    /// Format of the scores [default: table]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<ScoreFormat>,

    /// Exit with 1 when macro-F1 over the four labels is below this, from 0 to 1
    #[arg(long, value_name = "F1", value_parser = macro_f1)]
    pub(crate) min_macro_f1: Option<f64>,

    /// Also retell each statement of this many other countries and count the labels that change
    /// [default: 5]
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "5", value_parser = clap::value_parser!(u8).range(1..=50))]
    pub(crate) audit: Option<u8>,

    /// Resamples of the bootstrap [default: 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=100_000))]
    pub(crate) resamples: Option<u32>,

    /// Seed of the bootstrap and of the audit [default: 7]
    #[arg(long, value_name = "SEED")]
    pub(crate) seed: Option<u64>,

    /// Write the scores here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Overwrite files that exist
    #[arg(long)]
    pub(crate) force: bool,

    /// Id of an embedded target, or a TOML file that describes one [default: moscow]
    #[arg(long, value_name = "ID|FILE")]
    pub(crate) target: Option<String>,

    /// Extend or override the embedded atlas with this TOML file (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) atlas: Vec<PathBuf>,
}

fn alpha(text: &str) -> Result<Alpha, String> {
    let alpha = text.parse().ok().and_then(Alpha::new);
    alpha.ok_or_else(|| "expected a number above 0 and below 1".to_owned())
}

/// A gate that is no number would let everything pass.
fn macro_f1(text: &str) -> Result<f64, String> {
    let gate = text.parse().ok().filter(|gate| (0.0..=1.0).contains(gate));
    gate.ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

/// Formats of scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScoreFormat {
    /// A table for people
    Table,
    /// Markdown
    Md,
    /// One JSON object
    Json,
}

/// `stance models`
#[derive(Debug, Args)]
pub(crate) struct ModelsArgs {
    /// Show the card of this model: `fast`, or the folder of a model
    #[arg(value_name = "NAME|DIR")]
    pub(crate) model: Option<String>,
}

/// `stance completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// `stance man`
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Write stance.1, stance-classify.1, … into this folder
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,

    /// Overwrite files that exist
    #[arg(long)]
    pub(crate) force: bool,
}
