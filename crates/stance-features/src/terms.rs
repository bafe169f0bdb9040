//! Runs of words and of characters, as terms.

use crate::config::{Analyzer, NgramConfig, Part, Tag};
use crate::fingerprint;
use crate::mask::{Mask, Role};
use crate::view::{Scope, Token, View, Word};

/// Longest run of words or characters.
pub(crate) const MAX_RUN: usize = 8;

/// Words on either side of a target's name that its window holds.
const WINDOW: usize = 5;

/// Takes the terms of a statement one by one.
pub(crate) trait Sink {
    /// Whether terms are to be spelled; saves the work where not.
    const SPELLS: bool;

    /// Takes a term found at bytes `start..end` of the view's text; `name` spells it for people.
    fn term(&mut self, fingerprint: u64, start: u32, end: u32, name: impl FnOnce() -> String);

    /// Takes a term that is one token and nothing else; `fingerprint` is the token's.
    fn token(&mut self, token: &Token, name: impl FnOnce() -> String) {
        self.term(token.hash, token.start, token.end, name);
    }
}

/// Lists fingerprints of terms.
pub(crate) struct Listing<'f>(pub(crate) &'f mut Vec<u64>);

impl Sink for Listing<'_> {
    const SPELLS: bool = false;

    fn term(&mut self, fingerprint: u64, _: u32, _: u32, _: impl FnOnce() -> String) {
        self.0.push(fingerprint);
    }
}

/// What makes the terms of an n-gram block.
#[derive(Clone, Debug)]
pub(crate) struct Runs {
    analyzer: Analyzer,
    n: [usize; 2],
    part: Part,
    tag: Tag,
    min_chars: usize,
}

impl Runs {
    pub(crate) fn new(config: &NgramConfig) -> Self {
        let NgramConfig { analyzer, n, part, tag, min_chars, .. } = *config;
        Self { analyzer, n, part, tag, min_chars }
    }

    /// Whether the terms of a word depend on nothing but the word.
    pub(crate) fn is_local(&self) -> bool {
        self.analyzer == Analyzer::Char && self.part == Part::All
    }

    /// Whether every token counts, as it stands.
    fn takes_all(&self) -> bool {
        self.part == Part::All && self.tag == Tag::None && self.min_chars <= 1
    }

    pub(crate) fn emit(&self, view: &View, sink: &mut impl Sink) {
        match self.analyzer {
            Analyzer::Word => self.emit_words(view, sink),
            Analyzer::Char => {
                let mut tokens = 0;
                for word in view.words() {
                    if self.part == Part::All || self.holds_word(view, word, &mut tokens) {
                        self.emit_chars(view, word, sink);
                    }
                }
            }
        }
    }

    /// The runs of characters of one word with a blank on either side.
    ///
    /// A word of no more characters than the length wanted is one run, and greater lengths are
    /// passed over: scikit-learn's `char_wb`.
    pub(crate) fn emit_chars(&self, view: &View, word: &Word, sink: &mut impl Sink) {
        let start = word.start as usize - 1;
        let padded = &view.text()[start..=word.end as usize];
        let [least, greatest] = self.n;
        let boundaries = padded.char_indices().map(|(at, _)| at).chain([padded.len()]);
        let boundaries: Vec<usize> = boundaries.collect();
        for n in least..=greatest {
            let n = n.min(boundaries.len() - 1);
            for run in boundaries.windows(n + 1) {
                let (from, to) = (run[0], run[n]);
                let run = &padded[from..to];
                let place = |at: usize| word.start - 1 + u32::try_from(at).unwrap_or(u32::MAX);
                let hash = fingerprint::of_bytes(run.as_bytes());
                sink.term(hash, place(from), place(to), || spell(run));
            }
            if n + 1 == boundaries.len() {
                break;
            }
        }
    }

    fn emit_words(&self, view: &View, sink: &mut impl Sink) {
        let mut window = Window::new(self.n);
        if self.takes_all() {
            for token in view.tokens() {
                window.push_token(token, sink, || view.word_of(token).to_owned());
            }
            return;
        }
        // Most statements negate nothing.
        let negates = || view.tokens().iter().any(|token| token.scope == Scope::Negated);
        if self.part == Part::Negated && !negates() {
            return;
        }
        let needs_target = self.tag == Tag::Side;
        let target = view.tokens().iter().position(|token| needs_target && is_target(token));
        for (at, token) in view.tokens().iter().enumerate() {
            if !self.holds(view, at) {
                window.clear();
                continue;
            }
            if self.min_chars > 1
                && view.word_of(token).chars().take(self.min_chars).count() < self.min_chars
            {
                continue;
            }
            let prefix = self.prefix(token, at, target);
            if prefix.is_empty() {
                window.push_token(token, sink, || view.word_of(token).to_owned());
                continue;
            }
            let hash = fingerprint::join(fingerprint::of_bytes(prefix.as_bytes()), token.hash);
            window.push(hash, token.start, token.end, sink, || {
                format!("{prefix}{}", view.word_of(token))
            });
        }
    }

    fn prefix(&self, token: &Token, at: usize, target: Option<usize>) -> &'static str {
        if token.mask.is_some() {
            return "";
        }
        match (self.tag, target) {
            (Tag::Negation | Tag::Scope, _) if token.scope == Scope::Negated => "NOT_",
            (Tag::Scope, _) if token.scope == Scope::Modal => "MAY_",
            (Tag::Side, Some(target)) if at < target => "BEFORE_",
            (Tag::Side, Some(_)) => "AFTER_",
            _ => "",
        }
    }

    fn holds(&self, view: &View, at: usize) -> bool {
        let tokens = view.tokens();
        match self.part {
            Part::All => true,
            Part::Quoted => tokens[at].quoted,
            Part::Unquoted => !tokens[at].quoted,
            Part::Negated => tokens[at].scope == Scope::Negated,
            Part::Window => {
                let end = (at + WINDOW + 1).min(tokens.len());
                tokens[at.saturating_sub(WINDOW)..end].iter().any(is_target)
            }
        }
    }

    /// Whether a token of `word` counts; `tokens` is the first token that may be in the word.
    fn holds_word(&self, view: &View, word: &Word, tokens: &mut usize) -> bool {
        let mut holds = false;
        while let Some(token) = view.tokens().get(*tokens).filter(|token| token.start < word.end) {
            holds |= token.end > word.start && self.holds(view, *tokens);
            *tokens += 1;
        }
        holds
    }
}

/// Whether a token is a name of the target itself.
pub(crate) fn is_target(token: &Token) -> bool {
    token.mask.map(Mask::role) == Some(Role::Target)
}

/// The last items pushed, of which every push makes the runs that end there.
pub(crate) struct Window {
    n: [usize; 2],
    /// At `k` the fingerprint of the last `k` items.
    hashes: [u64; MAX_RUN + 1],
    /// At `k` where the `k`-th last item starts.
    starts: [u32; MAX_RUN + 1],
    names: Vec<String>,
    length: usize,
}

impl Window {
    pub(crate) fn new(n: [usize; 2]) -> Self {
        let (hashes, starts) = ([0; MAX_RUN + 1], [0; MAX_RUN + 1]);
        Self { n, hashes, starts, names: Vec::new(), length: 0 }
    }

    /// Lets no run reach across this place.
    pub(crate) fn clear(&mut self) {
        self.length = 0;
        self.names.clear();
    }

    /// Puts an item at bytes `start..end` behind the others and gives `sink` the runs it ends.
    pub(crate) fn push<S: Sink>(
        &mut self,
        hash: u64,
        start: u32,
        end: u32,
        sink: &mut S,
        name: impl FnOnce() -> String,
    ) {
        self.append::<S>(hash, start, name);
        self.emit(self.n[0], end, sink);
    }

    /// As [`push`](Self::push), of a token as it stands.
    fn push_token<S: Sink>(&mut self, token: &Token, sink: &mut S, name: impl FnOnce() -> String) {
        self.append::<S>(token.hash, token.start, name);
        if self.n[0] == 1 {
            sink.token(token, || self.name(1));
        }
        self.emit(self.n[0].max(2), token.end, sink);
    }

    fn append<S: Sink>(&mut self, hash: u64, start: u32, name: impl FnOnce() -> String) {
        self.length = (self.length + 1).min(self.n[1]);
        for k in (2..=self.length).rev() {
            self.hashes[k] = fingerprint::join(self.hashes[k - 1], hash);
            self.starts[k] = self.starts[k - 1];
        }
        (self.hashes[1], self.starts[1]) = (hash, start);
        if S::SPELLS {
            self.names.push(name());
        }
    }

    /// Gives `sink` the runs of at least `least` items that end with the last, at byte `end`.
    fn emit(&self, least: usize, end: u32, sink: &mut impl Sink) {
        for k in least..=self.length {
            sink.term(self.hashes[k], self.starts[k], end, || self.name(k));
        }
    }

    /// The last `k` items as people read them.
    fn name(&self, k: usize) -> String {
        self.names[self.names.len() - k..].join(" ")
    }
}

/// `run` with its masks by name.
fn spell(run: &str) -> String {
    let mut spelled = String::with_capacity(run.len());
    for character in run.chars() {
        match Mask::from_char(character) {
            Some(mask) => spelled.push_str(mask.name()),
            None => spelled.push(character),
        }
    }
    spelled
}
