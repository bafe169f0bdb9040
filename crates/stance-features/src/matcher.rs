//! Finds the patterns of [`Lexicons`] in the tokens of a view.

use std::collections::HashMap;
use std::ops::Range;

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
    /// Stems, sorted.
    stems: Vec<Stem>,
    /// For each element the patterns that begin with it.
    beginning: Vec<Vec<Pattern>>,
    /// The elements of patterns after their first.
    rests: Vec<u16>,
}

/// What begins the words that an element stands for.
#[derive(Clone, Debug)]
struct Stem {
    text: String,
    element: u16,
    /// The longest stem that this one begins with.
    parent: Option<u16>,
}

#[derive(Clone, Copy, Debug)]
struct Pattern {
    class: u16,
    /// Where the elements after the first stand in [`Matcher::rests`].
    rest: u32,
    length: u16,
    /// The [`bit`] of the second element.
    second: u64,
}

/// What the tokens met so far are to a matcher, by their id.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Places in `seen`; 0 where a token was not met yet.
    of_token: Vec<u32>,
    /// The first stands for none, the second for a token that is nothing.
    seen: Vec<Seen>,
    /// The places in `seen` of a view's tokens.
    row: Vec<u32>,
    elements: Vec<u16>,
    classes: Vec<u16>,
    patterns: Vec<Pattern>,
}

/// What one token is.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// The [`bit`]s of its elements, and those that the second elements of `patterns` have.
    is: u64,
    needs: u64,
    /// Its elements, in [`Memory::elements`].
    elements: Range<u32>,
    /// The classes that it is by itself, in [`Memory::classes`].
    classes: Range<u32>,
    /// The patterns of several words that begin with it, the longest first.
    patterns: Range<u32>,
}

/// The place in [`Memory::seen`] of a token that is nothing.
const NOTHING: u32 = 1;

impl Matcher {
    pub(crate) fn new(lexicons: &Lexicons) -> Self {
        let mut matcher = Self {
            names: lexicons.classes().map(str::to_owned).collect(),
            exact: FingerprintMap::default(),
            stems: Vec::new(),
            beginning: Vec::new(),
            rests: Vec::new(),
        };
        let mut ids = HashMap::new();
        for (class, pattern) in lexicons.patterns() {
            let class = matcher.class(class).expect("every pattern has a class");
            let mut elements = Vec::new();
            for word in pattern.split(' ') {
                elements.push(*ids.entry(word).or_insert_with(|| matcher.add_element(word)));
            }
            let (rest, length) = (narrow(matcher.rests.len()), elements.len());
            matcher.rests.extend(&elements[1..]);
            matcher.beginning[usize::from(elements[0])].push(Pattern {
                class,
                rest,
                length: u16::try_from(length).expect("lexicons are of limited size"),
                second: elements.get(1).copied().map_or(0, bit),
            });
        }
        matcher.stems.sort_by(|a, b| a.text.cmp(&b.text));
        for at in 1..matcher.stems.len() {
            let before = matcher.stem_before(&matcher.stems[at].text, at);
            matcher.stems[at].parent = before;
        }
        matcher
    }

    fn add_element(&mut self, word: &str) -> u16 {
        let id = u16::try_from(self.beginning.len()).expect("lexicons are of limited size");
        self.beginning.push(Vec::new());
        match word.strip_suffix('*') {
            Some(stem) => {
                self.stems.push(Stem { text: stem.to_owned(), element: id, parent: None });
            }
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
        memory.seen.resize_with(memory.seen.len().max(2), Seen::default);
        memory.row.clear();
        for token in view.tokens() {
            let seen = match memory.of_token.get(token.id as usize) {
                None | Some(0) => self.remember(view, token, memory),
                Some(&seen) => seen,
            };
            memory.row.push(seen);
        }
        let Memory { seen: all, row, elements, classes, patterns, .. } = memory;
        let mut at = 0;
        while let Some(&seen) = row.get(at) {
            if seen == NOTHING {
                at += 1;
                continue;
            }
            let seen = &all[seen as usize];
            let first_hit = hits.len();
            let mut length = 1;
            let mut hit = |class: u16, length: usize| {
                if !hits[first_hit..].iter().any(|hit| hit.class == class) {
                    hits.push(Hit { class, start: narrow(at), end: narrow(at + length) });
                }
            };
            let next = row.get(at + 1).map_or(0, |&next| all[next as usize].is);
            if seen.needs & next != 0 {
                // Whether the tokens from `at` on are those of a pattern.
                let follows = |pattern: &Pattern| {
                    let rest =
                        &self.rests[pattern.rest as usize..][..usize::from(pattern.length) - 1];
                    let row = &row[at + 1..];
                    row.len() >= rest.len()
                        && rest.iter().zip(row).all(|(element, &seen)| {
                            slice(elements, &all[seen as usize].elements).contains(element)
                        })
                };
                for pattern in slice(patterns, &seen.patterns) {
                    let long = usize::from(pattern.length);
                    if long < length {
                        break;
                    }
                    if pattern.second & next != 0 && follows(pattern) {
                        length = long;
                        hit(pattern.class, length);
                    }
                }
            }
            if length == 1 {
                for &class in slice(classes, &seen.classes) {
                    hit(class, 1);
                }
            }
            at += length;
        }
    }

    fn remember(&self, view: &View, token: &Token, memory: &mut Memory) -> u32 {
        let id = token.id as usize;
        if memory.of_token.len() <= id {
            memory.of_token.resize(id + 1, 0);
        }
        let seen = self.learn(view, token, memory);
        let place = if seen.elements.is_empty() { NOTHING } else { narrow(memory.seen.len()) };
        if place != NOTHING {
            memory.seen.push(seen);
        }
        memory.of_token[id] = place;
        place
    }

    /// The longest stem that begins `word`; all before `end` are no greater than it.
    fn stem_before(&self, word: &str, end: usize) -> Option<u16> {
        // A stem between another one and a word that begins with it begins with it too: only the last
        // stem before the word, and those that it begins with, can begin the word.
        let mut at = end.checked_sub(1).and_then(|at| u16::try_from(at).ok());
        while let Some(stem) = at.map(|at| &self.stems[usize::from(at)]) {
            if word.starts_with(&stem.text) {
                break;
            }
            at = stem.parent;
        }
        at
    }

    fn learn(&self, view: &View, token: &Token, memory: &mut Memory) -> Seen {
        let Memory { elements, classes, patterns, .. } = memory;
        let first = elements.len();
        elements.extend(self.exact.get(&token.hash));
        let word = view.word_of(token);
        let mut stem = self.stem_before(word, self.stems.partition_point(|s| *s.text <= *word));
        while let Some(at) = stem {
            elements.push(self.stems[usize::from(at)].element);
            stem = self.stems[usize::from(at)].parent;
        }
        // The shortest stem first.
        let stems = first + usize::from(self.exact.contains_key(&token.hash));
        elements[stems..].reverse();
        let own = &elements[first..];
        let (first_class, first_pattern) = (classes.len(), patterns.len());
        for pattern in own.iter().flat_map(|&element| &self.beginning[usize::from(element)]) {
            if pattern.length > 1 {
                patterns.push(*pattern);
            } else {
                classes.push(pattern.class);
            }
        }
        patterns[first_pattern..].sort_by_key(|pattern| std::cmp::Reverse(pattern.length));
        Seen {
            is: own.iter().fold(0, |bits, &element| bits | bit(element)),
            needs: patterns[first_pattern..].iter().fold(0, |bits, p| bits | p.second),
            elements: narrow(first)..narrow(elements.len()),
            classes: narrow(first_class)..narrow(classes.len()),
            patterns: narrow(first_pattern)..narrow(patterns.len()),
        }
    }
}

/// The bit of an element in sets that may hold others too.
fn bit(element: u16) -> u64 {
    1 << (element % 64)
}

fn slice<'a, T>(all: &'a [T], range: &Range<u32>) -> &'a [T] {
    &all[range.start as usize..range.end as usize]
}

/// A count of tokens of one statement, which the view keeps below 2³², or of what is known of them.
fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
