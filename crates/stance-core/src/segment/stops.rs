//! Decides, inside one block, which stops end a sentence.

use super::abbreviations::{Rule, rule};
use super::asides::{CITATION, citation, emoji, reference};
use super::chars::{
    is_closer, is_dash, is_emoji, is_invisible, is_lower, is_opener, is_quote, is_stop,
    is_wide_stop, skip_space,
};
use super::dateline::dateline_end;
use super::opening::{First, Opening};
use super::vocabulary::{is_attribution, is_clause, is_day_name, is_lettered};
use crate::Span;

/// The longest word that is looked up, in bytes.
const WORD: usize = 40;

/// Calls `each` with the sentences of `block`, which holds no blank line and is trimmed.
pub(super) fn cut(block: &str, mut each: impl FnMut(Span)) {
    let mut walk = Walk { text: block, start: 0, body: body(block, 0), quiet: dateline_end(block) };
    let mut at = 0;
    // No closing bracket stands before this offset.
    let mut unclosed = 0;
    while let Some(found) = next_mark(block, at) {
        if block.as_bytes()[found] == b'(' {
            at = found + 1;
            if found > walk.body && found >= unclosed {
                match closing_bracket(block, found) {
                    Ok(close) => at = last_stop(block, found, close),
                    Err(searched) => unclosed = searched,
                }
            }
            continue;
        }
        let run = Run::read(block, found);
        match walk.ending(&run) {
            Ok((end, next)) => {
                each(Span::new(walk.start, end));
                walk.start = next;
                walk.body = body(block, next);
                at = next;
            }
            Err(decided) => at = decided,
        }
    }
    if walk.start < block.len() {
        each(Span::new(walk.start, block.len()));
    }
}

/// The open sentence.
struct Walk<'t> {
    text: &'t str,
    start: usize,
    /// Its first letter, digit or symbol: a stop before it ends nothing.
    body: usize,
    /// A stop up to here belongs to a dateline.
    quiet: usize,
}

impl Walk<'_> {
    /// Where the open sentence ends and the next begins if `run` ends it, else the offset up to
    /// which no sentence ends.
    fn ending(&self, run: &Run) -> Result<(usize, usize), usize> {
        let before = &self.text[self.start..run.at];
        // "(!)", "[…]": a remark inside a sentence.
        let remark = before.ends_with(['(', '[']);
        if run.at < self.body || run.end <= self.quiet || remark {
            return Err(run.end);
        }
        match self.text[run.end..].chars().next() {
            None => return Ok((run.end, run.end)),
            Some(c) if c.is_whitespace() => {}
            Some(c) if run.wide && c.is_alphanumeric() => return Ok((run.end, run.end)),
            Some(_) => return Err(run.end),
        }
        let word = if run.kind == Kind::Dot { self.word_before(run.at) } else { "" };
        let rule = rule(word);
        if rule == Some(Rule::Never) || self.is_enumerator(run, word) || self.is_note(run, word) {
            return Err(run.end);
        }
        let (end, next) = self.trailing(run.end, rule.is_some());
        let cited = self.text[run.end..end].contains('(');
        if next == self.text.len() || self.opens(run, rule.filter(|_| !cited), word, next) {
            Ok((end, next))
        } else {
            Err(end)
        }
    }

    /// Whether a sentence begins at `next`, after `run`.
    fn opens(&self, run: &Run, rule: Option<Rule>, word: &str, next: usize) -> bool {
        let opening = Opening::read(&self.text[next..]);
        if matches!(opening.first, First::Lower | First::Other)
            || (opening.dash && (run.quoted || rule.is_some()))
        {
            return false;
        }
        let digit = opening.first == First::Digit;
        match run.kind {
            Kind::Ellipsis => !digit,
            Kind::Strong => {
                let remark = run.bracketed && self.bracket_inside(run);
                let attributed = run.quoted && is_attribution(opening.rest);
                !remark && !attributed
            }
            Kind::Dot => match rule {
                None => true,
                Some(Rule::Number) => !digit && !is_roman(opening.word()),
                Some(Rule::AfterNumber) if self.number_before(run.at, word) => !digit,
                Some(Rule::Hour) => {
                    let mut words = opening
                        .rest
                        .split_whitespace()
                        .map(|word| word.trim_end_matches(|c: char| !c.is_alphanumeric()));
                    !words.next().is_some_and(is_day_name) && words.next() != Some("time")
                }
                Some(Rule::Body) => run.quoted || opening.is_starter() || is_clause(opening.rest),
                Some(_) => opening.is_starter() || self.is_label(run.at, word),
            },
        }
    }

    /// The word before the stop at `stop`: back to white space, an opening bracket, a quotation
    /// mark, a long dash or a slash. Empty if it is too long to be an abbreviation.
    fn word_before(&self, stop: usize) -> &str {
        let mut start = stop;
        for (at, c) in self.text[self.start..stop].char_indices().rev() {
            if c.is_whitespace() || is_opener(c) || c == '/' || (is_dash(c) && c != '-') {
                break;
            }
            start = self.start + at;
            if stop - start > WORD {
                return "";
            }
        }
        &self.text[start..stop]
    }

    /// Whether `word` numbers what follows: it opens the sentence or follows a colon.
    fn is_enumerator(&self, run: &Run, word: &str) -> bool {
        if run.end != run.at + 1 || word.is_empty() || word.contains('.') {
            return false;
        }
        let digits = word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit());
        let before = self.text[self.start..run.at - word.len()].trim_end();
        if run.at - word.len() == self.body && before.is_empty() {
            let letter = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
            return digits || letter || is_roman(word);
        }
        digits && before.ends_with(':')
    }

    /// Whether `word` alone in lower case fills a bracket: "(ret.)", "(ed.)".
    fn is_note(&self, run: &Run, word: &str) -> bool {
        run.bracketed
            && word.chars().next().is_some_and(is_lower)
            && self.text[..run.at - word.len()].ends_with('(')
    }

    /// Whether a number, in digits or Roman, stands before the abbreviation `word`, or the other
    /// half of "т. д.", "т. п.", "т. б."
    fn number_before(&self, stop: usize, word: &str) -> bool {
        let before = self.text[self.start..stop - word.len()].trim_end();
        before.ends_with(|c: char| c.is_numeric() || matches!(c, 'I' | 'V' | 'X' | 'Х'))
            || before.ends_with(" т.")
    }

    /// Whether the single letter `word` is a label ("Plan B.") and no initial.
    fn is_label(&self, stop: usize, word: &str) -> bool {
        let before = self.text[self.start..stop - word.len()].trim_end();
        word.chars().count() == 1
            && is_lettered(before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default())
    }

    /// Whether the bracket that closes in `run` opened inside the open sentence: "(!)", "(why?)".
    fn bracket_inside(&self, run: &Run) -> bool {
        let from = self.text.floor_char_boundary(run.at.saturating_sub(CITATION)).max(self.start);
        self.text[from..run.at].rfind('(').is_some_and(|found| from + found > self.body)
    }

    /// Past the inline citations, references and emoji that follow a stop on the same line:
    /// the end of the sentence with them, and where the next begins.
    fn trailing(&self, from: usize, abbreviated: bool) -> (usize, usize) {
        let mut end = from;
        loop {
            let next = skip_space(self.text, end);
            let rest = &self.text[next..];
            let more = match rest.chars().next() {
                Some('(') => citation(rest, abbreviated),
                Some('[') => reference(rest),
                Some(c) if is_emoji(c) => emoji(rest),
                _ => None,
            };
            match more {
                Some(length) => end = next + length,
                None => return (end, next),
            }
        }
    }
}

/// What a run of stops says about the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// One full stop.
    Dot,
    /// Dots.
    Ellipsis,
    /// A question or exclamation mark, or another stop that no abbreviation has.
    Strong,
}

/// Stops with the quotation marks, brackets and references that close after them.
struct Run {
    at: usize,
    end: usize,
    kind: Kind,
    quoted: bool,
    bracketed: bool,
    /// Whether it needs no white space after it.
    wide: bool,
}

impl Run {
    fn read(text: &str, at: usize) -> Self {
        let mut run =
            Self { at, end: at, kind: Kind::Dot, quoted: false, bracketed: false, wide: false };
        let mut dots = 0;
        let mut strong = false;
        while let Some(c) = text[run.end..].chars().next() {
            let mut length = c.len_utf8();
            match c {
                '.' => dots += 1,
                '…' => dots += 3,
                '[' => match reference(&text[run.end..]) {
                    Some(found) => length = found,
                    None => break,
                },
                _ if is_stop(c) => {
                    strong = true;
                    run.wide = is_wide_stop(c);
                }
                _ if is_closer(c) => {
                    run.quoted |= is_quote(c);
                    run.bracketed |= c == ')';
                }
                _ if is_invisible(c) => {}
                _ => break,
            }
            run.end += length;
        }
        // ". . ." is one ellipsis.
        let before = &text[..at];
        if before.ends_with(char::is_whitespace) && before.trim_end().ends_with('.') {
            dots += 1;
        }
        run.kind = match (strong, dots) {
            (true, _) => Kind::Strong,
            // "St.)." has two full stops and is no ellipsis.
            (false, 1) => Kind::Dot,
            (false, _) if run.quoted || run.bracketed => Kind::Strong,
            (false, _) => Kind::Ellipsis,
        };
        run
    }
}

fn is_roman(word: &str) -> bool {
    (1..=5).contains(&word.len())
        && word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'L' | b'C'))
}

/// The first letter, digit or symbol at or after `from`.
fn body(text: &str, from: usize) -> usize {
    let no_body = |c: char| {
        c.is_whitespace()
            || is_stop(c)
            || is_opener(c)
            || is_closer(c)
            || is_dash(c)
            || is_invisible(c)
    };
    text[from..].find(|c| !no_body(c)).map_or(text.len(), |found| from + found)
}

/// The next stop or opening bracket at or after `from`.
fn next_mark(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|&b| MARKS[usize::from(b)])?;
        let first = bytes[at];
        if first.is_ascii() || text[at..].chars().next().is_some_and(is_stop) {
            return Some(at);
        }
        at += 1;
        while bytes.get(at).is_some_and(|b| b & 0xc0 == 0x80) {
            at += 1;
        }
    }
}

/// First bytes of the stops and of the opening bracket.
const MARKS: [bool; 256] = {
    let firsts = [b'.', b'!', b'?', b'(', 0xe2, 0xe3, 0xef, 0xd8, 0xdb, 0xd6, 0xe0];
    let mut marks = [false; 256];
    let mut index = 0;
    while index < firsts.len() {
        marks[firsts[index] as usize] = true;
        index += 1;
    }
    marks
};

/// The closing bracket after `open`, or how far there is none.
fn closing_bracket(text: &str, open: usize) -> Result<usize, usize> {
    let reach = text.len().min(open + CITATION);
    let within = &text.as_bytes()[open..reach];
    within.iter().position(|&b| b == b')').map(|found| open + found).ok_or(reach)
}

/// Where to go on after the bracket `open..=close` inside a sentence: at the stops right before
/// its end, if there are any, else past it.
fn last_stop(text: &str, open: usize, close: usize) -> usize {
    let inside = &text[open + 1..close];
    let kept = inside.trim_end_matches(|c| is_stop(c) || is_quote(c));
    let stops = inside[kept.len()..].find(is_stop);
    stops.map_or(close + 1, |found| open + 1 + kept.len() + found)
}
