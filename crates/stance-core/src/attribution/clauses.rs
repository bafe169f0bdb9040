//! Which of the actors is the subject of a verb, and in which clause it stands.

use super::parties::{Actor, Head};
use super::reading::Reading;
use super::sorts::Sorts;
use super::tokens::{Token, What};

/// What the predicate of a clause begins with.
pub(super) const FINITE: Sorts =
    Sorts::of(&[Sorts::PAST, Sorts::PRESENT, Sorts::BE, Sorts::AUXILIARY, Sorts::MENTAL]);

/// How far back from a verb its clause is read.
const CLAUSE: usize = 64;

/// Where the main clause begins: after the comma that ends a subordinate clause in front.
pub(super) fn main_clause(tokens: &[Token]) -> usize {
    let first = tokens.iter().find(|token| token.what != What::Open);
    if first.is_none_or(|first| !first.is(Sorts::SUBORDINATOR)) {
        return 0;
    }
    let ends = |t: &Token| t.what == What::Comma && !t.has(Sorts::QUOTED | Sorts::ASIDE);
    tokens.iter().position(ends).map_or(0, |comma| comma + 1)
}

impl Reading<'_> {
    /// The subject of the verb at `verb`.
    pub(super) fn subject(&self, verb: usize) -> Option<usize> {
        // Actors lie in the order of the text: those of the clause are a slice.
        let ended = self.actors.partition_point(|actor| actor.end <= verb);
        let nearest = self.actors[..ended].iter().rposition(Actor::is_free);
        let start = self.clause_start(verb, nearest);
        let begun = self.actors[..ended].partition_point(|actor| actor.start < start);
        let Some(nearest) = nearest.filter(|&at| at >= begun) else {
            // "An Italian shareholder said", "the Turkmen account mentioned".
            return (begun..ended).find(|&at| {
                let actor = &self.actors[at];
                !actor.governed && self.opens_phrase(actor, verb)
            });
        };
        let gap = &self.tokens()[self.actors[nearest].end..verb];
        if !gap.iter().any(|t| t.what == What::Comma || t.is(Sorts::COORDINATOR)) {
            return Some(self.first_of_list(nearest, begun));
        }
        (begun..ended).find(|&at| self.actors[at].is_free())
    }

    /// Where the clause of `verb` begins: behind the quotation before it, unless only the words of the
    /// predicate are quoted; `nearest` is the last actor that can be its subject.
    fn clause_start(&self, verb: usize, nearest: Option<usize>) -> usize {
        if !self.quotes() {
            return 0;
        }
        let last_actor = nearest.map_or(0, |at| self.actors[at].start);
        for at in (verb.saturating_sub(CLAUSE)..verb).rev() {
            if self.tokens()[at].what == What::Close {
                let quoted = &self.tokens()[at.saturating_sub(7)..at];
                if last_actor > at || quoted.iter().all(|token| token.has(Sorts::QUOTED)) {
                    return at + 1;
                }
            }
        }
        0
    }

    /// Whether an adjective of a country begins the noun phrase before `verb`.
    fn opens_phrase(&self, actor: &Actor<'_>, verb: usize) -> bool {
        let tied = self.tokens()[actor.start].has(Sorts::TIED);
        let gap = &self.tokens()[actor.end..verb];
        !tied
            && gap.len() <= 7
            && gap.iter().all(|token| token.what != What::Break && !token.is(Sorts::THAT))
    }

    /// The first of the actors from `begun` on that "and" and commas join with the one at `last`.
    fn first_of_list(&self, last: usize, begun: usize) -> usize {
        let (mut first, mut listed) = (last, false);
        while first > begun {
            let before = &self.actors[first - 1];
            let between = self.between(first - 1);
            listed |= between.iter().any(|token| token.is(Sorts::COORDINATOR));
            if !listed || !is_list(between) || !before.is_free() {
                break;
            }
            first -= 1;
        }
        first
    }

    /// What stands between the actor at `at` and the next one.
    pub(super) fn between(&self, at: usize) -> &[Token] {
        let next = self.actors.get(at + 1).map_or(0, |next| next.start);
        self.tokens().get(self.actors[at].end..next).unwrap_or_default()
    }

    /// The actor that begins at `start` or up to `reach` tokens later, with no mark between.
    pub(super) fn actor_from(&self, start: usize, reach: usize) -> Option<usize> {
        let first = self.actors.partition_point(|actor| actor.start < start);
        let found = first + self.actors[first..].iter().position(|actor| !actor.weak)?;
        let begins = self.actors[found].start;
        let clear =
            begins <= start + reach && self.tokens()[start..begins].iter().all(|t| !t.is_mark());
        clear.then_some(found)
    }

    /// Who is named with "by" behind the passive at `verb`.
    pub(super) fn agent(&self, verb: usize) -> Option<usize> {
        if !self.sorts.any(Sorts::BY) {
            return None;
        }
        let end = (verb + 14).min(self.tokens().len());
        let by = (verb + 1..end)
            .find(|&at| self.is(at, Sorts::BY) && !self.tokens()[at].has(Sorts::QUOTED))?;
        self.actor_from(by + 1, 4)
    }

    /// Whether `verb` lies in a relative clause.
    pub(super) fn in_relative(&self, verb: usize) -> bool {
        const OTHER_VERB: Sorts =
            Sorts::of(&[Sorts::PAST, Sorts::PRESENT, Sorts::SAY, Sorts::MENTAL]);
        // What "that" follows as content: "says that", "the view that", "clear that".
        const SAYING: Sorts =
            Sorts::of(&[Sorts::SAY, Sorts::MENTAL, Sorts::UTTERANCE, Sorts::JUDGMENT]);
        const HELPER: Sorts = Sorts::of(&[Sorts::BE, Sorts::AUXILIARY]);
        if !self.sorts.any(Sorts::RELATIVE | Sorts::THAT) {
            return false;
        }
        let mut has_verb = false;
        for at in (verb.saturating_sub(CLAUSE)..verb).rev() {
            let token = &self.tokens()[at];
            match token.what {
                What::Comma | What::Break | What::Close => return false,
                What::Word if token.has(Sorts::RELATIVE) => return true,
                What::Word if token.has(Sorts::THAT) => {
                    return !has_verb && !self.sentence.before(at).is_some_and(|t| t.is(SAYING));
                }
                What::Word if at + 1 < verb => {
                    let lexical = token.has(OTHER_VERB) && !token.has(HELPER | Sorts::GERUND)
                        || token.has(HELPER) && verb - at > 3;
                    has_verb |= lexical && !self.is_noun_like(at);
                }
                _ => {}
            }
        }
        false
    }

    /// Whether the subject that begins at `start` opens a subordinate clause: "when Moscow said".
    pub(super) fn in_subordinate(&self, start: usize) -> bool {
        self.tokens()[start.saturating_sub(3)..start]
            .iter()
            .rev()
            .take_while(|token| token.what == What::Word)
            .any(|token| token.has(Sorts::SUBORDINATOR))
    }

    /// Whether a past is a participle: a verb stands before it in its clause ("sent wagons addressed
    /// to").
    pub(super) fn is_participle(&self, verb: usize) -> bool {
        const CLAUSE_MARK: Sorts =
            Sorts::of(&[Sorts::COORDINATOR, Sorts::THAT, Sorts::RELATIVE, Sorts::SUBORDINATOR]);
        for at in (verb.saturating_sub(CLAUSE)..verb).rev() {
            let token = &self.tokens()[at];
            if token.is_mark() || token.is(CLAUSE_MARK) {
                return false;
            }
            let finite = token.is(Sorts::PAST | Sorts::PRESENT)
                && !token.is(Sorts::AUXILIARY | Sorts::BE)
                && !self.is_noun_like(at);
            if finite && verb - at > 1 {
                // "claimed Tokayev said": the verb has a subject of its own.
                let ended = self.actors.partition_point(|actor| actor.end <= verb);
                return !self.actors[..ended].last().is_some_and(|actor| {
                    let named = matches!(actor.head, Head::Pronoun(_) | Head::Known(_));
                    actor.end == verb && actor.start > at && actor.is_free() && named
                });
            }
        }
        false
    }

    /// Whether a word that can be a verb is a noun or an attribute here.
    pub(super) fn is_noun(&self, at: usize) -> bool {
        let token = &self.tokens()[at];
        let inflected = token.has(Sorts::PAST | Sorts::PRESENT | Sorts::GERUND);
        let Some(before) = self.sentence.before(at) else {
            return !token.has(Sorts::PAST | Sorts::GERUND);
        };
        if before.is(Sorts::TO | Sorts::AUXILIARY) {
            return false;
        }
        let plural = before.what == What::Name
            || before.is(Sorts::PRONOUN | Sorts::PLURAL | Sorts::COORDINATOR);
        self.is_noun_like(at) || !inflected && !plural
    }

    /// Whether what stands before the word at `at` makes a noun of it.
    pub(super) fn is_noun_like(&self, at: usize) -> bool {
        let Some(before) = self.sentence.before(at) else { return true };
        before.is(Sorts::DETERMINER | Sorts::POSSESSIVE | Sorts::PREPOSITION)
            && !before.has(Sorts::THAT)
            || before.has(Sorts::OWNS)
    }

    /// Whether only adverbs and auxiliaries stand between `from` and `to`.
    pub(super) fn gap_is_clear(&self, from: usize, to: usize) -> bool {
        let clear = |token: &Token| {
            token.is(Sorts::AUXILIARY | Sorts::TIME | Sorts::ADVERB) || token.is_plain()
        };
        self.tokens().get(from..to).is_some_and(|gap| gap.len() <= 4 && gap.iter().all(clear))
    }

    /// Whether a word of `sorts` stands before `verb`, with nothing but adverbs between.
    pub(super) fn follows(&self, verb: usize, sorts: Sorts) -> bool {
        for token in self.tokens()[verb.saturating_sub(3)..verb].iter().rev() {
            if token.is(sorts) {
                return true;
            }
            if !token.is(Sorts::ADVERB | Sorts::NEGATOR) && !token.is_plain() {
                return false;
            }
        }
        false
    }
}

/// Whether only commas, coordinators and determiners stand between two actors.
pub(super) fn is_list(between: &[Token]) -> bool {
    let joins = |t: &Token| t.what == What::Comma || t.is(Sorts::COORDINATOR | Sorts::DETERMINER);
    !between.is_empty() && between.iter().all(joins)
}
