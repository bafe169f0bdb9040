use std::io::{self, BufRead};

use super::{Fault, ImportError};

/// A longer row is refused: a hostile file cannot fill the memory.
pub(super) const MAX_ROW: usize = 4 << 20;

/// Why no row came: reading failed, or the row of a line is at fault.
#[derive(Debug)]
pub(super) enum Stop {
    Io(io::Error),
    Row { line: usize, fault: Fault },
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Stop {
    /// The error, told of `file`.
    pub(super) fn in_file(self, file: &str) -> ImportError {
        let file = file.to_owned();
        match self {
            Self::Io(cause) => ImportError::Read { file, cause },
            Self::Row { line, fault } => ImportError::Row { file, line, fault },
        }
    }
}

/// The lines of a stream in bounded memory, blank ones left out.
pub(super) struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    line: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), line: 0 }
    }

    /// The next line that is not blank, with its number.
    pub(super) fn read(&mut self) -> Result<Option<(usize, &str)>, Stop> {
        loop {
            self.buffer.clear();
            if !self.fill()? {
                return Ok(None);
            }
            self.line += 1;
            if self.buffer.len() > MAX_ROW {
                let fault = Fault::TooLong { limit: MAX_ROW };
                return Err(Stop::Row { line: self.line, fault });
            }
            if !self.buffer.trim_ascii().is_empty() {
                break;
            }
        }
        let line = self.line;
        let invalid = |error: std::str::Utf8Error| {
            let fault = Fault::Utf8 { at: error.valid_up_to() };
            Stop::Row { line, fault }
        };
        std::str::from_utf8(&self.buffer).map(|text| Some((line, text))).map_err(invalid)
    }

    /// Takes a line into the buffer, up to one byte more than the limit; `false` at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let mut any = false;
        loop {
            let input = self.input.fill_buf()?;
            if input.is_empty() {
                return Ok(any);
            }
            any = true;
            let end = input.iter().position(|&byte| byte == b'\n');
            let part = &input[..end.unwrap_or(input.len())];
            let room = (MAX_ROW + 1).saturating_sub(self.buffer.len());
            self.buffer.extend_from_slice(&part[..part.len().min(room)]);
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() || self.buffer.len() > MAX_ROW {
                return Ok(true);
            }
        }
    }
}
