//! The country-swap audit: whether a model's answer hangs on which country the holder is.
//!
//! Apart from [`Evaluation`](crate::Evaluation) because it needs no gold: each statement is told again
//! of another country, and a model that judges what is said, not who says it, answers the same.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde::{Deserialize, Serialize};
use stance_core::{
    Atlas, Classifier, ClassifyError, Country, CountryCode, EntityKind, Label, Mention,
    SentenceExtractor, Statement, StatementRow,
};

use crate::random::below;

/// How a [`CountrySwap`] is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwapPlan {
    /// The seed of the draws.
    pub seed: u64,
    /// How many other countries each statement is told of.
    pub swaps: usize,
}

/// How often the label changes with the holder's country.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CountrySwap {
    /// Statements that name a country which holds them.
    pub statements: usize,
    /// Retellings of them: every statement of some other countries.
    pub retold: usize,
    /// Retellings that got another label than the original.
    pub changed: usize,
    /// The mean absolute change of the original label's probability, in [0, 1]; 0 where nothing was
    /// retold.
    pub shift: f64,
}

/// How many countries are tried for one that has the like of every name.
const DRAWS: usize = 20;

/// Statements that are retold at a time.
const BATCH: usize = 512;

impl CountrySwap {
    /// Retells each of `statements` of other countries and counts the labels of `classifier` that change.
    ///
    /// The country is that of the first holder. Every name of it in the text, the title and the sentence
    /// before is exchanged for the like one of the other country: name, adjective, capital, a person, a
    /// body of the same sort; a country that lacks the like of one is not drawn. The other countries
    /// are those of `atlas` that have a capital and
    /// are neither the target nor its rivals.
    ///
    /// # Errors
    /// When the classifier fails.
    pub fn measure(
        statements: &[Statement],
        classifier: &dyn Classifier,
        extractor: &SentenceExtractor,
        atlas: &Atlas,
        plan: SwapPlan,
    ) -> Result<Self, ClassifyError> {
        let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
        let others = candidates(atlas, extractor);
        let mut swap = Self { statements: 0, retold: 0, changed: 0, shift: 0.0 };
        let mut shift = 0.0;
        for batch in statements.chunks(BATCH) {
            let mut retold = Vec::new();
            let mut originals = Vec::new();
            for statement in batch {
                let Some(from) = swappable(statement) else { continue };
                let at = originals.len();
                for _ in 0..plan.swaps {
                    let row = (0..DRAWS).find_map(|_| {
                        let to = draw(&mut rng, &others, from)?;
                        retell(statement, from, to, atlas)
                    });
                    let Some(row) = row else { break };
                    if let Ok(other) = extractor.statement(row) {
                        retold.push((at, other));
                    }
                }
                originals.push(statement.clone());
            }
            let before = classifier.classify(&originals)?;
            let (places, retold): (Vec<usize>, Vec<Statement>) = retold.into_iter().unzip();
            let after = classifier.classify(&retold)?;
            swap.statements += originals.len();
            swap.retold += retold.len();
            for (place, other) in places.into_iter().zip(&after) {
                let original = &before[place];
                let label: Label = original.label();
                swap.changed += usize::from(other.label() != label);
                let of = |distribution: &stance_core::Distribution| {
                    distribution.as_array()[label.index()]
                };
                shift += (of(original) - of(other)).abs();
            }
        }
        if swap.retold > 0 {
            swap.shift = shift / count(swap.retold);
        }
        Ok(swap)
    }

    /// The share of retellings whose label changed; none where nothing was retold.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.retold > 0).then(|| count(self.changed) / count(self.retold))
    }
}

#[expect(clippy::cast_precision_loss, reason = "no data set has more than 2^52 statements")]
fn count(n: usize) -> f64 {
    n as f64
}

/// The countries that a statement may be told of.
fn candidates<'a>(atlas: &'a Atlas, extractor: &SentenceExtractor) -> Vec<&'a Country> {
    let linker = extractor.linker();
    let whole = |country: &&Country| {
        !country.capitals.is_empty() && !country.demonyms.is_empty() && !country.names.is_empty()
    };
    let neutral = |country: &&Country| {
        // Names that need context, or that the target's file claims, would be read otherwise.
        let is_neutral = |name: &str| {
            let mentions = linker.link(&format!("The ministry of {name} said so."));
            mentions.iter().any(|mention| {
                mention.country.as_ref() == Some(&country.code)
                    && mention.target.is_none()
                    && !mention.domestic
                    && !mention.rival
            })
        };
        is_neutral(&country.names[0]) && is_neutral(&country.capitals[0])
    };
    atlas.countries().iter().filter(whole).filter(neutral).collect()
}

fn draw<'a>(
    rng: &mut ChaCha8Rng,
    others: &[&'a Country],
    from: &CountryCode,
) -> Option<&'a Country> {
    let mut pick = || others.get(below(rng, others.len().max(1))).copied();
    pick().filter(|country| country.code != *from).or_else(pick)
}

/// The country of the first holder, if the text names it.
fn swappable(statement: &Statement) -> Option<&CountryCode> {
    let country = statement.attribution.holders.first()?.country.as_ref()?;
    statement.mentions.iter().any(|mention| is_of(mention, country)).then_some(country)
}

fn is_of(mention: &Mention, country: &CountryCode) -> bool {
    mention.target.is_none()
        && mention.country.as_ref() == Some(country)
        && mention.kind != EntityKind::Region
}

/// `statement` told of `to`; none where that country lacks the like of a name.
fn retell(
    statement: &Statement,
    from: &CountryCode,
    to: &Country,
    atlas: &Atlas,
) -> Option<StatementRow> {
    let told = |text: Option<&str>, mentions: &[Mention]| match text {
        None => Some(None),
        Some(text) => swapped(text, mentions, from, to, atlas).map(|told| Some(told.into())),
    };
    let context = told(statement.context.as_deref(), &statement.context_mentions)?;
    let title = told(statement.title.as_deref(), &statement.title_mentions)?;
    Some(StatementRow {
        id: statement.id.clone(),
        article: Some(statement.article.clone()),
        text: swapped(&statement.text, &statement.mentions, from, to, atlas)?.into(),
        context,
        title,
        target: None,
        mention: None,
        date: statement.date,
        outlet: statement.outlet.clone(),
        url: statement.url.clone(),
    })
}

/// `text` with the names of one country exchanged for those of another.
fn swapped(
    text: &str,
    mentions: &[Mention],
    from: &CountryCode,
    to: &Country,
    atlas: &Atlas,
) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for mention in mentions.iter().filter(|mention| is_of(mention, from)) {
        let (Some(before), Some(name)) =
            (text.get(end..mention.span.start()), mention.span.of(text))
        else {
            continue;
        };
        out.push_str(before);
        out.push_str(&like(mention, name, to, atlas)?);
        end = mention.span.end();
    }
    out.push_str(&text[end..]);
    Some(out)
}

/// What the other country has in the place of `name`, if it has the like.
fn like(mention: &Mention, name: &str, to: &Country, atlas: &Atlas) -> Option<String> {
    let of_country = |code: Option<&CountryCode>| code == Some(&to.code);
    match mention.kind {
        EntityKind::Demonym => {
            let plural = name.ends_with('s');
            let same = to.demonyms.iter().find(|demonym| demonym.ends_with('s') == plural);
            same.cloned()
        }
        EntityKind::City => to.capitals.first().cloned(),
        EntityKind::Person => {
            let mut people = atlas.people().iter().filter(|p| of_country(p.country.as_ref()));
            let person = people.find(|person| person.ambiguous.is_empty())?;
            let short = person.aliases.first().filter(|_| !name.contains(' '));
            Some(short.unwrap_or(&person.name).clone())
        }
        EntityKind::Institution => {
            let kind = atlas.institution(&mention.name)?.kind;
            let mut same = atlas.institutions().iter().filter(|institution| {
                of_country(institution.country.as_ref()) && institution.kind == kind
            });
            same.find(|institution| institution.ambiguous.is_empty()).map(|i| i.name.clone())
        }
        _ => to.names.first().cloned(),
    }
}

#[cfg(test)]
mod tests {
    use stance_core::{Distribution, ModelId, StatementId, TargetId};

    use super::*;

    /// Distancing where the text names Kazakhstan, else neutral.
    struct Prejudiced(ModelId);

    impl Classifier for Prejudiced {
        fn id(&self) -> &ModelId {
            &self.0
        }

        fn classify(&self, batch: &[Statement]) -> Result<Vec<Distribution>, ClassifyError> {
            let answer = |statement: &Statement| {
                let mut logits = [0.0; Label::COUNT];
                let known = statement.text.contains("Kazakh");
                logits[if known { Label::Distancing } else { Label::Neutral }.index()] = 2.0;
                Distribution::from_logits(logits)
            };
            Ok(batch.iter().map(answer).collect())
        }
    }

    fn statement(extractor: &SentenceExtractor, text: &str) -> Statement {
        let row = StatementRow {
            id: StatementId::new("s"),
            article: None,
            text: text.into(),
            context: None,
            title: None,
            target: None,
            mention: None,
            date: None,
            outlet: None,
            url: None,
        };
        extractor.statement(row).expect("has text")
    }

    #[test]
    fn a_model_that_looks_at_the_country_is_found_out() {
        // given
        let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is built in");
        let texts =
            ["Kazakhstan refused Moscow's request.", "Uzbekistan thanked Russia.", "Snow fell."];
        let statements = texts.map(|text| statement(&extractor, text));
        let model = Prejudiced(ModelId { name: "prejudiced".into(), version: "1".into() });
        // when
        let plan = SwapPlan { seed: 7, swaps: 5 };
        let swap = CountrySwap::measure(&statements, &model, &extractor, Atlas::builtin(), plan);
        // then: of the first statement every retelling changes, of the second none
        let swap = swap.expect("the model answers");
        assert_eq!((swap.statements, swap.retold, swap.changed), (2, 10, 5));
        assert_eq!(swap.share(), Some(0.5));
        assert!(swap.shift > 0.0);
    }

    #[test]
    fn every_sort_of_name_is_exchanged_for_its_like() {
        let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is built in");
        let atlas = Atlas::builtin();
        let text =
            "Kazakhstan's Tokayev and Kazakh officials in Astana told Moscow that Kazakhs agreed.";
        let from = CountryCode::new("KZ");
        let to = atlas.country(&CountryCode::new("GE")).expect("is listed");
        let told = swapped(text, &extractor.linker().link(text), &from, to, atlas);
        let told = told.expect("Georgia has the like of each");
        assert!(told.starts_with("Georgia's "), "{told}");
        assert!(
            told.contains(" and Georgian officials in Tbilisi told Moscow that Georgians"),
            "{told}"
        );
        assert!(!told.contains("Tokayev") && !told.contains("Kazakh"), "{told}");
    }
}
