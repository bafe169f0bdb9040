//! The kind of a statement by the weights of its words, of what stands side by side in it, and of what
//! the rules answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::sorts::Sorts;
use super::tokens::{Token, Tokens, What};
use super::words::{LONGEST, UNNUMBERED, Words};
use super::{Attribution, Kind, Reason, Trace, Voice};
use crate::{Mention, Span};

/// How much something speaks for each kind, in hundredths of a nat, ordered as [`Kind::ALL`].
type Weights = [i32; 3];

/// The learned weights.
#[derive(Clone, Debug)]
pub(super) struct Kinds {
    /// Of signs and words by their numbers, then of pairs by theirs.
    weights: Vec<Weights>,
    pairs: Pairs,
    /// By reason and kind of the rules' answer.
    answers: Vec<((Option<Reason>, Kind), Weights)>,
    voices: [Weights; 3],
    quotes: Weights,
}

/// What the embedded file holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// A line for each piece of evidence, with its weights for speech and for deed.
    evidence: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../atlas/kinds.toml")).expect("a test reads the file")
});

impl Table {
    fn weights(&self) -> impl Iterator<Item = (&str, Weights)> {
        self.evidence.lines().filter_map(|line| {
            let (rest, deed) = line.rsplit_once(' ')?;
            let (evidence, speech) = rest.rsplit_once(' ')?;
            let (speech, deed) = (speech.parse::<i32>().ok()?, deed.parse::<i32>().ok()?);
            Some((evidence, [speech, deed, -(speech + deed)]))
        })
    }
}

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

/// What stands for that which is no word, by its number; the words are numbered after these.
const SIGNS: [&str; 7] = [START, "@", "#", ",", ";", "“", "”"];

/// What stands before the first word.
const START: &str = "^";

/// Most words that a trace names.
const SHOWN: usize = 2;

fn of_answer(reason: Option<Reason>, kind: Kind) -> String {
    format!("({}, {kind})", reason.map_or("nobody", Reason::as_str))
}

fn of_voice(voice: Voice) -> String {
    format!("(voice {voice})")
}

const QUOTES: &str = "(quotes)";

/// What speaks for the kind of a statement that rules alone have attributed, each once: their answer in
/// brackets, the words in lower case, and what stands side by side, "^" before the first.
///
/// A name is "@", a number "#", a semicolon, colon, dash, bracket or stop ";"; words of more than 16
/// bytes are left out.
///
/// # Examples
/// ```
/// use stance_core::{Atlas, Attributor, Discourse, kind_evidence};
/// let attributor = Attributor::by_rules(Atlas::builtin());
/// let found = attributor.attribute(&mut Discourse::new(None), "They signed, too.", &[]);
/// let evidence = kind_evidence(&found, "They signed, too.", &[]);
/// for one in ["(voice author)", "signed", ",", "^ they", "they signed", "signed ,", ", too"] {
///     assert!(evidence.contains(one), "{one}");
/// }
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
    let mut before = Some(START.to_owned());
    for token in &tokens.list {
        let now = match sign_of(token) {
            Some(sign) => Some(SIGNS[usize::from(sign)].to_owned()),
            None => is_short(token).then(|| token.text(text).to_ascii_lowercase()),
        };
        if let (Some(before), Some(now)) = (&before, &now) {
            evidence.insert(format!("{before} {now}"));
        }
        evidence.extend(now.clone());
        before = now;
    }
    evidence
}

/// The number of the sign that stands for a token; none for a word.
fn sign_of(token: &Token) -> Option<u16> {
    match token.what {
        What::Word if token.has(Sorts::NUMBER) => Some(2),
        What::Word => None,
        What::Name => Some(1),
        What::Comma => Some(3),
        What::Break => Some(4),
        What::Open => Some(5),
        What::Close => Some(6),
    }
}

fn is_short(token: &Token) -> bool {
    (token.end - token.start) as usize <= LONGEST
}

impl Kinds {
    /// The embedded weights; their words are numbered in `words`.
    pub(super) fn new(words: &mut Words) -> Self {
        let mut weights = vec![[0; 3]; SIGNS.len()];
        let mut numbers: BTreeMap<&str, u16> = SIGNS.into_iter().zip(0..).collect();
        let mut answers = BTreeMap::new();
        let is_answer = |evidence: &str| evidence.starts_with('(');
        for (evidence, weight) in TABLE.weights() {
            if is_answer(evidence) {
                answers.insert(evidence, weight);
            } else if let Some(sign) = numbers.get(evidence).copied() {
                weights[usize::from(sign)] = weight;
            } else if !evidence.contains(' ')
                && words.number(evidence, weights.len())
                && let Ok(number) = u16::try_from(weights.len())
            {
                numbers.insert(evidence, number);
                weights.push(weight);
            }
        }
        let (mut pairs, first) = (Vec::new(), weights.len());
        for (evidence, weight) in TABLE.weights().filter(|(evidence, _)| !is_answer(evidence)) {
            let both = evidence
                .split_once(' ')
                .map(|(before, now)| (numbers.get(before), numbers.get(now)));
            if let Some((Some(&before), Some(&now))) = both {
                pairs.push((before, now));
                weights.push(weight);
            }
        }
        let answer = |evidence: &str| answers.get(evidence).copied().unwrap_or_default();
        Self {
            weights,
            pairs: Pairs::new(&pairs, first),
            answers: REASONS
                .into_iter()
                .flat_map(|reason| Kind::ALL.map(|kind| (reason, kind)))
                .map(|(reason, kind)| ((reason, kind), answer(&of_answer(reason, kind))))
                .collect(),
            voices: [Voice::Holder, Voice::Target, Voice::Author].map(|v| answer(&of_voice(v))),
            quotes: answer(QUOTES),
        }
    }

    /// The kind of what is so attributed by rules, and the words that it rests on where these answer
    /// otherwise.
    pub(super) fn weigh(
        &self,
        (reason, kind): (Option<Reason>, Kind),
        voice: Voice,
        tokens: &Tokens,
    ) -> (Kind, [Option<Trace>; SHOWN]) {
        let answer = self.answers.iter().find(|(answer, _)| *answer == (reason, kind));
        let mut sums = answer.map_or([0; 3], |(_, weights)| *weights);
        add(&mut sums, &self.voices[voice as usize]);
        if !tokens.quotes.is_empty() {
            add(&mut sums, &self.quotes);
        }
        self.each(tokens, |weights, _| add(&mut sums, weights));
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
        self.each(tokens, |weights, cue| {
            let by = weights[kind as usize] - weights[other as usize];
            let least = SHOWN - 1;
            if by > most[least].0 {
                let trace = Trace { reason: Reason::Words, name: None, cue: Some(cue) };
                most[least] = (by, Some(trace));
                most.sort_by_key(|(by, _)| -by);
            }
        });
        most.map(|(_, trace)| trace)
    }

    /// Calls `with` for each word, sign and pair that has weights, once, with where it first stands.
    fn each(&self, tokens: &Tokens, mut with: impl FnMut(&Weights, Span)) {
        let mut seen = Seen([0; MOST / 64]);
        let mut found = |number: u16, start: u32, end: u32| {
            if let Some(weights) = self.weights.get(usize::from(number))
                && seen.is_new(number)
            {
                with(weights, Span::new(start as usize, end as usize));
            }
        };
        let (mut before, mut start) = (0, 0);
        for token in &tokens.list {
            let now = sign_of(token).unwrap_or(token.number);
            found(now, token.start, token.end);
            found(self.pairs.get(before, now), start, token.end);
            (before, start) = (now, token.start);
        }
    }
}

fn add(sums: &mut Weights, weights: &Weights) {
    for (sum, weight) in sums.iter_mut().zip(weights) {
        *sum += weight;
    }
}

/// The numbers of pairs of numbers.
#[derive(Clone, Debug)]
struct Pairs {
    /// At the hash of a pair, or in the next free slot, the pair and its number.
    slots: Vec<(u32, u16)>,
    /// How many bits of a hash do not count.
    shift: u32,
}

/// What stands in a free slot; no pair of words that have numbers.
const FREE: (u32, u16) = (u32::MAX, UNNUMBERED);

impl Pairs {
    /// Numbers `pairs` from `first` on.
    fn new(pairs: &[(u16, u16)], first: usize) -> Self {
        // At least half of the slots are free.
        let bits = (2 * pairs.len() + 1).next_power_of_two().ilog2();
        let mut all = Self { slots: vec![FREE; 1 << bits], shift: u32::BITS - bits };
        for (&(before, now), number) in pairs.iter().zip(first..) {
            let key = Self::key(before, now);
            let slot = all.slot(key);
            all.slots[slot] = (key, u16::try_from(number).unwrap_or(UNNUMBERED));
        }
        all
    }

    fn key(before: u16, now: u16) -> u32 {
        u32::from(before) << u16::BITS | u32::from(now)
    }

    /// The slot that `key` has or could take.
    fn slot(&self, key: u32) -> usize {
        let hash = key.wrapping_mul(0x9e37_79b1).checked_shr(self.shift).unwrap_or(0);
        let mut slot = hash as usize;
        while self.slots[slot].0 != key && self.slots[slot] != FREE {
            slot = (slot + 1) % self.slots.len();
        }
        slot
    }

    /// The number of a pair; [`UNNUMBERED`] if it has none.
    fn get(&self, before: u16, now: u16) -> u16 {
        self.slots[self.slot(Self::key(before, now))].1
    }
}

/// What has been counted.
#[derive(Debug)]
struct Seen([u64; MOST / 64]);

/// At most so many words, signs and pairs have weights.
const MOST: usize = 8192;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Atlas;

    #[test]
    fn every_line_of_the_table_has_a_number() {
        let kinds = Kinds::new(&mut Words::new(Atlas::builtin().offices()));
        let lines = TABLE.evidence.lines().count();
        let answers = TABLE.weights().filter(|(evidence, _)| evidence.starts_with('(')).count();
        let signs = TABLE.weights().filter(|(evidence, _)| SIGNS.contains(evidence)).count();
        assert_eq!(TABLE.weights().count(), lines);
        assert_eq!(kinds.weights.len(), SIGNS.len() + lines - answers - signs);
        assert!(kinds.weights.len() <= MOST, "{}", kinds.weights.len());
    }

    #[test]
    fn pairs_have_their_numbers_and_others_none() {
        let listed: Vec<(u16, u16)> = (0..3000).map(|n| (n * 7 % 1000, n)).collect();
        let pairs = Pairs::new(&listed, 1000);
        for (&(before, now), number) in listed.iter().zip(1000..) {
            assert_eq!(pairs.get(before, now), number);
            assert_eq!(pairs.get(now, before) == UNNUMBERED, !listed.contains(&(now, before)));
        }
        assert_eq!(pairs.get(UNNUMBERED, UNNUMBERED), UNNUMBERED);
        assert_eq!(Pairs::new(&[], 0).get(1, 2), UNNUMBERED);
    }
}
