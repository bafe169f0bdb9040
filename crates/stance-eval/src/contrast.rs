use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::confusion::float;
use crate::{Estimate, EvalError, Interval, Item, Prediction};

/// How many contrast groups a model gets wholly right.
///
/// A contrast group is a sentence and edits of it that change its class: a model that looks at
/// anything but what was edited cannot get all of it right.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consistency {
    /// Number of contrast groups.
    pub groups: usize,
    /// Number of those whose items are all answered right.
    pub right: usize,
    /// Share of those, in [0, 1], with Wilson's 95 % interval; none without contrast groups.
    pub share: Option<Estimate>,
}

/// Counts the contrast groups of `items` that are wholly right: groups with at least two items of
/// different gold. (Gardner et al. 2020, "Evaluating models' local decision boundaries via
/// contrast sets"; Wilson 1927, "Probable inference".)
///
/// An article with several sentences is such a group too, though none of edits: give only the
/// items of contrast groups where there are both.
///
/// # Errors
/// When answers are not as many as items.
///
/// # Examples
/// ```
/// use stance_eval::{Item, Prediction, contrast_consistency};
/// let item = |id: &str, gold, group: &str| Item {
///     id: id.into(),
///     gold,
///     group: group.into(),
///     slices: Default::default(),
/// };
/// let items = [item("1", 0, "a"), item("2", 1, "a"), item("3", 0, "b"), item("4", 1, "b"), item("5", 0, "c")];
/// let answers = [0, 1, 0, 0, 0].map(Prediction::of_class);
/// let found = contrast_consistency(&items, &answers)?;
/// assert_eq!((found.groups, found.right), (2, 1)); // c is alone
/// # Ok::<(), stance_eval::EvalError>(())
/// ```
pub fn contrast_consistency(
    items: &[Item],
    predictions: &[Prediction],
) -> Result<Consistency, EvalError> {
    if predictions.len() != items.len() {
        return Err(EvalError::Answers { found: predictions.len(), expected: items.len() });
    }
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for (item, prediction) in items.iter().zip(predictions) {
        let first = Group { gold: item.gold, differs: false, right: true };
        let group = groups.entry(&item.group).or_insert(first);
        group.differs |= item.gold != group.gold;
        group.right &= item.gold == prediction.class;
    }
    let contrasts = groups.values().filter(|group| group.differs);
    let (groups, right) = contrasts
        .fold((0, 0), |(groups, right), group| (groups + 1, right + usize::from(group.right)));
    Ok(Consistency { groups, right, share: wilson(right, groups) })
}

struct Group {
    gold: usize,
    differs: bool,
    right: bool,
}

/// The share of `of` that `count` is, with Wilson's 95 % interval.
fn wilson(count: usize, of: usize) -> Option<Estimate> {
    /// The 97.5th percentile of the normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    if of == 0 {
        return None;
    }
    let n = float(of as u64);
    let value = float(count as u64) / n;
    let center = value + Z * Z / (2.0 * n);
    let reach = Z * (value * (1.0 - value) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    let low = ((center - reach) / scale).clamp(0.0, value);
    let high = ((center + reach) / scale).clamp(value, 1.0);
    Some(Estimate { value, interval: Some(Interval { low, high }) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // given: the example of Newcombe 1998, 81 of 263: .2553 to .3662
        let share = wilson(81, 263).expect("not of nothing");
        // then
        let Interval { low, high } = share.interval.expect("is given");
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5, "{low} {high}");
        for (count, end) in [(0, 0.0), (5, 1.0)] {
            let Interval { low, high } = wilson(count, 5).and_then(|s| s.interval).expect("given");
            assert!(low <= end && end <= high && (0.0..=1.0).contains(&low) && high <= 1.0);
            assert!(high - low > 0.3, "five groups say little");
        }
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn groups_of_one_gold_are_no_contrast_and_one_mistake_spoils_a_group() {
        let item = |gold, group: &str| Item {
            id: String::new(),
            gold,
            group: group.into(),
            slices: BTreeMap::new(),
        };
        let items = [item(0, "a"), item(0, "a"), item(1, "b"), item(2, "b"), item(0, "b")];
        let count = |answers: [usize; 5]| {
            let answers = answers.map(Prediction::of_class);
            let found = contrast_consistency(&items, &answers).expect("one answer an item");
            (found.groups, found.right)
        };
        assert_eq!(count([1, 1, 1, 2, 0]), (1, 1));
        assert_eq!(count([0, 0, 1, 2, 2]), (1, 0));
        let few = contrast_consistency(&items, &[]);
        assert_eq!(few, Err(EvalError::Answers { found: 0, expected: 5 }));
    }
}
