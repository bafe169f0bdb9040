use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::Part;
use crate::random::shuffle;

/// The error of splitting rows.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// Fewer than two folds.
    #[error("{found} folds, expected at least 2")]
    Folds {
        /// What was asked for.
        found: usize,
    },
    /// Not enough groups for every fold to hold one out.
    #[error("{found} groups, expected at least {expected}")]
    Groups {
        /// Number of groups.
        found: usize,
        /// Number of folds.
        expected: usize,
    },
    /// Fewer than two values of what is held out.
    #[error("{found} values to hold out, expected at least 2")]
    Values {
        /// Number of values.
        found: usize,
    },
    /// Rows are not as many as their groups.
    #[error("names for {found} rows, expected {expected}")]
    Rows {
        /// How many rows something is said of.
        found: usize,
        /// How many there are.
        expected: usize,
    },
    /// Nothing is left to train on.
    #[error("holding out {part:?} leaves nothing to train on")]
    NothingToTrain {
        /// What is held out.
        part: String,
    },
    /// A share of a learning curve is none.
    #[error("share of the groups is {found}, expected above 0 and at most 1")]
    Share {
        /// What was asked for.
        found: f64,
    },
    /// A split that no row is of.
    #[error("no row is of the split {name:?}")]
    NoSplit {
        /// Its name.
        name: String,
    },
    /// A given split divides a group.
    #[error("group {group:?} is both trained and measured on")]
    Leak {
        /// The group.
        group: String,
    },
    /// A line of written splits is no group and fold.
    #[error("line {line} of the splits is {found:?}, expected a group, a tab and a fold's number")]
    Line {
        /// Which line, from 1.
        line: usize,
        /// What it is.
        found: String,
    },
    /// Written splits say nothing of a group.
    #[error("the splits name no fold for group {group:?}")]
    Unassigned {
        /// The group.
        group: String,
    },
}

/// The fold of each group, as written in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Splits(BTreeMap<String, usize>);

impl Splits {
    /// Reads lines of a group, a tab and the number of a fold, under the header `group`, `fold`.
    ///
    /// # Errors
    /// When a line is something else, or gives a group a second fold.
    ///
    /// # Examples
    /// ```
    /// use stance_eval::Splits;
    /// let splits = Splits::parse("group\tfold\na\t0\nb\t1\n")?;
    /// assert_eq!(splits.folds(&["b", "a", "b"])?[1].test, [0, 2]);
    /// # Ok::<(), stance_eval::SplitError>(())
    /// ```
    pub fn parse(tsv: &str) -> Result<Self, SplitError> {
        let mut folds = BTreeMap::new();
        for (at, text) in tsv.lines().enumerate() {
            let fault =
                || SplitError::Line { line: at + 1, found: text.chars().take(80).collect() };
            let (group, fold) = text.split_once('\t').ok_or_else(fault)?;
            if at == 0 && (group, fold) == ("group", "fold") {
                continue;
            }
            let fold = fold.parse().map_err(|_| fault())?;
            if folds.insert(group.to_owned(), fold).is_some_and(|first| first != fold) {
                return Err(fault());
            }
        }
        Ok(Self(folds))
    }

    /// The folds of rows whose groups are `groups`, by ascending number; those without rows are
    /// left out.
    ///
    /// # Errors
    /// When a group has no fold, or all rows fall into one.
    pub fn folds<G: AsRef<str>>(&self, groups: &[G]) -> Result<Vec<Part>, SplitError> {
        let mut held_out: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (row, group) in groups.iter().enumerate() {
            let group = group.as_ref();
            let fold = self.0.get(group);
            let fold = fold.ok_or_else(|| SplitError::Unassigned { group: group.to_owned() })?;
            held_out.entry(*fold).or_default().push(row);
        }
        if held_out.len() < 2 {
            return Err(SplitError::Folds { found: held_out.len() });
        }
        let fold = |(number, rows)| Part::new(format!("fold {number}"), rows, groups.len());
        Ok(held_out.into_iter().map(fold).collect())
    }
}

/// Splits rows into `k` folds of about equal size, each row held out once, a group never divided.
///
/// `groups` names the group of each row. The assignment depends on the names, the sizes and the
/// seed, not on the order of the rows: groups are shuffled, then the largest go first, each to the
/// fold with the fewest rows so far, a tie to the earlier fold.
///
/// # Errors
/// When `k` is below 2, or above the number of groups.
///
/// # Examples
/// ```
/// use stance_eval::group_folds;
/// let folds = group_folds(&["a", "a", "b", "c"], 2, 7)?;
/// assert!(folds.iter().all(|fold| fold.test.contains(&0) == fold.test.contains(&1)));
/// # Ok::<(), stance_eval::SplitError>(())
/// ```
pub fn group_folds<G: AsRef<str>>(
    groups: &[G],
    k: usize,
    seed: u64,
) -> Result<Vec<Part>, SplitError> {
    if k < 2 {
        return Err(SplitError::Folds { found: k });
    }
    let mut members: Vec<Vec<usize>> = rows_by_name(groups).into_values().collect();
    if members.len() < k {
        return Err(SplitError::Groups { found: members.len(), expected: k });
    }
    shuffle(&mut ChaCha8Rng::seed_from_u64(seed), &mut members);
    members.sort_by_key(|rows| std::cmp::Reverse(rows.len()));
    let mut held_out: Vec<Vec<usize>> = vec![Vec::new(); k];
    for rows in members {
        if let Some(fold) = held_out.iter_mut().min_by_key(|fold| fold.len()) {
            fold.extend(rows);
        }
    }
    Ok(held_out
        .into_iter()
        .enumerate()
        .map(|(i, rows)| Part::new(format!("fold {}", i + 1), rows, groups.len()))
        .collect())
}

pub(crate) fn rows_by_name<N: AsRef<str>>(names: &[N]) -> BTreeMap<&str, Vec<usize>> {
    let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, name) in names.iter().enumerate() {
        rows.entry(name.as_ref()).or_default().push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups_of(sizes: &[usize]) -> Vec<String> {
        sizes.iter().enumerate().flat_map(|(g, &n)| vec![format!("g{g}"); n]).collect()
    }

    #[test]
    fn every_row_is_held_out_once_and_no_group_is_divided() {
        let groups = groups_of(&[5, 1, 1, 3, 2, 2, 4, 1, 1, 6]);
        let folds = group_folds(&groups, 3, 42).expect("ten groups");
        let mut held: Vec<usize> = folds.iter().flat_map(|fold| fold.test.clone()).collect();
        held.sort_unstable();
        assert_eq!(held, (0..groups.len()).collect::<Vec<_>>());
        for fold in &folds {
            assert_eq!(fold.train.len() + fold.test.len(), groups.len());
            for &row in &fold.test {
                assert!(fold.train.iter().all(|&t| groups[t] != groups[row]));
            }
        }
    }

    #[test]
    fn folds_are_balanced() {
        let groups = groups_of(&[5, 1, 1, 3, 2, 2, 4, 1, 1, 6, 4]);
        let folds = group_folds(&groups, 3, 42).expect("eleven groups");
        let sizes: Vec<usize> = folds.iter().map(|fold| fold.test.len()).collect();
        assert_eq!(sizes, [10, 10, 10]);
    }

    #[test]
    fn the_seed_and_not_the_order_of_rows_decides() {
        let names = ["a", "b", "c", "d", "e", "f"];
        let of = |names: &[&str], seed| -> Vec<Vec<String>> {
            let folds = group_folds(names, 3, seed).expect("six groups");
            folds
                .iter()
                .map(|fold| {
                    let mut held: Vec<String> =
                        fold.test.iter().map(|&row| names[row].to_owned()).collect();
                    held.sort();
                    held
                })
                .collect()
        };
        let mut reversed = names;
        reversed.reverse();
        assert_eq!(of(&names, 1), of(&reversed, 1));
        assert!((2..10).any(|seed| of(&names, seed) != of(&names, 1)));
    }

    #[test]
    fn too_few_groups_or_folds_are_errors() {
        let too_few = group_folds(&["a", "a"], 2, 1);
        assert_eq!(too_few, Err(SplitError::Groups { found: 1, expected: 2 }));
        assert_eq!(group_folds(&["a"], 1, 1), Err(SplitError::Folds { found: 1 }));
    }

    #[test]
    fn written_splits_name_what_is_wrong_with_them() {
        let error = Splits::parse("group\tfold\na 0\n").expect_err("no tab");
        assert_eq!(
            error.to_string(),
            "line 2 of the splits is \"a 0\", expected a group, a tab and a fold's number"
        );
        assert!(Splits::parse("a\t0\na\t1\n").is_err());
        let splits = Splits::parse("a\t0\nb\t3\n").expect("two groups");
        assert_eq!(
            splits.folds(&["a", "c"]).expect_err("c is unknown").to_string(),
            "the splits name no fold for group \"c\""
        );
        assert_eq!(splits.folds(&["a", "a"]), Err(SplitError::Folds { found: 1 }));
        assert_eq!(splits.folds(&["a", "b"]).expect("two folds")[1].name, "fold 3");
    }
}
