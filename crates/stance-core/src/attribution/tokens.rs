//! A sentence as words, names, marks and quotations.

use super::citations::{self, Citation};
use super::sorts::Sorts;
use super::words::{UNNUMBERED, Words};
use crate::{Date, Mention, Span};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Word,
    /// A mention, whole.
    Name,
    Comma,
    /// A semicolon, colon, dash, bracket or stop.
    Break,
    Open,
    Close,
}

/// A word, name or mark of a sentence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) sorts: Sorts,
    pub(super) what: What,
    /// Which mention a name is; the number of a word.
    pub(super) number: u16,
}

impl Token {
    /// Whether it is a word of any of `sorts`.
    pub(super) fn is(&self, sorts: Sorts) -> bool {
        self.what == What::Word && self.sorts.any(sorts)
    }

    /// Whether it is of any of `sorts`, be it a word, a name or a mark.
    pub(super) fn has(&self, sorts: Sorts) -> bool {
        self.sorts.any(sorts)
    }

    pub(super) fn is_mark(&self) -> bool {
        !matches!(self.what, What::Word | What::Name)
    }

    /// Whether it is a word that no list has and that begins with a small letter.
    pub(super) fn is_plain(&self) -> bool {
        self.what == What::Word && !self.sorts.is_listed() && !self.has(Sorts::CAPITAL)
    }

    pub(super) fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start as usize..self.end as usize]
    }

    pub(super) fn span(&self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }
}

/// A sentence cut up; its buffers are used again.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// The first tokens of the sentence.
    pub(super) list: Vec<Token>,
    /// All sorts of all of them together.
    pub(super) sorts: Sorts,
    pub(super) quotes: Vec<Span>,
    pub(super) cited: Vec<Citation>,
    /// Starts of quotations that are still open, each with whether a double mark opened it.
    open: Vec<(usize, bool)>,
}

/// How many tokens of a sentence are looked at: more than any sentence has that somebody wrote.
/// Quotations and citations are found in all of it.
const MOST: usize = 256;

/// How deep quotations are nested at most.
const DEPTH: usize = 8;

impl Tokens {
    /// Cuts `text`, which begins inside a quotation if `quoted`; returns whether it ends inside one.
    pub(super) fn set(
        &mut self,
        text: &str,
        mentions: &[Mention],
        quoted: bool,
        date: Option<Date>,
        words: &Words,
    ) -> bool {
        self.list.clear();
        self.sorts = Sorts::NONE;
        self.quotes.clear();
        self.cited.clear();
        self.open.clear();
        if quoted {
            self.open.push((0, true));
        }
        let bytes = text.as_bytes();
        let mut mentions_left = mentions;
        let mut aside_end = 0;
        let mut single = Single::default();
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte == b' ' {
                at += 1;
                continue;
            }
            let aside = Sorts::ASIDE.when(at < aside_end);
            while mentions_left.first().is_some_and(|m| m.span.start() < at) {
                mentions_left = &mentions_left[1..];
            }
            if let Some(mention) = mentions_left.first()
                && mention.span.start() == at
                && (at + 1..=bytes.len()).contains(&mention.span.end())
            {
                let end = mention.span.end();
                let tied = bytes[..at].ends_with(b"-")
                    || (bytes[end..].starts_with(b"-")
                        && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric));
                let sorts = aside | Sorts::CAPITAL | Sorts::TIED.when(tied);
                let number = mentions.len() - mentions_left.len();
                let number = u16::try_from(number).unwrap_or(u16::MAX);
                self.push_numbered(What::Name, at, end, sorts, number);
                at = end;
                continue;
            }
            let end = word_end(text, at);
            if end > at {
                if self.list.len() < MOST {
                    let capital = byte.is_ascii_uppercase()
                        || !byte.is_ascii()
                            && text[at..].chars().next().is_some_and(char::is_uppercase);
                    let (sorts, number) = words.look_up(text, at, end);
                    let sorts = sorts
                        | aside
                        | Sorts::CAPITAL.when(capital)
                        | Sorts::NUMBER.when(byte.is_ascii_digit());
                    self.push_numbered(What::Word, at, end, sorts, number);
                }
                at = end;
                continue;
            }
            let character = text[at..].chars().next().unwrap_or(' ');
            let after = at + character.len_utf8();
            at = match character {
                '(' | '[' => {
                    let marks = if character == '(' { ['(', ')'] } else { ['[', ']'] };
                    // Of brackets in brackets the inner ones are read.
                    if let Some(end) = text[after..].find(marks).map(|len| after + len) {
                        let closed = text[end..].starts_with(marks[1]);
                        if closed
                            && citations::read(text, after, end, mentions, date, &mut self.cited)
                        {
                            at = end + 1;
                            continue;
                        }
                        aside_end = aside_end.max(end);
                    }
                    self.push(What::Break, at, after, Sorts::ASIDE);
                    after
                }
                ')' | ']' => {
                    self.push(What::Break, at, after, Sorts::ASIDE);
                    after
                }
                '\'' | '’' if self.take_possessive(text, at, after) => {
                    after + usize::from(text[after..].starts_with(['s', 'S']))
                }
                _ => {
                    self.mark(text, at, after, character, aside, &mut single);
                    after
                }
            };
        }
        let still = self.open.iter().any(|&(_, double)| double);
        self.end_quotes(text);
        still
    }

    /// Ends quotations that are still open with the text, and leaves only the outer ones.
    fn end_quotes(&mut self, text: &str) {
        let end = text.trim_end().len();
        for &(start, double) in &self.open {
            if double && start < text.len() {
                self.quotes.push(Span::new(start, end.max(start)));
            }
        }
        self.quotes.sort_unstable_by_key(|quote| (quote.start(), std::cmp::Reverse(quote.end())));
        let mut end = 0;
        self.quotes.retain(|quote| {
            let outer = quote.end() > end;
            end = end.max(quote.end());
            outer
        });
    }

    fn push(&mut self, what: What, start: usize, end: usize, sorts: Sorts) {
        self.push_numbered(what, start, end, sorts, UNNUMBERED);
    }

    fn push_numbered(&mut self, what: What, start: usize, end: usize, sorts: Sorts, number: u16) {
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else { return };
        if self.list.len() < MOST {
            let sorts = sorts | Sorts::QUOTED.when(!self.open.is_empty());
            self.sorts |= sorts;
            self.list.push(Token { start, end, sorts, what, number });
        }
    }

    /// Whether the apostrophe at `at` makes a possessive of the token before.
    fn take_possessive(&mut self, text: &str, at: usize, after: usize) -> bool {
        let rest = &text[after..];
        let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric);
        let with_s = rest.starts_with(['s', 'S']) && ends(&rest[1..]);
        let bare = text[..at].ends_with(['s', 'S']) && rest.starts_with(' ') && !self.in_single();
        let Some(last) = self.list.last_mut().filter(|last| last.end as usize == at) else {
            return false;
        };
        if (with_s || bare) && !last.is_mark() {
            last.sorts |= Sorts::OWNS;
            return true;
        }
        false
    }

    /// Whether the last open quotation was opened by a low mark, which the high one closes.
    fn is_low_open(&self, text: &str) -> bool {
        self.open.last().is_some_and(|&(start, _)| text[..start].ends_with('„'))
    }

    fn in_single(&self) -> bool {
        self.open.last().is_some_and(|&(_, double)| !double)
    }

    fn mark(
        &mut self,
        text: &str,
        at: usize,
        after: usize,
        character: char,
        aside: Sorts,
        single: &mut Single,
    ) {
        let before = text[..at].chars().next_back();
        let next = text[after..].chars().next();
        let opens = || {
            before.is_none_or(|c| c.is_whitespace() || "([—–-“\"".contains(c))
                && next.is_some_and(|c| !c.is_whitespace())
        };
        match character {
            ',' => self.push(What::Comma, at, after, aside),
            ';' | ':' | '—' | '–' | '…' | '!' | '?' => {
                self.push(What::Break, at, after, aside);
            }
            '-' if before == Some(' ') && next == Some(' ') => {
                self.push(What::Break, at, after, aside);
            }
            '“' if self.is_low_open(text) => self.close(text, at, after, true),
            '“' | '«' | '„' => self.open(at, after, true),
            '"' if opens() => self.open(at, after, true),
            '”' | '»' | '"' => self.close(text, at, after, true),
            '‘' => self.open(at, after, false),
            '\'' if opens() && single.closes(text, after) => self.open(at, after, false),
            '\'' | '’' if self.in_single() && next.is_none_or(|c| !c.is_alphanumeric()) => {
                self.close(text, at, after, false);
            }
            _ => {}
        }
    }

    fn open(&mut self, at: usize, after: usize, double: bool) {
        // A paragraph of a long quotation opens with a mark of its own.
        if self.open.last() == Some(&(0, true)) && at == 0 {
            self.open.clear();
        }
        self.push(What::Open, at, after, Sorts::NONE);
        if self.open.len() < DEPTH {
            self.open.push((after, double));
        }
    }

    fn close(&mut self, text: &str, at: usize, after: usize, double: bool) {
        let start = match self.open.iter().rposition(|&(_, opened)| opened == double) {
            Some(place) => {
                let (start, _) = self.open[place];
                self.open.truncate(place);
                start
            }
            // It was opened in a sentence that is not at hand.
            None if double && self.quotes.is_empty() => {
                for token in &mut self.list {
                    token.sorts |= Sorts::QUOTED;
                }
                self.sorts |= Sorts::QUOTED;
                0
            }
            None => return,
        };
        if start < at {
            let end = start + text[start..at].trim_end().len();
            self.quotes.push(Span::new(start, end));
        }
        self.push(What::Close, at, after, Sorts::NONE);
    }
}

/// Where the next single mark stands that closes a quotation: each is looked for once.
#[derive(Debug, Default)]
struct Single(Option<usize>);

impl Single {
    /// Whether a single quotation mark behind `after` closes what one opened.
    fn closes(&mut self, text: &str, after: usize) -> bool {
        if self.0.is_none_or(|found| found < after) {
            let mut ends =
                text[after..].match_indices('\'').map(|(at, _)| after + at).filter(|&at| {
                    !text[..at].ends_with(' ') && !text[at + 1..].starts_with(char::is_alphanumeric)
                });
            self.0 = Some(ends.next().unwrap_or(usize::MAX));
        }
        self.0 != Some(usize::MAX)
    }
}

/// The bytes of ASCII letters and digits.
const ALPHANUMERIC: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

fn is_alphanumeric(byte: Option<&u8>) -> bool {
    byte.is_some_and(|&byte| ALPHANUMERIC[usize::from(byte)])
}

/// Where the word that begins at `start` ends: letters and digits, with hyphens, stops and
/// apostrophes between them; `start` if none begins there.
fn word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        while is_alphanumeric(bytes.get(at)) {
            at += 1;
        }
        let Some(&byte) = bytes.get(at) else { return at };
        if !byte.is_ascii() {
            match text[at..].chars().next() {
                Some(next) if next.is_alphanumeric() => at += next.len_utf8(),
                Some('’') if at > start && text[at..].starts_with("’t") => {
                    let end = at + "’t".len();
                    if text[end..].starts_with(char::is_alphanumeric) {
                        return at;
                    }
                    at = end;
                }
                _ => return at,
            }
            continue;
        }
        let joins = match byte {
            b'-' | b'.' | b'/' => is_alphanumeric(bytes.get(at + 1)),
            b'\'' => bytes.get(at + 1) == Some(&b't') && !is_alphanumeric(bytes.get(at + 2)),
            _ => false,
        };
        if !joins || at == start {
            return at;
        }
        at += 1;
    }
}
