//! One text made ready for all blocks: normalized, cut into words and tokens.
//!
//! A view is made once per statement and shared. Normalizing straightens quotes and dashes, makes
//! every run of white space one space, lower-cases on demand and puts one private character in
//! place of each masked name.

use stance_core::Span;

use crate::fingerprint;
use crate::mask::{self, Mask};

/// Of a longer text only the beginning is read: no offset or count then outgrows 32 bits.
const MAX_TEXT: usize = 16 << 20;

/// How the letters of a text are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Style {
    pub(crate) lowercase: bool,
    pub(crate) expand_contractions: bool,
    /// Whether a number is the token `<num>`.
    pub(crate) mask_numbers: bool,
}

/// A run of non-blank characters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    /// Bytes of the normalized text; a space stands on either side.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Fingerprint of the bytes.
    pub(crate) hash: u64,
}

/// A run of letters, digits and `_`, or a mask.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// Bytes of the normalized text.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Fingerprint of the token's word.
    pub(crate) hash: u64,
    /// The word, where it is not what the text says ("not" for "n't", a mask's name, `<num>`).
    literal: Option<&'static str>,
    pub(crate) mask: Option<Mask>,
    /// A comma, stop, colon, dash or bracket stands before it.
    pub(crate) breaks: bool,
    /// Stands between quotation marks.
    pub(crate) quoted: bool,
    /// Set by [`crate::scope`].
    pub(crate) scope: Scope,
}

/// What rules a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// Neither negator nor modal.
    Plain,
    /// A modal: possible, wished or due.
    Modal,
    /// A negator, with or without a modal.
    Negated,
}

/// A normalized text with its words and tokens; reused from statement to statement.
#[derive(Debug, Default)]
pub(crate) struct View {
    text: String,
    /// For each byte of `text` the byte of the source that its character came from.
    origins: Vec<u32>,
    masked: Vec<Span>,
    words: Vec<Word>,
    tokens: Vec<Token>,
}

impl View {
    /// Makes this the view of `source`, in which each of `masks`, by ascending start, is masked.
    pub(crate) fn set(&mut self, source: &str, masks: &[(Span, Mask)], style: Style) {
        let source = &source[..source.floor_char_boundary(MAX_TEXT)];
        self.normalize(source, masks, style);
        self.words.clear();
        self.cut_tokens(style);
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn words(&self) -> &[Word] {
        &self.words
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(crate) fn tokens_mut(&mut self) -> &mut [Token] {
        &mut self.tokens
    }

    /// The word of `token` as shown to people.
    pub(crate) fn word_of(&self, token: &Token) -> &str {
        token.literal.unwrap_or(&self.text[token.start as usize..token.end as usize])
    }

    /// The bytes of `source`, the text that this view was made of, under a range of this text.
    pub(crate) fn source_span(&self, source: &str, start: u32, end: u32) -> Option<Span> {
        let blank = |&at: &usize| self.text.as_bytes()[at] != b' ';
        let first = (start as usize..end as usize).find(blank)?;
        let last = (start as usize..end as usize).rfind(blank)?;
        let from = self.origins[first] as usize;
        let last = self.origins[last] as usize;
        let to = match self.masked.iter().find(|span| span.start() == last) {
            Some(span) => span.end(),
            None => last + source.get(last..)?.chars().next()?.len_utf8(),
        };
        Some(Span::new(from, to))
    }

    fn normalize(&mut self, source: &str, masks: &[(Span, Mask)], style: Style) {
        self.text.clear();
        self.origins.clear();
        self.masked.clear();
        self.masked.extend(masks.iter().map(|&(span, _)| span));
        self.push(' ', 0);
        let mut at = 0;
        for &(span, mask) in masks {
            let start = span.start();
            let stands = start < source.len() && source.is_char_boundary(start);
            if start >= at && stands && !span.is_empty() {
                self.push_run(source, at, start, style.lowercase);
                self.push(mask.as_char(), offset(start));
                at = source.ceil_char_boundary(span.end());
            }
        }
        self.push_run(source, at, source.len(), style.lowercase);
        self.push_space(offset(source.len()));
    }

    /// Pushes the bytes `start..end` of `source`, in which nothing is masked.
    fn push_run(&mut self, source: &str, start: usize, end: usize, lowercase: bool) {
        let mut at = start;
        while at < end {
            let plain = plain_prefix(&source.as_bytes()[at..end], self.text.ends_with(' '));
            if plain > 0 {
                let first = self.text.len();
                self.text.push_str(&source[at..at + plain]);
                self.origins.extend(offset(at)..offset(at + plain));
                if lowercase {
                    self.text[first..].make_ascii_lowercase();
                }
                at += plain;
            }
            // What ends a plain run is pushed by itself.
            if let Some(character) = source[at..end].chars().next() {
                self.push_normalized(character, offset(at), lowercase);
                at += character.len_utf8();
            }
        }
    }

    fn push_normalized(&mut self, character: char, origin: u32, lowercase: bool) {
        match character {
            '\t'..='\r' | ' ' => self.push_space(origin),
            'A'..='Z' if lowercase => self.push(character.to_ascii_lowercase(), origin),
            '\0'..='\x7f' => self.push(character, origin),
            '\u{2018}' | '\u{2019}' => self.push('\'', origin),
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '«' | '»' => self.push('"', origin),
            '\u{2013}' => self.push('-', origin),
            '\u{2014}' => {
                self.push_space(origin);
                self.push('-', origin);
                self.push_space(origin);
            }
            _ if character.is_whitespace() || mask::is_reserved(character) => {
                self.push_space(origin);
            }
            _ if lowercase => character.to_lowercase().for_each(|lower| self.push(lower, origin)),
            _ => self.push(character, origin),
        }
    }

    fn push_space(&mut self, origin: u32) {
        if !self.text.ends_with(' ') {
            self.push(' ', origin);
        }
    }

    fn push(&mut self, character: char, origin: u32) {
        self.text.push(character);
        self.origins.extend(std::iter::repeat_n(origin, character.len_utf8()));
    }

    /// Cuts the text into [`words`](Self::words), of which there are none before.
    pub(crate) fn cut_words(&mut self) {
        let mut start = 1;
        for (at, byte) in self.text.bytes().enumerate().skip(1) {
            if byte == b' ' {
                let hash = fingerprint::of_bytes(&self.text.as_bytes()[start..at]);
                self.words.push(Word { start: offset(start), end: offset(at), hash });
                start = at + 1;
            }
        }
    }

    fn cut_tokens(&mut self, style: Style) {
        self.tokens.clear();
        let mut cutter =
            Cutter { text: &self.text, style, tokens: &mut self.tokens, state: State::default() };
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let end = word_end(&self.text, at);
            if end > at {
                cutter.token(at, end);
                at = end;
                continue;
            }
            if bytes[at] == b' ' {
                at += 1;
                continue;
            }
            let character = self.text[at..].chars().next().unwrap_or(' ');
            cutter.mark(at, character);
            at += character.len_utf8();
        }
    }
}

/// How many of `bytes` a normalized text holds as they are, but for case: ASCII, with no white
/// space but single spaces.
fn plain_prefix(bytes: &[u8], mut after_space: bool) -> usize {
    for (at, &byte) in bytes.iter().enumerate() {
        let is_space = byte == b' ';
        if !matches!(byte, b' '..=b'\x7f') || (is_space && after_space) {
            return at;
        }
        after_space = is_space;
    }
    bytes.len()
}

/// Where the run of letters, digits and `_` that begins at `start` ends; `start` if none does.
fn word_end(text: &str, start: usize) -> usize {
    let mut end = start;
    loop {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        end += text.as_bytes()[end..].iter().take_while(|byte| is_word(byte)).count();
        // Most words end before ASCII: no need to decode characters.
        match text[end..].chars().next() {
            Some(next) if !next.is_ascii() && next.is_alphanumeric() => end += next.len_utf8(),
            _ => return end,
        }
    }
}

/// What the marks passed so far mean for the next token.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    breaks: bool,
    double_quoted: bool,
    single_quoted: bool,
    /// End of a "'t" that is already part of a token.
    consumed: usize,
}

struct Cutter<'v> {
    text: &'v str,
    style: Style,
    tokens: &'v mut Vec<Token>,
    state: State,
}

impl Cutter<'_> {
    fn token(&mut self, start: usize, end: usize) {
        if start < self.state.consumed {
            return;
        }
        let word = &self.text[start..end];
        if self.style.expand_contractions {
            let after = &self.text[end..];
            let is_contracted = after.starts_with("'t")
                && !after[2..].starts_with(|next: char| next.is_alphanumeric() || next == '_');
            if is_contracted && let Some(stem) = word.strip_suffix('n').filter(|s| !s.is_empty()) {
                let literal = match stem {
                    "ca" => Some("can"),
                    "wo" => Some("will"),
                    "sha" => Some("shall"),
                    _ => None,
                };
                self.push(start, end - 1, literal);
                self.push(end - 1, end + 2, Some("not"));
                self.state.consumed = end + 2;
                return;
            }
            if word == "cannot" {
                self.push(start, start + 3, None);
                self.push(start + 3, end, None);
                return;
            }
        }
        let is_number = self.style.mask_numbers && word.bytes().all(|byte| byte.is_ascii_digit());
        self.push(start, end, is_number.then_some("<num>"));
    }

    fn mark(&mut self, at: usize, character: char) {
        let follows_space = self.text[..at].ends_with(' ');
        let next = self.text[at + character.len_utf8()..].chars().next().unwrap_or(' ');
        match character {
            _ if mask::is_reserved(character) => {
                self.push(at, at + character.len_utf8(), None);
            }
            '"' => self.state.double_quoted = !self.state.double_quoted,
            '\'' if follows_space && next != ' ' => self.state.single_quoted = true,
            '\'' if !follows_space && !next.is_alphanumeric() => self.state.single_quoted = false,
            '.' | ',' => self.state.breaks |= !next.is_ascii_digit(),
            ';' | ':' | '!' | '?' | '(' | ')' => self.state.breaks = true,
            '-' if follows_space && next == ' ' => self.state.breaks = true,
            _ => {}
        }
    }

    fn push(&mut self, start: usize, end: usize, literal: Option<&'static str>) {
        let word = &self.text[start..end];
        let mask = word.chars().next().and_then(Mask::from_char);
        let literal = mask.map(Mask::name).or(literal);
        self.tokens.push(Token {
            start: offset(start),
            end: offset(end),
            hash: fingerprint::of_bytes(literal.unwrap_or(word).as_bytes()),
            literal,
            mask,
            breaks: std::mem::take(&mut self.state.breaks),
            quoted: self.state.double_quoted || self.state.single_quoted,
            scope: Scope::Plain,
        });
    }
}

/// A byte offset in the compact form that views keep; see [`MAX_TEXT`].
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
