//! The `stance` command: arguments, plan, run.
//!
//! [`run`] is the whole command as a function of its arguments and [`Streams`], so that the suite
//! runs it in process. `args` is what was typed, `plan` merges it with the configuration file, and
//! each of `commands` runs one plan. Only this crate opens files and reads the environment.

mod args;
mod commands;
mod config;
mod input;
mod layout;
mod output;
mod plan;
mod progress;
mod reading;
mod scores;
mod sink;
mod streams;
mod table;

use std::ffi::OsString;
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Color, Style};
use clap::Parser as _;

pub use streams::Streams;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All was done.
    Done,
    /// All was done, but input was refused or a gate failed.
    Incomplete,
    /// Misuse or error: the result is not there.
    Failed,
}

impl Outcome {
    /// The exit code: 0, 1 or 2.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Incomplete => 1,
            Self::Failed => 2,
        }
    }
}

/// Runs `stance` with `args`, of which the first is the program's name.
///
/// # Examples
/// ```
/// use stance_cli::{Outcome, Streams, run};
/// let mut stdout = Vec::new();
/// let streams = Streams {
///     stdin: Box::new("Yerevan refused to host the bloc's drills.".as_bytes()),
///     stdout: Box::new(&mut stdout),
///     stderr: Box::new(std::io::sink()),
///     stdin_is_terminal: false,
///     stdout_width: None,
///     stderr_width: None,
///     no_color: true,
/// };
/// assert_eq!(run(["stance", "classify", "-"].map(Into::into), streams), Outcome::Done);
/// assert!(String::from_utf8_lossy(&stdout).starts_with("{\"schema\":1"));
/// ```
pub fn run(args: impl IntoIterator<Item = OsString>, mut streams: Streams<'_>) -> Outcome {
    let cli = match args::Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &mut streams),
    };
    match commands::run(cli, &mut streams) {
        Ok(outcome) => outcome,
        Err(error) if is_broken_pipe(&error) => Outcome::Done,
        Err(error) => {
            let paint = streams.stderr_paint(args::ColorWhen::Auto);
            let red = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Red))).bold();
            // Nothing is left to do when stderr is gone too.
            let _ = writeln!(streams.stderr, "{} {error:#}", paint.paint(red, "error:"));
            Outcome::Failed
        }
    }
}

/// Shows help and version on stdout, misuse on stderr.
fn usage(error: &clap::Error, streams: &mut Streams<'_>) -> Outcome {
    let text = error.render();
    if error.use_stderr() {
        let colored = streams.stderr_width.is_some() && !streams.no_color;
        let text = if colored { text.ansi().to_string() } else { text.to_string() };
        let _ = streams.stderr.write_all(text.as_bytes());
        Outcome::Failed
    } else {
        let colored = streams.stdout_width.is_some() && !streams.no_color;
        let text = if colored { text.ansi().to_string() } else { text.to_string() };
        let _ = streams.stdout.write_all(text.as_bytes()).and_then(|()| streams.stdout.flush());
        Outcome::Done
    }
}

/// Whether the reader of our output went away, which is its right.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}
