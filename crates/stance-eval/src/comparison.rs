use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::bootstrap::Clusters;
use crate::confusion::float;
use crate::items::{check_items, check_predictions};
use crate::scores::tally;
use crate::slices::slice_scores;
use crate::tally::{Tally, resample};
use crate::{
    Bootstrap, Estimate, EvalError, Item, McNemar, Prediction, Scores, SliceScore, Task, holm,
};

/// How models are compared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// How intervals are drawn.
    pub bootstrap: Bootstrap,
    /// The level of the tests: two models differ where Holm's adjusted p is below it.
    pub alpha: f64,
}

/// Several models on the same items: every score, who beats whom, and who is as good as the best.
///
/// All models are scored on the same resamples, so that a difference has an interval of its own,
/// which is narrower than those of the two scores. Scores have the intervals that [`Scores::new`]
/// gives them.
///
/// # Examples
/// ```
/// use stance_eval::{Bootstrap, Comparison, Item, Plan, Prediction, Task};
/// let items: Vec<Item> = (0..90)
///     .map(|i| Item { id: format!("s{i}"), gold: i % 3, group: format!("a{i}"), slices: Default::default() })
///     .collect();
/// let answers = |wrong: usize| -> Vec<Prediction> {
///     (0..90).map(|i| Prediction::of_class(if i < wrong { (i + 1) % 3 } else { i % 3 })).collect()
/// };
/// let models = [("poor", 60), ("good", 9), ("better", 6)];
/// let models = models.map(|(name, wrong)| (name.to_owned(), answers(wrong)));
/// let plan = Plan { bootstrap: Bootstrap { seed: 7, resamples: 200 }, alpha: 0.05 };
/// let found = Comparison::new(&Task::sentiment(), &items, &models, plan)?;
/// let ranks: Vec<_> = found.entries.iter().map(|entry| (entry.name.as_str(), entry.tie)).collect();
/// assert_eq!(ranks, [("better", 1), ("good", 1), ("poor", 2)]);
/// # Ok::<(), stance_eval::EvalError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What is scored.
    pub task: Task,
    /// Number of items.
    pub items: usize,
    /// Number of groups.
    pub groups: usize,
    /// How intervals were drawn and how models were tested.
    pub plan: Plan,
    /// Number of resamples that differences were drawn from: at least the plan's, and more where
    /// many pairs ask for a smaller p than those can show.
    pub pair_resamples: usize,
    /// The models by falling macro-F1; equal ones in the order given.
    pub entries: Vec<Entry>,
    /// All pairs of models, the better one first, by its rank and then by the other's.
    pub pairs: Vec<Pair>,
}

/// One model of a [`Comparison`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its scores.
    pub scores: Scores,
    /// Which tie group it is in, from 1. The best model opens the first group. Going down, a model
    /// belongs to the group unless its pair with the model that opened the group is significant
    /// after Holm's adjustment; it then opens the next group.
    pub tie: usize,
    /// Its scores on parts of the items, by slice and value.
    pub slices: Vec<SliceScore>,
}

/// Two models of a [`Comparison`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The model with the higher macro-F1.
    pub a: String,
    /// The other one.
    pub b: String,
    /// Macro-F1 of `a` less that of `b`, with its interval over resamples of groups on which both
    /// are scored.
    pub difference: Estimate,
    /// Twice the share of resamples in which the difference is on the other side of 0, or 0, one
    /// resample added to both counts; at most 1, and at least the 2^(1 - groups) that a test of so
    /// few groups can show. (Davison and Hinkley 1997, "Bootstrap methods and their application".)
    pub p_bootstrap: f64,
    /// The same question of accuracy, items taken as independent.
    pub mcnemar: McNemar,
    /// [`p_bootstrap`](Self::p_bootstrap) adjusted by [`holm`] over all pairs.
    pub p_holm: f64,
}

/// Where plans ask for fewer, differences are drawn until Holm's smallest p could be a fifth of alpha,
/// but no further than this.
const MOST_PAIR_RESAMPLES: usize = 20_000;

impl Comparison {
    /// Compares the answers of models, each with its name.
    ///
    /// # Errors
    /// When there are no models or items, two models have one name, a class has no gold, alpha is
    /// not between 0 and 1, or the answers of a model cannot be scored.
    pub fn new(
        task: &Task,
        items: &[Item],
        models: &[(String, Vec<Prediction>)],
        plan: Plan,
    ) -> Result<Self, EvalError> {
        if !(plan.alpha > 0.0 && plan.alpha < 1.0) {
            return Err(EvalError::Alpha { found: plan.alpha });
        }
        check_items(task, items)?;
        check_models(task, items, models)?;
        let clusters = Clusters::new(items.iter().map(|item| item.group.as_str()));
        let tallies: Vec<Tally<'_>> =
            models.iter().map(|(_, answers)| tally(task, &clusters, items, answers)).collect();
        let pair_resamples = pair_resamples(models.len(), plan);
        let tally_refs: Vec<&Tally<'_>> = tallies.iter().collect();
        let samples = resample(&tally_refs, clusters.len, plan.bootstrap, pair_resamples);
        let mut slices = slice_scores(task, items, models, plan.bootstrap);

        let mut ranked = Vec::with_capacity(models.len());
        for (place, (name, _)) in models.iter().enumerate() {
            let scores =
                Scores::of(task, items.len(), &clusters, &tallies[place], &samples.main[place])?;
            let slices = std::mem::take(&mut slices[place]);
            ranked.push((place, Entry { name: name.clone(), scores, tie: 0, slices }));
        }
        ranked
            .sort_by(|(_, a), (_, b)| b.scores.macro_f1.value.total_cmp(&a.scores.macro_f1.value));
        let mut pairs = Vec::new();
        for (rank, (a, better)) in ranked.iter().enumerate() {
            for (b, worse) in &ranked[rank + 1..] {
                let samples = samples.macro_f1[*a].iter().zip(&samples.macro_f1[*b]);
                let differences: Vec<f64> = samples.map(|(a, b)| a - b).collect();
                let value = better.scores.macro_f1.value - worse.scores.macro_f1.value;
                pairs.push(Pair {
                    a: better.name.clone(),
                    b: worse.name.clone(),
                    p_bootstrap: p_of(&differences, clusters.len),
                    p_holm: 1.0,
                    mcnemar: mcnemar(items, &models[*a].1, &models[*b].1),
                    difference: Estimate::new(value, differences.into_iter()),
                });
            }
        }
        let adjusted = holm(&pairs.iter().map(|pair| pair.p_bootstrap).collect::<Vec<f64>>());
        for (pair, p) in pairs.iter_mut().zip(adjusted) {
            pair.p_holm = p;
        }
        let mut entries: Vec<Entry> = ranked.into_iter().map(|(_, entry)| entry).collect();
        group_ties(&mut entries, &pairs, plan.alpha);
        Ok(Self {
            task: task.clone(),
            items: items.len(),
            groups: clusters.len,
            plan,
            pair_resamples,
            entries,
            pairs,
        })
    }
}

fn check_models(
    task: &Task,
    items: &[Item],
    models: &[(String, Vec<Prediction>)],
) -> Result<(), EvalError> {
    if models.is_empty() {
        return Err(EvalError::Empty);
    }
    let mut names = BTreeSet::new();
    for (name, answers) in models {
        if !names.insert(name) {
            return Err(EvalError::Name { name: name.clone() });
        }
        check_predictions(task, items, answers)
            .map_err(|error| EvalError::Model { name: name.clone(), source: Box::new(error) })?;
    }
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "models are few, and the cast of a large quotient saturates"
)]
fn pair_resamples(models: usize, plan: Plan) -> usize {
    let pairs = models * (models - 1) / 2;
    let wanted = (10.0 * pairs as f64 / plan.alpha).ceil() as usize;
    if pairs == 0 { 0 } else { wanted.min(MOST_PAIR_RESAMPLES).max(plan.bootstrap.resamples) }
}

/// See [`Pair::p_bootstrap`].
fn p_of(differences: &[f64], groups: usize) -> f64 {
    let share = |count: usize| {
        let (count, all) = (count as u64 + 1, differences.len() as u64 + 1);
        float(count) / float(all)
    };
    let below = share(differences.iter().filter(|&&difference| difference <= 0.0).count());
    let above = share(differences.iter().filter(|&&difference| difference >= 0.0).count());
    let least = 0.5_f64.powi(i32::try_from(groups.saturating_sub(1)).unwrap_or(i32::MAX));
    (2.0 * below.min(above)).max(least).min(1.0)
}

fn mcnemar(items: &[Item], one: &[Prediction], other: &[Prediction]) -> McNemar {
    let (mut b, mut c) = (0, 0);
    for (item, (one, other)) in items.iter().zip(one.iter().zip(other)) {
        match (one.class == item.gold, other.class == item.gold) {
            (true, false) => b += 1,
            (false, true) => c += 1,
            _ => {}
        }
    }
    McNemar::of(b, c)
}

/// Numbers the tie groups as [`Entry::tie`] says; `pairs` are those of `entries`, by their ranks.
fn group_ties(entries: &mut [Entry], pairs: &[Pair], alpha: f64) {
    let mut first = 0;
    let mut tie = 1;
    for rank in 0..entries.len() {
        let (opener, name) = (&entries[first].name, &entries[rank].name);
        let pair = pairs.iter().find(|pair| pair.a == *opener && pair.b == *name);
        if pair.is_some_and(|pair| pair.p_holm < alpha) {
            first = rank;
            tie += 1;
        }
        entries[rank].tie = tie;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng as _;

    use super::*;
    use crate::{Interval, below};

    const PLAN: Plan = Plan { bootstrap: Bootstrap { seed: 7, resamples: 300 }, alpha: 0.05 };

    fn items(n: usize, group_size: usize) -> Vec<Item> {
        let item = |row: usize| Item {
            id: format!("s{row}"),
            gold: row % 3,
            group: format!("a{}", row / group_size),
            slices: BTreeMap::new(),
        };
        (0..n).map(item).collect()
    }

    /// A model that answers so many of a hundred items right, by chance.
    fn model(name: &str, items: &[Item], right_of_100: usize) -> (String, Vec<Prediction>) {
        let seed = name.bytes().map(u64::from).sum();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let answer = |item: &Item| {
            let wrong = usize::from(below(&mut rng, 100) >= right_of_100);
            Prediction::of_class((item.gold + wrong) % 3)
        };
        (name.to_owned(), items.iter().map(answer).collect())
    }

    fn compare(items: &[Item], models: &[(String, Vec<Prediction>)]) -> Comparison {
        Comparison::new(&Task::sentiment(), items, models, PLAN).expect("can be compared")
    }

    fn ties(comparison: &Comparison) -> Vec<(&str, usize)> {
        comparison.entries.iter().map(|entry| (entry.name.as_str(), entry.tie)).collect()
    }

    fn width(estimate: &Estimate) -> f64 {
        let Interval { low, high } = estimate.interval.expect("resampled");
        high - low
    }

    #[test]
    fn models_are_ranked_and_those_not_told_from_the_best_tie_with_it() {
        let items = items(300, 2);
        let models = [("low", 40), ("mid", 70), ("best", 92), ("next", 91), ("mid2", 68)]
            .map(|(name, right)| model(name, &items, right));
        let found = compare(&items, &models);
        assert_eq!((found.items, found.groups, found.pairs.len()), (300, 150, 10));
        let ranks: Vec<usize> = found.entries.iter().map(|entry| entry.tie).collect();
        assert_eq!(ranks, [1, 1, 2, 2, 3], "{:?}", ties(&found));
        assert_eq!(found.entries[4].name, "low");
        for pair in &found.pairs {
            assert!(pair.difference.value >= 0.0 && pair.p_holm >= pair.p_bootstrap, "{pair:?}");
        }
        let json = serde_json::to_string(&found).expect("plain numbers");
        assert_eq!(serde_json::from_str::<Comparison>(&json).expect("was written so"), found);
    }

    #[test]
    fn a_tie_group_is_measured_from_the_model_that_opened_it() {
        // given: neighbors that cannot be told apart, though the ends can
        let items = items(240, 1);
        let steps = [90, 85, 80, 75, 70];
        let models: Vec<_> = steps.iter().map(|&n| model(&n.to_string(), &items, n)).collect();
        let found = compare(&items, &models);
        let significant = |a: &str, b: &str| {
            let pair = found.pairs.iter().find(|pair| pair.a == a && pair.b == b);
            pair.expect("is one").p_holm < PLAN.alpha
        };
        let mut opener = &found.entries[0];
        for entry in &found.entries[1..] {
            if significant(&opener.name, &entry.name) {
                assert_eq!(entry.tie, opener.tie + 1);
                opener = entry;
            }
            assert_eq!(entry.tie, opener.tie);
        }
        let ranks = ties(&found);
        assert!(ranks[1].1 == 1 && ranks[4].1 > 1, "{ranks:?}");
    }

    #[test]
    fn a_difference_on_the_same_items_is_sharper_than_two_scores() {
        // given: two models that fail on the same items, but for some that one gets right
        let items = items(200, 1);
        let mut models = [model("one", &items, 60), model("two", &items, 60)];
        models[1].1 = models[0].1.clone();
        for row in 0..12 {
            models[1].1[row * 16] = Prediction::of_class(items[row * 16].gold);
        }
        let found = compare(&items, &models);
        let (pair, best) = (&found.pairs[0], &found.entries[0]);
        assert_eq!((best.name.as_str(), pair.a.as_str(), pair.mcnemar.c), ("two", "two", 0));
        assert!(width(&pair.difference) < 0.5 * width(&best.scores.macro_f1));
        let value = best.scores.macro_f1.value - found.entries[1].scores.macro_f1.value;
        assert!((pair.difference.value - value).abs() < 1e-12);
    }

    #[test]
    fn scores_are_those_of_the_model_alone() {
        let items = items(90, 3);
        let models = [model("one", &items, 60), model("other", &items, 80)];
        let found = compare(&items, &models);
        for entry in &found.entries {
            let (_, answers) = models.iter().find(|(name, _)| *name == entry.name).expect("is one");
            let alone = Scores::new(&Task::sentiment(), &items, answers, PLAN.bootstrap);
            assert_eq!(alone.as_ref(), Ok(&entry.scores));
        }
    }

    #[test]
    fn the_same_answers_are_never_told_apart() {
        let items = items(60, 2);
        let (_, answers) = model("one", &items, 70);
        let models = [("one".to_owned(), answers.clone()), ("copy".to_owned(), answers)];
        let found = compare(&items, &models);
        assert_eq!(ties(&found), [("one", 1), ("copy", 1)], "equal ones in the order given");
        let pair = &found.pairs[0];
        assert_eq!((pair.p_bootstrap, pair.mcnemar.exact), (1.0, 1.0));
        assert_eq!(pair.difference.interval, Some(Interval { low: 0.0, high: 0.0 }));
    }

    #[test]
    fn a_few_groups_prove_nothing_however_many_items_they_have() {
        for (groups, least) in [(1, 1.0), (3, 0.25), (5, 0.0625)] {
            let items = items(300, 300 / groups);
            let models = [model("good", &items, 100), model("poor", &items, 10)];
            let found = compare(&items, &models);
            assert!((found.pairs[0].p_bootstrap - least).abs() < 1e-12, "{:?}", found.pairs);
            assert_eq!(found.entries[1].tie, 1);
            assert!(found.pairs[0].mcnemar.mid_p < 1e-9, "takes items as independent");
        }
    }

    #[test]
    fn nine_models_are_drawn_often_enough_to_tell_them_apart() {
        let items = items(150, 1);
        let names: Vec<String> = (0..9).map(|i| format!("m{i}")).collect();
        let models: Vec<_> =
            names.iter().zip(0..).map(|(name, i)| model(name, &items, 99 - 12 * i)).collect();
        let found = compare(&items, &models);
        assert_eq!((found.pairs.len(), found.pair_resamples), (36, 7200));
        // the smallest p of 300 resamples, 2/301, would be .24 after Holm
        assert!(found.entries[8].tie > 3, "{:?}", ties(&found));
        assert_eq!(compare(&items, &models), found);
        let without = Plan { bootstrap: Bootstrap::NONE, ..PLAN };
        let without = Comparison::new(&Task::sentiment(), &items, &models, without);
        let without = without.expect("can be compared");
        assert!(without.entries.iter().all(|entry| entry.scores.accuracy.interval.is_none()));
        assert!(without.entries[8].tie > 3, "models are told apart all the same");
    }

    #[test]
    fn slices_hold_their_own_scores_and_say_where_they_are_small() {
        // given: 60 items of KZ in 30 groups, 40 of UZ in 4, 10 of GE without the third class
        let mut items = items(110, 1);
        for (row, item) in items.iter_mut().enumerate() {
            let country = ["KZ", "UZ", "GE"][usize::from(row >= 60) + usize::from(row >= 100)];
            item.slices.insert("country".into(), country.into());
            item.group = format!("{country}{}", if row < 60 { row / 2 } else { row / 10 });
            if country == "GE" {
                item.gold = row % 2;
            }
        }
        items[3].slices.insert("hard".into(), "yes".into());
        let models = [model("one", &items, 100), model("other", &items, 50)];
        // when
        let found = compare(&items, &models);
        // then
        let slices = &found.entries[0].slices;
        let told: Vec<_> = slices
            .iter()
            .map(|s| (&*s.slice, &*s.value, s.n, s.groups, s.macro_f1.is_some(), s.small))
            .collect();
        assert_eq!(
            told,
            [
                ("country", "GE", 10, 1, false, true),
                ("country", "KZ", 60, 30, true, false),
                ("country", "UZ", 40, 4, true, true),
                ("hard", "yes", 1, 1, false, true),
            ]
        );
        assert!(slices.iter().all(|slice| (slice.accuracy.value - 1.0).abs() < 1e-12));
        let of_other = &found.entries[1].slices[1];
        let kz: Vec<usize> = (0..60).collect();
        let right = kz.iter().filter(|&&row| models[1].1[row].class == items[row].gold).count();
        assert!((of_other.accuracy.value - float(right as u64) / 60.0).abs() < 1e-12);
        assert!(width(&of_other.accuracy) > 0.1 && of_other.accuracy.interval.is_some());
    }

    #[test]
    fn what_cannot_be_compared_is_an_error_that_names_the_model() {
        let items = items(30, 1);
        let (good, mut bad) = (model("good", &items, 90), model("bad", &items, 90));
        let said = |models: &[(String, Vec<Prediction>)], alpha| {
            let plan = Plan { alpha, ..PLAN };
            Comparison::new(&Task::sentiment(), &items, models, plan).expect_err("a fault")
        };
        assert_eq!(said(&[], 0.05), EvalError::Empty);
        let twice = said(&[good.clone(), good.clone()], 0.05);
        assert_eq!(twice.to_string(), "two models are named \"good\"");
        for alpha in [0.0, 1.0, -1.0, f64::NAN] {
            let found = said(std::slice::from_ref(&good), alpha).to_string();
            assert!(found.ends_with("expected a number between 0 and 1"), "{found}");
        }
        bad.1[4].class = 5;
        let found = said(&[good, bad], 0.05);
        assert_eq!(found.to_string(), "model \"bad\" cannot be scored");
        let source = std::error::Error::source(&found).expect("says why").to_string();
        assert_eq!(source, "item \"s4\": answer is class 5, expected a number below 3");
    }

    #[test]
    fn one_model_is_compared_with_none() {
        let items = items(30, 1);
        let found = compare(&items, &[model("alone", &items, 90)]);
        assert_eq!((ties(&found), found.pairs.len()), (vec![("alone", 1)], 0));
    }
}
