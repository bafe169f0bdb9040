//! Which verb of acting says what is done, and by what a sentence shows a stance.

use super::clauses::FINITE;
use super::parties::Party;
use super::reading::Reading;
use super::sorts::Sorts;
use super::speech::{Rank, Speech};
use super::{Kind, Reason};

/// A verb of acting and who acts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act {
    pub(super) verb: usize,
    pub(super) actor: usize,
    pub(super) reason: Reason,
    /// Whether somebody else than the target acts.
    pub(super) holds: bool,
}

impl Reading<'_> {
    /// The first verb from `start` on that is not one of saying and whose subject holds a stance, else
    /// the first that has one.
    pub(super) fn act(&self, start: usize) -> Option<Act> {
        let mut of_target = None;
        if self.actors.is_empty() {
            return None;
        }
        for at in start..self.tokens().len() {
            let token = &self.tokens()[at];
            if !token.is(FINITE) || token.has(Sorts::QUOTED | Sorts::ASIDE) || self.is_noun_like(at)
            {
                continue;
            }
            let passive = token.has(Sorts::PAST) && self.follows(at, Sorts::BE);
            let agent = if passive { self.agent(at) } else { None };
            let reason = if agent.is_some() { Reason::Agent } else { Reason::Actor };
            let Some(actor) = agent.or_else(|| self.subject(at)) else { continue };
            let holds = !self.resolve(actor).iter().all(Party::is_domestic);
            let act = Act { verb: at, actor, reason, holds };
            if holds {
                return Some(act);
            }
            of_target = of_target.or(Some(act));
        }
        of_target
    }

    pub(super) fn kind_of_act(&self, act: Act) -> Kind {
        // Of "had refused" and "is convinced" the second verb says what was done.
        let end = (act.verb + 5).min(self.tokens().len());
        let helps = self.is(act.verb, Sorts::BE | Sorts::AUXILIARY);
        let main = (act.verb + 1..end).find(|&at| {
            helps
                && self.is(at, Sorts::PAST | Sorts::SAY | Sorts::MENTAL)
                && !self.is(at, Sorts::AUXILIARY | Sorts::BE)
        });
        let verb = main.unwrap_or(act.verb);
        let uttered = self.is(verb, Sorts::MENTAL | Sorts::SAY) && !self.is(verb, Sorts::ENACTS)
            || self.actors[act.actor].owns && self.is_utterance();
        let wished = self.is(act.verb, Sorts::WISH);
        if uttered || wished || self.quotes() && self.is(verb, Sorts::BE) {
            Kind::Speech
        } else {
            Kind::Deed
        }
    }

    /// Whether what is said is a deed that was done: "Uzbekistan has stopped the deliveries, the
    /// ministry said".
    pub(super) fn announces(&self, speech: Speech) -> bool {
        if speech.rank < Rank::Beside || self.quotes() {
            return false;
        }
        let Some(act) = self.act(0) else { return false };
        act.holds
            && act.verb < speech.verb
            && act.actor != speech.speaker
            && !self.actors[act.actor].is_pronoun()
            && self.kind_of_act(act) == Kind::Deed
            && !self.is(act.verb, Sorts::BE)
    }

    /// Whether the author judges: "it is likely that", "in other words".
    pub(super) fn is_judged(&self) -> bool {
        if !self.sorts.any(Sorts::JUDGMENT | Sorts::UTTERANCE) {
            return false;
        }
        self.tokens().iter().enumerate().any(|(at, token)| {
            let in_other_words =
                || token.is(Sorts::UTTERANCE) && at > 1 && self.is(at - 1, Sorts::OTHER);
            (token.is(Sorts::JUDGMENT) || in_other_words()) && !token.has(Sorts::QUOTED)
        })
    }

    /// Whether the subject is what somebody uttered: "the reactions in Tashkent were sharp".
    pub(super) fn is_utterance(&self) -> bool {
        if !self.sorts.any(Sorts::UTTERANCE) {
            return false;
        }
        for (at, token) in self.tokens().iter().enumerate().skip(self.main) {
            if token.is(Sorts::PREPOSITION) || token.is(FINITE) && !self.is_noun_like(at) {
                return false;
            }
            if token.is(Sorts::UTTERANCE) && !token.has(Sorts::SAY) {
                return true;
            }
        }
        false
    }

    /// Whether something was done: a passive, or the past of a verb.
    pub(super) fn is_reported(&self) -> bool {
        self.sorts.any(Sorts::PAST)
            && self.tokens().iter().enumerate().any(|(at, token)| {
                token.is(Sorts::PAST)
                    && !token.has(Sorts::QUOTED | Sorts::ASIDE)
                    && !self.is_noun_like(at)
                    && !self.in_relative(at)
            })
    }
}
