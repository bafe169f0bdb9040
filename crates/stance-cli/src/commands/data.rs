//! `stance data`: published data sets, and what is wrong with data.

mod check;
mod import;
mod list;

use anyhow::{Result, anyhow};
use stance_eval::datasets::Dataset;

use crate::args::DataCommand;
use crate::plan::Globals;
use crate::{Outcome, Streams};

pub(super) fn run(
    command: DataCommand,
    globals: &Globals,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    match command {
        DataCommand::List(args) => list::run(&args, streams),
        DataCommand::Import(args) => import::run(*args, globals, streams),
        DataCommand::Check(args) => check::run(&args, streams),
    }
}

/// The data set that `name` stands for.
fn dataset(name: &str) -> Result<Dataset> {
    Dataset::named(name).ok_or_else(|| {
        let names = Dataset::ALL.map(|set| set.about().name);
        anyhow!("no data set {name}, expected {}", names.join(", "))
    })
}
