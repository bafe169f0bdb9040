//! One text made ready for all blocks: normalized, cut into words and tokens.
//!
//! A view is made once per statement and shared. Normalizing straightens quotes and dashes, makes
//! every run of white space one space, lower-cases on demand and puts one private character in
//! place of each masked name.

use stance_core::Span;

use crate::attributed::Attributed;
use crate::fingerprint;
use crate::mask::{self, Mask};
use crate::words::{Literal, Marks, Met, Words};

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

impl Style {
    /// What tells words of one style from those of another.
    pub(crate) fn key(self) -> u64 {
        u64::from(self.lowercase)
            | u64::from(self.expand_contractions) << 1
            | u64::from(self.mask_numbers) << 2
    }
}

/// A run of non-blank characters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    /// Bytes of the normalized text; a space stands on either side.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Its id among [`Words`].
    pub(crate) id: u32,
}

/// A run of letters, digits and `_`, or a mask.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// Bytes of the normalized text.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Its id among the pieces of [`Words`].
    pub(crate) id: u32,
    /// Fingerprint of the token's word.
    pub(crate) hash: u64,
    /// The word, where it is not what the text says.
    literal: Option<Literal>,
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
    /// For each byte of `text` the byte of the source that its character came from; kept on demand.
    origins: Option<Vec<u32>>,
    masked: Vec<Span>,
    words: Vec<Word>,
    tokens: Vec<Token>,
    attributed: Option<Attributed>,
}

impl View {
    /// A view that can tell where in its source a token stands.
    pub(crate) fn traced() -> Self {
        Self { origins: Some(Vec::new()), ..Self::default() }
    }

    /// Makes this the view of `source`, in which each of `masks`, by ascending start, is masked.
    pub(crate) fn set(
        &mut self,
        source: &str,
        masks: &[(Span, Mask)],
        style: Style,
        known: &mut Words,
    ) {
        let source = &source[..source.floor_char_boundary(MAX_TEXT)];
        self.normalize(source, masks, style);
        self.cut(style, known);
    }

    /// Says whose statement this text is; nothing for a title or the sentence before.
    pub(crate) fn set_attributed(&mut self, attributed: Option<Attributed>) {
        self.attributed = attributed;
    }

    pub(crate) fn attributed(&self) -> Option<&Attributed> {
        self.attributed.as_ref()
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
        let says = token.mask.map(Mask::name).or(token.literal.map(Literal::as_str));
        says.unwrap_or(&self.text[token.start as usize..token.end as usize])
    }

    /// The bytes of `source`, the text that this view was made of, under a range of this text;
    /// none unless the view is [traced](Self::traced).
    pub(crate) fn source_span(&self, source: &str, start: u32, end: u32) -> Option<Span> {
        let origins = self.origins.as_ref()?;
        let blank = |&at: &usize| self.text.as_bytes()[at] != b' ';
        let first = (start as usize..end as usize).find(blank)?;
        let last = (start as usize..end as usize).rfind(blank)?;
        let from = origins[first] as usize;
        let last = origins[last] as usize;
        let to = match self.masked.iter().find(|span| span.start() == last) {
            Some(span) => span.end(),
            None => last + source.get(last..)?.chars().next()?.len_utf8(),
        };
        Some(Span::new(from, to))
    }

    fn normalize(&mut self, source: &str, masks: &[(Span, Mask)], style: Style) {
        self.text.clear();
        if let Some(origins) = &mut self.origins {
            origins.clear();
        }
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
                if let Some(origins) = &mut self.origins {
                    origins.extend(offset(at)..offset(at + plain));
                }
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
        if let Some(origins) = &mut self.origins {
            origins.extend(std::iter::repeat_n(origin, character.len_utf8()));
        }
    }

    /// Cuts the text into words, and these into tokens.
    fn cut(&mut self, style: Style, known: &mut Words) {
        self.words.clear();
        self.tokens.clear();
        let mut state = State::default();
        let mut start = 1;
        while start < self.text.len() {
            let (length, hash) = fingerprint::of_first_word(&self.text.as_bytes()[start..]);
            let end = start + length;
            let Met { id, pieces, behind } = known.meet(&self.text[start..end], hash, style);
            let at = offset(start);
            self.words.push(Word { start: at, end: offset(end), id });
            for (id, piece) in (id..).zip(pieces) {
                state.pass(piece.before);
                self.tokens.push(Token {
                    start: at + piece.start,
                    end: at + piece.end,
                    id,
                    hash: piece.hash,
                    literal: piece.literal,
                    mask: piece.mask,
                    breaks: std::mem::take(&mut state.breaks),
                    quoted: state.double_quoted || state.single_quoted,
                    scope: Scope::Plain,
                });
                if piece.is_last {
                    break;
                }
            }
            state.pass(behind);
            start = end + 1;
        }
    }
}

/// What the marks passed so far mean for the next token.
#[derive(Default)]
struct State {
    breaks: bool,
    double_quoted: bool,
    single_quoted: bool,
}

impl State {
    fn pass(&mut self, marks: Marks) {
        self.breaks |= marks.breaks;
        self.double_quoted ^= marks.double;
        self.single_quoted = marks.single.unwrap_or(self.single_quoted);
    }
}

/// How many of `bytes` a normalized text holds as they are, but for case: ASCII, with no white
/// space but single spaces.
fn plain_prefix(bytes: &[u8], after_space: bool) -> usize {
    let is_plain =
        |byte: u8, before: u8| matches!(byte, b' '..=b'\x7f') && (byte != b' ' || before != b' ');
    let mut before = if after_space { b' ' } else { b'.' };
    let mut at = 0;
    // Block by block without a branch within, of which the compiler makes a few instructions.
    while let Some(block) = bytes[at..].first_chunk::<16>() {
        let mut shifted = [before; 16];
        shifted[1..].copy_from_slice(&block[..15]);
        if !block
            .iter()
            .zip(shifted)
            .fold(true, |all, (&byte, before)| all & is_plain(byte, before))
        {
            break;
        }
        before = block[15];
        at += block.len();
    }
    for &byte in &bytes[at..] {
        if !is_plain(byte, before) {
            break;
        }
        before = byte;
        at += 1;
    }
    at
}

/// A byte offset in the compact form that views keep; see [`MAX_TEXT`].
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
