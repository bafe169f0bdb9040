//! Who of those in a sentence holds what it says.

use super::acts::Act;
use super::clauses::main_clause;
use super::discourse::{Discourse, Met};
use super::parties::{Actor, Head, Parties, Party, PartyKind, Side};
use super::phrases::Sentence;
use super::reading::Reading;
use super::sorts::Sorts;
use super::speech::{Rank, Speech};
use super::tokens::Tokens;
use super::{Attribution, Attributor, Holder, Kind, Reason, Trace, Voice, actors, dates};
use crate::{Date, Mention, Span};

/// Who was chosen.
#[derive(Debug)]
struct Choice<'a> {
    /// The holders; whoever speaks is the first, the target too.
    parties: Parties<'a>,
    voice: Voice,
    kind: Kind,
    trace: Option<Trace>,
    /// Who acts or speaks, be it the target: a quotation that follows is theirs.
    subject: Option<Party<'a>>,
}

impl Attributor {
    /// Attributes one sentence and takes it into the memory of `discourse`.
    pub(super) fn decide(
        &self,
        discourse: &mut Discourse,
        text: &str,
        mentions: &[Mention],
    ) -> Attribution {
        let Discourse { memory, tokens, fresh, holders: next, actors: spare } = discourse;
        let article = memory.article;
        memory.quoting = tokens.set(text, mentions, memory.quoting, article, &self.words);
        let sentence = Sentence { text, tokens: &tokens.list, mentions };
        let mut actors = recycled(spare);
        actors::find(sentence, memory, &mut actors);
        let (sorts, main) = (tokens.sorts, main_clause(&tokens.list));
        let choice = Reading { sentence, sorts, actors: &actors, memory, main }.choose();

        let (date, dated) = date_of(text, tokens, article);
        let parties = choice.parties.iter().filter(|party| !party.is_domestic());
        next.extend(parties.map(|&party| Met::from(party)));
        let mut holders: Vec<Holder> = Vec::new();
        for party in &*next {
            let holder = self.holder(party, date);
            if !holders.contains(&holder) {
                holders.push(holder);
            }
        }
        let reason = choice.trace.map(|trace| trace.reason);
        let by_rules = (reason, choice.kind);
        let (kind, weighed) = match &self.kinds {
            Some(kinds) => kinds.weigh(by_rules, choice.voice, tokens),
            None => (choice.kind, Default::default()),
        };
        let attribution = Attribution {
            voice: choice.voice,
            kind,
            trace: choice
                .trace
                .into_iter()
                .chain(weighed.into_iter().flatten())
                .chain(dated)
                .collect(),
            holders,
            date,
            quotes: std::mem::take(&mut tokens.quotes),
            cited: std::mem::take(&mut tokens.cited),
        };
        let named = actors.iter().filter(|actor| !actor.weak).filter_map(Actor::known);
        fresh.extend(named.map(|&party| Met::from(party)));
        let speaker = choice.subject.map(Met::from);
        *spare = recycled(&mut actors);
        memory.pass(mentions);
        memory.remember(fresh.drain(..), speaker, next);
        attribution
    }

    fn holder(&self, met: &Met, date: Option<Date>) -> Holder {
        let name = met.name.as_ref().filter(|_| met.kind == PartyKind::Person);
        let held = name.and_then(|name| self.office_of(name, date));
        Holder {
            country: met.country.clone(),
            office: held.or_else(|| met.office.clone()),
            name: met.name.clone(),
        }
    }
}

/// When it was said or done, and on what that rests.
fn date_of(text: &str, tokens: &Tokens, article: Option<Date>) -> (Option<Date>, Option<Trace>) {
    let cited = tokens.cited.iter().find_map(|citation| citation.date);
    let because = |reason, cue| Some(Trace { reason, name: None, cue });
    match (dates::of_sentence(text, tokens, article), cited) {
        (Some(found), cited) if found.date.day().is_some() || cited.is_none() => {
            (Some(found.date), because(Reason::Dated, Some(tokens.list[found.at].span())))
        }
        (_, Some(cited)) => (Some(cited), because(Reason::Cited, None)),
        _ => (article, article.and_then(|_| because(Reason::Article, None))),
    }
}

impl<'a> Reading<'a> {
    fn choose(&self) -> Choice<'a> {
        let speech = self.speech();
        if let Some(speech) = speech.filter(|speech| speech.rank >= Rank::Main) {
            return self.spoken(speech);
        }
        let act = self.act(self.main);
        if let Some(speech) = speech.filter(|&speech| self.outweighs(speech, act)) {
            return self.spoken(speech);
        }
        if self.is_quotation()
            && let Some(speaker) = &self.memory.speaker
        {
            let speaker = speaker.party();
            return Choice {
                parties: Some(speaker).into(),
                voice: voice_of(&speaker),
                kind: if speaker.comments { Kind::Commentary } else { Kind::Speech },
                trace: Some(Trace { reason: Reason::Continued, name: None, cue: None }),
                subject: None,
            };
        }
        let unnamed = self.unnamed_speech();
        if let Some(verb) = unnamed.filter(|&v| act.is_none_or(|a| a.verb > v || !a.holds)) {
            let country = self.place().or_else(|| self.memory.main_country());
            let party = Party { country, ..Party::blank(PartyKind::Group) };
            let cue = Some(self.tokens()[verb].span());
            return Choice {
                parties: Some(party).into(),
                voice: Voice::Holder,
                kind: Kind::Speech,
                trace: country.map(|_| Trace { reason: Reason::Topic, name: None, cue }),
                subject: None,
            };
        }
        match act {
            Some(act) => self.done(act),
            None => self.told(),
        }
    }

    /// Whether the sentence is what is said in a lower clause rather than what is done.
    fn outweighs(&self, speech: Speech, act: Option<Act>) -> bool {
        let Some(act) = act else { return true };
        // "Finland closed the crossing, saying"
        let deed = act.holds
            && act.verb < speech.verb
            && !self.is(act.verb, Sorts::BE | Sorts::AUXILIARY | Sorts::MENTAL);
        speech.rank == Rank::Gerund && !deed
    }

    /// Somebody says it.
    fn spoken(&self, speech: Speech) -> Choice<'a> {
        let trace = Some(self.trace(speech.reason, speech.speaker, Some(speech.verb)));
        if self.is_author(speech.speaker) {
            return Choice { trace, ..self.topic() };
        }
        let mut parties = self.resolve(speech.speaker);
        self.give_country(&mut parties, speech.speaker);
        let subject = parties.first().copied();
        let voice = subject.as_ref().map_or(Voice::Holder, voice_of);
        let enacts = || self.is(speech.verb, Sorts::ENACTS) || self.announces(speech);
        let kind = if subject.is_some_and(|party| party.comments) {
            Kind::Commentary
        } else if voice != Voice::Target && enacts() {
            Kind::Deed
        } else {
            Kind::Speech
        };
        Choice { parties, voice, kind, trace, subject }
    }

    /// Somebody does it.
    fn done(&self, act: Act) -> Choice<'a> {
        let mut parties = self.resolve(act.actor);
        if parties.iter().all(Party::is_domestic) {
            return Choice { subject: parties.first().copied(), ..self.told() };
        }
        self.give_country(&mut parties, act.actor);
        let first = parties.first().copied();
        let comments = first.is_some_and(|party| party.comments);
        let judged = self.is_judged();
        Choice {
            voice: if judged && !comments { Voice::Author } else { Voice::Holder },
            kind: if comments || judged { Kind::Commentary } else { self.kind_of_act(act) },
            trace: Some(self.trace(act.reason, act.actor, Some(act.verb))),
            subject: first.filter(|party| party.kind != PartyKind::Country),
            parties,
        }
    }

    /// Nobody says or does it in so many words: whoever is named.
    fn told(&self) -> Choice<'a> {
        let quoted = self.quotes();
        let judged = self.is_judged();
        let uttered = self.is_utterance();
        for place in [Place::Owner, Place::Anywhere] {
            let fits = |&at: &usize| place.holds(&self.actors[at], self.main);
            for at in (0..self.actors.len()).filter(fits) {
                let actor = &self.actors[at];
                let parties = self.resolve(at);
                let counts = |party: &Party<'_>| {
                    // "in Central Asia" tells only where.
                    let where_only = party.kind == PartyKind::Region
                        && place != Place::Owner
                        && actor.governed
                        && !matches!(actor.head, Head::Description(..));
                    !party.is_domestic() && party.country.is_some() && !where_only
                };
                if !parties.iter().any(counts) {
                    continue;
                }
                let holds = place == Place::Owner || quoted || uttered || self.is_reported();
                return Choice {
                    parties,
                    voice: if holds && !judged { Voice::Holder } else { Voice::Author },
                    kind: if judged {
                        Kind::Commentary
                    } else if quoted || uttered {
                        Kind::Speech
                    } else {
                        Kind::Deed
                    },
                    trace: Some(self.trace(place.reason(), at, None)),
                    subject: None,
                };
            }
        }
        let topic = self.topic();
        let by_author = (0..self.actors.len()).any(|at| self.is_author(at));
        let reported = self.is_reported();
        if judged || by_author || !reported && !quoted {
            return topic;
        }
        let holds = reported && topic.trace.is_some();
        Choice {
            voice: if holds { Voice::Holder } else { Voice::Author },
            kind: if quoted { Kind::Speech } else { Kind::Deed },
            ..topic
        }
    }

    /// Whom the text before is about.
    fn topic(&self) -> Choice<'a> {
        let country = self.memory.topic();
        let party = country.map(|_| Party { country, ..Party::blank(PartyKind::Country) });
        Choice {
            parties: party.into(),
            voice: Voice::Author,
            kind: Kind::Commentary,
            trace: country.map(|_| Trace { reason: Reason::Topic, name: None, cue: None }),
            subject: None,
        }
    }

    /// Gives the first of `parties`, which the actor at `actor` names, a country where it has none.
    fn give_country(&self, parties: &mut Parties<'a>, actor: usize) {
        if let Some(first) = parties.first_mut().filter(|party| party.needs_country()) {
            first.country = self.country_beside(actor, first.comments);
        }
    }

    fn trace(&self, reason: Reason, actor: usize, verb: Option<usize>) -> Trace {
        let actor = &self.actors[actor];
        let (first, last) = (&self.tokens()[actor.start], &self.tokens()[actor.end - 1]);
        let name = Span::new(first.start as usize, last.end as usize);
        Trace { reason, name: Some(name), cue: verb.map(|verb| self.tokens()[verb].span()) }
    }
}

/// The emptied memory of a list, for things of another sentence.
fn recycled<'b>(actors: &mut Vec<Actor<'_>>) -> Vec<Actor<'b>> {
    let mut actors = std::mem::take(actors);
    actors.clear();
    // Such a collection is made in place.
    actors.into_iter().map_while(|_| None).collect()
}

fn voice_of(party: &Party<'_>) -> Voice {
    if party.is_target() { Voice::Target } else { Voice::Holder }
}

/// Where the holder may stand of a sentence in which nobody says or does anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// A possessive of the main clause.
    Owner,
    /// Anywhere but as an attribute.
    Anywhere,
}

impl Place {
    fn reason(self) -> Reason {
        match self {
            Self::Owner => Reason::Possessor,
            Self::Anywhere => Reason::Named,
        }
    }

    /// Whether `actor` stands there, in a sentence whose main clause begins at `main`.
    fn holds(self, actor: &Actor<'_>, main: usize) -> bool {
        // One of a country that the target is at odds with is seldom the one meant.
        let rival = actor.known().is_some_and(|party| party.side == Side::Rival);
        let fits = match self {
            Self::Owner => actor.owns && actor.start >= main,
            Self::Anywhere => true,
        };
        fits && !actor.weak && !rival
    }
}
