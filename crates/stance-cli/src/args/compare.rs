//! What the user typed of `stance compare`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

/// `stance compare`
#[derive(Debug, Args)]
#[command(
    after_help = "Majority, random, VADER (with training data also naive Bayes, SVM, logistic \
                        regression and forest) and fast are compared too."
)]
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

    #[command(flatten)]
    pub(crate) checks: CheckArgs,

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

/// What else is measured, each on request.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Draw a learning curve: train on growing shares of the groups
    #[arg(long)]
    pub(crate) curve: bool,

    /// Also score rewritten statements: typos, letter case, cut short, quotes
    #[arg(long)]
    pub(crate) robustness: bool,

    /// Also retell statements of other countries and count the labels that change
    #[arg(long)]
    pub(crate) audit: bool,
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
        words.extend(
            values.into_iter().filter_map(|(flag, value)| Some(format!("{flag} {}", value?))),
        );
        let flags = [
            ("--curve", self.checks.curve),
            ("--drop-leaks", self.drop_leaks),
            ("--no-baselines", self.no_baselines),
            ("--robustness", self.checks.robustness),
            ("--audit", self.checks.audit),
        ];
        words
            .extend(flags.into_iter().filter(|(_, given)| *given).map(|(flag, _)| flag.to_owned()));
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
    pub(crate) fn choose(asked: Option<Self>, output: Option<&Path>) -> Self {
        let extension = output.and_then(Path::extension).and_then(|e| e.to_str());
        asked.unwrap_or(match extension {
            Some("md") => Self::Md,
            Some("json") => Self::Json,
            Some("html" | "htm") => Self::Html,
            _ => Self::Table,
        })
    }
}
