//! One module a verb, each running one plan.

mod classify;
mod compare;
mod data;
mod evaluate;
mod explain;
mod man;
mod models;
mod train;

use anyhow::Result;
use clap::CommandFactory as _;

use crate::args::{Cli, Command, CompletionsArgs};
use crate::config::Config;
use crate::plan::Globals;
use crate::{Outcome, Streams};

/// Runs what was typed.
pub(crate) fn run(cli: Cli, streams: &mut Streams<'_>) -> Result<Outcome> {
    let config = Config::read(cli.global.config.as_deref())?;
    let globals = Globals::new(&cli.global, &config)?;
    match cli.command {
        Command::Classify(args) => classify::run(&args, &config, &globals, streams),
        Command::Explain(args) => explain::run(args, &config, &globals, streams),
        Command::Train(args) => train::run(&args, &globals, streams),
        Command::Evaluate(args) => evaluate::run(args, config, &globals, streams),
        Command::Compare(args) => compare::run(&args, config, &globals, streams),
        Command::Data(args) => data::run(args.command, &globals, streams),
        Command::Models(args) => models::run(&args, streams),
        Command::Completions(args) => completions(&args, streams),
        Command::Man(args) => man::run(&args, streams),
    }
}

fn completions(args: &CompletionsArgs, streams: &mut Streams<'_>) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "stance", &mut script);
    streams.stdout.write_all(&script)?;
    streams.stdout.flush()?;
    Ok(Outcome::Done)
}
