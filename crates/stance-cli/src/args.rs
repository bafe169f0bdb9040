//! What the user typed: every value that a configuration file may also give is an `Option`.

mod data;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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

/// `stance compare`
#[derive(Debug, Args)]
#[command(after_help = "Majority, random, VADER (with training data also naive Bayes, SVM, logistic \
                        regression and forest) and fast are compared too.")]
pub(crate) struct CompareArgs {
    /// Models: `fast`, a model's folder, or a training configuration (.toml) that is trained here
    #[arg(value_name = "MODEL")]
    pub(crate) models: Vec<String>,

    /// Labeled data to measure on: JSONL (repeatable)
    #[arg(long, value_name = "FILE", required_unless_present = "verify", num_args = 1..)]
    pub(crate) data: Vec<PathBuf>,

    /// Labeled data to train on (repeatable)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) train: Vec<PathBuf>,

    /// Answers of others: JSONL or CSV with id and label, or probabilities (repeatable)
    #[arg(long, value_name = "[NAME=]FILE")]
    pub(crate) predictions: Vec<String>,

    /// What is scored: stance, stances, distancing or sentiment [default: the data's task, else stance]
    #[arg(long, value_name = "TASK")]
    pub(crate) task: Option<String>,

    /// Train on the rows of the split `train` and measure on those of this one
    #[arg(long, value_name = "NAME", conflicts_with_all = ["folds", "leave_out"])]
    pub(crate) split: Option<String>,

    /// Cross-validate over so many folds of whole groups
    #[arg(long, value_name = "K", conflicts_with = "leave_out", value_parser = clap::value_parser!(u8).range(2..=50))]
    pub(crate) folds: Option<u8>,

    /// Hold out each value of this column in turn: country, topic, …
    #[arg(long, value_name = "COLUMN")]
    pub(crate) leave_out: Option<String>,

    /// Draw a learning curve: train on growing shares of the groups
    #[arg(long)]
    pub(crate) curve: bool,

    /// Leave statements that are measured on out of training
    #[arg(long)]
    pub(crate) drop_leaks: bool,

    /// Measure on at most so many statements, drawn by whole groups
    #[arg(long, value_name = "N")]
    pub(crate) sample: Option<usize>,

    /// Train on at most so many statements, drawn by whole groups
    #[arg(long, value_name = "N")]
    pub(crate) sample_train: Option<usize>,

    /// Leave the baselines out
    #[arg(long)]
    pub(crate) no_baselines: bool,

    /// Also score rewritten statements: typos, letter case, cut short, quotes
    #[arg(long)]
    pub(crate) robustness: bool,

    /// Also retell statements of other countries and count the labels that change
    #[arg(long)]
    pub(crate) audit: bool,

    /// Seeds that models which draw are trained with [default: 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=50))]
    pub(crate) seeds: Option<u8>,

    /// Resamples of the bootstrap [default: 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=100_000))]
    pub(crate) resamples: Option<u32>,

    /// Seed of resamples, draws and folds [default: 7]
    #[arg(long, value_name = "SEED")]
    pub(crate) seed: Option<u64>,

    /// Level of the tests [default: 0.05]
    #[arg(long, value_name = "ALPHA")]
    pub(crate) alpha: Option<f64>,

    /// Format [default: by the output's extension, else table]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<CompareFormat>,

    /// Write the comparison here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Write every answer to every statement here, one statement a line
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,

    /// Write a folder of plain files from which the run can be compared and verified later
    #[arg(long, value_name = "DIR")]
    pub(crate) run: Option<PathBuf>,

    /// Score the answers of such a folder anew, and answer anew where data and models are at hand
    #[arg(long, value_name = "DIR", conflicts_with_all = ["data", "models", "run"])]
    pub(crate) verify: Option<PathBuf>,

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

impl CompareArgs {
    /// The command that compares the same, without its output options.
    pub(crate) fn to_command(&self) -> String {
        let mut words = vec!["stance compare".to_owned()];
        words.extend(self.models.iter().cloned());
        let paths = [("--data", &self.data), ("--train", &self.train), ("--atlas", &self.atlas)];
        for (flag, paths) in paths {
            words.extend(paths.iter().map(|path| format!("{flag} {}", path.display())));
        }
        words.extend(self.predictions.iter().map(|given| format!("--predictions {given}")));
        let values = [
            ("--task", self.task.clone()),
            ("--split", self.split.clone()),
            ("--folds", self.folds.map(|folds| folds.to_string())),
            ("--leave-out", self.leave_out.clone()),
            ("--sample", self.sample.map(|count| count.to_string())),
            ("--sample-train", self.sample_train.map(|count| count.to_string())),
            ("--seeds", self.seeds.map(|seeds| seeds.to_string())),
            ("--resamples", self.resamples.map(|resamples| resamples.to_string())),
            ("--seed", self.seed.map(|seed| seed.to_string())),
            ("--alpha", self.alpha.map(|alpha| alpha.to_string())),
            ("--target", self.target.clone()),
        ];
        words.extend(values.into_iter().filter_map(|(flag, value)| Some(format!("{flag} {}", value?))));
        let flags = [
            ("--curve", self.curve),
            ("--drop-leaks", self.drop_leaks),
            ("--no-baselines", self.no_baselines),
            ("--robustness", self.robustness),
            ("--audit", self.audit),
        ];
        words.extend(flags.into_iter().filter(|(_, given)| *given).map(|(flag, _)| flag.to_owned()));
        words.join(" ")
    }
}

/// Formats of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    /// Tables for a terminal
    Table,
    /// Markdown
    Md,
    /// One JSON object
    Json,
    /// One page with charts, which needs no network
    Html,
}

impl CompareFormat {
    /// The one asked for, else that of the output's extension, else a table.
    pub(crate) fn choose(asked: Option<Self>, output: Option<&std::path::Path>) -> Self {
        let extension = output.and_then(std::path::Path::extension).and_then(|e| e.to_str());
        asked.unwrap_or(match extension {
            Some("md") => Self::Md,
            Some("json") => Self::Json,
            Some("html" | "htm") => Self::Html,
            _ => Self::Table,
        })
    }
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
