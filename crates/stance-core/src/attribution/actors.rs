//! Who occurs in a sentence: names, offices, groups and what stands for them.

use super::discourse::Memory;
use super::parties::{Actor, Head, Name, Party, PartyKind, Side};
use super::phrases::{Sentence, is_name_part};
use super::sorts::Sorts;
use super::tokens::{Token, What};
use crate::EntityKind;

/// Verbs, whole or the first of their words.
const VERB: Sorts =
    Sorts::of(&[Sorts::SAY, Sorts::MENTAL, Sorts::PAST, Sorts::AUXILIARY, Sorts::BE]);

/// Finds the actors of a sentence in order; a capitalized word can be the surname of somebody met.
pub(super) fn find<'a>(sentence: Sentence<'a>, memory: &'a Memory, out: &mut Vec<Actor<'a>>) {
    let mut at = 0;
    while let Some(token) = sentence.get(at) {
        let found = match token.what {
            _ if token.has(Sorts::ASIDE) => None,
            What::Name => named(sentence, at),
            What::Word => worded(sentence, at, memory),
            _ => None,
        };
        at += 1;
        if let Some(mut actor) = found {
            actor.governed = is_governed(sentence, actor.start, actor.end);
            at = actor.end.max(at);
            out.push(actor);
        }
    }
}

/// The actor that begins with the name at `at`.
fn named(sentence: Sentence<'_>, at: usize) -> Option<Actor<'_>> {
    let token = &sentence.tokens[at];
    let mention = sentence.mention(token)?;
    let mut party = Party::of(mention);
    let mut actor = Actor::new(at, at + 1, Head::Known(party));
    let owns = token.has(Sorts::OWNS);
    let adjective = mention.kind == EntityKind::Demonym;
    if token.has(Sorts::TIED) {
        actor.weak = true;
        return Some(actor);
    }
    // "the Kazakh and Kyrgyz foreign ministers"
    let other = sentence.get(at + 2).and_then(|token| sentence.mention(token));
    if adjective
        && other.is_some_and(|other| other.kind == EntityKind::Demonym || other.target.is_some())
        && sentence.is(at + 1, Sorts::COORDINATOR)
        && let Some(noun) = sentence.noun_after(at + 3)
    {
        sentence.describe(noun, noun, &mut party);
        actor.head = Head::Known(party);
        return Some(actor);
    }
    let is_place = party.kind == PartyKind::Country;
    let is_body = matches!(party.kind, PartyKind::Body | PartyKind::Bloc);
    // "the Astana government", "NATO officials"
    let attribute = (is_body || is_place && !owns)
        && sentence.get(at + 1).is_some_and(|next| {
            next.what == What::Word
                && !next.has(Sorts::CAPITAL | Sorts::SAY | Sorts::MENTAL)
                && next.sorts.is_actor()
        });
    // "the Kremlin's press service", "Tokayev's spokesman", but not "Putin's ally".
    let of_office =
        owns && (is_body || party.kind == PartyKind::Person) && sentence.office_after(at + 1);
    if (adjective || is_place && owns || party.kind == PartyKind::Region || attribute || of_office)
        && let Some(noun) = sentence.noun_after(at + 1)
    {
        party.side_with(mention);
        party.name = None;
        sentence.describe(at + 1, noun, &mut party);
        let end = sentence.with_name(noun + 1, &mut party);
        return Some(Actor::new(at, end, Head::Known(party)));
    }
    actor.owns = owns;
    actor.weak = adjective;
    Some(actor)
}

/// The actor that begins with the word at `at`.
fn worded<'a>(sentence: Sentence<'a>, at: usize, memory: &'a Memory) -> Option<Actor<'a>> {
    const BEGINS: Sorts = Sorts::of(&[
        Sorts::PRONOUN,
        Sorts::POSSESSIVE,
        Sorts::OFFICE,
        Sorts::BODY,
        Sorts::COMMENTATOR,
        Sorts::GROUP,
        Sorts::MODIFIER,
        Sorts::COUNTRY,
        Sorts::CAPITAL,
    ]);
    let token = &sentence.tokens[at];
    if !token.has(BEGINS) {
        return None;
    }
    if token.is(Sorts::PRONOUN) {
        let expletive = token.has(Sorts::NEUTER)
            && sentence.is(at + 1, Sorts::BE | Sorts::AUXILIARY | Sorts::JUDGMENT)
            && (at + 2..at + 7)
                .any(|at| sentence.is(at, Sorts::THAT | Sorts::TO | Sorts::JUDGMENT));
        return (!expletive).then(|| Actor::new(at, at + 1, Head::Pronoun(at)));
    }
    if token.is(Sorts::POSSESSIVE) {
        let owned = (at + 1..(at + 4).min(sentence.tokens.len())).any(|at| {
            sentence.is(at, Sorts::UTTERANCE | Sorts::DEED) || sentence.tokens[at].sorts.is_actor()
        });
        return owned.then(|| Actor { owns: true, ..Actor::new(at, at + 1, Head::Owner(at)) });
    }
    if (token.sorts.is_actor() || token.is(Sorts::MODIFIER))
        && let Some(noun) = sentence.noun_from(at)
    {
        return Some(office_or_group(sentence, at, noun));
    }
    if token.is(Sorts::COUNTRY)
        && !token.is(Sorts::SAY)
        && at > 0
        && sentence.is(at - 1, Sorts::DETERMINER)
    {
        // "the countries of Central Asia"
        if let Some((end, party)) = sentence.place_after(at + 1)
            && party.kind == PartyKind::Region
        {
            return Some(Actor::new(at, end, Head::Known(party)));
        }
        let head = Head::Description(at, Party::blank(PartyKind::Country));
        return Some(Actor { owns: token.has(Sorts::OWNS), ..Actor::new(at, at + 1, head) });
    }
    if is_name_part(token) && !token.has(Sorts::SAY | Sorts::SUBORDINATOR) {
        return person(sentence, at, memory);
    }
    None
}

/// "the energy minister, Jorabek Mirzamakhmudov", "commentators in Uzbekistan", "the Ministry of
/// Defense".
fn office_or_group(sentence: Sentence<'_>, at: usize, noun: usize) -> Actor<'_> {
    let mut party = Party::blank(PartyKind::Group);
    sentence.describe(at, noun, &mut party);
    let mut end = sentence.with_name(noun + 1, &mut party);
    let mut certain = end > noun + 1;
    if !certain && let Some((next, place)) = sentence.place_after(noun + 1) {
        if place.is_domestic() {
            party.side = if party.comments { Side::Domestic } else { place.side };
        }
        party.country = place.country;
        end = sentence.with_name(next, &mut party);
        certain = true;
    }
    // "the minister, Roman Vasilenko,"
    if sentence.get(end).is_some_and(|token| token.what == What::Comma) {
        let mut named = party;
        let after = sentence.with_name(end + 1, &mut named);
        if after > end + 1 && sentence.get(after).is_none_or(Token::is_mark) {
            party = named;
            end = after;
            certain = true;
        }
    }
    let article =
        at.checked_sub(1).filter(|&at| sentence.is(at, Sorts::DETERMINER | Sorts::POSSESSIVE));
    let certain = certain && (party.country.is_some() || party.is_target());
    let head = if certain { Head::Known(party) } else { Head::Description(noun, party) };
    let owns = sentence.tokens[end - 1].has(Sorts::OWNS);
    Actor { owns, ..Actor::new(article.unwrap_or(at), end, head) }
}

/// Somebody named whom no list has.
fn person<'a>(sentence: Sentence<'a>, at: usize, memory: &'a Memory) -> Option<Actor<'a>> {
    let end = sentence.name_end(at);
    let owns = sentence.tokens[end - 1].has(Sorts::OWNS);
    // The surname comes last.
    if let Some(party) = (at..end).rev().find_map(|at| memory.surnamed(sentence.word(at))) {
        return Some(Actor { owns, ..Actor::new(at, end, Head::Known(party)) });
    }
    let opens = sentence.before(at).is_none_or(|b| b.is_mark() && b.what != What::Comma);
    let names = end - at - usize::from(opens && sentence.tokens[at].sorts.is_listed());
    // One capital after a title is a name only before a verb; two or more are.
    let acts = sentence.is(end, Sorts::SAY | Sorts::MENTAL);
    if names == 0 || names == 1 && !acts {
        return None;
    }
    let name = Some(Name::Written(sentence.slice(at, end)));
    let party = Party { name, ..Party::blank(PartyKind::Person) };
    let mut actor = Actor { owns, ..Actor::new(at, end, Head::Known(party)) };
    sentence.apposition(end, &mut actor);
    Some(actor)
}

/// Whether the phrase from `start` on is the subject of a form in "-ing".
fn acts_absolutely(sentence: Sentence<'_>, start: usize) -> bool {
    sentence.tokens[start + 1..]
        .iter()
        .take(8)
        .take_while(|token| !token.is_mark() && !token.is(Sorts::PREPOSITION))
        .any(|token| token.is(Sorts::GERUND))
}

/// Whether a preposition governs the phrase that begins at `start`.
fn is_governed(sentence: Sentence<'_>, start: usize, end: usize) -> bool {
    for at in (start.saturating_sub(4)..start).rev() {
        let token = &sentence.tokens[at];
        if token.is(Sorts::PREPOSITION) && !token.is(Sorts::COORDINATOR) {
            // "some of the activists", "two thirds of Armenians".
            let part = token.has(Sorts::OF)
                && sentence.before(at).is_some_and(|counted| {
                    counted.is(Sorts::SHARE)
                        || counted.is(Sorts::DETERMINER) && !counted.has(Sorts::THE)
                });
            // "after Russia promised aid"
            let clause = token.is(Sorts::SUBORDINATOR) && sentence.is(end, VERB);
            // "with Astana denying"
            let absolute = token.has(Sorts::WITH) && acts_absolutely(sentence, start);
            return !(part || clause || absolute);
        }
        let passes =
            token.is(Sorts::DETERMINER | Sorts::MODIFIER) || token.is_plain() && start - at <= 2;
        if !passes {
            return false;
        }
    }
    false
}
