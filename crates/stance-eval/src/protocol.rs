use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde::{Deserialize, Serialize};

use crate::SplitError;
use crate::random::shuffle;
use crate::split::rows_by_name;

/// One part of a protocol: the rows to train on and the rows to measure on.
///
/// Each set is ascending, and no group has rows in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What is special about it: `fold 1`, `KZ`, `25 %`.
    pub name: String,
    /// Rows to train on.
    pub train: Vec<usize>,
    /// Rows to measure on; not empty.
    pub test: Vec<usize>,
}

impl Part {
    /// All rows but those of `test` are trained on.
    pub(crate) fn new(name: String, mut test: Vec<usize>, total: usize) -> Self {
        test.sort_unstable();
        let train = (0..total).filter(|row| test.binary_search(row).is_err()).collect();
        Self { name, train, test }
    }
}

/// Holds out each value of a slice in turn, such as each country or topic, in the order of names.
///
/// `groups` and `values` name the group and the value of each row; a row without a value is never
/// measured on. Rows that share a group with a held-out row are not trained on either, so that a
/// part may train on fewer rows than it does not measure on.
///
/// # Errors
/// When the two are not of one length, there are fewer than two values, or holding one out leaves
/// nothing to train on.
///
/// # Examples
/// ```
/// use stance_eval::leave_one_out;
/// let groups = ["a", "a", "b", "c"];
/// let countries = [Some("KZ"), Some("UZ"), Some("UZ"), None];
/// let parts = leave_one_out(&groups, &countries)?;
/// assert_eq!((parts[0].name.as_str(), &parts[0].test[..]), ("KZ", &[0][..]));
/// assert_eq!(parts[0].train, [2, 3]); // the other row of group a is in neither
/// assert_eq!((&parts[1].test[..], &parts[1].train[..]), (&[1, 2][..], &[3][..]));
/// # Ok::<(), stance_eval::SplitError>(())
/// ```
pub fn leave_one_out<G: AsRef<str>, V: AsRef<str>>(
    groups: &[G],
    values: &[Option<V>],
) -> Result<Vec<Part>, SplitError> {
    check_rows(groups.len(), values.len())?;
    let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, value) in values.iter().enumerate() {
        if let Some(value) = value {
            rows.entry(value.as_ref()).or_default().push(row);
        }
    }
    if rows.len() < 2 {
        return Err(SplitError::Values { found: rows.len() });
    }
    rows.into_iter()
        .map(|(value, test)| {
            let held_out: BTreeSet<&str> = test.iter().map(|&row| groups[row].as_ref()).collect();
            let train: Vec<usize> =
                (0..groups.len()).filter(|&row| !held_out.contains(groups[row].as_ref())).collect();
            if train.is_empty() {
                return Err(SplitError::NothingToTrain { part: value.to_owned() });
            }
            Ok(Part { name: value.to_owned(), train, test })
        })
        .collect()
}

/// The parts of a learning curve: random groups of `part`'s training rows, a growing share of
/// them, measured on the same rows.
///
/// The subsets are nested: what a small share trains on, a larger one does too. A share is of the
/// groups, rounded up; which groups come first depends on their names and the seed. Parts are
/// named after their share, such as `12.5 %`.
///
/// # Errors
/// When a share is not above 0 and at most 1, `groups` does not have the part's rows, or there is
/// nothing to train on.
///
/// # Examples
/// ```
/// use stance_eval::{Part, learning_curve};
/// let groups = ["a", "a", "b", "c", "d", "e"];
/// let part = Part { name: "all".into(), train: vec![0, 1, 2, 3, 4], test: vec![5] };
/// let curve = learning_curve(&part, &groups, &[0.25, 0.5, 1.0], 7)?;
/// assert_eq!((curve[0].name.as_str(), &curve[0].test[..]), ("25 %", &[5][..]));
/// assert!(curve[0].train.iter().all(|row| curve[1].train.contains(row)));
/// assert_eq!(curve[2].train, part.train);
/// # Ok::<(), stance_eval::SplitError>(())
/// ```
pub fn learning_curve<G: AsRef<str>>(
    part: &Part,
    groups: &[G],
    shares: &[f64],
    seed: u64,
) -> Result<Vec<Part>, SplitError> {
    if let Some(&row) = part.train.iter().find(|&&row| row >= groups.len()) {
        return Err(SplitError::Rows { found: groups.len(), expected: row + 1 });
    }
    let names: Vec<&str> = part.train.iter().map(|&row| groups[row].as_ref()).collect();
    let mut members: Vec<Vec<usize>> = rows_by_name(&names).into_values().collect();
    if members.is_empty() {
        return Err(SplitError::NothingToTrain { part: part.name.clone() });
    }
    shuffle(&mut ChaCha8Rng::seed_from_u64(seed), &mut members);
    shares
        .iter()
        .map(|&share| {
            let taken = &members[..share_of(members.len(), share)?];
            let mut train: Vec<usize> =
                taken.iter().flatten().map(|&place| part.train[place]).collect();
            train.sort_unstable();
            Ok(Part { name: format!("{} %", 100.0 * share), train, test: part.test.clone() })
        })
        .collect()
}

/// The split that the data come with: rows of the split `train` and of the split `test`, others
/// in neither.
///
/// # Errors
/// When the two are not of one length, one of the splits has no rows, or a group has rows in both.
///
/// # Examples
/// ```
/// use stance_eval::given_split;
/// let splits = ["train", "dev", "test", "train"];
/// let part = given_split(&["a", "b", "c", "d"], &splits, "train", "test")?;
/// assert_eq!((&part.train[..], &part.test[..]), (&[0, 3][..], &[2][..]));
/// let leak = given_split(&["a", "b", "a", "d"], &splits, "train", "test");
/// assert_eq!(leak.unwrap_err().to_string(), "group \"a\" is both trained and measured on");
/// # Ok::<(), stance_eval::SplitError>(())
/// ```
pub fn given_split<G: AsRef<str>, S: AsRef<str>>(
    groups: &[G],
    splits: &[S],
    train: &str,
    test: &str,
) -> Result<Part, SplitError> {
    check_rows(groups.len(), splits.len())?;
    let rows = |name: &str| -> Result<Vec<usize>, SplitError> {
        let has_name = |&row: &usize| splits[row].as_ref() == name;
        let rows: Vec<usize> = (0..splits.len()).filter(has_name).collect();
        if rows.is_empty() { Err(SplitError::NoSplit { name: name.to_owned() }) } else { Ok(rows) }
    };
    let part = Part { name: test.to_owned(), train: rows(train)?, test: rows(test)? };
    let trained: BTreeSet<&str> = part.train.iter().map(|&row| groups[row].as_ref()).collect();
    match part.test.iter().map(|&row| groups[row].as_ref()).find(|group| trained.contains(group)) {
        Some(group) => Err(SplitError::Leak { group: group.to_owned() }),
        None => Ok(part),
    }
}

fn check_rows(expected: usize, found: usize) -> Result<(), SplitError> {
    if found == expected { Ok(()) } else { Err(SplitError::Rows { found, expected }) }
}

/// `share` of `count`, rounded up.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a count is no larger than the count"
)]
fn share_of(count: usize, share: f64) -> Result<usize, SplitError> {
    if share > 0.0 && share <= 1.0 {
        Ok(((count as f64 * share).ceil() as usize).clamp(1, count))
    } else {
        Err(SplitError::Share { found: share })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_group_is_on_both_sides_when_a_value_is_held_out() {
        let groups: Vec<String> = (0..60).map(|row| format!("g{}", row / 4)).collect();
        let values: Vec<Option<String>> =
            (0..60).map(|row| (row % 7 > 0).then(|| format!("v{}", row * row % 5))).collect();
        let parts = leave_one_out(&groups, &values).expect("several values");
        let mut tested: Vec<usize> = parts.iter().flat_map(|part| part.test.clone()).collect();
        tested.sort_unstable();
        let expected: Vec<usize> = (0..60).filter(|&row| values[row].is_some()).collect();
        assert_eq!(tested, expected, "each row with a value is measured on once");
        for part in &parts {
            for &row in &part.test {
                assert!(part.train.iter().all(|&other| groups[other] != groups[row]));
            }
        }
    }

    #[test]
    fn a_curve_grows_by_whole_groups_of_its_part() {
        let groups: Vec<String> = (0..100).map(|row| format!("g{}", row / 3)).collect();
        let part = Part::new("fold 1".into(), (0..30).collect(), 100);
        let shares = [0.1, 0.3, 0.7, 1.0];
        let curve = learning_curve(&part, &groups, &shares, 3).expect("shares are in range");
        for (smaller, larger) in curve.iter().zip(&curve[1..]) {
            assert!(smaller.train.len() < larger.train.len());
            assert!(smaller.train.iter().all(|row| larger.train.contains(row)));
            assert!(smaller.train.is_sorted());
            for &row in &smaller.train {
                let whole = part.train.iter().filter(|&&other| groups[other] == groups[row]);
                assert!(whole.copied().all(|other| smaller.train.contains(&other)));
            }
        }
        assert_eq!(curve[3].train, part.train);
        let other = learning_curve(&part, &groups, &shares, 4).expect("shares are in range");
        assert_ne!(other[0].train, curve[0].train);
        assert_eq!(learning_curve(&part, &groups, &shares, 3).as_ref(), Ok(&curve));
    }

    #[test]
    fn what_cannot_be_split_is_an_error_that_says_why() {
        let said = |error: SplitError| error.to_string();
        let one = leave_one_out(&["a", "b"], &[Some("KZ"), None]).expect_err("one value");
        assert_eq!(said(one), "1 values to hold out, expected at least 2");
        let all = leave_one_out(&["a", "a"], &[Some("KZ"), Some("UZ")]).expect_err("one group");
        assert_eq!(said(all), "holding out \"KZ\" leaves nothing to train on");
        let lengths = leave_one_out(&["a"], &[Some("KZ"), None]).expect_err("two values");
        assert_eq!(said(lengths), "names for 2 rows, expected 1");
        let part = Part { name: "p".into(), train: vec![0], test: vec![1] };
        for share in [0.0, -0.5, 1.01, f64::NAN] {
            let found = learning_curve(&part, &["a", "b"], &[share], 1).expect_err("no share");
            assert!(said(found).ends_with("expected above 0 and at most 1"), "{share}");
        }
        let beyond = Part { train: vec![9], ..part };
        assert!(learning_curve(&beyond, &["a", "b"], &[1.0], 1).is_err());
        let split = given_split(&["a", "b"], &["train", "dev"], "train", "test");
        assert_eq!(said(split.expect_err("no test")), "no row is of the split \"test\"");
    }
}
