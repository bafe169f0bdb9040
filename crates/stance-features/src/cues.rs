//! Cues: classes of the lexicons, and where they stand to scopes, holder and target.

use crate::attributed::Attributed;
use crate::config::{CueConfig, CueFamily};
use crate::fingerprint;
use crate::mask::{Mask, Role};
use crate::matcher::{Hit, Matcher};
use crate::terms::{self, Sink, Window};
use crate::view::{Token, View};

/// What makes the terms of a cue block.
#[derive(Clone, Debug)]
pub(crate) struct Cues {
    /// The names of the classes; none where no family looks at classes.
    names: Vec<String>,
    emit: Vec<CueFamily>,
    /// For each class, by [`Scope`](crate::view::Scope), the fingerprints that its commonest cues begin with.
    beginnings: Vec<[Beginnings; SCOPES.len()]>,
}

/// What the cues of a class in a scope begin with, as fingerprints: no class is spelled in each
/// statement anew.
#[derive(Clone, Copy, Debug)]
struct Beginnings {
    /// `class`, scope, name: a cue.
    class: u64,
    /// `side`, scope, name.
    side: u64,
    /// Scope and name.
    skeleton: u64,
}

/// What the scopes put before a class, in their order.
const SCOPES: [&str; 3] = ["", "MAY_", "NOT_"];

/// Classes that report speech begin so.
const SPEECH: &str = "report";

/// Words on either side of a target's name that are its neighbors.
const NEIGHBORS: usize = 4;

/// Most words between a reporting verb and the name of who speaks.
const SPEAKER_REACH: usize = 4;

impl Cues {
    /// Whether what `config` asks for is made of the hits of a matcher.
    pub(crate) fn needs_hits(config: &CueConfig) -> bool {
        let is_of_names =
            |family: &CueFamily| matches!(family, CueFamily::Names | CueFamily::Neighbors);
        !config.emit.iter().all(is_of_names)
    }

    /// Takes the matcher whose hits it will be given; none where it [needs none](Self::needs_hits).
    pub(crate) fn new(config: &CueConfig, matcher: Option<&Matcher>) -> Self {
        let names = matcher.map_or_else(Vec::new, |matcher| matcher.names().to_vec());
        let beginnings = names.iter().map(|name| {
            SCOPES.map(|scope| Beginnings {
                class: fingerprint_of(&["class", scope, name]),
                side: fingerprint_of(&["side", scope, name]),
                skeleton: fingerprint::join(of(scope), of(name)),
            })
        });
        let beginnings = beginnings.collect();
        Self { names, emit: config.emit.clone(), beginnings }
    }

    pub(crate) fn emit(&self, view: &View, hits: &[Hit], sink: &mut impl Sink) {
        let cues = Found { view, hits, names: &self.names, beginnings: &self.beginnings };
        for family in &self.emit {
            match family {
                CueFamily::Class => cues.classes(sink),
                CueFamily::Side => cues.sides(sink),
                CueFamily::Pair => cues.pairs(sink),
                CueFamily::Names => cues.names(sink),
                CueFamily::Neighbors => cues.neighbors(sink),
                CueFamily::Skeleton => cues.skeleton(sink),
                CueFamily::Speech => cues.speech(sink),
                CueFamily::Attribution => cues.attribution(sink),
            }
        }
    }
}

/// What the matcher found in one view.
struct Found<'v> {
    view: &'v View,
    hits: &'v [Hit],
    names: &'v [String],
    beginnings: &'v [[Beginnings; SCOPES.len()]],
}

/// Gives `sink` the cue spelled by `parts`, found at `start..end`.
fn cue(sink: &mut impl Sink, start: u32, end: u32, parts: &[&str]) {
    sink.term(fingerprint_of(parts), start, end, || spell(parts));
}

/// The fingerprint of the cue spelled by `parts`.
fn fingerprint_of(parts: &[&str]) -> u64 {
    parts.iter().map(|part| of(part)).fold(0, fingerprint::join)
}

const fn of(part: &str) -> u64 {
    fingerprint::of_bytes(part.as_bytes())
}

fn spell(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

impl<'v> Found<'v> {
    fn tokens(&self) -> &'v [Token] {
        self.view.tokens()
    }

    fn name(&self, hit: &Hit) -> &'v str {
        &self.names[usize::from(hit.class)]
    }

    /// `NOT_` or `MAY_` where the hit begins in such a scope.
    fn scope(&self, hit: &Hit) -> &'static str {
        SCOPES[self.tokens()[hit.start as usize].scope as usize]
    }

    fn beginnings(&self, hit: &Hit) -> &Beginnings {
        let scope = self.tokens()[hit.start as usize].scope;
        &self.beginnings[usize::from(hit.class)][scope as usize]
    }

    /// The bytes of a hit.
    fn bytes(&self, hit: &Hit) -> (u32, u32) {
        let (first, last) = (hit.start as usize, hit.end as usize - 1);
        (self.tokens()[first].start, self.tokens()[last].end)
    }

    fn classes(&self, sink: &mut impl Sink) {
        for hit in self.hits {
            let (start, end) = self.bytes(hit);
            let spell = || spell(&["class", self.scope(hit), self.name(hit)]);
            sink.term(self.beginnings(hit).class, start, end, spell);
        }
    }

    fn sides(&self, sink: &mut impl Sink) {
        let mut targets = self.positions(Role::Target).peekable();
        let mut before = None;
        for hit in self.hits {
            let at = hit.start as usize;
            while let Some(target) = targets.next_if(|&target| target <= at) {
                before = Some(target);
            }
            let around = before.into_iter().chain(targets.peek().copied());
            let nearest = around.min_by_key(|target| target.abs_diff(at));
            let end = match nearest {
                None => &WITHOUT_TARGET,
                Some(target) if target < at => near(at - target, &AFTER_TARGET),
                Some(target) => near(target - at, &BEFORE_TARGET),
            };
            let hash = end.iter().map(|(_, hash)| *hash);
            let hash = hash.fold(self.beginnings(hit).side, fingerprint::join);
            let (start, behind) = self.bytes(hit);
            sink.term(hash, start, behind, || {
                spell(&["side", self.scope(hit), self.name(hit), end[0].0, end[1].0])
            });
        }
    }

    fn pairs(&self, sink: &mut impl Sink) {
        for (at, first) in self.hits.iter().enumerate() {
            for second in self.hits[at + 1..].iter().take(6) {
                let (start, end) = (self.bytes(first).0, self.bytes(second).1);
                let (one, two) = (self.scope(first), self.scope(second));
                cue(sink, start, end, &["pair", one, self.name(first), two, self.name(second)]);
            }
        }
    }

    fn names(&self, sink: &mut impl Sink) {
        let mut first = true;
        for token in self.tokens() {
            let Some(mask) = token.mask else { continue };
            cue(sink, token.start, token.end, &["has", mask.name()]);
            if std::mem::take(&mut first) {
                cue(sink, token.start, token.end, &["first", mask.name()]);
            }
            if token.quoted {
                cue(sink, token.start, token.end, &["quoted", mask.name()]);
            }
        }
        if self.tokens().iter().any(|token| token.quoted) {
            cue(sink, 0, 0, &["quote"]);
        }
        let order = match (self.positions(Role::Holder).next(), self.positions(Role::Target).next())
        {
            (None, None) => ["neither holder nor target", ""],
            (Some(_), None) => ["holder without target", ""],
            (None, Some(_)) => ["target without holder", ""],
            (Some(holder), Some(target)) if holder < target => {
                ["holder before target", distance(target - holder)]
            }
            (Some(holder), Some(target)) => ["target before holder", distance(holder - target)],
        };
        cue(sink, 0, 0, &order[..1]);
        if !order[1].is_empty() {
            cue(sink, 0, 0, &order);
        }
    }

    fn neighbors(&self, sink: &mut impl Sink) {
        let tokens = self.tokens();
        let word = |at: usize| tokens.get(at).map_or("$", |token| self.view.word_of(token));
        for target in self.positions(Role::Target) {
            let start = target.saturating_sub(NEIGHBORS);
            let end = (target + 1 + NEIGHBORS).min(tokens.len());
            for at in (start..end).filter(|&at| at != target) {
                let (side, hash) = match (at + 1 == target, at < target, at == target + 1) {
                    (true, ..) => const { part("next before") },
                    (_, true, _) => const { part("before") },
                    (.., true) => const { part("next behind") },
                    _ => const { part("behind") },
                };
                let hash = fingerprint::join(fingerprint::join(0, hash), tokens[at].hash);
                sink.term(hash, tokens[at].start, tokens[at].end, || spell(&[side, word(at)]));
            }
            let before = target.checked_sub(1).map_or("^", word);
            let (start, end) = (tokens[target].start, tokens[target].end);
            cue(sink, start, end, &["around", before, word(target + 1)]);
            if let Some(second) = target.checked_sub(2) {
                cue(sink, tokens[second].start, end, &["two before", word(second), before]);
            }
        }
    }

    fn skeleton(&self, sink: &mut impl Sink) {
        let mut window = Window::new([1, 3]);
        let mut hits = self.hits.iter().peekable();
        let mut last = const { of("^") };
        window.push(last, 0, 0, sink, || "^".to_owned());
        for (at, token) in self.tokens().iter().enumerate() {
            let first = hits.next_if(|hit| hit.start as usize == at);
            // Of several classes of a word the first stands for it.
            while hits.next_if(|hit| hit.start as usize == at).is_some() {}
            let (name, scope, hash) = match (token.mask, first) {
                (Some(mask), _) => {
                    (mask.name(), "", fingerprint::join(const { of("") }, token.hash))
                }
                (None, Some(hit)) => {
                    (self.name(hit), self.scope(hit), self.beginnings(hit).skeleton)
                }
                (None, None) => continue,
            };
            if std::mem::replace(&mut last, hash) != hash {
                window.push(hash, token.start, token.end, sink, || format!("{scope}{name}"));
            }
        }
        window.push(const { of("$") }, 0, 0, sink, || "$".to_owned());
    }

    fn speech(&self, sink: &mut impl Sink) {
        let tokens = self.tokens();
        let verbs = self.hits.iter().filter(|hit| self.name(hit).starts_with(SPEECH));
        for hit in verbs {
            let (at, after) = (hit.start as usize, hit.end as usize);
            let name_in = |range: &mut dyn Iterator<Item = usize>| {
                range.take(SPEAKER_REACH).find_map(|at| tokens.get(at)?.mask)
            };
            let before = name_in(&mut (0..at).rev());
            let behind = name_in(&mut (after..tokens.len()));
            let (start, end) = self.bytes(hit);
            let (scope, verb) = (self.scope(hit), self.name(hit));
            if let Some(mask) = before {
                cue(sink, start, end, &["speaker", mask.name()]);
                cue(sink, start, end, &["speaker", mask.name(), scope, verb]);
            }
            if let Some(mask) = behind {
                cue(sink, start, end, &["spoken of", mask.name(), scope, verb]);
            }
        }
    }

    fn attribution(&self, sink: &mut impl Sink) {
        let Some(found) = self.view.attributed() else { return };
        let Attributed { voice, kind, holders, reason, cue: word, quoted } = *found;
        let quote = if quoted { "quote" } else { "" };
        cue(sink, 0, 0, &["voice", voice]);
        cue(sink, 0, 0, &["voice", voice, kind]);
        cue(sink, 0, 0, &["holders", holders, voice]);
        cue(sink, 0, 0, &["found as", reason, voice, quote]);
        let verb = self.tokens().iter().position(|token| token.hash == word);
        if let Some(at) = verb.filter(|_| word != 0) {
            let token = &self.tokens()[at];
            let scope = SCOPES[token.scope as usize];
            cue(sink, token.start, token.end, &["verb", reason, scope, self.view.word_of(token)]);
            for hit in self.hits.iter().filter(|hit| hit.start as usize == at) {
                let (start, end) = self.bytes(hit);
                cue(sink, start, end, &["verb class", voice, scope, self.name(hit)]);
            }
        }
        if voice == "target" {
            for hit in self.hits {
                let (start, end) = self.bytes(hit);
                cue(sink, start, end, &["target says", self.scope(hit), self.name(hit)]);
            }
        }
    }

    /// The tokens that are masks of `role`.
    fn positions(&self, role: Role) -> impl Iterator<Item = usize> + 'v {
        let tokens = self.tokens().iter().enumerate();
        tokens
            .filter(move |(_, token)| match role {
                Role::Target => terms::is_target(token),
                _ => token.mask.map(Mask::role) == Some(role),
            })
            .map(|(at, _)| at)
    }
}

/// A part of cues with its fingerprint.
type Part = (&'static str, u64);

const fn part(text: &'static str) -> Part {
    (text, of(text))
}

// How cues of sides end.
const WITHOUT_TARGET: [Part; 2] = [part("without target"), part("")];
const BEFORE_TARGET: [[Part; 2]; 2] =
    [[part("before target"), part("near")], [part("before target"), part("far")]];
const AFTER_TARGET: [[Part; 2]; 2] =
    [[part("after target"), part("near")], [part("after target"), part("far")]];

fn near(distance: usize, [near, far]: &'static [[Part; 2]; 2]) -> &'static [Part; 2] {
    if distance <= 5 { near } else { far }
}

fn distance(tokens: usize) -> &'static str {
    match tokens {
        0..=2 => "by 1-2",
        3..=5 => "by 3-5",
        6..=9 => "by 6-9",
        _ => "by 10 or more",
    }
}
