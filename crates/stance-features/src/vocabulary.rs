//! Which terms are columns of a block, and what each weighs.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::config::{Idf, Norm, Tf, VocabularyConfig, Weighting};
use crate::fingerprint::FingerprintMap;

/// The terms of a block, learned at fit: fingerprints ascending, each with its document frequency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// Number of statements at fit.
    pub(crate) statements: u32,
    /// The keys of the columns, ascending.
    pub(crate) keys: Vec<u64>,
    /// In how many statements each stood; 1 to `statements`.
    pub(crate) frequencies: Vec<u32>,
}

impl Terms {
    /// Whether this is what a fit can make.
    pub(crate) fn is_valid(&self) -> bool {
        self.keys.len() == self.frequencies.len()
            && self.keys.len() < u32::MAX as usize
            && self.keys.is_sorted_by(|a, b| a < b)
            && self.frequencies.iter().all(|df| (1..=self.statements).contains(df))
    }

    /// Drops the columns that `keep`, as long as there are columns, says no to.
    pub(crate) fn retain(&mut self, keep: &[bool]) {
        let mut flags = keep.iter();
        self.keys.retain(|_| flags.next().is_none_or(|&kept| kept));
        let mut flags = keep.iter();
        self.frequencies.retain(|_| flags.next().is_none_or(|&kept| kept));
    }
}

/// The key of a term: its fingerprint, or the bucket it is hashed to.
pub(crate) fn key(fingerprint: u64, hash_bits: Option<u32>) -> u64 {
    match hash_bits {
        Some(bits) => fingerprint >> (64 - bits),
        None => fingerprint,
    }
}

/// Counts terms over statements, to choose the columns.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    counts: FingerprintMap<Count>,
    statements: u32,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    statements: u32,
    sources: u32,
    last_source: u32,
}

impl Counter {
    /// Counts a statement's `keys`, sorted here; statements of one source come one after another.
    pub(crate) fn count(&mut self, keys: &mut Vec<u64>, source: u32) {
        keys.sort_unstable();
        keys.dedup();
        self.statements = self.statements.saturating_add(1);
        for &key in &*keys {
            let new = Count { statements: 0, sources: 1, last_source: source };
            let count = self.counts.entry(key).or_insert(new);
            count.statements = count.statements.saturating_add(1);
            if count.last_source != source {
                count.sources += 1;
                count.last_source = source;
            }
        }
    }

    /// The terms that `config` makes columns of.
    pub(crate) fn choose(self, config: &VocabularyConfig) -> Terms {
        let enough = |count: &Count| {
            count.statements >= config.min_count && count.sources >= config.min_sources
        };
        let kept = self.counts.into_iter().filter(|(_, count)| enough(count));
        let mut chosen: Vec<(u64, u32)> =
            kept.map(|(key, count)| (key, count.statements)).collect();
        if let Some(most) = config.max_features {
            chosen.sort_unstable_by_key(|&(key, statements)| (u32::MAX - statements, key));
            chosen.truncate(most as usize);
        }
        chosen.sort_unstable();
        let (keys, frequencies) = chosen.into_iter().unzip();
        Terms { statements: self.statements, keys, frequencies }
    }
}

/// [`Terms`] made ready for weighing.
#[derive(Clone, Debug)]
pub(crate) struct Vocabulary {
    terms: Terms,
    hash_bits: Option<u32>,
    weighting: Weighting,
    weight: f32,
    /// What small counts weigh.
    tf: [f32; 16],
    /// What each column weighs by the number of statements at fit that held it.
    idf: Vec<f32>,
    /// Key to column; made when first asked for, as a scorer has tables of its own.
    columns: OnceLock<FingerprintMap<u32>>,
}

impl Vocabulary {
    pub(crate) fn new(
        terms: Terms,
        hash_bits: Option<u32>,
        weighting: Weighting,
        weight: f32,
    ) -> Self {
        let tf = std::array::from_fn(|count| tf(weighting.tf, u32::try_from(count).unwrap_or(0)));
        let idf_of = |df| idf(weighting.idf, terms.statements, df);
        // Most terms are rare: their logarithms are taken once.
        let rare: Vec<f32> = (0..256).map(idf_of).collect();
        let idf = |&df: &u32| rare.get(df as usize).copied().unwrap_or_else(|| idf_of(df));
        let idf = terms.frequencies.iter().map(idf).collect();
        Self { terms, hash_bits, weighting, weight, tf, idf, columns: OnceLock::new() }
    }

    pub(crate) fn terms(&self) -> &Terms {
        &self.terms
    }

    pub(crate) fn width(&self) -> usize {
        self.terms.keys.len()
    }

    /// The key that a term has here.
    pub(crate) fn key(&self, fingerprint: u64) -> u64 {
        key(fingerprint, self.hash_bits)
    }

    /// How many bits a key has.
    pub(crate) fn key_bits(&self) -> u32 {
        self.hash_bits.unwrap_or(u64::BITS)
    }

    /// The column of a term, if it is one.
    pub(crate) fn column(&self, fingerprint: u64) -> Option<u32> {
        let columns = || self.terms.keys.iter().copied().zip(0..).collect();
        self.columns.get_or_init(columns).get(&self.key(fingerprint)).copied()
    }

    /// Appends to `entries` the weights of `counts` at each of `columns`, moved by `offset`.
    pub(crate) fn weigh(
        &self,
        columns: &[u32],
        counts: &[u32],
        offset: u32,
        entries: &mut Vec<(u32, f32)>,
    ) {
        let first = entries.len();
        entries.extend(
            columns.iter().map(|&at| (offset + at, self.tf(counts[at as usize]) * self.idf(at))),
        );
        scale(&mut entries[first..], self.weighting.norm, self.weight);
    }

    /// What a column weighs by the number of statements at fit that held it.
    pub(crate) fn idf(&self, column: u32) -> f32 {
        self.idf[column as usize]
    }

    /// Whether a row is the sum of what it is for each occurrence of a term.
    pub(crate) fn is_additive(&self) -> bool {
        self.weighting.tf == Tf::Raw && self.weighting.norm == Norm::None
    }

    /// What a term weighs by its count in the statement.
    pub(crate) fn tf(&self, count: u32) -> f32 {
        self.tf.get(count as usize).copied().unwrap_or_else(|| tf(self.weighting.tf, count))
    }

    /// What a row is multiplied by, the squares of whose weights add up to `squares`.
    pub(crate) fn factor(&self, squares: f64) -> f32 {
        factor(self.weighting.norm, self.weight, squares)
    }
}

/// Scales a row to its norm, then by `weight`.
pub(crate) fn scale(entries: &mut [(u32, f32)], norm: Norm, weight: f32) {
    let squares = entries.iter().map(|&(_, weight)| f64::from(weight) * f64::from(weight));
    let factor = factor(norm, weight, squares.sum());
    if factor.to_bits() != 1.0_f32.to_bits() {
        for (_, weight) in entries {
            *weight *= factor;
        }
    }
}

/// What scales a row to its norm, then by `weight`; `squares` is the sum of its squares.
pub(crate) fn factor(norm: Norm, weight: f32, squares: f64) -> f32 {
    match norm {
        Norm::L2 if squares > 0.0 => narrow(f64::from(weight) / squares.sqrt()),
        Norm::L2 | Norm::None => weight,
    }
}

fn tf(kind: Tf, count: u32) -> f32 {
    match (kind, count) {
        (Tf::Binary, _) | (_, 1) => 1.0,
        // No term is counted so; of it there is no logarithm.
        (_, 0) => 0.0,
        (Tf::Log, _) => narrow(1.0 + libm::log(f64::from(count))),
        (Tf::Raw, _) => narrow(f64::from(count)),
    }
}

/// `libm`'s logarithm, not the platform's: the same bits everywhere.
fn idf(kind: Idf, statements: u32, df: u32) -> f32 {
    let smooth = libm::log((1.0 + f64::from(statements)) / (1.0 + f64::from(df))) + 1.0;
    match kind {
        Idf::Smooth => narrow(smooth),
        Idf::Sqrt => narrow(smooth.sqrt()),
        Idf::None => 1.0,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "weights are single precision")]
fn narrow(weight: f64) -> f32 {
    weight as f32
}

/// Numbers the sources of statements; without sources all are of one.
pub(crate) fn number_sources<T: Ord>(sources: &[T]) -> Vec<u32> {
    let distinct: BTreeSet<&T> = sources.iter().collect();
    let distinct: Vec<&T> = distinct.into_iter().collect();
    let number = |source| distinct.binary_search(&source).unwrap_or(0);
    sources.iter().map(|source| u32::try_from(number(source)).unwrap_or(u32::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_of_too_few_statements_or_sources_are_dropped_and_the_commonest_kept() {
        let count = || {
            let mut counter = Counter::default();
            counter.count(&mut vec![1, 2, 3, 3], 0);
            counter.count(&mut vec![1, 3], 0);
            counter.count(&mut vec![1, 4], 1);
            counter
        };
        let config = VocabularyConfig { min_count: 2, ..VocabularyConfig::default() };
        let terms = count().choose(&config);
        assert_eq!((terms.keys, terms.frequencies, terms.statements), (vec![1, 3], vec![3, 2], 3));
        let of_two = VocabularyConfig { min_sources: 2, ..config };
        assert_eq!(count().choose(&of_two).keys, [1]);
        let most = VocabularyConfig { min_count: 1, max_features: Some(3), ..config };
        assert_eq!(count().choose(&most).keys, [1, 2, 3]);
    }
}
