//! Which terms are columns of a block, and what each weighs.

use std::collections::BTreeSet;

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

/// [`Terms`] made ready for looking up and weighing.
#[derive(Clone, Debug)]
pub(crate) struct Vocabulary {
    terms: Terms,
    hash_bits: Option<u32>,
    weighting: Weighting,
    weight: f32,
    /// What the first counts weigh: nearly all counts are small.
    tf: [f32; 16],
    table: Table,
}

/// A column, with what its weight is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Column {
    pub(crate) at: u32,
    pub(crate) idf: f32,
}

/// Columns by key, with open addressing and linear probing; never more than half full.
///
/// Most terms of a statement are no columns: a filter of one bit for each of some buckets, small
/// enough for the nearest caches, turns nearly all of them away.
#[derive(Clone, Debug)]
struct Table {
    filter: Vec<u64>,
    /// Key and column, side by side for the caches; key 0 where free.
    slots: Vec<(u64, Column)>,
    shift: u32,
    /// The column of key 0.
    zero: Option<Column>,
}

impl Vocabulary {
    pub(crate) fn new(
        terms: Terms,
        hash_bits: Option<u32>,
        weighting: Weighting,
        weight: f32,
    ) -> Self {
        let idf_of = |df| idf(weighting.idf, terms.statements, df);
        // Most terms are rare: their logarithms are taken once.
        let rare: Vec<f32> = (0..256).map(idf_of).collect();
        let idf = |&df: &u32| rare.get(df as usize).copied().unwrap_or_else(|| idf_of(df));
        let columns = (0..).zip(terms.frequencies.iter().map(idf));
        let table = Table::new(&terms.keys, columns.map(|(at, idf)| Column { at, idf }));
        let tf = std::array::from_fn(|count| tf(weighting.tf, u32::try_from(count).unwrap_or(0)));
        Self { terms, hash_bits, weighting, weight, tf, table }
    }

    pub(crate) fn terms(&self) -> &Terms {
        &self.terms
    }

    pub(crate) fn width(&self) -> usize {
        self.terms.keys.len()
    }

    /// The column of a term, if it is one.
    pub(crate) fn column(&self, fingerprint: u64) -> Option<Column> {
        self.table.column(key(fingerprint, self.hash_bits))
    }

    /// Gives `take` the column of each of `terms` that is one, in order, and may drop the others.
    ///
    /// First the terms that surely are none go, without a branch that could be foretold wrongly;
    /// then the look-ups of those left wait for memory side by side.
    pub(crate) fn columns(&self, terms: &mut Vec<u64>, mut take: impl FnMut(Column)) {
        let mut kept = 0;
        for at in 0..terms.len() {
            let key = key(terms[at], self.hash_bits);
            terms[kept] = key;
            kept += usize::from(self.table.may_hold(key));
        }
        terms.truncate(kept);
        for column in terms.iter().filter_map(|&key| self.table.column(key)) {
            take(column);
        }
    }

    /// Appends to `entries` the weights of `counts` at each of `columns`, moved by `offset`.
    pub(crate) fn weigh(
        &self,
        columns: &[Column],
        counts: &[u32],
        offset: u32,
        entries: &mut Vec<(u32, f32)>,
    ) {
        let first = entries.len();
        entries.extend(
            columns
                .iter()
                .map(|&Column { at, idf }| (offset + at, self.tf(counts[at as usize]) * idf)),
        );
        scale(&mut entries[first..], self.weighting.norm, self.weight);
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

/// Buckets of a table's filter for each slot, as a power of two.
const FILTER_BITS: u32 = 2;

impl Table {
    fn new(keys: &[u64], columns: impl Iterator<Item = Column>) -> Self {
        let slots = (keys.len() * 2).next_power_of_two().max(64);
        let shift = 64 - slots.trailing_zeros();
        let filter = vec![0; (slots << FILTER_BITS) / 64];
        let free = vec![(0, Column::default()); slots];
        let mut table = Self { filter, slots: free, shift, zero: None };
        for (&key, column) in keys.iter().zip(columns) {
            let (word, bit) = table.bucket(key);
            table.filter[word] |= bit;
            if key == 0 {
                table.zero = Some(column);
                continue;
            }
            let mut slot = table.slot(key);
            while table.slots[slot].0 != 0 {
                slot = (slot + 1) % slots;
            }
            table.slots[slot] = (key, column);
        }
        table
    }

    #[expect(clippy::cast_possible_truncation, reason = "shifted below the number of slots")]
    fn slot(&self, key: u64) -> usize {
        (spread(key) >> self.shift) as usize
    }

    /// Word and bit of the filter.
    fn bucket(&self, key: u64) -> (usize, u64) {
        let bucket = spread(key) >> (self.shift - FILTER_BITS);
        ((bucket / 64) as usize, 1 << (bucket % 64))
    }

    /// Whether `key` may be found: never wrong when it says no.
    fn may_hold(&self, key: u64) -> bool {
        let (word, bit) = self.bucket(key);
        self.filter[word] & bit != 0
    }

    fn column(&self, key: u64) -> Option<Column> {
        if key == 0 {
            return self.zero;
        }
        let mut slot = self.slot(key);
        loop {
            match self.slots[slot] {
                (0, _) => return None,
                (found, column) if found == key => return Some(column),
                _ => slot = (slot + 1) & (self.slots.len() - 1),
            }
        }
    }
}

/// Multiplies by the golden ratio, for keys that are small numbers of buckets.
fn spread(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
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
    fn every_key_is_found_and_no_other() {
        let keys: Vec<u64> = (0..500).map(|n: u64| n * n).collect();
        let columns = (0..500).map(|at| Column { at, idf: 1.0 });
        let table = Table::new(&keys, columns.clone());
        for (column, &key) in columns.zip(&keys) {
            assert_eq!(table.column(key), Some(column));
        }
        assert_eq!(table.column(2), None);
        assert!(keys.iter().all(|&key| table.may_hold(key)));
        let strangers = (0..10_000).filter(|n| !keys.contains(n) && table.may_hold(*n)).count();
        assert!(strangers < 2_000, "the filter lets {strangers} of 10,000 pass");
        assert_eq!(Table::new(&[], std::iter::empty()).column(0), None);
    }

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
