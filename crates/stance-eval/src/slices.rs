use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bootstrap::{Clusters, Draws};
use crate::tally::Cells;
use crate::{Bootstrap, Confusion, Estimate, Item, Prediction, Task};

/// Scores of one model on the items that have one value of a slice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SliceScore {
    /// The slice, such as `country`.
    pub slice: String,
    /// Its value, such as `KZ`.
    pub value: String,
    /// Number of items.
    pub n: usize,
    /// Number of groups.
    pub groups: usize,
    /// Macro-F1; none where a class has no gold in the slice.
    pub macro_f1: Option<Estimate>,
    /// Accuracy.
    pub accuracy: Estimate,
    /// Whether there are fewer than [`SMALL_ITEMS`] items or [`SMALL_GROUPS`] groups: too few to
    /// say anything, whatever the interval.
    pub small: bool,
}

/// A slice of fewer items is marked as small.
pub const SMALL_ITEMS: usize = 30;
/// A slice of fewer groups is marked as small.
pub const SMALL_GROUPS: usize = 5;

/// The scores of every model on every value of every slice, by model, then by slice and value.
/// Answers have been checked.
pub(crate) fn slice_scores(
    task: &Task,
    items: &[Item],
    models: &[(String, Vec<Prediction>)],
    bootstrap: Bootstrap,
) -> Vec<Vec<SliceScore>> {
    let mut parts: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (row, item) in items.iter().enumerate() {
        for (slice, value) in &item.slices {
            parts.entry((slice, value)).or_default().push(row);
        }
    }
    let mut scores = vec![Vec::new(); models.len()];
    for ((slice, value), rows) in parts {
        let clusters = Clusters::new(rows.iter().map(|&row| items[row].group.as_str()));
        let cells: Vec<Cells> = models
            .iter()
            .map(|(_, answers)| {
                let pairs = rows.iter().map(|&row| (items[row].gold, answers[row].class));
                Cells::new(task.classes().len(), &clusters, pairs)
            })
            .collect();
        let estimates = estimates(&cells, clusters.len, bootstrap);
        for (scores, (accuracy, macro_f1)) in scores.iter_mut().zip(estimates) {
            scores.push(SliceScore {
                slice: slice.to_owned(),
                value: value.to_owned(),
                n: rows.len(),
                groups: clusters.len,
                macro_f1,
                accuracy,
                small: rows.len() < SMALL_ITEMS || clusters.len < SMALL_GROUPS,
            });
        }
    }
    scores
}

/// Accuracy, and macro-F1 where every class has gold, of several models on the same resamples.
fn estimates(
    models: &[Cells],
    groups: usize,
    bootstrap: Bootstrap,
) -> Vec<(Estimate, Option<Estimate>)> {
    let mut confusion = Confusion::new(models.first().map_or(0, Cells::classes));
    let mut score = |cells: &Cells, times: &[u32]| {
        cells.sum(times, &mut confusion);
        (confusion.accuracy(), confusion.macro_f1())
    };
    let all: Vec<_> = models.iter().map(|cells| score(cells, &vec![1; groups])).collect();
    // Gold is the same for all models, and so is whether macro-F1 is defined.
    let defined = all.first().is_some_and(|(_, macro_f1)| macro_f1.is_some());
    let mut draws = Draws::new(bootstrap.seed, groups);
    let mut samples = vec![(Vec::new(), Vec::new()); models.len()];
    let mut kept = 0;
    while kept < bootstrap.resamples {
        let times = draws.next();
        let scores: Vec<_> = models.iter().map(|cells| score(cells, times)).collect();
        if defined && scores.iter().any(|(_, macro_f1)| macro_f1.is_none()) {
            continue;
        }
        for ((accuracies, macro_f1s), (accuracy, macro_f1)) in samples.iter_mut().zip(scores) {
            accuracies.push(accuracy);
            macro_f1s.extend(macro_f1);
        }
        kept += 1;
    }
    all.into_iter()
        .zip(samples)
        .map(|((accuracy, macro_f1), (accuracies, macro_f1s))| {
            let accuracy = Estimate::new(accuracy, accuracies.into_iter());
            (accuracy, macro_f1.map(|value| Estimate::new(value, macro_f1s.into_iter())))
        })
        .collect()
}
