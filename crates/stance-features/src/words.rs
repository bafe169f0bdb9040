//! What a word of a text is cut into, kept from statement to statement: a text consists of words
//! met before, but for a few.

use crate::fingerprint::{self, FingerprintMap};
use crate::mask::{self, Mask};
use crate::view::Style;

/// A run of non-blank characters that was met before.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// Where its tokens stand in [`Words::pieces`].
    first: u32,
    end: u32,
    /// The marks behind its last token.
    behind: Marks,
}

/// A token as it lies in its word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    /// Bytes of the word.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Fingerprint of what it says.
    pub(crate) hash: u64,
    /// What it says, where that is not what stands there.
    pub(crate) literal: Option<Literal>,
    pub(crate) mask: Option<Mask>,
    /// The marks between the token before and this one.
    pub(crate) before: Marks,
}

/// A word that a token says though it does not stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Literal {
    Can,
    Will,
    Shall,
    Not,
    Number,
}

impl Literal {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Can => "can",
            Self::Will => "will",
            Self::Shall => "shall",
            Self::Not => "not",
            Self::Number => "<num>",
        }
    }
}

/// What a run of punctuation does to the tokens behind it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks {
    /// A comma, stop, colon, dash or bracket stands there.
    pub(crate) breaks: bool,
    /// A double quotation begins that did not go on, or ends.
    pub(crate) double: bool,
    /// A single quotation begins or ends.
    pub(crate) single: Option<bool>,
}

/// The words met so far; a word's id, and a piece's, is its place.
#[derive(Debug, Default)]
pub(crate) struct Words {
    ids: FingerprintMap<u32>,
    known: Vec<Known>,
    pieces: Vec<Piece>,
}

impl Words {
    /// How many pieces there are: what else is kept of words grows likewise.
    pub(crate) fn len(&self) -> usize {
        self.pieces.len().max(self.known.len())
    }

    /// The id of the word `text`, which holds no blank and is of fingerprint `hash`.
    pub(crate) fn id(&mut self, text: &str, hash: u64, style: Style) -> u32 {
        let hash = hash ^ style.key();
        match self.ids.get(&hash) {
            Some(&id) => id,
            None => self.learn(text, hash, style),
        }
    }

    /// The pieces of a word with the id of the first, and the marks behind them.
    pub(crate) fn pieces(&self, word: u32) -> (u32, &[Piece], Marks) {
        let Known { first, end, behind } = self.known[word as usize];
        (first, &self.pieces[first as usize..end as usize], behind)
    }

    fn learn(&mut self, text: &str, hash: u64, style: Style) -> u32 {
        let id = count(self.known.len());
        let first = count(self.pieces.len());
        let marks = Marks::default();
        let mut cutter = Cutter { text, style, pieces: &mut self.pieces, marks, consumed: 0 };
        cutter.cut();
        let behind = cutter.marks;
        self.known.push(Known { first, end: count(self.pieces.len()), behind });
        self.ids.insert(hash, id);
        id
    }
}

/// Cuts one word.
struct Cutter<'w> {
    text: &'w str,
    style: Style,
    pieces: &'w mut Vec<Piece>,
    /// The marks since the last token.
    marks: Marks,
    /// End of a "'t" that is already part of a token.
    consumed: usize,
}

impl Cutter<'_> {
    fn cut(&mut self) {
        let mut at = 0;
        while at < self.text.len() {
            let end = token_end(self.text, at);
            if end > at {
                self.token(at, end);
                at = end;
            } else if let Some(character) = self.text[at..].chars().next() {
                self.mark(at, character);
                at += character.len_utf8();
            }
        }
    }

    fn token(&mut self, start: usize, end: usize) {
        if start < self.consumed {
            return;
        }
        let word = &self.text[start..end];
        if self.style.expand_contractions {
            let after = &self.text[end..];
            let is_contracted = after.starts_with("'t")
                && !after[2..].starts_with(|next: char| next.is_alphanumeric() || next == '_');
            if is_contracted && let Some(stem) = word.strip_suffix('n').filter(|s| !s.is_empty()) {
                let literal = match stem {
                    "ca" => Some(Literal::Can),
                    "wo" => Some(Literal::Will),
                    "sha" => Some(Literal::Shall),
                    _ => None,
                };
                self.push(start, end - 1, literal);
                self.push(end - 1, end + 2, Some(Literal::Not));
                self.consumed = end + 2;
                return;
            }
            if word == "cannot" {
                self.push(start, start + 3, None);
                self.push(start + 3, end, None);
                return;
            }
        }
        let is_number = self.style.mask_numbers && word.bytes().all(|byte| byte.is_ascii_digit());
        self.push(start, end, is_number.then_some(Literal::Number));
    }

    fn mark(&mut self, at: usize, character: char) {
        let is_first = at == 0;
        let next = self.text[at + character.len_utf8()..].chars().next().unwrap_or(' ');
        let marks = &mut self.marks;
        match character {
            _ if mask::is_reserved(character) => self.push(at, at + character.len_utf8(), None),
            '"' => marks.double = !marks.double,
            '\'' if is_first && next != ' ' => marks.single = Some(true),
            '\'' if !is_first && !next.is_alphanumeric() => marks.single = Some(false),
            '.' | ',' => marks.breaks |= !next.is_ascii_digit(),
            ';' | ':' | '!' | '?' | '(' | ')' => marks.breaks = true,
            '-' if is_first && next == ' ' => marks.breaks = true,
            _ => {}
        }
    }

    fn push(&mut self, start: usize, end: usize, literal: Option<Literal>) {
        let word = &self.text[start..end];
        let mask = word.chars().next().and_then(Mask::from_char);
        let says = mask.map(Mask::name).or(literal.map(Literal::as_str)).unwrap_or(word);
        self.pieces.push(Piece {
            start: count(start),
            end: count(end),
            hash: fingerprint::of_bytes(says.as_bytes()),
            literal,
            mask,
            before: std::mem::take(&mut self.marks),
        });
    }
}

/// Where the run of letters, digits and `_` that begins at `start` ends; `start` if none does.
fn token_end(text: &str, start: usize) -> usize {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    text[start..].find(|c| !is_part(c)).map_or(text.len(), |length| start + length)
}

/// An offset in, or a count of things of, texts that [`View`](crate::view::View) keeps short.
fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
