use std::collections::{BTreeMap, BTreeSet};

/// The error of measuring how far annotators agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgreementError {
    /// No item has two annotations, so that nothing can be compared.
    #[error("no item has two annotations")]
    NoPairs,
    /// All annotations are the same: whether annotators can tell classes apart is not seen.
    #[error("all annotations are of one class, which says nothing of agreement")]
    OneClass,
}

/// Krippendorff's α of nominal annotations: how far any number of annotators agree beyond chance.
///
/// An item holds what was said of it, in any order; who said what makes no difference, and an
/// annotator who is missing is left out. Items with fewer than two annotations do not count. α is
/// 1 less the disagreement within items over that between any two annotations: 1 is full
/// agreement, 0 is chance, below is disagreement by system. Customary demands are .8, or .667 for
/// tentative conclusions. (Krippendorff 2011, "Computing Krippendorff's alpha-reliability".)
///
/// # Errors
/// When no item has two annotations, or all that count are of one class.
///
/// # Examples
/// ```
/// use stance_eval::krippendorff_alpha;
/// // Three items count. Within them 4 of 6 ordered pairs differ; of the 4 a and 2 b together,
/// // 16 of 30 do.
/// let alpha = krippendorff_alpha(&[vec!["a", "a"], vec!["b", "a"], vec!["a", "b"], vec!["b"]])?;
/// assert!((alpha - (1.0 - (4.0 / 6.0) / (16.0 / 30.0))).abs() < 1e-12);
/// # Ok::<(), stance_eval::AgreementError>(())
/// ```
pub fn krippendorff_alpha<C: Ord>(items: &[Vec<C>]) -> Result<f64, AgreementError> {
    let classes: BTreeSet<&C> = items.iter().flatten().collect();
    let numbers: BTreeMap<&C, usize> = classes.into_iter().zip(0..).collect();
    let mut totals = vec![0.0; numbers.len()];
    let (mut n, mut disagreeing) = (0.0, 0.0);
    for item in items.iter().filter(|item| item.len() > 1) {
        let mut counts = vec![0.0; numbers.len()];
        for class in item {
            counts[numbers[class]] += 1.0;
        }
        let size: f64 = counts.iter().sum();
        let agreeing: f64 = counts.iter().map(|count| count * (count - 1.0)).sum();
        disagreeing += (size * (size - 1.0) - agreeing) / (size - 1.0);
        n += size;
        for (total, count) in totals.iter_mut().zip(counts) {
            *total += count;
        }
    }
    if n < 1.0 {
        return Err(AgreementError::NoPairs);
    }
    let by_chance = n * n - totals.iter().map(|total| total * total).sum::<f64>();
    if by_chance <= 0.0 {
        return Err(AgreementError::OneClass);
    }
    Ok(1.0 - (n - 1.0) * disagreeing / by_chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items from one line an annotator; a point is a missing annotation.
    fn items(annotators: &[&str]) -> Vec<Vec<char>> {
        let width = annotators.iter().map(|line| line.len()).max().unwrap_or_default();
        let of = |place| annotators.iter().filter_map(move |line| line.chars().nth(place));
        (0..width).map(|place| of(place).filter(|&class| class != '.').collect()).collect()
    }

    fn alpha(annotators: &[&str]) -> f64 {
        krippendorff_alpha(&items(annotators)).expect("pairs of several classes")
    }

    #[test]
    fn the_published_examples_come_out() {
        // given: Krippendorff 2011, examples A, B and C: two observers of two and of five classes,
        // four observers of five classes with missing annotations
        let two = alpha(&["0100000010", "1110010000"]);
        let five = alpha(&["aabbdcccedda", "babbbccceddd"]);
        let four = alpha(&["123321412...", "1233224125.3", ".3332342251.", "12332441251."]);
        // and the one of Wikipedia, "Krippendorff's alpha": three coders of fifteen units
        let three = alpha(&[".....34121133.3", "1.213343.......", "..21344.21133.4"]);
        // then
        for (found, published) in [(two, 0.095), (five, 0.692), (four, 0.743), (three, 0.691)] {
            assert!((found - published).abs() < 5e-4, "found {found}, published {published}");
        }
    }

    #[test]
    fn full_agreement_is_one_and_the_order_of_annotators_makes_no_difference() {
        assert!((alpha(&["abcab", "abcab", "abc.."]) - 1.0).abs() < 1e-12);
        let (one, other) = (alpha(&["aabb.b", "abab.a"]), alpha(&["abab.a", "aabb.b"]));
        assert!((one - other).abs() < 1e-12);
        assert!(alpha(&["abab", "baba"]) < 0.0, "never agreeing is worse than chance");
    }

    #[test]
    fn what_says_nothing_of_agreement_is_an_error() {
        let no_pairs = Err(AgreementError::NoPairs);
        assert_eq!(krippendorff_alpha::<u8>(&[]), no_pairs);
        assert_eq!(krippendorff_alpha(&items(&["ab.", "..a"])), no_pairs);
        assert_eq!(krippendorff_alpha(&items(&["aab", "aa."])), Err(AgreementError::OneClass));
    }
}
