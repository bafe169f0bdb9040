//! Cuts news text into sentences.
//!
//! This stands apart from the rest of the text analysis because everything after it (mentions,
//! statements, records) counts from its spans, and because no crate does it well on news: initials,
//! datelines, inline citations and closing quotes break them all.
//!
//! - [`sentences`] is the whole interface.
//! - `lines` finds the blocks that no sentence crosses: paragraphs, list items, headings.
//! - `stops` walks over one block and decides at each full stop, question mark and so on.
//! - `opening` and `asides` read what follows a stop.
//! - `abbreviations` and `vocabulary` are the word lists that the decision reads.
//! - `dateline` finds the place, date and agency that open a report.
//!
//! ```
//! let text = "ASTANA, June 24 — Tokayev spoke to Gen. A. B. Petrov. \"Why not?\" he asked.";
//! let cut: Vec<_> =
//!     stance_core::sentences(text).into_iter().filter_map(|span| span.of(text)).collect();
//! assert_eq!(
//!     cut,
//!     ["ASTANA, June 24 — Tokayev spoke to Gen. A. B. Petrov.", "\"Why not?\" he asked."]
//! );
//! ```
//!
//! It has rules for English, Russian, Ukrainian and Kazakh text; other languages get the general
//! ones. It does not split at semicolons or colons, does not repair a missing space after a full
//! stop, and does not look for quotations: two sentences in one pair of quotes are two sentences.

mod abbreviations;
mod asides;
mod chars;
mod dateline;
mod lines;
mod opening;
mod stops;
mod vocabulary;

use crate::Span;

/// Cuts `text` into sentences.
///
/// # Shape
/// Spans in bytes of `text`, ascending, not overlapping, on character boundaries. None begins or
/// ends with white space, and together they cover every character that is not white space. A text
/// of white space alone gives no span. A list item, a heading and a source line are sentences of
/// their own; a dateline belongs to the sentence after it, an inline citation to the one before.
///
/// Takes time linear in the text, whatever it holds.
///
/// # Examples
/// ```
/// use stance_core::{Span, sentences};
///
/// let text = "Astana called it an internal affair. (Akorda.kz, June 24) Moscow was silent.";
/// assert_eq!(sentences(text), [Span::new(0, 57), Span::new(58, 76)]);
/// assert!(sentences(" \n").is_empty());
/// ```
#[must_use]
pub fn sentences(text: &str) -> Vec<Span> {
    let mut collected = Collected::default();
    lines::for_each_block(text, |block| {
        stops::cut(&text[block.start()..block.end()], |span| {
            collected.push(text, span.shifted(block.start()));
        });
    });
    collected.finish()
}

/// The sentences so far. Characters that cannot be seen make no sentence: they join a neighbor.
#[derive(Default)]
struct Collected {
    spans: Vec<Span>,
    /// Unseen characters before the first sentence.
    unseen: Option<Span>,
}

impl Collected {
    fn push(&mut self, text: &str, span: Span) {
        let seen = text[span.start()..span.end()]
            .chars()
            .any(|c| !c.is_whitespace() && !chars::is_invisible(c));
        if seen {
            let start = self.unseen.take().map_or(span.start(), Span::start);
            self.spans.push(Span::new(start, span.end()));
        } else if let Some(last) = self.spans.last_mut() {
            *last = Span::new(last.start(), span.end());
        } else {
            let start = self.unseen.map_or(span.start(), Span::start);
            self.unseen = Some(Span::new(start, span.end()));
        }
    }

    fn finish(mut self) -> Vec<Span> {
        self.spans.extend(self.unseen);
        self.spans
    }
}
