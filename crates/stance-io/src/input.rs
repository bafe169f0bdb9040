//! Bytes in: decompression, a look at the head, lines and whole documents in bounded memory.

use std::io::{self, BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;

use crate::encoding::{Legacy, StreamEncoding, TextEncoding, Transcoder, of_stream};
use crate::format::Compression;
use crate::reject::MAX_RAW_BYTES;

/// Where bytes come from.
pub(crate) type Stream<'a> = Box<dyn Read + Send + 'a>;

/// Undoes `compression`.
pub(crate) fn decompressed<'a>(
    reader: impl Read + Send + 'a,
    compression: Compression,
) -> Stream<'a> {
    match compression {
        Compression::None => Box::new(reader),
        Compression::Gzip => Box::new(MultiGzDecoder::new(BufReader::new(reader))),
        Compression::Zstd => match zstd::Decoder::new(reader) {
            Ok(decoder) => Box::new(decoder),
            Err(error) => Box::new(Failing(Some(error))),
        },
    }
}

struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// A stream of rows in UTF-8, its byte order mark skipped, its encoding recognized by its head.
pub(crate) fn unicode(
    mut stream: Stream<'_>,
    named: Option<TextEncoding>,
    legacy: Legacy,
) -> Stream<'_> {
    const HEAD: u64 = 256 * 1024;
    let mut head = Vec::new();
    let failure = stream.by_ref().take(HEAD).read_to_end(&mut head).err();
    let encoding = of_stream(&head, named, legacy);
    // What was read before a failure still counts; the failure comes after it.
    let rest = Failing(failure).chain(stream);
    match encoding {
        StreamEncoding::Utf8(mark) => {
            head.drain(..mark);
            Box::new(io::Cursor::new(head).chain(rest))
        }
        StreamEncoding::Other(encoding) => {
            Box::new(Transcoder::new(io::Cursor::new(head).chain(rest), encoding))
        }
    }
}

/// A whole document, or that it is too long.
pub(crate) enum Whole {
    /// All of it.
    Read(Vec<u8>),
    /// It is longer than the limit; its first bytes.
    TooLong(Vec<u8>),
    /// Reading failed after these bytes.
    Failed(Vec<u8>, io::Error),
}

/// Reads all of `stream` up to `limit` bytes.
pub(crate) fn read_whole(stream: Stream<'_>, limit: usize) -> Whole {
    let mut bytes = Vec::new();
    match stream.take(limit as u64 + 1).read_to_end(&mut bytes) {
        Err(error) => Whole::Failed(bytes, error),
        Ok(_) if bytes.len() > limit => {
            bytes.truncate(MAX_RAW_BYTES);
            Whole::TooLong(bytes)
        }
        Ok(_) => Whole::Read(bytes),
    }
}

/// Lines of a stream, one at a time in one buffer that never holds more than `limit` bytes.
pub(crate) struct Lines<'a> {
    reader: BufReader<Stream<'a>>,
    buffer: Vec<u8>,
    is_too_long: bool,
    number: u64,
    limit: usize,
}

/// One line without its end.
pub(crate) enum Line<'b> {
    /// All of it.
    Whole(&'b [u8]),
    /// It is longer than the limit; its first bytes.
    TooLong(&'b [u8]),
}

const BUFFER: usize = 128 * 1024;

impl<'a> Lines<'a> {
    pub(crate) fn new(stream: Stream<'a>, limit: usize) -> Self {
        let reader = BufReader::with_capacity(BUFFER, stream);
        Self { reader, buffer: Vec::new(), is_too_long: false, number: 0, limit }
    }

    /// Number of the line read last, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Moves on to the next line; `false` at the end.
    ///
    /// # Errors
    /// When reading fails; the line that it broke off in is dropped.
    pub(crate) fn advance(&mut self) -> io::Result<bool> {
        self.buffer.clear();
        self.buffer.shrink_to(4 * BUFFER);
        self.number += 1;
        // One byte more than the limit for the line's end.
        let allowed = self.limit as u64 + 1;
        if self.reader.by_ref().take(allowed).read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(false);
        }
        self.is_too_long = self.buffer.last() != Some(&b'\n') && self.buffer.len() > self.limit;
        if self.is_too_long {
            self.buffer.truncate(MAX_RAW_BYTES);
            self.reader.skip_until(b'\n')?;
        }
        Ok(true)
    }

    /// The line that was moved to last.
    pub(crate) fn current(&self) -> Line<'_> {
        if self.is_too_long {
            return Line::TooLong(&self.buffer);
        }
        let line = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
        Line::Whole(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_over_the_limit_is_skipped_without_being_held() {
        // given: a line of 200 MB between two short ones
        let long = io::repeat(b'x').take(200_000_000);
        let stream = b"first\r\n".chain(long).chain(&b"\nlast"[..]);
        let mut lines = Lines::new(Box::new(stream), 1 << 20);
        // when: the lines are read one after another
        let mut seen = Vec::new();
        let mut peak = 0;
        while lines.advance().expect("memory does not fail") {
            seen.push(match lines.current() {
                Line::Whole(line) => String::from_utf8_lossy(line).into_owned(),
                Line::TooLong(start) => format!("too long: {}", start.len()),
            });
            peak = peak.max(lines.buffer.capacity());
        }
        // then: the long one is named, the others are there, and the buffer stayed small
        assert_eq!(seen, ["first", "too long: 65536", "last"]);
        assert!(peak <= 3 << 20, "buffer grew to {peak} bytes");
    }

    #[test]
    fn a_line_of_exactly_the_limit_is_whole() {
        let mut lines = Lines::new(Box::new(&b"12345\n123456\n"[..]), 5);
        assert!(lines.advance().is_ok_and(|more| more));
        assert!(matches!(lines.current(), Line::Whole(b"12345")));
        assert!(lines.advance().is_ok_and(|more| more));
        assert!(matches!(lines.current(), Line::TooLong(b"123456")));
        assert!(lines.advance().is_ok_and(|more| !more));
    }
}
