//! Where a run reads and writes, so that tests can run the whole command in process.

use std::io::{self, IsTerminal, Read, Write};

use anstyle::Style;

use crate::args::ColorWhen;

/// The three streams of a run, and what is known of the terminals behind them.
pub struct Streams<'a> {
    /// Where `-` reads from.
    pub stdin: Box<dyn Read + Send + 'a>,
    /// Results.
    pub stdout: Box<dyn Write + Send + 'a>,
    /// Everything else.
    pub stderr: Box<dyn Write + Send + 'a>,
    /// Whether a person would have to type the input.
    pub stdin_is_terminal: bool,
    /// Width of the terminal that shows results, in columns; `None` when there is none.
    pub stdout_width: Option<u16>,
    /// Width of the terminal that shows messages, in columns; `None` when there is none.
    pub stderr_width: Option<u16>,
    /// Whether the environment asks for no color (`NO_COLOR` set and not empty).
    pub no_color: bool,
}

impl Streams<'_> {
    /// The streams of this process.
    #[must_use]
    pub fn of_process() -> Streams<'static> {
        let width = |is_terminal: bool| {
            is_terminal.then(|| terminal_size::terminal_size().map_or(80, |(width, _)| width.0))
        };
        Streams {
            stdin: Box::new(io::stdin()),
            stdout: Box::new(io::stdout()),
            stderr: Box::new(io::stderr()),
            stdin_is_terminal: io::stdin().is_terminal(),
            stdout_width: width(io::stdout().is_terminal()),
            stderr_width: width(io::stderr().is_terminal()),
            no_color: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
        }
    }

    /// How to paint results.
    pub(crate) fn stdout_paint(&self, when: ColorWhen) -> Paint {
        Paint::new(when, self.stdout_width.is_some(), self.no_color)
    }

    /// How to paint messages.
    pub(crate) fn stderr_paint(&self, when: ColorWhen) -> Paint {
        Paint::new(when, self.stderr_width.is_some(), self.no_color)
    }
}

/// Whether text gets color.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    color: bool,
}

impl Paint {
    fn new(when: ColorWhen, terminal: bool, no_color: bool) -> Self {
        let color = match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => terminal && !no_color,
        };
        Self { color }
    }

    /// No color at all.
    pub(crate) fn none() -> Self {
        Self { color: false }
    }

    /// `text` in `style`, or as it is.
    pub(crate) fn paint(self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}
