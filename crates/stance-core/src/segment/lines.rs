//! Blocks: the pieces of a text that no sentence crosses.
//!
//! A blank line, a form feed or a paragraph separator always ends a block. A single line end does
//! so too, except inside prose that was wrapped at a fixed width, or before a lower-case word.

use super::chars::{is_closer, is_dash, is_invisible, is_lower, is_stop};
use crate::Span;

/// Widths, in characters, at which prose is wrapped; a shorter paragraph is a list or verse, and
/// a longer line is a paragraph of its own.
const WRAPPED: std::ops::RangeInclusive<usize> = 40..=120;

/// By how many characters a wrapped line may be shorter than the width without its next word.
const SLACK: usize = 4;

/// One line without its line end.
#[derive(Clone, Copy)]
struct Line {
    /// First byte, indentation included.
    from: usize,
    /// The line without white space at its ends; empty if it is blank.
    span: Span,
    /// First byte of the next line.
    next: usize,
    /// Whether it ends with a mark that ends a paragraph by itself.
    last: bool,
}

/// Calls `each` with the blocks of `text` in order, trimmed; none is empty.
pub(super) fn for_each_block(text: &str, mut each: impl FnMut(Span)) {
    let mut at = 0;
    while at < text.len() {
        let first = line_at(text, at);
        at = first.next;
        if first.span.is_empty() {
            continue;
        }
        let paragraph = Paragraph::measure(text, first);
        at = paragraph.next;
        if paragraph.single {
            each(first.span);
        } else {
            paragraph.for_each_block(text, first, &mut each);
        }
    }
}

/// Consecutive lines none of which is blank.
struct Paragraph {
    /// First byte after its last line.
    next: usize,
    /// Characters of its longest line.
    width: usize,
    single: bool,
}

impl Paragraph {
    fn measure(text: &str, first: Line) -> Self {
        let mut paragraph = Self { next: first.next, width: 0, single: true };
        let mut line = first;
        while !line.last && line.next < text.len() {
            let following = line_at(text, line.next);
            if following.span.is_empty() {
                break;
            }
            paragraph.width = paragraph.width.max(width(text, line)).max(width(text, following));
            paragraph.single = false;
            paragraph.next = following.next;
            line = following;
        }
        paragraph
    }

    fn for_each_block(&self, text: &str, first: Line, each: &mut impl FnMut(Span)) {
        let mut start = first.span.start();
        let mut item = is_item(&text[first.span.start()..first.span.end()]);
        let mut line = first;
        while line.next < self.next {
            let following = line_at(text, line.next);
            if !self.joins(text, line, following, item) {
                each(Span::new(start, line.span.end()));
                start = following.span.start();
                item = is_item(&text[following.span.start()..following.span.end()]);
            }
            line = following;
        }
        each(Span::new(start, line.span.end()));
    }

    /// Whether the sentence may run on from `line` into `following`. `item` says whether the block
    /// so far is a list item.
    fn joins(&self, text: &str, line: Line, following: Line, item: bool) -> bool {
        let above = &text[line.span.start()..line.span.end()];
        let below = &text[following.span.start()..following.span.end()];
        if is_heading(above) || is_rule(above) || is_rule(below) || is_strong_mark(below) {
            return false;
        }
        let first_word = below.find(char::is_whitespace).unwrap_or(below.len());
        let full = WRAPPED.contains(&self.width)
            && width(text, line) + 1 + below[..first_word].chars().count() + SLACK > self.width;
        let finished = is_finished(above);
        if is_item(below) {
            return full && !finished && !item && !above.ends_with(':');
        }
        if full {
            return true;
        }
        if finished || above.ends_with(':') {
            return false;
        }
        let indented = item && following.span.start() > following.from;
        indented || above.ends_with(',') || below.chars().next().is_some_and(is_lower)
    }
}

fn line_at(text: &str, from: usize) -> Line {
    let bytes = text.as_bytes();
    let mut at = from;
    let (end, next, last) = loop {
        match bytes.get(at) {
            None => break (at, at, true),
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => break (at, at + 2, false),
            Some(b'\n' | b'\r') => break (at, at + 1, false),
            Some(b'\x0c') => break (at, at + 1, true),
            // U+2028 and U+2029: line and paragraph separator.
            Some(0xe2) if bytes[at..].starts_with(b"\xe2\x80\xa8") => break (at, at + 3, false),
            Some(0xe2) if bytes[at..].starts_with(b"\xe2\x80\xa9") => break (at, at + 3, true),
            Some(_) => at += 1,
        }
    };
    let raw = &text[from..end];
    let trimmed = raw.trim();
    let start = from + (raw.len() - raw.trim_start().len());
    let span = if trimmed.is_empty() {
        Span::new(from, from)
    } else {
        Span::new(start, start + trimmed.len())
    };
    Line { from, span, next, last }
}

fn width(text: &str, line: Line) -> usize {
    text[line.from..line.span.end()].chars().count()
}

/// Whether a line ends as a sentence does.
fn is_finished(line: &str) -> bool {
    line.trim_end_matches(|c| is_closer(c) || is_invisible(c)).ends_with(is_stop)
}

/// A Markdown heading.
fn is_heading(line: &str) -> bool {
    line.starts_with('#') && line.trim_start_matches('#').starts_with(char::is_whitespace)
}

/// A ruled line, a row of stars or dots: nothing to read.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && !line.chars().any(char::is_alphanumeric)
}

/// What begins a line of its own and stands nowhere else.
fn is_strong_mark(line: &str) -> bool {
    is_heading(line)
        || line.starts_with(['|', '>', '•', '‣', '▪', '◦', '●', '■', '►', '▶', '✓', '✔', '➤'])
}

/// Whether a line begins like a list item: a bullet, "1.", "2)", "(a)".
fn is_item(line: &str) -> bool {
    if is_strong_mark(line) {
        return true;
    }
    let after = match line.strip_prefix(|c| is_dash(c) || matches!(c, '*' | '+' | '·')) {
        Some(after) => after,
        None => match after_enumerator(line) {
            Some(after) => after,
            None => return false,
        },
    };
    after.starts_with(char::is_whitespace)
}

fn after_enumerator(line: &str) -> Option<&str> {
    let (bracketed, inner) = match line.strip_prefix('(') {
        Some(inner) => (true, inner),
        None => (false, line),
    };
    let label = inner.find(|c: char| !c.is_alphanumeric())?;
    let digits = inner[..label].bytes().all(|b| b.is_ascii_digit());
    let short = if digits { label <= 3 } else { inner[..label].chars().count() == 1 };
    let rest = &inner[label..];
    match rest.chars().next()? {
        _ if label == 0 || !short => None,
        ')' => Some(&rest[1..]),
        '.' if digits && !bracketed => Some(&rest[1..]),
        _ => None,
    }
}
