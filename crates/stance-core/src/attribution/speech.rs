//! Which verbs of saying have a speaker, and how much each of them weighs.

use super::Reason;
use super::parties::{Head, PartyKind};
use super::reading::Reading;
use super::sorts::Sorts;
use super::tokens::{Token, What};

/// A verb of saying and who says it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Speech {
    pub(super) verb: usize,
    pub(super) speaker: usize,
    pub(super) reason: Reason,
    pub(super) rank: Rank,
}

/// How near a verb of saying is to the sentence's own level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// An outlet as the source.
    Outlet,
    /// In a clause below another.
    Below,
    /// A form in "-ing".
    Gerund,
    /// Of the main clause.
    Main,
    /// "in the words of".
    Words,
    /// After or amid what is said: ", he said".
    Beside,
    /// "according to".
    Source,
}

impl Speech {
    /// The same in a clause that says what somebody said.
    fn in_content(self) -> Self {
        let beside = self.rank >= Rank::Beside;
        Self { rank: if beside { self.rank } else { Rank::Below }, ..self }
    }
}

impl Reading<'_> {
    /// Whether all of the sentence stands between quotation marks.
    pub(super) fn is_quotation(&self) -> bool {
        let mut words = self.tokens().iter().filter(|t| !t.is_mark() && !t.has(Sorts::ASIDE));
        self.quotes() && words.all(|token| token.has(Sorts::QUOTED))
    }

    /// The verb of saying that has a speaker and weighs most; of equals the first.
    pub(super) fn speech(&self) -> Option<Speech> {
        let cues = Sorts::SAY | Sorts::UTTERANCE | Sorts::ACCORDING | Sorts::FOR;
        if !self.sorts.any(cues) || self.actors.is_empty() {
            return None;
        }
        let mut best: Option<Speech> = None;
        let mut in_content = false;
        for (at, token) in self.tokens().iter().enumerate() {
            in_content |= best.is_some() && token.is(Sorts::THAT);
            if !token.is(cues) || token.has(Sorts::QUOTED | Sorts::ASIDE) {
                continue;
            }
            let mut found = self.source(at);
            if found.is_none() && token.has(Sorts::SAY) && !self.is_noun(at) {
                found = self.said(at).map(|said| if in_content { said.in_content() } else { said });
            }
            if let Some(speech) = found
                && best.is_none_or(|best| speech.rank > best.rank)
            {
                best = Some(speech);
            }
        }
        best
    }

    /// A verb of saying of the main clause whose subject is nobody that is known: "the sponsor said".
    pub(super) fn unnamed_speech(&self) -> Option<usize> {
        const VERB: Sorts = Sorts::of(&[
            Sorts::PAST,
            Sorts::BE,
            Sorts::AUXILIARY,
            Sorts::THAT,
            Sorts::SUBORDINATOR,
        ]);
        if !self.sorts.any(Sorts::SAY) {
            return None;
        }
        for (at, token) in self.tokens().iter().enumerate() {
            let finite = token.is(Sorts::SAY)
                && token.has(Sorts::PAST | Sorts::PRESENT)
                && !token.has(Sorts::QUOTED | Sorts::ASIDE);
            if finite
                && at > self.main
                && !self.tokens()[at - 1].is_mark()
                && !self.is_noun(at)
                && !self.in_relative(at)
                && self.subject(at).is_none()
            {
                return Some(at);
            }
            if token.is(VERB) {
                return None;
            }
        }
        None
    }

    /// "according to X", "in the words of X", "in X's view", "For X,".
    fn source(&self, at: usize) -> Option<Speech> {
        let token = &self.tokens()[at];
        let (reason, verb) = (Reason::Source, at);
        if token.has(Sorts::ACCORDING) && self.is(at + 1, Sorts::TO) {
            let speaker = self.actor_from(at + 2, 3)?;
            let rank = match self.actors[speaker].known() {
                Some(party) if party.kind == PartyKind::Outlet && party.is_target() => Rank::Below,
                Some(party) if party.kind == PartyKind::Outlet => Rank::Outlet,
                _ => Rank::Source,
            };
            return Some(Speech { verb, speaker, reason, rank });
        }
        if at == 0 && token.has(Sorts::FOR) {
            let speaker = self.actor_from(1, 2)?;
            let actor = &self.actors[speaker];
            let closes = self.tokens().get(actor.end).is_some_and(|next| next.what == What::Comma);
            let named =
                actor.known().is_some_and(|p| p.kind != PartyKind::Country || !p.is_target());
            return (closes && named).then_some(Speech {
                verb,
                speaker,
                reason,
                rank: Rank::Words,
            });
        }
        if !token.has(Sorts::UTTERANCE) {
            return None;
        }
        let before = &self.tokens()[at.saturating_sub(3)..at];
        let mut before = before.iter().rev().take_while(|token| !token.is_mark());
        if !before.any(|token| token.is(Sorts::IN)) {
            return None;
        }
        let ended = self.actors.partition_point(|actor| actor.end < at);
        let owner = self.actors.get(ended).is_some_and(|a| a.end == at && a.owns && !a.weak);
        let of = || self.actor_from(at + 2, 3).filter(|_| self.is(at + 1, Sorts::OF));
        let speaker = if owner { ended } else { of()? };
        Some(Speech { verb, speaker, reason, rank: Rank::Words })
    }

    /// The verb of saying at `verb` with its speaker.
    fn said(&self, verb: usize) -> Option<Speech> {
        let token = &self.tokens()[verb];
        let past = token.has(Sorts::PAST);
        if past && self.follows(verb, Sorts::BE) {
            let speaker = self.agent(verb)?;
            let rank = if verb < self.main { Rank::Below } else { Rank::Main };
            return Some(Speech { verb, speaker, reason: Reason::Agent, rank });
        }
        let reason = Reason::Speaker;
        if token.has(Sorts::PAST | Sorts::PRESENT)
            && let Some(speaker) = self.inverted(verb)
        {
            return Some(Speech { verb, speaker, reason, rank: Rank::Beside });
        }
        if self.is_phone_call(verb) || past && self.is_participle(verb) {
            return None;
        }
        let speaker = self.subject(verb)?;
        let subject = &self.actors[speaker];
        let clear = self.gap_is_clear(subject.end, verb);
        let gerund = token.has(Sorts::GERUND);
        if !past && !gerund && !clear && !self.follows(verb, Sorts::AUXILIARY) {
            return None;
        }
        let ends = self.tokens().get(verb + 1).is_none_or(|next| {
            matches!(next.what, What::Comma | What::Break)
                || next.is(Sorts::PREPOSITION | Sorts::TIME)
        });
        let rank = if ends && clear && self.after_mark(subject.start) {
            Rank::Beside
        } else if subject.start > self.main + 2 && self.in_subordinate(subject.start)
            || verb < self.main && subject.start < self.main
            || self.in_relative(verb)
        {
            Rank::Below
        } else if gerund && !self.follows(verb, Sorts::BE) {
            Rank::Gerund
        } else {
            Rank::Main
        };
        Some(Speech { verb, speaker, reason, rank })
    }

    /// Whether "called" rang somebody up: "Putin called Tokayev on Saturday".
    fn is_phone_call(&self, verb: usize) -> bool {
        if !self.is(verb, Sorts::CALL) {
            return false;
        }
        let Some(called) = self.actor_from(verb + 1, 1) else { return false };
        let called = &self.actors[called];
        !called.owns
            && self.tokens().get(called.end).is_none_or(|next| {
                matches!(next.what, What::Comma | What::Break)
                    || next.is(Sorts::PREPOSITION | Sorts::TIME | Sorts::COORDINATOR)
            })
    }

    /// The speaker behind a verb that follows what is said: "”, said Tokayev".
    fn inverted(&self, verb: usize) -> Option<usize> {
        let before = self.sentence.before(verb)?;
        let comma = before.what == What::Comma;
        let closes = before.what == What::Close
            || comma && self.sentence.before(verb - 1).is_some_and(|t| t.what == What::Close);
        let plain = comma && self.tokens()[verb].has(Sorts::PLAIN);
        if !(closes || plain) {
            return None;
        }
        let at = self.actors.partition_point(|actor| actor.start <= verb);
        let actor = self.actors.get(at)?;
        let near = actor.start == verb + 1
            || actor.start == verb + 2 && self.is(verb + 1, Sorts::DETERMINER);
        let ends = self
            .tokens()
            .get(actor.end)
            .is_none_or(|next| next.is_mark() || next.is(Sorts::PREPOSITION | Sorts::TIME));
        let pronoun = matches!(actor.head, Head::Pronoun(_));
        (near && (closes || !pronoun && ends)).then_some(at)
    }

    /// Whether the subject that begins at `start` follows a mark, its article aside.
    fn after_mark(&self, start: usize) -> bool {
        let before = self.sentence.before(start);
        before.is_some_and(|t| matches!(t.what, What::Comma | What::Close | What::Break))
            || before.is_some_and(|t| t.is(Sorts::DETERMINER | Sorts::MODIFIER))
                && self.sentence.before(start - 1).is_some_and(Token::is_mark)
    }
}
