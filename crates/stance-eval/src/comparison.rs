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
