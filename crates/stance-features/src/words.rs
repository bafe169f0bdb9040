//! What a word of a text is cut into, kept from statement to statement: a text consists of words
//! met before, but for a few.

use crate::fingerprint;
use crate::mask::{self, Mask};
use crate::view::Style;

/// A run of non-blank characters that was met before.
#[derive(Clone, Copy, Debug)]
struct Known {
    hash: u64,
    /// Where its tokens stand in [`Words::pieces`].
    first: u32,
    /// The marks behind its last token.
    behind: Marks,
    /// Whether it holds no token.
    is_bare: bool,
}

/// A token as it lies in its word.
#[derive(Clone, Copy, Debug, Default)]
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
    /// Whether it is the last of its word.
    pub(crate) is_last: bool,
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

/// The words met so far; a piece's id is its place, and a word's that of its first piece.
///
/// What is kept of each stands in the order of meeting, in which the words that come most often
/// stand close together in front.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// By the hash of a word one past its place in `known`, with open addressing and linear probing;
    /// 0 where free.
    slots: Vec<u32>,
    known: Vec<Known>,
    pieces: Vec<Piece>,
}

/// A word that was met before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Met<'w> {
    pub(crate) id: u32,
    /// Its pieces, and those of other words behind the one that is its last.
    pub(crate) pieces: &'w [Piece],
    /// The marks behind its last piece.
    pub(crate) behind: Marks,
}

impl Words {
    /// How many ids there are: what else is kept of words grows likewise.
    pub(crate) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// The word `text`, which holds no blank and is of fingerprint `hash`.
    pub(crate) fn meet(&mut self, text: &str, hash: u64, style: Style) -> Met<'_> {
        let hash = hash ^ style.key();
        let known = match self.find(hash) {
            (_, Some(known)) => known,
            (slot, None) => self.learn(text, hash, style, slot),
        };
        let Known { first, behind, is_bare, .. } = known;
        let pieces = if is_bare { &[] } else { &self.pieces[first as usize..] };
        Met { id: first, pieces, behind }
    }

    /// The slot of the word of that hash, or the free one that it would get, and what it holds.
    fn find(&self, hash: u64) -> (usize, Option<Known>) {
        let mut slot = fingerprint::highest(hash, self.slots.len());
        while let Some(place) = self.slots.get(slot).and_then(|place| place.checked_sub(1)) {
            let known = self.known[place as usize];
            if known.hash == hash {
                return (slot, Some(known));
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        (slot, None)
    }

    fn learn(&mut self, text: &str, hash: u64, style: Style, mut slot: usize) -> Known {
        let first = count(self.pieces.len());
        let marks = Marks::default();
        let mut cutter = Cutter { text, style, pieces: &mut self.pieces, marks, consumed: 0 };
        cutter.cut();
        let behind = cutter.marks;
        let is_bare = self.pieces.len() == first as usize;
        if is_bare {
            // Nobody's piece, which keeps the id for the word.
            self.pieces.push(Piece::default());
        } else if let Some(last) = self.pieces.last_mut() {
            last.is_last = true;
        }
        // Half of the slots stay free.
        if self.known.len() * 2 >= self.slots.len() {
            self.grow();
            (slot, _) = self.find(hash);
        }
        let known = Known { hash, first, behind, is_bare };
        self.known.push(known);
        self.slots[slot] = count(self.known.len());
        known
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1 << 10);
        self.slots = vec![0; size];
        for at in 0..self.known.len() {
            let (slot, _) = self.find(self.known[at].hash);
            self.slots[slot] = count(at + 1);
        }
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
            is_last: false,
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
