//! The `stance` command: maps the outcome of [`stance_cli::run`] to an exit code.

use std::process::ExitCode;

use stance_cli::{Streams, run};

fn main() -> ExitCode {
    let outcome = run(std::env::args_os(), Streams::of_process());
    ExitCode::from(outcome.exit_code())
}
