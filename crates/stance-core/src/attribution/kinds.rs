//! The kind of a statement by the weights of its words and of what the rules answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::sorts::Sorts;
use super::tokens::{Token, Tokens, What};
use super::words::{LONGEST, Words};
use super::{Attribution, Kind, Reason, Trace, Voice};
use crate::Mention;

/// How much something speaks for each kind, in hundredths, ordered as [`Kind::ALL`].
type Weights = [i32; 3];

/// The learned weights: those of words, and those of what the rules answer.
#[derive(Clone, Debug)]
pub(super) struct Kinds {
    words: Vec<Weights>,
    /// By reason and kind of the rules' answer.
    answers: Vec<((Option<Reason>, Kind), Weights)>,
    voices: [Weights; 3],
    quotes: Weights,
}

/// By evidence its weights, ordered as [`Kind::ALL`]; made by the command that the file names.
static TABLE: LazyLock<BTreeMap<String, [f64; 3]>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../atlas/kinds.toml")).expect("a test reads the file")
});

/// The reasons that a choice rests on.
const REASONS: [Option<Reason>; 9] = [
    None,
    Some(Reason::Speaker),
    Some(Reason::Source),
    Some(Reason::Actor),
    Some(Reason::Agent),
    Some(Reason::Possessor),
    Some(Reason::Named),
    Some(Reason::Continued),
    Some(Reason::Topic),
];

/// Most words that a trace names.
const SHOWN: usize = 2;

fn of_answer(reason: Option<Reason>, kind: Kind) -> String {
    format!("({}, {kind})", reason.map_or("nobody", Reason::as_str))
}

fn of_voice(voice: Voice) -> String {
    format!("(voice {voice})")
}

const QUOTES: &str = "(quotes)";

/// What speaks for the kind of a statement that rules alone have attributed: their answer in
/// brackets, and the words in lower case, each once, names left out.
///
/// # Examples
/// ```
/// use stance_core::{Atlas, Attributor, Discourse, kind_evidence};
/// let attributor = Attributor::by_rules(Atlas::builtin());
/// let found = attributor.attribute(&mut Discourse::new(None), "They signed.", &[]);
/// let evidence = kind_evidence(&found, "They signed.", &[]);
/// assert!(evidence.contains("signed") && evidence.contains("(voice author)"));
/// ```
#[must_use]
pub fn kind_evidence(
    attribution: &Attribution,
    text: &str,
    mentions: &[Mention],
) -> BTreeSet<String> {
    let reason = attribution.trace.first().map(|trace| trace.reason);
    let reason = reason.filter(|reason| REASONS.contains(&Some(*reason)));
    let mut evidence = BTreeSet::new();
    evidence.insert(of_answer(reason, attribution.kind));
    evidence.insert(of_voice(attribution.voice));
    if !attribution.quotes.is_empty() {
        evidence.insert(QUOTES.to_owned());
    }
    let mut tokens = Tokens::default();
    tokens.set(text, mentions, false, None, &Words::default());
    let words = tokens.list.iter().filter(|token| is_evidence(token));
    evidence.extend(words.map(|word| word.text(text).to_ascii_lowercase()));
    evidence
}

fn is_evidence(token: &Token) -> bool {
    let short = (token.end - token.start) as usize <= LONGEST;
    token.what == What::Word && short && !token.has(Sorts::NUMBER)
}

impl Kinds {
    /// The embedded weights; their words are numbered in `words`.
    pub(super) fn new(words: &mut Words) -> Self {
        let weights = |evidence: &str| {
            let found = TABLE.get(evidence).copied().unwrap_or_default();
            #[expect(clippy::cast_possible_truncation, reason = "weights are small")]
            found.map(|weight| (weight * 100.0).round() as i32)
        };
        let mut kinds = Self {
            words: Vec::new(),
            answers: Vec::new(),
            voices: [Voice::Holder, Voice::Target, Voice::Author].map(|v| weights(&of_voice(v))),
            quotes: weights(QUOTES),
        };
        for reason in REASONS {
            for kind in Kind::ALL {
                kinds.answers.push(((reason, kind), weights(&of_answer(reason, kind))));
            }
        }
        for word in TABLE.keys().filter(|evidence| !evidence.starts_with('(')) {
            if words.number(word, kinds.words.len()) {
                kinds.words.push(weights(word));
            }
        }
        kinds
    }

    /// The kind of what is so attributed by rules, and the words that it rests on where these answer
    /// otherwise.
    pub(super) fn weigh(
        &self,
        (reason, kind): (Option<Reason>, Kind),
        voice: Voice,
        tokens: &Tokens,
    ) -> (Kind, [Option<Trace>; SHOWN]) {
        // Who judges is seen by the rules alone.
        if kind == Kind::Commentary {
            return (kind, [None; SHOWN]);
        }
        let answer = self.answers.iter().find(|(answer, _)| *answer == (reason, kind));
        let mut sums = answer.map_or([0; 3], |(_, weights)| *weights);
        add(&mut sums, &self.voices[voice as usize]);
        if !tokens.quotes.is_empty() {
            add(&mut sums, &self.quotes);
        }
        let mut seen = Seen::default();
        for token in tokens.list.iter().filter(|token| is_evidence(token)) {
            if let Some(weights) = self.words.get(usize::from(token.number))
                && seen.is_new(token.number)
            {
                add(&mut sums, weights);
            }
        }
        let mut best = Kind::Speech;
        for other in Kind::ALL {
            if sums[other as usize] > sums[best as usize] {
                best = other;
            }
        }
        let shown = if best == kind { [None; SHOWN] } else { self.shown(best, kind, tokens) };
        (best, shown)
    }

    /// The words that speak most for `kind` against `other`, which the rules answer.
    fn shown(&self, kind: Kind, other: Kind, tokens: &Tokens) -> [Option<Trace>; SHOWN] {
        let mut most: [(i32, Option<Trace>); SHOWN] = [(0, None); SHOWN];
        let mut seen = Seen::default();
        for token in tokens.list.iter().filter(|token| is_evidence(token)) {
            let Some(weights) = self.words.get(usize::from(token.number)) else { continue };
            let by = weights[kind as usize] - weights[other as usize];
            let least = SHOWN - 1;
            if by > most[least].0 && seen.is_new(token.number) {
                let trace = Trace { reason: Reason::Words, name: None, cue: Some(token.span()) };
                most[least] = (by, Some(trace));
                most.sort_by_key(|(by, _)| -by);
            }
        }
        most.map(|(_, trace)| trace)
    }
}

fn add(sums: &mut Weights, weights: &Weights) {
    for (sum, weight) in sums.iter_mut().zip(weights) {
        *sum += weight;
    }
}

/// Which words have been counted.
#[derive(Debug, Default)]
struct Seen([u64; 32]);

impl Seen {
    /// Whether `number` has not been seen; numbers past the end are always new.
    fn is_new(&mut self, number: u16) -> bool {
        let Some(part) = self.0.get_mut(usize::from(number / 64)) else { return true };
        let bit = 1 << (number % 64);
        let new = *part & bit == 0;
        *part |= bit;
        new
    }
}
