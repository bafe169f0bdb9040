//! Finds the patterns of [`Lexicons`] in the tokens of a view.

use std::collections::HashMap;

use crate::fingerprint::{self, FingerprintMap};
use crate::lexicon::Lexicons;
use crate::view::{Token, View};

/// One class found at a run of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Index into [`Matcher::names`].
    pub(crate) class: u16,
    /// First token.
    pub(crate) start: u32,
    /// One past the last token.
    pub(crate) end: u32,
}

/// The patterns of some classes, ready to be looked for.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    names: Vec<String>,
    exact: FingerprintMap<u16>,
    /// Stems with their element, sorted.
    stems: Vec<(String, u16)>,
    /// For each element the patterns that begin with it.
    beginning: Vec<Vec<Pattern>>,
}

#[derive(Clone, Debug)]
struct Pattern {
    class: u16,
    /// The elements after the first.
    rest: Vec<u16>,
}

/// Which elements the words met so far are; kept between statements, bounded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    of_word: FingerprintMap<(u32, u32)>,
    elements: Vec<u16>,
    /// Where the elements of each token of the view stand in `elements`.
    row: Vec<(u32, u32)>,
}

const MEMORY_WORDS: usize = 1 << 16;

impl Matcher {
    pub(crate) fn new(lexicons: &Lexicons) -> Self {
        let mut matcher = Self {
            names: lexicons.classes().map(str::to_owned).collect(),
            exact: FingerprintMap::default(),
            stems: Vec::new(),
            beginning: Vec::new(),
        };
        let mut ids = HashMap::new();
        for (class, pattern) in lexicons.patterns() {
            let class = matcher.class(class).expect("every pattern has a class");
            let mut elements = Vec::new();
            for word in pattern.split(' ') {
                elements.push(*ids.entry(word).or_insert_with(|| matcher.add_element(word)));
            }
            let rest = elements.split_off(1);
            matcher.beginning[usize::from(elements[0])].push(Pattern { class, rest });
        }
        matcher.stems.sort();
        matcher
    }

    fn add_element(&mut self, word: &str) -> u16 {
        let id = u16::try_from(self.beginning.len()).expect("lexicons are of limited size");
        self.beginning.push(Vec::new());
        match word.strip_suffix('*') {
            Some(stem) => self.stems.push((stem.to_owned(), id)),
            None => drop(self.exact.insert(fingerprint::of_bytes(word.as_bytes()), id)),
        }
        id
    }

    /// The names of the classes; a [`Hit`] points into them.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The class of `name`, if it is one.
    pub(crate) fn class(&self, name: &str) -> Option<u16> {
        self.names.iter().position(|other| other == name).and_then(|at| u16::try_from(at).ok())
    }

    /// Finds the classes of `view`, from left to right: at each token the longest pattern, for each
    /// class that has one so long; then on behind it.
    pub(crate) fn find(&self, view: &View, memory: &mut Memory, hits: &mut Vec<Hit>) {
        hits.clear();
        self.remember(view, memory);
        let mut at = 0;
        while at < memory.row.len() {
            let first_hit = hits.len();
            let mut longest = 1;
            for element in memory.at(at) {
                for pattern in &self.beginning[usize::from(*element)] {
                    let length = 1 + pattern.rest.len();
                    if length < longest || !memory.follows(at + 1, &pattern.rest) {
                        continue;
                    }
                    if length > longest {
                        longest = length;
                        hits.truncate(first_hit);
                    }
                    let is_known = hits[first_hit..].iter().any(|hit| hit.class == pattern.class);
                    if !is_known {
                        let (start, end) = (narrow(at), narrow(at + length));
                        hits.push(Hit { class: pattern.class, start, end });
                    }
                }
            }
            at += longest;
        }
    }

    fn remember(&self, view: &View, memory: &mut Memory) {
        if memory.of_word.len() > MEMORY_WORDS {
            memory.of_word.clear();
            memory.elements.clear();
        }
        memory.row.clear();
        for token in view.tokens() {
            let found = match memory.of_word.get(&token.hash) {
                Some(&found) => found,
                None => self.learn(view, token, memory),
            };
            memory.row.push(found);
        }
    }

    fn learn(&self, view: &View, token: &Token, memory: &mut Memory) -> (u32, u32) {
        let start = narrow(memory.elements.len());
        memory.elements.extend(self.exact.get(&token.hash));
        let word = view.word_of(token);
        for (end, _) in word.char_indices().skip(1).chain([(word.len(), ' ')]) {
            let stem = &word[..end];
            if let Ok(at) = self.stems.binary_search_by(|(other, _)| other.as_str().cmp(stem)) {
                memory.elements.push(self.stems[at].1);
            }
        }
        let found = (start, narrow(memory.elements.len()));
        memory.of_word.insert(token.hash, found);
        found
    }
}

impl Memory {
    fn at(&self, token: usize) -> &[u16] {
        self.row
            .get(token)
            .map_or(&[], |&(start, end)| &self.elements[start as usize..end as usize])
    }

    fn follows(&self, token: usize, rest: &[u16]) -> bool {
        rest.iter().enumerate().all(|(offset, element)| self.at(token + offset).contains(element))
    }
}

/// A count of tokens of one statement, which the view keeps below 2³².
fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
