//! A sentence with the actors found in it, and what came before.

use super::discourse::Memory;
use super::parties::Actor;
use super::phrases::Sentence;
use super::sorts::Sorts;
use super::tokens::Token;

/// A sentence with the actors found in it; what the rules ask of it stands beside each of them.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) sentence: Sentence<'a>,
    /// All sorts of all tokens.
    pub(super) sorts: Sorts,
    pub(super) actors: &'a [Actor<'a>],
    pub(super) memory: &'a Memory,
    /// Where the main clause begins.
    pub(super) main: usize,
}

impl<'a> Reading<'a> {
    pub(super) fn tokens(&self) -> &'a [Token] {
        self.sentence.tokens
    }

    /// Whether a word of any of `sorts` stands at `at`.
    pub(super) fn is(&self, at: usize, sorts: Sorts) -> bool {
        self.sentence.is(at, sorts)
    }

    /// Whether anything of the sentence stands between quotation marks.
    pub(super) fn quotes(&self) -> bool {
        self.sorts.any(Sorts::QUOTED)
    }
}
