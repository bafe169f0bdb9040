//! Arguments of `stance data`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueEnum};
use stance_eval::Task;
use stance_eval::datasets::Slot;

/// `stance data`
#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    #[command(subcommand)]
    pub(crate) command: DataCommand,
}

/// What is done with data.
#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// List the data sets that can be imported: files, labels, license, source, citation
    List(DataListArgs),
    /// Turn the files of a data set into annotated data; nothing is downloaded
    Import(Box<DataImportArgs>),
    /// Find duplicates, conflicting labels and leaks between splits
    Check(DataCheckArgs),
}

/// Formats of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Text for people
    #[default]
    Table,
    /// One JSON object
    Json,
}

/// `stance data list`
#[derive(Debug, Args)]
pub(crate) struct DataListArgs {
    /// Only this data set
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Format of the list [default: table]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<ReportFormat>,
}

/// `stance data import`
#[derive(Debug, Args)]
#[command(
    after_help = "Labels are mapped by --map, as often as needed: --map FAVOR=supportive --map UNKNOWN=drop. \
                        `stance data list` says what is mapped without it."
)]
pub(crate) struct DataImportArgs {
    /// The data set, as `stance data list` names it; `table` for any other
    #[arg(value_name = "NAME")]
    pub(crate) name: String,

    /// Its files, as they come from the source
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// Write the rows here (JSONL)
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// Overwrite files that exist
    #[arg(long)]
    pub(crate) force: bool,

    /// What a label becomes: supportive, neutral, distancing, irrelevant or drop (repeatable)
    #[arg(long, value_name = "LABEL=OURS", value_parser = mapping)]
    pub(crate) map: Vec<(String, Slot)>,

    /// Split of rows that name none [default: by the file's name: train, dev, test, trial]
    #[arg(long, value_name = "NAME")]
    pub(crate) split: Option<String>,

    /// What the labels of a `table` say [default: stance]
    #[arg(long, value_name = "TASK", value_parser = PossibleValuesParser::new(Task::NAMES))]
    pub(crate) task: Option<String>,

    /// Key or column of the text of a `table` [default: text]
    #[arg(long, value_name = "KEY")]
    pub(crate) text_key: Option<String>,

    /// Key or column of the label of a `table` [default: label]
    #[arg(long, value_name = "KEY")]
    pub(crate) label_key: Option<String>,

    /// Key or column of the id of a `table` [default: id, or else file and line]
    #[arg(long, value_name = "KEY")]
    pub(crate) id_key: Option<String>,

    /// Key or column of the target of a `table` [default: target, topic, or else none]
    #[arg(long, value_name = "KEY")]
    pub(crate) target_key: Option<String>,

    /// Key or column of the group of a `table` [default: group, or else none]
    #[arg(long, value_name = "KEY")]
    pub(crate) group_key: Option<String>,

    /// Key or column of the split of a `table` [default: split, or else none]
    #[arg(long, value_name = "KEY")]
    pub(crate) split_key: Option<String>,
}

/// `LABEL=OURS`; the label may hold `=` itself.
fn mapping(text: &str) -> Result<(String, Slot), String> {
    let (label, ours) = text.rsplit_once('=').ok_or("expected LABEL=OURS")?;
    let slot = Slot::named(ours.trim());
    let slot = slot.ok_or_else(|| format!("{ours:?} is none of {}", Slot::NAMES.join(", ")))?;
    Ok((label.to_owned(), slot))
}

/// `stance data check`
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 1 when an id stands twice, labels conflict, or something stands on both sides of \
                        a split."
)]
pub(crate) struct DataCheckArgs {
    /// Annotated data: JSONL with `text` and `label`, or articles with `sentences`
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// Format of the findings [default: table]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<ReportFormat>,

    /// Take each file for a split, instead of the rows' `split`
    #[arg(long)]
    pub(crate) split_by_file: bool,

    /// From which similarity on texts are near-duplicates, from 0.5 to 1 [default: 0.8]
    #[arg(long, value_name = "SHARE", value_parser = similarity)]
    pub(crate) similarity: Option<f64>,

    /// Seed of the search for near-duplicates [default: 7]
    #[arg(long, value_name = "SEED")]
    pub(crate) seed: Option<u64>,

    /// Examples of each finding [default: 5]
    #[arg(long, value_name = "N")]
    pub(crate) examples: Option<u16>,
}

/// Below a half, too many pairs would be missed.
fn similarity(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.5..=1.0).contains(share));
    share.ok_or_else(|| "expected a number from 0.5 to 1".to_owned())
}
