use std::borrow::Cow;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    CoderResult, Decoder, Encoding, ISO_8859_5, KOI8_R, KOI8_U, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257,
};

use crate::reject::RejectReason;

/// A text encoding that the caller names; without one it is recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextEncoding(&'static Encoding);

impl TextEncoding {
    /// The encoding of this label of the WHATWG Encoding Standard, such as `windows-1251`.
    ///
    /// # Examples
    /// ```
    /// use stance_io::TextEncoding;
    /// assert_eq!(TextEncoding::of_label("cp1251").map(|e| e.name()), Some("windows-1251"));
    /// assert_eq!(TextEncoding::of_label("klingon"), None);
    /// ```
    #[must_use]
    pub fn of_label(label: &str) -> Option<Self> {
        Encoding::for_label(label.as_bytes()).map(Self)
    }

    /// The standard's name of it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

/// The legacy encodings that are guessed; others must be named.
const GUESSED: [&Encoding; 8] = [
    WINDOWS_1251,
    WINDOWS_1252,
    WINDOWS_1250,
    WINDOWS_1254,
    WINDOWS_1257,
    KOI8_R,
    KOI8_U,
    ISO_8859_5,
];

/// Decodes a whole document: as `named`, else by byte order mark, as UTF-16 by its zeros, as UTF-8,
/// as `declared` within the document, or as a legacy encoding that gives plausible text.
pub(crate) fn decode(
    bytes: &[u8],
    named: Option<TextEncoding>,
    declared: Option<&'static Encoding>,
) -> Result<String, RejectReason> {
    if let Some(TextEncoding(encoding)) = named {
        let (text, _, malformed) = encoding.decode(bytes);
        let refusal = RejectReason::NotEncoded { expected: encoding.name() };
        return if malformed { Err(refusal) } else { Ok(text.into_owned()) };
    }
    let (encoding, mark) = marked(bytes);
    let rest = &bytes[mark..];
    if let Some(encoding) = encoding.filter(|&e| e != UTF_8) {
        let text = encoding.decode_without_bom_handling_and_without_replacement(rest);
        return Ok(text.ok_or(RejectReason::NotEncoded { expected: encoding.name() })?.into());
    }
    if let Some(found) = binary(rest) {
        return Err(RejectReason::Binary { found });
    }
    match std::str::from_utf8(rest) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let refusal = RejectReason::Encoding { at: mark + error.valid_up_to() };
            let declared = declared.filter(|e| GUESSED.contains(e)).and_then(|e| plain(e, rest));
            declared.or_else(|| guessed(rest).and_then(|e| plain(e, rest))).ok_or(refusal)
        }
    }
}

fn plain(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned)
}

/// The encoding that a byte order mark or the zeros of UTF-16 show, and the mark's length.
fn marked(bytes: &[u8]) -> (Option<&'static Encoding>, usize) {
    match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (Some(encoding), length),
        None => (zeros_of_utf16(bytes), 0),
    }
}

/// UTF-16 without a mark: text of Latin letters has a zero in nearly every second byte, and so has
/// at least every space and stop of other scripts.
fn zeros_of_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096) & !1];
    let mut zeros = [0_usize; 2];
    for pair in head.chunks_exact(2) {
        zeros[0] += usize::from(pair[0] == 0 && pair[1] != 0);
        zeros[1] += usize::from(pair[1] == 0 && pair[0] != 0);
    }
    let encoding = match zeros {
        [0, low] if low * 20 >= head.len() && low > 0 => UTF_16LE,
        [high, 0] if high * 20 >= head.len() && high > 0 => UTF_16BE,
        _ => return None,
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(head)?;
    let is_text = text.chars().all(|c| !c.is_control() || c.is_whitespace());
    (is_text && magic(bytes).is_none()).then_some(encoding)
}

/// What kind of binary data `bytes` are, if they are not text in an encoding of single bytes.
pub(crate) fn binary(bytes: &[u8]) -> Option<&'static str> {
    if let Some(name) = magic(bytes) {
        return Some(name);
    }
    let head = &bytes[..bytes.len().min(64 * 1024)];
    if bytes.contains(&0) {
        return Some("it has zero bytes");
    }
    let control = |&&b: &&u8| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    let controls = head.iter().filter(control).count();
    (controls * 20 > head.len()).then_some("mostly control characters")
}

/// The kind of file that the first bytes are known by.
fn magic(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 9] = [
        (b"%PDF-", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive or office document"),
        (b"\x89PNG", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"\x1f\x8b", "gzip-compressed, name it .gz"),
        (b"\x28\xb5\x2f\xfd", "Zstandard-compressed, name it .zst"),
        (b"PAR1", "Parquet, name it .parquet"),
        (b"\x7fELF", "a program"),
        (b"\xd0\xcf\x11\xe0", "an office document"),
    ];
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name)
}

/// The legacy encoding of `bytes`, which are not UTF-8, or `None` when none gives plausible text.
fn guessed(bytes: &[u8]) -> Option<&'static Encoding> {
    if is_damaged_utf8(bytes) {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let text = GUESSED.contains(&encoding).then(|| plain(encoding, bytes)).flatten()?;
    is_plausible(&text).then_some(encoding)
}

/// Whether more bytes above ASCII form UTF-8 characters than do not: a legacy encoding has hardly
/// any that do.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    good > bad
}

/// Whether at least three quarters of the characters above ASCII stand where such characters do:
/// letters beside letters of their script, and typographic signs.
fn is_plausible(text: &str) -> bool {
    let mut seen = (0_usize, 0_usize);
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        if !c.is_ascii() {
            let beside = [before, letters.peek().copied()];
            seen.0 += usize::from(fits(c, beside));
            seen.1 += 1;
        }
        before = Some(c);
    }
    seen.0 * 4 >= seen.1 * 3
}

fn fits(c: char, beside: [Option<char>; 2]) -> bool {
    if !c.is_alphabetic() {
        return "’‘“”„«»‹›–—…·•°§№€£™©® \u{ad}".contains(c) || c == '\u{a0}';
    }
    let is_cyrillic = |c: char| ('\u{400}'..='\u{52f}').contains(&c);
    let neighbors = beside.into_iter().flatten().filter(|n| n.is_alphabetic());
    let (mut any, mut same) = (false, true);
    for neighbor in neighbors {
        any = true;
        same &= is_cyrillic(neighbor) == is_cyrillic(c);
    }
    // Words of one letter are common in Cyrillic ("и", "в", "я") and in French ("à").
    same && c != 'ÿ' && (any || is_cyrillic(c) || matches!(c, 'à' | 'À' | 'é' | 'É'))
}

/// The start of a stream of rows, decoded as far as it goes.
pub(crate) fn decode_head(head: &[u8]) -> Cow<'_, str> {
    let (encoding, mark) = marked(head);
    encoding.unwrap_or(UTF_8).decode_without_bom_handling(&head[mark..]).0
}

/// What a stream of rows is written in, by its first bytes.
pub(crate) enum StreamEncoding {
    /// UTF-8 after a mark of this many bytes; rows that are not valid are refused one by one.
    Utf8(usize),
    /// Another encoding.
    Other(&'static Encoding),
}

/// Whether legacy encodings are guessed in a stream of rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Legacy {
    /// They are.
    Guessed,
    /// They are not: the format is always in Unicode.
    Excluded,
}

/// Recognizes the encoding of a stream by its `head`.
pub(crate) fn of_stream(
    head: &[u8],
    named: Option<TextEncoding>,
    legacy: Legacy,
) -> StreamEncoding {
    if let Some(TextEncoding(encoding)) = named.filter(|n| n.0 != UTF_8) {
        return StreamEncoding::Other(encoding);
    }
    let (encoding, mark) = marked(head);
    if let Some(encoding) = encoding.filter(|&e| e != UTF_8) {
        return StreamEncoding::Other(encoding);
    }
    let is_invalid = std::str::from_utf8(head).is_err_and(|e| e.error_len().is_some());
    let may_guess = is_invalid && named.is_none() && legacy == Legacy::Guessed;
    let guess = if may_guess { guessed(head) } else { None };
    guess.map_or(StreamEncoding::Utf8(mark), StreamEncoding::Other)
}

/// A stream turned into UTF-8; what is malformed becomes U+FFFD.
pub(crate) struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    used: usize,
    output: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Transcoder<R> {
    pub(crate) fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        let (input, output) = (Vec::new(), Vec::new());
        Self { inner, decoder, input, used: 0, output, given: 0, ended: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        const CHUNK: usize = 32 * 1024;
        if self.used == self.input.len() {
            self.input.resize(CHUNK, 0);
            let count = self.inner.read(&mut self.input)?;
            self.input.truncate(count);
            self.used = 0;
            self.ended = count == 0;
        }
        self.output.resize(4 * CHUNK, 0);
        let rest = &self.input[self.used..];
        let (result, read, written, _) =
            self.decoder.decode_to_utf8(rest, &mut self.output, self.ended);
        self.ended &= result == CoderResult::InputEmpty;
        self.used += read;
        self.output.truncate(written);
        self.given = 0;
        Ok(())
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() && !self.ended {
            self.refill()?;
        }
        let rest = &self.output[self.given..];
        let count = rest.len().min(out.len());
        out[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}
